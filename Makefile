# Everything a person does with this tree. `make help` lists it.
PYTHON ?= python3
SHELL = /bin/sh
RUNTIME = PYTHONPATH=gisserver exec $(PYTHON) -m runtime --end-with-parent
INSTALL = @PYTHONPATH=gisserver $(PYTHON) -m runtime install --dev
BIN = .venv/bin/python -m
# make test T=tests/grids ARGS="-k split -x"
T ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run install test e2e check format docs bench soak words derived lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  Environment of run: GISSERVER_HOME (./var)  HOST (127.0.0.1)  PORT (8000)  DEMO (small, full, none)"
	@echo "                      SURVEY_SRID (4547)  DATABASE_URL (none: a private PostgreSQL)  PUBLIC_LAYERS (none)"

run:  ## install what is missing, start the database, the server and its worker; Ctrl-C ends all
	@$(RUNTIME) run

install:  ## only install what run, test and check need
	$(INSTALL)

test:  ## all tests, browser included, on a throw-away database (T=path ARGS="-k name")
	@$(RUNTIME) test -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -m "e2e or not e2e" $(ARGS) $(T)

e2e:  ## only the browser tests
	@$(RUNTIME) test -m e2e $(ARGS) $(T)

check:  ## format, lint, types, import contracts, migrations, the map's types, lock files
	$(INSTALL)
	$(BIN) ruff format --check .
	$(BIN) ruff check .
	$(BIN) mypy .
	.venv/bin/lint-imports --no-cache
	DJANGO_SETTINGS_MODULE=gisserver.settings.test .venv/bin/python manage.py makemigrations --check --dry-run
	@PYTHONPATH=gisserver $(PYTHON) -m runtime npm run --silent check
	@! grep -HnE 'https?://' requirements/*.txt && ! grep -Hn '"resolved"' package-lock.json \
	    || { echo "A lock file names where packages are downloaded"; exit 1; }
	@echo "make check: clean"

format:  ## let ruff and prettier format the tree
	$(INSTALL)
	$(BIN) ruff format .
	$(BIN) ruff check --fix .
	@PYTHONPATH=gisserver $(PYTHON) -m runtime npm run --silent format

docs:  ## draw the picture of the house again (docs/img/house.svg), and list the roles (docs/accounts.md)
	.venv/bin/python docs/draw_house.py
	.venv/bin/python docs/list_roles.py

bench:  ## ratios against peers, all in one run (ARGS=name for some)
	$(INSTALL)
	$(BIN) bench $(ARGS)

soak:  ## a million random and hostile commands on the edit engine (hours; ARGS="20000 500 1" for less)
	$(INSTALL)
	$(BIN) tests.soak $(ARGS)

words:  ## bring new sentences into the Chinese catalogue and compile it (needs GNU gettext); then translate what is empty
	$(INSTALL)
	DJANGO_SETTINGS_MODULE=gisserver.settings.test .venv/bin/python manage.py makemessages -l zh_Hans
	DJANGO_SETTINGS_MODULE=gisserver.settings.test .venv/bin/python manage.py compilemessages -l zh_Hans

derived:  ## all that follows from the code: migrations, the pages' picture and lists, the catalogue's new sentences
	$(INSTALL)
	DJANGO_SETTINGS_MODULE=gisserver.settings.test .venv/bin/python manage.py makemigrations
	$(MAKE) docs words

lock:  ## compile requirements/*.in again, with hashes (ARGS=--upgrade for the newest)
	$(INSTALL)
	@for set in base dev bootstrap node; do \
	    .tools/bootstrap/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	        --no-emit-index-url --no-header $(ARGS) requirements/$$set.in -o requirements/$$set.txt || exit 1; \
	done

clean:  ## remove the environments and caches; the home (./var) stays
	rm -rf .venv .tools node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
