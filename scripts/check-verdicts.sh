#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# experiments/verdicts.md is what the explorer says today:  scripts/check-verdicts.sh [--update]
set -euo pipefail
cd "$(dirname "$0")/.."

table=experiments/verdicts.md
if [[ ${1:-} == --update ]]; then
  build/poolrace explore --all --format markdown > "$table.part"
  mv "$table.part" "$table"
  exit
fi
if ! build/poolrace explore --all --format markdown | diff -u "$table" -; then
  echo "$table is stale: look at what changed, then scripts/check-verdicts.sh --update" >&2
  exit 1
fi
