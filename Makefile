# Six verbs. Each one first makes .venv from a hash-pinned lock (once), with uv or pip: what running
# needs from requirements.lock, what developing needs as well from requirements-dev.lock.
.PHONY: demo test thorough check ui docs
BIN := .venv/bin
HOME_DIR ?= quanshu_home
PEOPLE ?= 100000
BOTH := change_order partitions plain_feed reconciliation replay side_by_side

demo: .venv/.running   ## make a synthetic city and take its feeds the whole way
	$(BIN)/quanshu demo --home $(HOME_DIR) --people $(PEOPLE)

test: .venv/.ready     ## the suite: every promise once
	$(BIN)/python -m pytest

thorough: .venv/.ready ## what the suite shows once, many times over: minutes of processes
	$(BIN)/python -m pytest -m thorough
	$(BIN)/python -m pytest --homes=store tests/flow
	$(BIN)/python -m pytest --engine=sail tests/flow
	$(BIN)/python -m pytest --engine=sail --homes=store $(BOTH:%=tests/flow/test_%.py)

check: .venv/.ready    ## before every push: format, lint, types, layers, catalogues, the suite
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports
	$(BIN)/quanshu check && $(BIN)/quanshu check --catalog examples/beijing_air
	$(BIN)/python -m pytest

ui: .venv/.running     ## the Dagster graph on loopback
	$(BIN)/quanshu ui --home $(HOME_DIR)

docs: .venv/.ready     ## write again what docs and schemas derive from the code
	$(BIN)/python -m docs.generate

.venv/.running: requirements.lock pyproject.toml .ci/environment
	bash .ci/environment .venv requirements.lock && touch $@

.venv/.ready: requirements-dev.lock pyproject.toml .ci/environment
	bash .ci/environment .venv requirements-dev.lock && touch $@ .venv/.running
