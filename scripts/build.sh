# Sourced by the scripts that run Java: finds a JDK 25 and builds the project when that is needed. The script sets
#   root    the repository's root
#   me      its own name, for messages
# and gets
#   build   the folder of what is built
#   jdk     from find_jdk

build=$root/build
# The JVM says nothing of its own; with these the cache of classes is made, and only with these can it be used.
# C1 alone: C2 takes longer than it wins back, see docs/decisions/compile-speed.md.
java_options="-Xlog:disable -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData --enable-native-access=ALL-UNNAMED"

is_jdk_25() {
    [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null
}

# Sets jdk.
find_jdk() {
    for jdk in "${JAVA25_HOME:-}" "${JAVA_HOME:-}" \
        /usr/lib/jvm/*25* /Library/Java/JavaVirtualMachines/*25*/Contents/Home \
        "$HOME"/.sdkman/candidates/java/25* "$HOME"/.jdks/*25*; do
        if [ -n "$jdk" ] && is_jdk_25 "$jdk"; then
            return
        fi
    done
    echo "$me: error: needs a JDK 25 (Debian: openjdk-25-jdk-headless or temurin-25-jdk): there is none in" \
        "JAVA25_HOME, JAVA_HOME, /usr/lib/jvm, ~/.sdkman or ~/.jdks" >&2
    exit 1
}

# is_built STAMP FOLDER...: no source in the folders is newer than the stamp.
is_built() {
    stamp=$1
    shift
    [ -f "$stamp" ] && [ -z "$(find "$root/pom.xml" "$@" -newer "$stamp" -type f -print -quit)" ]
}

# package_modules MODULE: Maven makes the jars of a module and of all it needs, without tests.
package_modules() {
    command -v mvn >/dev/null || {
        echo "$me: error: needs Maven to build itself (Debian: maven)" >&2
        exit 1
    }
    if ! (cd "$root" && JAVA_HOME=$jdk mvn -q -pl "$1" -am -Dmaven.test.skip=true -Dspotless.check.skip=true -Dstyle.color=never \
        package) >"$build/log" 2>&1 </dev/null; then
        tail -n 30 "$build/log" >&2
        echo "$me: error: the build failed; its log is $build/log" >&2
        exit 1
    fi
}

# The compiler: the jars in build/lib, and a cache of its classes and their profiles, which halves the time to start.
build_compiler() {
    is_compiler_built && return
    mkdir -p "$build"
    exec 9>"$build/lock"
    ! command -v flock >/dev/null || flock 9
    if ! is_compiler_built; then
        echo "$me: building the compiler (once; takes a minute or two)" >&2
        touch "$build/started"
        rm -rf "$build/stamp" "$build/lib" "$build/wasm2obj.aot"
        package_modules driver
        mkdir "$build/lib"
        cp "$root"/driver/target/wasm2obj-driver-*.jar "$root"/driver/target/lib/*.jar "$build/lib"
        train
        mv "$build/started" "$build/stamp"
    fi
    exec 9>&-
}

is_compiler_built() {
    is_built "$build/stamp" "$root"/*/pom.xml "$root"/*/src/main "$root"/runtime-c/include "$root"/runtime-c/src
}

# A training run leaves classes and profiles in the cache.
train() {
    class_path "$build/lib"
    # shellcheck disable=SC2086 # options are words
    "$jdk/bin/java" -XX:AOTCacheOutput="$build/wasm2obj.aot" $java_options -cp "$class_path" wasm2obj.driver.Main \
        "$root/test-fixtures/programs/words.wasm" -o "$build/training.o" --header "$build/training.h" \
        >>"$build/log" 2>&1 </dev/null || rm -f "$build/wasm2obj.aot"
}

# class_path FOLDER...: sets class_path to the jars in the folders.
class_path() {
    class_path=
    for folder in "$@"; do
        for jar in "$folder"/*.jar; do
            class_path=$class_path:$jar
        done
    done
    class_path=${class_path#:}
}

# What the tests' own programs need beside the compiler: the jars in build/fixtures.
build_fixtures() {
    is_built "$build/fixtures/stamp" "$build/stamp" "$root"/test-fixtures/pom.xml "$root"/test-fixtures/src/main && return
    echo "$me: building the test fixtures" >&2
    rm -rf "$build/fixtures"
    package_modules test-fixtures
    mkdir "$build/fixtures"
    cp "$root"/test-fixtures/target/wasm2obj-test-fixtures-*.jar "$root"/test-fixtures/target/lib/gson-*.jar \
        "$build/fixtures"
    touch "$build/fixtures/stamp"
}
