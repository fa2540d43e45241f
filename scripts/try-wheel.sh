#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Does a wheel work where none of its libraries is installed?   scripts/try-wheel.sh WHEEL
# For a machine that nobody needs afterwards (bare-machine.sh --with WHEEL): it installs Python.
set -euo pipefail

apt-get -q update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends python3-venv >/dev/null
if ldconfig -p | grep -E 'simgrid|boost|libns3|urcu|libpcap'; then
  echo "try-wheel: this machine has what the wheel is to bring" >&2
  exit 1
fi
venv=$(mktemp -d)
python3 -m venv "$venv"
"$venv/bin/pip" --quiet --disable-pip-version-check install "$1"
set -x
"$venv/bin/poolrace" --version
"$venv/bin/poolrace" run --variant scan --runs 50 >"$venv/run"
head -4 "$venv/run"
"$venv/bin/poolrace" run --variant scan --runs 5 --world reference --format json >"$venv/reference"
grep -q fingerprint "$venv/reference"
"$venv/bin/poolrace" explore >"$venv/explored"
"$venv/bin/python" - <<'END'
import poolrace

result = poolrace.run(poolrace.Scenario("seed-race", load_mpps=0.01), variant="scan", runs=20)
print(result.crash, result.fingerprint, poolrace.docs(browser=False).name)
END
