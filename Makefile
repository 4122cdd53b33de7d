# kotaconsole: `make demo` shows it, `make test` tests it; both set everything up first (packaging/bootstrap.py).
#
#   make demo [SECONDS=60]   with a display: try it yourself. Without one: a scripted operator works it for SECONDS.
#   make test                all tests except the benches
#   make test-long [LIVES=100] [KILLS=300]  long proofs: console and hub killed while they work; a second call goes on
#   make test-api [SECONDS=600] generated requests against a hub, from the API document (schemathesis)
#   make lint                style, types, import contracts, stray addresses
#   make bench               measurements, against floors taken in the same run
#   make setup               only the set-up
#   make lock [UPGRADE=1]    write packaging/lock anew (needs uv)
#   make clean               remove what was built here (not .venv)

PYTHON ?= python3
SECONDS ?= 60
WORKERS ?= 2

PY := .venv/bin/python
BOOTSTRAP := $(PYTHON) packaging/bootstrap.py
PYTEST := $(PY) -m pytest
# Tests that open real windows on virtual screens of their own.
SCREEN := $(wildcard tests/world tests/e2e)
# Measurements and long proofs have commands of their own.
APART := --ignore=tests/bench --ignore=tests/long
# A checkout is what is tested, whatever the surroundings say; and letters are letters also where no locale is set.
TESTENV := env -u PYTHONPATH -u PYTHONHOME PYTHONNOUSERSITE=1 LC_ALL=C.UTF-8

.DELETE_ON_ERROR:
.PHONY: help setup demo test test-long test-api lint bench lock clean

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' Makefile

setup:
	@$(BOOTSTRAP) test

demo:
	@$(BOOTSTRAP) demo
ifneq ($(DISPLAY)$(WAYLAND_DISPLAY),)
	@$(PY) -m kotaconsole demo
else
	@$(TESTENV) $(PY) -m tests.e2e.demo --seconds $(SECONDS) --out build/demo
endif

# First everything that needs no screen, side by side; then the stories in a real window, one after the other,
# because they listen to the clock. The rules the desk decides by (kotaconsole/domain) are covered whole or it fails.
test: setup
	@mkdir -p build/coverage
	@$(TESTENV) QT_QPA_PLATFORM=offscreen $(PYTEST) tests $(SCREEN:%=--ignore=%) $(APART) \
	    -n $(WORKERS) --cov --cov-report=
	@$(PY) -m coverage report --include='kotaconsole/domain/*' --fail-under=100
	@$(TESTENV) $(PYTEST) $(SCREEN)

lint: setup
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(PY) packaging/check_tree.py

test-long: setup
	@$(TESTENV) $(PYTEST) tests/long -s

bench: setup
	@$(TESTENV) QT_QPA_PLATFORM=offscreen $(PYTEST) tests/bench -s

lock:
	@UPGRADE=$(UPGRADE) packaging/lock.sh

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -f resources/translations/*.qm
	find kotaconsole tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +

test-api: SECONDS := $(if $(filter file,$(origin SECONDS)),600,$(SECONDS))
test-api: setup
	@$(TESTENV) $(PY) -m tests.contract.api_run --seconds $(SECONDS)
