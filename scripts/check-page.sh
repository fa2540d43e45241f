#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Is the lesson page laid out as biome does, and in the tree what its sources make?  And, with
# --test, does it work: the tests of experiments/lesson/page/tests, with build/poolrace and a browser.
set -euo pipefail
cd "$(dirname "$0")/../experiments/lesson/page"

[[ node_modules/.package-lock.json -nt package-lock.json ]] ||
  npm ci --ignore-scripts --no-audit --no-fund
npm run --silent lint
npm run --silent build -- --check
if [[ ${1:-} == --test ]]; then
  npm run --silent test
fi
