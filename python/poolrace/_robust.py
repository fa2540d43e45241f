# SPDX-License-Identifier: MIT
"""What an answer hangs on: uncertain parameters moved one at a time, on the same draws."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from ._errors import Interrupted, need
from ._estimates import Interval, Stable
from ._process import call
from ._run import injected, injecting
from ._scenario import Scenario, scenario_of
from ._text import Tabled
from ._words import listed, names, numbers, options

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

    from ._settings import FaultName, ScenarioName, VariantName


@dataclass(frozen=True)
class Moved(Stable):
    """One parameter at one value, and what the headline was there."""

    parameter: str
    value: str
    estimate: Interval  # nan: not defined there


@dataclass(frozen=True)
class Headline(Stable):
    """A number that one takes home, and how far it moves."""

    variant: str
    headline: str
    unit: str  # "" for a share
    base: Interval
    moves: tuple[Moved, ...]

    @property
    def range(self) -> tuple[float, float]:
        """The least and the most that it was, at the base and under every move."""
        values = [self.base.value, *(move.estimate.value for move in self.moves)]
        known = [value for value in values if value == value]
        return (min(known), max(known)) if known else (np.nan, np.nan)

    def movers(self) -> list[Moved]:
        """The moves that took it farthest, one a parameter, the farthest first."""
        best: dict[str, Moved] = {}
        for move in self.moves:
            far = self._distance(move)
            if far > 0 and far > self._distance(best.get(move.parameter)):
                best[move.parameter] = move
        return sorted(best.values(), key=self._distance, reverse=True)

    def _distance(self, move: Moved | None) -> float:
        far = 0.0 if move is None else abs(move.estimate.value - self.base.value)
        return far if far == far else 0.0

    def __str__(self) -> str:
        low, high = self.range
        return f"{self.variant}: {self.headline} {self.base.value:.3g} ({low:.3g} … {high:.3g})"


@dataclass(frozen=True)
class Conclusion:
    """What the base says in words; ``broken_by`` names the moves under which it is not so."""

    words: str
    broken_by: tuple[str, ...]  # "hold_median_us=20"

    @property
    def robust(self) -> bool:
        return not self.broken_by


@dataclass(frozen=True, repr=False)
class RobustResult(Tabled, Sequence[Headline]):
    """What ``poolrace robust`` says: headlines by variant, and what does not survive."""

    headlines: tuple[Headline, ...]
    conclusions: tuple[Conclusion, ...]
    not_moved: tuple[tuple[str, str], ...]  # parameter, why
    scenario: Scenario
    runs: int
    raw: str = field(compare=False)

    @overload
    def __getitem__(self, key: int) -> Headline: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Headline, ...]: ...
    def __getitem__(self, key: int | slice) -> Headline | tuple[Headline, ...]:
        return self.headlines[key]

    def __len__(self) -> int:
        return len(self.headlines)

    def __iter__(self) -> Iterator[Headline]:
        return iter(self.headlines)

    def to_dict(self) -> dict[str, Any]:
        """What ``poolrace robust --format json`` prints."""
        data: dict[str, Any] = json.loads(self.raw)
        return data

    def to_pandas(self) -> pandas.DataFrame:
        """One row a headline and move; of the base, ``parameter`` is ''."""
        pd = need(".to_pandas()", "pandas")
        rows = []
        for h in self.headlines:
            for move in (Moved("", "", h.base), *h.moves):
                value, low, high = move.estimate
                rows.append((h.variant, h.headline, h.unit, move.parameter, move.value, value, low,
                             high))  # fmt: skip
        columns = ["variant", "headline", "unit", "parameter", "value", "estimate", "low", "high"]
        frame: pandas.DataFrame = pd.DataFrame(rows, columns=columns)
        return frame

    def plot(self, headline: int = 0, **how: Any) -> Axes:
        """:func:`poolrace.plot.tornado` of one headline."""
        from . import plot

        return plot.tornado(self.headlines[headline], **how)

    def _table(self) -> tuple[str, list[str], list[list[str]]]:
        rows = []
        for h in self.headlines:
            low, high = h.range
            base = f"{h.base.value:.3g}"
            seen = [m for m in h.movers()[:2] if f"{m.estimate.value:.3g}" != base]
            most = ", ".join(f"{m.parameter}={m.value}" for m in seen)
            rows.append([h.variant, f"{h.headline} {h.unit}".strip(), base,
                         f"{low:.3g} … {high:.3g}", most or "nothing"])  # fmt: skip
        return repr(self), ["variant", "", "here", "over the ranges", "moved most by"], rows

    def __repr__(self) -> str:
        fallen = sum(not c.robust for c in self.conclusions)
        said = f"{fallen} of {len(self.conclusions)} conclusions are not robust"
        return f"RobustResult({self.scenario!r}: {said})"


def _interval(data: Mapping[str, Any] | None) -> Interval:
    return Interval.from_json(dict(data or {"value": None, "low": None, "high": None}))


def _headline(data: Mapping[str, Any]) -> Headline:
    moves = (Moved(m["parameter"], m["value"], _interval(m["estimate"])) for m in data["moves"])
    base = _interval(data["base"])
    return Headline(data["variant"], data["headline"], data["unit"], base, tuple(moves))


def robust_words(
    scenario: Scenario,
    variants: Iterable[str] | str | None,
    only: Iterable[str] | str | None,
    stalls: Mapping[str, float] | None,
    faults: Iterable[str] | str,
) -> list[str]:
    """The words of a command line that say what is moved, and of which runs."""
    words = scenario._words() + options({"variant": listed(variants)})
    if only is not None:
        words += options({"only": ",".join(names("only", only))})
    return words + injecting(*injected(faults, stalls))


def robust(
    scenario: Scenario | ScenarioName | str | PathLike[str] = "seed-race",
    *,
    variants: Iterable[VariantName | str] | str | None = None,
    only: Iterable[str] | str | None = None,
    runs: int = 50,
    seed: int = 1,
    jobs: int | None = None,
    world: str = "timed",
    stalls: Mapping[str, float] | None = None,
    faults: Iterable[FaultName | str] | str = (),
) -> RobustResult:
    """Moves each uncertain parameter over its range, the others as they are, on the same draws.

    Guesses and choices go to half and to twice, derived values a quarter down and up; what the
    scenario was given by hand stays.  ``only``: these parameters, uncertain or not.  ``runs``: a
    variant and setting; there are some 150 settings.  Ctrl-C raises :class:`Interrupted`, with the
    moves that were done.
    """
    chosen = scenario_of(scenario)
    words = robust_words(chosen, variants, only, stalls, faults)
    words += numbers({"runs": runs, "seed": seed, "jobs": jobs}) + options({"world": world})
    done = call(["robust", *words, "--format", "json"])
    data = json.loads(done.stdout)
    result = RobustResult(
        tuple(map(_headline, data["headlines"])),
        tuple(Conclusion(c["words"], tuple(c["broken_by"])) for c in data["conclusions"]),
        tuple((n["parameter"], n["why"]) for n in data["not_moved"]),
        chosen,
        runs,
        json.dumps(data),
    )
    if done.interrupted:
        raise Interrupted("some settings were not tried", result)
    return result
