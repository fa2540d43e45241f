#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The C++ pools against the kernel code that they mirror: experiments/explore/conformance.md.

    scripts/conformance.py [--check] NAME=TREE=VARIANT...

NAME is how the page calls TREE (a directory, or anything behind "linux:"), VARIANT our copy.
Same programs, same machines: the same kinds, as bad, or a row that says what differs.  In runs:
the same share of crashes, within intervals.  --check: is the page what would be written now?
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "experiments/explore/conformance.md"
EXECUTIONS = "2000"
LOADS_MPPS = ["0.0005", "0.002", "0.05"]
RUNS = "200"


def poolrace(*words: str) -> dict:
    done = subprocess.run(
        [ROOT / "build/poolrace", *words, "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def verdicts(variant: str) -> dict:
    """Of programs that keep the contract, if complete: (program, machine) -> {kind: class}."""
    words = ["explore", "--all", "--quick", "--variant", variant, "--executions", EXECUTIONS]
    out = {}
    for v in poolrace(*words)["verdicts"]:
        if not v["complete"] or v["contract"] != "kept":
            continue
        machine = ", ".join(
            f"{k}={x}" for k, x in v["config"].items() if x not in (False, "dma_map_sync")
        )
        out[v["program"], machine] = {k: found["class"] for k, found in v["kinds"].items()}
    return out


def differences(tree: dict, copy: dict) -> list[tuple[str, str, str, str, int]]:
    """(program, kind, the tree's class, the copy's, on how many machines)."""
    counted: dict[tuple[str, str, str, str], int] = {}
    for where in tree.keys() & copy.keys():
        for kind in sorted(tree[where].keys() | copy[where].keys()):
            theirs, ours = (side[where].get(kind, "—") for side in (tree, copy))
            if theirs != ours:
                row = (where[0], kind, theirs, ours)
                counted[row] = counted.get(row, 0) + 1
    return sorted((*row, n) for row, n in counted.items())


def share(variant: str, load_mpps: str) -> str:
    words = [
        "compare",
        "seed-race",
        "--variant",
        variant,
        "--runs",
        RUNS,
        "--set",
        f"load_mpps={load_mpps}",
    ]
    (result,) = poolrace(*words)["results"]
    return f"{result['probability']:.1%} ({result['low']:.1%} to {result['high']:.1%})"


def section(name: str, tree: str, variant: str) -> str:
    real, ours = verdicts("linux:" + tree), verdicts(variant)
    both, rows = real.keys() & ours.keys(), differences(real, ours)
    text = f"## {name} and `{variant}`\n\n"
    text += f"{len(both)} programs on machines, in all orders of both; kinds that differ: "
    if not rows:
        text += "none.\n\n"
    else:
        text += "these.\n\n| program | kind | the tree | our copy | machines |\n"
        text += "| --- | --- | --- | --- | --- |\n"
        text += "".join(f"| {p} | {k} | {t} | {o} | {n} |\n" for p, k, t, o, n in rows) + "\n"
    text += f"Teardowns that crash, `seed-race`, {RUNS} runs, seed 1 (95 %):\n\n"
    text += "| load_mpps | the tree | our copy |\n| --- | --- | --- |\n"
    for load in LOADS_MPPS:
        text += f"| {load} | {share('linux:' + tree, load)} | {share(variant, load)} |\n"
    return text + "\n"


def page(pairs: list[str]) -> str:
    head = (
        "# The C++ pools against the code that they mirror\n\n"
        "Written by `scripts/conformance.py`. Programs that break the driver's contract are\n"
        "left out: our copy tells that two met in the alloc cache, the real code what came of it.\n"
        "So is what is not through in all orders after 2000 executions.\n\n"
    )
    return (head + "".join(section(*pair.split("=")) for pair in pairs)).rstrip() + "\n"


def main() -> int:
    words = sys.argv[1:]
    check = words[:1] == ["--check"]
    now = page(words[1:] if check else words)
    if not check:
        PAGE.write_text(now)
        return 0
    if PAGE.read_text() == now:
        return 0
    print(f"{PAGE.name} is not what scripts/conformance.py would write now", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
