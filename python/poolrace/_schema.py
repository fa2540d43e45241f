# SPDX-License-Identifier: MIT
"""The columns of every table of runs: the one list of their names, types and units.

A result of a run, of a comparison and a point of a sweep have the same columns, so that tables can
be laid under one another; what one of them does not tell is missing there (None, nan).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, NamedTuple

from ._tables import kinds, rows

#: text; flag; count: whole, never missing; seed: whole up to 2^64-1; number: may be missing.
Kind = Literal["text", "flag", "count", "seed", "number"]

INTERVAL = {
    "low, high": "clopper-pearson-95: for a number of runs that was fixed beforehand",
    "sequence_low, sequence_high": "confidence-sequence-95: holds at any time of looking",
}


class Column(NamedTuple):
    name: str
    kind: Kind
    unit: str  # "" for names, shares and counts that say what they count
    help: str


IDENTITY = (
    Column("version", "text", "", "of the program that ran"),
    Column("scenario", "text", "", "name or path"),
    Column("profile", "text", "", "machine: name or path"),
    Column("variant", "text", "", "of the pool"),
    Column("world", "text", "", "timed or reference"),
    Column("seed", "seed", "", "of the campaign"),
    Column("faults", "text", "", "injected, '; ' between them; '' for none"),
    Column("stalls", "text", "", "injected, '; ' between them; '' for none"),
)
#: Of all runs together, and of each.
COSTS = (
    Column("sync_ns_per_packet", "number", "ns", "CPU in the sync"),
    Column("guard_ns_per_packet", "number", "ns", "CPU in what guards the sync"),
    Column("cpu_ns_per_packet", "number", "ns", "CPU in all"),
)
RESULTS = (
    Column("runs", "count", "", "runs that were done"),
    Column("crashed_runs", "count", "", "runs that ended in an oops"),
    Column("probability", "number", "", "that a teardown crashes"),
    Column("low", "number", "", "lower 95 % bound, Clopper-Pearson"),
    Column("high", "number", "", "upper 95 % bound, Clopper-Pearson"),
    Column("sequence_low", "number", "", "lower 95 % bound at any time of looking; of sweeps"),
    Column("sequence_high", "number", "", "upper 95 % bound at any time of looking; of sweeps"),
    Column("stopped_by_looking", "flag", "", "runs ended because of what was seen (`until`)"),
    Column("corrupted_runs", "count", "", "runs with a corruption"),
    Column("leaked_runs", "count", "", "runs with a leak"),
    Column("stalled_runs", "count", "", "runs with a stall"),
    *COSTS,
    Column("delta_ns_per_packet", "number", "ns", "CPU more than `versus`: median over runs"),
    Column("delta_low_ns_per_packet", "number", "ns", "its lower 95 % bound"),
    Column("delta_high_ns_per_packet", "number", "ns", "its upper 95 % bound"),
    Column("delta_probability", "number", "", "of a crash, more than `versus`, by run"),
    Column("delta_probability_low", "number", "", "its lower 95 % bound"),
    Column("delta_probability_high", "number", "", "its upper 95 % bound"),
    Column("delta_teardown_us", "number", "us", "longer than `versus`: median over runs"),
    Column("delta_teardown_low_us", "number", "us", "its lower 95 % bound"),
    Column("delta_teardown_high_us", "number", "us", "its upper 95 % bound"),
    Column("delta_teardowns", "number", "", "runs in which both ended, over which that is"),
    Column("versus", "text", "", "the variant that differences are against"),
    Column("teardowns", "count", "", "runs in which teardown ended"),
    Column("teardown_median_us", "number", "us", "of these"),
    Column("teardown_p99_us", "number", "us", "of these"),
    Column("destroy_median_us", "number", "us", "of page_pool_destroy() alone"),
    Column("grace_period_share", "number", "", "share of teardown spent in grace periods"),
    Column("packets", "count", "", "received in all runs"),
    Column("measured_packets", "count", "", "of these, in the measured stretch"),
    Column("dropped", "count", "", "frames for which there was no room"),
    Column("socket_drops", "count", "", "frames for which a receive buffer had no room"),
    Column("events", "count", "", "of the simulation"),
    Column("ties", "count", "", "events at one time, ordered by the seed"),
    Column("first_harm_run", "number", "", "the first run that came to harm, from 0"),
    Column("replay", "text", "", "that run, for poolrace.replay()"),
    Column("fingerprint", "text", "", "equal if the runs were"),
)
#: Of each kind of violation, behind its name.
OF_A_KIND = (
    Column("misuse_runs", "count", "", "runs that broke the rule"),
    Column("harm_runs", "count", "", "runs in which it did harm"),
    Column("harm_probability", "number", "", "that it does harm in a teardown"),
    Column("harm_low", "number", "", "lower 95 % bound, Clopper-Pearson"),
    Column("harm_high", "number", "", "upper 95 % bound, Clopper-Pearson"),
    Column("put_before_unmap", "count", "", "of these, puts that began before the unmap"),
    Column("put_after_unmap", "count", "", "of these, puts that began after it"),
    Column("exposure_estimate", "number", "", "expected share of runs, from measured windows"),
)
#: Of one run; behind what tells where it belongs.
OF_A_RUN = (
    Column("run", "count", "", "its number, from 0"),
    Column("crashed", "flag", "", "it ended in an oops"),
    Column("corrupted", "flag", "", "it has a corruption"),
    Column("leaked", "flag", "", "it has a leak"),
    Column("stalled", "flag", "", "it has a stall"),
    Column("misuse_kinds", "text", "", "kinds whose rule it broke, '; ' between them"),
    Column("harm_kinds", "text", "", "kinds that did harm, '; ' between them"),
    Column("first_harm_kind", "text", "", "the first of these"),
    Column("first_harm_us", "number", "us", "when, since the run began"),
    Column("teardown_us", "number", "us", "how long teardown took; missing if it did not end"),
    Column("destroy_us", "number", "us", "of page_pool_destroy() alone"),
    Column("grace_us", "number", "us", "of the teardown, in grace periods"),
    Column("in_flight_at_start", "count", "", "pages in flight when teardown began"),
    Column("in_flight_at_destroy", "count", "", "pages in flight when destroy returned"),
    Column("still_out", "count", "", "pages with holders when the run ended at its horizon"),
    Column("measured_packets", "count", "", "in the measured stretch"),
    *COSTS,
    Column("fingerprint", "text", "", "equal if the runs were"),
    Column("replay", "text", "", "of a run that came to harm, for poolrace.replay()"),
)
_OF_PARAMETERS: dict[str, Kind] = {"integer": "count", "decimal": "number", "flag": "flag"}


def kind_column(kind: str, what: str) -> str:
    """A column of one kind of violation: a name that Python takes as one."""
    return f"{kind.replace('-', '_')}_{what}"


def _of_kinds() -> Iterator[Column]:
    for kind in kinds():
        for column in OF_A_KIND:
            yield column._replace(
                name=kind_column(kind, column.name), help=f"{kind}: {column.help}"
            )


@cache
def parameter_columns() -> dict[str, Column]:
    return {
        row["name"]: Column(
            row["name"], _OF_PARAMETERS.get(row["kind"], "text"), row["unit"], row["help"]
        )
        for row in rows("parameters")
    }


@cache
def columns() -> dict[str, Column]:
    """All, in the order of a frame: who ran, what came of it, with which parameters, by kind."""
    every = [*IDENTITY, *RESULTS, *parameter_columns().values(), *_of_kinds()]
    return {column.name: column for column in every}


@cache
def run_columns() -> dict[str, Column]:
    """All that a table of runs may have: where a run belongs, and what came of it."""
    every = [*IDENTITY, *parameter_columns().values(), *OF_A_RUN]
    return {column.name: column for column in every}


def column(name: str) -> Column:
    try:
        return columns()[name]
    except KeyError:
        near = difflib.get_close_matches(name, columns(), 1)
        hint = f" (nearest: {near[0]})" if near else ""
        raise KeyError(f"no column '{name}'{hint}; see poolrace.columns()") from None


def absent(name: str) -> Any:
    """What stands where a row says nothing of a column."""
    return {"count": 0, "flag": False}.get(column(name).kind)


def units(names: list[str]) -> dict[str, str]:
    """Of those columns that have one."""
    return {name: unit for name in names if (unit := column(name).unit)}
