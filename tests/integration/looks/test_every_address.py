"""Looking is on record: every address that shows a subject leaves an event that names it."""

from __future__ import annotations

from domain.access import Purpose, Role
from domain.events.examination import EvidenceUnmasked
from domain.events.links import Disclosed
from domain.ids import CaseId
from service.bootstrap import open_log_signer
from service.usecases.log.checkpoints import make_checkpoint
from tests.integration.api.driver import PURPOSES
from tests.integration.looks.walking import ROLES, SUBJECTS, Seen, Walk, person_of, token_of
from tests.integration.tenancy.theirs import ids_of_theirs
from tests.integration.web.driver import Office, Person, label_of

SHOWS_NOBODY = {
    "/healthz": "whether the process lives",
    "/readyz": "whether the process serves",
    "/metrics": "figures without subjects",
    "/docs": "the calls themselves",
    "/problems": "kinds of problem",
    "/problems/{code}": "a kind of problem",
    "/v1/deletion-grounds": "codes and words of grounds",
    "/v1/clients": "the systems of forces, which are no persons",
    "/v1/exchange/schema.json": "the form of a message",
    "/v1/exchange/schema.xsd": "the form of a message",
    "/workbench/exchange": "figures without subjects",
    "/certificates": "an empty form; a check is an event of its own",
    "/v1/certificates/keys": "the keys of the office",
    "/v1/certificates/status/{number}/{purpose}": "bits without names",
    "/workbench/law": "figures without subjects",
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
    "/workbench/names": "an empty form; an enquiry is an event of its own",
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
    "/workbench/agency": "is open to agencies alone, as above",
    "/workbench/agency/{request_id}": "is open to agencies alone, as above",
    "/v1/agreements/{agency}": "needs an agreement, and names an agency: no person",
    "/workbench/agreements/{agency}": "needs an agreement, as above",
    "/v1/application": "needs the code of an applicant: tests of applications look there",
    "/v1/application-forms": "is open to the pages of the public alone, and names kinds",
    "/v1/application/papers/{number}": "needs the code of an applicant, as above",
    "/v1/requests/{request_id}/documents/{document_id}": "needs an application, as above",
    "/workbench/requests/{request_id}/documents/{document_id}": "needs an application, as above",
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


def test_every_address_that_shows_a_subject_leaves_an_event_that_names_it(
    office: Office,
) -> None:
    walk, ids = Walk(office), prepared(office)
    walk.everything(ids)
    walk.everything(ids | {"request_id": ids["own_request_id"]}, only="{request_id}/answer")
    walk.everything(
        ids | {"request_id": ids["deletion_request_id"]}, only="{request_id}/deletions"
    )
    work_a_case(office, walk, ids)

    found = {(seen.role, seen.path): _fault(seen, ids) for seen in walk.seen}
    assert {asked: fault for asked, fault in found.items() if fault} == {}
    shown = {seen.route for seen in walk.seen}
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
    is_managing = seen.route.startswith("/workbench/records/")
    purpose = Purpose.RECORD_MANAGEMENT if is_managing else PURPOSES[seen.role]
    if {event.purpose for event in seen.looks} != {purpose}:
        return "another purpose"
    text = "" if seen.route in NAMED_BY_RANGE else seen.text
    told = {name for name in SUBJECTS if ids[name] in text + seen.path}
    return " ".join(sorted(name for name in told if ids[name] not in seen.named()))


def prepared(office: Office) -> dict[str, str]:
    for name, role in ROLES.items():
        token_of(office, person_of(office, name, role), role)
    ids = ids_of_theirs(office.world)
    make_checkpoint(office.world.services, open_log_signer(office.app.state.api.settings))
    with office.world.services.units.read() as unit:
        (first,) = unit.events.entries(start=0, limit=1)
    return ids | {"event_id": first.event_id}


def work_a_case(office: Office, walk: Walk, ids: dict[str, str]) -> None:
    """Walk the addresses of a case at each step of it: two examiners differ on it."""
    search_id = office.world.search(2, force="47")
    case_id = office.world.case_of(search_id)
    now = ids | {"case_id": case_id, "search_id": search_id, "label": "probe"}
    first, second = (office.person(f"examiner-{one}", Role.EXAMINER) for one in "ab")
    at = f"cases/{case_id}"
    for person, identify in ((first, True), (second, False)):
        assert person.post(f"{at}/claim").status_code == 200
        walk.everything(now, only="/cases/{case_id}")
        person.follow(f"{at}/analysis", value="yes", notes="Clear ridges.")
        shown = label_of(person.get(f"{at}/comparison").text)
        walk.everything(now | {"label": shown}, only="/cases/{case_id}")
        labels = office.true_labels(case_id, person, ids["other_person_id"])
        _compare(person, at, labels if identify else set())
        walk.everything(now, only="/cases/{case_id}/decision")
        walk.everything(now | {"label": shown}, only="/cases/{case_id}/comparisons")
        finding = f"identified:{min(labels)}" if identify else "excluded"
        person.follow(f"{at}/decision", finding=finding, reason="All points considered.")
    walk.everything(now, only="differences")
    walk.everything(now | {"label": "exemplar-a"}, only="{case_id}/prints")
    with office.world.services.units.read() as unit:
        case = unit.cases.get(CaseId(case_id))
    assert case is not None
    upheld = {"upheld": case.decisions[0].decision_id, "reason": "Seen by a third."}
    resolved = office.supervisor().follow(f"differences/{case_id}", **upheld)
    assert resolved.status_code == 200, resolved.text
    walk.everything(now | {"label": shown}, only="/cases/{case_id}")


def _compare(person: Person, at: str, labels: set[str]) -> None:
    while (answer := person.get(at)).url.path.endswith("/comparison"):
        is_mate = label_of(answer.text) in labels
        seen = person.look(answer.text)
        outcome = "identified" if is_mate else "excluded"
        sealed = person.follow(
            f"{at}/comparison",
            outcome=outcome,
            reason="Seen side by side.",
            **(seen if is_mate else {}),
        )
        assert sealed.status_code == 200, sealed.text
