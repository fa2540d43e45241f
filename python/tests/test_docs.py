# SPDX-License-Identifier: MIT
"""The documentation: where an installation has it, and that a dead link in the site is found."""

import importlib.util
import sys
import webbrowser

import poolrace
import pytest
from conftest import ROOT
from poolrace import _docs

spec = importlib.util.spec_from_file_location("check_site", ROOT / "scripts" / "check-site.py")
check_site = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_site)


@pytest.fixture
def site(tmp_path):
    """Two pages without a fault."""
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text(
        '<link href="s.css"><p id="top"><a href="a/b%20c.html#here">b</a> <a href="#top">up</a>'
        '<a href="https://example.org/">elsewhere</a>'
    )
    (tmp_path / "s.css").write_text("")
    (tmp_path / "a" / "b c.html").write_text('<h1 id="here"><a href="../index.html">home</a>')
    return tmp_path


def test_a_sound_site_has_no_fault(site):
    assert check_site.faults(site) == []


@pytest.mark.parametrize(
    ("added", "fault"),
    [
        ('<a href="a/gone.html">', "index.html: a/gone.html leads nowhere"),
        ('<a href="a">', "index.html: a leads nowhere"),
        ('<a href="a/b%20c.html#gone">', "index.html: a/b%20c.html#gone: no such anchor"),
        ('<a href="#gone">', "index.html: #gone: no such anchor"),
        ('<script src="https://example.org/x.js">', "index.html: loads https://example.org/x.js"),
        ('<link href="//example.org/x.css">', "index.html: loads //example.org/x.css"),
        ('<img src="gone.png">', "index.html: gone.png leads nowhere"),
    ],
)
def test_a_fault_is_named(site, added, fault):
    with (site / "index.html").open("a") as page:
        page.write(added)
    assert check_site.faults(site) == [fault]


def test_a_lost_page_and_an_undocumented_name_are_faults(site, monkeypatch):
    (site / "lost.html").write_text('<p id="small.there"><p id="module-small.plot">')
    monkeypatch.syspath_prepend(site)
    (site / "small.py").write_text("__all__ = ['plot', 'there', 'absent']")
    found = check_site.faults(site, "small")
    sys.modules.pop("small", None)
    assert found == ["lost.html: no link leads here", "small.absent is on no page"]


def test_a_site_needs_a_first_page(tmp_path):
    assert check_site.faults(tmp_path) == [f"no {tmp_path / 'index.html'}"]


def test_docs_opens_the_installed_pages(tmp_path, monkeypatch):
    monkeypatch.setattr(_docs, "__file__", str(tmp_path / "_docs.py"))
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    with pytest.raises(FileNotFoundError, match="make docs"):
        poolrace.docs()
    page = tmp_path / "html" / "index.html"
    page.parent.mkdir()
    page.write_text("")
    assert poolrace.docs(browser=False) == page
    assert opened == []
    assert poolrace.docs() == page
    assert opened == [page.as_uri()]
