# SPDX-License-Identifier: MIT
"""The points of a sweep, one by one, as the file that the program reads."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import Any

from ._errors import ConfigError
from ._resolution import texts
from ._tables import presets
from ._words import pairs


def no_preset(where: str, name: str) -> None:
    if sets := presets().get(name):
        raise ConfigError(
            f"{where}: {name} is a preset, which sets {', '.join(sets)}: vary these, or make a "
            f"sweep of each Scenario({name}=…) and lay their tables together"
        )


def points_of(given: Any) -> list[dict[str, Any]] | None:
    """A data frame's rows, or a list of mappings, checked to be of one shape; None is none."""
    if given is None:
        return None
    rows = given.to_dict("records") if hasattr(given, "columns") else given
    if isinstance(rows, str | bytes | Mapping) or not hasattr(rows, "__iter__"):
        raise ConfigError(f"points is {given!r}; give a list of dicts, or a data frame")
    points = [pairs(f"points: point {number}", row) for number, row in enumerate(rows)]
    if not points or not points[0]:
        raise ConfigError("points: there are none")
    for number, point in enumerate(points):
        if sorted(point) != sorted(points[0]):
            named = ", ".join(point) or "nothing"
            raise ConfigError(
                f"points: point {number} has {named}; point 0 has {', '.join(points[0])}"
            )
    return points


@contextmanager
def table_of(points: Sequence[Mapping[str, Any]] | None) -> Iterator[list[str]]:
    """The words that name a file of these points, which is there while they are used."""
    if points is None:
        yield []
        return
    names = list(points[0])
    for name in names:
        no_preset("points", name)
    values = texts("points", ((name, point[name]) for point in points for name in names))
    with NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(names)
        for at in range(0, len(values), len(names)):
            table.writerow([text for _, text in values[at : at + len(names)]])
        file.flush()
        try:
            yield ["--points", file.name]
        except ConfigError as error:  # the caller knows of no file
            raise ConfigError(_without_file(str(error), file.name)) from None


def _without_file(message: str, file: str) -> str:
    def place(found: re.Match[str]) -> str:
        line = int(found[1])
        return "points" if line == 1 else f"points: point {line - 2}"

    return re.sub(rf"points {re.escape(file)} line (\d+)", place, message)
