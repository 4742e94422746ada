"""Accounts, clients, sessions and the desk of a store in which everything has happened once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import LinkingError
from domain.examination.cases import Priority
from domain.ids import CaseId, ForceCode, UserId
from service.cli.context import CONSOLE
from service.usecases.access.accounts import (
    change_password,
    disable_account,
    link_account,
    unlink_account,
)
from service.usecases.access.clients import (
    AddClient,
    ClientCredentials,
    add_client,
    grant_token,
    recognise_client,
    revoke_client,
    revoke_key,
    rotate_key,
)
from service.usecases.access.kept_pages import LateForm, keep_draft
from service.usecases.access.second_factor_proofs import STEP_S, Proof, code_at
from service.usecases.access.second_factors import (
    KeyOffered,
    enrol,
    enrol_key,
    enrolment_secret,
    reset,
)
from service.usecases.access.security_keys import Asking, Ceremony, ceremony
from service.usecases.access.sessions import SignIn, recognise, sign_in, sign_out
from service.usecases.examination.competence import insert_control_items
from service.usecases.examination.desk import set_priority
from service.usecases.misuse.watching import EnrolStaff, enrol_staff
from tests.contract.builders import NOON, tenprint
from tests.integration.api.driver import ROOT, World
from tests.integration.provenance.signing_in import arrived, attempt, with_provider
from tests.integration.web.driver import PASSWORD, Office, Person, with_fast_hashes
from tests.soft_key import ORIGIN, SoftKey


def give_access(world: World) -> None:
    issued = world.administrator().post("/v1/tokens", {"user": "somebody", "role": "auditor"})
    token_id = issued.json()["token_id"]
    assert world.administrator().delete(f"/v1/tokens/{token_id}").status_code == 204
    services, force = world.services, ForceCode("01")
    client_id = add_client(services, AddClient(ROOT, "custody-suite", force)).client.client_id
    first = rotate_key(services, ROOT, client_id).key
    revoke_key(services, ROOT, client_id, first.key_id)
    used = rotate_key(services, ROOT, client_id)
    for _ in range(2):
        proven = recognise_client(services, ClientCredentials(client_id, used.secret))
        grant_token(services, proven, scopes=None, valid_for=timedelta(hours=1))
    gone = add_client(services, AddClient(ROOT, "old-suite", force))
    revoke_client(services, ROOT, gone.client.client_id)


def caller_of(role: Role, name: str, force: str | None = None) -> Caller:
    code = ForceCode(force) if force else None
    return Caller(Actor(UserId(name), role, code, ROLE_SCOPES[role]), Purpose.OPERATIONS)


def run_the_office(world: World) -> None:
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
    caller = caller_of(Role.SUPERVISOR, "supervisor-a")
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
    with suppress(LinkingError):
        sign_in(bench, attempt("was-linked", "not the password"))
    with suppress(LinkingError):
        sign_in(bench, attempt("of-nobody", "not the password"))
    leaving = attempt("was-linked", f"{PASSWORD}, another")
    sign_out(bench, recognise(bench, sign_in(bench, leaving)))


def _enrol_authenticators(office: Office) -> None:
    """Enrol two authenticators with a security key each; those of one person are reset."""
    for name in ("keeps-factor", "loses-factor"):
        person = office.examiner(name)
        bench, caller = office.bench, person.caller(office)
        secret = enrolment_secret(bench, person.user_id, name)
        step = int(bench.services.surroundings.clock().timestamp()) // STEP_S
        enrolled = enrol(bench, caller, secret, code_at(secret, step))
        _register_a_key(office, person, enrolled.recovery_codes[0])
    reset(bench, ROOT, person.user_id)


def _register_a_key(office: Office, person: Person, recovery_code: str) -> None:
    """Register a security key, and sign in with it."""
    asked, key = challenge(office, person, Asking.REGISTER), SoftKey(ORIGIN)
    offered = KeyOffered(asked, key.registered(asked.challenge), "blue")
    enrol_key(office.bench, person.caller(office), offered, Proof(recovery_code))
    proving = challenge(office, person, Asking.PROVE)
    proof = Proof(answer=key.answered(proving.challenge), asked=proving)
    with office.bench.services.units.read() as unit:
        account = unit.accounts.get(person.user_id)
    assert account is not None
    sign_in(office.bench, SignIn(account.sign_in_name, PASSWORD, "127.0.0.1", proof=proof))


def challenge(office: Office, person: Person, asking: Asking) -> Ceremony:
    """Return a challenge to the keys of a person at our address."""
    at_s = int(office.bench.services.surroundings.clock().timestamp())
    return ceremony(ORIGIN, person.user_id, asking, at_s)


def _run_out_of_time(office: Office, examiner: Person, case_id: CaseId) -> None:
    """Send notes too late, so that they are kept."""
    secret = examiner.client.cookies["identlink-session"]
    notes = {"value": "yes", "notes": "Clear ridges."}
    late = LateForm(secret, examiner.csrf, "cases/{case_id}/analysis", case_id, notes)
    assert keep_draft(office.bench, late)
