# Two commands do everything: `make demo` and `make test`. Both set up .venv by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAIN := -c constraints.txt

.PHONY: demo test lint bench train screenshots wheel clean browser

demo: $(VENV)/installed
	$(BIN)/monitor demo

test: $(VENV)/tests-installed browser
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/tests-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/tests-installed
	$(BIN)/python benchmarks/kills.py
	$(BIN)/python benchmarks/judging.py
	$(BIN)/python benchmarks/store.py "$$(mktemp -d)"

train:
	$(MAKE) -C models/training

screenshots: $(VENV)/tests-installed browser
	$(BIN)/python docs/screenshots.py

wheel: $(VENV)/tests-installed
	$(BIN)/python -m pip wheel -q --no-deps --wheel-dir dist .

$(VENV)/python: 
	$(PYTHON) -c 'import sys; sys.exit("monitor needs Python 3.11, 3.12 or 3.13; this is %d.%d. Try: make PYTHON=python3.12" % sys.version_info[:2] if not (3, 11) <= sys.version_info[:2] < (3, 14) else 0)'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV) (a minute or two, once)"
	$(BIN)/python -m pip install -q --disable-pip-version-check $(CONSTRAIN) -e .
	touch $@

$(VENV)/tests-installed: $(VENV)/installed
	$(BIN)/python -m pip install -q --disable-pip-version-check $(CONSTRAIN) -e '.[test,lint]'
	touch $@

# The browser tests need Chromium; where it cannot be installed they say so and are skipped.
browser:
	@command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || sh tests/install_browser.sh

clean:
	rm -rf $(VENV) dist build demo.db* demo
