"""wasmtime through its Python package, as a peer.

    python wasmtime_peer.py compile MODULE OUTPUT
    python wasmtime_peer.py run MODULE TIMES ARG...

`compile` writes the serialized module. `run` writes the user CPU seconds of the program alone, without compilation, into
the file TIMES.
"""

import resource
import sys

import wasmtime


def new_engine():
    """Everything that is standard, whatever the version has on by itself."""
    config = wasmtime.Config()
    for name in ("wasm_function_references", "wasm_gc", "wasm_exceptions"):
        if hasattr(type(config), name):
            setattr(config, name, True)
    return wasmtime.Engine(config)


def compile_module(path, output):
    with open(path, "rb") as source:
        module = wasmtime.Module(new_engine(), source.read())
    with open(output, "wb") as sink:
        sink.write(module.serialize())


def run(path, times, arguments):
    engine = new_engine()
    module = wasmtime.Module.from_file(engine, path)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = ["program", *arguments]
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    start = linker.instantiate(store, module).exports(store)["_start"]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    status = 0
    try:
        start(store)
    except wasmtime.ExitTrap as end:
        status = end.code
    with open(times, "w", encoding="utf-8") as sink:
        sink.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_utime - before))
    sys.exit(status)


if sys.argv[1] == "compile":
    compile_module(sys.argv[2], sys.argv[3])
else:
    run(sys.argv[2], sys.argv[3], sys.argv[4:])
