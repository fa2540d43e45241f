#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Does a command print what a file says?   scripts/expect-output.sh FILE COMMAND...
# If not: the difference, and how to write the file anew.
set -euo pipefail

file=$1
shift
printed=$("$@")
if ! diff -u "$file" - <<<"$printed"; then
  echo "$file is stale, or something has broken; if the new output is right:" >&2
  echo "  $* > $file" >&2
  exit 1
fi
