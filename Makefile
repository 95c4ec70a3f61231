# Begin with `make verify` and `make test`; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A run starts hundreds of processes, which share compiled Python files.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help verify test test-fast lint allure sdk pins browser matrix catalogue soak bench clean

help: ## list the make targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

verify: $(BIN)/mfa-verify $(VENV)/.browser ## verify the local tenant and write a report
	$(BIN)/pytest features --tenant local --sign-in http -n 4

test: $(VENV)/.tests $(VENV)/.browser $(VENV)/.node $(VENV)/.published lint ## run lint, the tests, and the features against the local tenant; every change must pass
	$(BIN)/pytest tests -m "not matrix and not soak" -n 4 --dist worksteal --random-order
	$(BIN)/pytest features --tenant local --sign-in http -n 4 --reports reports/test --random-order

# Engine, sign-in, token endpoint, MFA API, Management API, and the main journey.
FAST := tests/unit $(addprefix tests/tenant/test_,journey.py challenge.py refusals.py sign_in.py management.py)
test-fast: $(VENV)/.tests $(VENV)/.browser lint ## run the tests that a change breaks most often; takes less than a minute
	$(BIN)/pytest $(FAST) -m "not matrix and not soak" -n 4 --dist worksteal -q
	$(BIN)/pytest features/enrollment/sms_then_authenticator_app.feature --tenant local --sign-in http -n 4 --reports reports/test

lint: $(VENV)/.tests ## check style, types and imports between layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

allure: $(VENV)/.suite ## make one offline Allure page from the latest run; needs Node.js 20
	@$(BIN)/python tools/allure/render.py reports/latest

sdk: $(VENV)/.sdk ## download the SDK that MFA-SGN-007 uses; needs Node.js

matrix: $(VENV)/.tests $(VENV)/.browser $(VENV)/.sdk ## run the suite against every fault of the local tenant
	$(BIN)/pytest tests/faults -m "not soak" -n 4

catalogue: $(VENV)/.tests ## write docs/catalogue.md, docs/steps.md and docs/causes.md again
	$(BIN)/python -m tests.suite.pages
	$(BIN)/python -m mfa_verification.reports.record > docs/causes.md

MINUTES ?= 60
soak: $(VENV)/.tests $(VENV)/.phones $(VENV)/.browser $(VENV)/.node $(VENV)/.published ## run the long test for at most MINUTES (60); writes docs/soak.md
	$(BIN)/python -m tests.soak $(MINUTES)

bench: $(VENV)/.tests $(VENV)/.browser ## measure how fast everything is; never fails
	-$(BIN)/python -m tests.bench

# `make pins UPGRADE=` only adds new dependencies of pyproject.toml and upgrades nothing.
UPGRADE ?= --upgrade
pins: ## upgrade the pinned versions; needs uv
	$(pin) -o requirements.txt
	$(call pin_on_top_of,requirements.txt,requirements-dev.txt,--group dev)
	$(call pin_on_top_of,requirements-dev.txt,requirements-phones.txt,--group dev --group phones)

browser: $(BIN)/mfa-verify ## find or install a browser
	@$(BIN)/mfa-verify browser install
	@touch $(VENV)/.browser

clean: ## remove everything that make installed or made
	rm -rf $(VENV) reports/latest reports/test .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

pin = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE) pyproject.toml

# A lock file that builds on another begins with `-r` and lists only additional packages.
define pin_on_top_of
	$(pin) -c $(1) $(3) -o $(2) \
		$$(sed -n 's/^\([A-Za-z0-9._-]*\)==.*/--no-emit-package \1/p' $(sort requirements.txt $(1)))
	{ echo "-r $(1)"; grep -v '^#' $(2); } >$(2).new && mv $(2).new $(2)
endef

# Installs the pinned versions with their hashes, with uv if it exists, else with pip; a second run installs nothing.
define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; run: make PYTHON=python3.12 $@")'
	@echo "installing $< into $(VENV)"
	@if command -v uv >/dev/null; then \
		uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
		uv pip install --quiet --require-hashes --python $(BIN)/python -r $<; \
	else \
		$(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<; \
	fi
	@touch $@
endef

$(VENV)/.suite: requirements.txt
	$(install)

$(VENV)/.tests: requirements-dev.txt requirements.txt
	$(install)
	@touch $(VENV)/.suite

# The project itself is not installed: its command is a script that points here, so nothing is built.
$(BIN)/mfa-verify: $(VENV)/.suite
	@printf '#!/bin/sh\nPYTHONPATH="%s$${PYTHONPATH:+:$$PYTHONPATH}" exec "%s" -P -m mfa_verification "$$@"\n' \
		"$(CURDIR)" "$(CURDIR)/$(BIN)/python" >$@ && chmod +x $@

# In addition to .tests: the vendors' libraries for test phones.
$(VENV)/.phones: requirements-phones.txt $(VENV)/.tests
	$(install)

# Published API descriptions, against which tests check the stand-ins of services; skipped without npm.
$(VENV)/.published: tests/phones/twilio_api.py $(VENV)/.tests
	@if command -v npm >/dev/null; then \
		echo "downloading published API descriptions"; \
		$(BIN)/python -m tests.phones.twilio_api && touch $@; \
	fi

# Without Node.js the tests that need it are skipped; make looks for it again next time.
define npm_ci
	@if command -v npm >/dev/null; then \
		echo "installing the packages of $<"; \
		(cd $(<D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) && \
			mkdir -p $(@D) && touch $@; \
	else \
		echo "Node.js was not found: what needs $(<D) is skipped"; \
	fi
endef

$(VENV)/.node: tests/clients/node/package-lock.json $(VENV)/.sdk
	$(npm_ci)

$(VENV)/.sdk: tools/spa_js/package-lock.json
	$(npm_ci)

$(VENV)/.browser:
	@$(MAKE) --no-print-directory browser
