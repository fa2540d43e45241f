#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the arrows between the rooms and inside them, and that no file names a machine's place.

Between: python -> experiments -> models -> {sim, pool}; a room includes only itself and what its
arrows reach.  pool includes neither sim nor models, except in its tests, which need a machine to
run on.  Only sim includes SimGrid and Boost.Context.
Inside: a room's boxes are its folders, and the files in its root each for itself; INSIDE says which
box may include which.  No boxes and no components (a header with its source) include each other in
a circle.  Tests may include all that their room may.
Output: experiments writes through std::cout and text/output_file alone.
Exit status 1 and one line a fault, else silence.   --root DIR: another tree, for the test of this.
"""

import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOMS = ("sim", "pool", "models", "experiments", "python")
REACHES = {
    "sim": {"sim"},
    "pool": {"pool"},
    "models": {"models", "sim", "pool"},
    "experiments": {"experiments", "models", "sim", "pool"},
    "python": set(ROOMS),
}

# room -> box -> the boxes that it may include besides itself.  "cpu/" is a folder, "assembly" a
# header of the room's root with its source, "." whatever of the root has no line of its own.  A box
# may be named before it is built; one that is not named here may not be built.  A room without a
# line is not looked into.
SIM_BASE = {"errors", "hash", "time", "utf8"}
MODELS_BASE = {"address_sites", "choices", "drawn", "ids"}
DEVICES = MODELS_BASE | {"checker/", "cpu/", "dma/", "memory/"}
MACHINE = DEVICES | {"machine_platform", "nic/", "parameters", "platform", "traffic/", "variants"}
EXPERIMENTS = {
    "campaign/",
    "cli/",
    "explore/",
    "runs/",
    "scenario/",
    "statistics/",
    "sweep/",
    "text/",
}
EXPERIMENTS |= {"trace/", "workers/"}
INSIDE = {
    "sim": {
        "errors": {"utf8"},
        "hash": set(),
        "time": set(),
        "utf8": set(),
        "site": SIM_BASE,
        "trace": SIM_BASE,
        "settings/": SIM_BASE,
        "chance/": SIM_BASE,
        "worlds/": SIM_BASE,
        "explore/": SIM_BASE | {"chance/", "worlds/"},
        "weak/": SIM_BASE | {"explore/", "worlds/"},
        "examples/": SIM_BASE | {"chance/", "explore/", "settings/", "site", "trace", "worlds/"},
    },
    "pool": {
        ".": set(),
        "variants/": {"."},
        "parity": {".", "variants/"},
        "native/": {".", "linux/", "parity", "variants/"},
        "linux/": {".", "variants/"},
        "examples/": {".", "variants/"},
    },
    "models": {
        "address_sites": set(),
        "choices": set(),
        "drawn": set(),
        "ids": set(),
        "cpu/": MODELS_BASE,
        "checker/": MODELS_BASE | {"cpu/"},
        "memory/": MODELS_BASE | {"checker/", "cpu/"},
        "dma/": DEVICES,
        "machine_platform": DEVICES,
        "platform": DEVICES | {"machine_platform"},
        "variants": DEVICES | {"machine_platform", "platform"},  # names and factories of pools
        "pools": DEVICES | {"machine_platform", "platform", "variants"},  # where they are compiled
        "skb": MODELS_BASE | {"checker/", "memory/", "variants"},
        "traffic/": DEVICES | {"variants"},
        "nic/": DEVICES | {"platform", "traffic/", "variants"},
        "parameters": MODELS_BASE | {"traffic/"},
        "files": MODELS_BASE | {"parameters", "traffic/"},
        "assembly": MACHINE,
        "delays": MODELS_BASE | {"assembly", "cpu/", "parameters"},
        "exposure": DEVICES | {"nic/", "traffic/"},
        "faults/": MACHINE | {"skb"},
        "machine": MACHINE | {"assembly", "exposure", "faults/"},
        "test_bench": MACHINE | {"assembly"},
        "test_run": MACHINE | {"machine"},
        # Programs have no clock: nothing of the NIC, the timed platform or the machine.
        "explore/": DEVICES
        | {"assembly", "faults/", "machine_platform", "parameters", "skb", "variants"},
        "linux/": MACHINE | {"assembly", "explore/"},
        "examples/": MACHINE | {"assembly", "explore/", "machine"},
    },
    "experiments": {
        "statistics/": set(),
        "text/": {"statistics/"},
        "workers/": set(),
        "runs/": {"statistics/", "text/"},
        "scenario/": set(),
        "cli/": {"scenario/"},
        "campaign/": {"runs/", "scenario/", "statistics/", "workers/"},
        "trace/": {"scenario/", "text/"},
        "sweep/": {"cli/", "runs/", "scenario/", "statistics/", "text/", "workers/"},
        "explore/": {"cli/", "scenario/", "workers/"},
        "report/": {"campaign/", "runs/", "scenario/", "text/", "trace/"},
        "bench/": {"scenario/", "statistics/", "sweep/", "text/"},
        "validate/": {"bench/", "campaign/", "scenario/", "workers/"},
        "lesson/": {
            "campaign/",
            "cli/",
            "explore/",
            "report/",
            "scenario/",
            "text/",
            "trace/",
            "workers/",
        },
        "notebooks/": set(),
        "explain/": {"text/"},
        "judge/": EXPERIMENTS | {"explain/"},
        "rare/": EXPERIMENTS,
        "robust/": EXPERIMENTS,
        "commands/": EXPERIMENTS
        | {"bench/", "explain/", "judge/", "lesson/", "rare/", "report/", "robust/", "validate/"},
        "main": {"commands/", "text/"},
    },
}

# Components that are one, and may include each other: the halves of a template, which stand in
# files of their own to be read, and what is included where their class is complete.
ONE_COMPONENT = {
    re.compile(r"^pool/page_pool_\w+$"): "pool/page_pool",
    re.compile(r"^pool/parity_(tests|walk)$"): "pool/parity",
    re.compile(r"_inl$"): "",
}

ENGINE = re.compile(r"(simgrid|xbt|boost/context)/")
# One place writes stdout and one opens files to write: there what goes wrong is noticed.
OUTPUT = re.compile(
    r"\b(std::|::|\s)(v?printf|puts|fputs|fwrite|putchar)\(|\bofstream\b|\bO_CREAT\b"
)
OUTPUT_IS_IN = re.compile(r"^experiments/(text/|sweep/store_lock)|\.test\.cpp$|/fixture\.hpp$")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
IMPORT = re.compile(r"^\s*(?:import|from)\s+poolrace\b")
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(home|root|work|Users|mnt|opt)/\w")
CODE = {".hpp", ".cpp", ".inc"}
TEXT = CODE | {".py", ".sh", ".ini", ".csv", ".md", ".txt", ".json", ".toml", ".cmake", ""}
SKIPPED_FOLDERS = re.compile(
    r"^(build.*|\.git|\.venv|\.cache|.*\.egg-info|__pycache__|node_modules|\.ruff_cache)$"
)


def files(folder: Path):
    """Every text file below folder, in order, build trees left out."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not SKIPPED_FOLDERS.match(path.name):
                yield from files(path)
        elif path.suffix in TEXT and path.name != ".git":  # a worktree's says where it belongs
            yield path


def is_test(name: str) -> bool:
    """Whether that is a test's source: it may include whatever its room may."""
    return name.endswith(".test.cpp")


def component(name: str) -> str:
    """The component of a file: header and source are one, and what is named above."""
    stem = re.sub(r"\.\w+$", "", name)
    for pattern, whole in ONE_COMPONENT.items():
        stem = pattern.sub(whole, stem)
    return stem


def box(name: str) -> str:
    """The box of a file, as INSIDE knows it."""
    room, first, *inner = component(name).split("/")
    if inner:
        return f"{first}/"
    return "." if first not in INSIDE[room] and "." in INSIDE[room] else first


def include_fault(name: str, included: str) -> str | None:
    """What is wrong with that include in that file, or None."""
    room, target = name.split("/")[0], included.split("/")[0]
    if room != "sim" and ENGINE.match(included):
        return f"includes {included}: only sim includes SimGrid and Boost.Context"
    allowed = REACHES["models"] if room == "pool" and is_test(name) else REACHES[room]
    if target in ROOMS and target not in allowed:
        return f"includes {included}: {room} may include {', '.join(sorted(allowed))}"
    if target != room or room not in INSIDE or is_test(name):
        return None
    here, there = box(name), box(included)
    may = INSIDE[room].get(here)
    if may is None or here == there or there in may:
        return None  # a box without a line is told once, by its first file
    inside = ", ".join(sorted(may)) or "no other box"
    return f"includes {included}: inside {room}, {here} may include {inside}"


def faults_of(path: Path, name: str, includes: dict[str, list[tuple[int, str]]]):
    """(line number, fault) of one file; its includes are noted."""
    room = name.split("/")[0]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        place = MACHINE_PATH.search(line)
        if place:
            yield number, f"names a place on one machine: {place.group()}..."
        if room not in ROOMS or path.suffix not in CODE | {".py"}:
            continue
        if room == "experiments" and OUTPUT.search(line) and not OUTPUT_IS_IN.search(name):
            yield number, "writes by itself: std::cout for stdout, text/output_file.hpp for files"
        include = INCLUDE.match(line)
        if include:
            includes.setdefault(name, []).append((number, include.group(1)))
            fault = include_fault(name, include.group(1))
            if fault:
                yield number, fault
        if room in ("sim", "pool", "models") and IMPORT.match(line):
            yield number, f"{room} may not import the Python package"


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of that graph, from a node back to itself; empty if there is none."""
    done: set[str] = set()

    def search(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return []
        for after in sorted(graph.get(node, ())):
            found = search(after, [*way, node])
            if found:
                return found
        done.add(node)
        return []

    return next(filter(None, (search(node, []) for node in sorted(graph))), [])


def faults_of_graphs(includes: dict[str, list[tuple[int, str]]]):
    """What is wrong with the boxes and components as a whole."""
    for room, boxes in INSIDE.items():
        found = circle({one: may - {one} for one, may in boxes.items()})
        if found:
            yield f"scripts/check-arrows.py: INSIDE[{room}] has a circle: {' -> '.join(found)}"
        first = {}
        for name in sorted(includes):
            if name.startswith(room + "/") and not is_test(name):
                first.setdefault(box(name), name)
        for one in sorted(first.keys() - boxes.keys()):
            yield f"{first[one]}:1: {room} has no box {one}: give it a line in check-arrows.py"
    graph = defaultdict(set)
    for name, said in includes.items():
        if name.split("/")[0] in INSIDE and not is_test(name):
            targets = {component(target) for _, target in said if target in includes}
            graph[component(name)] |= targets - {component(name)}
    found = circle(graph)
    if found:
        yield f"{found[0]}: components include each other: {' -> '.join(found)}"


def main() -> int:
    """Prints every fault; the exit status says whether there was one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root.resolve()
    includes: dict[str, list[tuple[int, str]]] = {}
    status = 0
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if name.split("/")[0] in ROOMS and path.suffix in CODE:
            includes[name] = []
        for number, fault in faults_of(path, name, includes):
            print(f"{name}:{number}: {fault}")
            status = 1
    for fault in faults_of_graphs(includes):
        print(fault)
        status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
