#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Puts the licences of what auditwheel took in beside ours:  scripts/wheel-licences.sh UNPACKED-WHEEL
# SimGrid's are of its own release, the others Debian's; THIRD-PARTY.txt says which file is under
# which, and where its source is.  A library whose licence is not found ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

shopt -s nullglob
package=$1
licences=$(echo "$package"/*.dist-info)/licenses
notice=$licences/THIRD-PARTY.txt
simgrid=build-simgrid/prefix
mkdir -p "$licences"

cat >"$notice" <<'END'
Poolrace is under the MIT licence (LICENSE). The files of poolrace.libs are not part of it: they are
libraries that it links to, each under the licence that stands here with its name. Some are under the
GNU Lesser General Public License (SimGrid, liburcu, libsystemd, libgcrypt and libgpg-error): they are
shared libraries, so that you may put versions of your own in their place. Their code is unchanged; the
names of the files and the paths in which they look for each other are not, and symbols were stripped.

library; version; licence; source
END
libraries=("$package"/poolrace.libs/*)
for library in "${libraries[@]}"; do
  name=$(basename "$library" | sed -E 's/-[0-9a-f]{8}(\.so)/\1/')  # without auditwheel's hash
  if [[ $name == libsimgrid.* ]]; then
    cp "$simgrid/COPYING" "$licences/simgrid.txt"
    cp "$simgrid/LICENSE-LGPL-2.1" "$licences"
    echo "$name; SimGrid ${name##*.so.}; simgrid.txt, LICENSE-LGPL-2.1; $(<"$simgrid/ready")"
    continue
  fi
  debian=$(dpkg-query -S "*/$name" 2>/dev/null | sed -n '1s/:.*//p' || true)
  copyright=/usr/share/doc/$debian/copyright
  [[ -n $debian && -f $copyright ]] || {
    echo "wheel-licences: no licence found for $name" >&2
    exit 1
  }
  cp "$copyright" "$licences/$debian.txt"
  # shellcheck disable=SC2016  # dpkg-query's fields
  echo "$name; $(dpkg-query -W -f '${Package} ${Version}; ${Package}.txt; Debian source ${source:Package} ${source:Version}' "$debian")"
done >>"$notice"
cp -n /usr/share/common-licenses/{LGPL-2.1,GPL-2,GPL-3,Apache-2.0} "$licences"  # to which Debian's refer
echo "${#libraries[@]} libraries were taken in, their licences are in $(basename "$licences")/"
