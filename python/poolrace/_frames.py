# SPDX-License-Identifier: MIT
"""Rows as tables of pandas and xarray."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _schema
from ._errors import ConfigError, need
from ._rows import Row
from ._tables import kinds

if TYPE_CHECKING:
    import pandas
    import xarray

_NUMPY = {"count": "int64", "seed": "uint64", "number": "float64", "flag": "bool"}


def _names(first: Iterable[str]) -> list[str]:
    """Every column: who ran, what was set or varied, then what came of it."""
    front = [*(column.name for column in _schema.IDENTITY), *first]
    return list(dict.fromkeys([*front, *_schema.columns()]))


def _same(rows: Sequence[Row], name: str) -> bool:
    return all(row[name] == rows[0][name] for row in rows)


def attrs_of(rows: Sequence[Row]) -> dict[str, Any]:
    """What all rows have in common: who ran, every parameter, the units, what the bounds are."""
    said = {c.name: rows[0][c.name] for c in _schema.IDENTITY if rows and _same(rows, c.name)}
    scenario = {"name": said.pop("scenario", None)} | {
        name: rows[0][name] for name in _schema.parameter_columns() if rows and _same(rows, name)
    }
    units = _schema.units(list(_schema.columns()))
    return {**said, "scenario": scenario, "units": units, "interval": dict(_schema.INTERVAL)}


def to_pandas(rows: Sequence[Row], first: Iterable[str] = ()) -> pandas.DataFrame:
    """One row a row; a column has one type in all tables, whatever is missing in it."""
    pd = need(".to_pandas()", "pandas")
    text = "str" if int(pd.__version__.partition(".")[0]) >= 3 else object

    def series(name: str) -> Any:
        values = [row[name] for row in rows]
        kind = _schema.column(name).kind
        if kind == "count" and None in values:  # a parameter of a store that is not known
            kind = "number"
        if kind == "flag" and None in values:
            return pd.Series(values, dtype=object)
        if kind == "text":
            return pd.Series([np.nan if v is None else v for v in values], dtype=text)
        if kind == "number":
            values = [np.nan if v is None else float(v) for v in values]
        return pd.Series(values, dtype=_NUMPY[kind])

    frame: pandas.DataFrame = pd.DataFrame({name: series(name) for name in _names(first)})
    frame.attrs.update(attrs_of(rows))
    return frame


def _require_grid(rows: Sequence[Row], axes: Sequence[str]) -> None:
    """Points that were given one by one may be so far from a grid that its cells fill no memory."""
    cells = math.prod(len({row[axis] for row in rows}) for axis in axes)
    if cells > 1000 * max(len(rows), 1):
        raise ConfigError(
            f".to_xarray(): {len(rows)} points over {len(axes)} axes are a grid of {cells} cells, "
            "nearly all empty; use .to_pandas()"
        )


def to_xarray(rows: Sequence[Row], axes: Sequence[str]) -> xarray.Dataset:
    """What was varied as dimensions, counts by ``kind`` too; what all rows share as a scalar.

    Parameters are coordinates, so that concatenating datasets of different settings keeps them.
    """
    need(".to_xarray()", "xarray")
    _require_grid(rows, axes)
    frame = to_pandas(rows)
    by_kind = {column.name for column in _schema.OF_A_KIND}
    of_kinds = [_schema.kind_column(kind, what) for kind in kinds() for what in by_kind]
    described = [c.name for c in _schema.IDENTITY] + list(_schema.parameter_columns())
    shared = [name for name in described if name not in axes and _same(rows, name)]
    cube = frame.drop(columns=[*shared, *of_kinds]).set_index(list(axes)).to_xarray()
    grids = frame[[*axes, *of_kinds]].set_index(list(axes)).to_xarray()
    cube = cube.assign_coords(kind=list(kinds()))
    for column in _schema.OF_A_KIND:
        layers = [grids[_schema.kind_column(kind, column.name)] for kind in kinds()]
        values = np.stack([layer.values for layer in layers], axis=-1)
        cube[column.name] = ((*axes, "kind"), values, {"long_name": column.help})
    cube = cube.assign_coords({name: rows[0][name] for name in shared if rows[0][name] is not None})
    cube = cube.set_coords([name for name in described if name in cube.data_vars])
    for name in cube.variables:
        if name in _schema.columns():
            cube[name].attrs |= {"units": _schema.column(str(name)).unit or "1"}
            cube[name].attrs |= {"long_name": _schema.column(str(name)).help}
    cube.attrs = {c.name: rows[0][c.name] for c in _schema.IDENTITY if _same(rows, c.name)}
    cube.attrs["interval"] = "; ".join(f"{k}: {v}" for k, v in _schema.INTERVAL.items())
    dataset: xarray.Dataset = cube
    return dataset
