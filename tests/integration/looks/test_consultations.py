"""A person's own list of consultations: complete, by force and role, and a look itself."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from domain.list_pages import EventFilter
from service.main import app
from tests.integration.looks.walked import Walked
from tests.integration.looks.walking import ROLES, SUBJECTS
from tests.integration.web.driver import Office

pytestmark = pytest.mark.promise("accesses")

THEIR_OWN = ("record_id", "encounter_id", "link_id", "person_id")
"""The ids under which the person's data is held."""


def test_everything_that_was_shown_of_a_person_is_in_their_list(walked: Walked) -> None:
    office, ids, walk = walked.office, walked.ids, walked.walk
    shown = [seen for seen in walk.seen if any(ids[name] in seen.named() for name in THEIR_OWN)]
    path = f"/v1/people/{ids['person_id']}/consultations?limit=200"

    listed, before = [], ""
    while before is not None:
        page = office.world.supervisor().get(f"{path}{before and f'&before={before}'}").json()
        listed += page["consultations"]
        before = page["next_before"]

    told = [(one["kind"], one["role"], (one["force"] or {}).get("force")) for one in listed]
    for seen in shown:
        for event in seen.looks:
            kind = dict(event.facts).get("kind", event.event_type)
            force = {"force": "47", "case-officer": "89", "reconciler": "89"}.get(seen.role.value)
            assert (kind, seen.role.value, force) in told, (seen.path, kind)
    assert len(shown) > 30
    text = json.dumps(listed)
    assert not [name for name in SUBJECTS if ids[name] in text]
    assert not [name for name in ROLES if name in text]


def test_the_list_is_a_look_itself_and_only_some_roles_have_it(office: Office) -> None:
    person_id = office.world.enrol(1, force="47")["person_id"]
    other_id = office.world.enrol(2, force="47")["person_id"]
    path = f"/v1/people/{person_id}/consultations"

    first = office.world.auditor().get(path).json()["consultations"]
    second = office.world.supervisor().get(path).json()["consultations"]

    assert first == []
    assert [(one["kind"], one["role"], one["purpose"]) for one in second] == [
        ("consultations", "auditor", "audit")
    ]
    assert office.world.auditor().get("/v1/people/nobody/consultations").status_code == 404
    other = office.world.auditor().get(f"/v1/people/{other_id}/consultations").json()
    assert other["consultations"] == []
    for user in (office.world.force("47"), office.world.examiner(), office.world.administrator()):
        assert user.get(path).status_code == 403


def test_the_page_is_made_to_be_printed_and_names_forces(office: Office) -> None:
    person = office.world.enrol(1, force="47")
    office.world.force("47").get(f"/v1/records/{person['record_id']}")
    office.world.force("47").get(f"/v1/records/{person['record_id']}/versions")

    page = office.supervisor().page(f"people/{person['person_id']}/consultations")

    assert "Lincolnshire" in page or "(47)" in page
    assert "record read" in page
    assert "the list of versions of the record" in page
    assert "custody-47" not in page
    assert person["record_id"] not in page


def test_the_command_lists_them_and_is_on_record(sqlite_office: Office) -> None:
    office = sqlite_office
    person = office.world.enrol(1, force="47")
    office.world.force("47").get(f"/v1/records/{person['record_id']}")
    settings = office.app.state.api.settings
    call = ["person", "consultations", person["person_id"], "--store", str(settings.store)]
    env = {"IDENTLINK_DATABASE_URL": settings.database_url.get_secret_value()}

    told = CliRunner().invoke(app, [*call, "--json"], env=env)
    again = CliRunner().invoke(app, call, env=env)

    (one,) = json.loads(told.output)["consultations"]
    assert (one["kind"], one["role"], one["purpose"]) == ("record-read", "force", "arrest")
    assert again.output.splitlines()[0].endswith(
        "consultations | the office | console | subject-access"
    )
    wanted = EventFilter(subject_ref=person["person_id"], event_type=None)
    with office.world.services.units.read() as unit:
        found = unit.events.search(wanted, before=None, limit=10)
    assert [event.event_type for event in found][:2] == ["looked", "looked"]
