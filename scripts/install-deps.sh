#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs the Debian packages that purposes need:
#   scripts/install-deps.sh [--print] build|python|check|test|lint|bare ...
# If all are there it does nothing, and needs neither network nor rights.  A system without apt-get
# gets the list to install by its own means.  --print: only that list, a package a line.
set -euo pipefail
cd "$(dirname "$0")/.."

build=(make g++ ccache cmake ninja-build libsimgrid-dev librandom123-dev libboost-context-dev
       libboost-program-options-dev nlohmann-json3-dev liburcu-dev libsqlite3-dev
       libpcap-dev)
python=("${build[@]}" python3-dev python3-venv)
check=("${build[@]}" libgtest-dev clang-format python3 python3-venv)
test=("${python[@]}" "${check[@]}" clang libclang-rt-dev chromium linux-source-6.1 linux-source-6.12)
lint=("${check[@]}" clang-tidy)
bare=(debootstrap)

print=false
if [[ ${1:-} == --print ]]; then
  print=true
  shift
fi
wanted=()
for purpose in "$@"; do
  case $purpose in
    build) wanted+=("${build[@]}") ;;
    python) wanted+=("${python[@]}") ;;
    check) wanted+=("${check[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    lint) wanted+=("${lint[@]}") ;;
    bare) wanted+=("${bare[@]}") ;;
    *)
      echo "install-deps: unknown purpose '$purpose'; one of build, python, check, test, lint, bare" >&2
      exit 2
      ;;
  esac
done

node=(nodejs npm)  # for the lesson page
if $print; then
  [[ " $* " != *" test "* ]] || wanted+=("${node[@]}")
  printf '%s\n' "${wanted[@]}" | sort -u
  exit
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "install-deps: no apt-get here; Poolrace needs what Debian 12 calls: ${wanted[*]}" >&2
  exit 0
fi

# Debian's Node, unless there is one already (its npm may not be a package).
if [[ " $* " == *" test "* ]] && ! { command -v node && command -v npm; } >/dev/null; then
  wanted+=("${node[@]}")
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
if [[ " $* " =~ \ (check|test|lint)\  ]]; then
  scripts/python-env.sh
fi
