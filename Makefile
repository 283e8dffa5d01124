# Every command of the project. Bare `make` lists them. Nothing but make and Python 3.11 or later
# needs to be there: each target first brings the project's own .venv up to date (see install).

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules
# Reading every module anew takes each process several seconds: what Python compiled is kept.
unexport PYTHONDONTWRITEBYTECODE

UV_VERSION := 0.13.9
PORT ?= 8000
# One test worker a core, two at least.
WORKERS ?= $(shell cores=$$(nproc 2>/dev/null || echo 2); echo $$((cores > 2 ? cores : 2)))
BIN := .venv/bin
UV := UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON=$(BIN)/python $(BIN)/python -m uv
INSTALLED := .venv/.installed

.PHONY: help install demo run test browser check fix bench words assets lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Bring .venv up to date with uv.lock

# The first Python that is new enough and can make an environment.
$(BIN)/python:
	@for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	  then found=$$python; break; fi; done; \
	if [ -z "$${found:-}" ]; then \
	  echo "Python 3.11 or later, with its venv module, is needed (Debian: apt install python3-venv)." >&2; exit 1; fi; \
	echo "Making .venv with $$($$found --version) …"; \
	$$found -m venv .venv

$(INSTALLED): uv.lock $(BIN)/python
	@echo "Installing what uv.lock names …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(UV) sync --frozen --inexact --quiet
	@touch $@

demo: $(INSTALLED) ## Make an invented authority and its return, and open the site (Ctrl-C stops it)
	@exec $(BIN)/python -m ccis.embedded serve --demo --port $(PORT)

run: $(INSTALLED) ## Open the site on the data in var/ (Ctrl-C stops it)
	@exec $(BIN)/python -m ccis.embedded serve --port $(PORT)

# In the order they are found: the browser tests, few and slow, would otherwise keep one core to the end.
test: $(INSTALLED) browser ## Run every test, on every core
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)

# Browser tests need Chromium. It is installed where that takes no question; pytest says what it skipped.
browser:
	@if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null \
	  && ! command -v google-chrome >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium for the browser tests …"; \
	    { apt-get install -qq -y --no-install-recommends chromium >/dev/null 2>&1 || { apt-get update -qq \
	      && apt-get install -qq -y --no-install-recommends chromium >/dev/null; }; } \
	    || echo "Chromium could not be installed: the browser tests will be skipped."; \
	  else echo "Chromium is not installed: the browser tests will be skipped."; fi; fi

check: export DJANGO_SETTINGS_MODULE := ccis.settings.test
check: $(INSTALLED) ## Check format, lint, types, imports, migrations and templates; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(BIN)/djlint --lint --quiet templates

fix: $(INSTALLED) ## Mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED) ## Measure (see benchmarks/README.md)
	@$(BIN)/python -m benchmarks $(ARGS)

words: export DJANGO_SETTINGS_MODULE := ccis.settings.test
words: $(INSTALLED) ## Bring the files for translators up to date with young people's pages
	@$(BIN)/python -W ignore manage.py words

assets: ## Build the style sheet and scripts again (needs Node; the results are committed)
	npm ci --no-audit --no-fund
	npm run build

lock: $(INSTALLED) ## Choose versions again within pyproject.toml
	$(UV) lock --upgrade

clean: ## Stop what runs here and remove all that make made: .venv, var and caches
	@[ ! -x $(BIN)/python ] || $(BIN)/python -m ccis.embedded stop || true
	rm -rf .venv var node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov
	rm -f .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
