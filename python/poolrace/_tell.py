# SPDX-License-Identifier: MIT
"""A run or a schedule told again, and what would run shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

from ._errors import ConfigError, need
from ._process import whole
from ._scenario import Scenario, scenario_of
from ._text import Tabled
from ._words import options as option_words

if TYPE_CHECKING:
    import pandas

    from ._explore import Finding
    from ._judge import Judgement
    from ._results import Harm, RunResult
    from ._rows import Row
    from ._settings import ScenarioName


@dataclass(frozen=True)
class Replay:
    """A run told step by step; prints as ``poolrace replay`` does."""

    text: str

    @property
    def fingerprint(self) -> str | None:
        """Of a run; a schedule has none."""
        last = self.text.rstrip().rpartition("\n")[2]
        return last.removeprefix("fingerprint ") if last.startswith("fingerprint ") else None

    def __repr__(self) -> str:
        return self.text.rstrip()


def string_of(told: Any) -> str:
    """The replay string of what carries one: a result, a harm, a row, a finding, a frame's row."""
    if isinstance(told, str):
        return told
    for name in ("replay", "schedule"):
        found = told.get(name) if hasattr(told, "get") else getattr(told, name, None)
        if isinstance(found, str):
            return found
    if hasattr(told, "replay") or hasattr(told, "get"):
        raise ConfigError(f"replay: no run came to harm in {told!r}")
    raise TypeError(f"{told!r} is no replay string, and carries none")


def replay(
    string: str | Harm | Row | RunResult | Finding | Judgement | Mapping[Any, Any] | pandas.Series,
    *,
    steps: int | str | None = None,
    world: str | None = None,
) -> Replay:
    """Tells a run or a schedule again, from the string that a result carries, or from what does.

    That is ``result.first_harm``, a row of a sweep or of its frame, a finding or a judgement.

    ``steps`` (the last 40 if absent, or "all") and ``world`` ("timed") are of runs: a schedule is
    told whole.
    """
    done = whole(
        ["replay", *option_words({"steps": steps, "world": world}), "--", string_of(string)]
    )
    return Replay(done.stdout)


@dataclass(frozen=True)
class Shown(Tabled):
    """What would run: every parameter, its value and where it comes from."""

    scenario: Scenario

    def _table(self) -> tuple[str, list[str], list[list[str]]]:
        heads = ["name", "value", "unit", "origin"]
        return repr(self.scenario), heads, [[row[h] for h in heads] for row in self.scenario.rows]

    def __repr__(self) -> str:
        return str(self)

    def to_pandas(self) -> pandas.DataFrame:
        frame: pandas.DataFrame = need(".to_pandas()", "pandas").DataFrame(self.scenario.rows)
        return frame


def show(scenario: Scenario | ScenarioName | str | PathLike[str] = "seed-race") -> Shown:
    """What would run, as ``poolrace show`` prints it."""
    return Shown(scenario_of(scenario))


def validate(*, runs: int = 100, jobs: int | None = None) -> tuple[dict[str, Any], ...]:
    """Published tables and closed forms beside the simulation, a row each.

    ``expected`` and ``simulated`` in ``unit``, and how far they are apart: ``standard_errors``
    where the simulation draws (a sample of ``runs``), else ``relative``.  ``basis`` says whether
    the models were told the number; what they do not have is None.
    """
    done = whole(["validate", *option_words({"runs": runs, "format": "json", "jobs": jobs})])
    return tuple(json.loads(done.stdout)["validation"])
