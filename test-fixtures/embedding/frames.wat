;; A host function that looks at the stack, called at a given depth.
(module $frames
  (import "env" "walk" (func $walk (result i32)))
  (func $down (export "down") (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (i32.xor (call $down (i32.sub (local.get $n) (i32.const 1))) (i32.const 0x5555)))
      (else (call $walk)))))
