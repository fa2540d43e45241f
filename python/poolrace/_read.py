# SPDX-License-Identifier: MIT
"""What the program prints of a run, as a result."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from ._estimates import Interval, Pairs, Proportion
from ._results import Cost, Harm, KindResult, Paired, RunResult, Teardown
from ._runs import RunTable
from ._scenario import Scenario


def _proportion(data: dict[str, Any], hits: int, runs: int) -> Proportion:
    if not runs:  # the program says 0 there
        return Proportion.none(0)
    return Proportion(data["probability"], data["low"], data["high"], hits, runs)


def _kind(name: str, runs: int, data: dict[str, Any]) -> KindResult:
    harm = _proportion(data, data["harm_runs"], runs)
    began = data["put_began"]
    return KindResult(
        name,
        data["misuse_runs"],
        harm,
        data["exposure_estimate"],
        began["before_unmap"],
        began["after_unmap"],
    )


def _teardown(data: dict[str, Any]) -> Teardown:
    quantiles = ((int(percent), time) for percent, time in data["quantiles"].items())
    return Teardown(
        data["runs"],
        data["median"],
        data["p99"],
        data["destroy_median"],
        data["grace_period_share"] if data["runs"] else math.nan,
        tuple((percent, time) for percent, time in quantiles if time is not None),
    )


_SAME = (  # under the same name in JSON and in RunResult
    "variant", "world", "seed", "corrupted_runs", "leaked_runs", "stalled_runs", "packets",
    "measured_packets", "dropped", "socket_drops", "events", "ties", "fingerprint", "version",
    "wall_seconds",
)  # fmt: skip


def _cost(data: dict[str, Any], what: str) -> float:
    value = data[f"{what}_ns_per_packet"]  # null: no packet was measured
    return math.nan if value is None else float(value)


def _paired(variant: str, data: dict[str, Any]) -> Paired:
    probability, teardown, cost = (
        Interval.from_json(data[name])
        for name in ("probability", "teardown_us", "cpu_ns_per_packet")
    )
    return Paired(
        variant,
        data["versus"],
        probability,
        data["crashed_only"],
        data["spared_only"],
        teardown,
        data["teardowns"],
        cost,
    )


def result_of_run(
    scenario: Scenario,
    data: dict[str, Any],
    faults: Sequence[str] = (),
    stalls: Mapping[str, float] | None = None,
    by_run: RunTable | None = None,
) -> RunResult:
    runs, cost, harm = data["runs"], data["cost"], data.get("first_harm")
    delta = cost["paired_delta_ns_per_packet"]
    return RunResult(
        scenario=scenario,
        crash=_proportion(data, data["crashed_runs"], runs),
        kinds=tuple(_kind(name, runs, kind) for name, kind in data["kinds"].items()),
        cost=Cost(
            _cost(cost, "sync"),
            _cost(cost, "guard"),
            _cost(cost, "cpu"),
            Interval.from_json(delta),
            delta["versus"],
        ),
        teardown=_teardown(data["teardown_us"]),
        first_harm=harm and Harm(harm["kind"], harm["class"], harm["ended_by"], harm["replay"]),
        raw=json.dumps(data),
        faults=tuple(faults),
        stalls=Pairs(stalls or {}),
        paired=tuple(_paired(data["variant"], each) for each in data["paired"]),
        by_run=by_run and by_run.where("variant", data["variant"]),
        **{name: data[name] for name in _SAME},
    )
