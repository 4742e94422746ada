"""An agency asks about a person, and is answered within its agreement but not beyond it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import httpx2

from domain.access.access import Purpose, Role
from domain.people.convictions import ConvictionVersion
from domain.people.people import Record
from domain.requests.releasing import HeldConviction
from rules.rehabilitation.record import Standing
from service.demo.accounts import Work
from service.demo.calls import ApiCaller
from service.demo.services.scene import Scene, stated
from service.usecases.requests.matters import standings

_AGREED: dict[str, Any] = {
    "name": "Office for Harbours",
    "legal_status": "competent authority",
    "purposes": ["criminal proceedings"],
    "reach": "unspent convictions",
    "starts_on": "2020-01-01",
    "review_on": "2099-01-01",
    "contacts": [{"name": "Ann Other", "email": "ann@harbours.example"}],
}


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
        scene.say(f"It asks for criminal proceedings: due on {caller.get(own)['due_on']}.")
        scene.identified_by_documents(work, record)
        _tell_what_may_leave(scene, work)
        scene.released(work)
        told = caller.get(own)
    scene.say(
        f"Two people answered. The agency reads: {told['state']}, {told['outcome']},"
        f" {len(told['convictions'])} convictions."
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
    officer.post("/v1/agreements", {"agency": agency, **_AGREED})
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
