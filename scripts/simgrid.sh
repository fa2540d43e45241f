#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SimGrid's own release, built for the wheel into build-simgrid/prefix; does nothing if it is there.
# Debian's library will not do: it links ns-3 (GPL-2.0) and GSL (GPL-3.0), which a wheel under MIT and
# LGPL must not carry, and whose loading takes some 35 ms of every start.  Nothing here is changed in it:
# the LGPL asks to say where its source is, and that is the archive that PyPI has under this hash.
set -euo pipefail
cd "$(dirname "$0")/.."

version=3.32
sha256=3cc752a28deb2ae42cd51cc835a572f13201702dc94545ced0e77c657231cd76
python=$PWD/.venv/bin/python
folder=$PWD/build-simgrid
[[ ! -f $folder/prefix/ready ]] || exit 0

mkdir -p "$folder"
cd "$folder"  # its configuration leaves a file where it stands
archive=$folder/simgrid-$version.tar.gz
[[ -f $archive ]] || "$python" -m pip --quiet --disable-pip-version-check download --no-deps \
  --no-binary :all: --dest "$folder" "simgrid==$version"
sha256sum --quiet --check <<<"$sha256  $archive"
tar -x -C "$folder" -f "$archive"

launcher=()
! command -v ccache >/dev/null ||
  launcher=(-D CMAKE_C_COMPILER_LAUNCHER=ccache -D CMAKE_CXX_COMPILER_LAUNCHER=ccache)
cmake -Wno-dev -G Ninja -S "$folder/simgrid-$version" -B "$folder/tree" -D CMAKE_BUILD_TYPE=Release \
  -D CMAKE_C_FLAGS_RELEASE="-O2 -g0" -D CMAKE_CXX_FLAGS_RELEASE="-O2 -g0" \
  -D CMAKE_INSTALL_PREFIX="$folder/prefix" -D CMAKE_INSTALL_LIBDIR=lib \
  -D enable_ns3=OFF -D enable_smpi=OFF -D enable_python=OFF -D enable_java=OFF -D enable_msg=OFF \
  -D enable_documentation=OFF -D enable_lto=OFF "${launcher[@]}" >"$folder/configure.log"
cmake --build "$folder/tree" --target simgrid --parallel "$(nproc)"
mkdir -p "$folder/prefix/lib"
cp -a "$folder"/tree/lib/libsimgrid.so* "$folder/prefix/lib"
cp -a "$folder/simgrid-$version/include" "$folder/prefix"
cp -a "$folder"/tree/include/. "$folder/prefix/include"
cp "$folder/simgrid-$version/"{COPYING,LICENSE-LGPL-2.1} "$folder/prefix"
echo "https://pypi.org/project/simgrid/$version, archive with SHA-256 $sha256" \
  >"$folder/prefix/ready"
