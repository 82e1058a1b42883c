# The two commands of a newcomer are `make demo` and `make test`; `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt
DEMO := docs/demo/demo.opus
OUT := out

.PHONY: help demo setup test check golden bench size clean browser weights

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	python3 -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --quiet --editable '.[models]'
	touch $@

$(VENV)/.installed-all: $(VENV)/.installed
	$(PIP) --quiet --editable '.[models,api,dev]'
	touch $@

setup: $(VENV)/.installed-all ## the virtual environment, with everything to develop

weights: $(VENV)/.installed
	$(BIN)/coach models pull

demo: weights ## install, get the weights, analyse the demo recording
	$(BIN)/coach analyse $(DEMO) --mentor first --with-audio -o $(OUT)

browser: # a real browser for the tests of the pages
	@command -v chromium >/dev/null || { \
	  run=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$run apt-get update -qq && $$run apt-get install -y -qq chromium >/dev/null; }

test: setup weights browser ## all tests: the fast ones first, then real models, then a real browser
	$(BIN)/python -m pytest -m "not models and not browser"
	$(BIN)/python -m pytest -m "models or browser"

check: setup ## lint, types, and the floors of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

golden: setup ## write the golden files anew; read the diff
	COACH_GOLDEN=write $(BIN)/python -m pytest -q tests/core

size: ## the longest files
	@git ls-files '*.py' | xargs wc -l | sort -rn | head -20

clean: ## remove what was built, not what was pulled
	rm -rf $(VENV) $(OUT) dist build
