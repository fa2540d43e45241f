# SPDX-License-Identifier: MIT
"""A sweep's store on disk as a table, without running anything."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from os import PathLike
from pathlib import Path
from typing import Any

from ._errors import ConfigError
from ._estimates import Pairs
from ._process import whole
from ._rows import Row, row_of_point
from ._runs import RunTable, kept
from ._scenario import typed
from ._schema import parameter_columns
from ._sweep_result import SweepResult, split
from ._words import one_if_any, options, path_of


def _read(path: str, query: str) -> list[str]:
    """The one column that a query of the store's file gives."""
    uri = Path(path).resolve().as_uri() + "?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as database:
        return [value for (value,) in database.execute(query)]


def _problems(path: str) -> Iterator[tuple[dict[str, str], Pairs]]:
    """Of every point: who ran, and all parameters, as the store has them."""
    known = parameter_columns()
    for text in _read(path, "SELECT text FROM problems"):
        head, _, tail = text.partition("\nparameters:\n")
        of_head = dict(line.split("=", 1) for line in head.splitlines() if "=" in line)
        lines = (line.split("=", 1) for line in tail.splitlines() if "=" in line)
        yield of_head, Pairs({name: typed(name, value) for name, value in lines if name in known})


def _axes(path: str) -> tuple[str, ...]:
    names = _read(path, "SELECT name FROM axes ORDER BY rowid")
    return tuple(dict.fromkeys([*names, "variant"]))


def open_store(
    path: str | PathLike[str], *, versus: str | None = None, by_run: bool = False
) -> SweepResult:
    """The table of a store that :func:`sweep` or ``poolrace sweep`` has filled.

    ``versus``: against which variant differences by run are told, the first of
    :func:`variants` if absent.  ``by_run``: every run too, for ``.runs.to_pandas()``.

    Sorted as ``poolrace export`` prints it; ``runs_computed`` is 0.  Every row has the parameters
    that ran.  A file that is absent or no store is a :class:`ConfigError`.
    """
    name = path_of("open_store", path)
    if not Path(name).is_file():
        what = "is a folder" if Path(name).is_dir() else "there is no file"
        raise ConfigError(f"open_store: {what}: {name!r}")
    words = ["export", "--store", name, "--format", "json"]
    words += options({"versus": one_if_any("versus", versus)})
    with kept(by_run) as every:
        points: list[dict[str, Any]] = json.loads(whole([*words, *every.words]).stdout)["points"]
    problems, axes = list(_problems(name)), _axes(name)

    def row(point: dict[str, Any], table: RunTable | None) -> Row:
        """With the one problem that this point can be: presets have no line there."""
        fits = [
            values
            for head, values in problems
            if all(head.get(k) == str(point[k]) for k in ("variant", "profile", "seed", "world"))
            and all(values[k] == point[k] for k in axes if k in values)
        ]
        return row_of_point(point, fits[0] if len(fits) == 1 else Pairs({}), table)

    rows = tuple(map(row, points, split(every.table, points)))
    return SweepResult(rows, axes, None, 0, 0, json.dumps({"points": points}))
