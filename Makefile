# SPDX-License-Identifier: MIT
# The few commands of the house; each installs what it lacks (scripts/install-deps.sh).
.DEFAULT_GOAL := build
.PHONY: build demo check test test-long lint format docs wheel clean help

help:
	@echo "make build      build/poolrace, installing what is missing"
	@echo "make demo       build, then the main job: the table that answers the question, and a report"
	@echo "make check      before a commit: build with tests, the quick ones, arrows, formats;"
	@echo "                make check ONE=models/Iotlb for one suite"
	@echo "make test       all set-up and every test, in every configuration"
	@echo "make test-long  the same with the long tests too"
	@echo "make lint       format, clang-tidy, ruff, arrows between rooms"
	@echo "make format     let clang-format and ruff rewrite what they complain about"
	@echo "make docs       the documentation as a site: build/docs/index.html"
	@echo "make wheel      a wheel that brings all that it needs, documentation too: dist/"
	@echo "make clean      remove the build trees"

build:
	@scripts/install-deps.sh build
	@scripts/build.sh

demo: build
	build/poolrace compare --report build/report.html
	build/poolrace compare steady --runs 100

check:
	@scripts/check.sh $(ONE)

test:
	@scripts/test.sh

test-long:
	@scripts/test.sh --long

lint:
	@scripts/install-deps.sh test lint
	@scripts/lint.sh

format:
	@scripts/install-deps.sh lint
	@scripts/formats.sh --fix

docs:
	@scripts/install-deps.sh python check
	@scripts/build.sh release python_package -D POOLRACE_PYTHON=ON \
	  -D Python_EXECUTABLE="$(CURDIR)/.venv/bin/python"
	@scripts/docs.sh

wheel:
	@scripts/install-deps.sh python check
	@scripts/wheel.sh

clean:
	rm -rf dist build build-wheel build-simgrid build-other build-debug build-clang build-asan build-tsan build-lint
