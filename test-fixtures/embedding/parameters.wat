;; More parameters than C has registers for, of all sizes, in both directions.
(module
  (import "host" "take" (func $take
    (param i32 i32 i32 i32 i32 i32 i32 i32)
    (param i64 i32)
    (param f32 f32 f32 f32 f32 f32 f32 f32 f32)
    (param f64 i32)
    (result i32 f64)))
  (func (export "pass")
    (param i32 i32 i32 i32 i32 i32 i32 i32)
    (param i64 i32)
    (param f32 f32 f32 f32 f32 f32 f32 f32 f32)
    (param f64 i32)
    (result i32 f64)
    local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 local.get 5 local.get 6
    local.get 7 local.get 8 local.get 9 local.get 10 local.get 11 local.get 12 local.get 13
    local.get 14 local.get 15 local.get 16 local.get 17 local.get 18 local.get 19 local.get 20
    call $take))
