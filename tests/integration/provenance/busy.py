"""Every operation that leaves a row, done once through the application, in a store with a link."""

from __future__ import annotations

import base64
from datetime import timedelta
from functools import partial
from typing import Any

import numpy as np

from data.synthetic.population import Population
from domain.access.access import Role
from domain.events.catalogue import topics
from domain.examination.cases import Outcome
from domain.examination.finding_policy import FindingPolicy, ReportTopic
from domain.ids import UserId
from domain.store_secrets import mac_under
from matching.scorer import Scorer
from service.bootstrap.runtime import assemble
from service.cli.context import CONSOLE
from service.cli.enrolling import PlannedChunk, enrol_chunks
from service.cli.loading import Enrolment, enrolment_batch
from service.settings import Settings
from service.storage.loading.bulk import EnrolmentBatch
from service.usecases.examination.possible_outcomes import set_finding_policy
from service.usecases.links.report import make_statement
from service.usecases.messages.webhooks import AddWebhook, add_webhook, remove_webhook
from service.usecases.models.rehearsing import rehearse
from service.usecases.people.integrity import check_gallery
from service.usecases.people.offence_tables import install_offences
from tests.integration.api.driver import World
from tests.integration.api.erasing import asked as have_asked
from tests.integration.api.erasing import confirmed as have_confirmed
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.minutiae import with_minutiae
from tests.integration.api.prints import encounter, finger, impression, mark, template
from tests.integration.api.workers import ndjson, search_line, searcher, submit, work_all
from tests.integration.provenance.busy_agencies import serve_agencies
from tests.integration.provenance.busy_applications import apply_to_the_office
from tests.integration.provenance.busy_certificates import certify
from tests.integration.provenance.busy_conversion import convert
from tests.integration.provenance.busy_disclosure import (
    answer_about_own_data,
    delete_arrests,
    restrict_people,
)
from tests.integration.provenance.busy_exchange import exchange
from tests.integration.provenance.busy_models import work_models
from tests.integration.provenance.busy_office import caller_of, give_access, run_the_office
from tests.integration.provenance.busy_publication import publish
from tests.integration.provenance.busy_remaking import remake
from tests.integration.provenance.busy_requests import work_requests
from tests.integration.provenance.busy_retention import retain
from tests.integration.provenance.links import Linked, make_link
from tests.integration.web.pictures import grey_png


def keep_busy(linked: Linked) -> None:
    """Do each operation that leaves a row in the log's account once."""
    world = linked.world
    _govern(world)
    # While there are few people, since two examiners look at the prints of each.
    _file_a_mark(world)
    _revoke_a_link(world)
    _differ_and_resolve(world)
    make_statement(world.services, CONSOLE, ReportTopic.ACCREDITATION, "ISO/IEC 17025, no. 1.")
    make_statement(
        world.services,
        CONSOLE,
        ReportTopic.COMPETENCE,
        "Twelve years.",
        examiner=UserId("examiner-a"),
    )
    _keep_pictures(world)
    _merge_and_part(world)
    _amend(world)
    _doubt(world)
    _erase(world)
    give_access(world)
    _ask_in_bulk(world)
    _climb(world)
    run_the_office(world)
    work_requests(world)
    certify(world)
    exchange(world)
    restrict_people(world)
    answer_about_own_data(world)
    delete_arrests(world)
    work_models(world)
    apply_to_the_office(world)
    serve_agencies(world)
    convert(world)
    retain(world)
    publish(world)
    _fail_a_form(world)


def _fail_a_form(world: World) -> None:
    """Remake all templates, and send a form with a fault: its page is kept for its visitor."""
    remake(world)
    answer = world.client.post("/certificates", data={}, follow_redirects=False)
    assert answer.status_code == 303


def _revoke_a_link(world: World) -> None:
    linked = make_link(world, first=21)
    world.force().get(f"/v1/links/{linked.link_id}")
    world.supervisor().post(f"/v1/links/{linked.link_id}/revocation", {"reason": "Wrong record."})


def differing(world: World) -> str:
    """Let two examiners differ over a case, and return it."""
    world.review_differences()
    person_id = world.enrol(31)["person_id"]
    case_id = world.case_of(world.search(31))
    world.examine(case_id, "examiner-a", person_id=person_id)
    world.examine(case_id, "examiner-b", person_id=None)
    return case_id


def _differ_and_resolve(world: World) -> None:
    case_id, supervisor = differing(world), world.supervisor()
    (first,) = supervisor.get("/v1/differences").json()["differences"]
    why = {"reason": "The finger is swollen.", "revision": first["revision"]}
    assert supervisor.post(f"/v1/differences/{case_id}/further", why).status_code == 204
    world.examine(case_id, "examiner-c", person_id=None)
    (waiting,) = supervisor.get("/v1/differences").json()["differences"]
    upheld = next(d for d in waiting["decisions"] if d["outcome"] == Outcome.IDENTIFIED)
    body = {
        "decision_id": upheld["decision_id"],
        "reason": "The points agree.",
        "revision": waiting["revision"],
    }
    world.look_at_difference(case_id)
    assert supervisor.post(f"/v1/cases/{case_id}/resolution", body).status_code == 201


def _govern(world: World) -> None:
    """Set what an office sets for all its work."""
    set_finding_policy(world.services, CONSOLE, FindingPolicy(mark_point_pairs=6))
    install_offences(world.services, CONSOLE, b"code,title\nZZ99001,An offence of nobody\n")


def _file_a_mark(world: World) -> None:
    search_id = world.search(99, impressions=mark(99, 3), search_type="LT/TP")
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(world.case_of(search_id), examiner, person_id=None)


def _keep_pictures(world: World) -> None:
    """Enrol and search with pictures and minutiae of two fingers, under references."""
    for person, seed in ((35, 1), (36, 2)):
        impressions = _pictured(person, seed=seed)
        body = encounter(person) | {"impressions": impressions, "reference": f"42/{seed}/26"}
        assert world.force().post("/v1/encounters", body).status_code == 201
        _compare_with_words(world, world.search(person, impressions=_pictured(person, seed=seed)))


def _compare_with_words(world: World, search_id: str) -> None:
    case_id, examiner = world.case_of(search_id), world.examiner("examiner-c")
    assert examiner.post(f"/v1/cases/{case_id}/claim").status_code == 204
    marked = {"position": 1, "features": [{"x_px": 20, "y_px": 30}]}
    seen = {"is_of_value": True, "notes": "Clear.", "fingers": [marked]}
    assert examiner.post(f"/v1/cases/{case_id}/analysis", seen).status_code == 204
    label = examiner.get(f"/v1/cases/{case_id}/exemplar").json()["label"]
    world.look(case_id, "examiner-c", label)
    # Whoever stands first in a line-up may have no pictures, as most people of this store.
    body = {"label": label, "outcome": "insufficient", "reason": "There is nothing to compare."}
    assert examiner.post(f"/v1/cases/{case_id}/comparisons", body).status_code == 204


def _pictured(person: int, *, seed: int) -> list[dict[str, Any]]:
    fingers = with_minutiae(encounter(person)["impressions"], seed=seed)
    png = base64.b64encode(grey_png(seed=seed)).decode()
    return [one | {"image": png} if one["position"] <= 2 else one for one in fingers]


def _merge_and_part(world: World) -> None:
    kept = world.enrol(41)["person_id"]
    doubles = [capture_again(world, 41, capture) for capture in (2, 4)]
    for double in doubles:
        body = {"surviving": kept, "absorbed": double, "reason": "One set of prints."}
        merge_id = proposed(world, "/v1/merges", body)
        confirm(world, merge_id)
    undoing = proposed(world, f"/v1/merges/{merge_id}/undoing", {"reason": "Two, after all."})
    confirm(world, undoing)


def capture_again(world: World, person: int, capture: int) -> str:
    """Enrol a capture of a known person, without a name; return the new person."""
    body = encounter(person, capture=capture)
    del body["record"]
    answer = world.force().post("/v1/encounters", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["person_id"])


def proposed(world: World, path: str, body: dict[str, str]) -> str:
    """Propose a merge or its undoing and return its id."""
    answer = world.supervisor("sue").post(path, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["merge_id"])


def confirm(world: World, merge_id: str) -> None:
    """Have a second supervisor confirm the proposal."""
    answer = world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")
    assert answer.json() == {"merge_id": merge_id, "captures": 1}


def _amend(world: World) -> None:
    """Amend a record twice, by two people."""
    record_id = world.enrol(43)["record_id"]
    for version, user in enumerate(("custody-01", "clerk-01"), 1):
        change = {"change": "add", "item": {"kind": "name", "surname": f"Alias{version}"}}
        body = {
            "expected_version": version,
            "changes": [change],
            "reason": "new information",
            "reason_text": "Said so.",
            "source": "person",
            "source_reference": "Interview 7",
        }
        force = world.user(Role.FORCE, user, force="01")
        answer = force.post(f"/v1/records/{record_id}/amendments", body)
        assert answer.status_code == 201, answer.text


def _doubt(world: World) -> None:
    """Doubt three pairs of persons: refute the first doubt, and merge after the others."""
    kept = [world.enrol(person)["person_id"] for person in (51, 52, 53)]
    for person in (51, 52, 53):
        capture_again(world, person, 2)
    assert check_gallery(world.services, CONSOLE).opened >= 3
    assert rehearse(world.services, CONSOLE, people=200).doubts >= 3
    for case in world.supervisor().get("/v1/gallery-cases?open=true").json()["cases"]:
        surviving = next((one for one in case["person_ids"] if one in kept[1:]), None)
        body = {"outcome": "refuted", "reason": "Twins."}
        if surviving:
            body = {"outcome": "confirmed", "reason": "One person.", "surviving": surviving}
        path = f"/v1/gallery-cases/{case['case_id']}/conclusion"
        assert world.supervisor().post(path, body).status_code < 300


def _erase(world: World) -> None:
    """One erasure at each stage: carried out, called back, waiting, and asked for."""
    person_id, other_id = (world.enrol(person)["person_id"] for person in (61, 65))
    _revise(world, world.case_of(world.search(61)), person_id)
    _revise(world, world.case_of(world.search(65)), other_id)
    have_erased(world, person_id)
    without_order = {"basis": "retention period ended", "authority": "order-8"}
    erasure_id = have_confirmed(world, world.enrol(62)["person_id"], without_order)
    called_back = world.supervisor().post(f"/v1/erasures/{erasure_id}/call-back")
    assert called_back.status_code == 200, called_back.text
    have_confirmed(world, world.enrol(63)["person_id"], without_order)
    have_asked(world, world.enrol(64)["person_id"], without_order)


def _revise(world: World, case_id: str, person_id: str) -> None:
    """Revise a comparison in a case that stays open."""
    user, path = world.examiner("examiner-a"), f"/v1/cases/{case_id}"
    assert user.post(f"{path}/claim").status_code == 204
    world.analyse(case_id, "examiner-a")
    labels = world.true_labels(case_id, "examiner-a", person_id)
    label = world.compare_all(case_id, "examiner-a", identified=labels)
    body = {"outcome": "excluded", "reason": "A ridge runs otherwise."}
    assert user.post(f"{path}/comparisons/{label}/revisions", body).status_code == 204


def _ask_in_bulk(world: World) -> None:
    submit(world, ndjson(search_line(1), search_line(5)), priority="high", reference="Op. 7")
    work_all(searcher(world.services))
    cancelled = submit(world, ndjson(search_line(2))).json()["batch_id"]
    cancellation = f"/v1/search-batches/{cancelled}/cancellation"
    assert world.force().post(cancellation).status_code == 204
    submit(world, ndjson(search_line(3), search_line(4)))
    caller = caller_of(Role.FORCE, "custody-01", "01")
    for path in ("kept", "removed"):
        command = AddWebhook(caller, f"https://force.example/{path}", frozenset(topics()))
        endpoint = add_webhook(world.services, command, mac=mac_under(b"k" * 32)).endpoint
    remove_webhook(world.services, caller, endpoint.endpoint_id)
    with world.services.units.write() as unit:
        unit.hosts.seen("another-host", "1", forget_after=timedelta(days=1))
        unit.commit()
    body = {"details": {"names": [{"forename": "Forename1", "surname": "Surname1"}]}}
    assert world.force().post("/v1/names-enquiries", body).status_code == 201


def _climb(world: World) -> None:
    """Search with small changes of one probe until it is a pattern."""
    for step in range(5):
        rng = np.random.default_rng([71, step])
        vector = finger(71, 2) + 0.004 * rng.standard_normal(192)
        probe = impression(71, 2) | {"template": template(vector / np.linalg.norm(vector))}
        world.search(71, impressions=[probe])


def load_people(settings: Settings, scorer: Scorer) -> None:
    """Load two synthetic people in bulk, in two chunks.

    Two examiners look at ten fingers of each, in every line-up, since none has a picture.
    """
    runtime = assemble(settings, scorer)
    try:
        people = Enrolment(Population(7), 2)
        enrol_chunks(
            runtime,
            people.source_digest,
            (PlannedChunk(n, 1, partial(_people, people, start=n)) for n in range(2)),
            advance=lambda _: None,
        )
    finally:
        runtime.close()


def _people(people: Enrolment, *, start: int) -> EnrolmentBatch:
    return enrolment_batch(next(people.population.blocks(start, start + 1, chunk=1)))
