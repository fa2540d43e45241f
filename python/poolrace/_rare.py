# SPDX-License-Identifier: MIT
"""The probability of what plain runs hardly show."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, overload

from ._errors import Interrupted, need
from ._estimates import Interval, Pairs, Proportion, Stable
from ._process import call
from ._run import injected, injecting
from ._scenario import Scenario, scenario_of
from ._text import Tabled
from ._words import listed, numbers, one, options

if TYPE_CHECKING:
    import pandas

    from ._settings import KindName, ScenarioName, VariantName


@dataclass(frozen=True)
class Way(Stable):
    """Harm by a kind of delay, put in where a put was under way; or by a hold or teardown moved."""

    method: str  # "delay put in", "hold moved" or "teardown moved"
    delay: str  # "theft of the CPU", "tick", …; "none: destroy met …"
    probability: Interval  # a teardown; without bounds if there are too few hits
    runs: int  # that had one delay more, or a hold or their teardown moved
    hits: int  # of them, by that
    hits_outside: int  # where none was expected: the probability is too low
    effective_hits: float  # how many of one weight would be as sure
    largest_weight_share: float
    late_for: Pairs  # sums of weights, by what the put was too late for
    replay: str | None  # of the first hit: poolrace.replay(way.replay)
    # Delays, a plain run, that are long enough and fall into a put where it matters: more can't
    # come of them.
    exposure: float | None = None  # None: no delay, or where it matters is not known


@dataclass(frozen=True)
class HoldUp(Stable):
    """By how long a put must be held up for that harm, if it comes at the worst moment.

    It is brought there by a hold-up before ``after``, so that the teardown just still counts on it.
    """

    after: str  # between this step of its
    at: str  # and this one
    runs: int  # teardowns
    harmed: int  # of them, by a hold-up
    puts: int  # that came there in their teardowns as they are,
    least_of_itself_us: float | None  # and how long they took from the one to the other;
    of_itself_us: float | None  # None: none came
    shortest_us: float | None  # the least of all; None: none did harm
    held_up: int  # puts that were held up until a date of the teardown's was over


@dataclass(frozen=True)
class Window(Stable):
    """Two sites between which it must fall, as the explorer found them."""

    kind: str
    site: str  # where the late one was
    ended_by: str  # what came before it
    programs: int  # in which
    replay: str  # the shortest order: poolrace.replay(window.replay)
    hold_up: HoldUp | None = None  # None: not tried, or it is no put that is late


@dataclass(frozen=True)
class Orders(Stable):
    """Whether any order of the explorer's programs does the harm on such a machine."""

    programs: int
    complete: int  # tried in all orders
    harm: int  # in which an order does it
    machine: str
    unlike: str  # what this machine or harm has that no program has; empty: nothing
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Rare(Stable):
    """How likely harm is, of one variant: by plain runs if 100 of them hit, else by all ways."""

    variant: str
    kind: str
    # "plain runs"; "forced": all ways together; of none "no order" does it, it is "out of
    # reach", "too rare" (at_most), or "another crash" ended every run
    method: str
    probability: Interval  # a teardown
    answer: str  # the same in words, or why there is none
    samples: int
    ways: tuple[Way, ...]
    unexplained: Proportion  # of the plain runs: harm that no delay explains
    plain: Proportion  # all harm of the plain runs
    ladder: Interval | None  # by small steps, whatever the way, if it was asked for
    orders: Orders
    nearest_us: (
        Pairs  # how early plain runs' puts were at the nearest; None: never; longest put, delay
    )
    # Puts that ended once destroy's walk had begun, of plain runs: those that gave their page back
    # themselves.
    gave_back: Proportion
    at_most: float | None  # a teardown, by delays, where without one it is out of reach
    ended_otherwise: int  # plain runs that another crash ended
    out_of_time: bool  # the budget ended it
    # Where nothing is torn down: a probability is of a stretch of so many seconds, and these of a
    # packet and an hour of that load.
    stretch_s: float | None = None
    per_packet: float | None = None
    per_hour: float | None = None
    standard_error: float = math.nan  # of the probability; nan: no samples

    @property
    def one_in(self) -> float:
        """One in so many, teardowns or stretches; infinite if none was seen."""
        p = self.probability.value
        return 1 / p if p > 0 else math.inf

    @property
    def is_told(self) -> bool:
        """Whether it is a number: with an interval, or an error of half of it at most."""
        value, low, _ = self.probability
        return value > 0 and (math.isfinite(low) or self.standard_error <= value / 2)

    def __str__(self) -> str:
        return f"{self.variant}: {self.kind} {self.answer}"


@dataclass(frozen=True, repr=False)
class RareResult(Tabled, Sequence[Rare]):
    """What ``poolrace rare`` says, by variant."""

    rows: tuple[Rare, ...]
    scenario: Scenario
    raw: str = field(compare=False)

    @overload
    def __getitem__(self, key: int | str) -> Rare: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Rare, ...]: ...
    def __getitem__(self, key: int | str | slice) -> Rare | tuple[Rare, ...]:
        if not isinstance(key, str):
            return self.rows[key]
        for row in self.rows:
            if row.variant == key or row.variant.startswith(f"{key}#"):  # a tree: its content
                return row
        there = ", ".join(row.variant for row in self.rows)
        raise KeyError(f"no variant '{key}' here; there are: {there}")

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Rare]:
        return iter(self.rows)

    def to_dict(self) -> dict[str, Any]:
        """What ``poolrace rare --format json`` prints."""
        data: dict[str, Any] = json.loads(self.raw)
        return data

    def to_pandas(self) -> pandas.DataFrame:
        """One row a variant and way; the plain runs' is ``method`` "plain runs"."""
        pd = need(".to_pandas()", "pandas")
        rows = []
        for r in self.rows:
            for way in r.ways:
                rows.append((r.variant, r.kind, way.method, way.delay, *way.probability,
                             way.hits, way.effective_hits, r.samples))  # fmt: skip
            rows.append((r.variant, r.kind, "plain runs", "none", *r.unexplained,
                         r.unexplained.hits, float(r.unexplained.hits), r.samples))  # fmt: skip
        columns = ["variant", "kind", "method", "delay", "probability", "low", "high", "hits",
                   "effective_hits", "samples"]  # fmt: skip
        frame: pandas.DataFrame = pd.DataFrame(rows, columns=columns)
        return frame

    def _table(self) -> tuple[str, list[str], list[list[str]]]:
        rows = [
            [
                r.variant,
                f"{r.kind} {r.answer}",
                f"{r.one_in:.3g}" if r.is_told and r.per_packet is None else "—",
                str(r.plain),
            ]
            for r in self.rows
        ]
        heads = [
            "variant",
            "how likely (95 %)",
            "one in",
            "plain runs",
        ]
        return repr(self), heads, rows

    def __repr__(self) -> str:
        return f"RareResult({self.scenario!r}: {', '.join(r.variant for r in self.rows)})"


def _way(data: Mapping[str, Any]) -> Way:
    names = ("method", "delay", "runs", "hits", "hits_outside", "effective_hits",
             "largest_weight_share", "replay")  # fmt: skip
    said = {name: data[name] for name in names}
    late = Pairs(data["late_for"])
    return Way(probability=_probability(data), late_for=late, exposure=data.get("exposure"), **said)


def _probability(data: Mapping[str, Any]) -> Interval:
    return Interval.from_json({"value": data["probability"], "low": data["low"],
                               "high": data["high"]})  # fmt: skip


def _proportion(data: Mapping[str, Any]) -> Proportion:
    if not data["runs"]:
        return Proportion.none(0)
    bounds = (data["probability"], data["low"], data["high"])
    return Proportion(*bounds, data["hits"], data["runs"])


def _window(data: Mapping[str, Any]) -> Window:
    tried = HoldUp(**data["hold_up"]) if data["hold_up"] else None
    return Window(**{**data, "hold_up": tried})


def _orders(data: Mapping[str, Any]) -> Orders:
    windows = tuple(map(_window, data["windows"]))
    return Orders(**{**data, "windows": windows})


def _rare(data: Mapping[str, Any]) -> Rare:
    ways = [way for way in data["ways"] if way["method"] != "plain runs"]
    (plain,) = (way for way in data["ways"] if way["method"] == "plain runs")
    return Rare(
        data["variant"],
        data["kind"],
        data["method"],
        _probability(data),
        data["answer"],
        data["samples"],
        tuple(map(_way, ways)),
        _proportion(plain),
        _proportion(data["plain"]),
        _probability(data["ladder"]) if data["ladder"] else None,
        _orders(data["orders"]),
        Pairs(data["nearest_us"]),
        _proportion(data["gave_back"]),
        data["at_most"],
        data["ended_otherwise"],
        data["out_of_time"],
        data.get("stretch_s"),
        data.get("per_packet"),
        data.get("per_hour"),
        math.nan if data["standard_error"] is None else data["standard_error"],
    )


def rare(
    scenario: Scenario | ScenarioName | str | PathLike[str] = "seed-race",
    *,
    variants: Iterable[VariantName | str] | str | None = None,
    kind: KindName | str = "crash",
    until: float | str = 0.2,
    runs: int = 20_000,
    seed: int = 1,
    jobs: int | None = None,
    budget: int | None = None,
    windows: int = 1,
    ladder: int = 0,
    store: str | PathLike[str] | None = None,
    world: str = "timed",
    stalls: Mapping[str, float] | None = None,
) -> RareResult:
    """The probability of harm that plain runs hardly ever show.

    Each of at most ``runs`` plain runs is run again with a delay more where a put is under way
    (the tick; thefts of a vCPU, ``steal_ppm``; foreign interrupts, interrupts-off sections and
    background tasks, ``irq_noise_hz``, ``irqs_off_hz``, ``noise_hz``), and with a hold or its
    teardown moved to where a put and destroy's drain meet; a run that comes to harm by it counts
    as much as that is likely. It ends when half the 95 % interval is ``until`` of the
    probability. ``kind``: "crash", "corruption" or one of :func:`kinds`. ``windows``: tenths of a
    millisecond of a run's teardown dates that are searched for such meetings of puts in softirq.
    Of a scenario that tears nothing down the harm can be "corruption", and is a rate:
    ``per_packet``, ``per_hour``. ``ladder``: then so many times by small steps, whatever the way.
    ``budget``: seconds a variant, after which no round of samples begins. Where no order of the
    explorer's programs does the harm, or plain runs stay out of its reach, ``method`` says so.
    ``store``: a file from which the same call goes on. Many of them are a cluster's, too:
    ``client.map`` of it gives the same numbers. Other harm is in ``plain`` alone. Ctrl-C
    raises :class:`Interrupted`, with the samples so far.
    """
    chosen = scenario_of(scenario)
    words = chosen._words() + numbers({"runs": runs, "seed": seed, "jobs": jobs, "until": until,
                                         "budget": budget, "windows": windows,
                                         "ladder": ladder})  # fmt: skip
    words += options({"world": world, "variant": listed(variants), "kind": one("kind", kind)})
    words += options({"store": fspath(store)} if store is not None else {})
    done = call(["rare", *words, *injecting(*injected((), stalls)), "--format", "json"])
    data = json.loads(done.stdout)
    result = RareResult(tuple(map(_rare, data["results"])), chosen, json.dumps(data))
    if done.interrupted:
        raise Interrupted("not all samples were taken", result)
    return result
