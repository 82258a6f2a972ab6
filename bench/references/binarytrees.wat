;; Many short-lived trees beside a long-lived one, all of structures: 5,000 trees of depth 10, one of depth 16.
(module
  (type $tree (sub final (struct (field $left (ref null $tree)) (field $right (ref null $tree)))))
  (memory (export "memory") 1)

  (func $make (param $depth i32) (result (ref $tree))
    (if (result (ref $tree)) (i32.eqz (local.get $depth))
      (then (struct.new_default $tree))
      (else
        (struct.new $tree
          (call $make (i32.sub (local.get $depth) (i32.const 1)))
          (call $make (i32.sub (local.get $depth) (i32.const 1)))))))

  (func $count (param $tree (ref null $tree)) (result i32)
    (if (result i32) (ref.is_null (local.get $tree))
      (then (i32.const 0))
      (else
        (i32.add (i32.const 1)
          (i32.add
            (call $count (struct.get $tree $left (local.get $tree)))
            (call $count (struct.get $tree $right (local.get $tree))))))))

  (func (export "_start")
    (local $lasting (ref $tree))
    (local $round i32)
    (local $nodes i32)
    (local.set $lasting (call $make (i32.const 16)))
    (loop $rounds
      (local.set $nodes (i32.add (local.get $nodes) (call $count (call $make (i32.const 10)))))
      (local.set $round (i32.add (local.get $round) (i32.const 1)))
      (br_if $rounds (i32.lt_u (local.get $round) (i32.const 5000))))
    (if (i32.ne (local.get $nodes) (i32.const 10235000)) (then (unreachable)))
    (if (i32.ne (call $count (local.get $lasting)) (i32.const 131071)) (then (unreachable)))))
