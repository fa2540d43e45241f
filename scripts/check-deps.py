#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Is everything that sources include and scripts call in a package that we install?

Every system header that a tracked source includes, and every program that a script calls, must be
of a Debian package in the lists of scripts/install-deps.sh or in what these depend on.  What was
once installed by hand does not count: a machine that has it tells as well as one that lacks it.
Sources that `make build` compiles must find theirs in its list alone; tests may use the test's.
Needs tree-sitter-bash (python/requirements-test.txt).  Exit status 1 and one line a fault.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import tree_sitter_bash
from tree_sitter import Language, Parser

ROOT = Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*(<([^>]+)>|"([^"]+)")', re.MULTILINE)
FROM_PYPI = ("pybind11/",)  # python/requirements-test.txt and pyproject.toml name it
README_ASKS_FOR = ("make", "git", "ca-certificates")
PROGRAMS = ("/usr/bin", "/bin", "/usr/sbin", "/sbin")


def run(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT).stdout


def tracked(*patterns: str) -> list[Path]:
    """The files that git knows or would take in."""
    names = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns)
    return [ROOT / name for name in names.split("\n") if name and (ROOT / name).is_file()]


# ---- packages --------------------------------------------------------------------------------


class Packages:
    """What is installed here, and what depends on what."""

    def __init__(self) -> None:
        fields = ("Package", "db:Status-Status", "Essential", "Pre-Depends", "Depends", "Provides")
        form = "\t".join(f"${{{field}}}" for field in fields) + "\n"
        self.needs: dict[str, list[list[str]]] = {}
        self.providers: dict[str, str] = {}
        self.essential = []
        for line in run("dpkg-query", "-W", "-f", form).splitlines():
            name, status, essential, before, needs, provides = line.split("\t")
            if status != "installed":
                continue
            self.needs[name] = [
                self._names(any_of, "|") for any_of in f"{before},{needs}".split(",")
            ]
            for provided in self._names(provides, ","):
                self.providers.setdefault(provided, name)
            if essential == "yes":
                self.essential.append(name)

    @staticmethod
    def _names(text: str, separator: str) -> list[str]:
        words = (part.split("(")[0].split(":")[0].strip() for part in text.split(separator))
        return [word for word in words if word]

    def closure(self, purposes: tuple[str, ...]) -> set[str]:
        """The packages of those lists and all that they depend on."""
        lists = run("scripts/install-deps.sh", "--print", *purposes).split() if purposes else []
        todo = [*lists, *README_ASKS_FOR, *self.essential, "apt"]
        found: set[str] = set()
        while todo:
            name = todo.pop()
            if name in found:
                continue
            found.add(name)
            for any_of in self.needs.get(name, []):
                have = [self.providers.get(n, n) if n not in self.needs else n for n in any_of]
                todo += [n for n in have if n in self.needs][:1]
        return found

    def lack_some_of(self, *purposes: str) -> bool:
        """Then what is not on this machine at all may be of a package that is still to come."""
        return not self.needs.keys() >= set(
            run("scripts/install-deps.sh", "--print", *purposes).split()
        )

    @staticmethod
    def owners(paths: list[str]) -> dict[str, str]:
        """The package that each file belongs to; one question for all, as each takes a while."""
        asked: dict[str, str] = {}  # /bin and /usr/bin are one folder; the package may know either
        for path in paths:
            for name in (path, str(Path(path).resolve()), path.removeprefix("/usr"), "/usr" + path):
                asked[name] = path
        found = {}
        for line in run("dpkg-query", "-S", *asked).splitlines():
            package, _, name = line.partition(": ")
            if name in asked:
                found[asked[name]] = package.split(",")[0].split(":")[0]
        return found


# ---- headers ---------------------------------------------------------------------------------


def for_a_kernel_tree(path: Path) -> bool:
    """Compiled against a tree of the user's own, at run time: its headers are that tree's."""
    return path.is_relative_to(ROOT / "pool/linux") and (
        path.suffix == ".c" or "shim" in path.parts or "fixture" in path.parts
    )


def built_without_tests() -> set[Path]:
    """The sources of `make build` and every header of ours that they reach."""
    todo = [p for p in tracked("*.cpp", "*.c") if not p.name.endswith((".test.cpp", ".bench.cpp"))]
    todo = [p for p in todo if not for_a_kernel_tree(p)]
    todo = [
        p for p in todo if p.relative_to(ROOT).parts[0] != "python" and "examples" not in p.parts
    ]
    seen: set[Path] = set()
    while todo:
        path = todo.pop()
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        todo += [ROOT / own for _, _, own in INCLUDE.findall(path.read_text()) if own]
    return seen


def search_path() -> list[str]:
    out = subprocess.run(
        ["g++", "-E", "-x", "c++", "-", "-v"], check=False, input="", capture_output=True, text=True
    ).stderr
    block = out.split("search starts here:\n")[-1].split("End of search")[0]
    return [
        str(Path(line.strip()).resolve()) for line in block.splitlines() if line.startswith(" ")
    ]


def first_places(names: set[str], folders: Iterable[str]) -> dict[str, str]:
    """Where a search of those folders finds each name first."""
    hits = ((name, Path(folder, name)) for folder in folders for name in names)
    found: dict[str, str] = {}
    for name, path in hits:
        if name not in found and path.exists():
            found[name] = str(path)
    return found


def header_faults(packages: Packages):
    """One line for each header that no list brings."""
    folders = search_path()
    build, test = packages.closure(("build",)), packages.closure(("python", "test"))
    product = built_without_tests()
    asked: dict[tuple[str, str], Path] = {}
    for path in tracked("*.hpp", "*.cpp", "*.h", "*.c", "*.inc"):
        purpose = "build" if path in product else "test"
        if for_a_kernel_tree(path):
            continue
        for _, header, _ in INCLUDE.findall(path.read_text()):
            if header and not header.startswith(FROM_PYPI):
                asked.setdefault((header, purpose), path)
    places = {
        h: str(Path(d, h)) for h, _ in asked for d in reversed(folders) if Path(d, h).exists()
    }
    owners = packages.owners(list(places.values()))
    for (header, purpose), path in sorted(asked.items()):
        owner = owners.get(places.get(header, ""))
        where = f"{path.relative_to(ROOT)}: <{header}>"
        if owner is None and packages.lack_some_of(purpose):
            continue
        if owner is None:
            yield f"{where}: no package here has it; the list '{purpose}' must name one"
        elif owner not in (build if purpose == "build" else test):
            yield f"{where}: is of {owner}, which the list '{purpose}' does not bring"


# ---- programs --------------------------------------------------------------------------------


def shell_commands(text: bytes) -> set[str]:
    """The literal names of all commands in a shell script, without its own functions."""
    tree = Parser(Language(tree_sitter_bash.language())).parse(text)
    called, own, todo = set(), set(), [tree.root_node]
    while todo:
        node = todo.pop()
        todo += node.children
        if node.type == "function_definition":
            own.add(node.child_by_field_name("name").text.decode())
        if node.type == "command_name":
            called.add(node.text.decode())
    builtins = run("bash", "-c", "compgen -b -k").split()
    return {name for name in called - own - set(builtins) if re.fullmatch(r"[\w.+-]+", name)}


def make_commands(text: str) -> set[str]:
    recipes = [line.lstrip("\t@-") for line in text.splitlines() if line.startswith("\t")]
    return shell_commands(re.sub(r"\$\(\w+\)", "x", "\n".join(recipes)).encode())


def python_commands(text: str) -> set[str]:
    """First words of literal argument lists given to subprocess."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("subprocess.")):
            continue
        first = node.args[0] if node.args else None
        if isinstance(first, ast.List) and first.elts and isinstance(first.elts[0], ast.Constant):
            found.add(first.elts[0].value)
    return {name for name in found if "/" not in name}


def called_programs(path: Path) -> set[str]:
    text = path.read_text()
    if path.name == "Makefile":
        return make_commands(text)
    if "bash" in text.splitlines()[0]:
        return shell_commands(text.encode())
    return python_commands(text) if path.suffix == ".py" else set()


def program_faults(packages: Packages):
    """One line for each program that no list brings."""
    purposes = ("build", "python", "check", "test", "lint", "bare")
    everything = packages.closure(purposes)
    scripts = tracked("Makefile", ".ci/run", "scripts/*", "*.sh")
    called = sorted({(name, path) for path in scripts for name in called_programs(path)})
    places = first_places({name for name, _ in called}, PROGRAMS)
    owners = packages.owners(list(places.values()))
    some_to_come = packages.lack_some_of(*purposes)
    for name, path in called:
        owner = owners.get(places.get(name, ""))
        if owner is None and some_to_come:
            continue
        where = f"{path.relative_to(ROOT)}: {name}"
        if owner is None:
            yield f"{where}: no package here has it"
        elif owner not in everything:
            yield f"{where}: is of {owner}, which no list of install-deps.sh brings"


def main() -> int:
    packages = Packages()
    faults = [*header_faults(packages), *program_faults(packages)]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
