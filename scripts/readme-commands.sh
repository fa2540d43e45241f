#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What README tells a newcomer to run, in its order: the demo, the Python block in a fresh virtual
# environment, the quick tests.  For a machine that nobody needs afterwards (bare-machine.sh --full).
set -euo pipefail
cd "$(dirname "$0")/.."

make demo
scripts/install-deps.sh python
python3 -m venv build/readme-venv
build/readme-venv/bin/pip install --quiet '.[all]'
sed -n '/^```python$/,/^```$/{//!p}' README.md >build/readme.py
echo "== README's Python"
build/readme-venv/bin/python build/readme.py
make check
