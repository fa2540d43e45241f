# SPDX-License-Identifier: MIT
"""Estimates against a parameter: a line a variant and setting, never one through two settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import _draw, _schema
from ._draw import Point
from ._errors import ConfigError
from ._estimates import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _values(points: Sequence[Point], parameter: str) -> list[Any]:
    known = (*_schema.parameter_columns(), "profile", "scenario")
    if parameter not in known:
        raise ConfigError(f"unknown parameter '{parameter}': see poolrace.parameters()")
    return [point.row[parameter] for point in points]


def _groups(
    points: Sequence[Point], estimates: Sequence[Interval], parameter: str
) -> dict[str, dict[str, list[tuple[Any, Interval]]]]:
    """By what else varies, then by variant: values of the parameter with estimates."""
    names = _draw.differing(points, parameter)
    groups: dict[str, dict[str, list[tuple[Any, Interval]]]] = {}
    for point, estimate in zip(points, estimates, strict=True):
        group = groups.setdefault(_draw.settings_text(point, names), {})
        line = group.setdefault(point.variant, [])
        value = point.row[parameter]
        if any(value == other for other, _ in line):
            raise ConfigError(
                f"plot: two results of {point.variant} at {parameter}={value} differ in no setting;"
                " draw them one by one"
            )
        line.append((value, estimate))
    return groups


def draw(ax: Axes, points: Sequence[Point], parameter: str, estimates: Sequence[Interval]) -> None:
    """Values that are names are spread evenly; variants that agree everywhere share a line."""
    values = list(dict.fromkeys(_values(points, parameter)))
    groups = _groups(points, estimates, parameter)
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    lines: list[tuple[int, str, list[str], tuple[tuple[Any, Interval], ...]]] = []
    for number, (text, group) in enumerate(groups.items()):
        agreeing: dict[tuple[tuple[Any, Interval], ...], list[str]] = {}
        for variant, found in group.items():
            known = sorted(found) if numeric else found
            agreeing.setdefault(tuple(known), []).append(variant)
        lines += [(number, text, variants, line) for line, variants in agreeing.items()]
    for i, (number, text, variants, line) in enumerate(lines):
        shift = 0.0 if numeric else 0.5 * ((i + 0.5) / len(lines) - 0.5)
        x = [value if numeric else values.index(value) + shift for value, _ in line]
        label = _draw.wrapped([_draw.short(name) for name in variants])
        how: dict[str, Any] = {"markersize": 4, "label": ", ".join(filter(None, (label, text)))}
        how |= {"linestyle": _draw.line(number) if numeric else "none"}
        how |= _draw.style(variants[0])
        if number % 2:  # dashes are hard to tell where points are close
            how["markerfacecolor"] = "white"
        drawn = _draw.bars(ax, x, [estimate for _, estimate in line], **how)
        if numeric:
            _draw.aside(ax, drawn, i, len(lines))
    if not numeric:
        ax.set_xticks(range(len(values)), [str(value).lower() for value in values])
    elif min(values) > 0 and max(values) >= 8 * min(values):
        ax.set_xscale("log")
    ax.set_xlabel(_draw.axis_label(parameter))
    _draw.legend(ax)
