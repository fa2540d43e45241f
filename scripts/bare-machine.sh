#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# README's commands as on a machine that has nothing:
#   scripts/bare-machine.sh [--with FILE] [--full|COMMAND...]
# Makes a Debian 12 root with `debootstrap` (minbase, and what README asks for: make and git), puts
# a clean clone of HEAD into it and runs COMMAND there (default: make demo).  --full runs all that
# README promises: the demo, its Python block in a fresh virtual environment, and `make check`.
# --with: FILE stands in the clone as well.
# The caller's apt and pip settings go along, for they say where packages come from; nothing of the
# caller's /usr does.  POOLRACE_BARE_DIR says where the root is made (default: a temporary folder).
# All mounts are of a mount namespace of our own, so they end with it, whatever ends it.
# Exit status: COMMAND's, but 1 for its 2 (which is make's for any failure); 2 where there is no
# right to make such a root.
set -euo pipefail
cd "$(dirname "$0")/.."

cannot() { echo "bare-machine: not run: $*" >&2; exit 2; }

# ---- inside the namespaces: only mounts of our own can go wrong from here on ---------------------
enter() {  # enter ROOT COMMAND...
  local root=$1
  shift
  echo "== a bare Debian 12"
  # shellcheck disable=SC2046  # the mirror, or nothing: debootstrap knows one
  debootstrap --variant=minbase --include=ca-certificates,make,git bookworm "$root" $(mirror) \
    >"$root.log" 2>&1 || {
      tail -5 "$root.log"
      echo "bare-machine: debootstrap failed" >&2
      exit 1
    }
  local bare=$SECONDS
  give_settings "$root"
  mount_devices "$root"
  git clone --quiet --no-hardlinks . "$root/root/poolrace"
  git -C "$root/root/poolrace" remote remove origin
  [[ -z $with ]] || cp "$with" "$root/root/poolrace"
  echo "$bare s, $(packages "$root") packages"
  echo "== $*"
  local status=0
  env -i "${passed_on[@]}" chroot "$root" /bin/bash -c 'cd ~/poolrace && exec "$@"' - "$@" \
    </dev/null || status=$?
  echo "== status $status after $((SECONDS - bare)) s, $(packages "$root") packages"
  exit $((status == 2 ? 1 : status))
}

packages() { chroot "$1" dpkg-query -f '.\n' -W | wc -l; }

mirror() {  # where apt finds Debian 12 here, or nothing
  apt-get indextargets --format '$(REPO_URI)' "Codename: bookworm" "Label: Debian" \
    "Created-By: Packages" 2>/dev/null | sed -n 1p
}

give_settings() {  # give_settings ROOT
  local path
  rm -f "$1/etc/apt/sources.list"
  for path in /etc/apt/{sources.list,sources.list.d,apt.conf,apt.conf.d,auth.conf,auth.conf.d} \
    /etc/apt/{preferences,preferences.d,keyrings,trusted.gpg,trusted.gpg.d} /etc/pip.conf \
    /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
    [[ ! -e $path ]] || cp -rL --parents "$path" "$1"
  done
  for path in .npmrc .config/pip; do
    [[ ! -e ~/$path ]] || (cd ~ && cp -rL --parents "$path" "$1/root")
  done
  grep -lrE '(Pre|Post)-Invoke' "$1/etc/apt" | xargs -r rm  # hooks call what is not there
}

mount_devices() {  # mount_devices ROOT: a few devices of its own, so that nothing can reach ours
  mount -t proc proc "$1/proc"
  mount -t tmpfs -o mode=755 dev "$1/dev"
  mkdir "$1/dev/pts" "$1/dev/shm"
  mount -t tmpfs shm "$1/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
  local name number
  while read -r name number; do
    # shellcheck disable=SC2086  # major and minor
    mknod -m 666 "$1/dev/$name" c $number
  done <<<$'null 1 3\nzero 1 5\nfull 1 7\nrandom 1 8\nurandom 1 9\ntty 5 0'
  ln -s pts/ptmx "$1/dev/ptmx"
  ln -s /proc/self/fd "$1/dev/fd"
}

# Proxies, pip's and npm's settings; a folder that is only on this machine is none of them.
passed_on=(PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8)
while IFS== read -r name value; do
  [[ $name =~ ^(PIP_|npm_config_|(http|https|no|ftp)_proxy$|(HTTP|HTTPS|NO)_PROXY$|CI$) ]] || continue
  [[ $value == /* && $value != /etc/* ]] || passed_on+=("$name=$value")
done < <(env)

with=""
if [[ ${1:-} == --with ]]; then
  with=$2
  shift 2
fi

if [[ ${1:-} == --inside ]]; then
  enter "${@:2}"
fi

# ---- outside ---------------------------------------------------------------------------------------
((EUID == 0)) || cannot "it needs root (a root file system, chroot)"
command -v debootstrap >/dev/null || cannot "debootstrap is missing (scripts/install-deps.sh bare)"
namespaces=(unshare --mount --pid --fork --kill-child --propagation private)
"${namespaces[@]}" mount -t tmpfs none /mnt 2>/dev/null || cannot "no right to mount here"

command=("$@")
((${#command[@]})) || command=(make demo)
[[ ${command[0]} != --full ]] || command=(scripts/readme-commands.sh)

scratch=$(mktemp -d "${POOLRACE_BARE_DIR:-${TMPDIR:-/tmp}}/poolrace-bare.XXXXXX")
mkdir -m 755 "$scratch/root"
clean_up() {
  [[ -z $inside ]] || kill -KILL "$inside" 2>/dev/null || true
  wait
  rm -rf --one-file-system "$scratch"
}
inside=""
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
git diff --quiet HEAD || echo "bare-machine: uncommitted changes stay outside: it is a clone of HEAD"
"${namespaces[@]}" scripts/bare-machine.sh ${with:+--with "$with"} --inside "$scratch/root" \
  "${command[@]}" &
inside=$!
status=0
wait "$inside" || status=$?
inside=""
exit "$status"
