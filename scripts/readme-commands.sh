#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What README tells a newcomer to run, in its order: the demo, the Python block in a fresh virtual
# environment, the quick tests.  For a machine that nobody needs afterwards (bare-machine.sh --full).
set -euo pipefail
cd "$(dirname "$0")/.."

make demo
sed -n '/^## From Python$/,/^## /s/^    //p' README.md >build/readme.sh
sed -n '/^```python$/,/^```$/{//!p}' README.md >build/readme.py
echo "== README's Python"
bash -ex build/readme.sh
venv/bin/python build/readme.py
make check
