# The commands of One Step Back. `make run` and `make test` are all that a newcomer needs.
PYTHON := .venv/bin/python
PORT ?= 8000
export PORT

.PHONY: run setup test test-fast prove check fix bench bench-scale drawings screenshots assets requirements clean

run: setup ## Set up, make demo data if the database is empty, and serve
	@$(PYTHON) manage.py demo --if-empty
	@echo "One Step Back is at http://127.0.0.1:$(PORT)/ and its letters at http://127.0.0.1:$(PORT)/dev/letters/"
	@$(PYTHON) manage.py runserver 127.0.0.1:$(PORT)

setup: ## Python packages, system libraries, database
	@scripts/setup
	@$(PYTHON) manage.py prepare -v 0

test: ## The whole suite, in parallel; ARGS reaches pytest
	@scripts/setup tests
	@$(PYTHON) -m pytest -n auto --dist worksteal $(ARGS)

test-fast: ## The part without browsers and without servers that are killed
	@scripts/setup tests
	@$(PYTHON) -m pytest -n auto --dist worksteal -m "not browser and not faults" $(ARGS)

prove: ## What takes longer than a minute to prove: before an issue is called resolved
	@scripts/setup tests
	@$(PYTHON) -m pytest -n auto --dist worksteal -m prove $(ARGS)

check: ## Format, lint, types, templates, migrations, safety of production settings
	@scripts/setup
	@scripts/check

fix: ## Format and mend what can be mended by itself
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m djade --target-version 6.0 $$(git ls-files 'templates/*.html')

bench: ## How fast it is, as ratios to a bare Django
	@scripts/setup tests
	@$(PYTHON) -m benchmarks $(ARGS)

bench-scale: ## What closing and reading rounds costs among a million reflections
	@scripts/setup tests
	@$(PYTHON) -m benchmarks.scale $(ARGS)

drawings: ## The data model in docs/architecture.md, drawn from the models
	@scripts/setup
	@$(PYTHON) -m scripts.draw_models

screenshots: ## The pictures of the README
	@scripts/setup tests
	@$(PYTHON) -m scripts.screenshots

assets: ## Compile the styles and the script (the only thing that needs Node)
	@assets/build.sh

requirements: ## Pin the newest versions that pyproject.toml allows
	@uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.13 --no-header --no-annotate pyproject.toml -o requirements/base.txt
	@uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.13 --no-header --no-annotate pyproject.toml --group dev -o requirements/dev.txt
