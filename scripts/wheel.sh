#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A wheel in dist/ that brings all that it needs:  scripts/wheel.sh [--test]
# The libraries that manylinux does not promise go along, under the oldest manylinux tag that is true
# (auditwheel finds it); so do their licences, and the documentation.  SimGrid is the one of
# scripts/simgrid.sh.  --test: then the wheel has to give the fingerprints of build/ and to work on a
# Debian that has none of these libraries (scripts/try-wheel.sh); status 2 where none can be made.
set -euo pipefail
cd "$(dirname "$0")/.."

trap 'exit 1' ERR  # 2 is bare-machine.sh's word
scripts/simgrid.sh
work=$PWD/build-wheel
simgrid=$PWD/build-simgrid/prefix
python=$PWD/.venv/bin/python
rm -rf "$work"/{plain,repaired,unpacked}

echo "wheel: building"
"$python" -m pip --quiet --disable-pip-version-check wheel . --no-deps --wheel-dir "$work/plain" \
  --config-settings build-dir="$work/tree" --config-settings cmake.define.CMAKE_PREFIX_PATH="$simgrid"

echo "wheel: taking libraries in"
PATH=$PWD/.venv/bin:$PATH AUDITWHEEL_LD_LIBRARY_PATH=$simgrid/lib "$python" -m auditwheel \
  repair --strip --wheel-dir "$work/repaired" "$work"/plain/*.whl >"$work/auditwheel.log" 2>&1 ||
  { cat "$work/auditwheel.log" >&2 && exit 1; }
"$python" -m wheel unpack --dest "$work/unpacked" "$work"/repaired/*.whl >/dev/null
package=$(echo "$work"/unpacked/*)

scripts/wheel-licences.sh "$package"
scripts/docs.sh "$package/poolrace/html" "$package"
find "$package" -name __pycache__ -prune -exec rm -r {} +

mkdir -p dist
rm -f dist/*.whl
"$python" -m wheel pack --dest-dir dist "$package" >/dev/null
wheel=$(echo dist/*.whl)
echo "$wheel: $(du -h "$wheel" | cut -f1)"
if [[ ${1:-} == --test ]]; then
  scripts/same-fingerprints.sh build "$package/poolrace/bin"
  trap - ERR
  scripts/bare-machine.sh --with "$wheel" scripts/try-wheel.sh "$(basename "$wheel")"
fi
