# SPDX-License-Identifier: MIT
"""One run as a trace, and the lesson page, which a notebook shows in place."""

from __future__ import annotations

import html
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._process import whole
from ._scenario import Scenario
from ._tell import string_of
from ._words import listed, options, path_of

if TYPE_CHECKING:
    from ._explore import Finding
    from ._judge import Judgement
    from ._results import Harm, RunResult
    from ._rows import Row
    from ._settings import VariantName

__all__ = ["Lesson", "Trace", "lesson", "trace"]


def _written(words: Sequence[str]) -> str:
    """What the program writes to the file that ``--output`` names."""
    with tempfile.TemporaryDirectory(prefix="poolrace-") as folder:
        path = Path(folder, "out")
        whole([*words, "--output", str(path)])
        return path.read_text(encoding="utf-8")


def _saved(text: str, path: str | PathLike[str]) -> Path:
    """Whole or not at all, as the program's own output files."""
    real = Path(path).resolve()
    if real.exists() and not real.is_file():  # a device or a pipe is written as it is
        real.write_text(text, encoding="utf-8")
        return Path(path)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=real.parent, prefix=".poolrace-", delete=False
    ) as part:
        try:
            part.write(text)
            part.close()
            Path(part.name).chmod(real.stat().st_mode if real.exists() else 0o666 & ~_umask())
            Path(part.name).replace(real)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    return Path(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@dataclass(frozen=True)
class Trace:
    """A run as Chrome trace events; ``save()`` it for ui.perfetto.dev."""

    text: str = field(repr=False)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event: ``ph``, ``ts`` in microseconds, ``pid``, ``tid``, exact ps in ``args``."""
        events: list[dict[str, Any]] = json.loads(self.text)
        return events

    def save(self, path: str | PathLike[str]) -> Path:
        return _saved(self.text, path)


def trace(
    run: str | Scenario | Harm | Row | RunResult | PathLike[str] = "seed-race",
    *,
    variant: str | None = None,
    seed: int | None = None,
    index: int | None = None,
    window_us: float | None = None,
    whole: bool = False,
) -> Trace:
    """One run as a timeline.

    ``run``: a replay string (``result.first_harm.replay``) or what carries one, which says all, or
    a scenario with ``variant``, ``seed`` and ``index`` (which run, from 0).  ``window_us``: so many
    microseconds up to the violation, 1000 if absent; ``whole``: the whole run.  A run without a
    violation wants one of the two, else it is a :class:`ConfigError`.
    """
    if isinstance(run, PathLike):
        run = path_of("trace", run)
    words = ["trace", *(run._words() if isinstance(run, Scenario) else [string_of(run)])]
    words += options({"variant": variant, "seed": seed, "run": index, "window_us": window_us})
    return Trace(_written([*words, *options({"all": whole})]))


@dataclass(frozen=True)
class Lesson:
    """A self-contained page; a notebook shows it in a frame."""

    text: str = field(repr=False)

    def _repr_html_(self) -> str:
        page = html.escape(self.text, quote=True)
        return f'<iframe srcdoc="{page}" style="width:100%;height:720px;border:0"></iframe>'

    def save(self, path: str | PathLike[str]) -> Path:
        return _saved(self.text, path)


def lesson(
    name: str | Finding | Judgement | Harm | Row | None = None,
    *,
    program: str | None = None,
    variants: Iterable[VariantName | str] | str | None = None,
    runs: int | None = None,
) -> Lesson:
    """The page in which one plays the scheduler.

    ``name``: a lesson that :func:`lessons` lists, a program, or a replay string of a run or a
    schedule, or what carries one; or ``program`` and the ``variants`` to compare; none of them:
    the course, all lessons.
    ``runs``: of the measured table, a variant and load; 0 leaves the table out.
    """
    words = ["lesson", *([] if name is None else [string_of(name)])]
    words += options({"program": program, "variant": listed(variants), "runs": runs})
    return Lesson(_written(words))
