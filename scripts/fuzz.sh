#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fuzzes every reader of other people's bytes:  scripts/fuzz.sh [SECONDS [NAME...]]
# Builds build-fuzz/ (clang++, libFuzzer, address and undefined-behaviour sanitizers) and gives each
# program of fuzz/ so many seconds (60), starting from its corpus; new inputs stay in
# build-fuzz/corpus/NAME and are gone on from.  What fails is written to build-fuzz/found/NAME-…: mend
# the reader, and move the file into fuzz/corpus/NAME, where tests read it.
# PRESET=other takes build-other/ instead, which make test has anyway, without these sanitizers.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
names=("${@:2}")
preset=${PRESET:-fuzz}
build=build-$preset
scripts/build.sh "$preset" fuzz -D POOLRACE_TESTS=OFF
if ((${#names[@]} == 0)); then
  for corpus in fuzz/corpus/*/; do names+=("$(basename "$corpus")"); done
fi

status=0
mkdir -p "$build/found"
for name in "${names[@]}"; do
  echo "== $name, $seconds s"
  mkdir -p "$build/corpus/$name"
  words=()
  if [[ -f fuzz/$name.dict ]]; then words=("-dict=fuzz/$name.dict"); fi
  if ! "$build/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -max_len=16384 -print_final_stats=1 "${words[@]}" -artifact_prefix="$build/found/$name-" \
    "$build/corpus/$name" "fuzz/corpus/$name" >"$build/$name.log" 2>&1; then
    status=1
    grep -vE '^#' "$build/$name.log" | tail -30
  fi
  grep -E 'stat::(number_of_executed_units|new_units_added|slowest_unit_time_sec)' \
    "$build/$name.log" || true
done
exit $status
