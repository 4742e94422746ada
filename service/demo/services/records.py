"""A person on record without prints, found and certified; another whose prints are purged.

Both are shown in a separate store, because a purge takes everything that is due in a store.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from domain.access.access import Purpose, Role
from domain.people.identifiers import make_asn
from service.app import create_app
from service.demo.calls import DEMO_FORCE, ApiCaller, search_body
from service.demo.ending import opened
from service.demo.scenario import applicant
from service.demo.services.scene import Scene
from service.demo.stage import Stage, running
from service.demo.tour import OFFICE, two_officers
from service.logs import build_logger
from service.usecases.retention.releasing import carry_out_plans, destroy_prints

_PLAN_DAY = date(2005, 1, 10)
"""The day of the purge: five years after the prints were taken."""
_NOBODY_ELSE = {"purge_most_per_mille": 1_000}
"""A plan may take everybody's prints: nobody else has any in this store."""


@dataclass(frozen=True, slots=True)
class _Somebody:
    """A person, with everything that the searches of the scene state about them."""

    surname: str
    born_on: str
    number: int = 0
    """The number of the person in the population whose prints are taken; 0: nobody's."""

    @property
    def details(self) -> dict[str, Any]:
        """The person's details in the form of an API body."""
        return {
            "names": [{"forename": "Morwenna Tamsyn", "surname": self.surname}],
            "dates_of_birth": [self.born_on],
            "sex": "female",
            "place_of_birth": "Mousehole",
        }


def show(scene: Scene) -> None:
    """Show what each answer says about two people, before and after."""
    with (
        _in_own_store(scene) as own,
        _caller(own, Role.COURT_FEED) as court,
        _caller(own, Role.FORCE) as force,
    ):
        _show_summons(own, court, force)
        _show_purge(own, force)


@contextmanager
def _in_own_store(scene: Scene) -> Iterator[Scene]:
    """Yield the scene over an empty store inside the demo's store, served until the end."""
    settings = scene.stage.runtime.settings
    store = settings.store / f"records-{scene.run}"
    own = {"store": store, "keys": None, "database_url": None, **_NOBODY_ELSE}
    runtime = opened(settings.model_copy(update=own))
    app = create_app(runtime, logger=build_logger(sys.stderr, "warning"))
    with running(app, host="127.0.0.1", port=0) as address:
        stage = Stage.set(runtime, address, scene.stage.console, app, is_verbose=False)
        with two_officers(stage) as officers:
            yield replace(scene, stage=stage, officers=officers)
    runtime.close()


def _show_summons(scene: Scene, court: ApiCaller, force: ApiCaller) -> None:
    scene.say("\nA person without prints is summonsed, and a court fines them.")
    person = _Somebody("Trelawney", "1979-08-17")
    _say_answers(scene, force, person, None, when="Before")
    asn = _asn(scene, 2026)
    offence = _offence("TH68010", "2026-01-10", ("charged", "2026-01-12"))
    report = {"asn": asn, "force": DEMO_FORCE, "on": "2026-01-11", "offences": [offence]}
    made = force.post("/v1/records", person.details | {"arrest_reports": [report]})
    told = court.post("/v1/matters", _fine(scene, person, asn))
    scene.say(f"The court's result is {told['state']}, by its number, name and birth.")
    _say_answers(scene, force, person, made["record_id"], when="After")
    bases = scene.officers[0].get(f"/v1/retention/people/{made['person_id']}")
    scene.say(f"Captures that the law of prints could purge: {len(bases['prints'])}.")


def _show_purge(scene: Scene, force: ApiCaller) -> None:
    scene.say(
        "\nA person was cautioned at 15, for theft. The law keeps the prints for five years,"
        f" and the entry stays. The purge is planned as of {_PLAN_DAY:%-d %B %Y}."
    )
    person = _Somebody("Penhallow", "1984-06-17", number=1)
    enrolled = force.post("/v1/encounters", _arrested(scene, person))
    _say_answers(scene, force, person, enrolled["record_id"], when="Before")
    lines = _purged(scene)
    scene.say(f"Two supervisors release a plan; the wait is over. Captures destroyed: {lines}.")
    _say_answers(scene, force, person, enrolled["record_id"], when="After")


def _say_answers(
    scene: Scene, force: ApiCaller, person: _Somebody, record_id: str | None, *, when: str
) -> None:
    """Print what a names enquiry, a search by prints and a certificate say about a person."""
    named = force.post("/v1/names-enquiries", {"details": person.details})
    found = {one["record_id"] for one in named["candidates"]}
    answers = [f"the names enquiry finds {'the record' if record_id in found else 'nobody'}"]
    if person.number:
        is_met = record_id in _found_by_prints(scene, person)
        answers.append(f"the search by prints {'the record' if is_met else 'nobody'}")
    answers.append(f'the certificate says "{_certified(scene, person, record_id)}"')
    scene.say(f"  {when}: {', '.join(answers)}.")


def _certified(scene: Scene, person: _Somebody, record_id: str | None) -> str:
    work = scene.opened(scene.certificate_request(person.details))
    work.post("steps", step="accept")
    work.post("search")
    named = work.officer.get(f"{work.path}/candidates")["candidates"]
    mine = [one for one in named if one["record_id"] == record_id]
    said = {"candidate_id": mine[0]["candidate_id"], "words": "Passport seen."} if mine else {}
    work.post("identification", **said)
    scene.released(work)
    work.officer.post(f"{work.path}/certificate")
    (certificate,) = work.officer.get(f"{work.path}/certificates")["certificates"]
    return str(certificate["outcome"])


def _found_by_prints(scene: Scene, person: _Somebody) -> set[str | None]:
    """Return the records of the candidates of a search by the person's prints."""
    planned = applicant(scene.population, person.number, run=1_000 + scene.run)
    body = search_body(planned.search_type, planned.probe.probe)
    del body["details"]
    with scene.stage.callers() as callers:
        search = callers["force:west-yorkshire"].post("/v1/searches", body)
        read = callers["auditor:one"].get(f"/v1/searches/{search['search_id']}/evidence")
    return {one["record_id"] for one in read["candidates"]}


def _fine(scene: Scene, person: _Somebody, asn: str) -> dict[str, Any]:
    fine = {"code": "1015", "text": "Fined 120 pounds.", "pence": 12_000}
    offence = {
        "code": "TH68010",
        "title": "Theft from a shop",
        "began_on": "2026-01-10",
        "convicted_on": "2026-06-01",
        "finding": "G",
        "results": [fine],
    }
    return {
        "source": "court",
        "reference": f"DEMO-{scene.run}",
        "court": "B13HT00",
        "heard_on": "2026-06-01",
        "case_number": f"13CJ{scene.run:07d}",
        "asn": asn,
        "name": person.details["names"][0],
        "born_on": person.born_on,
        "offences": [offence],
    }


def _arrested(scene: Scene, person: _Somebody) -> dict[str, Any]:
    planned = applicant(scene.population, person.number, run=scene.run)
    body = search_body(planned.search_type, planned.probe.probe)
    offence = _offence("TH68001", "2000-01-09", ("cautioned", "2000-03-01"))
    asn = _asn(scene, 2000)
    report = {"asn": asn, "force": DEMO_FORCE, "on": "2000-01-10", "offences": [offence]}
    return {
        "captured_at": "2000-01-10T07:08:09Z",
        "impressions": body["impressions"],
        "record": person.details | {"arrest_reports": [report]},
    }


def _asn(scene: Scene, year: int) -> str:
    return make_asn(year, DEMO_FORCE, unit="CJ", system="00", sequence=20_000 + scene.run)


def _offence(code: str, on: str, disposal: tuple[str, str]) -> dict[str, Any]:
    kind, day = disposal
    return {
        "code": code,
        "title": "Theft",
        "is_recordable": True,
        "committed_on": on,
        "disposals": [{"disposal": kind, "on": day}],
    }


def _purged(scene: Scene) -> int:
    """Let two supervisors release today's plan; end its waiting time; return what was purged."""
    with _caller(scene, Role.SUPERVISOR) as one, _caller(scene, Role.SUPERVISOR, "b") as other:
        plan = one.post("/v1/retention/plans", {"on": _PLAN_DAY.isoformat()})
        at = f"/v1/retention/plans/{plan['plan_id']}"
        lines = one.get(at)["lines"]
        one.post(f"{at}/recount")
        one.post(f"{at}/release")
        other.post(f"{at}/release")
    services = scene.services
    carry_out_plans(services)
    clock = services.surroundings.clock
    ahead = replace(services.surroundings, clock=lambda: clock() + timedelta(days=4))
    destroy_prints(replace(services, surroundings=ahead))
    return sum(len(line["captures"]) for line in lines)


def _caller(scene: Scene, role: Role, name: str = "a") -> AbstractContextManager[ApiCaller]:
    """Return an API connection of a person with a role, for this scene."""
    force = {Role.COURT_FEED: OFFICE, Role.FORCE: DEMO_FORCE}.get(role)
    purpose = Purpose.ARREST if role is Role.FORCE else Purpose.RECORD_MANAGEMENT
    return scene.stage.caller(f"{role.value}:records-{name}", role, purpose, force)
