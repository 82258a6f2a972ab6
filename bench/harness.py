"""What the benchmarks share: tools, measured processes, WebAssembly modules, ELF sections, tables.

Standard library only. A peer that is not there is left out, and a line says so. WASM2OBJ names another compiler than the
repository's own.
"""

import hashlib
import os
import platform
import resource
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"
COMPILER = Path(os.environ.get("WASM2OBJ", HERE.parent / "wasm2obj"))
CACHE = Path(os.environ.get("WASM2OBJ_CACHE", Path.home() / ".cache" / "wasm2obj"))
NODE = CACHE / "node26"
PYTHON = CACHE / "venv" / "bin" / "python"
V8_FLAGS = ["--no-liftoff", "--no-wasm-lazy-compilation"]

WASM = CACHE / "wasm"
NATIVE = CACHE / "native"
NPM = CACHE / "npm" / "node_modules"


class Failure(Exception):
    """A measured process that did not do its work."""


class Measurement:
    """One process: wall and CPU seconds, and the most memory it held, in bytes."""

    def __init__(self, wall, user, system, peak):
        self.wall = wall
        self.user = user
        self.cpu = user + system
        self.peak = peak


def measure(command, stdin=None, stdout=None, cpus=None, environment=None):
    """Runs a command to its end and returns its Measurement; an exit status other than 0 is a Failure.

    stdin is a path, or None for none; stdout is a path, or None to drop it; cpus bounds the processors.
    """

    def prepare():
        if cpus:
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cpus])

    with open(stdin or os.devnull, "rb") as source, open(stdout or os.devnull, "wb") as sink, \
            tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdin=source, stdout=sink, stderr=errors,
                                   preexec_fn=prepare if cpus else None,
                                   env={**os.environ, **(environment or {})})
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            text = errors.read().decode(errors="replace").strip().splitlines()
            raise Failure(f"{' '.join(map(str, command))}: exit status {process.returncode}"
                          + (f": {text[0]}" if text else ""))
    return Measurement(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024)


def median(values):
    return statistics.median(values)


def geometric_mean(values):
    return statistics.geometric_mean(values) if values else float("nan")


# ---- tools ----

def first_line(*command):
    """The first line that the command prints, or None if there is no such command."""
    try:
        result = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except (FileNotFoundError, PermissionError):
        return None
    lines = (result.stdout or result.stderr).strip().splitlines()
    return lines[0] if result.returncode == 0 and lines else None


def has_node():
    return NODE.exists()


def has_wasmtime():
    return PYTHON.exists() and first_line(PYTHON, "-c", "import wasmtime; print(1)") == "1"


def skip(what, why):
    print(f"skipped: {what}: {why}")


def describe_machine():
    """Prints what the figures depend on."""
    model = "unknown processor"
    try:
        for line in open("/proc/cpuinfo", encoding="utf-8"):
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    load = os.getloadavg()[0]
    print(f"machine: {model}, {len(os.sched_getaffinity(0))} processors, {platform.system()} {platform.release()}")
    print(f"load average at the start: {load:.1f}" + (" (NOT QUIET: trust ratios of CPU time only)" if load > 0.5 else ""))


def describe_tools(*names):
    """Prints the versions of the tools: any of wasm2obj, java, wasmtime, node, clang, gcc, wasm2c."""
    commands = {
        "wasm2obj": [COMPILER, "--version"],
        "wasmtime": [PYTHON, "-c", "import importlib.metadata as m; print('wasmtime', m.version('wasmtime'), '(PyPI)')"],
        "node": [NODE, "-p", "'node ' + process.version + ', V8 ' + process.versions.v8"],
        "clang": ["clang-19", "--version"],
        "gcc": ["gcc", "--version"],
        "wasm2c": ["wasm2c", "--version"],
        "cc": [os.environ.get("CC", "cc"), "--version"],
    }
    for name in names:
        version = first_line(*commands[name])
        print(f"{name}: {version or 'not found'}")


def build_compiler():
    """Makes sure that the compiler is built and trained, so that no measurement contains that."""
    result = subprocess.run([str(COMPILER), "--version"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    if result.returncode != 0:
        sys.exit("the compiler cannot be built")


# ---- programs ----

KERNELS = ["dictionary", "fannkuch", "interpreter", "life", "mandelbrot", "matmul", "nbody", "queens", "sha256", "sieve",
           "sort", "spectral"]


def stubs(header):
    """C functions for what a module imports and the host does not have."""
    host = (PEERS / "wasi_stdio.c").read_text()
    out = ["#include <stdlib.h>", '#include "program.h"']
    for line in header.splitlines():
        if line.startswith("u32 Z_wasi_snapshot_preview1Z_"):
            name = line[len("u32 Z_wasi_snapshot_preview1Z_"):line.index("(")]
            if f"WASI({name})" not in host:
                out.append(line.rstrip(";") + " { return 52; }")
    return "\n".join(out) + "\n"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


# ---- modules ----

def leb(data, at):
    """The unsigned LEB128 number at a position, and the position after it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def to_leb(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def sections(data):
    """The (id, start, end) of each section's contents."""
    at = 8
    while at < len(data):
        kind = data[at]
        size, start = leb(data, at + 1)
        yield kind, start, start + size
        at = start + size


def code_size(data):
    """Bytes in the code section."""
    return sum(end - start for kind, start, end in sections(data) if kind == 10)


def slice_module(data, limit):
    """The module with only the first functions, of about `limit` bytes together; the others trap at once.

    Custom sections are left out.
    """
    out = bytearray(data[:8])
    for kind, start, end in sections(data):
        contents = data[start:end]
        if kind == 0:
            continue
        if kind == 10:
            contents = slice_code(contents, limit)
        out += bytes([kind]) + to_leb(len(contents)) + contents
    return bytes(out)


def slice_code(contents, limit):
    count, at = leb(contents, 0)
    out = bytearray(to_leb(count))
    for _ in range(count):
        size, start = leb(contents, at)
        out += contents[at:start + size] if len(out) < limit else b"\x03\x00\x00\x0b"
        at = start + size
    return bytes(out)


def elf_section_size(path, name):
    """Bytes in the sections of a 64-bit ELF file whose name begins with `name`; None if it is something else."""
    data = Path(path).read_bytes()
    if data[:5] != b"\x7fELF\x02":
        return None
    table, = struct.unpack_from("<Q", data, 0x28)
    entry, count, names = struct.unpack_from("<HHH", data, 0x3A)
    if count == 0:
        count, = struct.unpack_from("<Q", data, table + 32)
        names, = struct.unpack_from("<I", data, table + 40)
    headers = [struct.unpack_from("<IIQQQQ", data, table + i * entry) for i in range(count)]
    strings = headers[names if names != 0xFFFF else struct.unpack_from("<I", data, table + 40)[0]][4]
    total = 0
    for header in headers:
        start = strings + header[0]
        if data[start:data.index(0, start)].startswith(name.encode()):
            total += header[5]
    return total


# ---- tables ----

def table(headings, rows):
    """Prints rows of strings under headings; the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in [headings, *rows]) for i in range(len(headings))]
    for row in [headings, ["-" * width for width in widths], *rows]:
        cells = [cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def megabytes(size):
    return f"{size / 1e6:.2f}" if size < 1e7 else f"{size / 1e6:.1f}"


def scratch():
    """A temporary folder that goes away with the returned object."""
    return tempfile.TemporaryDirectory(prefix="wasm2obj-bench-")
