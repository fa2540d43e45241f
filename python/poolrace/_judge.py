# SPDX-License-Identifier: MIT
"""A pool judged: can it go wrong in any order of steps, and how; also that of a kernel tree."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ._errors import Interrupted, need
from ._estimates import Pairs
from ._process import call
from ._text import Tabled
from ._words import one, path_of
from ._words import options as option_words

if TYPE_CHECKING:
    import pandas

    from ._settings import VariantName


class Linux(str):
    """The pool of a kernel tree, wherever :func:`explore` and :func:`judge` take a variant.

    ``tree``: a directory, or with ``ref`` a git repository and a ref of it (no checkout needed).

    >>> Linux("/src/linux", ref="v6.18")
    'linux:/src/linux@v6.18'
    """

    def __new__(cls, tree: str | os.PathLike[str], ref: str | None = None) -> Linux:
        path = quote(os.path.expanduser(path_of("Linux: tree", tree)), safe="/ ~+-._")
        at = "" if ref is None else "@" + quote(one("Linux: ref", ref), safe="/ ~+-._^")
        return super().__new__(cls, f"linux:{path}{at}")


@dataclass(frozen=True)
class Judgement:
    """One kind of violation in all that was tried; ``poolrace.replay(judgement.schedule)``."""

    kind: str
    harm_class: str  # "none": misuse without harm
    site: str  # of a kernel tree: file:line, call and function
    ended_by: str
    schedule: str  # few parts on the usual machine, else the shortest
    steps: int
    program: str  # of that schedule
    config: Pairs
    programs: tuple[str, ...]  # in which it was found
    machines: int  # programs on machines in which it was found


def _judgement(data: Mapping[str, Any]) -> Judgement:
    said = {name: data[name] for name in Judgement.__dataclass_fields__ if name != "harm_class"}
    said |= {"config": Pairs(data["config"]), "programs": tuple(data["programs"])}
    return Judgement(harm_class=data["class"], **said)


#: Of a table in which nothing was found, and so no machine is known.
_COLUMNS = ("variant", "kind", "harm_class", "site", "ended_by", "program", "steps", "machines",
            "schedule")  # fmt: skip


@dataclass(frozen=True, repr=False)
class JudgeResult(Tabled):
    """What ``poolrace judge`` says.  ``new`` and ``gone`` are None without ``against``."""

    variant: str
    complete: bool  # all programs on all machines, in all orders
    found: tuple[Judgement, ...]
    tried: int  # programs on machines
    planned: int
    not_tried: tuple[str, ...]
    new: tuple[Judgement, ...] | None
    gone: tuple[Judgement, ...] | None
    seconds: float = field(compare=False)
    raw: str = field(compare=False, repr=False)

    @property
    def harmed(self) -> bool:
        return any(found.harm_class != "none" for found in self.found)

    def to_dict(self) -> dict[str, Any]:
        """What ``poolrace judge --format json`` prints."""
        data: dict[str, Any] = json.loads(self.raw)
        return data

    def to_pandas(self) -> pandas.DataFrame:
        """One row a kind that was found; settings of its machine are columns."""
        rows = [
            {"variant": self.variant, "kind": f.kind, "harm_class": f.harm_class, "site": f.site,
             "ended_by": f.ended_by, "program": f.program, **f.config, "steps": f.steps,
             "machines": f.machines, "schedule": f.schedule}
            for f in self.found
        ]  # fmt: skip
        columns = list(rows[0]) if rows else list(_COLUMNS)
        frame: pandas.DataFrame = need(".to_pandas()", "pandas").DataFrame(rows, columns=columns)
        return frame

    def _table(self) -> tuple[str, list[str], list[list[str]]]:
        extent = f"{self.tried} of {self.planned} programs on machines"
        orders = "all orders" if self.complete else "not all orders"
        heads = ["class", "kind", "at", "program", "steps"]
        rows = [
            ["misuse" if f.harm_class == "none" else f.harm_class, f.kind, f.site, f.program,
             str(f.steps)]
            for f in self.found
        ]  # fmt: skip
        return f"{self.variant}: {extent} in {self.seconds:.0f} s, {orders}", heads, rows

    def __repr__(self) -> str:
        kinds = ", ".join(found.kind for found in self.found) or "nothing"
        extent = f"{self.tried} of {self.planned} programs on machines"
        return f"JudgeResult({self.variant}: {kinds} found in {extent})"


def judge(
    variant: VariantName | str,
    *,
    against: VariantName | str | None = None,
    budget_s: int = 120,
    **options: Any,
) -> JudgeResult:
    """Tries every program that decides, on all machines that matter, for ``budget_s`` seconds.

    ``variant``, ``against``: names, or :class:`Linux`.  Other keywords are options of ``poolrace
    judge`` (``jobs``, ``memory``, ``extra``, ``pool_stats``).  Ctrl-C raises
    :class:`Interrupted` with what was tried until then.
    """
    against = None if against is None else one("against", against)
    words = option_words({"against": against, "budget": budget_s, "format": "json", **options})
    done = call(["judge", one("variant", variant), *words])
    said = json.loads(done.stdout)
    lists = {
        name: tuple(map(_judgement, said[name])) if name in said else None
        for name in ("found", "new", "gone")
    }
    result = JudgeResult(
        variant=said["variant"],
        complete=said["complete"],
        found=lists["found"] or (),
        tried=sum(program["tried"] for program in said["programs"]),
        planned=len(said["programs"]),
        not_tried=tuple(said["not_tried"]),
        new=lists["new"],
        gone=lists["gone"],
        seconds=said["seconds"],
        raw=done.stdout,
    )
    if done.interrupted:
        tried = f"{result.tried} of {result.planned} programs on machines were tried"
        raise Interrupted(tried, result)
    return result
