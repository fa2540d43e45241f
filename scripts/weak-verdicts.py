#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The last section of experiments/explore/verdicts.md: what weaker memory changes.

Every program that keeps the driver's contract and can be exhausted, under every variant on the
first device and each memory; a row only where a kind of violation is new or worse.  Prints the
section (some minutes).  --named FILE: only of the programs and variants that its section names,
which prints the same unless one of these changed (scripts/check-verdicts.sh).  build/poolrace must
be there.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

BUILT = Path(__file__).parent.parent / "build" / "poolrace"
POOLRACE = os.environ.get("POOLRACE_BINARY", str(BUILT))
MEMORIES = ("sc", "tso", "arm")
LARGE = {"ring-resize", "ring-resize-late", "broken-napi-vs-put", "remove-vs-put-bulk-vs-late"}
TITLE = "## What weaker memory changes"


def poolrace(*words: str) -> str:
    done = subprocess.run([POOLRACE, *words], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 10):
        sys.exit(done.stderr)
    return done.stdout


def programs() -> list[str]:
    """Names of those that keep the contract: each is told in three lines, the last its contract."""
    lines = [line for line in poolrace("list", "programs").splitlines() if line]
    names, contract = lines[0::3], lines[2::3]
    kept = [name for name, said in zip(names, contract, strict=True) if said.endswith("kept")]
    return [name for name in kept if name not in LARGE]


def variants() -> list[str]:
    lines = poolrace("list", "variants").splitlines()
    return [line.split()[0] for line in lines if line[:1].strip()]


def verdicts(of_programs: list[str], of_variants: list[str]) -> list[dict]:
    words = ["--variant", ",".join(of_variants), "--program", ",".join(of_programs)]
    words += ["--set", "iommu=strict", "--memory", "all", "--format", "json"]
    return json.loads(poolrace("explore", *words))["verdicts"]


def cell(verdict: dict, kind: str) -> str:
    found = verdict["kinds"].get(kind)
    if found is None:
        return "no" if verdict["complete"] else "not so far"
    return "misuse" if found["class"] == "none" else found["class"]


Row = tuple[str, tuple[str, ...]]  # a kind, and its class under each memory
Place = tuple[str, str]  # a variant and a program


def differing(found: list[dict]) -> dict[Row, dict[Place, dict]]:
    """Where a memory changes something, and a violation there under the strongest that has it."""
    under: dict[Place, dict[str, dict]] = {}
    for verdict in found:
        place = (verdict["variant"], verdict["program"])
        under.setdefault(place, {})[verdict["config"]["memory"]] = verdict
    rows: dict[Row, dict[Place, dict]] = {}
    for place, by_memory in under.items():
        for kind in sorted({kind for verdict in by_memory.values() for kind in verdict["kinds"]}):
            cells = tuple(cell(by_memory[memory], kind) for memory in MEMORIES)
            if len(set(cells)) > 1:
                first = next(m for m in MEMORIES if kind in by_memory[m]["kinds"])
                rows.setdefault((kind, cells), {})[place] = by_memory[first]["kinds"][kind]
    return rows


def section(rows: dict[Row, dict[Place, dict]]) -> str:
    """A row has all programs in which a set of variants is alike."""
    lines: dict[tuple[Row, tuple[str, ...]], list[str]] = {}
    for row, places in rows.items():
        for program in dict.fromkeys(program for _, program in places):
            alike = tuple(variant for variant, of in places if of == program)
            lines.setdefault((row, alike), []).append(program)
    table, schedules = [], []
    for ((kind, cells), alike), of in sorted(lines.items()):
        names = ", ".join(f"`{variant}`" for variant in alike)
        table.append(f"| {kind} | {' | '.join(cells)} | {names} | {', '.join(of)} |")
        shortest = min(
            (rows[kind, cells][variant, program] for variant in alike for program in of),
            key=lambda found: found["steps"],
        )
        schedules.append(f'{kind}, at "{shortest["site"]}":\n\n    {shortest["schedule"]}\n')
    return "\n".join(
        [
            f"\n{TITLE}\n",
            "The same programs on the first device, while one access comes after the other (sc, as "
            "above), under x86-TSO and under a memory near ARMv8. A row is what memory changes; no "
            "row: it changes nothing. A harm above may hide it: there the worst of all programs "
            "counts, here each by itself. By `scripts/weak-verdicts.py`.\n",
            "| kind | sc | x86-TSO | near ARMv8 | variants | programs |\n|---|---|---|---|---|---|",
            *table,
            "",
            *schedules,
        ]
    )


def named(page: str) -> tuple[list[str], list[str]]:
    rows = [line.split(" | ") for line in page.partition(TITLE)[2].splitlines() if "`" in line]
    rows = [row for row in rows if len(row) == 6]
    of_variants = {name for row in rows for name in re.findall("`([^`]+)`", row[4])}
    of_programs = {name for row in rows for name in row[5].rstrip(" |").split(", ")}
    return (
        [name for name in programs() if name in of_programs],
        [name for name in variants() if name in of_variants],
    )


def main() -> None:
    if sys.argv[1:2] == ["--named"]:
        chosen = named(Path(sys.argv[2]).read_text(encoding="utf-8"))
    else:
        chosen = (programs(), variants())
    print(section(differing(verdicts(*chosen)) if all(chosen) else {}))


if __name__ == "__main__":
    main()
