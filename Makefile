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
NPM = PATH="$$(sh scripts/setup_node.sh):$$PATH" npm --prefix vscode-extension
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

.PHONY: setup-extension
setup-extension: setup
	@sh scripts/setup_extension.sh

# What takes minutes is fetched before the tests begin, so that no test's patience is spent on it.
.PHONY: setup-editors
setup-editors: setup-extension
	@sh scripts/setup_neovim.sh >/dev/null
	@sh scripts/setup_debian_editors.sh helix >/dev/null
	@sh scripts/setup_debian_editors.sh emacs >/dev/null
	@sh scripts/setup_vscode.sh >/dev/null
	@sh scripts/setup_page.sh >/dev/null
	@sh scripts/setup_dist.sh >/dev/null
	@sh scripts/build_vsix.sh >/dev/null

.PHONY: test
test: setup setup-extension ## all tests but the end-to-end ones
	@$(NPM) test --silent
	@$(PYTEST) tests --ignore=tests/e2e -n $(JOBS) --dist worksteal $(ARGS)

.PHONY: e2e
e2e: setup-editors ## the real server over stdio, and in real editors; ends with what was seen in which
	@$(PYTEST) tests/e2e -n $(JOBS) --dist loadgroup $(ARGS)

.PHONY: check
check: setup setup-extension ## format, lint, types, and who may import whom
	@failed=; \
	$(BIN)/ruff format --check --quiet . || failed="$$failed format ('make format' mends it),"; \
	$(BIN)/ruff check --quiet . || failed="$$failed lint,"; \
	$(BIN)/mypy || failed="$$failed types,"; \
	$(BIN)/lint-imports --no-logo || failed="$$failed imports,"; \
	$(NPM) run --silent check || failed="$$failed extension,"; \
	sh scripts/check_lua.sh || failed="$$failed lua,"; \
	[ -z "$$failed" ] || { echo "check: failed:$${failed%,}"; exit 1; }

.PHONY: format
format: setup ## rewrites what a machine can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .
	@sh scripts/check_lua.sh --format

.PHONY: bench
bench: setup ## benchmarks: ratios that must hold, and the figures
	@$(PYTEST) tests -m bench -n 0 -s -o faulthandler_timeout=0 $(ARGS)

.PHONY: soak
soak: setup ## what takes over a minute
	@$(PYTEST) tests -m soak -n 0 -o faulthandler_timeout=0 $(ARGS)

.PHONY: dist
dist: setup-extension ## the wheel, the source archive, the vsix and what they are made of, in dist/
	@sh scripts/dist.sh

.PHONY: clean
clean: ## removes everything that make has made
	@rm -rf .venv .venv-editors .venv-dist dist build shots vscode-extension/node_modules vscode-extension/dist vscode-extension/out vscode-extension/bundled .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find server tests -name __pycache__ -type d -prune -exec rm -rf {} +
