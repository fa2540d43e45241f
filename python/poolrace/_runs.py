# SPDX-License-Identifier: MIT
"""How many runs there were; and each of them, if ``by_run=True`` asked for that."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, overload

from . import _schema
from ._errors import ConfigError, need
from ._estimates import Pairs

if TYPE_CHECKING:
    import pandas

_NUMPY = {"count": "int64", "seed": "uint64", "number": "float64", "flag": "bool"}


def _typed(kind: _schema.Kind, text: str) -> Any:
    if kind == "text":
        return text
    if kind == "flag":
        return text == "true"
    if not text:
        return None
    return float(text) if kind == "number" else int(text)


class RunTable(Sequence[Pairs]):
    """Immutable: a mapping a run, of the columns that :func:`run_columns` lists and of those that
    tell where it belongs (``variant``, what was varied)."""

    def __init__(self, names: Sequence[str], lines: Sequence[Sequence[str]]):
        self._names, self._lines = tuple(names), tuple(map(tuple, lines))

    @classmethod
    def read(cls, text: str) -> RunTable:
        """Of the CSV that the program writes."""
        names, *lines = list(csv.reader(io.StringIO(text))) or [[]]
        return cls(names, lines)

    @classmethod
    def joined(cls, tables: Sequence[RunTable]) -> RunTable:
        return cls(tables[0]._names, [line for table in tables for line in table._lines])

    @property
    def columns(self) -> tuple[str, ...]:
        return self._names

    def _kinds(self) -> list[_schema.Kind]:
        known = _schema.run_columns()  # a file's contents, which tell points apart, have no line
        return [known[name].kind if name in known else "text" for name in self._names]

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, key: int) -> Pairs: ...
    @overload
    def __getitem__(self, key: slice) -> RunTable: ...
    def __getitem__(self, key: int | slice) -> Pairs | RunTable:
        if isinstance(key, slice):
            return RunTable(self._names, self._lines[key])
        typed = map(_typed, self._kinds(), self._lines[key])
        return Pairs(dict(zip(self._names, typed, strict=True)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RunTable):
            return NotImplemented
        return (self._names, self._lines) == (other._names, other._lines)

    def __hash__(self) -> int:
        return hash((self._names, self._lines))

    def __repr__(self) -> str:
        return f"RunTable({len(self)} runs: {', '.join(self._names)})"

    def column(self, name: str) -> list[Any]:
        place = self._names.index(name)
        kind = self._kinds()[place]
        return [_typed(kind, line[place]) for line in self._lines]

    def where(self, name: str, text: str) -> RunTable:
        """The runs with this in a column of names."""
        place = self._names.index(name)
        return RunTable(self._names, [line for line in self._lines if line[place] == text])

    def to_pandas(self) -> pandas.DataFrame:
        """One row a run; ``attrs["units"]`` has the units of columns."""
        pd = need(".to_pandas()", "pandas")
        text = "str" if int(pd.__version__.partition(".")[0]) >= 3 else object
        frame: pandas.DataFrame = pd.DataFrame(
            {
                name: pd.Series(self.column(name), dtype=_NUMPY.get(kind, text))
                for name, kind in zip(self._names, self._kinds(), strict=True)
            }
        )
        known = _schema.run_columns().values()
        frame.attrs["units"] = {c.name: c.unit for c in known if c.unit and c.name in self._names}
        return frame


class Runs(int):
    """The number of runs that were done.  With ``by_run=True`` it has each of them, as ``table``:
    outcome, kinds, dates, latencies, costs, pages in flight, replay string."""

    _table: RunTable | None

    def __new__(cls, number: int, table: RunTable | None = None) -> Runs:
        made = super().__new__(cls, number)
        made._table = table
        return made

    def __reduce__(self) -> Any:
        return type(self), (int(self), self._table)

    @property
    def table(self) -> RunTable:
        if self._table is None:
            raise ConfigError("runs: only their sums were kept; by_run=True keeps each run")
        return self._table

    def to_pandas(self) -> pandas.DataFrame:
        """One row a run."""
        return self.table.to_pandas()


class Kept:
    """Where the program writes its runs: ``words`` ask for that, ``table`` is there afterwards."""

    words: tuple[str, ...] = ()
    table: RunTable | None = None


@contextmanager
def kept(by_run: bool) -> Iterator[Kept]:
    asked = Kept()
    if not by_run:
        yield asked
        return
    with TemporaryDirectory(prefix="poolrace-") as folder:
        file = Path(folder) / "runs.csv"
        asked.words = ("--by-run", str(file))
        yield asked
        asked.table = RunTable.read(file.read_text(encoding="utf-8"))
