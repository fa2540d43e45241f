# SPDX-License-Identifier: MIT
"""Prints python/poolrace/_settings.pyi: the parameters as a type checker sees them.

python scripts/settings-stub.py > python/poolrace/_settings.pyi     (a test says when it is stale)
"""

import json

from poolrace._core import list_json

TYPES = {"integer": "int", "decimal": "float", "flag": "bool", "text": "str | PathLike[str]"}


NAMES = {"variants": "Variant", "scenarios": "Scenario", "profiles": "Profile", "kinds": "Kind",
         "faults": "Fault", "programs": "Program"}  # fmt: skip


def choices(names: list[str], indent: str) -> str:
    one = f"Literal[{', '.join(map(json.dumps, names))}]"
    if len(one) <= 70:
        return one
    lines = "".join(f"{indent}    {json.dumps(name)},\n" for name in names)
    return f"Literal[\n{lines}{indent}]"


def stub() -> str:
    lines = [
        "# SPDX-License-Identifier: MIT",
        "# Written by scripts/settings-stub.py; do not edit.",
        "from os import PathLike",
        "from typing import Literal, TypedDict",
        "",
        "class Settings(TypedDict, total=False):",
    ]
    for row in json.loads(list_json("parameters")):
        kind = TYPES.get(row["kind"]) or choices(row["choices"], "    ")
        lines.append(f"    {row['name']}: {kind}")
    lines += [
        "",
        "class Changes(Settings, total=False):",
        "    name: str",
        "    profile: str | PathLike[str] | None",
        "    config: str | PathLike[str] | None",
    ]
    for what, name in NAMES.items():
        found = [row["name"] for row in json.loads(list_json(what))]
        lines += ["", f"{name}Name = {choices(found, '')}"]
    return "\n".join(lines) + "\n"


print(stub(), end="")
