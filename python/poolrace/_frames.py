# SPDX-License-Identifier: MIT
"""Results as tables of pandas and xarray."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ._errors import need
from ._tables import kinds

if TYPE_CHECKING:
    import pandas
    import xarray

    from ._results import RunResult


def row_of(result: RunResult) -> dict[str, Any]:
    cost, teardown = result.cost, result.teardown
    delta = cost.paired_delta_ns_per_packet
    return {
        "scenario": result.scenario.name,
        "variant": result.variant,
        "world": result.world,
        "seed": result.seed,
        "runs": result.runs,
        **result.scenario.settings,
        "crashed_runs": result.crash.hits,
        "probability": result.crash.value,
        "low": result.crash.low,
        "high": result.crash.high,
        "corrupted_runs": result.corrupted_runs,
        "leaked_runs": result.leaked_runs,
        "stalled_runs": result.stalled_runs,
        "sync_ns_per_packet": cost.sync_ns_per_packet,
        "guard_ns_per_packet": cost.guard_ns_per_packet,
        "cpu_ns_per_packet": cost.cpu_ns_per_packet,
        "delta_ns_per_packet": delta.value,
        "delta_low_ns_per_packet": delta.low,
        "delta_high_ns_per_packet": delta.high,
        "versus": cost.versus,
        "teardown_median_us": teardown.median_us,
        "teardown_p99_us": teardown.p99_us,
        "grace_period_share": teardown.grace_period_share,
        "packets": result.packets,
        "fingerprint": result.fingerprint,
    }


def results_to_pandas(results: Sequence[RunResult]) -> pandas.DataFrame:
    frame: pandas.DataFrame = need(".to_pandas()", "pandas").DataFrame(map(row_of, results))
    return frame


def results_to_xarray(results: Sequence[RunResult]) -> xarray.Dataset:
    xr = need(".to_xarray()", "xarray")
    fixed = ("scenario", "world", "seed", "runs", *results[0].scenario.settings)
    rows = [row_of(result) for result in results]
    data: dict[str, Any] = {
        name: ("variant", [row[name] for row in rows])
        for name in rows[0]
        if name not in (*fixed, "variant")
    }
    names = list(kinds())
    counts = [[result.kind(name) for name in names] for result in results]
    by_kind = ("variant", "kind")
    data["harm_runs"] = by_kind, [[kind.harm.hits for kind in row] for row in counts]
    data["harm_low"] = by_kind, [[kind.harm.low for kind in row] for row in counts]
    data["harm_high"] = by_kind, [[kind.harm.high for kind in row] for row in counts]
    data["misuse_runs"] = by_kind, [[kind.misuse_runs for kind in row] for row in counts]
    percents = [int(percent) for percent in results[0].to_dict()["teardown_us"]["quantiles"]]
    times = [dict(result.teardown.quantiles_us) for result in results]
    data["teardown_us"] = (
        ("variant", "percent"),
        [[row.get(percent, float("nan")) for percent in percents] for row in times],
    )
    coords = {"variant": [r.variant for r in results], "kind": names, "percent": percents}
    attrs = {name: rows[0][name] for name in fixed}
    dataset: xarray.Dataset = xr.Dataset(data, coords, attrs)
    return dataset
