# The two commands a newcomer needs: make run, make test. Both set up for themselves.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: run test audit fuzz faults check setup format lock clean

run: setup
	@exec $(BIN)/hotline up

test: setup
	@$(BIN)/python -m tests.lanes

# Breaks a running hotline in twenty ways, on both databases; some 24 minutes of two idle cores.
# Writes the table of results into docs/faults.md.
SEEDS ?= 20
faults: setup
	@$(BIN)/python -m tests.faults --seeds $(SEEDS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m locales.check
	$(BIN)/python -m locales.status --check docs/languages.md
	$(BIN)/python -m flows.map --check docs/flows
	$(BIN)/python -m tests.triage.gate --cover
	$(BIN)/python -m tests.journeys.coverage --check docs/journeys.md
	$(BIN)/pytest -q tests/test_tree.py tests/test_threat_model.py
	$(BIN)/python -m tests.audit

# Known weaknesses of what the lock names; what cannot be asked is said by name.
audit: setup
	$(BIN)/python -m tests.audit

# The same fuzzing as in `make test`, for long: HOTLINE_FUZZ examples of each kind.
fuzz: setup
	HOTLINE_FUZZ=$${HOTLINE_FUZZ:-20000} $(BIN)/pytest -q tests/fuzz

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: apt install python3 python3-venv"; exit 1; }
	@echo "Setting up (once, about a minute) ..."
	@$(PYTHON) -m venv --clear .venv || { echo "python3-venv is missing: apt install python3-venv"; exit 1; }
	@echo "  1/2 the libraries, each checked against its hash"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@echo "  2/2 the hotline itself"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Needs uv; the lock holds hashes and no addresses.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links --python-version 3.11 --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv .venv-audit data .pytest_cache .mypy_cache .ruff_cache .hypothesis
