#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# experiments/explore/verdicts.md is what the explorer says today:  scripts/check-verdicts.sh [--update]
# --update writes it again, and verdicts-large.md (some minutes), which nothing checks.
set -euo pipefail
cd "$(dirname "$0")/.."

table=experiments/explore/verdicts.md
large=ring-resize,ring-resize-late,broken-napi-vs-put,remove-vs-put-bulk-vs-late
if [[ ${1:-} == --update ]]; then
  build/poolrace explore --all --quick --format markdown > "$table.part"
  mv "$table.part" "$table"
  build/poolrace explore --all --program "$large" --executions 1000000 --format markdown > "$table.part"
  mv "$table.part" experiments/explore/verdicts-large.md
  exit
fi
if ! build/poolrace explore --all --quick --format markdown | diff -u "$table" -; then
  echo "$table is stale: look at what changed, then scripts/check-verdicts.sh --update" >&2
  exit 1
fi
