# SPDX-License-Identifier: MIT
"""Floats of a computation, as finely as a parameter has them; it is said that they were rounded.

``0.1 + 0.2`` and ``numpy.geomspace()`` give digits that nobody wrote.  What was written (a string,
a Decimal) is refused if it is too fine, as on the command line.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Any

from . import _core
from ._errors import ConfigError
from ._tables import rows
from ._words import plain, text_of, value_text


@cache
def _kinds() -> dict[str, str]:
    return {row["name"]: row["kind"] for row in rows("parameters")}


@cache
def resolution(name: str) -> Decimal | None:
    """The smallest step of a decimal parameter; None if it is none.

    The core tells it only when it refuses a value, so it is asked for one that is too fine.
    """
    if _kinds().get(name) != "decimal":
        return None
    try:
        _core.resolve_json("seed-race", "", "", [(name, "0." + "0" * 40 + "1")])
    except ConfigError as error:
        told = re.search(r"resolution of ([0-9.]+)", str(error))
        return Decimal(told[1]) if told else None
    return None


def _rounded(name: str, value: Any) -> str | None:
    """Another text for a float; None if its own will do, or nothing is near."""
    if not isinstance(value, float) or value != value or abs(value) == float("inf"):
        return None
    exact = Decimal(repr(value))
    if step := resolution(name):
        near = (exact / step).quantize(Decimal(1), ROUND_HALF_EVEN) * step
        if near == exact or not near:  # what would become 0 is refused, not changed
            return None
        text = text_of(near)
        return text.rstrip("0").rstrip(".") if "." in text else text
    whole = round(value)
    if _kinds().get(name) == "integer" and 0 < abs(value - whole) <= 1e-9 * abs(whole):
        return str(whole)
    return None


def _callers_level() -> int:
    """How far up the first caller outside the package is: a warning points there."""
    frame, level = sys._getframe(1), 1
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "poolrace":
        if not frame.f_back:
            break
        frame, level = frame.f_back, level + 1
    return level


def texts(where: str, given: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Names and texts of values of parameters; one warning names all that were rounded."""
    said, found = [], []
    for name, value in given:
        value = plain(value)
        text = _rounded(name, value)
        if text is not None:
            said.append(f"{name}={value!r} to {text}")
        found.append((name, value_text(where, name, value) if text is None else text))
    if said:
        more = f", and {len(said) - 3} more" if len(said) > 3 else ""
        warnings.warn(
            f"{where}: rounded to the parameter's resolution: {', '.join(said[:3])}{more}",
            stacklevel=_callers_level(),
        )
    return found
