# SPDX-License-Identifier: MIT
"""Figures from results; every function takes an axes, or makes one, and returns it.

Intervals are always drawn.  Results do not carry the length of every dangerous window, only what
follows from it, the exposure estimate: so there is no histogram of windows here, but
:func:`exposure`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _tables
from ._errors import ConfigError, need
from ._estimates import Interval
from ._explore import ExploreResult
from ._results import CompareResult, RunResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Results = Iterable[CompareResult | RunResult]

_CLASSES = ("nothing", "none", "stall", "leak", "corruption", "crash")
_COLOURS = ("#f4f4f4", "#d7e3f0", "#f6e3a1", "#f2b872", "#d9775f", "#a31621")
_COSTS = {
    "paired_delta_ns_per_packet": "CPU more than the first variant, ns/packet",
    "sync_ns_per_packet": "in the sync, ns/packet",
    "guard_ns_per_packet": "in what guards the sync, ns/packet",
    "cpu_ns_per_packet": "CPU, ns/packet",
}


def _axes(ax: Axes | None) -> Axes:
    plt = need("poolrace.plot", "matplotlib.pyplot")
    made: Axes = plt.subplots()[1] if ax is None else ax
    return made


def _flat(results: Results) -> list[RunResult]:
    return [run for one in results for run in ([one] if isinstance(one, RunResult) else one)]


def _names(runs: Iterable[RunResult]) -> list[str]:
    return list(dict.fromkeys(run.variant for run in runs))


def _unit(parameter: str) -> str:
    for row in _tables.parameters():
        if row["name"] == parameter:
            return f", {row['unit']}" if row["unit"] else ""
    raise ConfigError(f"unknown parameter '{parameter}': see poolrace.parameters()")


def _colour(variant: str) -> Any:
    """The same in every figure; those that were published near each other differ."""
    names = list(_tables.variants())
    place = names.index(variant) if variant in names else len(names)
    return need("poolrace.plot", "matplotlib").colormaps["tab20"](7 * place % 20)


def _bars(ax: Axes, x: Sequence[float], estimates: Sequence[Interval], **style: Any) -> None:
    bars = np.clip(np.array([e.error_bars for e in estimates]).T, 0, None)
    ax.errorbar(x, [e.value for e in estimates], yerr=bars, capsize=3, **style)


def _wrapped(names: Sequence[str], each: int = 3) -> list[str]:
    return [", ".join(names[i : i + each]) for i in range(0, len(names), each)]


def _against(
    ax: Axes, runs: Sequence[RunResult], parameter: str, estimates: Sequence[Interval]
) -> None:
    """One line a variant over the values of a parameter; names are spread evenly.

    Variants that agree everywhere, bounds included, share a line.
    """
    label = parameter + _unit(parameter)
    values = [run.scenario.values[parameter] for run in runs]
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    places = list(dict.fromkeys(values))
    lines: dict[tuple[Any, ...], list[str]] = {}
    for name in _names(runs):
        mine = [j for j, run in enumerate(runs) if run.variant == name]
        lines.setdefault(tuple((values[j], estimates[j]) for j in mine), []).append(name)
    for i, (points, agreeing) in enumerate(lines.items()):
        shift = 0.0 if numeric else 0.5 * ((i + 0.5) / len(lines) - 0.5)
        x = [value if numeric else places.index(value) + shift for value, _ in points]
        style = {"marker": "o", "markersize": 4, "linestyle": "-" if numeric else "none"}
        style |= {"label": "\n".join(_wrapped(agreeing)), "color": _colour(agreeing[0])}
        _bars(ax, x, [e for _, e in points], **style)
    if not numeric:
        ax.set_xticks(range(len(places)), [str(value).lower() for value in places])
    elif min(values) > 0 and max(values) >= 8 * min(values):
        ax.set_xscale("log")
    ax.set_xlabel(label)
    ax.legend(fontsize="small")


def probability(
    results: Results, parameter: str, *, kind: str | None = None, ax: Axes | None = None
) -> Axes:
    """Crash probability (or of harm of one ``kind``) with its bounds, against a parameter."""
    ax, runs = _axes(ax), _flat(results)
    estimates = [run.kind(kind).harm if kind else run.crash for run in runs]
    _against(ax, runs, parameter, estimates)
    ax.set_ylabel(f"teardowns with {kind}" if kind else "teardowns that crash")
    return ax


def cost(
    results: Results,
    parameter: str = "load_mpps",
    *,
    what: str = "paired_delta_ns_per_packet",
    ax: Axes | None = None,
) -> Axes:
    """A cost a packet against a parameter; only the paired difference has bounds."""
    if what not in _COSTS:
        raise ConfigError(f"unknown cost '{what}'; allowed: {', '.join(_COSTS)}")
    ax, runs = _axes(ax), _flat(results)
    costs = [getattr(run.cost, what) for run in runs]
    estimates = [c if isinstance(c, Interval) else Interval(c, c, c) for c in costs]
    _against(ax, runs, parameter, estimates)
    ax.set_ylabel(_COSTS[what])
    return ax


def teardown(results: Results, *, ax: Axes | None = None) -> Axes:
    """How long teardown took: the share of teardowns that took at most so long, a variant."""
    ax = _axes(ax)
    for run in _flat(results):
        times, shares = run.teardown.ecdf()
        ended = f"{run.teardown.runs} of {run.runs}"
        ax.plot(times, shares * run.teardown.runs / run.runs, marker=".", drawstyle="steps-post",
                color=_colour(run.variant), label=f"{run.variant} ({ended} ended)")  # fmt: skip
    ax.set(xscale="log", xlabel="teardown, us", ylabel="share of teardowns", ylim=(0, 1.02))
    ax.legend()
    return ax


def in_flight(results: Results, *, ax: Axes | None = None) -> Axes:
    """Pages in flight after destroy, a line a variant: the median, and dotted the 99th percentile.

    A line ends where the runs ended; runs that were over before count as zero pages.
    """
    ax = _axes(ax)
    for run in _flat(results):
        points = np.array(run.in_flight.after_destroy, dtype=float).reshape(-1, 4)
        colour = _colour(run.variant)
        ax.plot(points[:, 0], points[:, 1], marker=".", color=colour, label=run.variant)
        ax.plot(points[:, 0], points[:, 2], linestyle=":", color=colour)
    ax.set(xscale="log", xlabel="since destroy, s", ylabel="pages in flight")
    ax.set_ylim(bottom=0)
    ax.legend()
    return ax


def exposure(results: Results, kind: str, *, ax: Axes | None = None) -> Axes:
    """Beside the counted share of harmed runs, the estimate from the windows that runs measured."""
    ax, runs = _axes(ax), _flat(results)
    _bars(ax, range(len(runs)), [run.kind(kind).harm for run in runs], fmt="o", label="counted")
    estimates = [(i, run.kind(kind).exposure_estimate) for i, run in enumerate(runs)]
    known = [(i, estimate) for i, estimate in estimates if estimate is not None]
    ax.plot([i for i, _ in known], [e for _, e in known], "x", label="estimated, no count")
    ax.set_xticks(range(len(runs)), [run.variant for run in runs], rotation=45, ha="right")
    ax.set_ylabel(f"teardowns with {kind}")
    ax.legend()
    return ax


def verdicts(explored: ExploreResult, *, ax: Axes | None = None) -> Axes:
    """Variants down, kinds across; colour is the worst class found in any program's order.

    A dot marks a variant with a verdict that is not complete: there, absence says nothing.
    """
    ax = _axes(ax)
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
    ax.set_xticks(range(len(kinds)), kinds, rotation=45, ha="right")
    ax.set_yticks(range(len(variants)), variants)
    ax.set_xticks(np.arange(len(kinds)) - 0.5, minor=True)
    ax.set_yticks(np.arange(len(variants)) - 0.5, minor=True)
    ax.grid(which="minor", color="white", linewidth=2)
    ax.tick_params(which="minor", length=0)
    shown = sorted({int(value) for value in worst.flat})
    labels = {0: "not found", 1: "found, harmless here"}
    handles = [patches.Patch(color=_COLOURS[i], label=labels.get(i, _CLASSES[i])) for i in shown]
    ax.legend(handles=handles, bbox_to_anchor=(1.01, 1), loc="upper left")
    return ax
