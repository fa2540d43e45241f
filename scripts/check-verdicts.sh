#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# experiments/explore/verdicts.md is what the explorer says today:
#   scripts/check-verdicts.sh [--long|--update]
# Of its last section, what weaker memory changes, only the programs and variants that it names are
# run again; --long: all.  --update writes the table again, and verdicts-large.md, which nothing
# checks (some minutes).
set -euo pipefail
cd "$(dirname "$0")/.."

table=experiments/explore/verdicts.md
large=ring-resize,ring-resize-late,broken-napi-vs-put,remove-vs-put-bulk-vs-late
today() {  # today [--named FILE]
  build/poolrace explore --all --quick --format markdown
  scripts/weak-verdicts.py "$@"
}
if [[ ${1:-} == --update ]]; then
  today > "$table.part"
  mv "$table.part" "$table"
  build/poolrace explore --all --program "$large" --executions 1000000 --format markdown > "$table.part"
  mv "$table.part" experiments/explore/verdicts-large.md
  exit
fi
names=(--named "$table")
[[ ${1:-} != --long ]] || names=()
if ! today "${names[@]}" | diff -u "$table" -; then
  echo "$table is stale: look at what changed, then scripts/check-verdicts.sh --update" >&2
  exit 1
fi
