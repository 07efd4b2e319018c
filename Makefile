# Every target works in a fresh clone: it sets up .venv first (scripts/setup.sh), once.
# PYTHON=/path/to/python3 names the Python to use; ARGS="..." goes to pytest or the demo.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:
SHELL := /bin/sh
export PYTHON
unexport PYTHONPATH
unexport PYTHONHOME

# Paths are relative, so that a folder with spaces in its name does no harm.
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
JOBS ?= auto

.PHONY: help
help: ## what there is
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

.PHONY: setup setup-run
setup:
	@sh scripts/setup.sh dev
setup-run:
	@sh scripts/setup.sh run

.PHONY: demo
demo: setup-run ## a real server at work in a scratch repository
	@$(BIN)/afterglow demo $(ARGS)

.PHONY: test
test: setup ## all tests but the end-to-end ones
	@$(PYTEST) tests --ignore=tests/e2e -n $(JOBS) --dist worksteal $(ARGS)

.PHONY: e2e
e2e: setup ## the real server over stdio, as editors start it
	@$(PYTEST) tests/e2e -n $(JOBS) --dist loadgroup $(ARGS)

.PHONY: check
check: setup ## format, lint, types, and who may import whom
	@failed=; \
	$(BIN)/ruff format --check --quiet . || failed="$$failed format ('make format' mends it),"; \
	$(BIN)/ruff check --quiet . || failed="$$failed lint,"; \
	$(BIN)/mypy || failed="$$failed types,"; \
	$(BIN)/lint-imports --no-logo || failed="$$failed imports,"; \
	[ -z "$$failed" ] || { echo "check: failed:$${failed%,}"; exit 1; }

.PHONY: format
format: setup ## rewrites what a machine can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

.PHONY: bench
bench: setup ## benchmarks: ratios that must hold, and the figures
	@$(PYTEST) tests -m bench -n 0 -s -o faulthandler_timeout=0 $(ARGS)

.PHONY: soak
soak: setup ## what takes over a minute
	@$(PYTEST) tests -m soak -n 0 -o faulthandler_timeout=0 $(ARGS)

.PHONY: dist
dist: setup ## the wheel and the source archive, in dist/
	@rm -rf dist
	@$(BIN)/python -m hatchling build

.PHONY: clean
clean: ## removes everything that make has made
	@rm -rf .venv .venv-editors dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find server tests -name __pycache__ -type d -prune -exec rm -rf {} +
