package wasm2obj.driver;

import wasm2obj.frontend.Import;
import wasm2obj.ir.Signature;
import wasm2obj.ir.Type;

/** The functions of WASI preview 1 (and its predecessor) that the runtime has, with their signatures. */
final class WasiImports {
    private static final String PREVIEW1 = "wasi_snapshot_preview1";
    private static final String UNSTABLE = "wasi_unstable";

    /** Functions that the predecessor defines differently, and that have other symbols for it. */
    private static final String UNSTABLE_FUNCTIONS =
            " fd_seek fd_filestat_get path_filestat_get poll_oneoff ";

    /** The module that threads come from; it is no part of preview 1. */
    private static final String THREADS = "wasi";

    private WasiImports() {}

    static boolean isWasi(Import item) {
        return item.module().equals(PREVIEW1) || item.module().equals(UNSTABLE);
    }

    /** Whether it is the function that makes threads (wasi-threads). */
    static boolean isThreadSpawn(Import item) {
        return item.module().equals(THREADS) && item.name().equals("thread-spawn");
    }

    /** Whether the function is one of WASI's, with the type that it has there. */
    static boolean isKnown(Import item, Signature signature) {
        return isWasi(item) && letters(signature).equals(signature(item.name()));
    }

    /** The C symbol of the function; throws an {@link LinkException} if it is none of WASI's, or has another type. */
    static String symbol(Import item, Signature signature) {
        String expected = isThreadSpawn(item) ? "i:i" : signature(item.name());
        if (expected == null) {
            throw new LinkException(
                    "unknown import: " + item.module() + " has no function " + item.name());
        }
        if (!expected.equals(letters(signature))) {
            throw new LinkException(
                    "incompatible import type: "
                            + item.module()
                            + "."
                            + item.name()
                            + " has another type");
        }
        if (isThreadSpawn(item)) {
            return "w2o_wasi_thread_spawn";
        }
        boolean other =
                item.module().equals(UNSTABLE)
                        && UNSTABLE_FUNCTIONS.contains(" " + item.name() + " ");
        return (other ? "w2o_wasi_unstable_" : "w2o_wasi_") + item.name();
    }

    private static String letters(Signature signature) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < signature.parameterCount(); i++) {
            text.append(letter(signature.parameter(i)));
        }
        text.append(':');
        for (int i = 0; i < signature.resultCount(); i++) {
            text.append(letter(signature.result(i)));
        }
        return text.toString();
    }

    private static char letter(Type type) {
        return switch (type) {
            case I32 -> 'i';
            case I64 -> 'I';
            default -> '?';
        };
    }

    /** Parameters and results, i for i32 and I for i64; null if there is no such function. */
    private static String signature(String name) {
        return switch (name) {
            case "sched_yield" -> ":i";
            case "proc_exit" -> "i:";
            case "proc_raise", "fd_close", "fd_datasync", "fd_sync" -> "i:i";
            case "args_get", "args_sizes_get", "environ_get", "environ_sizes_get" -> "ii:i";
            case "clock_res_get", "random_get", "fd_fdstat_get", "fd_fdstat_set_flags" -> "ii:i";
            case "fd_filestat_get", "fd_prestat_get", "fd_renumber", "fd_tell", "sock_shutdown" ->
                    "ii:i";
            case "fd_filestat_set_size" -> "iI:i";
            case "clock_time_get" -> "iIi:i";
            case "fd_allocate" -> "iII:i";
            case "fd_fdstat_set_rights" -> "iII:i";
            case "fd_advise" -> "iIIi:i";
            case "fd_filestat_set_times" -> "iIIi:i";
            case "fd_prestat_dir_name", "path_create_directory", "path_remove_directory" -> "iii:i";
            case "path_unlink_file", "sock_accept" -> "iii:i";
            case "fd_pread", "fd_pwrite" -> "iiiIi:i";
            case "fd_read", "fd_write", "poll_oneoff" -> "iiii:i";
            case "fd_readdir" -> "iiiIi:i";
            case "fd_seek" -> "iIii:i";
            case "path_filestat_get", "path_symlink" -> "iiiii:i";
            case "path_filestat_set_times" -> "iiiiIIi:i";
            case "path_link" -> "iiiiiii:i";
            case "path_open" -> "iiiiiIIii:i";
            case "path_readlink", "path_rename" -> "iiiiii:i";
            case "sock_recv" -> "iiiiii:i";
            case "sock_send" -> "iiiii:i";
            default -> null;
        };
    }
}
