# `make run` and `make test` need Python 3.11 or newer and nothing else; `make help` lists the rest.
# Another Python or another place for the environment: make PYTHON=python3.13 VENV=/tmp/venv run

VENV ?= .venv
# The first of these that is new enough, unless PYTHON says which.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)

BIN := $(VENV)/bin
PIP_ARGUMENTS := -m pip --disable-pip-version-check --quiet --quiet
PIP := $(BIN)/python $(PIP_ARGUMENTS)
RUN_READY := $(VENV)/.ready-to-run
DEV_READY := $(VENV)/.ready-to-develop
PEERS ?= .venv-peers
PEERS_READY := $(PEERS)/.ready-to-compare
TESTS ?= tests
# What a meter pushes: the energy that was imported.
EXAMPLE := 0F40000000 0C07E60105030E1E00FF800000 0203 09060100010800FF 0600012345 02020F01161E

.DEFAULT_GOAL := help
.PHONY: help run test interop check drift style types modules generate format fuzz fuzz-rows bench build package-test clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN_READY) ## compile asn1/, prove the vectors, decode what real meters sent, read a simulated meter
	@$(BIN)/python -m xdlms.tools.demo tests/vectors
	@printf '\n$$ %s\n' "$(BIN)/xdlms decode '$(EXAMPLE)'"
	@$(BIN)/xdlms decode '$(EXAMPLE)'

test: $(DEV_READY) ## run the tests; of the fuzzing a short run
	@$(BIN)/python -m pytest -n 2 -m "not slow and not interop" $(if $(filter tests,$(TESTS)),--clauses) $(TESTS)

interop: $(DEV_READY) $(PEERS_READY) ## run our client and server against other stacks
	@INTEROP_PEERS="$(abspath $(PEERS))/bin/python" $(BIN)/python -m pytest -m interop tests/interop

check: drift style types modules ## everything but the tests; `make -k check` goes on after a failure

drift: $(DEV_READY) ## generated/ is what asn1/ says
	@$(BIN)/python -m xdlms_codegen --check

style: $(DEV_READY) ## ruff and black
	@$(BIN)/ruff check --quiet
	@$(BIN)/black --quiet --check . || { echo 'not laid out by black: make format' >&2; exit 1; }

types: $(DEV_READY) ## mypy --strict, with the generated code
	@$(BIN)/mypy

modules: $(DEV_READY) ## layers, every module alone, the package, the README
	@$(BIN)/python -m pytest -n 2 -m "not slow" tests/packaging tests/test_readme.py tests/test_clauses.py

generate: $(DEV_READY) ## compile asn1/ to generated/
	@$(BIN)/python -m xdlms_codegen

format: $(DEV_READY) ## lay out the code
	@$(BIN)/ruff check --quiet --fix-only
	@$(BIN)/black --quiet .

fuzz: $(DEV_READY) ## run the slow tests: long fuzzing and soak
	@$(BIN)/python -m pytest -n 2 -m slow --ignore tests/packaging $(TESTS)

fuzz-rows: $(RUN_READY) ## read N random arrays with layouts and without, and compare (N=100000 SEED=1)
	@PYTHONPATH=tests $(BIN)/python -m codec.row_fuzz $(or $(N),100000) $(or $(SEED),1)

bench: $(RUN_READY) $(PEERS_READY) ## measure against other stacks; BENCH=--quick for a first look, BENCH=--help for more
	@PYTHONPATH=tests $(BIN)/python -m bench --peers $(PEERS)/bin/python $(BENCH)

build: $(DEV_READY) ## the wheel and the sdist, in dist/
	@$(BIN)/python -m build --no-isolation

package-test: $(DEV_READY) ## install the wheel in an empty environment and use it there
	@$(BIN)/python -m pytest -m slow tests/packaging

clean: ## remove what the other targets made, but for generated/
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +
	@if [ -e $(RUN_READY) ]; then rm -rf $(VENV); fi

# The environment is made again when what it must hold changes.

VERSION_OF = -c 'import sys; print("%d.%d" % sys.version_info[:2])'

$(RUN_READY): pyproject.toml
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ...' >&2; exit 1; }
	@echo "Setting up $(VENV), once ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --editable '.[codegen]'
	@touch $@

# A pip that knows [dependency-groups] is not needed: the group is written out as requirements.
requirements_of = $(BIN)/python -c \
	'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["$(1)"], sep="\n")'

$(DEV_READY): $(RUN_READY)
	@echo "Installing the developers' tools, once ..."
	@$(call requirements_of,dev) > $(VENV)/dev-requirements.txt
	@$(PIP) install --requirement $(VENV)/dev-requirements.txt
	@touch $@

# The other stacks have an environment of their own.
$(PEERS_READY): $(RUN_READY) pyproject.toml
	@echo "Installing the stacks to measure against, once ..."
	@$(BIN)/python -m venv $(PEERS)
	@$(call requirements_of,peers) > $(PEERS)/requirements.txt
	@$(PEERS)/bin/python $(PIP_ARGUMENTS) install --requirement $(PEERS)/requirements.txt
	@touch $@

# Who says which Python means it: an environment of another one is not taken silently.
ifneq ($(filter command environment,$(firstword $(origin PYTHON))),)
$(RUN_READY): | same-python
.PHONY: same-python
same-python:
	@[ ! -e $(RUN_READY) ] || [ "$$($(PYTHON) $(VERSION_OF))" = "$$($(BIN)/python $(VERSION_OF))" ] \
		|| { echo '$(VENV) is not of $(PYTHON): make clean, or give another folder with VENV=...' >&2; exit 1; }
endif
