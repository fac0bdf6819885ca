# One command each. `make` alone lists them.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
PY := .venv/bin/python
CODE := webcare inbox channels reports monitoring api crm assist publishing sandbox tests $(wildcard bench) manage.py
# Checks read settings without real secrets, and keep off the data of a demo.
CHECKING := WEBCARE_TESTING=1 WEBCARE_DATA=$(CURDIR)/.webcare/tests
WORKERS ?= 3
# Without bytecode every process compiles everything anew: a third of a test run.
unexport PYTHONDONTWRITEBYTECODE
export PORT ?= 8000
export SANDBOX_PORT ?= 9009

.PHONY: help setup demo run test flow check bench bench-quick load screenshots sbom audit pin key clean reset

help:
	@echo "make demo    everything with the platforms' sandbox: http://127.0.0.1:$(PORT) (PORT, SANDBOX_PORT)"
	@echo "make run     the same for real accounts (needs SECRET_KEY, CREDENTIAL_KEYS, ALLOWED_HOSTS)"
	@echo "make test    all tests, in browsers too (ARGS=… for pytest)"
	@echo "make flow    the whole running system end to end, with kill -9, and every property at length (minutes)"
	@echo "make check   style, types, templates, migrations, translations, import rules"
	@echo "make bench   the proof: pages, search, ingest, webhooks and memory beside floors and a peer (bench-quick: minutes)"
	@echo "make load    a hundred agents and fifty messages a second for ten minutes (ARGS=\"--minutes 1\")"
	@echo "make sbom    what an installation is made of, as CycloneDX; make audit asks what is known to be wrong with it"
	@echo "make screenshots  every page and state, light and dark, in two languages, at three widths (SCENES=…)"
	@echo "make setup   .venv with everything for the above; the others do it when needed"
	@echo "make pin     take newer base images than the named ones: keeps their digests in .env, for docker compose"
	@echo "make key     print a new credential key"
	@echo "make clean   remove what can be made again (.venv, caches, test data)"
	@echo "make reset   remove the demo's data"

setup: .venv/.development

# Files of packages are pinned with hashes; a stamp is older than its file when that changed.
# What installing says is no output of what is made with it: a key is read from there.
.venv/.runtime: requirements.txt requirements-install.txt
	@test -n "$(PYTHON)" || { echo "Webcare needs Python 3.11 or newer: install it, or run make with PYTHON=/path/to/python3.11."; exit 1; }
	@$(PYTHON) -P webcare/install.py requirements.txt >&2
	@touch $@

.venv/.development: requirements-dev.txt requirements-install.txt
	@test -n "$(PYTHON)" || { echo "Webcare needs Python 3.11 or newer: install it, or run make with PYTHON=/path/to/python3.11."; exit 1; }
	@$(PYTHON) -P webcare/install.py requirements-dev.txt >&2
	@touch .venv/.runtime $@

demo: .venv/.runtime
	@exec $(PY) -m webcare.launch demo

run: .venv/.runtime
	@exec $(PY) -m webcare.launch run

test: .venv/.development
	@$(PY) -m tests.chromium
	@exec $(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

flow: .venv/.development
	@$(PY) -m tests.chromium
	@$(PY) -m pytest tests/flow -n0 -s $(ARGS)
	@exec $(PY) -m pytest -m "hypothesis or thorough or long" --hypothesis-profile=thorough -n $(WORKERS) --dist worksteal

check: .venv/.development
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(CHECKING) $(PY) -m mypy $(CODE)
	.venv/bin/djade --check --target-version 5.2 $$(find templates channels inbox reports monitoring api crm assist publishing -name '*.html')
	$(CHECKING) $(PY) manage.py makemigrations --check --dry-run
	$(CHECKING) $(PY) -m webcare.translations check
	.venv/bin/lint-imports

# The peer is installed where that works; without it the table leaves its lines out.
bench: .venv/.development
	@$(PY) -m bench.helpdesk.install
	@exec $(PY) -m bench $(ARGS)

bench-quick: .venv/.development
	@$(PY) -m bench.helpdesk.install
	@exec $(PY) -m bench quick $(ARGS)

load: .venv/.development
	@exec $(PY) -m bench.load $(ARGS)

# What an installation is made of (CycloneDX), and whether anything known is wrong with it: asks the advisory database.
sbom: .venv/.development
	@.venv/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --of JSON -o sbom.json
	@echo "sbom.json"

audit: .venv/.development
	@.venv/bin/pip-audit --disable-pip --require-hashes -r requirements.txt

screenshots: .venv/.development
	@$(PY) -m tests.chromium
	@exec $(PY) -m pytest tests/screenshots/shots_run.py -n0 -q -s $(ARGS)

# The bases of docker-compose.yml as the registry has them now. Nothing changes unless each of them could be asked.
pin:
	@umask 077; (grep -v '^\(PYTHON\|POSTGRES\|REDIS\)_IMAGE=' .env 2>/dev/null; \
		for base in PYTHON=python:3.11-slim POSTGRES=postgres:18 REDIS=redis:7; do \
			docker pull --quiet "$${base#*=}" >/dev/null || exit 1; \
			digest=$$(docker image inspect --format '{{index .RepoDigests 0}}' "$${base#*=}") || exit 1; \
			echo "$${base%%=*}_IMAGE=$$digest"; \
		done) > .env.new && mv .env.new .env || { rm -f .env.new; exit 1; }
	@grep '_IMAGE=' .env

key: .venv/.runtime
	@$(PY) -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"

reset: .venv/.runtime
	@$(PY) -m webcare.launch reset

clean:
	@if test -x $(PY) && test -d .webcare/tests; then WEBCARE_DATA=$(CURDIR)/.webcare/tests $(PY) -m webcare.launch forget; fi
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
