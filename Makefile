# Everything runs in an environment of its own, made on first use from pyproject.toml.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made
# Tests in real time wait for most of it: one worker more than there are cores.
MORE := $(shell $(PYTHON) -c "import os; print(os.cpu_count() + 1)")
BEHIND := nice -n 10

.PHONY: demo test lint types contracts tests-in-real-time tests-of-the-rest
.PHONY: soak slow longer slow-in-real-time longer-of-the-rest ten-minutes test-bluez bench pictures schema clean

demo: $(STAMP)
	$(BIN)/unknot demo

# What computes has the cores while the tests in real time wait, and gives them back when one wakes.
test: lint
	+$(MAKE) --no-print-directory --keep-going --jobs=3 tests-in-real-time tests-of-the-rest types contracts

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP)
	$(BEHIND) $(BIN)/mypy

contracts: $(STAMP)
	$(BEHIND) $(BIN)/lint-imports

PLAIN := -m "not soak and not slow and not long"
tests-in-real-time: $(STAMP)
	$(BIN)/pytest -n $(MORE) $(PLAIN) tests/real

tests-of-the-rest: $(STAMP)
	$(BEHIND) $(BIN)/pytest -n auto --dist worksteal $(PLAIN) --ignore=tests/real

# What would make `make test` too long: more runs of the same, and runs in real time.
soak: $(STAMP)
	$(BIN)/pytest -n auto -m soak

slow: $(STAMP)
	$(BIN)/pytest -n $(MORE) -m slow

# Both, those in real time beside those that compute.
longer: $(STAMP)
	+$(MAKE) --no-print-directory --keep-going --jobs=2 slow-in-real-time longer-of-the-rest

slow-in-real-time: $(STAMP)
	$(BIN)/pytest -n $(MORE) -m slow tests/real

longer-of-the-rest: $(STAMP)
	$(BEHIND) $(BIN)/pytest -n auto -m "soak or slow" --ignore=tests/real

# It waits nearly all the time: run it beside another.
ten-minutes: $(STAMP)
	$(BIN)/pytest -m long -rP tests/real

# Real BlueZ and its kernel in a virtual machine; installs what that needs (as root) and keeps it in .bluez.
test-bluez: $(STAMP)
	$(BIN)/python -m tests.bluez

bench: $(STAMP)
	$(BIN)/python -m bench

pictures: $(STAMP)
	$(BIN)/python -m docs.pictures

schema: $(STAMP)
	$(BIN)/python -m protocols.language.schema

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $(STAMP)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .bench .bluez build *.egg-info
