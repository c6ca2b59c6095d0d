# The commands for people who work on procdef. All files that they make are in .venv, .pictures, var and docs/_build.

PYTHON ?= python3
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help setup run test faults lint docs openapi reference clients pictures screenshots bench constraints clean

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.setup ## Install procdef and what its tests, linters and docs need into .venv

run: .venv/.runtime ## Serve on HOST and PORT (127.0.0.1:8080)
	@exec .venv/bin/procdef serve

# One process for each core. The tests of a module stay together, so that its servers and databases are made once.
test: .venv/.setup ## Run the tests on SQLite and on PostgreSQL, which is installed when there is none
	.venv/bin/python -m tests.servers.bring
	.venv/bin/pytest -n auto --maxprocesses 4 --dist loadscope

faults: .venv/.setup ## Run faults and attacks against procdef as it is run
	.venv/bin/python -m tests.servers.bring
	.venv/bin/pytest tests/faults

lint: .venv/.setup ## Check style, format and types
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

docs: .venv/.setup ## Build the documentation, strictly, into docs/_build
	.venv/bin/sphinx-build -W --keep-going -E -q docs docs/_build

openapi: .venv/.runtime ## Write the OpenAPI documents of docs/reference anew
	.venv/bin/procdef openapi docs/reference/openapi.json
	.venv/bin/procdef openapi --surface processes docs/reference/openapi-processes.json

reference: .venv/.runtime ## Write the pages of docs/reference anew, and the filters of `procdef get`
	.venv/bin/procdef reference --filters procdef/cli/filters.json docs/reference
	.venv/bin/python -m tests.rights.role_table docs/reference/permissions.md

clients: .venv/.clients ## Run published clients of the REST API against procdef
	.venv/bin/python -m tests.clients.run

pictures: .venv/.setup ## Compare the pictures with what bpmn-js draws, in Chromium; ARGS=--help tells how
	.venv/bin/python -m tests.pictures.run $(ARGS)

screenshots: .venv/.setup ## Make the screenshots in docs/_static/pages again, in Chromium
	.venv/bin/python -m tests.web.shots

bench: .venv/.bench ## Measure the speed of the answers; ARGS=--help tells how
	.venv/bin/python -m tests.servers.bring
	.venv/bin/python -m bench $(ARGS)

constraints: ## Write constraints.txt anew: the newest versions that setup.cfg allows, with hashes
	$(PYTHON) -m venv .venv-constraints
	.venv-constraints/bin/pip install -q 'pip-tools>=7,<8'
	.venv-constraints/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --extra layout --no-annotate --no-header \
		--no-emit-find-links --output-file constraints.txt setup.cfg
	rm -rf .venv-constraints

clean: ## Remove all that was made, except the data in var
	rm -rf .venv .venv-constraints .pictures .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist docs/_build *.egg-info
	find procdef tests docs -name __pycache__ -prune -exec rm -r {} +

# The stamps make the second run fast: pip runs again only if the packaging has changed.
.venv/.runtime: setup.cfg setup.py | .venv/bin/pip
	.venv/bin/pip install -q -e '.[layout]'
	@touch $@

.venv/.setup: setup.cfg setup.py | .venv/bin/pip
	.venv/bin/pip install -q -e '.[layout,test,lint,docs]'
	@touch .venv/.runtime $@

.venv/.clients: setup.cfg setup.py | .venv/bin/pip
	.venv/bin/pip install -q -e '.[layout,clients]'
	@touch .venv/.runtime $@

.venv/.bench: setup.cfg setup.py | .venv/bin/pip
	.venv/bin/pip install -q -e '.[layout,bench]'
	@touch .venv/.runtime $@

.venv/bin/pip:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo '$(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv
