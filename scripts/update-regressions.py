#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Explores the programs of models/regressions/ again and writes their new schedules.

    scripts/update-regressions.py [--poolrace build/poolrace] [FILE...]

A file needs a `schedule`, of which program, variant and configuration count (poolrace reads them,
whatever the version and however stale the steps), `kind`, `class` and perhaps `ended_by`.  Exit
status 1 if a finding has disappeared."""

import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def read(path):
    lines = path.read_text().splitlines()
    fields = dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return [line for line in lines if line.startswith("#")], fields


def explore(poolrace, fields):
    command = [poolrace, "explore", fields["schedule"], "--format", "json"]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(out)["verdicts"][0]["kinds"].get(fields["kind"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--poolrace", default=str(ROOT / "build" / "poolrace"))
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    files = args.files or sorted((ROOT / "models" / "regressions").glob("*.txt"))
    gone = 0
    for path in files:
        comments, fields = read(path)
        found = explore(args.poolrace, fields)
        wanted = (fields["class"], fields.get("ended_by", ""))
        if found is None or (found["class"], found["ended_by"]) != wanted:
            print(f"{path}: no {fields['kind']} {wanted} any more; found: {found}", file=sys.stderr)
            gone += 1
            continue
        fields["schedule"] = found["schedule"]
        text = "\n".join(comments + [f"{k}: {v}" for k, v in fields.items()]) + "\n"
        path.write_text(text)
    return 1 if gone else 0


if __name__ == "__main__":
    sys.exit(main())
