# identlink: `make run` shows it, `make test` proves it. Only python3 (>= 3.11) and make are needed.
# A distribution's own Python first: Debian's needs a fifth less time for the tests than one that pyenv
# compiles, which leaves out optimisation by profile. PYTHON=... names another.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for own in /usr/bin/python3.11 /usr/bin/python3.12 /usr/bin/python3.13; do \
	$$own -c 'import ensurepip' 2>/dev/null && echo $$own && exit; done; echo python3)
endif
VENV := .venv
BIN := $(VENV)/bin
# Four workers for two cores: tests of servers and databases wait. One FAISS/BLAS thread each.
WORKERS ?= 4
ORDER ?= $(shell date +%s)
PYTEST = $(MEMORY) $(BIN)/pytest --quiet --forks $(WORKERS)
SHORT := not slow and not interop and not cluster
# A test that hangs ends its worker, which prints where each of its threads stands.
SHORT_TESTS = $(PYTEST) -o faulthandler_timeout=600 -o faulthandler_exit_on_timeout=true
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
# Hundreds of servers and commands are started: each would compile every module again.
unexport PYTHONDONTWRITEBYTECODE
# Directories of tests lie in memory where 8 GB are free: ten thousand are synced and deleted.
MEMORY := $(shell df -P /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 8000000 {print "TMPDIR=/dev/shm"}')

.DEFAULT_GOAL := help
AUDIT := .venv-audit
DOCS := .venv-docs
COUNTERPARTS := .venv-counterparts

# uv fills an environment in seconds; without it venv and pip do, from the same locks. Neither compiles:
# what is imported is compiled at its first import, and that is a small part.
ifneq ($(shell command -v uv 2>/dev/null),)
INSTALLER := uv
new_environment = uv venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(1)
install = uv pip install --quiet --python $(1)/bin/python
else
INSTALLER := pip
install = $(1)/bin/python -m pip install --quiet --no-compile
# First the pip of the lock: that of an older Python takes twice as long to choose among the files.
new_environment = $(PYTHON) -m venv $(1) && \
	grep -A 2 '^pip==' requirements-demo.lock | $(install) --require-hashes -r /dev/stdin
endif
announce = @echo "Installing $$(grep -c == $(1)) packages from $(1) by $(INSTALLER): $(2)..."
RESOLVE := uv pip compile --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-header \
	--no-annotate --python-version 3.11 --quiet

.PHONY: help setup run advisories sbom release docs test test-short test-full test-all test-rest test-again test-e2e test-interop test-load test-cluster test-hosts test-slow check check-quick check-types format picture golden-messages cover bench lock clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.dev ## Build .venv with everything that development needs

run: $(VENV)/.run ## Run the demo: people, searches, two examiners, a link; then serve
	@echo "Starting the demo; a first start compiles what it imports..."
	OMP_NUM_THREADS=2 $(BIN)/identlink demo

# Checks and types beside the tests: these wait for databases and for the browser.
test: ## Check, then run every test that shows a fault of a kind no other shows: in minutes
	@begun=$$(date +%s); $(MAKE) --no-print-directory --jobs=3 check-quick check-types test-short; \
		code=$$?; echo "make test: $$(($$(date +%s) - begun)) s by the clock"; exit $$code

# Schemathesis takes half a second to load, and only slow tests use it.
test-short: $(VENV)/.dev
	$(SHORT_TESTS) -p no:schemathesis -m "$(SHORT) and not full" --hypothesis-profile short

# In a random order: a test that depends on another one fails sooner or later. ORDER repeats one.
test-full: ## Check, then run all tests but the slow ones, in a random order: in a quarter of an hour or more
	@begun=$$(date +%s); $(MAKE) --no-print-directory --jobs=3 check-quick check-types test-all; \
		code=$$?; echo "make test-full: $$(($$(date +%s) - begun)) s by the clock"; exit $$code

test-all: $(VENV)/.dev
	$(SHORT_TESTS) -m "$(SHORT)" --order $(ORDER)

# With it, generated examples are tried in their full number.
test-rest: $(VENV)/.dev ## Run what `make test-full` runs and `make test` does not
	$(SHORT_TESTS) -m "$(SHORT) and (full or hypothesis)" --order $(ORDER)

test-again: check ## Check, then run again what failed last
	$(SHORT_TESTS) --last-failed --last-failed-no-failures none

test-e2e: $(VENV)/.dev ## Run all tests in a real browser (Chromium)
	$(BIN)/pytest tests/e2e -m "not slow"

test-interop: $(VENV)/.dev $(COUNTERPARTS)/.made ## Run the tests against programs of others: pgbouncer, HAProxy, nginx, linters and more
	$(BIN)/pytest tests/interop

test-load: $(VENV)/.dev ## Call the service through nginx and pgbouncer for 15 minutes, by wrk: no call may fail
	LOAD_SECONDS=900 $(BIN)/pytest -s tests/interop/test_load.py

test-cluster: $(VENV)/.dev ## Run the tests against a real Ray cluster on this machine; at most ten minutes
	timeout --signal=INT 600 $(BIN)/pytest tests/integration/parted -m cluster

FAULTS ?= 100
test-hosts: $(VENV)/.dev ## Three hosts behind HAProxy in network namespaces: upgraded, then FAULTS at random; needs root
	$(BIN)/python -m tests.hosts.upgrade
	$(BIN)/python -m tests.hosts.parts
	$(BIN)/python -m tests.hosts.faults --faults $(FAULTS)

test-slow: $(VENV)/.dev ## Run the long tests: kill loops, fuzzing, full sizes
	$(PYTEST) -m "slow and not interop and not cluster"

check: check-quick check-types ## Check format, lint, import contracts, what is drawn from the code, and types

check-quick: $(VENV)/.dev
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports
	$(BIN)/python -m tests.house check
	$(BIN)/python -m tests.costs

check-types: $(VENV)/.dev
	$(BIN)/mypy

picture: $(VENV)/.dev ## Draw floors and rooms from the code: docs/images/rooms.svg and their tables
	$(BIN)/python -m tests.house picture

# Fails while the list differs from the one that is staged or committed, so that the change is read.
golden-messages: $(VENV)/.dev ## List every error message anew: read what changed, then `git add` it
	$(BIN)/python -m tests.house messages
	git diff --exit-code -- tests/golden/messages.txt

format: $(VENV)/.dev ## Format, and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

cover: $(VENV)/.dev ## Run the tests and report which branches they reach
	$(PYTEST) -m "$(SHORT)" --cov --cov-report=term-missing

bench: $(VENV)/.dev ## Print what a served search, names enquiry and enrolment cost at 20,000 people
	$(BIN)/python -m benchmarks served --persons 20000

advisories: $(AUDIT)/.made ## Look up known vulnerabilities of the locked dependencies; exit 3 if it could not
	$(AUDIT)/bin/pip-audit --require-hashes --disable-pip --progress-spinner off --format json \
		-r requirements.lock 2>/dev/null | $(PYTHON) .ci/advisories.py

sbom: $(AUDIT)/.made ## Write var/sbom.json: the locked dependencies with digests, CycloneDX 1.6
	mkdir -p var
	$(AUDIT)/bin/cyclonedx-py requirements --output-reproducible --spec-version 1.6 \
		--output-format JSON --pyproject pyproject.toml -o var/sbom.json requirements.lock

release: sbom $(COUNTERPARTS)/.made ## Build what a release publishes in var/release, twice and equal; KEY=<key of ssh> signs it
	.ci/release $(abspath $(COUNTERPARTS)/bin/hatchling) var/sbom.json "$(KEY)"

docs: $(DOCS)/.made ## Build the site of the documents in var/site, with search, and follow its links
	rm -rf var/site && mkdir -p var/site
	$(PYTHON) .ci/abbreviations.py var/abbreviations.md
	$(DOCS)/bin/zensical build --clean --strict
	rm var/site/docs/404.html  # its links begin at the root of a server
	cp -R --parents benchmarks/results deploy NOTICE var/site
	$(PYTHON) .ci/site_links.py var/site

$(DOCS)/.made: requirements-docs.lock
	$(call new_environment,$(DOCS))
	$(call install,$(DOCS)) --require-hashes -r requirements-docs.lock
	touch $@

# Libraries of others in an environment of their own: nothing of them is a dependency.
$(COUNTERPARTS)/.made: requirements-counterparts.lock
	$(call new_environment,$(COUNTERPARTS))
	$(call install,$(COUNTERPARTS)) --require-hashes -r requirements-counterparts.lock
	npm install --silent --no-fund --no-audit --prefix $(COUNTERPARTS) \
		standardwebhooks@1.1.1 oidc-provider@9.13.3 openapi-typescript@7.13.0 openapi-fetch@0.17.0 \
		typescript@5.9.3 @types/node@20.19.0
	touch $@

$(AUDIT)/.made: requirements-audit.lock
	$(call new_environment,$(AUDIT))
	$(call install,$(AUDIT)) --require-hashes -r requirements-audit.lock
	touch $@

# The locks of .venv name pip, because uv brings none: the README installs the client and extras with it.
lock: ## Resolve the locks (needs uv); UPGRADE=--upgrade takes newer versions
	$(RESOLVE) $(UPGRADE) pyproject.toml --extra demo --extra plots --extra postgresql -o requirements.lock
	echo pip | $(RESOLVE) $(UPGRADE) pyproject.toml - --extra demo -c requirements.lock -o requirements-demo.lock
	echo pip | $(RESOLVE) pyproject.toml - --extra dev -c requirements.lock -c requirements-demo.lock \
		-o requirements-dev.lock
	for name in audit docs counterparts; do \
		$(RESOLVE) $(UPGRADE) requirements-$$name.in -o requirements-$$name.lock || exit 1; done

clean: ## Remove the environment and what runs have left behind
	rm -rf $(VENV) $(AUDIT) $(DOCS) $(COUNTERPARTS) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.python:
	@echo "Making $(VENV)..."
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "identlink needs Python 3.11 or newer")'
	$(call new_environment,$(VENV))
	touch $@

$(VENV)/.run: requirements-demo.lock pyproject.toml | $(VENV)/.python
	$(call announce,requirements-demo.lock,110 MB to download)
	$(call install,$(VENV)) --require-hashes -r requirements-demo.lock
	$(call install,$(VENV)) --no-deps --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.python
	$(call announce,requirements-dev.lock,nearly 2 GB on disk)
	$(call install,$(VENV)) --require-hashes -r requirements-dev.lock
	$(call install,$(VENV)) --no-deps --editable .
	touch $@ $(VENV)/.run
