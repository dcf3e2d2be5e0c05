# Two commands are enough: `make run` shows the software, `make test` proves it.
# Everything they need is set up on the way; what is already there is left alone.

PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile
# Tools that only read the settings must not touch the data of a running installation.
APART := SHANGLIANG_DATA=$(CURDIR)/.cache/data DATABASE_URL=

export PYTHONDONTWRITEBYTECODE := 1
.DELETE_ON_ERROR:
.PHONY: help setup run test test-imports test-types test-sqlite test-postgres stories lint format bench bench-live-map torture lock clean

help:
	@echo "make run      set up, fill with demo data when empty, and serve"
	@echo "make test     all tests on SQLite and PostgreSQL, the stories in Chromium, imports and types"
	@echo "make lint     style, format, types, imports"
	@echo "make stories  only the walks through the real server with Chromium"
	@echo "make bench    how fast it is (ARGS=… is handed on)"
	@echo "make bench-live-map  how old the opinion map gets while people vote, on SQLite and PostgreSQL"
	@echo "make torture  kills and faults while people write (ARGS=… is handed on)"
	@echo "make lock     renew requirements/*.txt after a change to requirements/*.in"

setup: $(RUNTIME)

$(RUNTIME): requirements/build.txt requirements/runtime.txt pyproject.toml
	@scripts/system_packages venv fonts
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): $(RUNTIME) requirements/development.txt
	@scripts/system_packages postgresql chromium calcurse poppler
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/development.txt
	@touch $@

run: $(RUNTIME)
	@$(BIN)/shangliang migrate
	@$(BIN)/shangliang demo --if-empty
	@exec $(BIN)/shangliang serve

# Every part runs even when an earlier one failed, so that one run shows everything; the last one is the fullest.
test: $(DEVELOPMENT)
	@failed=; for part in test-imports test-types test-sqlite test-postgres; do \
		echo "== $$part"; $(MAKE) --silent --no-print-directory $$part || failed="$$failed $$part"; \
	done; test -z "$$failed" || { echo "failed:$$failed" >&2; exit 1; }

test-imports: $(DEVELOPMENT)
	@$(APART) $(BIN)/lint-imports --cache-dir .cache/imports

test-types: $(DEVELOPMENT)
	@$(APART) $(BIN)/mypy

test-sqlite: $(DEVELOPMENT)
	@DATABASE_URL= $(PYTEST) -m "not story and not once"

# The stories walk through a server of their own, and some tests ask nothing of the engine; once is enough.
test-postgres: $(DEVELOPMENT)
	@scripts/with_postgres $(PYTEST)

stories: $(DEVELOPMENT)
	@DATABASE_URL= $(PYTEST) -m story

lint: $(DEVELOPMENT)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(MAKE) --silent --no-print-directory test-types test-imports

format: $(DEVELOPMENT)
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: $(DEVELOPMENT)
	@$(BIN)/python scripts/bench.py $(ARGS)

bench-live-map: $(DEVELOPMENT)
	@DATABASE_URL= $(BIN)/python scripts/bench_live_map.py $(ARGS)
	@scripts/with_postgres $(BIN)/python scripts/bench_live_map.py $(ARGS)

torture: $(DEVELOPMENT)
	@$(BIN)/python scripts/torture.py $(ARGS)

lock: $(DEVELOPMENT)
	@for name in build runtime development; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
			--no-emit-index-url --no-emit-find-links --no-header requirements/$$name.in --output-file requirements/$$name.txt; \
	done

clean:
	rm -rf .venv .cache build src/shangliang.egg-info
