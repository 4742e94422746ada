"""Each use case that changes state, as a caller would repeat it after a crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import LinkingError
from domain.events import links
from domain.events.access import TokenIssued, TokenRevoked
from domain.events.examination import (
    AnalysisSealed,
    CaseClaimed,
    DecisionSealed,
    DifferenceResolved,
    EvidenceUnmasked,
)
from domain.events.links import Disclosed, LinkReplayed, LinkRevoked, NotLinked
from domain.events.people import (
    Enrolled,
    Erased,
    ErasureAsked,
    ErasureCalledBack,
    ErasureConfirmed,
    GalleryCaseOpened,
    MergeProposed,
    PersonsMerged,
    PersonsUnmerged,
    RecordAmended,
    RecordRead,
    UnmergeProposed,
)
from domain.events.searches import Searched
from domain.examination.cases import Outcome
from domain.ids import (
    CaseId,
    EventType,
    ForceCode,
    LinkId,
    PersonId,
    RecordId,
    SearchId,
    TokenId,
    UserId,
)
from domain.people.amendments import Add, Amendment, AmendmentReason, SourceKind, Withdraw
from domain.people.items import ItemId, ItemKind
from domain.people.people import Details, PersonName
from domain.retention.erasures import ErasureBasis, ErasureEnd
from domain.searches.searches import Probe, SearchType
from service.cli.context import CONSOLE
from service.usecases.access.tokens import IssueToken, issue_token, revoke_token
from service.usecases.examination.claiming import claim_case
from service.usecases.examination.resolution import Resolve, resolve
from service.usecases.examination.sealing import (
    SealAnalysis,
    SealComparison,
    SealDecision,
    seal_analysis,
    seal_comparison,
    seal_decision,
)
from service.usecases.examination.views import differences, examiner_view, next_exemplar
from service.usecases.idempotency import IdempotencyKey
from service.usecases.links.links import RevokeLink, revoke_link
from service.usecases.links.outcomes import link_standing
from service.usecases.links.replay import replay_link
from service.usecases.people.amending import AmendRecord, amend_record
from service.usecases.people.enrolment import Enrol, NewRecord, enrol
from service.usecases.people.erasure import (
    AskErasure,
    ask_erasure,
    call_back_erasure,
    carry_out_erasures,
    confirm_erasure,
    erasures,
)
from service.usecases.people.integrity import check_gallery
from service.usecases.people.merging import (
    ProposeMerge,
    merges_about,
    propose_merge,
    propose_unmerge,
)
from service.usecases.people.parting import confirm_merge
from service.usecases.people.records import read_record
from service.usecases.searches.recorded import unmask
from service.usecases.searches.searching import SubmitSearch, submit_search
from service.usecases.services import Services
from tests.contract.builders import NOON, tenprint
from tests.integration.api.driver import ROOT, World
from tests.integration.api.prints import mark
from tests.integration.looking import look, look_at_difference
from tests.integration.provenance.busy import capture_again, confirm, differing, proposed
from tests.integration.provenance.links import Linked, make_link
from tests.integration.retention.working import DROPPED
from tests.integration.retention.working import enrol as enrol_with
from tests.integration.web.driver import Office, with_fast_hashes


@dataclass(frozen=True, slots=True)
class Prepared:
    """The objects of the works."""

    linked: Linked
    waiting: CaseId
    """A case not examined yet."""
    mate: PersonId
    """The person identified in it."""
    couple: tuple[PersonId, PersonId]
    """Two persons found to be one."""
    merge_id: str
    """A merge to be undone."""
    token_id: TokenId
    unsolved: CaseId
    """The case of a mark that no enrolled person left."""
    user_id: UserId
    """An account with a password."""


@dataclass(frozen=True, slots=True)
class Work:
    """A use case, or several in a row, with the events they leave in the log when done."""

    run: Callable[[Services, Prepared], object]
    leaves: Mapping[EventType, int]
    """The final increase of each event type, however often the work was interrupted."""
    makes: frozenset[EventType] = frozenset()
    """Event types that increase, further with each repetition."""


def prepare(world: World) -> Prepared:
    """Bring a store to a state in which every work can begin."""
    world.do_without_prints()
    linked = make_link(world)
    world.force().get(f"/v1/links/{linked.link_id}")
    mate = world.enrol(11)["person_id"]
    waiting = world.case_of(world.search(11))
    differing(world)
    couple = (world.enrol(41)["person_id"], capture_again(world, 41, 2))
    pair = (world.enrol(51)["person_id"], capture_again(world, 51, 2))
    body = {"surviving": pair[0], "absorbed": pair[1], "reason": "One set of prints."}
    merge_id = proposed(world, "/v1/merges", body)
    confirm(world, merge_id)
    command = IssueToken(ROOT, UserId("somebody"), Role.AUDITOR, None, timedelta(days=1))
    issued = issue_token(world.services, command)
    for person in (83, 84):
        enrol_with(world, person, DROPPED)
    unsolved = world.case_of(world.search(99, impressions=mark(99, 3), search_type="LT/TP"))
    office = Office(world.app, world, with_fast_hashes(world.app))
    return Prepared(
        linked,
        CaseId(waiting),
        PersonId(mate),
        (PersonId(couple[0]), PersonId(couple[1])),
        merge_id,
        issued.token.token_id,
        CaseId(unsolved),
        office.account("officer", Role.EXAMINER),
    )


def caller(role: Role, name: str = "", force: str | None = None) -> Caller:
    """Return a caller of a role."""
    code = ForceCode(force) if force else None
    actor = Actor(UserId(name or f"{role}-x"), role, code, ROLE_SCOPES[role])
    return Caller(actor, Purpose.OPERATIONS)


FORCE = caller(Role.FORCE, force="01")
AGAIN = IdempotencyKey("again", "0" * 64)
"""The key under which a force repeats an unanswered request."""


def _enrol(services: Services, _: Prepared) -> object:
    record = NewRecord(Details(names=(PersonName("Ann", "Other"),)))
    return enrol(services, Enrol(FORCE, NOON, tenprint(77), record, idempotency=AGAIN))


def _amend(services: Services, prepared: Prepared) -> object:
    """Amend the record of the mate, in the version that it has before."""
    name = Add(ItemKind.NAME, PersonName("Zoe", "Quennell"))
    amendment = Amendment(
        (name, Withdraw(ItemId("address-1"))),
        AmendmentReason.NEW_INFORMATION,
        "Said so.",
        SourceKind.PERSON,
        "interview 7",
    )
    record_id, key = _record_of_mate(services, prepared), replace(AGAIN, key="amend")
    return amend_record(services, AmendRecord(FORCE, record_id, 1, amendment, key))


def _record_of_mate(services: Services, prepared: Prepared) -> RecordId:
    with services.units.read() as unit:
        row = unit.people.person_row(prepared.mate)
        assert row is not None
        return unit.people.records_of([row])[row].record_id


def _read_record(services: Services, prepared: Prepared) -> object:
    return read_record(services, FORCE, _record_of_mate(services, prepared))


def _search(services: Services, _: Prepared) -> object:
    probe = Probe(tenprint(78), Details())
    return submit_search(services, SubmitSearch(FORCE, SearchType.TP_TP, probe, AGAIN))


def _examine(services: Services, prepared: Prepared) -> None:
    """Let two examiners identify the mate, each resuming after an interruption."""
    for name in ("examiner-c", "examiner-d"):
        with suppress(LinkingError):
            _examine_alone(services, prepared, caller(Role.EXAMINER, name))


def _examine_alone(services: Services, prepared: Prepared, examiner: Caller) -> None:
    case_id = prepared.waiting
    _begin_examination(services, case_id, examiner)
    labels = _true_labels(services, prepared, examiner)
    _compare(services, case_id, examiner, labels)
    view = examiner_view(services, examiner, case_id)
    (found,) = (c.label for c in view.comparisons if c.outcome is Outcome.IDENTIFIED)
    command = SealDecision(
        examiner, case_id, Outcome.IDENTIFIED, found, "All points agree.", view.revision
    )
    seal_decision(services, command)


def _exclude(services: Services, prepared: Prepared) -> None:
    """Let two examiners identify no one, so that the mark is filed."""
    for name in ("examiner-c", "examiner-d"):
        with suppress(LinkingError):
            _exclude_alone(services, prepared.unsolved, caller(Role.EXAMINER, name))


def _exclude_alone(services: Services, case_id: CaseId, examiner: Caller) -> None:
    _begin_examination(services, case_id, examiner)
    _compare(services, case_id, examiner, set())
    revision = examiner_view(services, examiner, case_id).revision
    command = SealDecision(examiner, case_id, Outcome.EXCLUDED, None, "Nobody.", revision)
    seal_decision(services, command)


def _begin_examination(services: Services, case_id: CaseId, examiner: Caller) -> None:
    with suppress(LinkingError):
        claim_case(services, examiner, case_id)
    with suppress(LinkingError):
        seal_analysis(services, SealAnalysis(examiner, case_id, is_of_value=True, notes="Clear."))


def _compare(services: Services, case_id: CaseId, examiner: Caller, labels: set[str]) -> None:
    while (shown := next_exemplar(services, examiner, case_id)) is not None:
        outcome = Outcome.IDENTIFIED if shown.label in labels else Outcome.EXCLUDED
        seen = look(services, examiner, case_id, shown)
        named = seen if outcome is Outcome.IDENTIFIED else ()
        seal_comparison(
            services,
            SealComparison(examiner, case_id, shown.label, outcome, "Seen.", identified=named),
        )


def _true_labels(services: Services, prepared: Prepared, examiner: Caller) -> set[str]:
    with services.units.read() as unit:
        seen = unit.cases.examination(prepared.waiting, examiner.actor.user_id)
        assert seen is not None
        candidates = [(label, unit.searches.candidate(c)) for label, c in seen.order]
    return {label for label, found in candidates if found and found.person_id == prepared.mate}


def _resolve(services: Services, _: Prepared) -> None:
    supervisor = caller(Role.SUPERVISOR)
    for view in differences(services, supervisor, limit=10).items:
        upheld = next(d for d in view.decisions if d.outcome is Outcome.IDENTIFIED)
        look_at_difference(services, supervisor, view.case_id)
        command = Resolve(supervisor, view.case_id, upheld.decision_id, "It is.", view.revision)
        resolve(services, command)


def _revoke(services: Services, prepared: Prepared) -> object:
    command = RevokeLink(caller(Role.SUPERVISOR), LinkId(prepared.linked.link_id), "Wrong record.")
    return revoke_link(services, command)


def _erase(services: Services, prepared: Prepared) -> None:
    person_id = PersonId(prepared.linked.person_id)
    supervisor = caller(Role.SUPERVISOR)
    begun = erasures(services, supervisor, is_open=True, before=None, limit=1).items
    if not begun:
        order = ErasureBasis.COURT_ORDER
        ask_erasure(services, AskErasure(supervisor, person_id, order, "order-7", "CO/7"))
        begun = erasures(services, supervisor, is_open=True, before=None, limit=1).items
    if begun[0].confirmed_at is None:
        confirm_erasure(services, caller(Role.SUPERVISOR, "tom"), begun[0].erasure_id)
    assert carry_out_erasures(services) == 1


def _ask_and_call_back(services: Services, prepared: Prepared) -> None:
    """Ask for an erasure, confirm it and call it back."""
    supervisor = caller(Role.SUPERVISOR)
    ended = erasures(services, supervisor, is_open=False, before=None, limit=9).items
    if any(one.outcome is ErasureEnd.CALLED_BACK for one in ended):
        return  # it died after the last commit
    begun = erasures(services, supervisor, is_open=True, before=None, limit=1).items
    if not begun:
        basis = ErasureBasis.RETENTION_ENDED
        ask_erasure(services, AskErasure(supervisor, prepared.mate, basis, "order-8"))
        begun = erasures(services, supervisor, is_open=True, before=None, limit=1).items
    if begun[0].confirmed_at is None:
        confirm_erasure(services, caller(Role.SUPERVISOR, "tom"), begun[0].erasure_id)
    call_back_erasure(services, supervisor, begun[0].erasure_id)


def _merge(services: Services, prepared: Prepared) -> None:
    sue, tom = (caller(Role.SUPERVISOR, name) for name in ("sue", "tom"))
    surviving, absorbed = prepared.couple
    if not merges_about(services, sue, absorbed):
        propose_merge(services, ProposeMerge(sue, surviving, absorbed, "One set of prints."))
    confirm_merge(services, tom, merges_about(services, sue, absorbed)[0].merge_id)


def _part(services: Services, prepared: Prepared) -> None:
    sue, tom = (caller(Role.SUPERVISOR, name) for name in ("sue", "tom"))
    with services.units.read() as unit:
        merge = unit.merges.get(prepared.merge_id)
    assert merge is not None
    undoing = [m for m in merges_about(services, sue, merge.absorbed) if m.undoes]
    if not undoing:
        propose_unmerge(services, sue, prepared.merge_id, "Two, after all.")
        undoing = [m for m in merges_about(services, sue, merge.absorbed) if m.undoes]
    confirm_merge(services, tom, undoing[0].merge_id)


def _disclose(services: Services, prepared: Prepared) -> None:
    link_standing(services, FORCE, LinkId(prepared.linked.link_id))


def _unmask(services: Services, prepared: Prepared) -> None:
    unmask(services, caller(Role.AUDITOR), SearchId(prepared.linked.search_id))


def _replay(services: Services, prepared: Prepared) -> None:
    auditor = caller(Role.AUDITOR)
    replay_link(services, services.models, auditor, LinkId(prepared.linked.link_id))


def _issue_token(services: Services, _: Prepared) -> None:
    issue_token(
        services, IssueToken(ROOT, UserId("another"), Role.AUDITOR, None, timedelta(days=1))
    )


def _revoke_token(services: Services, prepared: Prepared) -> None:
    revoke_token(services, ROOT, prepared.token_id)


def _check_gallery(services: Services, _: Prepared) -> None:
    check_gallery(services, CONSOLE)


WORKS: Mapping[str, Work] = {
    "enrol": Work(_enrol, {Enrolled.event_type: 1}),
    "amend": Work(_amend, {RecordAmended.event_type: 1}),
    "read-record": Work(_read_record, {}, frozenset({RecordRead.event_type})),
    "search": Work(_search, {Searched.event_type: 1}),
    "examine": Work(
        _examine,
        {
            CaseClaimed.event_type: 2,
            AnalysisSealed.event_type: 2,
            DecisionSealed.event_type: 2,
            links.Linked.event_type: 1,
        },
    ),
    "resolve": Work(
        _resolve,
        {
            DecisionSealed.event_type: 1,
            DifferenceResolved.event_type: 1,
            links.Linked.event_type: 1,
        },
    ),
    "exclude": Work(_exclude, {DecisionSealed.event_type: 2, NotLinked.event_type: 1}),
    "revoke": Work(_revoke, {LinkRevoked.event_type: 1}),
    "erase": Work(
        _erase,
        {ErasureAsked.event_type: 1, ErasureConfirmed.event_type: 1, Erased.event_type: 1},
    ),
    "call-back": Work(
        _ask_and_call_back,
        {
            ErasureAsked.event_type: 1,
            ErasureConfirmed.event_type: 1,
            ErasureCalledBack.event_type: 1,
        },
    ),
    "merge": Work(_merge, {MergeProposed.event_type: 1, PersonsMerged.event_type: 1}),
    "part": Work(_part, {UnmergeProposed.event_type: 1, PersonsUnmerged.event_type: 1}),
    "disclose": Work(_disclose, {}, frozenset({Disclosed.event_type})),
    "unmask": Work(_unmask, {}, frozenset({EvidenceUnmasked.event_type})),
    "replay": Work(_replay, {}, frozenset({LinkReplayed.event_type})),
    "issue-token": Work(_issue_token, {}, frozenset({TokenIssued.event_type})),
    "revoke-token": Work(_revoke_token, {TokenRevoked.event_type: 1}),
    "check-gallery": Work(_check_gallery, {GalleryCaseOpened.event_type: 1}),
}
