#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# World `native` under the sanitizers:  scripts/native-sanitizers.sh [SECONDS-A-VARIANT]
# Builds native_test with the thread sanitizer (build-tsan/) and with the address and
# undefined-behaviour sanitizers (build-asan/), runs its tests, then the stress of each variant for
# a bounded time (10 s), and prints what the sanitizer said, what the arena counted, and what the
# explorer finds in two programs about late puts.  A kind that the explorer knows and the stress did
# not meet is "tried", never "absent".
# Exit status 1: a sanitizer reported something, or a test failed.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-10}
programs=(destroy-vs-put-preemptible destroy-vs-put-return)
sign='WARNING: ThreadSanitizer|ERROR: (Address|Leak)Sanitizer|runtime error:'
export TSAN_OPTIONS=halt_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
status=0

# Mappings at random addresses can lie where the thread sanitizer has its shadow.
fixed_addresses=()
if setarch "$(uname -m)" -R true 2>/dev/null; then fixed_addresses=(setarch "$(uname -m)" -R); fi

explored() {  # explored VARIANT: kinds, in one line
  for program in "${programs[@]}"; do
    build/poolrace explore --variant "$1" --program "$program" --format json 2>/dev/null
  done | python3 -c 'import json, sys
text, kinds = sys.stdin.read(), set()
while text.strip():
    verdicts, end = json.JSONDecoder().raw_decode(text.strip())
    text = text.strip()[end:]
    kinds |= {k for v in verdicts["verdicts"] for k in v["kinds"]}
print(" ".join(sorted(kinds)) or "none")'
}

reported() { grep -cE "$sign" "$1" || true; }

run_logged() {  # run_logged LOG FILTER; a report or a failure sets the status
  local log=$1 code=0
  "${fixed_addresses[@]}" "$directory/native_test" --gtest_brief=1 --gtest_filter="$2" \
    >"$log" 2>&1 || code=$?
  if ((code != 0)) || (($(reported "$log") != 0)); then
    status=1
    grep -E "$sign|SUMMARY|Failure|FAILED" "$log" | sort | uniq -c | head -20
  fi
}

row() {  # row VARIANT LOG: its line of the table
  local line kind missing=""
  line=$(grep "^stress $1 " "$2" || echo "stress $1: did not finish; reports: none")
  for kind in ${kinds_of[$1]}; do
    [[ $kind == "none" || $line == *"$kind"* ]] || missing+=" $kind"
  done
  echo "${line#stress }"
  echo "    sanitizer: $(reported "$2") reports; explorer: ${kinds_of[$1]}"
  [[ -z $missing ]] || echo "    not met here, tried for $seconds s:$missing"
}

build() {  # build PRESET TARGET: silent unless it fails
  scripts/build.sh "$1" "$2" "${@:3}" >"$logs/build" 2>&1 || { tail -20 "$logs/build"; exit 1; }
}

build release poolrace
listed=$(build/poolrace list variants --format json)
mapfile -t variants < <(python3 -c 'import json, sys
for row in json.load(sys.stdin)["variants"]:
  if not row["for_teaching"]: print(row["name"])' <<<"$listed")
declare -A kinds_of
for variant in "${variants[@]}"; do kinds_of[$variant]=$(explored "$variant"); done

for preset in tsan asan; do
  directory=build-$preset
  build $preset native_test -D POOLRACE_TESTS=ON
  echo "== $preset: tests"
  POOLRACE_STRESS_SECONDS=0.1 run_logged "$logs/tests" '*'
  echo "sanitizer: $(reported "$logs/tests") reports"
  echo "== $preset: stress, $seconds s a variant"
  for variant in "${variants[@]}"; do
    POOLRACE_STRESS_SECONDS=$seconds run_logged "$logs/$variant" "*NativeStressOf*/${variant//-/_}"
    row "$variant" "$logs/$variant"
  done
done
exit $status
