# SPDX-License-Identifier: MIT
"""What the package says of itself: as CITATION.cff has it, and as it was built."""

import re
import tomllib

import poolrace
import yaml
from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text())


def test_authors_keywords_licence_and_version_are_the_citations():
    assert PROJECT["authors"] == CITATION["authors"]
    assert PROJECT["keywords"] == CITATION["keywords"]
    assert PROJECT["license"]["text"] == CITATION["license"]
    assert PROJECT["version"] == CITATION["version"] == poolrace.__version__


def test_classifiers_say_no_other_python_and_licence():
    oldest = re.search(r"3\.\d+", PROJECT["requires-python"])[0]
    said = PROJECT["classifiers"]
    assert f"Programming Language :: Python :: {oldest}" in said
    licences = [line for line in said if line.startswith("License ::")]
    assert licences == [f"License :: OSI Approved :: {PROJECT['license']['text']} License"]
    assert len(set(said)) == len(said)
