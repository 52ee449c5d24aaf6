# The commands that people and CI run. Stamps in .venv/.stamps keep a second call from installing again.
PY      ?= python3.11
VENV    ?= .venv
PINS    ?= constraints.txt
WORKERS ?= auto
BIN     := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
ST      := $(VENV)/.stamps
PIP      = $(BIN)/python -m pip install -q -c $(PINS)
BUILT   := pyproject.toml $(PINS)
PYTEST   = $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

.DEFAULT_GOAL := help
SHELL := bash
.PHONY: help run report quick test core extras lowest only-core wheel check lint types \
	fix cover bench docs site neural release-check dist attach clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 15

run: $(ST)/install ## install the core and decompose a real table
	$(BIN)/pid quantify datasets/data/breast_cancer.csv --x1 'size_*' --x2 'texture_*' --y diagnosis

report: $(ST)/dev ## a report on a real table; seconds and size are printed
	mkdir -p build
	time $(BIN)/pid quantify datasets/data/breast_cancer.csv --x1 'size_*' --x2 'texture_*' --y diagnosis \
		--html build/report.html --force

quick: $(ST)/dev ## run the tests that are not slow: three minutes
	$(PYTEST) -m "not slow"

test: core extras ## install everything and run all tests, each once

core: ## run the tests that need only the core dependencies, with only those
	$(MAKE) VENV=.venv-core only-core

extras: $(ST)/dev ## run the other tests, which need more than the core dependencies
	$(PYTEST) -m extras

lowest: build/lowest.txt ## run the tests of the core with the lowest versions of its dependencies
	$(MAKE) VENV=.venv-lowest PINS=$< only-core

only-core: $(ST)/core
	$(PYTEST) -m "not extras"

wheel: $(ST)/dev ## build sdist and wheel, install the wheel elsewhere and use it
	.ci/wheel $(BIN)/python

check: lint types ## formatting, lint, spelling, types

lint: $(ST)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell

types: $(ST)/dev
	$(BIN)/mypy

fix: $(ST)/dev ## format, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

cover: $(ST)/dev ## run all tests with branch coverage, which must be 96 % at least
	$(PYTEST) --cov --cov-report=term:skip-covered --cov-fail-under=96

bench: $(ST)/dev ## the solver benchmark of docs/benchmarks.md
	$(BIN)/python -m scripts.benchmark_solver

docs: $(ST)/dev ## run the notebooks, write their outputs and the gallery, then run every block of the docs
	$(BIN)/python -m scripts.notebooks
	$(BIN)/python -m scripts.gallery
	$(PYTEST) tests/test_docs.py

site: $(ST)/dev ## build the site into build/site; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

neural: $(ST)/neural ## install the core with the neural extra

release-check: $(ST)/release ## one version everywhere, a clean tree, a build that an index takes
	$(BIN)/python -m scripts.release

dist: $(ST)/release site ## what a release has: sdist, wheel, the site and notes, in an empty dist/
	$(BIN)/python -m scripts.release --out dist

attach: dist ## of a tag: a draft of a release on the forge, which its owner publishes
	gh release create "$(TAG)" dist/*.* --draft --verify-tag --title "$(TAG)" --notes-file dist/notes/notes.md

clean: ## remove the environments, caches and builds
	rm -rf .venv .venv-core .venv-lowest build dist *.egg-info .hypothesis .*_cache .coverage

$(ST)/venv:
	$(PY) -m venv $(VENV)
	$(BIN)/python -m pip install -q "pip>=25.1" # the first that knows --group
	mkdir -p $(ST) && touch $@

$(ST)/install: $(BUILT) | $(ST)/venv
	$(PIP) -e .
	touch $@

$(ST)/core: $(BUILT) | $(ST)/venv
	$(PIP) -e . --group core-test
	touch $(ST)/install $@

$(ST)/dev: $(BUILT) | $(ST)/venv
	$(PIP) -e ".[all]" --group dev
	touch $(ST)/install $@

$(ST)/release: $(BUILT) | $(ST)/venv
	$(PIP) -e ".[all]" --group release
	touch $(ST)/install $(ST)/dev $@

$(ST)/neural: $(BUILT) | $(ST)/venv
	$(PIP) -e ".[neural]"
	touch $(ST)/install $@

build/lowest.txt: pyproject.toml scripts/lowest.py
	mkdir -p build
	$(PY) scripts/lowest.py > $@
