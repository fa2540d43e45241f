#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Configures if need be and builds:  scripts/build.sh [PRESET [TARGET [CMAKE-OPTION...]]]
# The presets are those of CMakePresets.json; "release" is build/, others build-PRESET/.  An existing
# configuration that has these options already stays as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${1:-release}
target=${2:-poolrace}
options=("${@:3}")
directory=build
[[ $preset == release ]] || directory=build-$preset

configured() {  # has the configuration all options?
  local option
  for option in "${options[@]}"; do
    [[ $option == -D ]] ||
      grep -q "^${option%%=*}:[A-Z]*=${option#*=}\$" "$directory/CMakeCache.txt" || return 1
  done
}

if [[ ! -f $directory/build.ninja ]]; then
  cmake --preset "$preset" -D POOLRACE_TESTS=OFF "${options[@]}"
elif ! configured; then
  cmake --preset "$preset" "${options[@]}"
fi
cmake --build "$directory" --target "$target" --parallel "$(nproc)"
