# WASI's own tests, included by ../Makefile:
#   check-wasi           all cases under the address and undefined behaviour sanitizers
#   check-wasi-threads   those with threads under the thread sanitizer
# WASI_TEST=PATTERN runs the cases whose name contains it.

WASI_BUILD := build/wasi-test
WASI_SOURCES := $(wildcard src/wasi_*.c)
WASI_TEST_SOURCES := $(wildcard tests/wasi_test*.c)
WASI_HEADERS := $(wildcard src/wasi_*.h include/*.h tests/wasi_test.h)
WASI_TEST ?=

WASI_CFLAGS := -std=c11 -Wall -Wextra -Werror -g -O1 -fno-omit-frame-pointer -Iinclude
WASI_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
WASI_LDFLAGS := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup -lpthread

$(WASI_BUILD)/wasi-test: $(WASI_SOURCES) $(WASI_TEST_SOURCES) $(WASI_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(WASI_CFLAGS) $(WASI_SANITIZE) $(WASI_SOURCES) $(WASI_TEST_SOURCES) -o $@ $(WASI_LDFLAGS)

$(WASI_BUILD)/wasi-test-threads: $(WASI_SOURCES) $(WASI_TEST_SOURCES) $(WASI_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(WASI_CFLAGS) -fsanitize=thread $(WASI_SOURCES) $(WASI_TEST_SOURCES) -o $@ $(WASI_LDFLAGS)

.PHONY: check-wasi check-wasi-threads
check-wasi: $(WASI_BUILD)/wasi-test
	$< $(WASI_TEST)

check-wasi-threads: $(WASI_BUILD)/wasi-test-threads
	$< table
	$< descriptors
	$< reading
