"""The check of the built site: dead links, parts of other hosts, pages that the search misses."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ONE = '<a href="two.html#place">x</a><img src="picture.png"><a href="https://example.org">y</a>'


@pytest.fixture(scope="module")
def links() -> ModuleType:
    path = Path(__file__).parents[3] / ".ci" / "site_links.py"
    spec = importlib.util.spec_from_file_location("site_links", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a site of two pages without a fault."""
    (tmp_path / "one.html").write_text(ONE)
    (tmp_path / "two.html").write_text('<h1 id="place">z</h1><a href="#place">up</a>')
    (tmp_path / "picture.png").write_bytes(b"")
    items = [{"location": "one.html"}, {"location": "two.html#place"}]
    (tmp_path / "search.json").write_text(json.dumps({"items": items}))
    return tmp_path


def test_a_whole_site_has_no_fault(links: ModuleType, site: Path) -> None:
    assert list(links.faults(site)) == []


@pytest.mark.parametrize(
    ("spoiled", "fault"),
    [
        (ONE.replace("two.html#place", "three.html"), "leads nowhere: three.html"),
        (ONE.replace("#place", "#elsewhere"), "leads nowhere: two.html#elsewhere"),
        (ONE.replace("two.html#place", "../../etc/hosts"), "leads nowhere: ../../etc/hosts"),
        (ONE.replace("picture.png", "missing.png"), "leads nowhere: missing.png"),
        (ONE + '<script src="https://cdn.example/x.js"></script>', "loads https://cdn.example"),
        (ONE + '<pre class="mermaid">a</pre>', "a script fetched for mermaid"),
        (ONE + '<link rel="stylesheet" href="//fonts.example/x.css">', "loads //fonts.example"),
    ],
)
def test_each_fault_of_a_page_is_found(
    links: ModuleType, site: Path, spoiled: str, fault: str
) -> None:
    (site / "one.html").write_text(spoiled)

    assert [found for found in links.faults(site) if fault in found] != []


def test_a_page_that_the_search_misses_and_no_search_at_all_are_faults(
    links: ModuleType, site: Path
) -> None:
    (site / "three.html").write_text("<p>new</p>")
    missed = list(links.faults(site))
    (site / "search.json").unlink()

    assert missed == ["the search does not know three.html"]
    assert list(links.faults(site)) == ["there is no search"]
