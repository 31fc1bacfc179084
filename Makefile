# The two commands are `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
# What `make run` needs; where everything is installed already, that serves as well.
RUNS := $(if $(wildcard .venv/ready),.venv/ready,.venv/runs)
LIVES := $(if $(wildcard .venv/ready),.venv/ready,.venv/live)
MODELS := $(if $(wildcard .venv/ready),.venv/ready,.venv/models)
# Where the settings name a language model, its provider's library is installed too.
CHOSEN := $(if $(TRADECORE_MODEL),$(MODELS))
# Many tests wait for processes, leases and sockets rather than for a CPU; each worker collects all tests.
WORKERS ?= 3
JS := tests/js/node_modules/.ready
WEB := web/node_modules/.ready
FEEDS := .venv/feedparser-source

# Empty means off: the tests start some hundred processes, and without cached bytecode each compiles all its imports.
export PYTHONDONTWRITEBYTECODE :=

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | sort | expand -t 14

run: $(RUNS) $(CHOSEN) ## start the server with a demo account and default settings
	@exec $(BIN)/tradecore serve --demo

live: $(LIVES) $(CHOSEN) ## start the server with live prices, and with company figures if TRADECORE_CONTACT names you
	@TRADECORE_MARKET="$${TRADECORE_MARKET:-live:}" \
		TRADECORE_FUNDAMENTALS="$${TRADECORE_FUNDAMENTALS:-$${TRADECORE_CONTACT:+sec:}}" exec $(BIN)/tradecore serve --demo

models: $(MODELS) ## install what language models of OpenAI and Anthropic need

test: $(READY) ## run every check and every test
	@$(MAKE) --no-print-directory --jobs 3 check collected $(JS) $(WEB) $(FEEDS)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# Compiles the tests and what they import once; otherwise each worker of the tests does it for itself.
collected: $(READY)
	@$(BIN)/python -m pytest --collect-only --quiet > .venv/collected || { cat .venv/collected; exit 1; }

check: $(READY) ## check style, types and import contracts
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy src examples/acme-feed
	$(BIN)/lint-imports --no-cache

contract: $(READY) $(JS) $(WEB) $(FEEDS) ## run the contract suites only
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/contract

bench: $(READY) ## run the benchmarks, as ratios against named baselines
	$(BIN)/python bench/http_api.py
	$(BIN)/python bench/desk.py
	$(BIN)/python bench/sentences.py
	$(BIN)/python bench/prices.py
	$(BIN)/python -P bench/events.py
	$(BIN)/python bench/stack.py
	$(BIN)/python bench/cached_reads.py
	$(BIN)/python bench/start_latency.py
	$(BIN)/python bench/dramatiq_jobs.py drain

bench-news: $(READY) ## measure precision, recall and cost of story matching
	$(BIN)/python bench/news.py

# Options of the run, for example: make chaos ARGS="--scenario holes --seed 7 --queue dramatiq"
ARGS ?=
up: $(READY) ## start 2 servers and 2 workers over a real Postgres and Redis on this machine
	@PYTHONPATH=tests exec $(BIN)/python -P tools/up.py $(ARGS)

load: $(READY) ## put the load of the trading document on two servers and a worker, with k6 where it is installed
	$(BIN)/python bench/load.py $(ARGS)

bench-scale: $(READY) ## measure every list route and task at 10,000 and 100,000 analyses
	$(BIN)/python bench/scale.py $(ARGS)

chaos: $(READY) ## kill, cut and suspend a cluster of real processes, and check what is left
	PYTHONPATH=tests $(BIN)/python -m chaos $(ARGS)
	$(if $(ARGS),,$(BIN)/python -m pytest -m endurance -n $(WORKERS) --dist worksteal)

fuzz: $(READY) ## feed what reads text of strangers with any bytes, guided by coverage
	@$(BIN)/uv pip install --quiet --target .venv/fuzz atheris==2.3.0
	PYTHONPATH=.venv/fuzz $(BIN)/python tools/fuzz.py $(ARGS)

docs: $(READY) ## build the documentation as a site into site/
	$(BIN)/uv run --quiet --no-project --with zensical==0.0.73 python tools/build_site.py site

golden: $(READY) $(JS) ## rewrite the golden files; review the diff
	$(BIN)/python -m pytest -p no:randomly tests/contract/http/test_golden.py tests/contract/analyze/test_golden.py \
		tests/contract/websocket/test_golden.py tests/contract/http/test_openapi.py::test_the_examples_are_the_golden_answers \
		--golden
	$(BIN)/python -m pytest -p no:randomly tests/contract/http/test_golden.py::test_openapi_document \
		tests/contract/clients/test_typescript.py::test_the_types_are_those_of_the_openapi_document --golden

console: $(WEB) ## bundle the console into the package
	$(BIN)/node web/build.mjs

pictures: $(READY) $(JS) ## take the pictures of the documentation from real runs
	$(BIN)/python tools/make_picture.py
	PYTHONPATH=tests $(BIN)/python tools/make_console_pictures.py

fmt: $(READY) ## format the code and fix what ruff can fix
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

lock: ## pin the newest allowed versions with hashes
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --upgrade --universal --generate-hashes \
		--no-annotate --no-header --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --constraint requirements.lock --universal --generate-hashes \
		--no-annotate --no-header --quiet --output-file requirements-run.lock

setup: $(READY) ## install the versions of requirements.lock into .venv

# Clients of JavaScript and a Chromium, for the tests of live events, browsers and generated clients.
$(JS): tests/js/package.json tests/js/package-lock.json tests/js/unpack.mjs | $(READY)
	@$(BIN)/npm ci --prefix tests/js --no-audit --no-fund --loglevel=error
	@$(BIN)/node tests/js/unpack.mjs
	@touch $(JS)

# The bundler of the console, and what it bundles.
$(WEB): web/package.json web/package-lock.json | $(READY)
	@$(BIN)/npm ci --prefix web --no-audit --no-fund --loglevel=error
	@touch $(WEB)

# Rebuilt when the pins or the package change; an interrupted installation starts over.
$(READY): requirements.lock .venv/bin/uv pyproject.toml
	@echo "Installing what requirements.lock pins into .venv ..."
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $(READY)

# The build backend of the editable install is pinned too, and not kept.
.venv/runs: requirements-run.lock .venv/bin/uv pyproject.toml
	@echo "Installing what requirements-run.lock pins into .venv ..."
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements-run.lock
	@$(BIN)/uv pip install --quiet --no-deps --build-constraint requirements.lock --python $(BIN)/python --editable .
	@touch .venv/runs

.venv/live: .venv/runs
	@$(BIN)/uv pip install --quiet --constraint requirements.lock --build-constraint requirements.lock \
		--python $(BIN)/python --editable '.[yahoo,ccxt]'
	@touch .venv/live

.venv/models: .venv/runs
	@$(BIN)/uv pip install --quiet --constraint requirements.lock --build-constraint requirements.lock \
		--python $(BIN)/python --editable '.[openai,anthropic]'
	@touch .venv/models

.venv/bin/uv: requirements-bootstrap.lock
	@$(PYTHON) -c 'import sys; sys.exit("tradecore needs Python 3.11 or newer; run: make PYTHON=/path/to/it " + \
		"(this is " + sys.version.split()[0] + ")" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@touch $(BIN)/uv

# The test feeds of feedparser are in its source distribution only.
$(FEEDS): $(READY)
	@sed -n '/^feedparser==/,/[^\\]$$/p' requirements.lock > .venv/feedparser.lock
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary feedparser \
		--no-build-isolation --require-hashes -r .venv/feedparser.lock -d $(FEEDS)
	@touch $(FEEDS)

.PHONY: help run live models up test check collected contract bench bench-news bench-scale load chaos fuzz docs golden console pictures fmt \
	lock setup
