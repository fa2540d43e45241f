# SPDX-License-Identifier: MIT
"""Small tables as text and as HTML, for what a result says of itself."""

from __future__ import annotations

import html


def text_table(title: str, heads: list[str], rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [heads, *rows]
    ]
    return "\n".join([title, *lines])


def html_table(title: str, heads: list[str], rows: list[list[str]]) -> str:
    def line(cells: list[str], tag: str) -> str:
        return "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return (
        f"<table><caption>{html.escape(title)}</caption>"
        f"<thead><tr>{line(heads, 'th')}</tr></thead><tbody>{body}</tbody></table>"
    )


class Tabled:
    """What a result says of itself: as text, and in a notebook."""

    def _table(self) -> tuple[str, list[str], list[list[str]]]:
        """Title, heads and rows."""
        raise NotImplementedError

    def __str__(self) -> str:
        return text_table(*self._table())

    def _repr_html_(self) -> str:
        return html_table(*self._table())
