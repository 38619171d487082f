# Everything one may do here. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 \
  && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
ARGS ?=
AT_ONCE := -n 3 --dist worksteal
# pip looks for a newer pip at every call; nobody asked.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start the program some seventy times: it is compiled once, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo run test lint coverage bench soak install clean

help: ## list what one may do
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## watch it work: a Slack on this machine, sample news, the real bot  (ARGS="--speed 3")
	@$(VENV)/bin/backchannel demo $(ARGS)

run: $(VENV)/.installed ## run it for real: tokens from .env, sources from config/
	@$(VENV)/bin/backchannel run $(ARGS)

test: $(VENV)/.installed-dev ## lint, types, import rules, and every test  (ARGS="-k card")
	@$(MAKE) --no-print-directory lint
	@$(PY) scripts/get_chromium.py
	@$(PY) -m pytest $(AT_ONCE) $(ARGS)

coverage: $(VENV)/.installed-dev ## every test once more, and which lines none of them ran: takes twice as long
	@$(PY) scripts/get_chromium.py
	@$(PY) -m pytest $(AT_ONCE) --cov --cov-report=term:skip-covered $(ARGS)

lint: $(VENV)/.installed-dev ## style, types and import rules only
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

bench: $(VENV)/.installed-dev ## measure speed, as ratios against a floor
	@$(PY) -m bot.evaluation.bench $(ARGS)

soak: $(VENV)/.installed-dev ## kill it 1,000 times while Slack fails: nothing lost, nothing told twice  (ARGS="--minutes 5")
	@$(PY) -m bot.soak $(ARGS)

install: $(VENV)/.installed ## make .venv with what running needs

clean: ## remove .venv, caches and build output
	@rm -rf $(VENV) build dist .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
	  echo "Backchannel needs Python 3.11 or newer, and none was found."; \
	  echo "  Debian, Ubuntu:  sudo apt-get install python3 python3-venv"; \
	  echo "  macOS:           brew install python@3.12"; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments here."; \
	  echo "  Debian, Ubuntu:  sudo apt-get install python3-venv"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing what running needs (about a minute) ..."
	@$(PY) -m pip install --quiet --constraint constraints.txt --editable . || { \
	  echo "Installing failed: see above. The package index must be reachable."; exit 1; }
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what testing needs ..."
	@$(PY) -m pip install --quiet --upgrade 'pip>=25.1'
	@$(PY) -m pip install --quiet --no-compile --constraint constraints.txt --group dev || { \
	  echo "Installing failed: see above. The package index must be reachable."; exit 1; }
	@touch $@
