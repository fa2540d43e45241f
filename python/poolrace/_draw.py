# SPDX-License-Identifier: MIT
"""What figures are made of: points of any result, what sets them apart, colours and labels."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _schema, _tables
from ._errors import ConfigError, need
from ._estimates import Interval
from ._results import RunResult
from ._rows import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import ErrorbarContainer

#: At least 3:1 on white, and apart for those who see two colours (tests compute both).
COLOURS = ("#000000", "#0072b2", "#d55e00", "#9900ff", "#ff0066", "#663300", "#000066")
MARKERS = ("o", "s", "^", "D", "v")
_LINES = ("-", "--", "-.", ":")


@dataclass(frozen=True)
class Point:
    """What one variant gave under one setting: a row, and the result if it is of a run."""

    row: Row
    result: RunResult | None

    @property
    def variant(self) -> str:
        name: str = self.row["variant"]
        return name


def points_of(given: Any) -> list[Point]:
    """All points of a result, of a row, or of a list of such, in any depth; each once."""
    found = dict.fromkeys(_points(given))
    if not found:
        raise ConfigError("plot: there is nothing to draw, no result was given")
    return list(found)


def _points(given: Any) -> Iterator[Point]:
    if isinstance(given, RunResult):
        yield Point(given.row, given)
    elif isinstance(given, Row):
        yield Point(given, None)
    elif isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping):
        for one in given:
            yield from _points(one)
    else:
        raise TypeError(f"plot: {given!r} is no result; give one of run, compare or sweep, or many")


def _follows(points: Sequence[Point], name: str, leader: str) -> bool:
    """Does one column have one value for every value of another?"""
    pairs = {(p.row[leader], p.row[name]) for p in points}
    return len(pairs) == len({value for value, _ in pairs})


def differing(points: Sequence[Point], but: str | None = None) -> list[str]:
    """What else varies: columns of the setting, without those that a profile or preset explains."""
    settings = [c.name for c in _schema.IDENTITY if c.name != "variant"]
    settings += _schema.parameter_columns()
    names = [n for n in settings if len({p.row[n] for p in points}) > 1]
    for leader in ("scenario", "profile"):
        if leader in names:
            names = [
                name
                for name in names
                if name == leader
                or name not in _schema.parameter_columns()
                or not _follows(points, name, leader)
            ]
    for preset, sets in _tables.presets().items():
        if preset in names:
            names = [n for n in names if n not in sets]
        elif but in sets:
            names = [n for n in names if n != preset]
    return [name for name in names if name != but]


def settings_text(point: Point, names: Sequence[str]) -> str:
    """ "iommu=lazy, hz=250": what sets a point apart."""
    values = ((name, point.row[name]) for name in names)
    return ", ".join(f"{n}={str(v).lower() if isinstance(v, bool) else v}" for n, v in values)


def labels(points: Sequence[Point]) -> list[str]:
    """A label a point: its variant, and what else varies."""
    names = differing(points)
    return [", ".join(filter(None, (short(p.variant), settings_text(p, names)))) for p in points]


def short(variant: str) -> str:
    """A tree without the folders above it and without the hash of its content."""
    if not variant.startswith("linux:"):
        return variant
    return "linux:" + variant.removeprefix("linux:").partition("#")[0].rpartition("/")[2]


def style(variant: str) -> dict[str, Any]:
    """Colour and marker of a variant, the same in every figure; no two have both in common."""
    names = list(_tables.variants())
    known = variant in names
    place = names.index(variant) if known else len(names) + zlib.crc32(variant.encode()) % 35
    colour = COLOURS[(3 * place + place // 7) % len(COLOURS)]
    return {"color": colour, "marker": MARKERS[place % len(MARKERS)]}


def line(group: int) -> str:
    return _LINES[group % len(_LINES)]


def axis_label(name: str, text: str | None = None) -> str:
    """ "hold_median (µs)" of hold_median_us."""
    unit = _schema.column(name).unit
    ending = re.compile(rf"_{re.escape(unit)}(_per_packet)?$", re.IGNORECASE)
    plain = ending.sub("", name) if unit else name
    if name.endswith("_gbps"):
        plain = name.removesuffix("_gbps")
    shown = unit.replace("us", "µs") if unit in ("us",) else unit
    each = "/packet" if name.endswith("_per_packet") else ""
    return (text or plain) + (f" ({shown}{each})" if unit else "")


@contextmanager
def axes(ax: Axes | None) -> Iterator[Axes]:
    """The axes that were given, or new ones, whose figure is gone if drawing fails."""
    plt = need("poolrace.plot", "matplotlib.pyplot")
    if ax is not None:
        yield ax
        return
    figure, made = plt.subplots(layout="constrained")  # a legend beside the axes is not cut off
    try:
        yield made
    except BaseException:
        plt.close(figure)
        raise


def aside(ax: Axes, drawn: ErrorbarContainer, index: int, of: int) -> None:
    """Moves a line so many points to the side that equal values do not hide each other.

    On the paper alone: values stay what they are, on a logarithmic axis too.
    """
    transforms = need("poolrace.plot", "matplotlib.transforms")
    points = min(4.0 * (of - 1), 16.0) * (index / max(of - 1, 1) - 0.5)
    move = transforms.ScaledTranslation(points / 72, 0, ax.figure.dpi_scale_trans)
    for artist in drawn.get_children():
        artist.set_transform(artist.get_transform() + move)


def shares(ax: Axes, of: str) -> None:
    """The y axis is of probabilities, with intervals."""
    ticker = need("poolrace.plot", "matplotlib.ticker")
    ax.yaxis.set_major_formatter(ticker.PercentFormatter(1, symbol=" %"))
    ax.set_ylabel(f"{of}, with 95 % intervals")


def legend(ax: Axes) -> None:
    """Beside the axes unless it is small; long dashes, or they look solid in it."""
    many = len(ax.get_legend_handles_labels()[0]) > 4
    beside: dict[str, Any] = {"bbox_to_anchor": (1.01, 1), "loc": "upper left"} if many else {}
    ax.legend(fontsize="small", handlelength=3.2, **beside)


def bars(
    ax: Axes, x: Sequence[float], estimates: Sequence[Interval], **how: Any
) -> ErrorbarContainer:
    spread = np.clip(np.array([e.error_bars for e in estimates]).T, 0, None)
    return ax.errorbar(x, [e.value for e in estimates], yerr=spread, capsize=3, **how)


def wrapped(names: Sequence[str], each: int = 3) -> str:
    """Names for a legend, some on a line."""
    return "\n".join(", ".join(names[i : i + each]) for i in range(0, len(names), each))


def plain_log(ax: Axes) -> None:
    """Ticks of a logarithmic axis at 1, 2 and 5, as numbers: few decades are often one."""
    ticker = need("poolrace.plot", "matplotlib.ticker")
    ax.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:,.10g}"))
    ax.xaxis.set_minor_formatter(ticker.NullFormatter())
