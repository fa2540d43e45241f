#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Is everything laid out as the formatters lay it out?   scripts/formats.sh [--fix] [FILE...]
# clang-format for C++, ruff for Python, biome for the lesson page.  Without files: all that git knows.  --fix: let them rewrite.
# Every check runs even if an earlier one failed.
set -euo pipefail
cd "$(dirname "$0")/.."

fix=false
if [[ ${1:-} == --fix ]]; then
  fix=true
  shift
fi
if (($#)); then
  files=("$@")
else
  mapfile -t files < <(git ls-files --cached --others --exclude-standard)
fi

status=0
check() {  # check COMMAND... -- PATTERN: the command with the files whose names match, if any do
  local command=() chosen=() file
  while [[ $1 != -- ]]; do
    command+=("$1")
    shift
  done
  for file in "${files[@]}"; do
    [[ ! $file =~ $2 || ! -f $file ]] || chosen+=("$PWD/$file")
  done
  ((${#chosen[@]} == 0)) || "${command[@]}" "${chosen[@]}" || status=1
}

cxx='\.[ch]pp$'
python='\.py$'
ruff=.venv/bin/ruff
[[ -x $ruff ]] || python='^$'  # as a hook, before anything made .venv
page='^experiments/lesson/page/.*\.(m?js|css|json)$'
biome=(env -C experiments/lesson/page node_modules/.bin/biome check --no-errors-on-unmatched)
[[ -d experiments/lesson/page/node_modules/@biomejs ]] || page='^$'  # check-page.sh brings it

if $fix; then
  check clang-format -i -- "$cxx"
  check "$ruff" format --quiet -- "$python"
  check "$ruff" check --quiet --fix -- "$python"
  check "${biome[@]}" --write -- "$page"
else
  check clang-format --dry-run -Werror -- "$cxx"
  check "$ruff" format --quiet --check -- "$python"
  check "$ruff" check --quiet -- "$python"
  check "${biome[@]}" --error-on-warnings -- "$page"
fi
exit $status
