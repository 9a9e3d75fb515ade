# make run      start the portal with example people
# make build    install what runs the portal, and make the files that pages load: for a server
# make quick    the checks, and the tests of rules, services and pages: for while you work
# make test     every check, and what an ordinary run of the tests holds
# make test-all every test on both databases: for a night
# make bench    how fast is it
# make lint     the checks of the source alone
# make format   let the tools lay out source and templates
# make messages write the catalogue of what people read, after a text was changed
# make clean    remove .venv, caches and reports; the data in instance/ stays
#
# Needs Python 3.11 or newer and make. Everything else goes into .venv, once.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help

# Set PYTHON to use a particular one: make run PYTHON=/usr/bin/python3.12
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(firstword $(foreach name,$(CANDIDATES),$(shell $(name) -c "$(NEW_ENOUGH)" 2>/dev/null && echo $(name))))

# A stamp carries the checksum of what it stands for: changed pins make a new stamp necessary.
sum = $(shell cat $(1) 2>/dev/null | cksum | cut -d ' ' -f 1)
UV := .venv/uv-$(call sum,requirements-dev.txt)
RUNNING := .venv/running-$(call sum,requirements.txt)
BUILDING := .venv/building-$(call sum,requirements.txt requirements-build.txt)
CHECKING := .venv/checking-$(call sum,requirements.txt requirements-build.txt requirements-dev.txt)
ASSETS := build/assets/made-$(call sum,requirements-build.txt deploy/build_assets.py $(shell find static -type f | sort))

# A .venv whose Python went away (an upgrade of the system) is made again from the start.
$(shell [ -x .venv/bin/python ] || rm -f .venv/uv-* .venv/running-* .venv/building-* .venv/checking-*)

# uv does in seconds what takes pip most of a minute; where there is no uv, pip does it.
define install
	if [ -x .venv/bin/uv ]; then \
		VIRTUAL_ENV="$$PWD/.venv" .venv/bin/uv pip install --quiet --compile-bytecode --require-hashes $(1); \
	else \
		.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes $(1); \
	fi
endef

.PHONY: help run build quick test test-all bench lint format messages audit pins clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: $(RUNNING) $(ASSETS)
	@echo "==> Starting the portal with example people; stop it with Ctrl+C"
	@exec .venv/bin/python -m portal demo

build: $(RUNNING) $(ASSETS)

quick: $(CHECKING) $(ASSETS)
	@exec .venv/bin/python -m tests.everything --level quick

test: $(CHECKING) $(ASSETS)
	@exec .venv/bin/python -m tests.everything

test-all: $(CHECKING) $(ASSETS)
	@exec .venv/bin/python -m tests.everything --level all

lint: $(CHECKING)
	@exec .venv/bin/python -m tests.everything --source-only

format: $(CHECKING)
	@echo "==> Laying out the source and the templates"
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format .
	@.venv/bin/djlint --reformat --quiet templates || true  # 1 says that it changed something

messages: $(CHECKING)
	@echo "==> Writing the catalogue of what people read"
	@.venv/bin/python -m tests.architecture.texts

bench: $(CHECKING) $(ASSETS)
	@echo "==> Measuring"
	@exec .venv/bin/python -m bench

audit: $(CHECKING)
	@echo "==> Asking whether a pinned package has a known weakness"
	@.venv/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.txt
	@.venv/bin/pip-audit --strict --disable-pip --require-hashes -r requirements-build.txt
	@.venv/bin/pip-audit --strict --disable-pip --require-hashes -r requirements-dev.txt

# The pins are made on purpose, never on the way: nothing younger than seven days gets in.
PIN = .venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --exclude-newer "7 days" --upgrade

pins: $(UV)
	@echo "==> Pinning the newest releases that are at least seven days old"
	@$(PIN) requirements.in --output-file requirements.txt > /dev/null
	@$(PIN) requirements-build.in --output-file requirements-build.txt > /dev/null
	@$(PIN) requirements-dev.in --output-file requirements-dev.txt > /dev/null

clean:
	@echo "==> Removing .venv, caches and reports; instance/ stays, it may hold people's data"
	@rm -rf .venv build dist htmlcov .coverage .coverage.* .hypothesis
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "The portal needs Python 3.11 or newer with its venv module, and found none as:" >&2; \
		echo "    $(CANDIDATES)" >&2; \
		echo "On Debian and Ubuntu: sudo apt-get install python3 python3-venv" >&2; \
		exit 1; \
	fi
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
		|| { echo "$$($(PYTHON) --version 2>&1) will not do: the portal needs Python 3.11 or newer" >&2; exit 1; }
	@echo "==> Making .venv with $$($(PYTHON) --version) ($(PYTHON))"
	@$(PYTHON) -m venv --clear .venv

$(UV): | .venv/bin/python
	@echo "==> Fetching uv, to install quickly"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > .venv/uv.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt \
		|| echo "    uv cannot be had here: pip will do, more slowly"
	@rm -f .venv/uv-* && touch $@

$(RUNNING): | $(UV)
	@echo "==> Installing what the portal needs"
	@$(call install,-r requirements.txt)
	@rm -f .venv/running-* && touch $@

$(BUILDING): $(RUNNING)
	@echo "==> Installing what the files of the pages are made with"
	@$(call install,-r requirements-build.txt)
	@rm -f .venv/building-* && touch $@

$(CHECKING): $(BUILDING)
	@echo "==> Installing what the checks need"
	@$(call install,-r requirements.txt -r requirements-build.txt -r requirements-dev.txt)
	@rm -f .venv/checking-* && touch $@

$(ASSETS): | $(BUILDING)
	@echo "==> Making the files that pages load"
	@rm -rf build/assets
	@.venv/bin/python -m deploy.build_assets
	@touch $@
