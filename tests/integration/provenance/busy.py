"""Every operation that leaves a row, done once through the application, in a store with a link."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from data.synthetic.population import Population
from domain.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.cases import Outcome, Priority
from domain.drafts import DraftStep
from domain.events.catalogue import topics
from domain.ids import CaseId, ForceCode, UserId
from matching.scorer import Scorer
from service.bootstrap import assemble
from service.cli.context import CONSOLE
from service.cli.enrolling import PlannedChunk, enrol_chunks
from service.cli.population import Enrolment, enrolment_batch
from service.settings import Settings
from service.storage.loading.batch import EnrolmentBatch
from service.usecases.access.accounts import (
    change_password,
    disable_account,
    link_account,
    unlink_account,
)
from service.usecases.access.clients import (
    AddClient,
    add_client,
    revoke_client,
    revoke_key,
    rotate_key,
)
from service.usecases.access.one_time_codes import STEP_S, code_at
from service.usecases.access.second_factors import enrol, enrolment_secret, reset
from service.usecases.access.sessions import recognise, sign_in, sign_out
from service.usecases.examination.control_items import insert_control_items
from service.usecases.examination.drafts import LateForm, keep_draft
from service.usecases.examination.queue import set_priority
from service.usecases.messages.webhooks import AddWebhook, add_webhook, remove_webhook
from service.usecases.misuse.staff import EnrolStaff, enrol_staff
from service.usecases.people.integrity import check_gallery
from tests.contract.builders import NOON, tenprint
from tests.integration.api.driver import ROOT, World
from tests.integration.api.erasing import asked as have_asked
from tests.integration.api.erasing import confirmed as have_confirmed
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.prints import encounter, finger, impression, mark, template
from tests.integration.api.workers import ndjson, search_line, searcher, submit, work_all
from tests.integration.provenance.links import Linked, make_link
from tests.integration.provenance.signing_in import arrived, attempt, with_provider
from tests.integration.web.driver import PASSWORD, Office, Person, with_fast_hashes


def keep_busy(linked: Linked) -> None:
    """Do each operation that leaves a row in the log's account once."""
    world = linked.world
    _revoke_a_link(world)
    _differ_and_resolve(world)
    _file_a_mark(world)
    _merge_and_part(world)
    _amend(world)
    _doubt(world)
    _erase(world)
    _give_access(world)
    _ask_in_bulk(world)
    _climb(world)
    _run_the_office(world)


def _revoke_a_link(world: World) -> None:
    linked = make_link(world, first=21)
    world.force().get(f"/v1/links/{linked.link_id}")
    world.supervisor().post(f"/v1/links/{linked.link_id}/revocation", {"reason": "Wrong record."})


def differing(world: World) -> str:
    """Let two examiners differ over a case, and return it."""
    person_id = world.enrol(31)["person_id"]
    case_id = world.case_of(world.search(31))
    world.examine(case_id, "examiner-a", person_id=person_id)
    world.examine(case_id, "examiner-b", person_id=None)
    return case_id


def _differ_and_resolve(world: World) -> None:
    case_id, supervisor = differing(world), world.supervisor()
    (waiting,) = supervisor.get("/v1/differences").json()["differences"]
    upheld = next(d for d in waiting["decisions"] if d["outcome"] == Outcome.IDENTIFIED)
    body = {
        "decision_id": upheld["decision_id"],
        "reason": "The points agree.",
        "revision": waiting["revision"],
    }
    assert supervisor.post(f"/v1/cases/{case_id}/resolution", body).status_code == 201


def _file_a_mark(world: World) -> None:
    search_id = world.search(99, impressions=mark(99, 3), search_type="LT/TP")
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(world.case_of(search_id), examiner, person_id=None)


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
    world.enrol(51)
    capture_again(world, 51, 2)
    assert check_gallery(world.services, CONSOLE).opened >= 1
    case = world.supervisor().get("/v1/gallery-cases?open=true").json()["cases"][0]
    body = {"outcome": "refuted", "reason": "Twins."}
    path = f"/v1/gallery-cases/{case['case_id']}/conclusion"
    assert world.supervisor().post(path, body).status_code < 300


def _erase(world: World) -> None:
    """One erasure at each stage: carried out, called back, waiting, and asked for."""
    person_id = world.enrol(61)["person_id"]
    _revise(world, world.case_of(world.search(61)), person_id)
    have_erased(world, person_id)
    without_order = {"basis": "retention period ended", "authority": "order-8"}
    erasure_id = have_confirmed(world, world.enrol(62)["person_id"], without_order)
    called_back = world.supervisor().post(f"/v1/erasures/{erasure_id}/call-back")
    assert called_back.status_code == 200, called_back.text
    have_confirmed(world, world.enrol(63)["person_id"], without_order)
    have_asked(world, world.enrol(64)["person_id"], without_order)


def _revise(world: World, case_id: str, person_id: str) -> None:
    """Revise a comparison in a case that stays open until its exemplar is withdrawn."""
    user, path = world.examiner("examiner-a"), f"/v1/cases/{case_id}"
    assert user.post(f"{path}/claim").status_code == 204
    world.analyse(case_id, "examiner-a")
    labels = world.true_labels(case_id, "examiner-a", person_id)
    label = world.compare_all(case_id, "examiner-a", identified=labels)
    body = {"outcome": "excluded", "reason": "A ridge runs otherwise."}
    assert user.post(f"{path}/comparisons/{label}/revisions", body).status_code == 204


def _give_access(world: World) -> None:
    issued = world.administrator().post("/v1/tokens", {"user": "somebody", "role": "auditor"})
    token_id = issued.json()["token_id"]
    assert world.administrator().delete(f"/v1/tokens/{token_id}").status_code == 204
    services, force = world.services, ForceCode("01")
    client_id = add_client(services, AddClient(ROOT, "custody-suite", force)).client.client_id
    first = rotate_key(services, ROOT, client_id).key
    revoke_key(services, ROOT, client_id, first.key_id)
    gone = add_client(services, AddClient(ROOT, "old-suite", force))
    revoke_client(services, ROOT, gone.client.client_id)


def _ask_in_bulk(world: World) -> None:
    submit(world, ndjson(search_line(1)), priority="high")
    work_all(searcher(world.services))
    cancelled = submit(world, ndjson(search_line(2))).json()["batch_id"]
    cancellation = f"/v1/search-batches/{cancelled}/cancellation"
    assert world.force().post(cancellation).status_code == 204
    caller = _caller(Role.FORCE, "custody-01", "01")
    for path in ("kept", "removed"):
        command = AddWebhook(caller, f"https://force.example/{path}", frozenset(topics()))
        endpoint = add_webhook(world.services, command, key=b"k" * 32).endpoint
    remove_webhook(world.services, caller, endpoint.endpoint_id)
    body = {"details": {"names": [{"forename": "Forename1", "surname": "Surname1"}]}}
    assert world.force().post("/v1/names-enquiries", body).status_code == 201


def _caller(role: Role, name: str, force: str | None = None) -> Caller:
    code = ForceCode(force) if force else None
    return Caller(Actor(UserId(name), role, code, ROLE_SCOPES[role]), Purpose.OPERATIONS)


def _climb(world: World) -> None:
    """Search with small changes of one probe until it is a pattern."""
    for step in range(5):
        rng = np.random.default_rng([71, step])
        vector = finger(71, 2) + 0.004 * rng.standard_normal(192)
        probe = impression(71, 2) | {"template": template(vector / np.linalg.norm(vector))}
        world.search(71, impressions=[probe])


def _run_the_office(world: World) -> None:
    enrol_staff(
        world.services,
        EnrolStaff(CONSOLE, UserId("examiner-a"), NOON, tenprint(81)),
    )
    office = Office(world.app, world, with_fast_hashes(world.app))
    case_id = CaseId(world.case_of(world.search(2)))
    leaver = office.examiner("someone-new")
    _run_out_of_time(office, leaver, case_id)
    disable_account(office.bench, ROOT, leaver.user_id)
    _change_who_signs_in(office)
    _enrol_authenticators(office)
    caller = _caller(Role.SUPERVISOR, "supervisor-a")
    set_priority(office.bench, caller, case_id, Priority.URGENT)
    bench = replace(office.bench, desk=replace(office.bench.desk, control_share=0.9))
    assert insert_control_items(bench, caller, limit=1)


def _change_who_signs_in(office: Office) -> None:
    """Change a password, sign in through the provider, link a subject and unlink it."""
    bench = with_provider(office.bench)
    arrived(bench, "subject-new")
    user_id = office.account("was-linked", Role.EXAMINER)
    change_password(bench, ROOT, user_id, f"{PASSWORD}, another")
    link_account(bench, ROOT, user_id, "subject-old")
    arrived(bench, "subject-old")
    unlink_account(bench, ROOT, user_id)
    arrived(bench, "subject-new")
    leaving = attempt("was-linked", f"{PASSWORD}, another")
    sign_out(bench, recognise(bench, sign_in(bench, leaving)))


def _enrol_authenticators(office: Office) -> None:
    """Enrol two authenticators, one of which is reset."""
    for name in ("keeps-factor", "loses-factor"):
        person = office.examiner(name)
        bench, caller = office.bench, person.caller(office)
        secret = enrolment_secret(bench, person.user_id, name)
        step = int(bench.services.surroundings.clock().timestamp()) // STEP_S
        enrol(bench, caller, secret, code_at(secret, step))
    reset(bench, ROOT, person.user_id)


def _run_out_of_time(office: Office, examiner: Person, case_id: CaseId) -> None:
    """Send notes too late, so that they are kept."""
    secret = examiner.client.cookies["identlink-session"]
    notes = {"value": "yes", "notes": "Clear ridges."}
    late = LateForm(secret, examiner.csrf, DraftStep.ANALYSIS, case_id, notes)
    assert keep_draft(office.bench, late)


def load_people(settings: Settings, scorer: Scorer) -> None:
    """Load a few synthetic people in bulk, in two chunks."""
    runtime = assemble(settings, scorer)
    try:
        people = Enrolment(Population(7), 4)
        enrol_chunks(
            runtime,
            people.source_digest,
            (PlannedChunk(n, 2, partial(_people, people, start=2 * n)) for n in range(2)),
            advance=lambda _: None,
        )
    finally:
        runtime.close()


def _people(people: Enrolment, *, start: int) -> EnrolmentBatch:
    return enrolment_batch(next(people.population.blocks(start, start + 2, chunk=2)))
