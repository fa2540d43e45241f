# SPDX-License-Identifier: MIT
"""What a run gives: small frozen objects that are equal if their runs were."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ._errors import ConfigError
from ._estimates import Interval, Pairs, Proportion, Stable
from ._rows import Row, row_of
from ._runs import Runs, RunTable
from ._scenario import Scenario
from ._tables import kinds as known_kinds

if TYPE_CHECKING:
    import pandas
    import xarray
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ._compare_result import CompareResult


@dataclass(frozen=True)
class KindResult(Stable):
    """How often one kind of violation happened."""

    name: str
    misuse_runs: int
    harm: Proportion  # runs in which it did harm
    exposure_estimate: float | None = None  # an estimate, not a count
    put_began_before_unmap: int = 0
    put_began_after_unmap: int = 0


@dataclass(frozen=True)
class Cost(Stable):
    """CPU time a packet, over the measured stretch of all runs; nan if no packet was measured."""

    sync_ns_per_packet: float  # nan where no packet was measured
    guard_ns_per_packet: float
    cpu_ns_per_packet: float
    paired_delta_ns_per_packet: Interval  # against `versus`, run by run on the same traffic
    versus: str


@dataclass(frozen=True)
class Paired(Stable):
    """What one variant does more than another, run by run on the same draws; 95 % bounds."""

    variant: str
    versus: str
    probability: Interval  # of a crash
    crashed_only: int  # runs in which this one crashed and that one did not
    spared_only: int  # runs in which that one crashed and this one did not
    teardown_us: Interval  # median over the runs in which both ended
    teardowns: int  # so many
    cpu_ns_per_packet: Interval  # median over runs; nan if no packet was measured

    def __str__(self) -> str:
        points = Interval(*(100 * value for value in self.probability))
        return (
            f"{self.variant} against {self.versus}: crashes {points} percentage points, "
            f"teardown {self.teardown_us} us, CPU {self.cpu_ns_per_packet} ns a packet"
        )


@dataclass(frozen=True)
class Teardown(Stable):
    """How long teardown took, over the runs in which it ended; quantiles are of samples."""

    runs: int
    median_us: float | None
    p99_us: float | None
    destroy_median_us: float | None
    grace_period_share: float
    quantiles_us: tuple[tuple[int, float], ...]  # percent, us

    def ecdf(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Times in us and the share of teardowns that took at most so long, at 11 quantiles."""
        percents, times = zip(*self.quantiles_us, strict=True) if self.quantiles_us else ((), ())
        return np.array(times, dtype=np.float64), np.array(percents, dtype=np.float64) / 100


@dataclass(frozen=True)
class Harm:
    """The first run that came to harm; ``poolrace.replay(harm.replay)`` tells it."""

    kind: str
    harm_class: str
    ended_by: str
    replay: str


@dataclass(frozen=True)
class InFlight:
    """Pages in flight over all runs; counts are pages, ages seconds since destroy had returned."""

    at_start_median: int | None
    at_destroy_median: int | None
    after_destroy: tuple[tuple[int, int, int, int], ...]  # age in s, median, p99, runs so far
    warnings_median: int  # "stalled pool shutdown" lines that the kernel would print in a run
    first_warning_s: int | None
    last_warning: tuple[int, int] | None  # pages and seconds, as in "98 inflight 1449 sec"
    pool_counters: Pairs  # of all runs, under ethtool's names

    @classmethod
    def of(cls, data: dict[str, Any]) -> InFlight:
        pages, warned = data["in_flight"], data["stall_warnings"]
        last = warned["last_inflight"], warned["last_age_s"]
        return cls(
            (pages["at_start"] or {}).get("median"),
            (pages["at_destroy"] or {}).get("median"),
            tuple((p["after_s"], p["median"], p["p99"], p["runs"]) for p in pages["after_destroy"]),
            warned["median"],
            warned["first_after_s"],
            None if warned["first_after_s"] is None else last,
            Pairs(data["pool_counters"]),
        )


@dataclass(frozen=True, repr=False)
class RunResult:
    """N runs of one variant.  Equal results mean equal runs; wall-clock time does not enter."""

    scenario: Scenario
    variant: str
    world: str
    seed: int
    crash: Proportion  # runs that ended in an oops
    corrupted_runs: int
    leaked_runs: int
    stalled_runs: int
    kinds: tuple[KindResult, ...]
    cost: Cost
    teardown: Teardown
    packets: int
    dropped: int
    socket_drops: int
    events: int
    ties: int
    fingerprint: str
    first_harm: Harm | None
    version: str
    faults: tuple[str, ...]
    stalls: Pairs  # microseconds by site
    paired: tuple[Paired, ...]  # against each other variant of the comparison
    measured_packets: int
    wall_seconds: float = field(compare=False)
    raw: str = field(compare=False, repr=False)
    by_run: RunTable | None = field(default=None, compare=False, repr=False)

    @property
    def runs(self) -> Runs:
        """How many; with ``by_run=True`` each of them: ``result.runs.to_pandas()``."""
        return Runs(self.crash.runs, self.by_run)

    @property
    def profile(self) -> str:
        """The machine that ran: the one that was given, or the scenario's own."""
        return self.scenario.machine

    @property
    def row(self) -> Row:
        """What tables say of it, under the names that :func:`columns` lists."""
        return row_of(self)

    @property
    def replay(self) -> str | None:
        """Of the first run that came to harm, for :func:`poolrace.replay`; None if none did."""
        return self.first_harm.replay if self.first_harm else None

    def kind(self, name: str) -> KindResult:
        """One kind's counts; zeros with their upper bound if it was not seen."""
        if name not in known_kinds():
            raise ConfigError(f"unknown kind '{name}'; allowed: {', '.join(known_kinds())}")
        seen = (kind for kind in self.kinds if kind.name == name)
        return next(seen, KindResult(name, 0, Proportion.none(self.runs)))

    @property
    def in_flight(self) -> InFlight:
        """Pages in flight at the start, at destroy and over time after it, and the warnings."""
        return InFlight.of(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """What ``poolrace run --format json`` prints."""
        data: dict[str, Any] = json.loads(self.raw)
        return data

    def to_pandas(self) -> pandas.DataFrame:
        """One row."""
        return self._alone().to_pandas()

    def to_xarray(self) -> xarray.Dataset:
        return self._alone().to_xarray()

    def _alone(self) -> CompareResult:
        from ._compare_result import CompareResult  # which is made of these

        return CompareResult((self,))

    def __repr__(self) -> str:
        return f"RunResult({self.scenario.name}, {self.variant}: crashes {self.crash})"

    def plot(self, **how: Any) -> Axes:
        """:func:`poolrace.plot.teardown` of it."""
        return self._alone().plot(**how)

    def _repr_html_(self) -> str:
        return self._alone()._repr_html_()
