;; Calls through a table with types that have enough calls to share their checks: what they call, traps that they make and what is above
;; those, exceptions that pass them, an object that moves meanwhile, arguments on the stack. There also is a test of this with a table
;; that is exported, and may change, and has the host's function at 7.
(module $indirect
  (type $box (struct (field (mut i32))))
  (type $unary (func (param i32) (result i32)))
  (type $wide (func (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i32) (result i32)))
  (import "env" "collect" (func $collect))
  (import "env" "host" (func $host (type $unary)))
  (tag $tag (param i32))
  (global $seen (mut (ref null $box)) (ref.null $box))
  (table $table 7 7 funcref)
  (elem (i32.const 1) $twice $sum $throw $collects $deeper)

  (func $twice (type $unary) (i32.mul (local.get 0) (i32.const 2)))
  (func $sum (type $wide) (i32.add (local.get 9) (i32.wrap_i64 (i64.sub (local.get 0) (local.get 8)))))
  (func $throw (type $unary) (throw $tag (local.get 0)))
  (func $collects (type $unary) (call $collect) (local.get 0))
  ;; Calls itself so often and then what is not there.
  (func $deeper (type $unary)
    (i32.add (i32.const 1)
      (if (result i32) (local.get 0)
        (then (call_indirect (type $unary) (i32.sub (local.get 0) (i32.const 1)) (i32.const 5)))
        (else (call_indirect (type $unary) (i32.const 0) (i32.const 99))))))

  (func $middle (param $which i32) (param $x i32) (result i32)
    (i32.add (i32.const 1) (call_indirect (type $unary) (local.get $x) (local.get $which))))
  (func (export "unary") (param $which i32) (param $x i32) (result i32)
    (i32.add (call $middle (local.get $which) (local.get $x))
      (call_indirect (type $unary) (local.get $x) (local.get $which))))

  (func $hop (type $wide) (call_indirect (type $wide) (local.get 0) (local.get 1) (local.get 2) (local.get 3)
    (local.get 4) (local.get 5) (local.get 6) (local.get 7) (local.get 8) (i32.const 5) (local.get 9)))
  ;; Has no arguments on the stack and becomes what has some.
  (func $become (param $which i32) (result i32) (return_call $hop (i64.const 50) (i64.const 0) (i64.const 0) (i64.const 0)
    (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 20) (local.get $which)))
  (func (export "wide") (param $which i32) (result i32)
    (i32.add (call $become (local.get $which))
      (i32.add
        (call_indirect (type $wide) (i64.const 7) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0)
          (i64.const 0) (i64.const 0) (i64.const 2) (i32.const 1) (local.get $which))
        (call_indirect (type $wide) (i64.const 8) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0)
          (i64.const 0) (i64.const 0) (i64.const 2) (i32.const 1) (local.get $which)))))

  (func (export "caught") (param $which i32) (param $x i32) (result i32)
    (local $kept i32)
    (local.set $kept (i32.mul (local.get $x) (i32.const 100)))
    (block $caught (result i32)
      (try_table (catch $tag $caught)
        (return (call_indirect (type $unary) (local.get $x) (local.get $which))))
      (unreachable))
    (i32.add (local.get $kept)))

  (func (export "kept") (param $which i32) (param $x i32) (result i32)
    (local $box (ref $box))
    (local.set $box (struct.new $box (local.get $x)))
    (global.set $seen (local.get $box))
    (drop (call_indirect (type $unary) (local.get $x) (local.get $which)))
    (struct.get $box 0 (local.get $box))))
