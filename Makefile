# `make run` starts the dashboard, `make test` runs the tests; both set up what they need.
# `make serve` is for others than yourself: it starts again what ends or is silent.
PYTHON ?= python3
PORT ?= 8501
HEADLESS ?=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run serve test test-all setup check bench room screenshots correctness models colours watermark sanity evaluation finding scale fuzz hostile crowd soak reliability clean

run: $(VENV)/.run
	@$(BIN)/python deploy/serve.py --once --server.port $(PORT) $(if $(HEADLESS),--server.headless true)

serve: $(VENV)/.run
	@$(BIN)/python deploy/serve.py --server.port $(PORT)

# Files side by side with a thread each, which is faster than one after another with two. Then the
# browser's tests, so that only another browser takes their time; last, those that measure time.
ONE_THREAD := OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1
SIDE_BY_SIDE := $(ONE_THREAD) $(BIN)/python -m pytest --dist loadfile

test: setup
	$(SIDE_BY_SIDE) -n 2 -m "not heavy and not browser"
	$(SIDE_BY_SIDE) -n 2 -m "browser and not alone and not heavy"
	$(BIN)/python -m pytest -m "alone and not heavy"

test-all: setup
	$(SIDE_BY_SIDE) -n 2 -m "not browser"
	$(SIDE_BY_SIDE) -n 2 -m "browser and not alone"
	$(BIN)/python -m pytest -m alone

# `run` and `test` share one environment; tests also need their own packages and a browser.
setup: $(VENV)/.test
	$(BIN)/python tools/browser.py

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py
	@if command -v npm >/dev/null; then { test -d node_modules || npm ci; } && npm run lint; \
	else echo "npm not found: skipping the JavaScript linter."; fi

bench: $(VENV)/.test
	$(BIN)/python -m benches

room: setup
	$(BIN)/python -m benches.room

screenshots: setup
	$(BIN)/python tools/screenshots.py

models: $(VENV)/.test
	$(BIN)/python -m studies.make_models

correctness: $(VENV)/.test
	$(BIN)/python -m studies.make_correctness

colours: $(VENV)/.test
	$(BIN)/python -m studies.make_colours

watermark: $(VENV)/.test
	$(BIN)/python -m studies.watermark

evaluation: $(VENV)/.test
	$(BIN)/python -m studies.evaluation

sanity: $(VENV)/.test
	$(BIN)/python -m studies.make_sanity

finding: $(VENV)/.test
	$(BIN)/python -m studies.finding

scale: $(VENV)/.test
	$(BIN)/python -m benches.scale

# Each keeps its numbers in benches/kept; `reliability` writes docs/reliability.md from them.
fuzz: $(VENV)/.test
	$(BIN)/python -m benches.fuzz

hostile: $(VENV)/.test
	$(BIN)/python -m benches.hostile

crowd: $(VENV)/.test
	$(BIN)/python -m benches.crowd

soak: $(VENV)/.test
	$(BIN)/python -m benches.soak

reliability: $(VENV)/.test
	$(BIN)/python -m benches.reliability

$(VENV)/bin/python:
	$(PYTHON) tools/environment.py $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.test: requirements-dev.txt requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements-dev.txt
	touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache
