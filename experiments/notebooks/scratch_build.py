# SPDX-License-Identifier: MIT
"""Builds a `poolrace` that knows one variant more, without touching the checkout.

A variant is a header, and one source a world includes the list of them.  Those are compiled again
with the commands of `build/compile_commands.json`, with a scratch folder before the checkout on the
include path: there stand the new header, and a copy of `pool/variants/all.hpp` that lists it too.
Everything else is linked from `build/`, with the command that links it there.  To keep a variant,
do the same in the checkout and `make build`.
"""

import json
import re
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def with_variant(all_hpp: str, klass: str, header: str) -> str:
    """all.hpp with the variant behind the others: an include and a name in the list."""
    includes = re.findall(r'#include "pool/variants/[^"]*"\n', all_hpp)
    names = re.search(r"VariantList<[A-Z][^>]*(?=>;)", all_hpp)
    assert includes and names, "all.hpp includes the variants and lists them"
    all_hpp = all_hpp.replace(names.group(), f"{names.group()}, {klass}")
    return all_hpp.replace(includes[-1], f'{includes[-1]}#include "pool/variants/{header}"\n')


def compile_command(entry: dict, scratch: Path) -> tuple[list[str], Path]:
    """The build's command with scratch first on the include path, another output, sooner done."""
    words = ["-O1" if word == "-O2" else word for word in shlex.split(entry["command"])]
    out = scratch / (re.sub(r"\W", "_", entry["file"]) + ".o")
    words[words.index("-o") + 1] = str(out)
    ccache = shutil.which("ccache")
    if ccache and Path(words[0]).name != "ccache":  # the build's commands begin with it, or not
        words = [ccache, *words]
    first = next(i for i, word in enumerate(words) if word.startswith("-I"))
    return [*words[:first], f"-I{scratch}", *words[first:]], out


def build(root: Path, scratch: Path, header: str, text: str, klass: str):
    """Returns the path of the new program, which knows class `klass` of `text` by its info's name."""
    (scratch / "pool" / "variants").mkdir(parents=True, exist_ok=True)
    (scratch / "pool" / "variants" / header).write_text(text)
    all_hpp = (root / "pool" / "variants" / "all.hpp").read_text()
    changed = with_variant(all_hpp, klass, header)
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
