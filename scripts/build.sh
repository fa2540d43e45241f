#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Configures if need be and builds:  scripts/build.sh [PRESET [TARGET [CMAKE-OPTION...]]]
# The presets are those of CMakePresets.json; "release" is build/, others build-PRESET/.  Without
# options an existing configuration stays as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${1:-release}
target=${2:-poolrace}
options=("${@:3}")
directory=build
[[ $preset == release ]] || directory=build-$preset

if [[ ! -f $directory/build.ninja ]]; then
  cmake --preset "$preset" -D POOLRACE_TESTS=OFF "${options[@]}"
elif ((${#options[@]})); then
  cmake --preset "$preset" "${options[@]}"
fi
cmake --build "$directory" --target "$target" --parallel "$(nproc)"
