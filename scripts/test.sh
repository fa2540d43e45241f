#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make test` does, quick things first: formats and lists of packages, the quick tests in a g++
# release build, then the slow ones, the documentation, the table of verdicts and the lesson page in
# a browser.  It stops at the first failure and prints what each part took.   --long: the suites named
# *Long too (see CMakeLists.txt), verdicts under weaker memory of every program, readers fuzzed for a
# minute each under sanitizers, equal fingerprints from g++ and clang++ at -O0 and -O2 (they tell which
# moved one), the tests again under the address and undefined-behaviour sanitizers, world native under
# these and the thread sanitizer, the wheel and all that README promises on bare machines.
set -euo pipefail
cd "$(dirname "$0")/.."

slow='^slow$'
verdicts=()
if [[ ${1:-} == --long ]]; then
  slow='^(slow|long)$'
  verdicts=(--long)
  export POOLRACE_SEEDS=50  # of the comparison of worlds; 2 otherwise
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

run_tests() {  # run_tests DIRECTORY LABELS
  ctest --test-dir "$1" --parallel "$(nproc)" --output-on-failure --label-regex "$2" \
    --no-tests=error --progress | tee "$1/ctest-output.txt"
}
closing_line() {  # of ctest, kept for the summary
  summary+=("         $(grep 'tests passed' "$1/ctest-output.txt")")
}

# Where there is no right to make a bare machine, these two say so: no failure.
wheel() {
  local status=0
  ((EUID != 0)) || scripts/install-deps.sh bare
  scripts/wheel.sh --test || status=$?
  ((status == 2)) || return "$status"
}
bare_machine() {
  local status=0
  ((EUID != 0)) || scripts/install-deps.sh bare
  scripts/bare-machine.sh --full || status=$?
  ((status == 2)) || return "$status"
}

part "what is missing is installed" scripts/install-deps.sh test
part "formats" scripts/formats.sh
part "package lists" .venv/bin/python scripts/check-deps.py
part "build, g++ release" scripts/build.sh release all -D POOLRACE_TESTS=ON \
  -D POOLRACE_PYTHON=ON -D Python_EXECUTABLE="$PWD/.venv/bin/python" \
  -D Python3_EXECUTABLE="$PWD/.venv/bin/python"
part "quick tests" run_tests build '^quick$'
closing_line build
part "slow tests" run_tests build "$slow"
closing_line build
part "the documentation, and its links" scripts/docs.sh
part "the table of verdicts" scripts/check-verdicts.sh "${verdicts[@]}"
part "the lesson page, fresh and in a browser" scripts/check-page.sh --test
if [[ ${1:-} == --long ]]; then
  part "build, clang++ -O0" scripts/build.sh other poolrace
  part "every view of every lesson, by axe" env -C experiments/lesson/page POOLRACE_LONG=1 \
    node --test --test-name-pattern="axe finds nothing" tests/course.test.mjs
  part "readers, fuzzed under the sanitizers" scripts/fuzz.sh 60
  part "build, g++ debug" scripts/build.sh debug poolrace
  part "build, clang++ release" scripts/build.sh clang poolrace
  part "the same fingerprints from all" scripts/same-fingerprints.sh build build-other build-debug build-clang
  part "build, sanitizers" scripts/build.sh asan all -D POOLRACE_TESTS=ON
  part "tests, sanitizers" run_tests build-asan '^(quick|slow)$'
  closing_line build-asan
  part "world native under the sanitizers" scripts/native-sanitizers.sh
  part "the wheel, where nothing is" wheel
  part "a bare machine" bare_machine
fi

printf '\n'
printf '%s\n' "${summary[@]}" "$(printf '%5d s  in all' $SECONDS)"
