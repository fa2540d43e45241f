#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make test` does, quick things first: set-up, the tests in a g++ release build, equal
# fingerprints from g++ -O2 and clang++ -O0.  It stops at the first failure and prints what each
# part took.   --long: the suites named *Long too (see CMakeLists.txt), fingerprints from g++ -O0 and
# clang++ -O2 as well (they tell which of the two moved one), the tests again under the address and undefined-behaviour sanitizers, and world
# native under these and the thread sanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."

left_out='^long$'
left_out_sanitized='^(long|slow)$'
if [[ ${1:-} == --long ]]; then
  left_out='^$'
  left_out_sanitized='^long$'
  export POOLRACE_SEEDS=50  # of the comparison of worlds; 5 otherwise
fi

summary=()
current=""
started=0
failed() {
  printf '\n%s\n' "${summary[@]}"
  echo "FAILED in: $current"
  echo "reproduce: scripts/test.sh ${arguments:-}"
}
arguments="$*"
trap failed ERR

part() {  # part NAME COMMAND...
  current=$1
  shift
  echo "== $current"
  started=$SECONDS
  "$@"
  summary+=("$(printf '%5d s  %s' $((SECONDS - started)) "$current")")
}

run_tests() {  # run_tests DIRECTORY LABELS-LEFT-OUT
  ctest --test-dir "$1" --parallel "$(nproc)" --output-on-failure --label-exclude "$2" \
    --no-tests=error --progress | tee "$1/ctest-output.txt"
}
closing_line() {  # of ctest, kept for the summary
  summary+=("         $(grep 'tests passed' "$1/ctest-output.txt")")
}

part "what is missing is installed" scripts/install-deps.sh test
part "build, g++ release" scripts/build.sh release all -D POOLRACE_TESTS=ON \
  -D POOLRACE_PYTHON=ON -D Python_EXECUTABLE="$PWD/.venv/bin/python"
part "tests, g++ release" run_tests build "$left_out"
closing_line build
part "the table of verdicts" scripts/check-verdicts.sh
part "the lesson page, fresh and in a browser" scripts/check-page.sh --test
part "build, clang++ -O0" scripts/build.sh other poolrace
part "the same fingerprints from both" scripts/same-fingerprints.sh build build-other
if [[ ${1:-} == --long ]]; then
  part "build, g++ debug" scripts/build.sh debug poolrace
  part "build, clang++ release" scripts/build.sh clang poolrace
  part "the same fingerprints from all" scripts/same-fingerprints.sh build build-other build-debug build-clang
  part "build, sanitizers" scripts/build.sh asan all -D POOLRACE_TESTS=ON
  part "tests, sanitizers" run_tests build-asan "$left_out_sanitized"
  closing_line build-asan
  part "world native under the sanitizers" scripts/native-sanitizers.sh
fi

printf '\n'
printf '%s\n' "${summary[@]}" "$(printf '%5d s  in all' $SECONDS)"
