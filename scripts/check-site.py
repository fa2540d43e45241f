#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Follows every link of a folder of HTML pages:  scripts/check-site.py FOLDER [MODULE]

A link has to lead to a file of the folder and, if it has a fragment, to an id there; nothing that
the page itself needs (scripts, styles, images) is loaded from elsewhere, and a page that no link
leads to is lost.  With MODULE, every name of its __all__ has an anchor.  Exit status 1 and one line
a fault.
"""

import importlib
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The ids of a page, where it leads to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        if "src" in given:
            self.loads.append(given["src"])
        if "href" in given:
            (self.loads if tag == "link" else self.links).append(given["href"])
        if given.get("http-equiv") == "refresh":
            self.links.append(given["content"].partition("url=")[2])


def faults(folder: Path, module: str | None = None) -> list[str]:
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    reached = {folder / "index.html"}
    found = [] if folder / "index.html" in pages else [f"no {folder / 'index.html'}"]
    for path, page in sorted(pages.items()):
        where = path.relative_to(folder)
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            fragment = unquote(parts.fragment)
            if parts.scheme or parts.netloc:
                if link in page.loads and parts.scheme != "data":
                    found.append(f"{where}: loads {link}")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target != path:
                reached.add(target)
            if not target.is_file():
                found.append(f"{where}: {link} leads nowhere")
            elif fragment and target in pages and fragment not in pages[target].ids:
                found.append(f"{where}: {link}: no such anchor")
    found += [f"{path.relative_to(folder)}: no link leads here" for path in pages.keys() - reached]
    if module:
        ids = set().union(*(page.ids for page in pages.values()))
        names = importlib.import_module(module).__all__
        found += [
            f"{module}.{name} is on no page"
            for name in names
            if not ids & {f"{module}.{name}", f"module-{module}.{name}"}
        ]
    return found


def main() -> int:
    found = faults(Path(sys.argv[1]).resolve(), *sys.argv[2:3])
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
