;; Throws and catches for C: a tag of the host's and one of its own, with a payload of every type; catcher.wat imports from it.
(module $thrower
  (import "host" "tag" (tag $host (param i32)))
  (import "host" "act" (func $act (param i32) (result i32)))
  (import "host" "look" (func $look (param exnref) (result i32)))
  (tag $own (export "own") (param i32 i64 f32 f64 v128 externref funcref))
  (tag $empty (export "empty"))

  (func $nothing (export "nothing"))
  (elem declare func $nothing)

  ;; Throws one's own, with what the caller gives and what C can compare.
  (func $throw_own (export "throw_own") (param $n i32) (param $reference externref)
    (throw $own
      (local.get $n) (i64.const -5000000000) (f32.const 0.5) (f64.const -0.25) (v128.const i32x4 1 2 3 4)
      (local.get $reference) (ref.func $nothing)))
  (func (export "throw_host") (param $n i32)
    (throw $host (local.get $n)))
  (func (export "throw_empty")
    (throw $empty))

  ;; What the host does, with the value of a host exception if it throws one; -1 if it throws something else.
  (func (export "catch_host") (param $n i32) (result i32)
    (block $other
      (block $caught (result i32)
        (try_table (result i32) (catch $host $caught) (catch_all $other)
          (call $act (local.get $n)))
        (return))
      (return (i32.add (i32.const 1000))))
    (i32.const -1))

  ;; Catches nothing that the host may throw; catch_all is no place for traps either.
  (func $pass (export "pass") (param $n i32) (result i32)
    (block $empty
      (try_table (result i32) (catch $empty $empty)
        (call $act (local.get $n)))
      (return))
    (i32.const -2))

  ;; The same in the end: takes a reference, has the host look at it, and throws it again.
  (func (export "again") (param $n i32) (result i32)
    (local $exception exnref)
    (block $caught (result exnref)
      (try_table (result i32) (catch_all_ref $caught)
        (call $act (local.get $n)))
      (return))
    (local.set $exception)
    (drop (call $look (local.get $exception)))
    (throw_ref (local.get $exception)))

  ;; The host gets a reference, or null, and may throw it.
  (func (export "look") (param $n i32) (result i32)
    (block $caught (result exnref)
      (try_table (catch_all_ref $caught)
        (if (local.get $n) (then (throw $host (local.get $n)))))
      (return (call $look (ref.null exn))))
    (call $look))

  ;; Throws and catches so often; the sum of the values.
  (func (export "often") (param $times i32) (result i32)
    (local $sum i32)
    (loop $next
      (block $caught (result i32)
        (try_table (catch $host $caught) (call $thrower (local.get $times)))
        (unreachable))
      (local.set $sum (i32.add (local.get $sum)))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $sum))
  (func $thrower (param $n i32)
    (throw $host (i32.and (local.get $n) (i32.const 1)))))
