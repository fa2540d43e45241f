# SPDX-License-Identifier: MIT
"""The documentation that a wheel carries."""

from __future__ import annotations

import webbrowser
from pathlib import Path

__all__ = ["docs"]


def docs(*, browser: bool = True) -> Path:
    """Opens this documentation in the browser, and gives its first page's path.

    The pages are files of the installed wheel, of its version; no network is asked.  ``browser``:
    False only gives the path.  An installation without them (``pip install .`` in a checkout, where
    ``make docs`` makes them) raises :class:`FileNotFoundError`.
    """
    page = Path(__file__).parent / "html" / "index.html"
    if not page.exists():
        raise FileNotFoundError(
            f"poolrace: no documentation in this installation ({page}); a wheel of `make wheel` "
            "has it, and in a checkout `make docs` writes build/docs/index.html"
        )
    if browser:
        webbrowser.open(page.as_uri())
    return page
