"""Looking is on record: every address that shows a subject leaves an event that names it."""

from __future__ import annotations

import pytest

from domain.access.access import Purpose, Role
from domain.events.examination import EvidenceUnmasked
from domain.events.links import Disclosed
from tests.integration.api.driver import PURPOSES
from tests.integration.looks.walked import Walked
from tests.integration.looks.walking import SUBJECTS, Seen

pytestmark = pytest.mark.promise("accesses")

SHOWS_NOBODY = {
    "/healthz": "whether the process lives",
    "/readyz": "whether the process serves",
    "/metrics": "figures without subjects",
    "/docs": "the calls themselves",
    "/glossary": "what words mean",
    "/problems": "kinds of problem",
    "/problems/{code}": "a kind of problem",
    "/v1/deletion-grounds": "codes and words of grounds",
    "/v1/clients": "the systems of forces, which are no persons",
    "/v1/exchange/schema.json": "the form of a message",
    "/v1/exchange/schema.xsd": "the form of a message",
    "/workbench/exchange": "figures without subjects",
    "/certificates": "an empty form; a check is an event of its own",
    "/certificates/changes": "an empty form; a question is an event of its own",
    "/v1/certificates/keys": "the keys of the office",
    "/v1/certificates/status/{number}/{purpose}": "bits without names",
    "/workbench/model-checks": "figures without subjects",
    "/workbench/accounts": "an empty form for accounts, which are no people on record",
    "/workbench/today": "figures without subjects",
    "/v1/publication/releases": "released figures",
    "/v1/publication/releases/{quarter}": "released figures",
    "/v1/publication/disclosure-log": "what is published without the asker",
    "/workbench/publication": "released figures",
    "/workbench/publication/releases/{quarter}": "released figures",
    "/workbench/publication/disclosure-log": "what is published without the asker",
    "/v1/webhooks": "addresses of a force's own systems",
    "/v1/search-batches": "how many lines of a batch are done; its lines are on record",
    "/v1/search-batches/{batch_id}": "how many lines are done; its lines are on record",
    "/v1/log/checkpoint": "the size of the log and its signature",
    "/v1/log/proofs/consistency": "hashes alone",
    "/workbench/log/checkpoint": "the size of the log and its signature",
    "/workbench/find": "an empty form; who is found is an event of its own",
    "/workbench/names": "an empty form; an enquiry is an event of its own",
    "/workbench/new-record": "an empty form; a record that begins is an event of its own",
    "/workbench/exchange/requests/new": "an empty form; messages are an event of their own",
    "/workbench/requests/new": "an empty form; a request is an event of its own",
    "/workbench/searches/new": "an empty form; a search is an event of its own",
    "/workbench/sign-in": "an empty form",
    "/workbench/second-factor": "the visitor's own second factor",
    "/workbench/tokens": "the visitor's own tokens",
}
"""Addresses without an event, and the reason."""

NEVER_SHOWN = {
    "/": "leads to the workbench",
    "/v1/referrals": "is open to the referral body alone: its tests look there",
    "/v1/referrals/{referral_id}": "is open to the referral body alone, as above",
    "/workbench/referrals": "is open to the referral body alone, as above",
    "/workbench/referrals/{referral_id}": "is open to the referral body alone, as above",
    "/v1/agency/agreement": "is open to agencies alone: their tests look there",
    "/v1/agency/requests": "is open to agencies alone, as above",
    "/v1/agency/requests/{request_id}": "is open to agencies alone, as above",
    "/v1/agency/watches": "is open to agencies alone, as above",
    "/workbench/agency": "is open to agencies alone, as above",
    "/workbench/agency/{request_id}": "is open to agencies alone, as above",
    "/v1/agreements/{agency}": "needs an agreement, and names an agency: no person",
    "/workbench/agreements/{agency}": "needs an agreement, as above",
    "/v1/application": "needs the code of an applicant: tests of applications look there",
    "/v1/application/subscription": "needs the code of an applicant, as above",
    "/v1/application-forms": "is open to the pages of the public alone, and names kinds",
    "/v1/application/documents/{document_id}/picture": "needs the code of an applicant, as above",
    "/v1/application/papers/{number}": "needs the code of an applicant, as above",
    "/v1/requests/{request_id}/documents/{document_id}": "needs an application, as above",
    "/workbench/requests/{request_id}/documents/{document_id}": "needs an application, as above",
    "/workbench/requests/{request_id}/documents/{document_id}/view": "as above",
    "/workbench": "leads to another page",
    "/workbench/sign-in/provider": "leads to the identity provider, where one is set",
    "/workbench/sign-in/provider/answer": "comes back from the identity provider",
    "/workbench/{rest:path}": "there is no such page",
}
"""Addresses that never answer with content."""

NAMED_BY_RANGE = {"/v1/log/entries", "/v1/log/search", "/v1/log/proofs/inclusion"} | {
    "/workbench/log",
    "/workbench/log/entries/{event_id}",
    "/workbench/log/entries/{event_id}/receipt",
    "/workbench/log/export",
}
"""Pages of the log: the event says which entries were shown, not all that these name.

To name it again would let the log grow by its own reading.
"""

BESIDE = {Disclosed.event_type, EvidenceUnmasked.event_type}
"""Events that say more than that something was shown, in the transaction of the one that does."""


def test_every_address_that_shows_a_subject_leaves_an_event_that_names_it(walked: Walked) -> None:
    ids, walk = walked.ids, walked.walk
    every = [*walk.seen, *walked.worked.seen]

    found = {(seen.role, seen.path): _fault(seen, ids) for seen in every}
    assert {asked: fault for asked, fault in found.items() if fault} == {}
    shown = {seen.route for seen in every}
    assert shown | NEVER_SHOWN.keys() == set(walk.routes)
    assert not shown & NEVER_SHOWN.keys()


def _fault(seen: Seen, ids: dict[str, str]) -> str:
    """Return whether the events lack who or why, or a subject of the address or the answer."""
    if seen.route in SHOWS_NOBODY:
        return "an event too many" if seen.left else ""
    if not 1 <= len([one for one in seen.looks if one.event_type not in BESIDE]) <= 3:
        return f"{len(seen.looks)} events"
    if {event.actor for event in seen.looks} != {seen.name}:
        return "another actor"
    if {event.purpose for event in seen.looks} != {_purpose(seen, ids)}:
        return "another purpose"
    text = "" if seen.route in NAMED_BY_RANGE else seen.text
    told = {name for name in SUBJECTS if ids[name] in text + seen.path}
    return " ".join(sorted(name for name in told if ids[name] not in seen.named()))


def _purpose(seen: Seen, ids: dict[str, str]) -> Purpose:
    """Return what an address is looked at for: on pages of case officers by what it shows."""
    if seen.route.startswith("/workbench/records/"):
        return Purpose.RECORD_MANAGEMENT
    if seen.role is not Role.CASE_OFFICER or not seen.route.startswith("/workbench"):
        return PURPOSES[seen.role]
    for name, purpose in REQUESTS.items():
        if ids[name] in seen.path:
            return purpose
    found = {purpose for room, purpose in ROOMS.items() if seen.route.startswith(room)}
    return found.pop() if found else Purpose.RECORD_MANAGEMENT


REQUESTS = {
    "request_id": Purpose.INTERNATIONAL_EXCHANGE,
    "own_request_id": Purpose.SUBJECT_ACCESS,
    "deletion_request_id": Purpose.DELETION,
}
ROOMS = {
    "/workbench/exchange": Purpose.INTERNATIONAL_EXCHANGE,
    "/workbench/agreements": Purpose.AGENCY_SERVICE,
    "/workbench/deletions": Purpose.DELETION,
}
