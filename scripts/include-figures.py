#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints, for each header, how many translation units see it: what a change of it rebuilds.

    scripts/include-figures.py [--root DIR] [--via] [FILTER...]

By the include graph of the project's own files (system headers and what the build writes are left
out), tests included; worst first.  FILTERs are parts of a header's path.  --via: the headers by
which the units come to it, each with the number of units, so that a heavy edge is found.
"""

import argparse
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
ROOMS = ("sim", "pool", "models", "experiments", "python")


def include_graph(root: Path) -> dict[str, list[str]]:
    """Of each file the project's files that it includes itself; paths from the root."""
    paths = [p for room in ROOMS for p in (root / room).rglob("*") if p.suffix in (".hpp", ".cpp")]
    known = {p.relative_to(root).as_posix(): p for p in paths if "node_modules" not in p.parts}
    graph = {}
    for name, path in known.items():
        included = INCLUDE.findall(path.read_text(encoding="utf-8"))
        beside = [(Path(name).parent / i).as_posix() for i in included]
        graph[name] = [f for f in included + beside if f in known]
    return graph


def units_by_header(graph: dict[str, list[str]]) -> dict[str, set[str]]:
    """Of each header the translation units that come to it."""

    @cache
    def reached(name: str) -> frozenset[str]:
        seen: set[str] = set()
        stack = list(graph[name])
        while stack:
            header = stack.pop()
            if header not in seen:
                seen.add(header)
                stack += graph[header]
        return frozenset(seen)

    units = defaultdict(set)
    for name in graph:
        if name.endswith(".cpp"):
            for header in reached(name):
                units[header].add(name)
    return units


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--via", action="store_true", help="and by which headers units come to it")
    parser.add_argument("filters", nargs="*", metavar="FILTER", help="a part of a header's path")
    given = parser.parse_args()
    graph = include_graph(given.root.resolve())
    units = units_by_header(graph)
    headers = sorted((h for h in graph if h.endswith(".hpp")), key=lambda h: (-len(units[h]), h))
    total = sum(name.endswith(".cpp") for name in graph)
    print(f"units  header ({total} translation units)")
    for header in headers:
        if given.filters and not any(part in header for part in given.filters):
            continue
        print(f"{len(units[header]):5}  {header}")
        if given.via:
            by = [(len(units.get(f, ())) or 1, f) for f, said in graph.items() if header in said]
            for count, name in sorted(by, key=lambda row: (-row[0], row[1])):
                print(f"       {count:5}  {name}")


if __name__ == "__main__":
    main()
