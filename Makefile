# `make demo` and `make test` are all that a newcomer needs; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help demo test check judges fuzz contactsheet lint format types contracts goldens wheel screenshots bench bench-sync proofs linecounts clean
PY := .venv/bin/python
ARGS ?=

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: ## set up, start the sandbox, publish the example reports, open a browser (ARGS=--once ends by itself)
	@.ci/setup venv
	@$(PY) -m bridge demo $(ARGS)

test: ## set up and run all tests (ARGS are passed to pytest)
	@.ci/setup dev
	@$(PY) -m pytest -n 2 --dist loadfile -q $(ARGS)

judges: ## the vendors' own software over the whole corpus (ARGS names folders of it)
	@.ci/setup dev
	@$(PY) tests/judges/corpus.py $(ARGS)

goldens: ## write the golden cases anew (ARGS names some of them); read what changed before you commit it
	@.ci/setup dev
	@$(PY) tests/converters/test_golden.py $(ARGS)

fuzz: ## changed documents before all judges (ARGS="--minutes 20 --seed 7"); findings stand in build/fuzz/
	@.ci/setup dev
	@$(PY) tests/judges/fuzz.py $(ARGS)

lint: ## format, lint, types and import contracts, changing nothing
	@.ci/setup dev
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

check: lint test ## all of it: green at every commit

format: ## format and mend what can be mended
	@.ci/setup dev
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

wheel: ## build the wheel and the source distribution into dist/
	@.ci/setup dev
	@$(PY) -m build --quiet

contactsheet: ## 24 hard cases as the sandbox shows them, in one picture (docs/pictures/contact-sheet.png)
	@.ci/setup dev
	@$(PY) docs/pictures/contact_sheet.py $(ARGS)

screenshots: ## pictures of the published example pages into docs/pictures/
	@.ci/setup dev
	@$(PY) docs/pictures/take.py

linecounts: ## files and functions by length
	@git ls-files '*.py' | xargs wc -l | sort -n | tail -30

clean: ## remove what the targets above made
	@rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache tests/judges/node_modules

bench: ## speed and memory beside other programs; writes docs/benchmarks.md (ARGS=FOLDER of public notebooks)
	@.ci/setup dev
	@$(PY) benchmarks/run.py --output docs/benchmarks.md $(ARGS)

bench-sync: ## a sync of 1,000 reports, against rate limits, beside md2conf and the peers of Notion; docs/benchmarks-sync.md
	@.ci/setup dev
	@$(PY) benchmarks/sync_load.py --output docs/benchmarks-sync.md $(ARGS)
	@$(PY) benchmarks/beside_md2conf.py --output docs/benchmarks-sync.md
	@$(PY) benchmarks/notion_reports.py --output docs/benchmarks-sync.md

proofs: ## random lives and runs killed at random moments, all wikis (ARGS="--lives 700 --moments 200"); hours, in portions
	@.ci/setup dev
	@$(PY) tests/sync/proofs.py $(ARGS)
