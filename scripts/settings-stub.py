# SPDX-License-Identifier: MIT
"""Prints python/poolrace/_settings.pyi: the parameters as a type checker sees them.

python scripts/settings-stub.py > python/poolrace/_settings.pyi     (a test says when it is stale)
"""

import json

from poolrace._core import list_json

TYPES = {"integer": "int", "decimal": "float", "flag": "bool", "text": "str"}


def stub() -> str:
    lines = [
        "# SPDX-License-Identifier: MIT",
        "# Written by scripts/settings-stub.py; do not edit.",
        "from typing import Literal, TypedDict",
        "",
        "class Settings(TypedDict, total=False):",
    ]
    for row in json.loads(list_json("parameters")):
        kind = TYPES.get(row["kind"]) or f"Literal[{', '.join(map(json.dumps, row['choices']))}]"
        if len(kind) > 70:
            kind = (
                "Literal[\n        "
                + ",\n        ".join(map(json.dumps, row["choices"]))
                + ",\n    ]"
            )
        lines.append(f"    {row['name']}: {kind}")
    lines += [
        "",
        "class Changes(Settings, total=False):",
        "    name: str",
        "    profile: str | None",
        "    config: str | None",
    ]
    return "\n".join(lines) + "\n"


print(stub(), end="")
