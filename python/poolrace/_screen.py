# SPDX-License-Identifier: MIT
"""What an answer hangs on when everything uncertain moves at once: a screening design (Morris).

:func:`robust` moves one parameter at a time and so sees no two together.  Here each trajectory
starts anywhere in the ranges and moves every parameter once, in random order; of the effects that a
parameter has from many places, the mean of the sizes (mu_star) ranks it, and their scatter (sigma)
tells whether it acts through others.  The design and its analysis are SALib's.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from ._errors import ConfigError, need
from ._estimates import Stable
from ._points import points_of
from ._process import Progress, call
from ._robust import robust_words
from ._rows import Row
from ._scenario import Scenario, scenario_of
from ._sweep import sweep
from ._sweep_result import SweepResult
from ._text import Tabled

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

    from ._settings import FaultName, ScenarioName, VariantName

_Read = Callable[[Row], float]


@dataclass(frozen=True)
class Effect(Stable):
    """What moving one parameter over its whole range does to a headline, from many places."""

    parameter: str
    mu_star: float  # mean size of an effect
    mu_star_conf: float  # half of its 95 % interval, by bootstrap over trajectories
    mu: float  # mean effect, with its sign
    sigma: float  # their standard deviation: it acts through others, or not in proportion


@dataclass(frozen=True)
class Screened(Stable):
    """A number that one takes home, and what decides it over all the ranges at once."""

    variant: str
    headline: str
    unit: str  # "" for a share
    values: tuple[float, ...]  # at every point of the design where it is defined
    effects: tuple[Effect, ...]  # the largest mu_star first; empty: no trajectory is whole
    trajectories: int  # that are whole

    def quantile(self, q: float) -> float:
        """Of the values over the design: a picture of the ranges, no probability."""
        return float(np.quantile(self.values, q)) if self.values else np.nan

    def __str__(self) -> str:
        return (
            f"{self.variant}: {self.headline} {self.quantile(0.5):.3g} "
            f"({self.quantile(0):.3g} … {self.quantile(1):.3g})"
        )


@dataclass(frozen=True, repr=False)
class ScreenResult(Tabled, Sequence[Screened]):
    """What :func:`screen` says: headlines by variant, and what moves them."""

    headlines: tuple[Screened, ...]
    parameters: Mapping[str, tuple[str, ...]]  # the values that each took
    not_moved: tuple[tuple[str, str], ...]  # parameter, why
    refused: tuple[str, ...]  # why trajectories were left out, one a trajectory
    table: SweepResult  # every point that ran

    @overload
    def __getitem__(self, key: int) -> Screened: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Screened, ...]: ...
    def __getitem__(self, key: int | slice) -> Screened | tuple[Screened, ...]:
        return self.headlines[key]

    def __len__(self) -> int:
        return len(self.headlines)

    def __iter__(self) -> Iterator[Screened]:
        return iter(self.headlines)

    def to_pandas(self) -> pandas.DataFrame:
        """One row a headline and parameter."""
        pd = need(".to_pandas()", "pandas")
        rows = [
            (h.variant, h.headline, h.unit, e.parameter, e.mu_star, e.mu_star_conf, e.mu, e.sigma)
            for h in self.headlines
            for e in h.effects
        ]
        columns = ["variant", "headline", "unit", "parameter", "mu_star", "mu_star_conf", "mu",
                   "sigma"]  # fmt: skip
        frame: pandas.DataFrame = pd.DataFrame(rows, columns=columns)
        return frame

    def plot(self, headline: int = 0, **how: Any) -> Axes:
        """:func:`poolrace.plot.screening` of one headline."""
        from . import plot

        return plot.screening(self.headlines[headline], **how)

    def _table(self) -> tuple[str, list[str], list[list[str]]]:
        rows = []
        for h in self.headlines:
            most = [f"{e.parameter} {e.mu_star:.2g}±{e.mu_star_conf:.1g}" for e in h.effects[:3]
                    if e.mu_star > e.mu_star_conf]  # fmt: skip
            span = [f"{h.quantile(q):.3g}" for q in (0, 0.5, 1)]
            words = f"{h.headline} {h.unit}".strip()
            rows.append([h.variant, words, span[1], f"{span[0]} … {span[2]}",
                         ", ".join(most) or "nothing for sure"])  # fmt: skip
        heads = ["variant", "", "median", "over the design", "decided by (mu_star)"]
        return repr(self), heads, rows

    def __repr__(self) -> str:
        left = f", {len(self.refused)} left out" if self.refused else ""
        whole = max((h.trajectories for h in self.headlines), default=0)
        return (
            f"ScreenResult({self.table.scenario!r}: {len(self.parameters)} parameters, "
            f"{whole} trajectories{left})"
        )


@dataclass
class _Design:
    """A problem as SALib has it, and its sample as settings."""

    problem: dict[str, Any]
    levels: int
    places: Any  # (trajectory, step, parameter), each in 0 … 1
    points: list[list[dict[str, str]]] = field(default_factory=list)  # by trajectory
    refused: list[str] = field(default_factory=list)


def _settings(place: Any, knobs: Mapping[str, list[str]]) -> dict[str, str]:
    """The values at a place: the nearest of each parameter's."""
    return {
        name: values[int(x * (len(values) - 1) + 0.5)]
        for x, (name, values) in zip(place, knobs.items(), strict=True)
    }


def _design(
    scenario: Scenario, knobs: Mapping[str, list[str]], trajectories: int, levels: int, seed: int
) -> _Design:
    need("poolrace.screen()", "SALib")
    sample = need("poolrace.screen()", "SALib.sample.morris").sample
    problem = {
        "num_vars": len(knobs),
        "names": list(knobs),
        "bounds": [[0.0, 1.0]] * len(knobs),
    }
    places: Any = sample(problem, trajectories, num_levels=levels, seed=seed % 2**32)
    design = _Design(problem, levels, places.reshape(trajectories, len(knobs) + 1, len(knobs)))
    change: Callable[..., Scenario] = scenario.with_
    kept = []
    for path in design.places:
        points = [_settings(place, knobs) for place in path]
        try:
            for point in points:
                change(**point)
        except ConfigError as error:  # two values that no machine has together
            design.refused.append(str(error))
            continue
        kept.append(path)
        design.points.append(points)
    if not kept:
        raise ConfigError(f"screen: no trajectory can run; the first: {design.refused[0]}")
    design.places = np.array(kept)
    return design


def _number(value: Any) -> float:
    return np.nan if value is None else float(value)


def _delta(row: Row) -> float:
    """Without bounds there were too few runs that saw a packet: no number to take home."""
    bounded = row["delta_low_ns_per_packet"] is not None
    return _number(row["delta_ns_per_packet"]) if bounded else np.nan


def _headlines(scenario: Scenario, names: Sequence[str]) -> list[tuple[str, str, str, _Read]]:
    """As ``poolrace robust`` has them: variant, words, unit, and how a row tells it."""
    found: list[tuple[str, str, str, _Read]] = []
    for name in names:
        if scenario.parameters["teardown"] != "none":
            found += [
                (name, "teardowns that crash", "", lambda row: _number(row["probability"])),
                (
                    name,
                    "that corrupt silently",
                    "",
                    lambda row: row["corrupted_runs"] / row["runs"],
                ),
                (name, "teardown, median", "us", lambda row: _number(row["teardown_median_us"])),
            ]
        if name != names[0]:
            found.append((name, f"CPU a packet more than {names[0]}", "ns", _delta))
    return found


def _screened(
    design: _Design, rows: Mapping[Any, Row], headline: tuple[str, str, str, _Read]
) -> Screened | None:
    variant, what, unit, read = headline
    values = np.array([[read(rows[_key(point, variant)]) for point in path]
                       for path in design.points])  # fmt: skip
    defined = tuple(float(value) for value in values.flat if np.isfinite(value))
    if not defined:
        return None
    whole = np.isfinite(values).all(axis=1)
    effects = _effects(design, values, whole)
    return Screened(variant, what, unit, defined, effects, int(whole.sum()))


def _effects(design: _Design, values: Any, whole: Any) -> tuple[Effect, ...]:
    if whole.sum() < 2:  # one effect has no scatter
        return ()
    analyze = need("poolrace.screen()", "SALib.analyze.morris").analyze
    places = design.places[whole].reshape(-1, design.problem["num_vars"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a headline that nothing moves: 0/0 in its bootstrap
        found = analyze(design.problem, places, values[whole].ravel(), num_levels=design.levels,
                        seed=1)  # fmt: skip
    columns = (found[name] for name in ("names", "mu_star", "mu_star_conf", "mu", "sigma"))
    effects = [
        Effect(str(name), float(a), float(b), float(c), float(d))
        for name, a, b, c, d in zip(*columns, strict=True)
    ]
    return tuple(sorted(effects, key=lambda e: -e.mu_star))


def _key(point: Mapping[str, str], variant: str) -> tuple[Any, ...]:
    return (*point.values(), variant)


def screen(
    scenario: Scenario | ScenarioName | str | PathLike[str] = "seed-race",
    *,
    variants: Iterable[VariantName | str] | str | None = None,
    only: Iterable[str] | str | None = None,
    trajectories: int = 10,
    levels: int = 4,
    runs: int = 20,
    seed: int = 1,
    store: str | PathLike[str] | None = None,
    jobs: int | None = None,
    executor: Any = None,
    progress: bool | Progress = False,
    world: str | None = None,
    stalls: Mapping[str, float] | None = None,
    faults: Iterable[FaultName | str] | str = (),
) -> ScreenResult:
    """Moves all uncertain parameters together, by Morris's design (needs SALib).

    The same parameters and ranges as :func:`robust`.  There are ``trajectories`` times
    (parameters + 1) points, some 700, of ``runs`` runs a variant, all on the same draws: eight
    minutes on two CPUs.  Numbers take ``levels`` values in equal ratios over their range (an even
    number), names and switches all of theirs.  An effect is the change of a headline while a
    parameter goes over its whole range.  Trajectories that meet two values that no machine has
    together are left out and say why in ``refused``.  ``store``, ``jobs``, ``executor`` and
    ``progress`` as in :func:`sweep`: a design that was interrupted goes on.
    """
    if trajectories < 2:
        raise ConfigError(f"screen: trajectories={trajectories}; allowed: 2 or more")
    if levels < 2 or levels % 2:
        raise ConfigError(f"screen: levels={levels}; allowed: an even number, 2 or more")
    chosen = scenario_of(scenario)
    words = robust_words(chosen, variants, only, stalls, faults)
    said = json.loads(call(["robust", *words, "--dry-run", "--levels", str(levels), "--format",
                            "json"]).stdout)  # fmt: skip
    knobs = {knob["parameter"]: knob["values"] for knob in said["moved"]}
    if not knobs:
        raise ConfigError("screen: nothing can be moved; see poolrace robust --dry-run")
    design = _design(chosen, knobs, trajectories, levels, seed)
    names: list[str] = said["variants"]
    distinct = {tuple(p.items()): p for path in design.points for p in path}
    table = sweep(chosen, points=points_of(list(distinct.values())), vary={"variant": names},
                  runs=runs, seed=seed, store=store, jobs=jobs, executor=executor,
                  progress=progress, world=world, stalls=stalls, faults=faults,
                  versus=names[0] if len(names) > 1 else None)  # fmt: skip
    keys = [_key(point, name) for point in distinct.values() for name in names]
    rows = dict(zip(keys, table.rows, strict=True))
    found = [_screened(design, rows, headline) for headline in _headlines(chosen, names)]
    return ScreenResult(
        tuple(one for one in found if one),
        {name: tuple(values) for name, values in knobs.items()},
        tuple((n["parameter"], n["why"]) for n in said["not_moved"]),
        tuple(design.refused),
        table,
    )
