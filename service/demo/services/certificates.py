"""A certificate is issued, checked online and offline, and superseded with its link."""

import re
from datetime import date
from typing import Any

import httpx2

from domain.access.access import Purpose
from domain.people.people import Record
from rules.step_down import Stated, step_down
from service.demo.calls import search_body
from service.demo.scenario import PlannedSearch, applicant
from service.demo.services.scene import Scene
from service.provenance.credentials.checking import TrustedKeys, check_file
from service.usecases.requests.notices import give_owed_notices

_ANSWER = re.compile(r"Answer: (\w+)")


def show(scene: Scene) -> None:
    """Issue a certificate, check it, revoke the link that it is based on, and check it again."""
    scene.say(
        "\nA person applies for a police certificate. Stepping down is synthetic policy here."
    )
    planned = _applicant(scene)
    details = search_body(planned.search_type, planned.probe.probe)["details"]
    work = scene.opened(scene.certificate_request(details))
    work.post("steps", step="accept")
    found = scene.identified_by_prints(work, planned)
    scene.say(f"Identity: {found['outcome']}, by {found['basis']}.")
    scene.released(work)
    issued = work.officer.post(f"{work.path}/certificate")
    (certificate,) = work.officer.get(f"{work.path}/certificates")["certificates"]
    scene.say(f"Two people released it: certificate {issued['number']}, {certificate['outcome']}.")
    _check_offline(
        scene, scene.downloaded(f"/v1/certificates/{issued['certificate_id']}/document")
    )
    scene.say(f"The page on which anybody can check it says: {_asked(scene, issued)}.")
    _revoke_link(scene, str(found["link_id"]))
    give_owed_notices(scene.services, lambda: False)
    scene.say(f"The link that it is based on is revoked. The page says: {_asked(scene, issued)}.")
    told = {one["kind"] for one in work.read()["notices"]}
    scene.say(f"Notices to the holder: {', '.join(sorted(told))}.")


def _applicant(scene: Scene) -> PlannedSearch:
    """Return new prints of a person whose record can be certified."""
    for number, record in scene.people_on_record():
        planned = applicant(scene.population, number, run=scene.run)
        said = planned.probe.probe.details
        if said.names and said.dates_of_birth and _is_readable(record):
            return planned
    raise LookupError(
        "No enrolled person has a record that can be certified: enrol more people with --persons."
    )


def _is_readable(record: Record) -> bool:
    today = date(2026, 1, 1)
    return bool(record.convictions) and all(
        step_down(one, today).stated is not Stated.UNKNOWN and not one.source.kind.is_told
        for one in record.convictions
    )


def _check_offline(scene: Scene, document: bytes) -> None:
    keys = httpx2.get(f"{scene.stage.address}/v1/certificates/keys").json()
    found = check_file(document, TrustedKeys(keys["office_key"], keys["log_key"]))
    for one in found.statements:
        scene.say(f"  offline, {one.name}: {'holds' if one.holds else 'FAILS'}. {one.words}")


def _asked(scene: Scene, issued: dict[str, Any]) -> str:
    """Return the answer of the page on which anybody can check a certificate."""
    fields = {name: issued[name] for name in ("number", "code")}
    # The answer is a page to which the form redirects, kept for whoever sent the form.
    with httpx2.Client(base_url=scene.stage.address, follow_redirects=True) as visitor:
        page = visitor.post("/certificates", data=fields).text
    found = _ANSWER.search(page)
    return found[1] if found else "nothing"


def _revoke_link(scene: Scene, link_id: str) -> None:
    secret = scene.stage.secrets["supervisor:one"]
    with scene.stage.calling(secret, Purpose.SUPERVISION) as supervisor:
        supervisor.post(f"/v1/links/{link_id}/revocation", {"reason": "Prints were exchanged."})
