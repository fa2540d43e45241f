#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""experiments/explore/verdicts-weak.md: what memory weaker than one access at a time changes.

Every program that keeps the driver's contract and can be exhausted, under every variant on the
usual machine and each memory; a row only where a kind of violation is new or worse.  Trees given
as arguments (linux:PATH NAME ...) come in the same way, under the name, which stands for the path.
Prints the file; some minutes.   build/poolrace must be there.
"""

import json
import subprocess
import sys
from pathlib import Path

POOLRACE = Path(__file__).parent.parent / "build" / "poolrace"
MEMORIES = ("sc", "tso", "arm")
LARGE = {"ring-resize", "ring-resize-late", "broken-napi-vs-put", "remove-vs-put-bulk-vs-late"}


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


def verdicts(variants: str, program: str) -> list[dict]:
    words = ("--variant", variants, "--program", program, "--set", "iommu=strict")
    return json.loads(poolrace("explore", *words, "--memory", "all", "--format", "json"))[
        "verdicts"
    ]


def cell(verdict: dict, kind: str) -> str:
    found = verdict["kinds"].get(kind)
    if found is None:
        return "no" if verdict["complete"] else "not so far"
    return "misuse" if found["class"] == "none" else found["class"]


def main() -> None:
    trees = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    ours = [line for line in poolrace("list", "variants").splitlines() if line[:1].strip()]
    executions = dict.fromkeys(MEMORIES, 0)
    incomplete = 0
    rows: list[str] = []
    schedules: list[str] = []
    for group in [",".join(line.split()[0] for line in ours), *trees]:
        for program in programs():
            by_variant: dict[str, dict[str, dict]] = {}
            for verdict in verdicts(group, program):
                memory = verdict["config"]["memory"]
                executions[memory] += verdict["executions"]
                incomplete += not verdict["complete"]
                by_variant.setdefault(verdict["variant"], {})[memory] = verdict
            for variant, under in by_variant.items():
                name = trees.get(group, variant)
                for kind in sorted(
                    {kind for verdict in under.values() for kind in verdict["kinds"]}
                ):
                    cells = [cell(under[memory], kind) for memory in MEMORIES]
                    if len(set(cells)) == 1:
                        continue
                    rows.append(f"| {program} | `{name}` | {kind} | " + " | ".join(cells) + " |")
                    weakest = next(m for m in MEMORIES if kind in under[m]["kinds"])
                    found = under[weakest]["kinds"][kind]
                    where = f"* {program}, `{name}`, {kind}"
                    tree = name in trees.values()
                    schedules.append(
                        f"{where}: at `{found['site']}`"
                        if tree
                        else f"{where}:\n\n      {found['schedule']}\n"
                    )
    counted = ", ".join(f"{memory} {count}" for memory, count in executions.items())
    print("# What weaker memory changes\n")
    print(
        f"{len(programs())} programs that keep the driver's contract, each under every variant on "
        "the usual machine, while one access comes after the other (sc), under x86-TSO and under "
        f"a memory near ARMv8; executions: {counted}; not in all orders: {incomplete}. Kinds that "
        "are the same under all three have no row. Written by `scripts/weak-verdicts.py`; nothing "
        "checks it.\n"
    )
    print("| program | variant | kind | sc | x86-TSO | near ARMv8 |\n|---|---|---|---|---|---|")
    print("\n".join(rows))
    print("\n## Schedules\n")
    print("\n".join(schedules))


if __name__ == "__main__":
    main()
