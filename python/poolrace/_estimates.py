# SPDX-License-Identifier: MIT
"""Numbers with their uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _digits(value: float) -> str:
    """Three digits that count, or all before the point; rises with the value, so that no estimate
    is printed outside its interval."""
    return f"{value:.3g}" if not abs(value) >= 999.5 else f"{value:.0f}"


class Stable:
    """Of frozen dataclasses: what is not a number equals itself, copied or sent elsewhere too."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            if (value := getattr(self, field.name)) != value:
                object.__setattr__(self, field.name, math.nan)  # tuples compare by identity first

    def __reduce__(self) -> Any:
        return type(self), tuple(getattr(self, f.name) for f in fields(self))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Interval(Stable):
    """A value with its 95 % bounds; unpacks as ``value, low, high``."""

    value: float
    low: float
    high: float

    def __iter__(self) -> Iterator[float]:
        return iter((self.value, self.low, self.high))

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "—"
        if math.isinf(self.low) or math.isinf(self.high):  # too few pairs for bounds
            return f"{_digits(self.value)} (too few runs)"
        return f"{_digits(self.value)} ({_digits(self.low)} … {_digits(self.high)})"

    @property
    def error_bars(self) -> tuple[float, float]:
        """How far the bounds are below and above the value, as matplotlib wants them."""
        return self.value - self.low, self.high - self.value

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Interval:
        """Bounds that JSON cannot say (null) are infinite."""
        value, low, high = (data[key] for key in ("value", "low", "high"))
        return cls(
            math.nan if value is None else value,
            -math.inf if low is None else low,
            math.inf if high is None else high,
        )


@dataclass(frozen=True)
class Proportion(Interval):
    """A probability from ``hits`` in ``runs``, with Clopper-Pearson bounds."""

    hits: int
    runs: int

    def __str__(self) -> str:
        if self.runs == 0:
            return "nothing ran"
        if self.hits == 0:
            return f"none in {self.runs} (< {_percent(self.high)})"
        bounds = f"{_percent(self.low)} … {_percent(self.high)}"
        return f"{_percent(self.value)} ({bounds}), {self.hits} in {self.runs}"

    @classmethod
    def none(cls, runs: int) -> Proportion:
        """No hit: the upper bound has a closed form.  No run: nothing is known."""
        if not runs:
            return cls(math.nan, math.nan, math.nan, 0, 0)
        return cls(0.0, 0.0, 1 - 0.025 ** (1 / runs), 0, runs)


class Pairs(Mapping[str, Any]):
    """Names and values that do not change: hashable, equal to a dict of the same."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any]):
        self._items = dict(items)

    def __getitem__(self, name: str) -> Any:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        """As the command line prints it: "iommu=strict coherent=false"."""
        said = self._items.items()
        return " ".join(f"{k}={str(v).lower() if isinstance(v, bool) else v}" for k, v in said)
