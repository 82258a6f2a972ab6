;; A module that lives on another one's entities. host.c links it to counter.wat's.
(module $scale
  (type $unary (func (param i32) (result i32)))
  (import "counter" "increment" (func $increment (type $unary)))
  (import "counter" "apply" (func $apply (param i32 i32) (result i32)))
  (import "counter" "memory" (memory 1))
  (import "counter" "table" (table $table 2 funcref))
  (import "counter" "count" (global $count (mut i32)))
  (global $factor (export "factor") (mut i32) (i32.const 3))

  ;; Reads its own global, the other's global and the other's memory.
  (func $scaled (export "scaled") (type $unary)
    (i32.add (i32.mul (local.get 0) (global.get $factor))
      (i32.add (global.get $count) (i32.load8_u (i32.const 8)))))
  (func (export "scale_increment") (param i32) (result i32)
    (i32.mul (call $increment (local.get 0)) (global.get $factor)))
  (elem declare func $scaled)
  ;; Puts $scaled into the other's table, and has the other call it.
  (func (export "there_and_back") (param i32) (result i32)
    (table.set $table (i32.const 2) (ref.func $scaled))
    (i32.mul (call $apply (i32.const 2) (local.get 0)) (global.get $factor))))
