#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks an HTML report: tags close in order, ids are unique, nothing is loaded from elsewhere.

scripts/check-html.py FILE prints what the page says as JSON: {"text": …, "numbers": [...]}, the
numbers being the values of its <data> elements.  Status 1 and a line for each fault otherwise.
"""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "br", "hr", "img", "input", "line", "circle", "rect", "path"}
LOADS = {"src", "href", "xlink:href", "srcset", "action", "data", "poster", "background"}


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.numbers: list[float] = []
        self.text: list[str] = []
        self.ids: set[str] = set()

    def fault(self, what: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {what}")

    def look_at(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "link", "base"}:
            self.fault(f"<{tag}> has no place in a report")
        for name, value in attributes:
            if name in LOADS or name.startswith("on"):
                self.fault(f"<{tag} {name}={value}> loads or runs something")
            if name == "id" and value in self.ids:
                self.fault(f"id {value} twice")
            if name == "id" and value:
                self.ids.add(value)
        if tag == "data":
            self.numbers.append(float(dict(attributes).get("value") or "nan"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.look_at(tag, attrs)
        if tag not in VOID or "svg" in self.open:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.look_at(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.fault(f"</{tag}> closes {self.open[-1] if self.open else 'nothing'}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def main() -> int:
    source = Path(sys.argv[1]).read_text(encoding="utf-8")
    page = Page()
    page.feed(source)
    page.close()
    if page.open:
        page.fault(f"left open: {page.open}")
    for found in re.findall(r"https?:|//[a-z]|url\(|@import", source):
        page.fault(f"'{found}' points out of the file")
    for fault in page.faults:
        print(fault, file=sys.stderr)
    print(json.dumps({"text": "".join(page.text), "numbers": page.numbers}))
    return 1 if page.faults else 0


if __name__ == "__main__":
    sys.exit(main())
