# SPDX-License-Identifier: MIT
"""Figures from results; every function takes an axes, or makes one, and returns it.

They take what :func:`poolrace.run`, :func:`poolrace.compare` and :func:`poolrace.sweep` give, one
or a list of any of them.  What differs beside the axis is drawn apart and named in the legend.
Intervals are always drawn.

Results do not carry the length of every dangerous window, only what follows from it, the exposure
estimate: so there is no histogram of windows here, but :func:`exposure`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _draw, _lines, _schema, _tables
from ._compare_result import CompareResult
from ._errors import ConfigError, need
from ._estimates import Interval
from ._explore import ExploreResult, Verdict
from ._rare import Rare, RareResult
from ._results import RunResult
from ._robust import Headline, Moved
from ._rows import Row
from ._screen import Screened
from ._sweep_result import SweepResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ._settings import KindName

Result = RunResult | CompareResult | SweepResult | Row
Results = Result | Iterable[Result | Iterable[Result]]

_CLASSES = ("nothing", "none", "stall", "leak", "corruption", "crash")
_COLOURS = ("#f4f4f4", "#d7e3f0", "#f6e3a1", "#f2b872", "#d9775f", "#a31621")
_COSTS = {
    "paired_delta_ns_per_packet": "CPU more than {versus} (ns/packet)",
    "sync_ns_per_packet": "in the sync (ns/packet)",
    "guard_ns_per_packet": "in what guards the sync (ns/packet)",
    "cpu_ns_per_packet": "CPU (ns/packet)",
}


def _known(kind: str) -> None:
    if kind not in _tables.kinds():
        raise ConfigError(f"unknown kind '{kind}'; allowed: {', '.join(_tables.kinds())}")


def _estimate(row: Row, kind: str | None, sequence: bool) -> Interval:
    if sequence:
        return Interval(row["probability"], row["sequence_low"], row["sequence_high"])
    return row.crash if kind is None else row.harm(kind)


def probability(
    results: Results,
    parameter: str,
    *,
    kind: KindName | str | None = None,
    sequence: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Crash probability (or of harm of one ``kind``) with its 95 % bounds, against a parameter.

    Points at which nothing ran are left out.  ``sequence``: the bounds that hold at any time of
    looking, which crashes of a sweep have; of one with ``until`` no others do.
    """
    points = [point for point in _draw.points_of(results) if point.row["runs"]]
    if not points:
        raise ConfigError("plot: nothing ran at any of these points")
    if kind is not None:
        _known(kind)
    if sequence and (kind is not None or any(p.row["sequence_low"] is None for p in points)):
        raise ConfigError("plot: only crashes of a sweep have bounds that hold at any time")
    with _draw.axes(ax) as ax:
        estimates = [_estimate(p.row, kind, sequence) for p in points]
        _lines.draw(ax, points, parameter, estimates)
        _draw.shares(ax, f"teardowns with {kind}" if kind else "teardowns that crash")
    return ax


def cost(
    results: Results,
    parameter: str = "load_mpps",
    *,
    what: str = "paired_delta_ns_per_packet",
    ax: Axes | None = None,
) -> Axes:
    """A cost a packet against a parameter; only the paired difference has bounds.

    Points at which no packet was measured are left out; of a sweep also the variant that the others
    are held against.
    """
    if what not in _COSTS:
        raise ConfigError(f"unknown cost '{what}'; allowed: {', '.join(_COSTS)}")
    names = [what] * 3
    if what.startswith("paired"):
        names = [f"delta{part}_ns_per_packet" for part in ("", "_low", "_high")]
    points = [p for p in _draw.points_of(results) if p.row[names[0]] is not None]
    if not points:
        raise ConfigError(f"plot: no point has {what}: no packets, or one variant alone")
    values = [[p.row[name] for name in names] for p in points]
    estimates = [Interval(*(math.nan if v is None else v for v in three)) for three in values]
    with _draw.axes(ax) as ax:
        _lines.draw(ax, points, parameter, estimates)
        versus = dict.fromkeys(p.row["versus"] for p in points if p.row["versus"])
        ax.set_ylabel(_COSTS[what].format(versus=", ".join(map(_draw.short, versus))))
    return ax


def _every(point: _draw.Point) -> NDArray[np.float64] | None:
    """Times in us of all its teardowns, sorted, infinite where one did not end; None: not kept."""
    if point.row._table is None:
        return None
    times = point.row._table.column("teardown_us")
    return np.sort([math.inf if time is None else time for time in times])


def _steps(ax: Axes, times: NDArray[np.float64], label: str, look: dict[str, Any]) -> None:
    """The empirical distribution, and the band that holds all of the true one in 95 % of cases
    (Dvoretzky, Kiefer and Wolfowitz, with Massart's constant)."""
    ended = times[np.isfinite(times)]
    if not len(ended):
        ax.plot([], [], color=look["color"], label=f"{label} (0 of {len(times)} ended)")
        return
    shares = np.arange(1, len(times) + 1) / len(times)
    half = math.sqrt(math.log(2 / 0.05) / (2 * len(times)))
    x = np.concatenate([ended[:1], ended])  # the first step begins at 0
    y = np.concatenate([[0.0], shares[: len(ended)]])
    colour, said = look["color"], f"{label} ({len(ended)} of {len(times)} ended)"
    ax.step(x, y, where="post", color=colour, label=said)
    low, high = np.clip(y - half, 0, 1), np.clip(y + half, 0, 1)
    ax.fill_between(x, low, high, step="post", color=colour, alpha=0.15, linewidth=0)


def _quantiles(point: _draw.Point) -> list[tuple[float, float]]:
    """Times in us and the share of ended teardowns that took at most so long."""
    if point.result:
        return [(us, percent / 100) for percent, us in point.result.teardown.quantiles_us]
    known = (("teardown_median_us", 0.5), ("teardown_p99_us", 0.99))
    return [(point.row[n], share) for n, share in known if point.row[n] is not None]


def teardown(results: Results, *, ax: Axes | None = None) -> Axes:
    """How long teardown took, over all teardowns, ended or not.

    Of results with every run (``by_run=True``): the empirical distribution with its 95 % band.  Of
    others, which have quantiles only, markers with nothing between: 11 of a run, median and 99th
    percentile of a sweep's point.
    """
    points = _draw.points_of(results)
    with _draw.axes(ax) as ax:
        for point, label in zip(points, _draw.labels(points), strict=True):
            if (times := _every(point)) is not None and len(times):
                _steps(ax, times, label, _draw.style(point.variant))
                continue
            row, found = point.row, _quantiles(point)
            shares = [share * row["teardowns"] / row["runs"] for _, share in found]
            ended = f"{len(found)} quantiles, {row['teardowns']} of {row['runs']} ended"
            ax.plot([us for us, _ in found], shares, linestyle="none", label=f"{label} ({ended})",
                    **_draw.style(point.variant))  # fmt: skip
        ax.set(xscale="log", xlabel="teardown (µs)", ylim=(0, 1.02))
        _draw.plain_log(ax)
        ax.set_ylabel("share of teardowns")
        ax.legend(fontsize="small")
    return ax


def in_flight(results: Results, *, ax: Axes | None = None) -> Axes:
    """Pages in flight after destroy, a line a variant: the median, and dotted the 99th percentile.

    A line ends where the runs ended; runs that were over before count as zero pages.  Of results of
    run and compare: a sweep's points do not have it.
    """
    points = [point for point in _draw.points_of(results) if point.result]
    if not points:
        raise ConfigError("plot: a sweep does not keep pages in flight; give results of compare()")
    with _draw.axes(ax) as ax:
        for point, label in zip(points, _draw.labels(points), strict=True):
            assert point.result
            ages = np.array(point.result.in_flight.after_destroy, dtype=float).reshape(-1, 4)
            look = _draw.style(point.variant)
            ax.plot(ages[:, 0], ages[:, 1], label=label, markersize=4, **look)
            ax.plot(ages[:, 0], ages[:, 2], linestyle=":", color=look["color"])
        ax.set(xscale="log", xlabel="since destroy (s)", ylabel="pages in flight")
        ax.set_ylim(bottom=0)
        ax.legend()
    return ax


def exposure(results: Results, kind: KindName | str, *, ax: Axes | None = None) -> Axes:
    """Beside the counted share of harmed runs, the estimate from the windows that runs measured."""
    points = [point for point in _draw.points_of(results) if point.row["runs"]]
    _known(kind)
    if not points:
        raise ConfigError("plot: nothing ran at any of these points")
    with _draw.axes(ax) as ax:
        counted = [point.row.harm(kind) for point in points]
        dots = {"fmt": "o", "color": _draw.COLOURS[1]}
        _draw.bars(ax, range(len(points)), counted, label="counted", **dots)
        column = _schema.kind_column(kind, "exposure_estimate")
        known = [(i, p.row[column]) for i, p in enumerate(points) if p.row[column] is not None]
        x, estimates = [i for i, _ in known], [estimate for _, estimate in known]
        ax.plot(x, estimates, "x", color=_draw.COLOURS[2], label="estimated, no count")
        ax.set_xticks(range(len(points)), _draw.labels(points), rotation=45, ha="right")
        _draw.shares(ax, f"teardowns with {kind}")
        ax.legend()
    return ax


def _ends(headline: Headline, parameter: str) -> list[Moved]:
    """The move of a parameter that takes it farthest down, and up; in between are names' others."""
    moves = [
        m for m in headline.moves if m.parameter == parameter and np.isfinite(m.estimate.value)
    ]
    lowest = min(moves, key=lambda move: move.estimate.value)
    highest = max(moves, key=lambda move: move.estimate.value)
    base = headline.base.value
    below, above = lowest.estimate.value < base, highest.estimate.value > base
    return [lowest] * below + [highest] * above


def tornado(headline: Headline, *, most: int = 12, ax: Axes | None = None) -> Axes:
    """How far each parameter moves a headline of :func:`poolrace.robust`, the farthest on top.

    A bar a parameter, from its lower to its higher value; the line is where everything is as it is.
    """
    if not isinstance(headline, Headline):
        raise TypeError("plot: tornado() draws a headline, e.g. poolrace.robust()[0]")
    movers = headline.movers()[:most][::-1]
    with _draw.axes(ax) as ax:
        for place, mover in enumerate(movers):
            for move in _ends(headline, mover.parameter):
                by = move.estimate.value - headline.base.value
                ax.barh(place, by, left=headline.base.value, color=_draw.COLOURS[1], height=0.7)
                side = "left" if by > 0 else "right"
                ax.annotate(move.value, (move.estimate.value, place), ha=side, va="center",
                            xytext=(4 if by > 0 else -4, 0), textcoords="offset points",
                            fontsize="x-small")  # fmt: skip
        ax.axvline(headline.base.value, color="black", linewidth=1)
        ax.set_yticks(range(len(movers)), [mover.parameter for mover in movers])
        ax.margins(x=0.25)
        unit = f" ({headline.unit.replace('us', 'µs')})" if headline.unit else ""
        ax.set_xlabel(f"{_draw.short(headline.variant)}: {headline.headline}{unit}")
    return ax


def screening(headline: Screened, *, most: int = 8, ax: Axes | None = None) -> Axes:
    """What decides a headline of :func:`poolrace.screen`: mu_star to the right, sigma upwards.

    A dot a parameter with the 95 % interval of its mu_star, the ``most`` largest with their names.
    Above the line an effect scatters more than its size: it acts through other parameters.
    """
    if not isinstance(headline, Screened):
        raise TypeError("plot: screening() draws a headline, e.g. poolrace.screen()[0]")
    with _draw.axes(ax) as ax:
        across = [effect.mu_star for effect in headline.effects]
        up = [effect.sigma for effect in headline.effects]
        sure = [effect.mu_star_conf for effect in headline.effects]
        ax.errorbar(across, up, xerr=sure, fmt="o", color=_draw.COLOURS[1], elinewidth=0.8)
        for effect in headline.effects[:most]:
            if effect.mu_star > 0:
                ax.annotate(effect.parameter, (effect.mu_star, effect.sigma), xytext=(4, 4),
                            textcoords="offset points", fontsize="x-small")  # fmt: skip
        end = max([*across, *up, 0])
        ax.plot([0, end], [0, end], color="black", linewidth=1, linestyle=":")
        unit = f", {headline.unit.replace('us', 'µs')}" if headline.unit else ""
        ax.set_xlabel(
            f"{_draw.short(headline.variant)}: {headline.headline}\nmean size of an effect{unit}"
        )
        ax.set_ylabel(f"scatter of the effect{unit}")
        ax.margins(x=0.15)
    return ax


def _rare_marks(ax: Axes, found: Sequence[tuple[float, Rare]], look: Mapping[str, Any]) -> None:
    """Filled with its interval; hollow: standard error; a triangle down: below that."""
    for x, row in found:
        value, low, high = row.probability
        if value > 0 and math.isfinite(low):
            ax.errorbar([x], [value], yerr=[[value - low], [high - value]], elinewidth=0.8, **look)
        elif value > 0:
            down = min(row.standard_error, 0.9 * value)  # a log axis has no bottom
            ax.errorbar([x], [value], yerr=[[down], [row.standard_error]], elinewidth=0.8,
                        **{**look, "markerfacecolor": "none"})  # fmt: skip
        else:
            ax.plot([x], [row.plain.high], **{**look, "marker": "v", "markerfacecolor": "none"})


def rare(found: Mapping[float, RareResult], parameter: str = "", *, ax: Axes | None = None) -> Axes:
    """Rare probabilities against a parameter, whose values are the keys of ``found``; log axes.

    A line a variant: filled marks have their 95 % interval, hollow ones too few hits for one and
    their standard error (no line goes where that is more than half), and a triangle that points
    down is the bound of the plain runs where nothing was seen.  The dotted
    line is what plain runs, as many as these samples, bound where none of them hit.
    """
    if not found or not all(isinstance(result, RareResult) for result in found.values()):
        raise ConfigError("plot: rare() draws {value: poolrace.rare(...), ...}")
    by_variant: dict[str, list[tuple[float, Rare]]] = {}
    for x, result in sorted(found.items()):
        for row in result:
            if row.samples:
                by_variant.setdefault(row.variant, []).append((x, row))
    if not by_variant:
        raise ConfigError("plot: no sample was taken at any of these points")
    with _draw.axes(ax) as ax:
        for variant, rows in by_variant.items():
            look = {**_draw.style(variant), "linestyle": "none", "label": None}
            seen = [(x, row.probability.value) for x, row in rows if row.is_told]
            ax.plot([], [], **_draw.style(variant), label=_draw.short(variant))
            if seen:
                ax.plot(*zip(*seen, strict=True), color=look["color"])
            _rare_marks(ax, rows, look)
        bounds: dict[float, float] = {}
        for x, row in (one for rows in by_variant.values() for one in rows):
            if row.plain.hits == 0:
                bounds[x] = min(bounds.get(x, 1.0), row.plain.high)
        ax.plot(*zip(*sorted(bounds.items()), strict=True) if bounds else ([], []), color="black",
                linewidth=1, linestyle=":", label="plain runs' bound")  # fmt: skip
        ax.set(xscale="log", yscale="log")
        ax.set_xticks(sorted(found), labels=[f"{x:g}" for x in sorted(found)])
        ax.set_xticks([], minor=True)
        ax.set_xlabel(_draw.axis_label(parameter) if parameter else "")
        kind = next(iter(found.values()))[0].kind
        ax.set_ylabel(f"probability of {kind} a teardown")
        _draw.legend(ax)
    return ax


def verdicts(explored: ExploreResult, *, ax: Axes | None = None) -> Axes:
    """Variants down, kinds across; colour is the worst class found in any program's order.

    The class is written in its field too.  A dot marks a variant with a verdict that is not
    complete: there, absence says nothing.
    """
    if not all(isinstance(verdict, Verdict) for verdict in explored):
        raise TypeError("plot: verdicts() draws what poolrace.explore() gives")
    with _draw.axes(ax) as ax:
        _verdicts(explored, ax)
    return ax


def _verdicts(explored: Sequence[Verdict], ax: Axes) -> None:
    variants = list(dict.fromkeys(verdict.variant for verdict in explored))
    found = {finding.kind for verdict in explored for finding in verdict.findings}
    kinds = [kind for kind in _tables.kinds() if kind in found] or ["any kind"]
    worst = np.zeros((len(variants), len(kinds)))
    for verdict in explored:
        row = variants.index(verdict.variant)
        for finding in verdict.findings:
            column = kinds.index(finding.kind)
            worst[row, column] = max(worst[row, column], _CLASSES.index(finding.harm_class))
        if not verdict.complete:
            ax.plot(-0.65, row, "k.", clip_on=False)
    colours = need("poolrace.plot", "matplotlib.colors")
    patches = need("poolrace.plot", "matplotlib.patches")
    ax.imshow(worst, cmap=colours.ListedColormap(_COLOURS), vmin=-0.5, vmax=5.5, aspect="auto")
    for (row, column), value in np.ndenumerate(worst):
        if value:
            text = "harmless" if value == 1 else _CLASSES[int(value)]
            colour = "white" if value == len(_CLASSES) - 1 else "black"
            ax.text(column, row, text, ha="center", va="center", color=colour, fontsize=7)
    ax.set_xticks(range(len(kinds)), kinds, rotation=45, ha="right")
    ax.set_yticks(range(len(variants)), variants)
    ax.set_xticks(np.arange(len(kinds)) - 0.5, minor=True)
    ax.set_yticks(np.arange(len(variants)) - 0.5, minor=True)
    ax.grid(which="minor", color="#767676", linewidth=1)
    ax.tick_params(which="minor", length=0)
    shown = sorted({int(value) for value in worst.flat})
    labels = {0: "not found", 1: "found, harmless here"}
    handles = [
        patches.Patch(facecolor=_COLOURS[i], edgecolor="#767676", label=labels.get(i, _CLASSES[i]))
        for i in shown
    ]
    ax.legend(handles=handles, bbox_to_anchor=(1.01, 1), loc="upper left")
