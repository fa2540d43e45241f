#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make lint` does: arrows between rooms, clang-format, ruff, clang-tidy; every check runs
# even if an earlier one failed.   --fix: rewrite what clang-format and ruff can, and stop there.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(find sim pool models experiments python -name '*.[ch]pp' | sort)
ruff=.venv/bin/ruff

if [[ ${1:-} == --fix ]]; then
  clang-format -i "${sources[@]}"
  "$ruff" format .
  "$ruff" check --fix .
  exit
fi

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
check "clang-format" clang-format --dry-run -Werror "${sources[@]}"
check "ruff" "$ruff" check --quiet .
check "ruff format" "$ruff" format --quiet --check .
check "mypy" .venv/bin/mypy --strict --cache-dir=.cache/mypy python/poolrace
check "clang-tidy" tidy
exit $status
