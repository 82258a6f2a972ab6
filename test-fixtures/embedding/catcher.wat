;; Between the host and thrower.wat: exceptions of both go through its frames, and some are caught here.
(module $catcher
  (import "thrower" "pass" (func $pass (param i32) (result i32)))
  (import "thrower" "own" (tag $own (param i32 i64 f32 f64 v128 externref funcref)))

  ;; A call that goes to thrower, to the host and wherever that goes. The payload of what comes back by the tag, but for the vector.
  (func (export "catch_own") (param $n i32) (result i32 i64 f32 f64 externref funcref)
    (local $vector v128) (local $reference externref) (local $function funcref)
    (block $caught (result i32 i64 f32 f64 v128 externref funcref)
      (try_table (catch $own $caught)
        (drop (call $pass (local.get $n))))
      (return (i32.const 0) (i64.const 0) (f32.const 0) (f64.const 0) (ref.null extern) (ref.null func)))
    (local.set $function)
    (local.set $reference)
    (local.set $vector)
    (local.get $reference)
    (local.get $function))

  ;; Some more frames, the last of which is replaced.
  (func $tail (param $n i32) (result i32)
    (return_call $pass (local.get $n)))
  (func $through (export "through") (param $n i32) (param $more i32) (result i32)
    (if (result i32) (local.get $more)
      (then (i32.add (i32.const 1) (call $through (local.get $n) (i32.sub (local.get $more) (i32.const 1)))))
      (else (call $tail (local.get $n))))))
