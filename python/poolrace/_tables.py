# SPDX-License-Identifier: MIT
"""What there is: the tables of ``poolrace list``."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from . import _core


@cache
def rows(what: str) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(_core.list_json(what)))


def _helps(what: str) -> dict[str, str]:
    return {row["name"]: row["help"] for row in rows(what)}


def variants() -> dict[str, str]:
    """The variants, published and proposed destroy/put orders, then those for teaching: name and
    what it is."""
    return _helps("variants")


def published() -> list[str]:
    """What "all" means: not those for teaching, which only their names ask for."""
    return [row["name"] for row in rows("variants") if not row["for_teaching"]]


def scenarios() -> dict[str, str]:
    """The shipped scenarios and what each is about."""
    return _helps("scenarios")


def profiles() -> dict[str, str]:
    """The shipped machine profiles."""
    return _helps("profiles")


def kinds() -> dict[str, str]:
    """The kinds of violation and the rule that each breaks."""
    return _helps("kinds")


def programs() -> dict[str, str]:
    """The small closed programs that :func:`poolrace.explore` goes through."""
    return _helps("programs")


def faults() -> dict[str, str]:
    """The faults that ``faults=[…]`` can inject."""
    return _helps("faults")


def lessons() -> dict[str, str]:
    """The lessons whose page :func:`lesson` gives."""
    return _helps("lessons")


def parameters() -> list[dict[str, str]]:
    """Every parameter: name, help, unit, allowed values, default and the default's source."""
    wanted = ("name", "help", "unit", "allowed", "default", "source")
    return [{key: row[key] for key in wanted} for row in rows("parameters")]


def run_columns() -> list[dict[str, str]]:
    """Every column of a table of single runs (``by_run=True``): name, kind of value, unit, help."""
    from ._schema import run_columns as every  # which needs this module

    return [column._asdict() for column in every().values()]


@cache
def presets() -> dict[str, tuple[str, ...]]:
    """The parameters that set others, and which; there is no value of theirs in what runs."""
    told = ((row["name"], row["source"].partition("a preset: sets ")[2]) for row in parameters())
    return {name: tuple(sets.split(", ")) for name, sets in told if sets}


def columns() -> list[dict[str, str]]:
    """Every column of a table of runs, in its order: name, kind of value, unit and help."""
    from ._schema import columns as every  # which needs this module

    return [column._asdict() for column in every().values()]
