"""Calls references/externref.wat's function in wasmtime so many times: MODULE COUNT. Prints the user CPU seconds that it took."""

import resource
import sys

import wasmtime


def seconds():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


engine = wasmtime.Engine(wasmtime.Config())
store = wasmtime.Store(engine)
instance = wasmtime.Instance(store, wasmtime.Module.from_file(engine, sys.argv[1]), [])
given = object()
start = seconds()
got = instance.exports(store)["run"](store, given, int(sys.argv[2]))
took = seconds() - start
assert got is given
print(f"{took:.3f}")
