# SPDX-License-Identifier: MIT
"""The documentation site: every README as it stands, the reference, and the package's docstrings.

The source folder is the repository, so that a link between two files is one between two pages.
What no file says as it is read (glossary, lessons) is taken from where it lives.
"""

import json
import re
from pathlib import Path

import poolrace

ROOT = Path(__file__).resolve().parent.parent

project = "Poolrace"
author = "The Poolrace developers"
copyright = author + "; MIT licence"
release = version = poolrace.__version__
root_doc = "docs/index"
include_patterns = [
    "*.md",
    "docs/*.md",
    "docs/*.rst",
    "**/README.md",
    "experiments/reference.md",
    "experiments/explore/*.md",
    "experiments/rare/*.md",
]
exclude_patterns = ["build*", ".*", "venv", "**/node_modules"]
extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["deflist", "substitution"]
myst_heading_anchors = 3
nitpicky = True  # a name in a docstring that leads nowhere is a warning, and warnings are errors
_ELSEWHERE = r"(np|pandas|xarray|os|pathlib|collections\.abc)\..*|Axes|NDArray|PathLike"
_ALIASES = r"(Fault|Kind|Program|Scenario|Variant)Name|Changes|Progress|Results"
nitpick_ignore_regex = [  # names in signatures: other packages', and those of _settings.pyi
    ("py:class", rf"{_ELSEWHERE}|{_ALIASES}|poolrace\._estimates\.Pairs"),
]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "undoc-members": True}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False
default_role = "code"

html_theme = "furo"
html_title = f"Poolrace {release}"
html_extra_path = ["index.html"]  # to docs/index.html
html_copy_source = False
html_domain_indices = False
html_show_sphinx = False
html_theme_options = {"top_of_page_buttons": []}


def glossary() -> str:
    """The words of the lesson page, [word, pattern, meaning], in its order."""
    source = (ROOT / "experiments/lesson/page/src/glossary.js").read_text()
    entries = source.partition("const entries = ")[2].partition("];")[0] + "]"
    rows = json.loads(re.sub(r",(\s*\])", r"\1", entries))
    return "\n\n".join(f"**{word}**\n: {meaning}" for word, _, meaning in rows)


def lessons() -> str:
    """Title, question and command of each lesson, in teaching order."""
    told = []
    for name, title in poolrace.lessons().items():
        head = (ROOT / f"experiments/lesson/texts/{name}.md").read_text().split("---")[1]
        question = re.search(r"^question = (.*)$", head, re.MULTILINE)[1]
        told.append(f"## {title}\n\n{question}\n\n    poolrace lesson {name} -o {name}.html")
    return "\n\n".join(told)


myst_substitutions = {"glossary": glossary(), "lessons": lessons()}
