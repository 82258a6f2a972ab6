(module
  (type $string (array (mut i8)))
  (type $person (sub (struct (field $name (ref $string)) (field $age (mut i32)) (field $next (mut (ref null $person))))))
  (type $employee (sub $person (struct (field $name (ref $string)) (field $age (mut i32)) (field $next (mut (ref null $person)))
    (field $badge (mut externref)))))
  (import "env" "greet" (func $greet (param externref (ref $string)) (result i32)))
  (global $first (mut (ref null $person)) (ref.null $person))
  (global $listener (mut externref) (ref.null extern))

  (func (export "listen") (param externref)
    (global.set $listener (local.get 0)))

  (func (export "add") (param $name (ref $string)) (param $age i32) (result (ref $person))
    (global.set $first (struct.new $person (local.get $name) (local.get $age) (global.get $first)))
    (drop (call $greet (global.get $listener) (local.get $name)))
    (ref.as_non_null (global.get $first)))

  (func (export "hire") (param $name (ref $string)) (param $badge externref) (result (ref $employee))
    (local $made (ref $employee))
    (local.set $made (struct.new $employee (local.get $name) (i32.const 30) (global.get $first) (local.get $badge)))
    (global.set $first (local.get $made))
    (local.get $made))

  (func (export "badge") (param (ref $employee)) (result externref)
    (struct.get $employee $badge (local.get 0)))

  (func (export "oldest") (result (ref null $person))
    (local $at (ref null $person))
    (local $best (ref null $person))
    (local.set $at (global.get $first))
    (local.set $best (global.get $first))
    (block $done
      (loop $next
        (br_if $done (ref.is_null (local.get $at)))
        (if (i32.gt_s (struct.get $person $age (local.get $at)) (struct.get $person $age (local.get $best)))
          (then (local.set $best (local.get $at))))
        (local.set $at (struct.get $person $next (local.get $at)))
        (br $next)))
    (local.get $best))

  (func (export "forget")
    (global.set $first (ref.null $person))
    (global.set $listener (ref.null extern))))
