#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes .venv, the virtual environment of the package's tests and of lint, from
# python/requirements-test.txt; does nothing if it is up to date.  Debian's own interpreter, whose
# headers install-deps.sh brought, comes before whatever else is on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."

python=/usr/bin/python3
[[ -x $python ]] || python=python3
wanted=$("$python" --version; cat python/requirements-test.txt)
[[ -f .venv/ready && $(<.venv/ready) == "$wanted" ]] && exit

echo "python-env: making .venv"
"$python" -m venv --clear .venv
.venv/bin/python -m pip --quiet --disable-pip-version-check install \
  --only-binary :all: \
  --requirement python/requirements-test.txt
printf '%s\n' "$wanted" > .venv/ready
