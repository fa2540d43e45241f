#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make lint` does: arrows between rooms, formats, the lesson page, mypy, pyright, clang-tidy;
# every check runs even if an earlier one failed.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
check() {  # check NAME COMMAND...
  echo "== $1"
  "${@:2}" || status=1
}

tidy() {  # every source, in a compilation database of its own
  cmake -S . -B build-lint -G Ninja -D POOLRACE_TESTS=ON >/dev/null &&
    cmake --build build-lint --target version_commit >/dev/null || return 1
  run-clang-tidy -quiet -p build-lint "^$PWD/(sim|pool|models|experiments)/.*\.cpp$" 2>/dev/null |
    grep -vE '^(clang-tidy-|$)' || true
  return "${PIPESTATUS[0]}"
}

check "arrows between rooms" scripts/check-arrows.py
check "formats" scripts/formats.sh
check "lesson page" scripts/check-page.sh
check "mypy" .venv/bin/mypy --strict --cache-dir=.cache/mypy python/poolrace
check "pyright" .venv/bin/basedpyright --project python --pythonpath .venv/bin/python
check "clang-tidy" tidy
exit $status
