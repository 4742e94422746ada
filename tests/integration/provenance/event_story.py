"""A story in which every type of event happens, and its bodies with ids and digests named."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path

from domain.access.access import Role
from domain.errors import LinkingError
from domain.events.declaring import Event
from domain.events.examination import (
    ComparisonRevised,
    ExemplarWithdrawn,
    FindingPolicySet,
    FurtherExaminationAsked,
    FurtherSearchAsked,
    TamperingFound,
)
from domain.events.links import CourtBundleMade, ReportStatementMade
from domain.events.log import BackupBegun, KeyAccepted, KeysLost, LogExportBegun, StateReason
from domain.events.looking import CallRefused
from domain.events.requests import (
    DisclosureAcknowledged,
    InformationSent,
    NoticeAcknowledged,
    NoticeGiven,
    ProofChecked,
    RequestReceived,
    RequestStepped,
)
from domain.events.searches import Searched
from domain.examination.cases import FurtherCause, Outcome, Withdrawal
from domain.examination.finding_policy import ReportTopic
from domain.ids import (
    CandidateId,
    CaseId,
    DisclosureId,
    ForceCode,
    FurtherId,
    LinkId,
    NoticeId,
    PersonId,
    PolicyId,
    RequestId,
    SearchId,
    StatementId,
    UserId,
)
from domain.list_pages import EventFilter
from domain.people.people import Details, PersonName
from domain.requests.disclosures import Form, NoticeKind
from domain.requests.proofs import Claim, ProofId, ProofVerdict
from domain.requests.request_states import RequestState, Step
from domain.requests.requests import Channel, PartyKind, ReplyOutcome
from domain.restrictions import UsePurpose
from domain.store_secrets import StoreSecret
from service.adapters.custody.files import FileCustody
from service.adapters.log_signer import open_signer
from service.cli.context import CONSOLE
from service.ports.surroundings import Surroundings
from service.provenance.log.checkpoints import Checkpoint
from service.provenance.vault.key_stores import Access, WithdrawnAgain
from service.usecases.examination.sealed import sealed_comparison
from service.usecases.examination.views import examiner_view
from service.usecases.links.replay import replay_scores
from service.usecases.log.administration import accept_state, gone_again
from service.usecases.log.reading import search_events
from service.usecases.log.recording import record
from service.usecases.searches.batches import SubmitBatch, submit_batch
from service.usecases.searches.enquiries import EnquireByNames, enquire
from service.usecases.services import Services
from tests.contract.builders import NOON
from tests.integration.api.driver import World
from tests.integration.provenance.agency_story import agency_events
from tests.integration.provenance.application_story import application_events
from tests.integration.provenance.certificates_story import certificate_events
from tests.integration.provenance.conversion_story import conversion_events
from tests.integration.provenance.crash_works import (
    FORCE,
    WORKS,
    Prepared,
    Work,
    caller,
    prepare,
)
from tests.integration.provenance.disclosure_story import disclosure_events
from tests.integration.provenance.exchange_story import exchange_events
from tests.integration.provenance.models_story import model_events
from tests.integration.provenance.office_works import OFFICE_WORKS
from tests.integration.provenance.retention_story import publication_events, retention_events
from tests.integration.provenance.system_works import SYSTEM_WORKS
from tests.integration.provenance.templates_story import template_events

_ORDER = (
    *("conclude-doubt", "account", "sign-in", "end-sessions", "provider", "link-account"),
    *("draft", "lock-out", "release", "return", "priority", "disclose", "unmask", "replay"),
    *("control-item", "look-at-difference", "cancel-batch", "examine", "resolve", "exclude"),
    *("revoke", "merge", "part", "check-gallery", "audit", "client-keys", "webhook", "watch"),
    *("staff", "change-model", "issue-token", "revoke-token", "erase", "enrol", "search"),
)
"""The works of the crash tests, each once, so that none takes what another needs."""

_LAST = ("second-factor", "provider-sign-out")
"""Works of types that came later still."""

_LATER = ("amend", "read-record", "call-back")
"""Works of types that the bodies of old did not have: they come last, after all of those."""


def still_surroundings() -> Surroundings:
    """Return a clock that stands still, and ids and secrets that are counted."""
    ids, secrets = itertools.count(1), itertools.count(1)
    return Surroundings(
        clock=lambda: NOON + timedelta(days=400),
        new_id=lambda: f"{next(ids):032x}",
        new_secret=lambda: f"secret-{next(secrets):036d}",
    )


def tell(world: World) -> tuple[bytes, ...]:
    """Let everything happen and return the bodies of the events, in order."""
    prepared = prepare(world)
    for work in _works():
        # Of a work that was written to be done alone, part may be done already.
        with suppress(LinkingError):
            work.run(world.services, prepared)
    _look(world.services, prepared)
    _ask(world.services)
    _restore(world.services)
    for name in _LATER:
        WORKS[name].run(world.services, prepared)
    _find_tampering(world.services)
    _accept(world.services)
    _give_up(world.services)
    # The log was accepted under another key: the watch of this one must not stop the works.
    units = replace(world.services.units, may_write=lambda: None)
    services = replace(world.services, units=units)
    for name in _LAST:
        OFFICE_WORKS[name].run(services, prepared)
    _write_the_rest(services, prepared)
    with world.services.units.read() as unit:
        return tuple(entry.body for entry in unit.events.every())


def _works() -> Iterator[Work]:
    every = {**WORKS, **OFFICE_WORKS, **SYSTEM_WORKS}
    assert {*_ORDER, *_LATER, *_LAST} == set(every)
    return (every[name] for name in _ORDER)


def _look(services: Services, prepared: Prepared) -> None:
    """Look again at what was sealed, at a concluded case, and at the scores of a link."""
    examiner = caller(Role.EXAMINER, "examiner-c")
    view = examiner_view(services, examiner, prepared.waiting)
    sealed_comparison(services, examiner, prepared.waiting, view.comparisons[0].label)
    link_id = LinkId(prepared.linked.link_id)
    replay_scores(services, services.models, caller(Role.AUDITOR), link_id)


def _ask(services: Services) -> None:
    """Ask for a name, for a batch, and for events in every way that they are asked for."""
    said = Details(names=(PersonName("Somebody", "Else"),))
    enquire(services, EnquireByNames(FORCE, said))
    submit_batch(services, SubmitBatch(FORCE, b'{"a": 1}\n'))
    wanted = EventFilter(
        actor=UserId("somebody"),
        force=ForceCode("01"),
        case_id=CaseId("case-1"),
        subject_ref="subject-1",
        event_type=Searched.event_type,
        since=NOON,
        until=NOON + timedelta(days=1),
    )
    search_events(services, caller(Role.AUDITOR), wanted, before=None, limit=10)


def _accept(services: Services) -> None:
    """Accept the log although its key remembers a longer one."""
    with tempfile.TemporaryDirectory() as directory:
        signer = open_signer(
            Path(directory), FileCustody(Path(directory)).log_key("log.example/story")
        )
        signer.accept(Checkpoint("log.example/story", 1_000_000, b"\1" * 32))
        reason = StateReason.DATA_LOST
        accept_state(services, signer, CONSOLE, reason=reason, authority="CHG-1")


def _write_the_rest(services: Services, prepared: Prepared) -> None:
    """Write the types that none of the works brings about."""
    case_id, candidate_id = CaseId("case-1"), CandidateId("candidate-1")
    told = (
        CourtBundleMade(LinkId(prepared.linked.link_id), "0" * 64),
        ComparisonRevised(
            "revision-1",
            case_id,
            candidate_id,
            Outcome.IDENTIFIED,
            Outcome.EXCLUDED,
            compared="2,7",
            identified="",
            policy_version=1,
        ),
        FindingPolicySet(PolicyId("policy-2"), 2, mark_point_pairs=0, needs_prints=False),
        FurtherExaminationAsked(FurtherId("further-1"), case_id, FurtherCause.SUPERVISOR),
        FurtherSearchAsked(case_id, SearchId("search-1"), minutiae=14),
        ReportStatementMade(StatementId("statement-1"), ReportTopic.COMPETENCE, UserId("someone")),
        ExemplarWithdrawn(candidate_id, case_id, Withdrawal.ERASED),
        CallRefused("GET", "/v1/cases/{case_id}", "not-found", calls=3),
        *_asked_and_answered(),
        LogExportBegun(events=255),
        BackupBegun(with_keys=True),
    )
    with services.units.write() as unit:
        for event in (*told, *chain.from_iterable(story() for story in _STORIES)):
            record(services, unit, caller(Role.AUDITOR), event)
        unit.commit()


_STORIES = (
    exchange_events,
    retention_events,
    certificate_events,
    disclosure_events,
    model_events,
    template_events,
    application_events,
    agency_events,
    conversion_events,
    publication_events,
)
"""The events of rooms that tell theirs without a store."""


def _asked_and_answered() -> Iterator[Event]:
    """Yield what is told of a request from its receipt to a notice that follows its answer."""
    request_id, disclosure_id = RequestId("request-1"), DisclosureId("disclosure-1")
    notice_id, person_id = NoticeId("notice-1"), PersonId("person-1")
    proof = (ProofId("proof-1"), request_id, Claim.NAME, "document-1", ProofVerdict.SHOWN)
    purpose = UsePurpose.CRIMINAL_PROCEEDINGS
    asker = (PartyKind.STATE, "POL", purpose)
    yield RequestReceived(request_id, "conviction-information", Channel.EXCHANGE, *asker)
    yield RequestStepped(
        request_id, 4, Step.IDENTIFY, RequestState.DECIDING, "identified", person_id, 0
    )
    answer = (Form.MESSAGE, ReplyOutcome.INFORMATION, 1, person_id)
    yield InformationSent(disclosure_id, request_id, *asker, *answer)
    yield DisclosureAcknowledged(disclosure_id)
    yield NoticeGiven(
        notice_id, disclosure_id, NoticeKind.CORRECTED, "record-1/conviction-1", version=3
    )
    yield NoticeAcknowledged(notice_id)
    yield ProofChecked(*proof)


def _restore(services: Services) -> None:
    """Put back a backup that has not heard of an erasure and of each kind of withdrawal."""
    withdrawn = [
        WithdrawnAgain(access, ("ref-1",), ForceCode("01"), row_sha256="a" * 64, secret_version=2)
        for access in Access
        if access is not Access.SECOND_FACTOR
    ]
    gone = (PersonId("person-1"),)
    told = gone_again(services.surroundings, CONSOLE, gone, {PersonId("person-2"): 2}, withdrawn)
    with services.units.write() as unit:
        for event in told:
            unit.events.append(event)
        unit.commit()


def _give_up(services: Services) -> None:
    """Give up payloads whose keys were lost."""
    with services.units.write() as unit:
        record(services, unit, CONSOLE, KeysLost((PersonId("person-1"),), payloads=7))
        record(services, unit, CONSOLE, KeyAccepted(StoreSecret.SIGN_IN, "0" * 64))
        unit.commit()


def _find_tampering(services: Services) -> None:
    """Say that a row behind a case was changed, as a refused claim does."""
    found = TamperingFound(CaseId("case-1"), "search-1", committed_by=7)
    with services.units.write() as unit:
        record(services, unit, caller(Role.EXAMINER, "examiner-c"), found)
        unit.commit()
