# What a reader, an author or a contributor does here.  Every target makes its own environment.
.DEFAULT_GOAL := help
PYTHON3 ?= python3
VENV := $(or $(VIRTUAL_ENV),.venv)
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.struggle-first
FULL := $(VENV)/.struggle-first-dev
PORT ?= 8000
INSTALL = $(PYTHON) -m pip install --quiet --disable-pip-version-check -c requirements.lock

.PHONY: help book serve notebooks test check results bench clean

help: ## say what there is to make
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

book: $(READY) ## execute the notebooks that need it and build the site into _build/html
	@$(PYTHON) -m book.build

serve: $(READY) ## show the built site at http://localhost:8000 (PORT=... for another)
	@test -f _build/html/index.html || { echo "There is no site yet: run 'make book' first."; exit 1; }
	@echo "The book is at http://localhost:$(PORT)/ - stop with Ctrl-C"
	@$(PYTHON) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT) 2>/dev/null

notebooks: $(READY) ## open the pages as notebooks in JupyterLab
	@PYTHONPATH="$(CURDIR)" JUPYTER_CONFIG_PATH="$(CURDIR)/book/jupyter" \
	  $(PYTHON) -m jupyterlab --notebook-dir=. book/primer.md

test: $(FULL) ## run every test; builds the book for those that need it
	@$(PYTHON) -m pytest -n auto --dist worksteal

check: $(FULL) ## formatter, linter, types and the fast tests, in about a minute
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@$(PYTHON) -m pytest -n auto -m "not slow"

results: $(READY) ## make again what results/ holds (NAMES=... for some, SCHEDULER=... for a Dask cluster)
	@$(PYTHON) -m lab.results $(NAMES) $(if $(SCHEDULER),--scheduler $(SCHEDULER))

bench: $(FULL) ## measure against peers and budgets
	@$(PYTHON) -m bench

clean: ## delete what was built; the environment and the downloads stay
	rm -rf _build

$(PYTHON):
	@$(call NEW_ENOUGH,$(PYTHON3))
	@$(PYTHON3) -m venv $(VENV) || { rm -rf $(VENV); echo \
	  "Python's venv module is missing; on Debian or Ubuntu: apt install python3-venv"; exit 1; }

$(READY): requirements.txt requirements.lock pyproject.toml | $(PYTHON)
	@$(call NEW_ENOUGH,$(PYTHON))
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip
	@echo "Installing what the book needs into $(VENV) (once; PyTorch is large)"
	@$(INSTALL) -r requirements.txt
	@$(INSTALL) --no-deps --editable .
	@touch $@

$(FULL): requirements-dev.txt $(READY)
	@echo "Installing what the tests need into $(VENV)"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

NEW_ENOUGH = $(1) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
  "'$(1)' is no Python 3.11 or newer: install one, or name it: make PYTHON3=/path/to/python3"; exit 1; }
