"""Disputes about whether an entry of a record is about that person: opened, and decided by two
case officers.
"""

from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError, SelfVerificationError, existing
from domain.events.people import DisputeStepped
from domain.ids import PersonId, RecordId, RequestId
from domain.people import disputes
from domain.people.amendments import RecordVersion, Withdraw
from domain.people.items import Item, ItemId
from domain.plain_text import require_words
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.people.amending import live_version_of
from service.usecases.people.merging import claimed_human, same_person
from service.usecases.people.rehoming import At, into_the_inbox, matter_behind, move
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """An entry of a record, or a whole record, that may be about another person."""

    caller: Caller
    record_id: RecordId
    item_id: str
    """Any item of an arrest or a conviction; empty if the person of `request_id` says that the
    record is not theirs."""
    words: str
    request_id: RequestId | None = None
    """The request in which the person says that it is not theirs."""


@dataclass(frozen=True, slots=True)
class ProposeDecision:
    """A decision on a dispute, for another person to agree to."""

    caller: Caller
    dispute_id: str
    expected_step: int
    is_theirs: bool
    words: str


@dataclass(frozen=True, slots=True)
class AnswerDecision:
    """A second person's answer to a proposed decision."""

    caller: Caller
    dispute_id: str
    expected_step: int
    agrees: bool
    words: str = ""


def open_dispute(services: Services, command: OpenDispute) -> disputes.Dispute:
    """Open a dispute about an entry of a record. From now on no answer gives the entry as this
    person's.

    Raises NotPermittedError, NotFoundError, InvalidInputError (empty `words`, or an item that
    cannot be disputed), ConflictError (it is disputed already, or the request is about another
    person).
    """
    caller = command.caller
    caller.actor.require(Scope.WORK_REQUESTS)
    caller.require_force()
    require_words(command.words, "/words")
    with services.units.begin() as unit:
        claimed_human(unit, *{one.person_id for one in unit.records.versions(command.record_id)})
        # From here on nobody else decides whose matter anything is.
        unit.events.lock_last_change()
        version = existing(live_version_of(unit, command.record_id))
        cause = (
            disputes.DisputeCause.PERSON if command.request_id else disputes.DisputeCause.OFFICER
        )
        _check_request(unit, command, version.head.person_id)
        dispute = disputes.Dispute(
            services.new_id(),
            cause,
            version.head.person_id,
            None,
            command.record_id,
            _disputed(unit, version, command),
            command.request_id,
            None,
            caller.actor.user_id,
            services.now(),
            command.words,
        )
        At(services, unit, caller).open(dispute)
    return dispute


def _check_request(unit: UnitOfWork, command: OpenDispute, person_id: PersonId) -> None:
    """Refuse a request that is about another person, and a whole record without a request."""
    if command.request_id is None:
        if not command.item_id:
            raise InvalidInputError(
                "Name the arrest or conviction that may be another person's.", pointer="/item_id"
            )
        return
    found = existing(unit.requests.file(command.request_id)).person_id
    if found is None or found not in same_person(unit, person_id):
        raise ConflictError(
            "The person in the request has not been identified as the person on this record: "
            "identify them first."
        )


def _disputed(unit: UnitOfWork, version: RecordVersion, command: OpenDispute) -> ItemId:
    """Return the disputed entry; an empty id if the whole record is disputed."""
    if not command.item_id:
        if any(
            not one.item_id and one.state not in disputes.DECIDED
            for one in unit.disputes.of_request(existing(command.request_id))
        ):
            raise ConflictError("This record is already disputed in this request.")
        return ItemId("")
    entry = disputes.entry_of(version.items, command.item_id)
    if entry is None:
        raise InvalidInputError(
            "Only an arrest (with its offences and results) or a conviction can be disputed: "
            "correct other details by an amendment.",
            pointer="/item_id",
        )
    open_ones = unit.disputes.undecided_of([version.head.person_id])
    on_this = [one for one in open_ones if one.record_id == command.record_id]
    if entry.item_id in disputes.disputed_ids(version.items, on_this):
        raise ConflictError("This entry is already disputed: decide that dispute first.")
    return entry.item_id


def propose_decision(services: Services, command: ProposeDecision) -> disputes.Dispute:
    """Propose whom the entry is about.

    Raises NotPermittedError, NotFoundError, ConflictError (already decided or proposed),
    InvalidInputError (empty `words`).
    """
    require_words(command.words, "/words")
    theirs, not_theirs = (
        disputes.DisputeState.PROPOSED_THEIRS,
        disputes.DisputeState.PROPOSED_NOT_THEIRS,
    )
    with services.units.begin() as unit:
        dispute = _begun(unit, command, frozenset({disputes.DisputeState.OPEN}))
        state = theirs if command.is_theirs else not_theirs
        _step(At(services, unit, command.caller), dispute, state, command.words)
        return existing(unit.disputes.get(command.dispute_id))


def answer_decision(services: Services, command: AnswerDecision) -> disputes.Dispute:
    """Carry out a proposed decision if the caller agrees; otherwise the dispute is open again.

    Raises NotPermittedError, NotFoundError, SelfVerificationError (the caller proposed it),
    ConflictError (nothing is proposed, or the entry has been changed since), InvalidInputError (a
    disagreement without words).
    """
    if not command.agrees:
        require_words(command.words, "/words")
    with services.units.begin() as unit:
        dispute = _begun(unit, command, disputes.PROPOSED)
        if dispute.steps[-1].stepped_by == command.caller.actor.user_id:
            raise SelfVerificationError("You made this proposal: another person must agree to it.")
        at = At(services, unit, command.caller)
        state = _decided(at, dispute) if command.agrees else disputes.DisputeState.OPEN
        _step(at, dispute, state, command.words)
        return existing(unit.disputes.get(command.dispute_id))


def _begun(
    unit: UnitOfWork,
    command: ProposeDecision | AnswerDecision,
    states: frozenset[disputes.DisputeState],
) -> disputes.Dispute:
    command.caller.actor.require(Scope.WORK_REQUESTS)
    command.caller.require_force()
    known = existing(unit.disputes.get(command.dispute_id))
    claimed_human(unit, *filter(None, (known.person_id, known.other_id)))
    unit.events.lock_last_change()
    dispute = existing(unit.disputes.get(command.dispute_id))
    if dispute.last_step != command.expected_step:
        raise ConflictError("Somebody else has worked on this dispute: reload it.")
    if dispute.state not in states:
        raise ConflictError("The dispute's current state does not allow this: reload the dispute.")
    return dispute


def _step(at: At, dispute: disputes.Dispute, state: disputes.DisputeState, words: str) -> None:
    step = disputes.DisputeStep(
        dispute.dispute_id,
        dispute.last_step + 1,
        state,
        at.caller.actor.user_id,
        at.services.now(),
        words,
    )
    at.unit.disputes.step(step)
    event = DisputeStepped(step.dispute_id, step.number, step.state)
    record(at.services, at.unit, at.caller, event)


def _decided(at: At, dispute: disputes.Dispute) -> disputes.DisputeState:
    """Carry out the proposal, and return the final state."""
    if dispute.state is disputes.DisputeState.PROPOSED_THEIRS:
        return disputes.DisputeState.THEIRS
    version = live_version_of(at.unit, dispute.record_id)
    entries = () if version is None else disputes.event_of(version.items, dispute.item_id)
    if version is not None and entries:
        _not_theirs(at, dispute, version, entries)
    return disputes.DisputeState.NOT_THEIRS


def _not_theirs(
    at: At, dispute: disputes.Dispute, version: RecordVersion, entries: tuple[Item, ...]
) -> None:
    """Move entries to the other of two people who were parted, or take them off the record.

    A matter that came through the inbox waits there again, for the person it belongs to.
    """
    there = _record_of(at.unit, dispute.other_id)
    if there is not None:
        move(at, entries, (version, there), "Two people were parted; two officers decided.")
        return
    behind = [
        one
        for entry in entries
        if (one := matter_behind(at.unit, dispute.record_id, entry)) is not None
    ]
    for matter in {one.matter_id: one for one in behind}.values():
        into_the_inbox(at, matter, "Two people decided: it is not this person's.")
    if behind:
        return
    left = at.changed(version, [Withdraw(one.item_id) for one in entries])
    at.amend(version, left, "Two people decided: it is not this person's.", dispute.dispute_id)


def _record_of(unit: UnitOfWork, person_id: PersonId | None) -> RecordVersion | None:
    row = None if person_id is None else unit.people.person_row(person_id)
    found = None if row is None else unit.people.records_of([row]).get(row)
    return None if found is None else live_version_of(unit, found.record_id)
