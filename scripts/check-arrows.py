#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the arrows between the rooms, and that no file names a place on somebody's machine.

python -> experiments -> models -> {sim, pool}: a room includes only itself and what its arrows
reach.  pool includes neither sim nor models, except in its tests, which need a machine to run on.
Only sim includes SimGrid and Boost.Context.  Exit status 1 and one line a fault, else silence.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("sim", "pool", "models", "experiments", "python")
REACHES = {
    "sim": {"sim"},
    "pool": {"pool"},
    "models": {"models", "sim", "pool"},
    "experiments": {"experiments", "models", "sim", "pool"},
    "python": set(ROOMS),
}
ENGINE = re.compile(r"(simgrid|xbt|boost/context)/")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
IMPORT = re.compile(r"^\s*(?:import|from)\s+poolrace\b")
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(home|root|work|Users|mnt|opt)/\w")
CODE = {".hpp", ".cpp", ".inc"}
TEXT = CODE | {".py", ".sh", ".ini", ".csv", ".md", ".txt", ".json", ".toml", ".cmake", ""}
SKIPPED = re.compile(
    r"^(build.*|\.git|\.venv|\.cache|.*\.egg-info|__pycache__|node_modules|\.ruff_cache)$"
)


def files(folder: Path):
    """Every text file below folder, in order, build trees left out."""
    for path in sorted(folder.iterdir()):
        if SKIPPED.match(path.name):
            continue
        if path.is_dir():
            yield from files(path)
        elif path.suffix in TEXT:
            yield path


def include_fault(room: str, path: Path, included: str) -> str | None:
    """What is wrong with that include in a file of that room, or None."""
    if room != "sim" and ENGINE.match(included):
        return f"includes {included}: only sim includes SimGrid and Boost.Context"
    target = included.split("/")[0]
    is_test = path.name.endswith(".test.cpp")
    allowed = REACHES["models"] if room == "pool" and is_test else REACHES[room]
    if target in ROOMS and target not in allowed:
        return f"includes {included}: {room} may include {', '.join(sorted(allowed))}"
    return None


def faults_of(path: Path):
    """(line number, fault) of one file."""
    room = path.relative_to(ROOT).parts[0]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        place = MACHINE_PATH.search(line)
        if place:
            yield number, f"names a place on one machine: {place.group()}..."
        if room not in ROOMS or path.suffix not in CODE | {".py"}:
            continue
        include = INCLUDE.match(line)
        fault = include_fault(room, path, include.group(1)) if include else None
        if fault:
            yield number, fault
        if room in ("sim", "pool", "models") and IMPORT.match(line):
            yield number, f"{room} may not import the Python package"


def main() -> int:
    """Prints every fault; the exit status says whether there was one."""
    status = 0
    for path in files(ROOT):
        for number, fault in faults_of(path):
            print(f"{path.relative_to(ROOT)}:{number}: {fault}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
