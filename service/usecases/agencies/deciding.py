"""Matters that no rule could attach, decided by people: attached, sent back or withdrawn.

One person may attach a matter if number, name and birth agree and only a charge was in doubt.
Everything else takes two people: one proposes, and another agrees.
"""

from dataclasses import dataclass
from datetime import date

from domain import errors
from domain.access.access import Caller, Scope
from domain.agencies.matters import PROPOSALS, WAITING, Matter, MatterState, Step
from domain.courts.results import CourtResult
from domain.exchange.contents import details_of
from domain.exchange.messages import Notification
from domain.ids import PersonId, RecordId
from domain.people.amending import amended
from domain.people.amendments import Correct, RecordVersion
from domain.people.claims import with_claims
from domain.people.items import ItemKind
from domain.plain_text import require_words
from rules.courts.entering import changes_of, charges_under
from rules.courts.judging import laid_by_hand
from rules.courts.tables import court_tables
from service.storage.unit_of_work import UnitOfWork
from service.usecases.agencies.inbox import is_over, take_away
from service.usecases.agencies.laying import Laid, change_by
from service.usecases.agencies.matters import amend_by, takes_one
from service.usecases.exchange import told
from service.usecases.people.amending import version_read
from service.usecases.people.merging import same_person
from service.usecases.people.offence_tables import offence_table
from service.usecases.people.rehoming import At as RecordsAt
from service.usecases.people.rehoming import store_step
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class AttachMatter:
    """How a person would attach a pending matter to a record."""

    caller: Caller
    matter_id: str
    expected_step: int
    """The last step that the caller has seen."""
    record_id: RecordId
    expected_version: int
    """The live version of the record that the caller has seen."""
    laid: tuple[tuple[int, str], ...]
    """Pairs of the place of an offence in the result and the item id of its charge on the record;
    the id is empty if the court added the offence. Other charges are left unchanged."""
    words: str


@dataclass(frozen=True, slots=True)
class ReturnMatter:
    """A matter to send back to its sender or to take off its record, with the reason."""

    caller: Caller
    matter_id: str
    expected_step: int
    words: str


@dataclass(frozen=True, slots=True)
class AnswerProposal:
    """A second person's answer to a proposal."""

    caller: Caller
    matter_id: str
    expected_step: int
    agrees: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class _At:
    """A matter in a transaction, and the person who is working on it."""

    services: Services
    unit: UnitOfWork
    caller: Caller
    matter: Matter

    @property
    def is_over(self) -> bool:
        """Whether the last day on which its source lets the matter be kept is over."""
        return is_over(self.matter, self.services.today())

    @property
    def content(self) -> CourtResult:
        """The matter as a court result. Raises PayloadErasedError."""
        if self.matter.result is None:
            raise errors.PayloadErasedError
        return self.matter.result

    def step(
        self,
        state: MatterState,
        words: str,
        on: RecordVersion | None = None,
        version: int | None = None,
        laid: tuple[tuple[int, str], ...] = (),
        kept_until: date | None = None,
    ) -> Step:
        """Store the next step, and return it. `kept_until` is the day because of which the content
        was destroyed.
        """
        step = Step(
            self.matter.matter_id,
            self.matter.last.number + 1,
            state,
            self.caller.actor.user_id,
            self.services.now(),
            () if state not in WAITING else self.matter.steps[0].reasons,
            words,
            None if on is None else on.head.person_id,
            None if on is None else on.head.record_id,
            version,
            laid,
        )
        store_step(self.services, self.unit, self.caller, step, kept_until)
        return step


def attach_matter(services: Services, command: AttachMatter) -> Step:
    """Attach a pending matter, or propose to attach it if two people have to decide.

    Raises NotPermittedError, NotFoundError, ConflictError (not pending), StaleRecordError,
    InvalidInputError (empty `words`, or offences matched wrongly), PayloadErasedError.
    """
    with services.units.begin() as unit:
        at = _begun(services, unit, command, WAITING - PROPOSALS)
        before = version_read(unit, command.caller, command.record_id, command.expected_version)
        plan = _planned(at, before, command.laid)
        if takes_one(at.matter, before.items.held, command.caller.actor.user_id):
            version = amend_by(services, unit, command.caller, at.matter, plan)
            step = at.step(MatterState.ATTACHED, command.words, before, version, command.laid)
        else:
            proposed = (before, before.head.version, command.laid)
            step = at.step(MatterState.PROPOSED, command.words, *proposed)
    return step


def return_matter(services: Services, command: ReturnMatter) -> Step:
    """Propose to send a matter back to its sender. Raises the same errors as `attach_matter`."""
    return _proposed(services, command, WAITING - PROPOSALS, MatterState.RETURN_PROPOSED)


def withdraw_matter(services: Services, command: ReturnMatter) -> Step:
    """Propose to take a matter off its record, or to remove one that is on none because its
    source no longer lets it be kept. Raises the same errors as `attach_matter`.
    """
    states = (WAITING - PROPOSALS) | {MatterState.ATTACHED, MatterState.SENT_BACK}
    return _proposed(services, command, states, MatterState.WITHDRAWAL_PROPOSED)


def answer_proposal(services: Services, command: AnswerProposal) -> Step:
    """Carry out a proposal if the caller agrees.

    Otherwise the matter returns to its previous state. Raises SelfVerificationError (the caller
    proposed it), and the same errors as `attach_matter`.
    """
    with services.units.begin() as unit:
        at = _begun(services, unit, command, PROPOSALS, needs_words=not command.agrees)
        proposal = at.matter.last
        if proposal.stepped_by == command.caller.actor.user_id:
            raise errors.SelfVerificationError(
                "You made this proposal: another person must agree to it."
            )
        return (_carried_out if command.agrees else _refused)(at, proposal, command.words)


_OTHER_STATE = "The matter's current state does not allow this: reload the matter."
_Command = AttachMatter | ReturnMatter | AnswerProposal


def _begun(
    services: Services,
    unit: UnitOfWork,
    command: _Command,
    states: frozenset[MatterState],
    *,
    needs_words: bool = True,
) -> _At:
    command.caller.actor.require(Scope.WORK_REQUESTS)
    command.caller.require_force()
    if needs_words:
        require_words(command.words, "/words")
    # Whoever is merged or parted meanwhile is read again below, under the lock of the log.
    unit.people.claim(_people(unit, command))
    # From here on nobody else tells or decides on a matter.
    unit.events.lock_last_change()
    matter = errors.existing(unit.matters.get(command.matter_id))
    if matter.last.number != command.expected_step:
        raise errors.ConflictError("Somebody else has worked on this matter: reload it.")
    if matter.state not in states:
        raise errors.ConflictError(_OTHER_STATE)
    return _At(services, unit, command.caller, matter)


def _people(unit: UnitOfWork, command: _Command) -> set[PersonId]:
    """Return the people on whose records a matter, or another version of it, is or is to be."""
    matter = errors.existing(unit.matters.get(command.matter_id))
    standing = None if matter.told is None else told.standing_beside(unit, matter)
    versions = [matter] if standing is None else [matter, standing.matter]
    found = {step.person_id for one in versions for step in one.steps if step.person_id}
    if isinstance(command, AttachMatter):
        found |= {one.person_id for one in unit.records.versions(command.record_id)}
    return {one for person_id in found for one in same_person(unit, person_id)}


def _proposed(
    services: Services,
    command: ReturnMatter,
    states: frozenset[MatterState],
    proposal: MatterState,
) -> Step:
    with services.units.begin() as unit:
        at = _begun(services, unit, command, states)
        last = at.matter.last
        if proposal is MatterState.WITHDRAWAL_PROPOSED and not at.matter.is_on_record:
            if not at.is_over:
                raise errors.ConflictError(_OTHER_STATE)
            # It waits, and is met by names enquiries, until a second person agrees.
            proposal = MatterState.RETURN_PROPOSED
        on = _standing(at, last) if last.record_id else None
        return at.step(proposal, command.words, on, last.version)


def _standing(at: _At, last: Step) -> RecordVersion | None:
    """Return the version of the record that a step refers to."""
    if last.record_id is None or last.version is None:
        return None
    return at.unit.records.version(last.record_id, last.version)


def _carried_out(at: _At, proposal: Step, words: str) -> Step:
    match proposal.state:
        case MatterState.RETURN_PROPOSED if not at.is_over:
            return at.step(MatterState.SENT_BACK, words)
        case MatterState.RETURN_PROPOSED | MatterState.WITHDRAWAL_PROPOSED:
            ended = take_away(RecordsAt(at.services, at.unit, at.caller), at.matter)
            if ended is None:
                return at.step(MatterState.DOUBTFUL, words)
            on = (ended.now, ended.made)
            return at.step(MatterState.ENDED, words, *on, kept_until=ended.kept_until)
        case _:
            record_id, version = (
                errors.existing(proposal.record_id),
                errors.existing(proposal.version),
            )
            before = version_read(at.unit, at.caller, record_id, version)
            plan = _planned(at, before, proposal.laid)
            made = amend_by(at.services, at.unit, at.caller, at.matter, plan)
            if at.matter.told is not None:
                _let_go(at)
            return at.step(MatterState.ATTACHED, words, before, made, plan.laid)


def _let_go(at: _At) -> None:
    """Mark the other versions of a conviction as no longer on record, and erase the messages that
    reported it.
    """
    standing = told.standing_beside(at.unit, at.matter)
    if standing is not None:
        told.step_replaced(at.services, at.unit, at.caller, standing.matter)
    told.forget_message(at.unit, at.matter)


def _refused(at: _At, proposal: Step, words: str) -> Step:
    before = at.matter.steps[-2]
    on = _standing(at, before) if proposal.state is MatterState.WITHDRAWAL_PROPOSED else None
    return at.step(before.state, words, on, before.version if on else None, before.laid)


def _planned(at: _At, before: RecordVersion, laid: tuple[tuple[int, str], ...]) -> Laid:
    """Return the changes that a matter makes to the record, as a person assigned its offences.

    Raises InvalidInputError, ConflictError.
    """
    if at.matter.told is not None:
        return _planned_for_state(at, before, at.matter.told)
    if not laid:
        raise errors.InvalidInputError(
            "Assign at least one offence in the message to a charge on the record.",
            pointer="/laid",
        )
    tables = court_tables().with_office(offence_table(at.unit), at.content.heard_on)
    held = before.items.held
    judged = laid_by_hand(tables, at.content, laid, charges_under(held, None))
    today = at.services.today()
    changes = with_claims(
        changes_of(tables, at.content, judged, (held, before.head.force), today),
        before.items,
        at.content.details,
    )
    after = amended(before.items, changes, today=today) if changes else None
    return Laid(MatterState.ATTACHED, (), before, after, changes, laid)


def _planned_for_state(at: _At, before: RecordVersion, notified: Notification) -> Laid:
    """Return the change that another State's conviction makes, and the resulting item."""
    change = change_by(at.unit, at.matter, notified, before)
    changes = with_claims((change,), before.items, details_of(notified.person))
    after = amended(before.items, changes, today=at.services.today())
    if isinstance(change, Correct):
        laid = change.item_id
    else:
        known = {one.item_id for one in before.items.held}
        convictions = (one for one in after.held if one.kind is ItemKind.CONVICTION)
        laid = next(one.item_id for one in convictions if one.item_id not in known)
    return Laid(MatterState.ATTACHED, (), before, after, changes, ((0, laid),))
