/*
 * Rounding, for processors without an instruction for it. By arithmetic, in the current mode (to
 * nearest): adding and subtracting 2^(mantissa bits) rounds a smaller magnitude to an integer, from
 * which the other directions follow. No mathematical library is needed. A NaN comes out quiet.
 */
#include "helpers.h"

/*
 * `magnitude` is 2^23 or 2^52; values at or above it are integers. The sign is put back, since a
 * result of zero keeps it. `volatile` keeps compilers from folding the operations.
 */
#define DEFINE_ROUNDING(type, suffix, magnitude, copysign, fabs)                       \
    static type nearest_##suffix(type value)                                           \
    {                                                                                  \
        if (!(fabs(value) < (magnitude))) {                                            \
            volatile type zero = 0;                                                    \
            return value + zero;                                                       \
        }                                                                              \
        volatile type sum = fabs(value) + (magnitude);                                 \
        return copysign(sum - (magnitude), value);                                     \
    }                                                                                  \
    type w2o_nearest_##suffix(w2o_instance *instance, type value)                      \
    {                                                                                  \
        (void)instance;                                                                \
        return nearest_##suffix(value);                                                \
    }                                                                                  \
    type w2o_floor_##suffix(w2o_instance *instance, type value)                        \
    {                                                                                  \
        (void)instance;                                                                \
        type nearest = nearest_##suffix(value);                                        \
        return copysign(nearest > value ? nearest - 1 : nearest, value);               \
    }                                                                                  \
    type w2o_ceil_##suffix(w2o_instance *instance, type value)                         \
    {                                                                                  \
        (void)instance;                                                                \
        type nearest = nearest_##suffix(value);                                        \
        return copysign(nearest < value ? nearest + 1 : nearest, value);               \
    }                                                                                  \
    type w2o_trunc_##suffix(w2o_instance *instance, type value)                        \
    {                                                                                  \
        (void)instance;                                                                \
        type nearest = nearest_##suffix(fabs(value));                                  \
        return copysign(nearest > fabs(value) ? nearest - 1 : nearest, value);         \
    }

DEFINE_ROUNDING(float, f32, 0x1p23f, __builtin_copysignf, __builtin_fabsf)
DEFINE_ROUNDING(double, f64, 0x1p52, __builtin_copysign, __builtin_fabs)
