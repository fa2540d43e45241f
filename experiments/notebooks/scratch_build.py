# SPDX-License-Identifier: MIT
"""Builds a `poolrace` that knows one variant more, without touching the checkout.

A variant is a header, and a few sources include the list of them.  Those are compiled again with
the commands of `build/compile_commands.json`, with a scratch folder before the checkout on the
include path: there stand the new header, and a copy of `pool/variants/all.hpp` with a line more for
it.  Everything else is linked from `build/`, with the command that links it there.  To keep a
variant, do the same in the checkout and `make build`.
"""

import json
import re
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def with_variant(all_hpp: str, name: str, klass: str, header: str, base: str) -> str:
    """all.hpp with the variant behind the others; its flags are those of the variant `base`."""
    row = re.search(rf'    \{{"{base}", "[^"]*",([^}}]*)\}},\n', all_hpp)
    assert row, f"{base} stands in variant_table"
    edits = [
        ('#include "pool/variants/xarray_v1.hpp"\n', f'#include "pool/variants/{header}"\n'),
        (row.group(), f'    {{"{name}", "yours",{row.group(1)}}},\n'),
        (
            '  choose("xarray-fixed", std::type_identity<XarrayFixed<P>>{});\n',
            f'  choose("{name}", std::type_identity<{klass}<P>>{{}});\n',
        ),
    ]
    for behind, line in edits:
        assert all_hpp.count(behind) == 1, f"all.hpp has one line {behind!r}"
        all_hpp = all_hpp.replace(behind, behind + line)
    return all_hpp


def compile_command(entry: dict, scratch: Path) -> tuple[list[str], Path]:
    """The build's command with scratch first on the include path, another output, sooner done."""
    words = ["-O1" if word == "-O2" else word for word in shlex.split(entry["command"])]
    out = scratch / (re.sub(r"\W", "_", entry["file"]) + ".o")
    words[words.index("-o") + 1] = str(out)
    first = next(i for i, word in enumerate(words) if word.startswith("-I"))
    if ccache := shutil.which("ccache"):
        words, first = [ccache, *words], first + 1
    return [*words[:first], f"-I{scratch}", *words[first:]], out


def build(root: Path, scratch: Path, header: str, text: str, name: str, klass: str, base: str):
    """Returns the path of the new program."""
    (scratch / "pool" / "variants").mkdir(parents=True, exist_ok=True)
    (scratch / "pool" / "variants" / header).write_text(text)
    all_hpp = (root / "pool" / "variants" / "all.hpp").read_text()
    changed = with_variant(all_hpp, name, klass, header, base)
    (scratch / "pool" / "variants" / "all.hpp").write_text(changed)

    entries = json.loads((root / "build" / "compile_commands.json").read_text())
    rooms = tuple(str(root / room) for room in ("models/", "experiments/"))
    todo = [
        compile_command(entry, scratch)
        for entry in entries
        if entry["file"].startswith(rooms)
        and not entry["file"].endswith(".test.cpp")
        and "variants/all.hpp" in Path(entry["file"]).read_text()
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: subprocess.run(one[0], cwd=root / "build", check=True), todo))

    steps = ["ninja", "-C", "build", "-t", "commands", "poolrace"]
    listed = subprocess.run(steps, cwd=root, check=True, capture_output=True, text=True).stdout
    words = next(shlex.split(line) for line in reversed(listed.splitlines()) if " -o " in line)
    words = words[words.index("&&") + 1 :]  # ": && c++ … -o poolrace … && :"
    words = words[: words.index("&&")]
    words[words.index("-o") + 1] = str(scratch / "poolrace")
    first = next(i for i, word in enumerate(words) if word.endswith(".a"))  # ours come before those
    words[first:first] = [str(out) for _, out in todo]
    subprocess.run(words, cwd=root / "build", check=True)
    return scratch / "poolrace"
