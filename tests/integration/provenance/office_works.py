"""The work of people in the office, as they would repeat it after a crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from domain.access.access import Caller, Purpose, Role
from domain.errors import ConflictError, InvalidInputError, LinkingError, ProviderRefusedError
from domain.events.access import (
    AccountAdded,
    AccountChanged,
    AccountLocked,
    ProviderSignedOut,
    ProviderSignInRefused,
    SecondFactorAdded,
    SecondFactorRefused,
    SecondFactorRemoved,
    SecondFactorUsed,
    SignedIn,
    SignedOut,
)
from domain.events.examination import (
    CaseClaimed,
    CaseReleased,
    ControlInserted,
    DraftKept,
    ExemplarShown,
    PriorityChanged,
)
from domain.events.log import LogSearched
from domain.events.people import GalleryCaseConcluded, GalleryCaseOpened, MergeProposed
from domain.examination.cases import Priority
from domain.ids import EventType
from domain.list_pages import EventFilter
from domain.people.disputes import GalleryOutcome
from service.adapters.print_images import PlaceholderPrints
from service.cli.context import CONSOLE
from service.usecases.access.accounts import (
    AddAccount,
    add_account,
    change_password,
    disable_account,
    link_account,
    unlink_account,
)
from service.usecases.access.kept_pages import LateForm, drop_draft, keep_draft
from service.usecases.access.provider import end_by_notice
from service.usecases.access.second_factor_proofs import NO_PROOF, STEP_S, code_at
from service.usecases.access.second_factors import enrol, enrolment_secret, remove, reset
from service.usecases.access.sessions import csrf_token, recognise, sign_in, sign_out
from service.usecases.examination.claiming import claim_case, release_case
from service.usecases.examination.competence import insert_control_items
from service.usecases.examination.desk import return_case, set_priority
from service.usecases.examination.resolution import difference
from service.usecases.examination.views import differences
from service.usecases.log.reading import search_events
from service.usecases.misuse.watching import access_report
from service.usecases.people.integrity import (
    Conclude,
    check_gallery,
    conclude_gallery_case,
    gallery_cases,
)
from service.usecases.services import Services
from service.usecases.workbench import DeskPolicy, SignInPolicy, Workbench
from tests.integration.api.driver import ROOT
from tests.integration.provenance.crash_works import Prepared, Work, caller
from tests.integration.provenance.signing_in import arrived, attempt, with_provider
from tests.integration.web.driver import FAST_HASHES, PASSWORD

_PATIENT = SignInPolicy(
    failures_per_account=10**6,
    failures_from_anywhere=10**6,
    failures_per_address=10**6,
    is_trial=True,
)
"""A sign-in interrupted by a kill counts as failed; lock-out is disabled for it here."""


def _bench(services: Services, policy: SignInPolicy = _PATIENT) -> Workbench:
    desk = DeskPolicy(control_share=0.9)
    bench = Workbench(services, PlaceholderPrints(), FAST_HASHES, policy, desk)
    return with_provider(bench)


def _account(services: Services, _: Prepared) -> None:
    bench = _bench(services)
    with suppress(LinkingError):
        add_account(bench, AddAccount(ROOT, "newcomer", PASSWORD, Role.EXAMINER))
    with services.units.read() as unit:
        account = unit.accounts.by_name("newcomer")
    assert account is not None
    change_password(bench, ROOT, account.user_id, f"{PASSWORD}, another")
    disable_account(bench, ROOT, account.user_id)


def _sign_in(services: Services, _: Prepared) -> None:
    bench = _bench(services)
    sign_out(bench, recognise(bench, sign_in(bench, attempt("officer", PASSWORD))))


def _end_sessions(services: Services, prepared: Prepared) -> None:
    bench = _bench(services)
    for _ in range(2):
        sign_in(bench, attempt("officer", PASSWORD))
    change_password(bench, ROOT, prepared.user_id, PASSWORD)


def _lock_out(services: Services, _: Prepared) -> None:
    bench = _bench(services, SignInPolicy(failures_per_account=1, is_trial=True))
    sign_in(bench, attempt("officer", "not the pass phrase"))


def _second_factor(services: Services, prepared: Prepared) -> None:
    bench = _bench(services)
    with services.units.read() as unit:
        officer = unit.accounts.get(prepared.user_id)
    assert officer is not None
    person = Caller(officer.actor, Purpose.EXAMINATION)
    secret = enrolment_secret(bench, officer.user_id, "a session")
    step = int(services.surroundings.clock().timestamp()) // STEP_S
    with suppress(ConflictError):
        enrol(bench, person, secret, code_at(secret, step))
    with services.units.read() as unit:
        (factor,) = unit.second_factors.of(officer.user_id)
    with suppress(InvalidInputError):
        remove(bench, person, factor.factor_id, NO_PROOF)
    reset(bench, ROOT, officer.user_id)


def _provider(services: Services, _: Prepared) -> None:
    arrived(_bench(services), "subject-new")


def _provider_sign_out(services: Services, _: Prepared) -> None:
    bench = _bench(services)
    arrived(bench, "subject-leaving")
    assert bench.provider is not None
    notice = services.surroundings.new_id()
    assert end_by_notice(services, bench.provider, f"{notice} subject-leaving") >= 1
    strict = replace(bench, provider=replace(bench.provider, contexts=frozenset({"two"})))
    with suppress(ProviderRefusedError):
        arrived(strict, "subject-leaving")


def _link_account(services: Services, prepared: Prepared) -> None:
    bench = _bench(services)
    with suppress(LinkingError):
        link_account(bench, ROOT, prepared.user_id, "subject-officer")
    arrived(bench, "subject-officer")
    unlink_account(bench, ROOT, prepared.user_id)


def _draft(services: Services, prepared: Prepared) -> None:
    bench = _bench(services)
    secret = sign_in(bench, attempt("officer", PASSWORD))
    typed = {"value": "yes", "notes": "Clear ridges."}
    form = LateForm(
        secret, csrf_token(secret), "cases/{case_id}/analysis", prepared.waiting, typed
    )
    assert keep_draft(bench, form)
    officer = replace(caller(Role.EXAMINER).actor, user_id=prepared.user_id)
    drop_draft(bench, replace(caller(Role.EXAMINER), actor=officer), form.step, prepared.waiting)


def _release(services: Services, prepared: Prepared) -> None:
    examiner = caller(Role.EXAMINER)
    with suppress(LinkingError):
        claim_case(services, examiner, prepared.waiting)
    release_case(services, examiner, prepared.waiting)


def _return(services: Services, prepared: Prepared) -> None:
    with suppress(LinkingError):
        claim_case(services, caller(Role.EXAMINER), prepared.waiting)
    return_case(_bench(services), caller(Role.SUPERVISOR), prepared.waiting)


def _priority(services: Services, prepared: Prepared) -> None:
    set_priority(_bench(services), caller(Role.SUPERVISOR), prepared.waiting, Priority.URGENT)


def _control(services: Services, _: Prepared) -> None:
    assert insert_control_items(_bench(services), caller(Role.SUPERVISOR), limit=1)


def _look_at_difference(services: Services, _: Prepared) -> None:
    supervisor = caller(Role.SUPERVISOR)
    (view,) = differences(services, supervisor, limit=10).items
    difference(_bench(services), supervisor, view.case_id)


def _conclude(services: Services, prepared: Prepared) -> None:
    check_gallery(services, CONSOLE)
    supervisor = caller(Role.SUPERVISOR)
    page = gallery_cases(services, supervisor, is_open=True, before=None, limit=10)
    for case in page.items:
        surviving = prepared.couple[0]  # the owner of the record
        command = Conclude(
            supervisor, case.case_id, GalleryOutcome.CONFIRMED, "One person.", surviving
        )
        conclude_gallery_case(services, command)


def _audit(services: Services, _: Prepared) -> None:
    auditor, now = caller(Role.AUDITOR), services.surroundings.clock()
    search_events(services, auditor, EventFilter(), before=None, limit=10)
    access_report(services, auditor, since=now - timedelta(days=1), until=now)


def _again(run: Callable[[Services, Prepared], object], *makes: EventType) -> Work:
    return Work(run, {}, frozenset(makes))


OFFICE_WORKS: Mapping[str, Work] = {
    "account": Work(
        _account, {AccountAdded.event_type: 1}, frozenset({AccountChanged.event_type})
    ),
    "sign-in": _again(_sign_in, SignedIn.event_type, SignedOut.event_type),
    "end-sessions": _again(
        _end_sessions, SignedIn.event_type, SignedOut.event_type, AccountChanged.event_type
    ),
    "lock-out": Work(_lock_out, {AccountLocked.event_type: 1}),
    "second-factor": Work(
        _second_factor,
        {},
        frozenset(
            {
                SecondFactorAdded.event_type,
                SecondFactorUsed.event_type,
                SecondFactorRefused.event_type,
                SecondFactorRemoved.event_type,
            }
        ),
    ),
    "provider": Work(_provider, {AccountAdded.event_type: 1}, frozenset({SignedIn.event_type})),
    "provider-sign-out": _again(
        _provider_sign_out,
        ProviderSignedOut.event_type,
        ProviderSignInRefused.event_type,
        SignedOut.event_type,
    ),
    "link-account": _again(
        _link_account, AccountChanged.event_type, SignedIn.event_type, SignedOut.event_type
    ),
    "draft": _again(_draft, DraftKept.event_type, SignedIn.event_type),
    "release": _again(_release, CaseClaimed.event_type, CaseReleased.event_type),
    "return": _again(_return, CaseClaimed.event_type, CaseReleased.event_type),
    "priority": _again(_priority, PriorityChanged.event_type),
    "control-item": _again(_control, ControlInserted.event_type),
    "look-at-difference": _again(_look_at_difference, ExemplarShown.event_type),
    "conclude-doubt": Work(
        _conclude,
        {
            GalleryCaseOpened.event_type: 1,
            GalleryCaseConcluded.event_type: 1,
            MergeProposed.event_type: 1,
        },
    ),
    "audit": _again(_audit, LogSearched.event_type),
}
