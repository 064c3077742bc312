# Everything is set up in .venv and js/node_modules; nothing is installed globally.
# Steps are remembered by stamp files and done again when what they depend on has changed.

PYTHON ?= python3
BIN := .venv/bin
FRONTEND := $(shell find js/src -type f) js/build.mjs js/package-lock.json
BUNDLE := hdwidget/static/widget.js
KERNELS := .venv-ipykernel-6.31 .venv-ipykernel-7.3

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-all check-python check-js chromium lint lab notebooks screenshots bench bench-samplers clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 24

demo: .venv/installed $(BUNDLE) ## tune a model on the digits images and print the best run
	$(BIN)/python -m hdwidget demo

test: chromium check-python check-js ## check and test everything that is quick
	$(BIN)/python -m pytest

test-all: chromium check-python check-js .venv/frontends $(KERNELS:=/installed) ## as `test`, with the slow tests too
	$(BIN)/python -m pytest -m "slow or not slow"

check-python: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright

check-js: js/node_modules/.package-lock.json $(BUNDLE)
	npm --prefix js run check
	npm --prefix js test

# The end-to-end tests and the benchmarks show the pages in Debian's; HDWIDGET_CHROMIUM names another one.
CHROMIUM := chromium fonts-dejavu-core fonts-liberation
chromium:
	@command -v $${HDWIDGET_CHROMIUM:-chromium} >/dev/null || command -v chromium-browser >/dev/null || \
	  command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    export DEBIAN_FRONTEND=noninteractive; \
	    apt-get update && apt-get install -y --no-install-recommends $(CHROMIUM); \
	  else \
	    echo "The end-to-end tests need Chromium; as root: apt-get install $(CHROMIUM)." \
	      "Or name one that is there: make $(MAKECMDGOALS) HDWIDGET_CHROMIUM=/path/to/chromium" >&2; \
	    exit 1; \
	  fi; }

lint: .venv/dev js/node_modules/.package-lock.json ## format, and mend what can be mended
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	npm --prefix js run fix

lab: .venv/dev $(BUNDLE) ## start JupyterLab in notebooks/, for this machine only
	mkdir -p notebooks
	cd notebooks && ../$(BIN)/jupyter lab --no-browser --ip=127.0.0.1

notebooks: .venv/dev $(BUNDLE) ## run the tutorials and save them for readers
	$(BIN)/python notebooks/save.py

screenshots: chromium .venv/dev $(BUNDLE) ## take the README's pictures
	PYTHONPATH=tests $(BIN)/python -m support.readme_pictures

bench: chromium .venv/bench $(BUNDLE) ## measure the figures, ours and peers'
	$(BIN)/python tests/benchmarks/run.py

# Appends to SAMPLERS what it lacks, so that it can be interrupted. Slow methods get fewer seeds.
SAMPLERS := samplers.jsonl
COMPARE = $(BIN)/python tests/benchmarks/bench_samplers.py --split report --results $(SAMPLERS)
bench-samplers: .venv/rivals ## compare our samplers with all others at length: hours
	$(COMPARE) --methods "skopt GP" --seeds 0:5 --trials 50
	$(COMPARE) --methods "optuna GP" --seeds 0:5 --flight 1,4
	$(COMPARE) --methods "ours,optuna TPE,hyperopt TPE,random" --seeds 0:10 --flight 1,4

clean: ## remove what was installed and built here; records in .hdwidget stay
	rm -rf .venv $(KERNELS) js/node_modules hdwidget/static dist .pytest_cache .ruff_cache .hypothesis \
	  tests/e2e/screenshots
	find hdwidget tests js -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "hdwidget needs Python >= 3.11, but $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	    "Name another: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet "pip>=25.1"  # knows dependency groups
	touch $@

# The build hook (js/hatch_build.py) installs js/node_modules and builds the bundle on the way.
.venv/installed: .venv/created pyproject.toml js/hatch_build.py js/package-lock.json
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/dev: .venv/installed
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

# Another ipykernel, in front of all that .venv has, which a `.pth` file leads to.
SITE := import sysconfig; print(sysconfig.get_path("purelib"))
.venv-ipykernel-%/installed: .venv/dev
	$(BIN)/python -m venv --clear --without-pip $(@D)
	echo "import site; site.addsitedir('$$($(BIN)/python -c '$(SITE)')')" \
	  >"$$($(@D)/bin/python -c '$(SITE)')/dev.pth"
	$(BIN)/python -m pip --python $(@D) install --quiet "ipykernel==$*.*"
	touch $@

.venv/frontends: .venv/dev
	$(BIN)/python -m pip install --quiet --group frontends
	touch $@

.venv/bench: .venv/installed
	$(BIN)/python -m pip install --quiet --group bench
	touch $@

.venv/rivals: .venv/installed
	$(BIN)/python -m pip install --quiet --group rivals
	touch $@

# After these two `|`: only there first. What the hook has just made is newer than its sources.
js/node_modules/.package-lock.json: js/package-lock.json | .venv/installed
	npm --prefix js ci --include=dev
	touch $@

$(BUNDLE): $(FRONTEND) | .venv/installed js/node_modules/.package-lock.json
	npm --prefix js run build
