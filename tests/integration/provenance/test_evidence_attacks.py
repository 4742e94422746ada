"""A database administrator changes the evidence before two honest examiners look at it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from domain.events.examination import TamperingFound
from domain.ids import SearchId
from service.bootstrap.keys import open_log_signer
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.findings import FindingCode
from service.provenance.canonical import read_event
from service.settings import Settings
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import World
from tests.integration.provenance.tampering import drop_triggers, give_back
from tests.integration.storage.raw import connection

pytestmark = pytest.mark.promise("tampering")

VICTIM = (
    "UPDATE candidates SET person_id = :person_id, record_id = :record_id WHERE search_id = :s"
)

FORGED_PRINT = (
    "INSERT INTO prints_shown (case_id, viewer, label, position, content, shown_at, print_id)"
    " VALUES (:c, 'examiner-a', :label, 2, 'image', '2026-01-01 12:00:00.000000', :p)"
)

VARIANTS = (
    "UPDATE candidates SET posterior = 0.5 WHERE search_id = :s",
    "UPDATE candidates SET total_millibits = total_millibits + 1 WHERE search_id = :s",
    "UPDATE candidates SET payload_id = 1 WHERE search_id = :s",
    "UPDATE searches SET thresholds = 'x' WHERE search_id = :s",
    "UPDATE searches SET model_version = 'x' WHERE search_id = :s",
    "UPDATE searches SET code_version = 'x' WHERE search_id = :s",
    "UPDATE searches SET force = '02' WHERE search_id = :s",
    "UPDATE searches SET purpose = 'x' WHERE search_id = :s",
    "DELETE FROM event_subjects WHERE seq IN"
    " (SELECT seq FROM event_subjects WHERE subject_ref = :s)",
)


def change(settings: Settings, statement: str, **values: str | None) -> None:
    """Run a statement as an administrator of the database does, past the triggers."""
    with connection(settings.database_address) as raw, raw.begin():
        if raw.dialect.name == "sqlite":
            dropped = drop_triggers(raw)
            raw.execute(text(statement), values)
            give_back(raw, dropped)
        else:
            raw.execute(text("SET LOCAL session_replication_role = replica"))
            raw.execute(text(statement), values)


def findings(world: World, settings: Settings) -> list[str]:
    """Verify the store; return the sentences about rows that were changed."""
    found = faults(world, settings)
    return [detail for code, detail in found if code is FindingCode.ROW_CHANGED]


def faults(world: World, settings: Settings) -> list[tuple[FindingCode, str]]:
    """Verify the store; return each finding."""
    keys = TrustedKeys(open_log_signer(settings).verifier)
    found = verify_store(world.services, keys).log.findings
    return [(each.code, each.detail) for each in found]


def bodies_of_tampering(world: World) -> list[TamperingFound]:
    with world.services.units.read() as unit:
        bodies = [read_event(entry.body) for entry in unit.events.every()]
    kind = TamperingFound
    return [body.typed_as(kind) for body in bodies if body.event_type == kind.event_type]


def test_an_innocent_person_is_not_linked_through_two_honest_examiners(
    world: World, settings: Settings
) -> None:
    world.enrol(1)
    victim = world.enrol(2)
    search_id = world.search(1)
    case_id = world.case_of(search_id)
    change(
        settings, VICTIM, person_id=victim["person_id"], record_id=victim["record_id"], s=search_id
    )

    answer = world.examiner().post(f"/v1/cases/{case_id}/claim")

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/evidence-tampered")
    (told,) = bodies_of_tampering(world)
    assert (told.case_id, told.row_ref) == (case_id, search_id)
    assert world.standing(search_id)["state"] == "examining"
    (finding,) = findings(world, settings)
    assert search_id in finding
    assert "candidates" in finding


def test_candidates_changed_between_claim_and_decision_stop_the_decision(
    world: World, settings: Settings
) -> None:
    person_id = world.enrol(1)["person_id"]
    victim = world.enrol(2)
    search_id = world.search(1)
    case_id = world.case_of(search_id)
    world.examine(case_id, "examiner-a", person_id=person_id)
    world.examiner("examiner-b").post(f"/v1/cases/{case_id}/claim")
    change(
        settings, VICTIM, person_id=victim["person_id"], record_id=victim["record_id"], s=search_id
    )

    body = {"is_of_value": True}
    answer = world.examiner("examiner-b").post(f"/v1/cases/{case_id}/analysis", body)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/evidence-tampered")
    with world.services.units.read() as unit:
        search = unit.searches.get(SearchId(search_id))
    assert search is not None
    assert search.link_id is None


def test_a_sealed_decision_turned_to_another_candidate_stops_the_second(
    world: World, settings: Settings
) -> None:
    person_id = world.enrol(1)["person_id"]
    search_id = world.search(1)
    case_id = world.case_of(search_id)
    world.examine(case_id, "examiner-a", person_id=person_id)
    change(settings, "UPDATE decisions SET shuffle_seed = 1 WHERE case_id = :c", c=case_id)

    answer = world.examiner("examiner-b").post(f"/v1/cases/{case_id}/claim")

    assert answer.json()["type"] == "/problems/evidence-tampered"
    assert len(findings(world, settings)) == 1


@pytest.mark.parametrize("statement", VARIANTS)
def test_each_variant_is_refused(world: World, settings: Settings, statement: str) -> None:
    world.enrol(1)
    search_id = world.search(1)
    change(settings, statement, s=search_id)

    answer = world.examiner().post(f"/v1/cases/{world.case_of(search_id)}/claim")

    assert answer.json()["type"] == "/problems/evidence-tampered"
    assert len(bodies_of_tampering(world)) == 1


def test_a_print_that_was_never_shown_stops_the_finding_that_would_rest_on_it(
    world: World, settings: Settings
) -> None:
    case_id = _analysed(world)
    body = _comparison(world, case_id)
    for print_id, label in zip(("e" * 32, "f" * 32), ("probe", body["label"]), strict=True):
        change(settings, FORGED_PRINT, c=case_id, p=print_id, label=label)

    answer = world.examiner().post(f"/v1/cases/{case_id}/comparisons", body)

    assert answer.json()["type"] == "/problems/evidence-tampered"
    (told,) = bodies_of_tampering(world)
    assert told.row_ref in {"e" * 32, "f" * 32}
    assert told.committed_by is None
    # Each is found by what it says, and again by its digest, with its table and its key.
    unstated = [code for code, _ in faults(world, settings)]
    assert unstated == [FindingCode.ROW_WITHOUT_EVENT] * 4


def test_a_print_without_a_name_is_no_ground_of_a_finding(
    world: World, settings: Settings
) -> None:
    case_id = _analysed(world)
    body = _comparison(world, case_id)
    for label in ("probe", body["label"]):
        change(settings, FORGED_PRINT, c=case_id, p=None, label=label)

    answer = world.examiner().post(f"/v1/cases/{case_id}/comparisons", body)

    assert answer.json()["type"] == "/problems/unfounded-finding"


def test_a_shown_print_that_was_changed_stops_the_finding(
    world: World, settings: Settings
) -> None:
    case_id = _analysed(world)
    body = _comparison(world, case_id)
    world.look(case_id, "examiner-a", body["label"])
    change(settings, "UPDATE prints_shown SET position = 9 WHERE case_id = :c", c=case_id)

    answer = world.examiner().post(f"/v1/cases/{case_id}/comparisons", body)

    assert answer.json()["type"] == "/problems/evidence-tampered"
    # Of the probe and of the exemplar.
    assert len(findings(world, settings)) == 2


def _analysed(world: World) -> str:
    """Return a case whose probe an examiner has analysed."""
    world.enrol(1)
    case_id = world.case_of(world.search(1))
    assert world.examiner().post(f"/v1/cases/{case_id}/claim").status_code == 204
    world.analyse(case_id, "examiner-a")
    return case_id


def _comparison(world: World, case_id: str) -> dict[str, str]:
    label = world.examiner().get(f"/v1/cases/{case_id}/exemplar").json()["label"]
    return {"label": label, "outcome": "excluded"}
