#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Renews every replay string that the tree keeps, by the event that it stands for.

    scripts/renew.py [--check] [--poolrace build/poolrace]

A string goes stale with every version, and with every change that moves a fingerprint; what it is
there to show does not.  So each stands beside its event:

* models/regressions/*.txt     `kind:`, `class:`, perhaps `ended_by:` of a schedule;
* any other text               a comment "renew: KIND" (first harm of that kind) or "renew: version"
                               (an example, only its version matters) in the three lines before it;
* experiments/explore/verdicts*.md    made again; a cell that changed is an event that changed.

Schedules are explored again; a timed run that still shows its event stays, else it is looked for in
ever more runs of the same scenario and seed.  Lessons name the event alone (watch_kind) and are
only tried.  If an event is gone nothing of its file is written: exit status 1, one line an event.
--check: write nothing, 1 if something would change.  Takes some minutes."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STRING = re.compile(r"poolrace/\d+\.\d+\.\d+;[^'`\"\n]+")
MARK = re.compile(r"renew: ([\w-]+)")
RUNS = [100, 1000, 10_000, 100_000]  # tried one after the other
WITH_WEAK = "experiments/explore/verdicts.md"
VERDICTS = {
    "experiments/explore/verdicts.md": ["--quick"],
    "experiments/explore/verdicts-large.md": [
        "--program",
        "ring-resize,ring-resize-late,broken-napi-vs-put,remove-vs-put-bulk-vs-late",
        "--executions",
        "1000000",
    ],
}


class Gone(Exception):
    """An event that a string stands for does not happen any more."""


class Poolrace:
    """The program, asked."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.version = self.text("--version").split()[1]

    def text(self, *words: str) -> str:
        done = subprocess.run([self.path, *words], check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise Gone(f"poolrace {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def json(self, *words: str):
        return json.loads(self.text(*words, "--format", "json"))

    # `explore` reads a schedule whatever its version; a stale run is taken apart here and not by
    # `replay`, which refuses another version's.
    def renewed(self, string: str, kind: str, harm: str = "", ended_by: str = "") -> str:
        """The string that shows that event now."""
        fields = string.split(";")[1:]
        same = ";".join([f"poolrace/{self.version}", *fields])
        if kind == "version":
            return same
        if any(field.startswith("schedule=") for field in fields):
            return self._schedule(string, kind, harm, ended_by)
        if re.search(rf"\*\*\* {kind}, harm: (?!none)", self.text("replay", same)):
            return same
        return self._run([field.split("=", 1) for field in fields], kind)

    def _schedule(self, string: str, kind: str, harm: str, ended_by: str) -> str:
        found = self.json("explore", string)["verdicts"][0]["kinds"].get(kind)
        if found is None or (harm and (found["class"], found["ended_by"]) != (harm, ended_by)):
            raise Gone(f"no {kind} ({harm}, ended by '{ended_by}') any more; found: {found}")
        return found["schedule"]

    def _run(self, fields, kind: str) -> str:
        words = []
        for name, value in fields:
            if name == "scenario":
                words.insert(0, value)
            elif name != "run":
                words += [f"--{name}", value]
        for runs in RUNS:
            result = self.json("run", *words, "--runs", str(runs))
            replay = result["kinds"].get(kind, {}).get("first_harm_replay")
            if replay:
                return replay
        raise Gone(f"no {kind} in {RUNS[-1]} runs of {' '.join(words)}")


def regression(poolrace: Poolrace, text: str) -> str:
    fields = dict(re.findall(r"^(\w+): (.*)$", text, re.MULTILINE))
    new = poolrace.renewed(
        fields["schedule"], fields["kind"], fields["class"], fields.get("ended_by", "")
    )
    return text.replace(fields["schedule"], new)


def marked(poolrace: Poolrace, text: str) -> str:
    lines = text.split("\n")
    for at, line in enumerate(lines):
        for string in STRING.findall(line):
            marks = MARK.findall("\n".join(lines[max(0, at - 3) : at + 1]))
            if not marks:
                raise Gone(f"line {at + 1}: no event (\"renew: KIND\") stands beside '{string}'")
            lines[at] = lines[at].replace(string, poolrace.renewed(string, marks[-1]))
    return "\n".join(lines)


def verdicts(poolrace: Poolrace, name: str, text: str) -> str:
    new = poolrace.text("explore", "--all", *VERDICTS[name], "--format", "markdown")
    if name == WITH_WEAK:
        new += subprocess.run(
            [sys.executable, ROOT / "scripts/weak-verdicts.py", "--named", ROOT / name],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"POOLRACE_BINARY": poolrace.path},
        ).stdout

    def cells(table: str) -> list[str]:  # all but the schedules and how many executions it took
        rows = [line for line in table.splitlines() if line.startswith(("|", "`"))]
        return [re.sub(r"\d[\d,]*", "N", row) for row in rows]

    changed = [pair for pair in zip(cells(text), cells(new), strict=False) if pair[0] != pair[1]]
    if changed or len(cells(text)) != len(cells(new)):
        shown = "\n".join(f"  was {was}\n  is  {now}" for was, now in changed[:10])
        raise Gone(f"verdicts changed (scripts/check-verdicts.sh --update accepts them)\n{shown}")
    return new


def try_lessons(poolrace: Poolrace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for lesson in poolrace.json("list", "lessons")["lessons"]:
            page = str(Path(folder, "page.html"))
            poolrace.text("lesson", lesson["name"], "--runs", "0", "-o", page)


def kept() -> list[str]:
    """Every tracked text with a replay string in it; tests ask the program instead."""
    out = subprocess.run(
        ["git", "grep", "-lE", r"poolrace/[0-9]+\.[0-9]+\.[0-9]+;"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    ).stdout.split()
    elsewhere = ("CHANGELOG.md", "experiments/reference.md")  # history; made by `poolrace help`
    return [name for name in out if "test" not in name and name not in elsewhere]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--poolrace", default=str(ROOT / "build" / "poolrace"))
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("files", nargs="*", help="only these, as named from the top")
    args = parser.parse_args()
    poolrace = Poolrace(args.poolrace)
    status = 0
    for name in args.files or kept():
        path = ROOT / name
        text = path.read_text()
        try:
            if name in VERDICTS:
                new = verdicts(poolrace, name, text)
            elif name.startswith("models/regressions/") and name.endswith(".txt"):
                new = regression(poolrace, text)
            else:
                new = marked(poolrace, text)
        except Gone as gone:
            print(f"{name}: {gone}", file=sys.stderr)
            status = 1
            continue
        if new != text:
            print(f"{name}: renewed" if not args.check else f"{name}: stale")
            status |= args.check
            if not args.check:
                path.write_text(new)
    if not args.files:
        try_lessons(poolrace)
    return status


if __name__ == "__main__":
    sys.exit(main())
