# The core's own tests, included by ../Makefile.
.PHONY: check-core
check-core:
