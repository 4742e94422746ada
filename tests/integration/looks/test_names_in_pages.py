"""Names in pages: no page shows an identifier alone where people, forces or captures have one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from domain.forces import is_known_force
from tests.integration.looks.walked import Walked
from tests.integration.looks.walking import Seen, Walk
from tests.integration.web.driver import Office

IDS_THEMSELVES = {
    "/workbench/log": "an entry names its subjects by id alone, and is searched by it",
    "/workbench/log/entries/{event_id}": "as above",
    "/workbench/log/export": "the exact text of entries, which the log signs",
}
"""Pages whose content is identifiers, and the reason."""

_REFERENCES = {
    "search_id": "SEARCH-1",
    "link_id": "SEARCH-1",
    "record_id": "CUSTODY-1",
    "encounter_id": "CUSTODY-1",
}
"""The ids of things that their force gave a name, and the name."""

_TAGS = re.compile(r"<(?:script|style|title).*?</(?:script|style|title)>|<[^>]*>", re.DOTALL)
_FORCE = re.compile(r"\b[Ff]orce:? (\w\w)\b")


def shown(page: str) -> str:
    """Return the text of a page as it is read, without tags, addresses and forms."""
    return re.sub(r"\s+", " ", unescape(_TAGS.sub(" ", page)))


def test_no_page_shows_an_identifier_where_there_is_a_name(walked: Walked) -> None:
    office, ids = walked.office, walked.ids
    walk = Walk(office, seen=[*walked.walk.seen, *walked.worked.seen])
    _settle(office, walk, ids)
    people = {user_id: name for name, user_id in office.user_ids().items() if name != user_id}
    named = people | {ids[name]: reference for name, reference in _REFERENCES.items()}

    pages = [seen for seen in walk.seen if seen.route.startswith("/workbench")]
    faults = {(seen.route, fault) for seen in pages for fault in _faults(seen, named)}

    assert len({seen.route for seen in pages}) > 50
    assert any(user_id in seen.text for seen in pages for user_id in named), "nothing to find"
    assert sorted(faults) == []


def _settle(office: Office, walk: Walk, ids: dict[str, str]) -> None:
    at = f"gallery/{ids['gallery_case_id']}"
    settled = office.supervisor().follow(at, outcome="unclear", reason="Too little is seen.")
    assert settled.status_code == 200
    walk.everything(ids, only="/workbench/gallery")


def _faults(seen: Seen, named: Mapping[str, str]) -> list[str]:
    if seen.route in IDS_THEMSELVES:
        return []
    text = shown(seen.text)
    codes = [code for code in _FORCE.findall(text) if is_known_force(code)]
    bare = [name for one, name in named.items() if one[:8] in text and name not in text]
    return [*(f"force {code}" for code in codes), *bare]
