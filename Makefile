# Two commands are all that a newcomer needs: `make verify` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A run starts hundreds of processes: what one has compiled, the others read.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help verify test test-fast lint allure sdk pins browser matrix catalogue soak bench clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

verify: $(BIN)/mfa-verify $(VENV)/.browser ## verify the local tenant that comes along, and write a report
	$(BIN)/pytest features --tenant local --sign-in http -n 4

test: $(VENV)/.tests $(VENV)/.browser $(VENV)/.node $(VENV)/.published lint ## what every change must pass
	$(BIN)/pytest tests -m "not matrix and not soak" -n 4 --dist worksteal --random-order
	$(BIN)/pytest features --tenant local --sign-in http -n 4 --reports reports/test --random-order

# The middle of everything: engine, sign-in, token endpoint, MFA API, Management API, and the journey through all of them.
FAST := tests/unit $(addprefix tests/tenant/test_,journey.py challenge.py refusals.py sign_in.py management.py)
test-fast: $(VENV)/.tests $(VENV)/.browser lint ## what a change breaks most often, in less than a minute
	$(BIN)/pytest $(FAST) -m "not matrix and not soak" -n 4 --dist worksteal -q
	$(BIN)/pytest features/enrollment/sms_then_authenticator_app.feature --tenant local --sign-in http -n 4 --reports reports/test

lint: $(VENV)/.tests ## style, types and borders
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

allure: $(VENV)/.suite ## one offline page of Allure's, from the latest run; needs Node.js 20
	@$(BIN)/python tools/allure/render.py reports/latest

sdk: $(VENV)/.sdk ## the SDK that MFA-SGN-007 signs in with; needs Node.js

matrix: $(VENV)/.tests $(VENV)/.browser $(VENV)/.sdk ## every fault of the local tenant, and what it turns red
	$(BIN)/pytest tests/faults -m "not soak" -n 4

catalogue: $(VENV)/.tests ## renew docs/catalogue.md from features and requirements, docs/steps.md from steps, docs/causes.md from causes.toml
	$(BIN)/python -m tests.house.catalogue_page
	$(BIN)/python -m tests.house.steps_page
	$(BIN)/python -m mfa_verification.reports.record > docs/causes.md

MINUTES ?= 60
soak: $(VENV)/.tests $(VENV)/.phones $(VENV)/.browser $(VENV)/.node $(VENV)/.published ## what takes long, for so many MINUTES at most; renews docs/soak.md
	$(BIN)/python -m tests.soak $(MINUTES)

bench: $(VENV)/.tests $(VENV)/.browser ## how fast everything is; never fails a build
	-$(BIN)/python -m tests.bench

# `make pins UPGRADE=` adds what is new in pyproject.toml, and renews nothing.
UPGRADE ?= --upgrade
pins: ## renew the pinned versions; needs uv
	$(pin) -o requirements.txt
	$(call pin_on_top_of,requirements.txt,requirements-dev.txt,--group dev)
	$(call pin_on_top_of,requirements-dev.txt,requirements-phones.txt,--group dev --group phones)

browser: $(BIN)/mfa-verify ## find a browser, or install one
	@$(BIN)/mfa-verify browser install
	@touch $(VENV)/.browser

clean: ## remove what was installed and made
	rm -rf $(VENV) reports/latest reports/test .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

pin = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE) pyproject.toml

# A file of pins on top of another begins with `-r` and names only what the other ones do not.
define pin_on_top_of
	$(pin) -c $(1) $(3) -o $(2) \
		$$(sed -n 's/^\([A-Za-z0-9._-]*\)==.*/--no-emit-package \1/p' $(sort requirements.txt $(1)))
	{ echo "-r $(1)"; grep -v '^#' $(2); } >$(2).new && mv $(2).new $(2)
endef

# What is pinned is installed with its hashes, by uv where it is there, else by pip; a second run installs nothing.
define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 $@")'
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

# The dependencies are installed, the project is not: its command is a file that points here, and needs nothing to build.
$(BIN)/mfa-verify: $(VENV)/.suite
	@printf '#!/bin/sh\nPYTHONPATH="%s$${PYTHONPATH:+:$$PYTHONPATH}" exec "%s" -P -m mfa_verification "$$@"\n' \
		"$(CURDIR)" "$(CURDIR)/$(BIN)/python" >$@ && chmod +x $@

# Beside what .tests has installed: the vendors' libraries for test phones.
$(VENV)/.phones: requirements-phones.txt $(VENV)/.tests
	$(install)

# What vendors publish of their APIs, for the tests that hold stand-ins against it; skipped where npm is missing.
$(VENV)/.published: tests/published.py $(VENV)/.tests
	@if command -v npm >/dev/null; then \
		echo "fetching what vendors publish of their APIs"; \
		$(BIN)/python -m tests.published && touch $@; \
	fi

# Where Node is missing, what needs it is skipped, and it is looked for again next time.
define npm_ci
	@if command -v npm >/dev/null; then \
		echo "installing what $< names"; \
		(cd $(<D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) && \
			mkdir -p $(@D) && touch $@; \
	else \
		echo "Node.js is not here: what needs $(<D) is left out"; \
	fi
endef

$(VENV)/.node: tests/clients/node/package-lock.json $(VENV)/.sdk
	$(npm_ci)

$(VENV)/.sdk: tools/spa_js/package-lock.json
	$(npm_ci)

$(VENV)/.browser:
	@$(MAKE) --no-print-directory browser
