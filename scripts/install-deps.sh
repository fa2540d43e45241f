#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs the Debian packages that a purpose needs:  scripts/install-deps.sh build|test|lint ...
# If all are there it does nothing, and needs neither network nor rights.  A system without apt-get
# gets the list to install by its own means.
set -euo pipefail
cd "$(dirname "$0")/.."

build=(make g++ ccache cmake ninja-build libsimgrid-dev librandom123-dev libboost-context-dev
       libboost-program-options-dev nlohmann-json3-dev liburcu-dev libsqlite3-dev)
test=("${build[@]}" libgtest-dev clang python3-dev python3-venv chromium)
lint=(clang-format clang-tidy python3 python3-venv)

wanted=()
for purpose in "$@"; do
  case $purpose in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    lint) wanted+=("${lint[@]}") ;;
    *) echo "install-deps: unknown purpose '$purpose'; one of build, test, lint" >&2; exit 2 ;;
  esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "install-deps: no apt-get here; Poolrace needs what Debian 12 calls: ${wanted[*]}" >&2
  exit 0
fi

# Node for the lesson page: Debian's, unless there is one already (its npm may not be a package).
if [[ " $* " == *" test "* ]] && ! { command -v node && command -v npm; } >/dev/null; then
  wanted+=(nodejs npm)
fi

installed=" $(dpkg-query -W -f='${db:Status-Status}:${Package} ' "${wanted[@]}" 2>/dev/null || true)"
missing=()
for package in "${wanted[@]}"; do
  [[ $installed == *" installed:$package "* ]] || missing+=("$package")
done

if ((${#missing[@]})); then
  as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "install-deps: neither root nor sudo; install by hand: apt-get install ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "install-deps: installing ${missing[*]}"
  "${as_root[@]}" apt-get -q update ||
    echo "install-deps: some package lists could not be refreshed; going on" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q install -y --no-install-recommends "${missing[@]}"
fi

# What Python needs is not in Debian 12, or not recent enough: a private virtual environment has it.
if [[ " $* " =~ \ (test|lint)\  ]]; then
  scripts/python-env.sh
fi
