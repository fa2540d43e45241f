#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rare probabilities against load, hold time and theft, a picture each:

    PYTHONPATH=build/python .venv/bin/python scripts/rare-figure.py STORE FOLDER [--budget S]

What is done is kept in STORE, so that it may be interrupted, and goes on with the next call.
"""

import argparse
from pathlib import Path

import matplotlib as mpl
import poolrace

mpl.use("Agg")

VARIANTS = [name for name, what in poolrace.variants().items() if "for teaching" not in what]
MACHINES = {
    "load_mpps": (poolrace.Scenario("seed-race"), [0.0125, 0.025, 0.05, 0.1]),
    "hold_median_us": (
        poolrace.Scenario("seed-race", hold="exponential"),
        [100, 300, 1000, 3000],
    ),
    "steal_ppm": (
        poolrace.Scenario("seed-race", steal_law="pareto"),
        [5_000, 20_000, 50_000, 200_000],
    ),
}


def main() -> None:
    line = argparse.ArgumentParser(description=__doc__)
    line.add_argument("store")
    line.add_argument("folder", type=Path)
    line.add_argument("--runs", type=int, default=20_000, help="samples a point, at most")
    line.add_argument("--budget", type=int, help="seconds a point, at most")
    line.add_argument("--jobs", type=int, help="worker processes (default: CPUs)")
    line.add_argument("--only", choices=MACHINES, help="this picture alone")
    asked = line.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name, (machine, values) in MACHINES.items():
        if asked.only not in (None, name):
            continue
        found = {}
        for value in values:
            found[value] = poolrace.rare(
                machine.with_(**{name: value}),
                variants=VARIANTS,
                runs=asked.runs,
                budget=asked.budget,
                jobs=asked.jobs,
                store=asked.store,
            )
            print(name, value, *map(str, found[value]), sep="\n  ", flush=True)
        ax = poolrace.plot.rare(found, name)
        ax.figure.savefig(asked.folder / f"rare-{name}.png", dpi=150, bbox_inches="tight")


if __name__ == "__main__":
    main()
