#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make check` does, a minute before a commit:  scripts/check.sh [ROOM[/SUITE]]
# Formats, the lists of packages, then a build with tests and the quick ones, arrows between rooms
# among them.  All of it runs even if something failed.
# With ROOM/SUITE (models/Iotlb): only that room's test program is built, and only the tests whose
# suites begin so are run, slow ones too; with ROOM alone its quick ones.
set -euo pipefail
cd "$(dirname "$0")/.."

one=${1:-}
room=${one%%/*}
case $room in
  "") target=all tests=(--label-regex '^quick$') ;;
  sim | models | pool | native | experiments) target=${room}_test tests=(--tests-regex "^$room/") ;;
  *)
    echo "check: no room '$room'; ONE is ROOM/SUITE or ROOM, of sim, models, pool, native, experiments" >&2
    exit 2
    ;;
esac
if [[ $one == */* ]]; then
  tests=(--tests-regex "^$room/(.*/)?${one#*/}")
elif [[ -n $one ]]; then
  tests+=(--label-regex '^quick$')
fi

failed=()
part() {  # part NAME COMMAND...
  "${@:2}" || failed+=("$1")
}

run_tests() {
  scripts/build.sh release "$target" -D POOLRACE_TESTS=ON \
    -D Python3_EXECUTABLE="$PWD/.venv/bin/python" &&
    ctest --test-dir build --parallel "$(nproc)" --progress --output-on-failure \
      --no-tests=error "${tests[@]}"
}

scripts/install-deps.sh check
if [[ -z $one ]]; then
  part formats scripts/formats.sh
  part "package lists" .venv/bin/python scripts/check-deps.py
fi
part "build and tests" run_tests
if ((${#failed[@]})); then
  printf 'FAILED: %s\n' "${failed[@]}" "reproduce: make check${one:+ ONE=$one}" >&2
  exit 1
fi
echo "all good, in $SECONDS s"
