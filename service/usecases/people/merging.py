"""Merging two people who are one human being, and undoing this: always by two supervisors.

One proposes with a reason, another confirms (`confirming`). A merge moves the captures of one
person to the other. Nothing is deleted, so undoing the merge moves exactly those captures back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError, existing
from domain.events.looking import LookKind
from domain.events.people import MergeProposed, UnmergeProposed
from domain.ids import PersonId
from domain.plain_text import require_words
from domain.retention.erasures import Merge
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look, record
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class ProposeMerge:
    """A proposal that two people are one. The surviving person keeps their record."""

    caller: Caller
    surviving: PersonId
    absorbed: PersonId
    reason: str


def propose_merge(services: StoreServices, command: ProposeMerge) -> str:
    """Store a proposal and return its id; nothing is moved yet.

    Raises NotPermittedError, NotFoundError, InvalidInputError (one person named twice, no reason,
    or a record only for the person who would be absorbed).
    """
    with services.begin(command.caller, Scope.MERGE) as unit:
        return merge_proposed(services, unit, command)


def merge_proposed(services: StoreServices, unit: UnitOfWork, command: ProposeMerge) -> str:
    """Do the same as `propose_merge` in the current transaction."""
    command.caller.actor.require(Scope.MERGE)
    require_words(command.reason, "/reason")
    if command.surviving == command.absorbed:
        raise InvalidInputError(
            "The merge names one person twice: name two different people.",
            pointer="/absorbed",
        )
    _check_records(unit, command)
    merge = Merge(
        merge_id=services.new_id(),
        surviving=command.surviving,
        absorbed=command.absorbed,
        undoes=None,
        reason=command.reason,
        proposed_by=command.caller.actor.user_id,
        proposed_at=services.now(),
    )
    _propose(services, unit, command.caller, merge)
    return merge.merge_id


def propose_unmerge(services: StoreServices, caller: Caller, merge_id: str, reason: str) -> str:
    """Store a proposal to undo a merge and return its id.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no reason), ConflictError (not a
    confirmed merge).
    """
    caller.actor.require(Scope.MERGE)
    require_words(reason, "/reason")
    with services.units.begin() as unit:
        done = existing(unit.merges.get(merge_id))
        if done.confirmed_by is None or done.undoes is not None:
            raise ConflictError("The merge was not confirmed, so it cannot be undone.")
        merge = replace(
            done,
            merge_id=services.new_id(),
            undoes=merge_id,
            reason=reason,
            proposed_by=caller.actor.user_id,
            proposed_at=services.now(),
            confirmed_by=None,
            confirmed_at=None,
        )
        _propose(services, unit, caller, merge)
    return merge.merge_id


def merges_about(
    services: StoreServices, caller: Caller, person_id: PersonId
) -> tuple[Merge, ...]:
    """Return every proposal about a person, oldest first. Raises NotPermittedError."""
    with services.reading(caller, Scope.MERGE) as unit:
        merges = unit.merges.about(person_id)
    others = ((merge.merge_id, merge.surviving, merge.absorbed) for merge in merges)
    look(services, caller, LookKind.MERGES, (person_id, *chain.from_iterable(others)))
    return merges


def same_person(unit: UnitOfWork, person_id: PersonId) -> tuple[PersonId, ...]:
    """Return all people merged with a person at present, including that person."""
    head = unit.merges.survivor(person_id) or person_id
    others = {m.absorbed for m in unit.merges.about(head) if m.undoes is None}
    merged = (one for one in others if unit.merges.survivor(one) == head)
    return tuple(sorted({person_id, head, *merged}))


def claimed_human(unit: UnitOfWork, *known: PersonId) -> tuple[PersonId, ...]:
    """Return the people of `same_person`, locked against additions, merges and partings.

    `known` are the human being, or several. To be called first by each step that hides or destroys
    data of a human being, withdraws exemplars, or changes records while it holds the log: the log
    is locked after people, so that two transactions never wait for each other. Raises
    ConflictError if they were merged or parted before they were locked.
    """
    people = _same_people(unit, known)
    unit.people.claim(people)
    # On PostgreSQL a merge may have been committed between the reading and the locks.
    if _same_people(unit, known) != people:
        raise ConflictError(
            "This person has just been merged with another, or parted from them: reload the page."
        )
    return people


def _same_people(unit: UnitOfWork, known: Iterable[PersonId]) -> tuple[PersonId, ...]:
    return tuple(sorted({one for person_id in known for one in same_person(unit, person_id)}))


def _propose(services: StoreServices, unit: UnitOfWork, caller: Caller, merge: Merge) -> None:
    unit.merges.propose(merge)
    kind = UnmergeProposed if merge.undoes else MergeProposed
    event = kind(merge.merge_id, merge.surviving, merge.absorbed, undoes=merge.undoes)
    record(services, unit, caller, event)


def _check_records(unit: UnitOfWork, command: ProposeMerge) -> None:
    """Refuse a merge that would hide the only record of the two people."""
    surviving = existing(unit.people.person_row(command.surviving))
    absorbed = existing(unit.people.person_row(command.absorbed))
    held = unit.people.records_of([surviving, absorbed])
    if absorbed in held and surviving not in held:
        raise InvalidInputError(
            "Only the person who has a record can be kept in a merge: name that person as the "
            "one to keep.",
            pointer="/surviving",
        )
