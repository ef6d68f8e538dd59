# Two commands start everything: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# $(call option,NAME,--flag): the flag with NAME's value, if NAME was given to make itself. Shells export variables of
# these names, too: COLUMNS is the width of the terminal.
option = $(if $(filter command,$(origin $(1))),$(2) "$($(1))")

.PHONY: help run ui test test-airflow test-slow test-scheduler test-browser lint evaluate bench lock clean sources

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# ---- running

run: .venv/.installed ## run the whole pipeline: simulated boards (AGAIN=1: though nothing has changed); ARCHIVE=FILE [COLUMNS=MAP.yaml NAME=name] a dump; SOURCE=live the public boards
ifdef ARCHIVE
	@$(PY) -m include.local_run archive "$(ARCHIVE)" $(call option,COLUMNS,--columns) $(call option,NAME,--name)
else ifeq ($(SOURCE),live)
	@$(PY) -m include.local_run live
else ifdef SOURCE
	@echo "SOURCE=$(SOURCE) is not known: SOURCE=live reads the public boards; without SOURCE they are simulated" >&2; exit 2
else
	@$(PY) -m include.local_run demo $(if $(AGAIN),--again)
endif

ui: .venv/.installed ## start Airflow with the operator's page (PORT=8080)
	@$(PY) -m include.local_run ui --port $(or $(PORT),8080)

sources: .venv/.installed ## how each source did: boards, postings, filled fields, last success, failures; SOURCE=live, DAY=2026-11-16
	@$(if $(filter live,$(SOURCE)),HIRING_SIGNALS_DATA_DIR=data/live HIRING_SIGNALS_DATA_ORIGIN=public_boards) $(PY) -m include.sources report $(DAY)

# ---- testing

test: .venv/.installed-dev ## everything that is fast: lint, types, unit and DAG tests
	@$(MAKE) --no-print-directory -j 2 lint test-airflow  # each keeps one core busy
	@$(PY) -m pytest -q -n 2 --dist loadfile -m "not slow and not airflow and not browser"

# Apart from the others: Airflow takes over the process's logging.
test-airflow: .venv/.installed-dev
	@$(PY) -m pytest -q -m "airflow and not slow and not browser" tests/dags tests/plugins

test-scheduler: .venv/.installed-dev ## slow: the DAGs trigger each other under a real scheduler
	@$(PY) -m pytest -q -m scheduler

test-browser: .venv/.installed-dev ## slow: page and operator's page in headless Chromium
	@$(PY) -m pytest -q -m browser

test-slow: .venv/.installed-dev ## slow: kills, full disks, real listings of a hundred thousand rows
	@$(PY) -m pytest -q -n 2 --dist loadfile -m "slow and not scheduler and not browser"

lint: .venv/.installed-dev ## style and types only
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

evaluate: .venv/.installed-dev ## accuracy of the classifiers on labelled postings, when they are there; ERRORS=FILE lists the errors with quotes
	@$(PY) -m include.classify.evaluation $(if $(ERRORS),--errors "$(ERRORS)")
	@$(PY) -m include.classify.training.fresh

bench: .venv/.installed-dev ## the benchmark table: speed and memory against named alternatives
	@$(PY) -m benchmarks

# ---- environment

.venv/bin/uv: requirements-bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11, 5) <= sys.version_info < (3, 14) and "Python 3.11.5 to 3.13 is needed; this is " + sys.version.split()[0] + ". Say which: make PYTHON=python3.11")'
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --require-hashes -r requirements-bootstrap.txt
	@touch $@

.venv/.installed: requirements.txt .venv/bin/uv
	@echo "Installing into .venv (once)"
	@.venv/bin/uv pip install --quiet --python $(PY) --compile-bytecode --require-hashes -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@echo "Installing test tools into .venv (once)"
	@.venv/bin/uv pip install --quiet --python $(PY) --compile-bytecode --require-hashes -r requirements-dev.txt
	@touch $@

lock: .venv/bin/uv ## resolve requirements*.in again into the hashed lock files
	@.venv/bin/uv pip compile --quiet requirements.in --universal --python-version 3.11.5 --generate-hashes -o requirements.txt
	@.venv/bin/uv pip compile --quiet requirements-dev.in --universal --python-version 3.11.5 --generate-hashes -o requirements-dev.txt

clean: ## remove simulated data, Airflow's state and caches; keep .venv and what was read or imported (data/live, data/archive)
	rm -rf data/simulated .airflow .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
