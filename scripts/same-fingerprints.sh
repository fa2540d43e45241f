#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Do these builds make the same traces?   scripts/same-fingerprints.sh BUILD-DIRECTORY...
# Each runs a few runs of every shipped scenario, of every variant and of every profile of the default
# scenario; the first also with four jobs.  Prints what was compared; exit status 1 names a
# difference.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fingerprints() { grep -oE '"(variant|fingerprint)": *"[^"]*"'; }  # of JSON results, in their order

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

same=0
compare() {  # compare ARGUMENT...: the same command by every build
  local reference=""
  for build in "${builds[@]}"; do
    "$build/poolrace" compare "$@" --format json >"$scratch/json" 2>"$scratch/talk" ||
      fail "$(cat "$scratch/talk")" "failed: $build/poolrace compare $* --format json"
    fingerprints <"$scratch/json" >"$scratch/this" ||
      fail "no fingerprint in: $build/poolrace compare $* --format json"
    if [[ -z $reference ]]; then
      reference=$build
      mv "$scratch/this" "$scratch/reference"
    else
      diff "$scratch/reference" "$scratch/this" ||
        fail "fingerprints of $reference (<) and $build (>) differ; reproduce with each:" \
          "  poolrace compare $* --format json"
    fi
  done
  same=$((same + $(grep -c fingerprint "$scratch/reference")))
}

builds=("$@")
for path in experiments/scenarios/*.ini; do
  compare "$(basename "$path" .ini)" --runs 3 --seed 1
done
for path in models/profiles/*.ini; do
  compare seed-race --profile "$(basename "$path" .ini)" --runs 3 --seed 2
done
compare seed-race --variant all --runs 2 --seed 4
compare seed-race --runs 12 --seed 3 --jobs 1
cp "$scratch/reference" "$scratch/one-job"
compare seed-race --runs 12 --seed 3 --jobs 4
diff "$scratch/one-job" "$scratch/reference" ||
  fail "fingerprints with 1 job (<) and 4 jobs (>) differ"
echo "$same fingerprints are the same from ${builds[*]}"
