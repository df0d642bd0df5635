# make run, make test: each does all its own set-up, once. make help lists the rest.

# the first Python that is new enough and really starts
ifndef PYTHON
PYTHON := $(shell for p in python3.11 python3 /usr/bin/python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
endif
VENV := .venv/bin/python
TESTS ?=
SOAK ?=

# Two at a time, each file by one process; then the browser's, which are slow beside hard work.
TWO = --numprocesses 2 --dist loadfile
PLAIN_TESTS = $(VENV) -m pytest -m "not browser" $(TWO)
BROWSER_TESTS = $(VENV) -m pytest -m browser $(TWO) tests/e2e

ifeq ($(XINGHUO_SKIP_BROWSER),yes)
NO_BROWSER := yes
RUN_TESTS = $(PLAIN_TESTS)
else
RUN_TESTS = $(PLAIN_TESTS) && $(BROWSER_TESTS)
endif
ifneq ($(TESTS),)
RUN_TESTS = $(VENV) -m pytest $(if $(NO_BROWSER),-m "not browser") $(TESTS)
endif

.DEFAULT_GOAL := help
.PHONY: help run test check bench soak format clean setup setup-test
MAKEFLAGS += --no-print-directory

help:  ## show this list（显示本说明）
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' Makefile | expand -t 16

run: setup  ## set up, build the store if there is none, serve on 127.0.0.1:8501（启动网站）
	@$(VENV) -m geo serve

test: setup-test  ## set up and run the whole test suite, browser included（全部测试）
	@$(RUN_TESTS)

check: setup-test  ## format, lint, types, then the tests（提交前检查）
	@echo "* Format（格式）"; $(VENV) -m ruff format --check --quiet .
	@echo "* Lint（静态检查）"; $(VENV) -m ruff check --quiet .
	@echo "* Types（类型）"; $(VENV) -m mypy
	@echo "* Tests（测试）"; $(RUN_TESTS)

bench: setup-test  ## measure against the bars; writes benchmarks/latest.json（性能测量）
	@$(VENV) -m benchmarks

soak: setup-test  ## an hour of writers, editors, kill -9 and bad inputs（耐久测试）
	@$(VENV) -m tests.soak $(SOAK)

format: setup-test  ## bring the code into the house format（整理格式）
	@$(VENV) -m ruff check --quiet --fix --select I .
	@$(VENV) -m ruff format --quiet .
	@echo "* Formatted（已整理）"

clean:  ## remove what set-up and tests made; data/ stays（清除环境，保留数据）
	@rm -rf .venv .venv-rivals .setup node_modules static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	@echo "* Removed .venv and caches; data/ is untouched（已清除；数据未动）"

setup:
	@$(if $(PYTHON),,echo "Python 3.11 or newer is needed: sudo apt-get install python3 python3-venv（需要 Python 3.11）" >&2; exit 1)
	@$(PYTHON) -m setup run

setup-test:
	@$(if $(PYTHON),,echo "Python 3.11 or newer is needed: sudo apt-get install python3 python3-venv（需要 Python 3.11）" >&2; exit 1)
	@$(PYTHON) -m setup test
ifdef NO_BROWSER
	@echo "!!! XINGHUO_SKIP_BROWSER=yes: THE BROWSER TESTS ARE LEFT OUT（没有运行浏览器测试）" >&2
endif
