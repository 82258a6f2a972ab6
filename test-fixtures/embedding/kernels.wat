;; Small structures whose life ends in the function that makes them, or in what is inlined there. Each kernel runs its loop $n times;
;; its name says what the structures are for. The host counts the bytes that are allocated. $escape is the control: its structures stay.
(module $kernels
  (type $point (struct (field i32) (field i32)))
  (type $line (struct (field (ref $point)) (field (ref $point))))
  (type $box (sub (struct (field i32))))
  (type $cell (struct (field (mut i32)) (field (mut i32))))
  (type $small (struct (field i8) (field i16)))
  (global $kept (mut (ref null $point)) (ref.null $point))

  (func $make (param i32 i32) (result (ref $point)) (struct.new $point (local.get 0) (local.get 1)))
  (func $sum (param (ref $point)) (result i32)
    (i32.add (struct.get $point 0 (local.get 0)) (struct.get $point 1 (local.get 0))))

  ;; Two numbers as one, read in the same block.
  (func (export "pair") (param $n i32) (result i32) (local $s i32) (local $p (ref null $point))
    (loop $l
      (local.set $p (struct.new $point (local.get $n) (local.get $s)))
      (local.set $s (i32.add (struct.get $point 0 (local.get $p)) (struct.get $point 1 (local.get $p))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s))

  ;; Read where ways part.
  (func (export "branch") (param $n i32) (result i32) (local $s i32) (local $p (ref null $point))
    (loop $l
      (local.set $p (struct.new $point (local.get $n) (i32.const 1)))
      (if (i32.and (local.get $n) (i32.const 1))
        (then (local.set $s (i32.add (local.get $s) (struct.get $point 0 (local.get $p)))))
        (else (local.set $s (i32.sub (local.get $s) (struct.get $point 1 (local.get $p))))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s))

  ;; Structures in a structure.
  (func (export "nested") (param $n i32) (result i32) (local $s i32) (local $x (ref null $line))
    (loop $l
      (local.set $x (struct.new $line
        (struct.new $point (local.get $n) (i32.const 1)) (struct.new $point (i32.const 2) (local.get $s))))
      (local.set $s (i32.add
        (struct.get $point 0 (struct.get $line 0 (local.get $x)))
        (struct.get $point 1 (struct.get $line 1 (local.get $x)))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s))

  ;; A number in a box, which is tested and cast when it is taken out.
  (func (export "boxed") (param $n i32) (result i32) (local $s i32) (local $x anyref)
    (loop $l
      (local.set $x (struct.new $box (local.get $n)))
      (if (ref.test (ref $box) (local.get $x))
        (then (local.set $s (i32.add (local.get $s) (struct.get $box 0 (ref.cast (ref $box) (local.get $x)))))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s))

  ;; Fields that change.
  (func (export "mutable") (param $n i32) (result i32) (local $s i32) (local $c (ref null $cell))
    (loop $l
      (local.set $c (struct.new $cell (local.get $n) (i32.const 0)))
      (struct.set $cell 1 (local.get $c) (i32.mul (struct.get $cell 0 (local.get $c)) (i32.const 3)))
      (struct.set $cell 0 (local.get $c) (i32.const 7))
      (local.set $s (i32.add (local.get $s)
        (i32.add (struct.get $cell 0 (local.get $c)) (struct.get $cell 1 (local.get $c)))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s))

  ;; Packed fields, extended when they are read.
  (func (export "packed") (param $n i32) (result i32) (local $s i32) (local $x (ref null $small))
    (loop $l
      (local.set $x (struct.new $small (local.get $n) (local.get $n)))
      (local.set $s (i32.add (local.get $s)
        (i32.add (struct.get_s $small 0 (local.get $x)) (struct.get_u $small 1 (local.get $x)))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s))

  ;; Made by one function, used by another one, both inlined.
  (func (export "constructor") (param $n i32) (result i32) (local $s i32)
    (loop $l
      (local.set $s (call $sum (call $make (local.get $n) (local.get $s))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s))

  (func (export "escape") (param $n i32) (result i32) (local $s i32)
    (loop $l
      (global.set $kept (struct.new $point (local.get $n) (local.get $s)))
      (local.set $s (i32.add (local.get $s) (struct.get $point 0 (global.get $kept))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s)))
