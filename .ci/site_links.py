"""Follows every link of the built site and looks for parts of other hosts: `site_links.py DIR`.

Prints each fault and ends with 1; a page that the search cannot find is a fault as well.
"""

import json
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
_SEARCH = "search.json"
_FETCHED = frozenset({"mermaid", "glightbox"})
"""Classes of parts for which the generator's script fetches another one from elsewhere."""


class _Page(HTMLParser):
    """The links of a page, the parts that it loads, and the places in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.classes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value for name, value in attrs if value}
        self.ids |= {found[name] for name in ("id", "name") if name in found}
        self.classes |= set(found.get("class", "").split())
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in _LOADED and _LOADED[tag] in found and found.get("rel") != "canonical":
            self.loaded.append(found[_LOADED[tag]])


def faults(site: Path) -> Iterator[str]:
    """Yield what is wrong with a site."""
    pages = {path: _Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    if not pages:
        yield "there is no page"
    for path, page in pages.items():
        told = path.relative_to(site)
        for address in page.loaded:
            if urlsplit(address).netloc:
                yield f"{told} loads {address}"
        yield from (f"{told} has a script fetched for {one}" for one in page.classes & _FETCHED)
        yield from (
            f"{told} leads nowhere: {link}"
            for link in (*page.links, *page.loaded)
            if not _leads(site, path, link, pages)
        )
    yield from _unfound(site, pages)


def _leads(site: Path, page: Path, link: str, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    start = site if parts.path.startswith("/") else page.parent
    target = (start / unquote(parts.path).lstrip("/")).resolve() if parts.path else page.resolve()
    if not target.is_relative_to(site.resolve()) or not target.exists():
        return False
    known = {path.resolve(): found for path, found in pages.items()}
    place = unquote(parts.fragment)
    return not place or target not in known or place in known[target].ids


def _unfound(site: Path, pages: dict[Path, _Page]) -> Iterator[str]:
    index = next(site.rglob(_SEARCH), None)
    if index is None:
        yield "there is no search"
        return
    items = json.loads(index.read_text("utf-8"))["items"]
    known = {item["location"].partition("#")[0] for item in items}
    for path in pages:
        name = path.relative_to(index.parent).as_posix()
        if name not in known:
            yield f"the search does not know {name}"


if __name__ == "__main__":
    found = list(faults(Path(sys.argv[1])))
    words = "\n".join(found) or "Every link leads somewhere; nothing is loaded from elsewhere."
    sys.stdout.write(f"{words}\n")
    sys.exit(bool(found))
