#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The table of rare probabilities: every variant, crash and corruption, on the default seed-race and on a
# host of virtual machines, at most ten minutes a cell:
#   scripts/rare-table.sh STORE [SECONDS-A-CELL] [POOLRACE] [OPTION-OF-RARE...]
# It takes hours, may be killed at any instant, and goes on where it was: rounds are kept in STORE.  A cell
# that its time did not finish says so.
set -uo pipefail
cd "$(dirname "$0")/.."
store=${1:?usage: scripts/rare-table.sh STORE [SECONDS-A-CELL] [POOLRACE] [OPTION-OF-RARE...]}
seconds=${2:-600}
poolrace=${3:-build/poolrace}
shift $(($# < 3 ? $# : 3))

mapfile -t variants < <("$poolrace" list variants | awk '/^[a-z]/ {name = $1; next} !/for teaching/ {print name}')
for kind in crash corruption; do
  for profile in "" vm-host; do
    for variant in "${variants[@]}"; do
      "$poolrace" rare --variant "$variant" --kind "$kind" --budget "$seconds" \
        --store "$store" ${profile:+--profile "$profile"} "$@" || exit
    done
  done
done
