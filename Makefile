# Two commands do all the set-up: `make app` and `make test`. Both keep to .venv and install only what the lock files say.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: app test unit lint style bench trust manifest lock clean

app: $(VENV)/.app
	$(VENV)/bin/pilotzones app

# Compiled beforehand, for the thousand processes that tests start not to compile the modules each for itself. mypy, which takes
# half a minute of one core without its cache, runs beside the first tests.
test: style
	$(RUN) -m compileall -q app.py cli data geo layers views
	@$(RUN) -m mypy & types=$$!; \
	$(RUN) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder; tests=$$?; \
	wait $$types || { echo "mypy found errors: see above, or make lint"; exit 1; }; exit $$tests

# The tests of single modules, without browsers: for the loop of edit and test.
unit: $(VENV)/.test
	$(RUN) -m pytest tests/unit -m "not browser and not slow" --numprocesses auto --dist loadfile --no-loadscope-reorder

# Style, the import table of the README, and types.
lint: style
	$(RUN) -m mypy

style: $(VENV)/.test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(VENV)/bin/lint-imports

bench: $(VENV)/.test
	$(RUN) bench/bench_areas.py
	$(RUN) bench/bench_audit.py
	$(RUN) bench/bench_export.py
	$(RUN) bench/bench_map.py

# After an edit of the catalogue: its hashes anew.
manifest: $(VENV)/.app
	$(VENV)/bin/pilotzones manifest

# The table of docs/trust.md from runs of everything it names; FULL=1 takes as long as it says there.
trust: $(VENV)/.test
	$(RUN) tools/trust.py $(if $(FULL),--full)

$(RUN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "pilotzones needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: $(RUN) requirements.lock pyproject.toml
	$(RUN) -m pip install --quiet --require-hashes -r requirements.lock
	$(RUN) -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.test: $(RUN) requirements-test.lock pyproject.toml
	$(RUN) -m pip install --quiet --require-hashes -r requirements-test.lock
	$(RUN) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Versions and hashes, no download address. Needs uv.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra test --extra cluster pyproject.toml -o requirements-test.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis artefacts
