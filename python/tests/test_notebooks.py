# SPDX-License-Identifier: MIT
"""The notebooks of experiments/notebooks/ run from top to bottom in a real Jupyter kernel, and what
they say of their predictions is what it was; two of these fail, which is what there is to learn."""

import jupytext
import pytest
from conftest import ROOT
from nbclient import NotebookClient

SAID = {
    "01_the_race_in_ten_minutes": ["prediction held for crashes"],
    "02_crash_probability": ["prediction held"],
    "03_cost_of_the_guard": [
        "held for packets",
        "held for xarray-fixed, held for scan-rcu",
    ],
    "04_coherence_and_iommu": [
        "held for danger",
        "cost of scan-rcu it did NOT hold",
        "cost of xarray-fixed it did NOT hold",
    ],
    "05_your_own_fix": ["prediction held"],
}
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
    for words in SAID[path.stem]:
        assert words in text
    assert text.count("did NOT hold") == "".join(SAID[path.stem]).count("did NOT hold")
    assert figures(book) >= 1
    for words in ("**Question.**", "**Prediction.**", "## The result", "**What would change it.**"):
        assert sum(words in cell.source for cell in book.cells) == 1
