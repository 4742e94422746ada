"""An agency asks and is answered within its agreement but not beyond it; a person gets access to
their own data, and has it deleted, up to the last acknowledgement.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import Any

import httpx2

from domain.access.access import Purpose, Role
from domain.ids import ForceCode
from domain.people.convictions import ConvictionVersion
from domain.people.people import ArrestReport, Record
from domain.requests.releasing import HeldConviction
from domain.retention.disclosure import why_not
from rules.rehabilitation.record import Standing
from service.demo.calls import DEMO_FORCE, ApiCaller
from service.demo.services.scene import Scene, stated
from service.demo.tour import AGREED, Work
from service.usecases.requests.matters import standings
from service.usecases.requests.notices import give_owed_notices


def show(scene: Scene) -> None:
    """Let an agency ask for a purpose outside its agreement, and for one inside it."""
    agency, record = f"HARB-{scene.run}", _person_told_of(scene)
    scene.say(
        f"\nAn agency, {agency}, agreed: only criminal proceedings, only unspent convictions."
    )
    with _spoken_for(scene, agency) as caller:
        scene.say(f"It asks for a security check: {_refusal(caller, record)}.")
        asked = caller.post("/v1/agency/requests", _enquiry(record, "criminal proceedings"))
        work = Work(scene.officers[0], str(asked["request_id"]))
        own = f"/v1/agency/requests/{work.request_id}"
        due = date.fromisoformat(caller.get(own)["due_on"])
        scene.say(f"It asks for criminal proceedings: the answer is due on {due:%-d %B %Y}.")
        scene.identified_by_documents(work, record)
        _tell_what_may_leave(scene, work)
        scene.released(work)
        told = caller.get(own)
    scene.say(
        f"Two people answered. The agency reads: {told['state']}, {told['outcome']};"
        f" convictions: {len(told['convictions'])}."
    )


def _person_told_of(scene: Scene) -> Record:
    """Return the record of a person whose convictions the agreement covers only in part.

    If no enrolled person has such a record, return the record with the greatest variety.
    """
    found = [record for _, record in scene.people_on_record() if _is_askable(record)]
    if not found:
        raise LookupError(
            "No enrolled person has a conviction that an agency may ask about: enrol more"
            " people with --persons."
        )
    return max(found, key=lambda record: _variety(record, scene.today))


def _is_askable(record: Record) -> bool:
    ours = [one for one in record.convictions if not one.source.kind.is_told]
    return bool(ours and record.details.names and record.details.dates_of_birth)


def _variety(record: Record, today: date) -> tuple[bool, bool]:
    held = [
        HeldConviction(ConvictionVersion(record.record_id, f"conviction-{number}", 1), one)
        for number, one in enumerate(record.convictions, 1)
    ]
    found = {one.standing for one in standings(held, today)}
    return Standing.UNSPENT.value in found, len(found) > 1


@contextmanager
def _spoken_for(scene: Scene, agency: str) -> Iterator[ApiCaller]:
    """Record an agreement, let an account act for the agency, and open a connection for it."""
    officer, user = scene.officers[0], f"agency-{agency.lower()}"
    officer.post("/v1/agreements", {"agency": agency, "name": "Office for Harbours", **AGREED})
    with scene.stage.caller(user, Role.AGENCY, Purpose.AGENCY_SERVICE) as caller:
        officer.post(f"/v1/agreements/{agency}/members", {"user": user})
        yield caller


def _enquiry(record: Record, purpose: str) -> dict[str, Any]:
    return {
        "kind": "agency-names-enquiry",
        "purpose": purpose,
        "subject": stated(record),
        "reference": "HARB 7",
    }


def _refusal(caller: ApiCaller, record: Record) -> str:
    """Return the title of the problem with which a request outside the agreement is refused."""
    try:
        caller.post("/v1/agency/requests", _enquiry(record, "security check"))
    except httpx2.HTTPStatusError as error:
        return str(error.response.json()["title"]).rstrip(".")
    raise LookupError("The agency was told more than its agreement allows.")


def _tell_what_may_leave(scene: Scene, work: Work) -> None:
    judged = work.read()["convictions"]
    kept = [one["why_not"] for one in judged if not one["may_leave"]]
    scene.say(
        f"Of {len(judged)} convictions on record, {len(judged) - len(kept)} may be disclosed."
    )
    for why in sorted(set(kept)):
        scene.say(f"  {kept.count(why)} held back: {why}.")


def show_access(scene: Scene) -> None:
    """Answer a person who asks for all data about them."""
    record = next(one for _, one in scene.people_on_record() if _is_plain(one))
    scene.say("\nA person asks for all data about them.")
    work = scene.opened(scene.own_request("subject-access", record))
    scene.identified_by_documents(work, record)
    prepared = work.post("answer", search="Records, prints, disclosures and the log of looks.")
    removed = len(prepared["removals"])
    scene.say(f"One officer prepares the answer; removed by the schema: {removed} places.")
    scene.released(work)
    document: dict[str, Any] = work.officer.get(f"{work.path}/answer/document")
    pdf = scene.downloaded(f"{work.path}/answer/document.pdf")
    due = date.fromisoformat(work.read()["due_on"])
    scene.say(
        f"Another agreed, and it was sent as a PDF of {len(pdf) // 1000} kB;"
        f" it was due by {due:%-d %B %Y}."
    )
    told = {one["heading"]: len(one["fields"]) for one in document["sections"]}
    parts = ", ".join(f"{heading} {count}" for heading, count in told.items())
    scene.say(f"Fields by section: {parts}.")
    scene.say(document["no_certificate"])


def _is_plain(record: Record) -> bool:
    return bool(record.arrest_reports and record.details.names and record.details.dates_of_birth)


def show_deletion(scene: Scene) -> None:
    """Disclose a person to a force, delete an arrest, and have the force acknowledge it."""
    record, report = _deletable(scene)
    told = _tell_a_force(scene, record)
    scene.say("\nA person asks for the deletion of an arrest. A force has seen the record.")
    asks = {"words": "Nothing had happened."}
    work = scene.opened(scene.own_request("record-deletion", record) | asks)
    scene.identified_by_documents(work, record)
    case = _asked(work, report)
    scene.say(
        f"The arrest of {report.on:%-d %B %Y} is put to force {case['owner']}, which decides."
    )
    decided = _decided(scene, case)
    scene.say(f"The owner: {decided['state']}. Now the office carries it out.")
    work.officer.post(f"/v1/deletions/{case['deletion_id']}/carrying-out")
    scene.say("It is carried out: the entry is gone from every version.")
    scene.released(work)
    give_owed_notices(scene.services, lambda: False)
    _acknowledge(scene, told)


def _deletable(scene: Scene) -> tuple[Record, ArrestReport]:
    """Return a person with an arrest that can be deleted; each run takes another arrest."""
    found = list(islice(_deletables(scene), scene.run))
    if not found:
        raise LookupError(
            "No enrolled person has an arrest whose deletion can be requested: enrol more"
            " people with --persons."
        )
    return found[-1]


def _deletables(scene: Scene) -> Iterator[tuple[Record, ArrestReport]]:
    for _, record in scene.people_on_record():
        can = [one for one in record.arrest_reports if one.offences and not why_not(one)]
        if can and record.details.names and record.details.dates_of_birth:
            yield record, can[0]


def _tell_a_force(scene: Scene, record: Record) -> Work:
    """Answer a force that asks whether the person has a record, and return its request."""
    stated = {
        "asker": {"kind": "force", "code": DEMO_FORCE},
        "purpose": "criminal investigation",
        "legal_basis": "policing",
    }
    work = scene.opened(scene.own_request("names-enquiry-answer", record) | stated)
    scene.identified_by_documents(work, record)
    work.post("decision", decision="release")
    return work


def _asked(work: Work, report: ArrestReport) -> dict[str, Any]:
    held = work.officer.get(f"{work.path}/deletions")
    arrest = next(
        one for one in held["arrests"] if one["on"] == report.on.isoformat() and not one["why_not"]
    )
    asked = {name: arrest[name] for name in ("record_id", "item_id")}
    body = asked | {"asked": ["entry"], "ground": "no-crime", "words": "Nothing had happened."}
    return dict(work.officer.post(f"{work.path}/deletions", body))


def _decided(scene: Scene, case: dict[str, Any]) -> dict[str, Any]:
    owner = ForceCode(case["owner"])
    body = {"approved": ["entry"], "ground": "no-crime", "reasons": "No crime was committed."}
    with scene.stage.caller(f"force:{owner}", Role.FORCE, Purpose.DELETION, owner) as force:
        return dict(force.post(f"/v1/deletions/{case['deletion_id']}/decision", body))


def _acknowledge(scene: Scene, told: Work) -> None:
    """Have the force acknowledge its notice, and show that no acknowledgement is missing."""
    for notice in told.read()["notices"]:
        scene.say(f"The force that was told is owed a notice: {notice['kind']}. It answers.")
        told.officer.post(f"/v1/disclosure-notices/{notice['notice_id']}/acknowledgement")
    known = {one["notice_id"] for one in told.read()["notices"]}
    missing = told.officer.get("/v1/disclosure-notices/unanswered")["notices"]
    late = [one for one in missing if one["notice_id"] in known]
    scene.say(f"Recipients that have not acknowledged: {len(late)}.")
