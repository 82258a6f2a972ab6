;; A sum that tells in which order its arguments came.
(module $mixer
  (func (export "mix") (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64)
    local.get 0
    i64.const 31 i64.mul local.get 1 i64.add
    i64.const 31 i64.mul local.get 2 i64.add
    i64.const 31 i64.mul local.get 3 i64.add
    i64.const 31 i64.mul local.get 4 i64.add
    i64.const 31 i64.mul local.get 5 i64.add
    i64.const 31 i64.mul local.get 6 i64.add
    i64.const 31 i64.mul local.get 7 i64.add
    i64.const 31 i64.mul local.get 8 i64.add
    i64.const 31 i64.mul local.get 9 i64.add))
