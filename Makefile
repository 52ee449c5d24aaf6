# The commands that people and CI run. Stamps in .venv/.stamps keep a second call from installing again.
PY    ?= python3.11
VENV  := .venv
BIN   := $(VENV)/bin
ST    := $(VENV)/.stamps
CORE  := .venv-core
PIP    = $(BIN)/python -m pip install -q -c constraints.txt
BUILT := pyproject.toml constraints.txt
# files that import torch at their top, so that even their doctests need it
NEEDS_TORCH := pid/estimators/neural/training.py pid/estimators/alignment.py pid/estimators/flow.py \
	pid/estimators/fusion

.DEFAULT_GOAL := help
SHELL := bash
.PHONY: help run report test core wheel check fix cover bench docs site neural clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

run: $(ST)/install ## install the core and decompose a real table
	$(BIN)/pid quantify datasets/data/breast_cancer.csv --x1 'size_*' --x2 'texture_*' --y diagnosis

report: $(ST)/dev ## a report on a real table; seconds and size are printed
	mkdir -p build
	time $(BIN)/pid quantify datasets/data/breast_cancer.csv --x1 'size_*' --x2 'texture_*' --y diagnosis \
		--html build/report.html --force

test: $(ST)/dev ## install everything and run all tests
	$(BIN)/pytest

core: $(CORE)/.stamps/core ## run the tests that need only the core dependencies, with only those
	$(CORE)/bin/pytest -m "not extras" $(NEEDS_TORCH:%=--ignore=%)

wheel: $(ST)/dev ## build sdist and wheel, install the wheel elsewhere and use it
	.ci/wheel $(BIN)/python

check: $(ST)/dev ## formatting, lint, types, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/codespell

fix: $(ST)/dev ## format, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

cover: $(ST)/dev ## run all tests with branch coverage
	$(BIN)/pytest --cov --cov-report=term:skip-covered

bench: $(ST)/dev ## the solver benchmark of docs/benchmarks.md
	$(BIN)/python -m scripts.benchmark_solver

docs: $(ST)/dev ## run the notebooks, write their outputs, then run every block of the docs
	$(BIN)/python -m scripts.notebooks
	$(BIN)/pytest tests/test_docs.py

site: $(ST)/dev ## build the site into build/site; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

neural: $(ST)/neural ## install the core with the neural extra

clean: ## remove the environments, caches and builds
	rm -rf $(VENV) $(CORE) build dist *.egg-info .hypothesis .*_cache .coverage

$(ST)/venv:
	$(PY) -m venv $(VENV)
	$(BIN)/python -m pip install -q "pip>=25.1" # the first that knows --group
	mkdir -p $(ST) && touch $@

$(ST)/install: $(BUILT) | $(ST)/venv
	$(PIP) -e .
	touch $@

$(ST)/dev: $(BUILT) | $(ST)/venv
	$(PIP) -e ".[all]" --group dev
	touch $(ST)/install $@

$(ST)/neural: $(BUILT) | $(ST)/venv
	$(PIP) -e ".[neural]"
	touch $(ST)/install $@

$(CORE)/.stamps/core: $(BUILT)
	$(MAKE) VENV=$(CORE) $(CORE)/.stamps/install
	$(CORE)/bin/python -m pip install -q -c constraints.txt --group core-test
	touch $@
