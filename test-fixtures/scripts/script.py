"""A bit of everything: what it prints does not depend on the machine."""

import asyncio
import bisect
import collections
import contextlib
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import hashlib
import heapq
import io
import itertools
import json
import math
import operator
import os
import pickle
import random
import re
import statistics
import string
import struct
import sys
import tempfile
import textwrap
import traceback
import unicodedata
import xml.etree.ElementTree as ElementTree

TEXT = "It was the best of times, it was the worst of times, it was the age of wisdom"


def numbers():
    print(2**521 - 1, (2**521 - 1) % 1_000_003, pow(3, 10**6, 2**61 - 1), -7 // 2, -7 % 3, divmod(-7.5, 2))
    print(0.1 + 0.2, 1e308 * 10, float("nan"), (0.1).hex(), float.fromhex("0x1.8p3"), round(2.675, 2), 1e22, 1e-7)
    print(math.factorial(50), math.gcd(2**40, 6**20), math.isqrt(10**40), math.comb(40, 20), math.fsum([0.1] * 10))
    print(complex(1, 2) ** 2, abs(complex(3, 4)), fractions.Fraction(3, 7) + fractions.Fraction(1, 3))
    with decimal.localcontext() as context:
        context.prec = 60
        print(decimal.Decimal(2).sqrt(), decimal.Decimal(1) / 7, decimal.Decimal("1.10") + 1)
    print(statistics.mean([1, 2, 3, 4.5]), statistics.median([5, 1, 4]), statistics.pstdev([1, 2, 3, 4]))
    random.seed(42)
    print([random.randrange(1000) for _ in range(8)], random.random(), random.sample(range(100), 5), random.gauss(0, 1))
    digits, r, t, k, n, l, found = 1, 0, 1, 1, 3, 3, []
    q = digits
    while len(found) < 60:  # digits of pi, by a spigot
        if 4 * q + r - t < n * t:
            found.append(n)
            q, r, n = 10 * q, 10 * (r - n * t), (10 * (3 * q + r)) // t - 10 * n
        else:
            q, r, t, k, n, l = q * k, (2 * q + r) * l, t * l, k + 1, (q * (7 * k) + 2 + r * l) // (t * l), l + 2
    print("".join(map(str, found)))


def texts():
    print(re.findall(r"\b(\w)(\w*)\b", TEXT)[:4], re.sub(r"(?P<w>\w+) of", r"<\g<w>>", TEXT))
    print(re.match(r"(a+)+$", "a" * 18 + "b"), re.split(r"[,;]\s*", "a, b;c"), re.search(r"(?<=age )\w+(?= wisdom)", TEXT))
    print(f"{math.pi:>12.4f}|{255:#x}|{1234567:,}|{'centre':^12}|{0.00012:g}|{'x'!r:>5}", "%-5s|%05d|%+.2e" % ("a", 42, 12345.678))
    print(unicodedata.normalize("NFD", "é").encode(), "straße".upper(), "İ".lower().encode("utf-8"), "日本語".encode("shift_jis"))
    print(textwrap.fill(TEXT, 30), string.Template("$a and ${b}").substitute(a=1, b=2), TEXT.title().swapcase()[:20])
    print(json.dumps({"b": [1, 2.5, None, True], "a": {"é": "\n"}}, sort_keys=True), json.loads('[1e3, "\\u00e9", {}]'))
    root = ElementTree.fromstring("<a x='1'><b>text</b><b/>tail &amp; more</a>")
    print([(element.tag, element.attrib, element.text) for element in root.iter()], ElementTree.tostring(root))


def data():
    print(struct.pack("<hIdq", -2, 7, 1.5, -(2**40)).hex(), struct.unpack(">f", b"\x40\x49\x0f\xdb"))
    for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"):
        print(name, hashlib.new(name, TEXT.encode()).hexdigest())
    value = {"list": [1, (2, 3)], "set": frozenset({4}), "date": datetime.date(2024, 2, 29), "bytes": b"\0\xff"}
    print(pickle.loads(pickle.dumps(value)) == value, len(pickle.dumps(value, protocol=4)))
    print(datetime.datetime(2024, 2, 29, 12) + datetime.timedelta(days=366, hours=13), datetime.date(2000, 1, 1).isocalendar())
    print(collections.Counter(TEXT).most_common(4), collections.OrderedDict(a=1, b=2), collections.deque([1, 2, 3], 2))
    heap = [5, 1, 4, 1, 3]
    heapq.heapify(heap)
    print([heapq.heappop(heap) for _ in range(5)], bisect.bisect([1, 3, 5], 4))
    print(list(itertools.islice(itertools.permutations("abc"), 4)), list(itertools.accumulate(range(1, 8), operator.mul)))
    print(sorted(TEXT.split(), key=lambda word: (-len(word), word)), functools.reduce(operator.xor, range(1000)))
    print({i: chr(97 + i) for i in range(4)}, {1, 2} | {3}, [*range(3), *"ab"], sys.maxsize > 2**20)


class Shape(enum.Enum):
    ROUND = 1
    SQUARE = 2


@dataclasses.dataclass(order=True, frozen=True)
class Point:
    x: int
    y: int = 0
    tags: tuple = dataclasses.field(default=(), compare=False)


class Meta(type):
    def __new__(mcs, name, bases, namespace):
        made = super().__new__(mcs, name, bases, namespace)
        made.names = sorted(key for key in namespace if not key.startswith("_"))
        return made


class Described(metaclass=Meta):
    def first(self):
        return 1

    @property
    def second(self):
        return 2

    def __getattr__(self, name):
        return "missing " + name


def describe(value):
    match value:
        case Point(x=0, y=y):
            return f"on the axis at {y}"
        case {"kind": "pair", "of": [a, b]}:
            return f"pair {a} {b}"
        case [first, *rest]:
            return f"{first} and {len(rest)}"
        case Shape.ROUND:
            return "round"
        case _:
            return "else"


def classes():
    print(sorted([Point(2, 1), Point(1, 5), Point(1)]), dataclasses.replace(Point(1), y=9), Point(1) == Point(1, 0, ("t",)))
    print([describe(v) for v in (Point(0, 4), {"kind": "pair", "of": [1, 2]}, [1, 2, 3], Shape.ROUND, 5)])
    print(Described.names, Described().second, Described().third, [shape.name for shape in Shape], Shape(2))
    print(type("Made", (Described,), {"extra": 1}).names, Described.__mro__[-1], isinstance(True, int))


def generator(depth):
    try:
        for i in range(depth):
            got = yield from generator(i) if i > 1 else iter([i])
            if got:
                yield got
        return depth
    finally:
        print("finally", depth, end="; ")


@contextlib.contextmanager
def managed(name):
    print("enter", name)
    try:
        yield name
    except KeyError as error:
        print("swallowed", error)
    finally:
        print("leave", name)


def recurse(n):
    return recurse(n + 1) + 1


def errors():
    print(list(generator(4)))
    with managed("a"), managed("b"):
        raise KeyError("inside")
    for action in (lambda: 1 / 0, lambda: [][1], lambda: {}["k"], lambda: int("x"), lambda: None.a, lambda: "a" + 1, lambda: recurse(0)):
        try:
            action()
        except Exception as error:
            print(type(error).__name__, error)
    try:
        try:
            raise ValueError("first")
        except ValueError as error:
            raise RuntimeError("second") from error
    except RuntimeError:
        print(re.sub(r'File ".*?"', "File", traceback.format_exc()))
    try:
        raise ExceptionGroup("group", [ValueError(1), TypeError(2), ExceptionGroup("inner", [ValueError(3)])])
    except* ValueError as group:
        print("values", [type(e).__name__ for e in group.exceptions])
    except* TypeError as group:
        print("types", group.exceptions)
    try:
        compile("def f(:\n  pass", "source", "exec")
    except SyntaxError as error:
        print(error.msg, error.lineno, error.offset)


def coroutines():
    async def work(name, steps):
        for step in range(steps):
            await asyncio.sleep(0)
            print(name, step, end=" ")
        if steps == 3:
            raise ValueError(name)
        return name

    async def main():
        return await asyncio.gather(*(work(name, len(name)) for name in ("a", "bb", "ccc")), return_exceptions=True)

    print(run(main()))


def run(coroutine):
    """asyncio's loop needs sockets; this runs what never waits."""
    loop = asyncio.BaseEventLoop()
    ready = type("Selector", (), {"select": lambda self, timeout: []})()
    loop._selector, loop._process_events = ready, lambda events: None
    return loop.run_until_complete(coroutine)


def files():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file.txt")
        with open(path, "w", encoding="utf-8", newline="") as file:
            for i in range(1000):
                print(i, TEXT[: i % len(TEXT)], "é" * (i % 3), file=file)
        with open(path, "rb") as file:
            print(os.stat(path).st_size, hashlib.sha256(file.read()).hexdigest())
        with open(path, encoding="utf-8") as file:
            file.seek(0)
            print(sum(len(line) for line in file), sorted(os.listdir(folder)))
        os.rename(path, path + ".old")
        print(os.path.exists(path), [entry.name for entry in os.scandir(folder)])
    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer):
        print("caught", end="")
    print(buffer.getvalue(), sys.stdin.read().split())


for part in (numbers, texts, data, classes, errors, coroutines, files):
    print("---", part.__name__)
    part()
