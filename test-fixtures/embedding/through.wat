;; A trap passes $through, which has no frame pointer and can leave the instance by a tail call, on the way to $outer, which has
;; one, as it passes arguments on the stack.
;;
;; Nor do $nested and $caller have one. $hop, which has no parameters, becomes $last, which takes some on the stack, and traps.
(module $through
  (import "env" "away" (func $away (result i32)))
  (func $trap (result i32) (unreachable))
  (func $through (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return_call $away)))
    (i32.eqz (call $trap)))
  (func $many (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (local.get 7))
  (func (export "outer") (param $n i32) (result i32)
    (drop (call $many (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6)
      (local.get $n)))
    (i32.eqz (call $through (local.get $n))))

  (func $last (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32.div_u (i32.const 7) (i32.add (local.get 9) (call $many
      (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i32.const 0)))))
  (func $hop (result i32)
    (return_call $last (i32.const 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6)
      (i32.const 7) (i32.const 8) (i32.const 0)))
  (func $caller (result i32) (i32.eqz (call $hop)))
  (func (export "nested") (result i32) (i32.eqz (call $caller))))
