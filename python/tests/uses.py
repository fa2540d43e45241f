# SPDX-License-Identifier: MIT
"""What users write, with every public name: which test_typing.py has mypy and pyright read."""

import pathlib
from collections.abc import Sequence
from typing import assert_type

import numpy as np
import pandas
import poolrace
import xarray
from matplotlib.axes import Axes
from poolrace import plot

s = poolrace.Scenario(pathlib.Path("x.ini"), profile=pathlib.Path("p.ini"), load_mpps=0.1)
s = poolrace.Scenario("seed-race", iommu="lazy", cpus=4, coherent=False).with_(hz=100)


def told(done: int, total: int, violations: int) -> None:
    print(done, total, violations)


def runs() -> None:
    r = poolrace.run(s, variant="scan", faults="leak-page", stalls={"put: read dma_sync": 2.5})
    assert_type(r, poolrace.RunResult)
    assert_type(r.crash, poolrace.Proportion)
    assert_type(r.cost, poolrace.Cost)
    assert_type(r.cost.paired_delta_ns_per_packet, poolrace.Interval)
    assert_type(r.teardown, poolrace.Teardown)
    assert_type(r.first_harm, poolrace.Harm | None)
    assert_type(r.in_flight, poolrace.InFlight)
    assert_type(r.kinds, tuple[poolrace.KindResult, ...])
    assert_type(r.row, poolrace.Row)
    value, low, high = r.crash
    assert_type(low <= value <= high, bool)
    c = poolrace.compare(s, variants=["scan", poolrace.Linux("/x", ref="v6.12")], progress=told)
    assert_type(c, poolrace.CompareResult)
    assert_type(c["scan"], poolrace.RunResult)
    assert_type(c[:1], tuple[poolrace.RunResult, ...])
    assert_type(c.to_pandas(), pandas.DataFrame)
    assert_type(c.to_xarray(), xarray.Dataset)
    plot.probability([r, c, [r]], "load_mpps", kind="leak")
    assert_type(poolrace.plot.teardown(r), Axes)
    poolrace.replay(r)
    assert_type(r.runs, poolrace.Runs)
    assert_type(r.runs.to_pandas(), pandas.DataFrame)
    assert_type(poolrace.run(s, by_run=True).runs.table, poolrace.RunTable)
    assert_type(c.runs.table[:2], poolrace.RunTable)
    assert_type(c.paired("scan-rcu", "scan"), poolrace.Paired)
    assert_type(c.paired("scan-rcu", "scan").probability, poolrace.Interval)


def tables(several: Sequence[int]) -> None:
    vary = {"load_mpps": np.geomspace(1, 2, 3), "cpus": several, "variant": ["scan"]}
    try:
        t = poolrace.sweep(s, vary=vary, until=0.1, store=pathlib.Path("x"), progress=True)
    except poolrace.Interrupted as stopped:
        t = stopped.results
    t = poolrace.open_store("x")
    assert_type(t, poolrace.SweepResult)
    assert_type(t[0], poolrace.Row)
    assert_type(t[0].crash, poolrace.Proportion)
    assert_type(t[0].replay, str | None)
    assert_type(t.to_pandas(), pandas.DataFrame)
    assert_type(t.to_xarray(), xarray.Dataset)
    assert_type(t.plot("load_mpps", kind="leak"), Axes)
    plot.probability(t, "load_mpps", kind="leak")
    plot.cost(t, what="cpu_ns_per_packet")
    assert_type(poolrace.replay(t[0]), poolrace.Replay)
    poolrace.replay(t.to_pandas().iloc[0])


def orders() -> None:
    e = poolrace.explore(variants="all", config={"iommu": "lazy"})
    assert_type(e, poolrace.ExploreResult)
    assert_type(e[0], poolrace.Verdict)
    assert_type(e[:1], poolrace.ExploreResult)
    assert_type(e[0].findings[0], poolrace.Finding)
    assert_type(e[0].races, tuple[poolrace.DataRace, ...])
    poolrace.replay(e[0].findings[0])
    assert_type(poolrace.lesson(e[0].findings[0]), poolrace.Lesson)
    assert_type(plot.verdicts(e), Axes)
    j = poolrace.judge(poolrace.Linux("/x"), against="mainline-2026")
    assert_type(j, poolrace.JudgeResult)
    assert_type(j.found, tuple[poolrace.Judgement, ...])


def doubts() -> None:
    found = poolrace.robust(s, variants=["scan"], only=["load_mpps"], runs=5)
    assert_type(found, poolrace.RobustResult)
    assert_type(found[0], poolrace.Headline)
    assert_type(found[0].moves, tuple[poolrace.Moved, ...])
    assert_type(found.conclusions, tuple[poolrace.Conclusion, ...])
    assert_type(plot.tornado(found[0]), Axes)
    design = poolrace.screen(s, variants=["scan"], only=["load_mpps"], trajectories=2, runs=5)
    assert_type(design, poolrace.ScreenResult)
    assert_type(design[0], poolrace.Screened)
    assert_type(design[0].effects, tuple[poolrace.Effect, ...])
    assert_type(design.table, poolrace.SweepResult)
    assert_type(plot.screening(design[0]), Axes)


def rarely() -> None:
    found = poolrace.rare(s, variants="scan-rcu", kind="crash", until="20%", runs=10)
    assert_type(found[0].answer, str)
    assert_type((found[0].is_told, found[0].standard_error), tuple[bool, float])
    assert_type(found, poolrace.RareResult)
    assert_type(found[0], poolrace.Rare)
    assert_type(found[0].probability, poolrace.Interval)
    assert_type(found[0].ways, tuple[poolrace.Way, ...])
    assert_type(found[0].unexplained, poolrace.Proportion)
    assert_type(found[0].gave_back, poolrace.Proportion)
    assert_type(found[0].per_packet, float | None)
    assert_type(found[0].orders, poolrace.Orders)
    assert_type(found[0].orders.windows, tuple[poolrace.Window, ...])
    assert_type(found[0].orders.windows[0].hold_up, poolrace.HoldUp | None)
    assert_type(plot.rare({0.05: found}, "load_mpps"), Axes)


def rest() -> None:
    assert_type(poolrace.trace("seed-race", variant="scan", index=3), poolrace.Trace)
    assert_type(poolrace.show(s), poolrace.Shown)
    for row in poolrace.validate(runs=10):
        print(row["expected"])
    for listed in (poolrace.variants, poolrace.scenarios, poolrace.profiles, poolrace.kinds,
                   poolrace.programs, poolrace.faults, poolrace.lessons):  # fmt: skip
        assert_type(listed(), dict[str, str])
    assert_type(poolrace.parameters(), list[dict[str, str]])
    assert_type([column["unit"] for column in poolrace.columns()], list[str])
    assert_type(poolrace.run_columns(), list[dict[str, str]])
    assert_type(poolrace.docs(browser=False), pathlib.Path)
    try:
        poolrace.run(s)
    except poolrace.ConfigError as wrong:
        print(wrong)
    except poolrace.WorkerCrashed as died:
        assert_type(died.reproduce, str)
    except poolrace.InternalError as ours:
        print(ours)
