# SPDX-License-Identifier: MIT
"""Every order of a small program's visible steps, and a run told again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import _tables
from ._errors import Interrupted, need
from ._estimates import Pairs
from ._process import Progress, call
from ._results import html_table, text_table
from ._run import shown
from ._scenario import Scenario
from ._words import options as option_words
from ._words import text_of

if TYPE_CHECKING:
    import pandas
    import xarray


@dataclass(frozen=True)
class Finding:
    """A kind of violation that some order leads to; ``poolrace.replay(finding.schedule)``."""

    kind: str
    harm_class: str
    schedule: str  # the shortest found
    steps: int
    executions: int
    site: str
    ended_by: str


@dataclass(frozen=True)
class Verdict:
    """One program, variant and configuration: what was found within the bound."""

    program: str
    variant: str
    config: Pairs  # coherent, iommu, swiotlb, …
    contract: str  # "kept" or "broken": does the program keep the driver's contract?
    complete: bool  # every order within the bound was taken
    bound: str
    limits: Pairs  # sizes of cache, ring, …
    executions: int
    findings: tuple[Finding, ...]
    executions_per_second: float = field(compare=False)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(finding.kind for finding in self.findings)

    def __str__(self) -> str:
        if self.findings:
            return ", ".join(f"{f.kind} ({f.harm_class})" for f in self.findings)
        return "none in any order" if self.complete else "none so far"


def _verdict(data: dict[str, Any]) -> Verdict:
    named = ("schedule", "steps", "executions", "site", "ended_by")
    findings = (
        Finding(kind=kind, harm_class=found["class"], **{name: found[name] for name in named})
        for kind, found in data["kinds"].items()
    )
    names = [name for name in Verdict.__dataclass_fields__ if name != "findings"]
    values = {name: data[name] for name in names}
    values |= {name: Pairs(values[name]) for name in ("config", "limits")}
    return Verdict(findings=tuple(findings), **values)


@dataclass(frozen=True)
class ExploreResult(Sequence[Verdict]):
    verdicts: tuple[Verdict, ...]

    def __getitem__(self, key: Any) -> Any:
        return self.verdicts[key]

    def __len__(self) -> int:
        return len(self.verdicts)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.verdicts)

    def of(self, **wanted: Any) -> ExploreResult:
        """Those with these values, e.g. ``of(variant="scan", program="destroy-vs-late")``."""
        return ExploreResult(
            tuple(
                verdict
                for verdict in self.verdicts
                if all(getattr(verdict, name) == value for name, value in wanted.items())
            )
        )

    def to_pandas(self) -> pandas.DataFrame:
        """One row a finding; a verdict without one has a row with an empty kind."""
        nothing = Finding("", "", "", 0, 0, "", "")
        rows = []
        for verdict in self.verdicts:
            said = {"program": verdict.program, "variant": verdict.variant, **verdict.config}
            said |= {"contract": verdict.contract, "complete": verdict.complete}
            for found in verdict.findings or (nothing,):
                rows.append({**said, "executions": verdict.executions, "kind": found.kind,
                             "class": found.harm_class, "steps": found.steps,
                             "ended_by": found.ended_by, "schedule": found.schedule})  # fmt: skip
        frame: pandas.DataFrame = need(".to_pandas()", "pandas").DataFrame(rows)
        return frame

    def to_xarray(self) -> xarray.Dataset:
        """``found`` and ``complete`` along ``verdict``, with its names as coordinates."""
        xr = need(".to_xarray()", "xarray")
        names = list(_tables.kinds())
        found = [[name in verdict.kinds for name in names] for verdict in self.verdicts]
        coords: dict[str, Any] = {"kind": names}
        for name in ("program", "variant"):
            coords[name] = "verdict", [getattr(verdict, name) for verdict in self.verdicts]
        for name in self.verdicts[0].config if self.verdicts else ():
            coords[name] = "verdict", [verdict.config[name] for verdict in self.verdicts]
        complete = [verdict.complete for verdict in self.verdicts]
        data = {"found": (("verdict", "kind"), found), "complete": ("verdict", complete)}
        dataset: xarray.Dataset = xr.Dataset(data, coords)
        return dataset

    def _table(self) -> tuple[str, list[str], list[list[str]]]:
        heads = ["program", "variant", "configuration", "orders", "found"]
        rows = []
        for v in self.verdicts:
            orders = f"{v.executions}{'' if v.complete else ', not all'}"
            rows.append([v.program, v.variant, str(v.config), orders, str(v)])
        limits = str(self.verdicts[0].limits) if self.verdicts else ""
        return f"{len(self)} verdicts; {limits}", heads, rows

    def __repr__(self) -> str:
        return text_table(*self._table())

    def _repr_html_(self) -> str:
        return html_table(*self._table())


def explore(
    programs: Sequence[str] | str = "destroy-vs-put-preemptible",
    *,
    variants: Sequence[str] | str = "scan",
    config: Mapping[str, Any] | None = None,
    executions: int = 100_000,
    progress: bool | Progress = False,
    **options: Any,
) -> ExploreResult:
    """Takes every order of visible steps: a verdict a program, variant and configuration.

    ``programs``, ``variants``: names, or ``"all"``.  ``config``: one configuration (coherent,
    iommu, swiotlb, dma_debug, preempt, ram_at_zero) instead of all.  ``executions``: give a
    verdict up after so many; it is then not ``complete``.  Other keywords are options of
    ``poolrace explore``.  Ctrl-C raises :class:`Interrupted` with the verdicts so far.
    """

    def listed(names: Sequence[str] | str, known: Mapping[str, str]) -> list[str]:
        return list(known) if names == "all" else [names] if isinstance(names, str) else [*names]

    words = option_words({"executions": executions, "format": "json", **options})
    for name, value in (config or {}).items():
        words += ["--set", f"{name}={text_of(value)}"]
    tasks = [
        (program, variant)
        for program in listed(programs, _tables.programs())
        for variant in listed(variants, _tables.variants())
    ]
    verdicts: list[Verdict] = []
    finished = violations = 0
    with shown(progress, len(tasks)) as show:
        try:
            for program, variant in tasks:
                done = call(["explore", "--program", program, "--variant", variant, *words])
                verdicts += map(_verdict, json.loads(done.stdout)["verdicts"])
                if done.interrupted:
                    raise KeyboardInterrupt
                violations = sum(len(verdict.findings) for verdict in verdicts)
                finished += 1
                if show:
                    show(finished, len(tasks), violations)
        except KeyboardInterrupt:
            said = f"{finished} of {len(tasks)} programs and variants were done"
            raise Interrupted(said, ExploreResult(tuple(verdicts))) from None
    return ExploreResult(tuple(verdicts))


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


def replay(string: str, *, steps: int | str | None = None, world: str | None = None) -> Replay:
    """Tells a run or a schedule again, from the string that a result carries.

    ``steps`` (the last 40 if absent, or "all") and ``world`` ("timed") are of runs: a schedule is
    told whole.
    """
    done = call(["replay", *option_words({"steps": steps, "world": world}), "--", string])
    return Replay(done.stdout)


@dataclass(frozen=True)
class Shown:
    """What would run: every parameter, its value and where it comes from."""

    scenario: Scenario

    def _table(self) -> tuple[str, list[str], list[list[str]]]:
        heads = ["name", "value", "unit", "origin"]
        return repr(self.scenario), heads, [[row[h] for h in heads] for row in self.scenario.rows]

    def __repr__(self) -> str:
        return text_table(*self._table())

    def _repr_html_(self) -> str:
        return html_table(*self._table())

    def to_pandas(self) -> pandas.DataFrame:
        frame: pandas.DataFrame = need(".to_pandas()", "pandas").DataFrame(self.scenario.rows)
        return frame


def show(scenario: Scenario | str = "seed-race") -> Shown:
    """What would run, as ``poolrace show`` prints it."""
    return Shown(scenario if isinstance(scenario, Scenario) else Scenario(scenario))


def validate(*, runs: int = 100, jobs: int | None = None) -> tuple[dict[str, Any], ...]:
    """Published tables and closed forms beside the simulation, a row each.

    ``expected`` and ``simulated`` in ``unit``, and how far they are apart: ``standard_errors``
    where the simulation draws (a sample of ``runs``), else ``relative``.
    """
    done = call(["validate", *option_words({"runs": runs, "format": "json", "jobs": jobs})])
    return tuple(json.loads(done.stdout)["validation"])
