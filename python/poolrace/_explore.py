# SPDX-License-Identifier: MIT
"""Every order of a small program's visible steps, and a run told again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

from . import _core, _tables
from ._errors import Interrupted, need
from ._estimates import Pairs
from ._process import Progress, call
from ._run import shown
from ._text import Tabled
from ._words import options as option_words
from ._words import pairs, some, value_text

if TYPE_CHECKING:
    import pandas
    import xarray

    from ._settings import ProgramName, VariantName


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
class DataRace:
    """Two accesses of the pool's code, one of them plain, that nothing orders.

    ``first``, ``second``: their lines in a kernel tree, their sites in our pools, in no order of
    time; ``poolrace.replay(race.schedule)`` leads to where the later one is.
    """

    first: str
    second: str
    schedule: str  # the shortest found
    steps: int


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
    races: tuple[DataRace, ...]  # none unless they were asked for
    executions_per_second: float = field(compare=False)
    raw: str = field(compare=False, repr=False)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(finding.kind for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """As ``poolrace explore --format json`` prints it."""
        data: dict[str, Any] = json.loads(self.raw)
        return data

    def __str__(self) -> str:
        if self.findings:
            return ", ".join(f"{f.kind} ({f.harm_class})" for f in self.findings)
        return "none in any order" if self.complete else "none so far"


_FOUND = ("kind", "harm_class", "steps", "ended_by", "site", "schedule")


def _verdict(data: dict[str, Any]) -> Verdict:
    named = ("schedule", "steps", "executions", "site", "ended_by")
    findings = (
        Finding(kind=kind, harm_class=found["class"], **{name: found[name] for name in named})
        for kind, found in data["kinds"].items()
    )
    given = ("findings", "races", "raw")
    names = [name for name in Verdict.__dataclass_fields__ if name not in given]
    values = {name: data[name] for name in names}
    values |= {name: Pairs(values[name]) for name in ("config", "limits")}
    races = tuple(DataRace(**race) for race in data.get("races", {"found": ()})["found"])
    return Verdict(findings=tuple(findings), races=races, raw=json.dumps(data), **values)


@dataclass(frozen=True, repr=False)
class ExploreResult(Tabled, Sequence[Verdict]):
    """Verdicts: index by number, narrow down with :meth:`of`."""

    verdicts: tuple[Verdict, ...]

    @overload
    def __getitem__(self, key: int) -> Verdict: ...
    @overload
    def __getitem__(self, key: slice) -> ExploreResult: ...
    def __getitem__(self, key: int | slice) -> Verdict | ExploreResult:
        if isinstance(key, slice):
            return ExploreResult(self.verdicts[key])
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

    def to_dict(self) -> dict[str, Any]:
        """What ``poolrace explore --format json`` prints."""
        return {"verdicts": [verdict.to_dict() for verdict in self.verdicts]}

    def to_pandas(self) -> pandas.DataFrame:
        """One row a finding; a verdict without one has a row in which no kind is named.

        ``attrs`` has the ``version`` and, if all have the same, ``bound`` and ``limits``.
        """
        pd = need(".to_pandas()", "pandas")
        rows = []
        for verdict in self.verdicts:
            said = {"program": verdict.program, "variant": verdict.variant, **verdict.config}
            said |= {"contract": verdict.contract, "complete": verdict.complete}
            said["executions"] = verdict.executions
            for found in verdict.findings or (None,):
                of_finding = {name: getattr(found, name, None) for name in _FOUND}
                rows.append({**said, **of_finding})
        names = rows[0] if rows else ("program", "variant", *_FOUND)
        frame: pandas.DataFrame = pd.DataFrame(rows, columns=list(names))
        frame = frame.astype({"steps": float})
        frame.attrs["version"] = _core.version()
        for name in ("bound", "limits"):
            values = {getattr(verdict, name) for verdict in self.verdicts}
            if len(values) == 1:
                frame.attrs[name] = str(*values)
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
        bad = sum(bool(verdict.findings) for verdict in self.verdicts)
        return f"ExploreResult({len(self)} verdicts, {bad} with findings)"


def explore(
    programs: Iterable[ProgramName | str] | str = "destroy-vs-put-preemptible",
    *,
    variants: Iterable[VariantName | str] | str = "scan",
    config: Mapping[str, Any] | None = None,
    executions: int = 100_000,
    progress: bool | Progress = False,
    **options: Any,
) -> ExploreResult:
    """Takes every order of visible steps: a verdict a program, variant and configuration.

    ``programs``, ``variants``: names, or ``"all"``.  ``config``: one configuration (coherent,
    iommu, swiotlb, dma_debug, preempt, ram_at_zero) instead of all.  ``executions``: give a
    verdict up after so many; it is then not ``complete``.  Other keywords are options of
    ``poolrace explore``: ``memory``, what accesses find ("sc", "tso", "arm" or "all"); ``races``,
    which data races are looked for ("strict" or "kcsan").  Ctrl-C raises :class:`Interrupted` with
    the verdicts so far.
    """

    def chosen(what: str, given: Any, known: Iterable[str]) -> list[str]:
        return list(known) if isinstance(given, str) and given == "all" else some(what, given)

    words = option_words({"executions": executions, "format": "json", **options})
    for name, value in pairs("config", config).items():
        words += ["--set", f"{name}={value_text('config', name, value)}"]
    tasks = [
        (program, variant)
        for program in chosen("programs", programs, _tables.programs())
        for variant in chosen("variants", variants, _tables.published())
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
