# The core's own tests, included by ../Makefile:
#   check-core           all cases under the address and undefined behaviour sanitizers
#   check-core-threads   those on threads under the thread sanitizer
#   bench-gc             the moving collector's pauses (LIVE=MIB of live objects, 256 by default)
# CORE_TEST=PATTERN runs the cases whose name contains it.

CORE_BUILD := $(BUILD)/core-test
CORE_SOURCES := $(filter-out src/main.c src/wasi_%,$(SOURCES))
CORE_TEST_SOURCES := $(wildcard tests/core_*.c tests/core_*.S)
CORE_HEADERS := $(HEADERS) tests/core_test.h
CORE_TEST ?=

CORE_CFLAGS := -std=c11 -Wall -Wextra -Wpedantic -Werror -g -O1 -Iinclude
CORE_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all

$(CORE_BUILD)/core-test: $(CORE_SOURCES) $(CORE_TEST_SOURCES) $(CORE_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) $(CORE_SANITIZE) $(CORE_SOURCES) $(CORE_TEST_SOURCES) -o $@ -lpthread -lm

$(CORE_BUILD)/core-test-threads: $(CORE_SOURCES) $(CORE_TEST_SOURCES) $(CORE_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -fsanitize=thread $(CORE_SOURCES) $(CORE_TEST_SOURCES) -o $@ -lpthread -lm

$(CORE_BUILD)/gc-benchmark: $(CORE_SOURCES) tests/gc_benchmark.c $(CORE_HEADERS)
	@mkdir -p $(@D)
	$(CC) -std=c11 -Wall -Wextra -Werror -O2 -Iinclude $(CORE_SOURCES) tests/gc_benchmark.c -o $@ -lpthread -lm

.PHONY: check-core check-core-threads bench-gc
bench-gc: $(CORE_BUILD)/gc-benchmark
	$< $(LIVE)

check-core: $(CORE_BUILD)/core-test
	$< $(CORE_TEST)

check-core-threads: $(CORE_BUILD)/core-test-threads
	$< store
