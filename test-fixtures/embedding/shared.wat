;; Memories that threads share: imported, in pages of a byte, of its own, of 64 bits, and one that is not shared.
(module
  (import "env" "memory" (memory $given 1 100 shared))
  (import "env" "bytes" (memory $bytes 10 1000 shared (pagesize 1)))
  (memory $own (export "own") 1 10 shared)
  (memory $wide (export "wide") i64 1 10 shared)
  (memory $alone (export "alone") 1 2)

  (func (export "add") (param $at i32) (param $value i32) (result i32)
    (i32.atomic.rmw.add $given (local.get $at) (local.get $value)))
  (func (export "add_own") (param $at i32) (param $value i32) (result i32)
    (i32.atomic.rmw.add $own (local.get $at) (local.get $value)))
  (func (export "add_wide") (param $at i64) (param $value i64) (result i64)
    (i64.atomic.rmw.add $wide (local.get $at) (local.get $value)))
  (func (export "add_alone") (param $at i32) (param $value i32) (result i32)
    (i32.atomic.rmw.add $alone (local.get $at) (local.get $value)))

  ;; Adds 1 so often, by an addition and by a loop.
  (func (export "count") (param $at i32) (param $often i32)
    (local $old i32)
    (loop $again
      (drop (i32.atomic.rmw.add $given (local.get $at) (i32.const 1)))
      (local.set $old (i32.atomic.load $given offset=4 (local.get $at)))
      (loop $retry
        (if
          (i32.ne
            (local.get $old)
            (local.tee $old
              (i32.atomic.rmw.cmpxchg $given offset=4
                (local.get $at) (local.get $old) (i32.add (local.get $old) (i32.const 1)))))
          (then (br $retry))))
      (br_if $again (local.tee $often (i32.sub (local.get $often) (i32.const 1))))))

  (func (export "load") (param $at i32) (result i32)
    (i32.load $given (local.get $at)))
  (func (export "store") (param $at i32) (param $value i32)
    (i32.store $given (local.get $at) (local.get $value)))
  (func (export "atomic_load") (param $at i32) (result i32)
    (i32.atomic.load $given (local.get $at)))

  (func (export "wait") (param $at i32) (param $expected i32) (param $timeout i64) (result i32)
    (memory.atomic.wait32 $given (local.get $at) (local.get $expected) (local.get $timeout)))
  (func (export "wait_wide") (param $at i64) (param $expected i64) (param $timeout i64) (result i32)
    (memory.atomic.wait64 $wide offset=16 (local.get $at) (local.get $expected) (local.get $timeout)))
  (func (export "wait_alone") (param $at i32) (result i32)
    (memory.atomic.wait32 $alone (local.get $at) (i32.const 0) (i64.const 0)))
  (func (export "notify") (param $at i32) (param $count i32) (result i32)
    (memory.atomic.notify $given (local.get $at) (local.get $count)))
  (func (export "notify_alone") (param $at i32) (result i32)
    (memory.atomic.notify $alone (local.get $at) (i32.const 1)))

  (func (export "grow") (param $pages i32) (result i32)
    (memory.grow $given (local.get $pages)))
  (func (export "grow_wide") (param $pages i64) (result i64)
    (memory.grow $wide (local.get $pages)))
  (func (export "size") (result i32)
    (memory.size $given))

  (func (export "add_bytes") (param $at i32) (param $value i32) (result i32)
    (i32.atomic.rmw.add $bytes (local.get $at) (local.get $value)))
  (func (export "load_bytes") (param $at i32) (result i32)
    (i32.load $bytes (local.get $at)))
  (func (export "mark_byte") (param $at i32) (param $value i32) (result i32)
    (i32.atomic.rmw8.xchg_u $bytes (local.get $at) (local.get $value)))
  (func (export "wait_bytes") (param $at i32) (param $expected i32) (result i32)
    (memory.atomic.wait32 $bytes (local.get $at) (local.get $expected) (i64.const 1000)))
  (func (export "grow_bytes") (param $bytes i32) (result i32)
    (memory.grow $bytes (local.get $bytes)))
  (func (export "size_bytes") (result i32)
    (memory.size $bytes))
)
