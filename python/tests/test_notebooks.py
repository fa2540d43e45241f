# SPDX-License-Identifier: MIT
"""The notebooks of experiments/notebooks/ run from top to bottom in a real Jupyter kernel, and what
they predicted holds."""

import re

import jupytext
import pytest
from conftest import ROOT
from nbclient import NotebookClient

NOTEBOOKS = sorted((ROOT / "experiments" / "notebooks").glob("[0-9]*.py"))


def printed(book):
    return "".join(
        output.get("text", "")
        for cell in book.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stdout"
    )


def figures(book):
    outputs = [o for cell in book.cells for o in cell.get("outputs", [])]
    return sum("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path):
    book = jupytext.read(path)
    NotebookClient(
        book, timeout=900, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    text = printed(book)
    assert re.search(r"prediction held|held for packets", text), text
    assert "did NOT hold" not in text, text
    assert figures(book) >= 1
    for words in ("**Question.**", "**Prediction.**", "## The result", "**What would change it.**"):
        assert sum(words in cell.source for cell in book.cells) == 1
