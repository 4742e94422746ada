"""Convictions of the person of a request: their status, and which of them may be disclosed.

An item's own restrictions come first (`domain.requests.releasing.release`); the kind of request
can only hold back more. If no rule computes whether an item must be given, the deciders may
include it with a reason.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from domain.agencies.agencies import Reach
from domain.ids import PersonId, PersonRow
from domain.people.convictions import ConvictionVersion
from domain.people.disputes import DECIDED, disputed_ids
from domain.people.people import Record
from domain.requests.releasing import (
    Destination,
    HeldBack,
    HeldConviction,
    HoldBack,
    Releasable,
    Verdict,
    release,
)
from domain.requests.requests import IdentityOutcome, PartyKind, ReplyOutcome, RequestFile
from rules.offence_codes import titled
from rules.rehabilitation.record import Standing
from service.storage.requests.requests import UsedConviction
from service.storage.unit_of_work import UnitOfWork
from service.usecases.people.amending import live_version_of
from service.usecases.people.merging import same_person
from service.usecases.people.offence_tables import offence_table
from service.usecases.requests.doubts import check_sayable
from service.usecases.requests.kind import Assessed, Finding, Kind
from service.usecases.requests.referring import markers_told

ItemKey = tuple[str, str]
"""The record and the item id of a conviction, in any version."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The deciders' choice beyond the computed result."""

    included: frozenset[ItemKey] = frozenset()
    """Items that no rule decides on, and that are to be disclosed."""
    withheld: frozenset[ItemKey] = frozenset()
    """Items that could be disclosed, but are not to be."""


NO_CHOICE = Choice()


@dataclass(frozen=True, slots=True)
class Judged:
    """A conviction, its standing (such as spent), and whether it may be disclosed."""

    assessed: Assessed
    verdict: Verdict

    @property
    def held_back(self) -> HeldBack | None:
        """Why the conviction is not disclosed; None if it may be."""
        return self.verdict if isinstance(self.verdict, HeldBack) else None

    @property
    def used(self) -> UsedConviction:
        """The row that stores this result."""
        ref, held_back = self.assessed.held.ref, self.held_back
        reason = held_back.reason.name if held_back else ""
        rule = (held_back.rule if held_back else "") or self.assessed.rule
        return UsedConviction(
            ref.record_id, ref.item_id, ref.version, reason, self.assessed.standing, rule
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """All convictions held, judged for one recipient, and the outcome of the answer."""

    judged: tuple[Judged, ...]
    outcome: ReplyOutcome
    states_to_ask: tuple[str, ...] = ()

    @property
    def leaving(self) -> tuple[Releasable, ...]:
        """The items that may be disclosed.

        There are none unless the outcome of the answer is information.
        """
        if self.outcome is not ReplyOutcome.INFORMATION:
            return ()
        return tuple(j.verdict for j in self.judged if isinstance(j.verdict, Releasable))

    @property
    def used(self) -> tuple[UsedConviction, ...]:
        """The rows that store this result, in the order in which they are read back."""
        rows = (judged.used for judged in self.judged)
        return tuple(sorted(rows, key=lambda row: (row.record_id, row.item_id)))


def key_of(ref: ConvictionVersion) -> ItemKey:
    """Return the key of a conviction."""
    return (ref.record_id, ref.item_id)


def assess(
    unit: UnitOfWork, file: RequestFile, kind: Kind, on: date, choice: Choice = NO_CHOICE
) -> Assessment:
    """Return the convictions to disclose for a request, and the outcome of its answer.

    Raises NotReleasableError if nobody has searched for the person yet.
    """
    check_sayable(file.identification)
    request = file.request
    destination = Destination(request.asker, request.purpose, on)
    assessed = kind.compute(held_convictions(unit, file), on)
    limit = _limits(unit, file, kind, destination)
    judged = tuple(
        Judged(one, _verdict(one, kind, destination, choice, limit)) for one in assessed
    )
    states = (j.verdict.ask_state for j in judged if isinstance(j.verdict, HeldBack))
    to_ask = tuple(sorted({state for state in states if state}))
    is_restricted = unit.restrictions.has_matters(people_of(unit, file)) or is_disputed(unit, file)
    outcome = _outcome(file, kind, judged, to_ask)
    if is_restricted and outcome is ReplyOutcome.NO_RECORD:
        outcome = ReplyOutcome.NOTHING_TO_GIVE
    if kind.says is not None:
        held_back = tuple(j.held_back.reason for j in judged if j.held_back)
        asked = None if request.ask is None else request.ask.subject
        records = held_records(unit, file)
        markers = markers_told(unit, file) if kind.is_referred else ()
        outcome = kind.says(
            Finding(outcome, held_back, records, asked, on, markers, is_restricted)
        )
    return Assessment(judged, outcome, to_ask)


def held_convictions(unit: UnitOfWork, file: RequestFile) -> tuple[HeldConviction, ...]:
    """Return all convictions of the identified person, including those of merged people."""
    versions = (live_version_of(unit, one.record_id) for one in held_records(unit, file))
    held = chain.from_iterable(unit.records.convictions(one) for one in versions if one)
    return titled(offence_table(unit), tuple(held))


def held_records(unit: UnitOfWork, file: RequestFile) -> tuple[Record, ...]:
    """Return the live records of the identified person, including those of merged people."""
    records = unit.people.records_of(rows_of(unit, people_of(unit, file))).values()
    held = tuple(sorted(records, key=lambda one: one.record_id))
    return titled(offence_table(unit), held)


def people_of(unit: UnitOfWork, file: RequestFile) -> tuple[PersonId, ...]:
    """Return the identified person and everyone merged with them; empty if there is none."""
    return () if file.person_id is None else same_person(unit, file.person_id)


def rows_of(unit: UnitOfWork, people: Iterable[PersonId]) -> tuple[PersonRow, ...]:
    """Return the rows of those people who are neither erased nor restricted."""
    found = (unit.people.person_row(one) for one in people)
    return tuple(row for row in found if row is not None)


Limit = Callable[[Assessed], HoldBack | None]
"""Returns why a dispute, or an agreement, does not allow an item to be disclosed; None if it does.
"""


def is_disputed(unit: UnitOfWork, file: RequestFile) -> bool:
    """Whether anything held about the person, or anything in this request, is still disputed.

    Until that is decided, nobody may be told that nothing, or nothing else, is held.
    """
    raised = unit.disputes.of_request(file.request.request_id)
    is_raised = any(one.state not in DECIDED for one in raised)
    return is_raised or bool(unit.disputes.undecided_of(people_of(unit, file)))


def disputed_items(unit: UnitOfWork, people: Collection[PersonId]) -> frozenset[ItemKey]:
    """Return the entries on record of these people that are disputed."""
    disputes = unit.disputes.undecided_of(people)
    found: set[ItemKey] = set()
    for record_id in {one.record_id for one in disputes}:
        version = live_version_of(unit, record_id)
        on_this = [one for one in disputes if one.record_id == record_id]
        ids = () if version is None else disputed_ids(version.items, on_this)
        found |= {(record_id, one) for one in ids}
    return frozenset(found)


def _limits(unit: UnitOfWork, file: RequestFile, kind: Kind, destination: Destination) -> Limit:
    """Return the limits set by disputes and by the agreement with an agency.

    The answer to the person themselves includes disputed entries, and says that they are disputed.
    """
    disputed = frozenset() if kind.has_answer else disputed_items(unit, people_of(unit, file))
    agreed = _agreement_limit(unit, destination)

    def limit(item: Assessed) -> HoldBack | None:
        return HoldBack.DISPUTED if key_of(item.held.ref) in disputed else agreed(item)

    return limit


def _agreement_limit(unit: UnitOfWork, destination: Destination) -> Limit:
    """Return the limit set by the agreement with an agency. Other recipients have no such limit.

    The agreement is read when an answer is computed. So nothing is disclosed under an agreement
    that has ended meanwhile, whatever was proposed before.
    """
    if destination.recipient.kind is not PartyKind.AGENCY:
        return lambda _: None
    agreement = unit.agreements.newest(destination.recipient.code)
    if agreement is None or not agreement.covers(destination.purpose, destination.on):
        return lambda _: HoldBack.NO_AGREEMENT
    if agreement.reach is Reach.ALL:
        return lambda _: None
    unspent = Standing.UNSPENT.value
    return lambda item: None if item.standing == unspent else HoldBack.BEYOND_AGREEMENT


def _verdict(
    assessed: Assessed, kind: Kind, destination: Destination, choice: Choice, limit: Limit
) -> Verdict:
    held = assessed.held
    verdict = release(held, destination)
    if isinstance(verdict, HeldBack):
        return verdict
    beyond = limit(assessed)
    if beyond is not None:
        return HeldBack(held, beyond)
    objection = kind.gives(assessed, destination)
    is_set_aside = (
        objection is not None
        and objection.reason in kind.overrides
        and key_of(held.ref) in choice.included
    )
    if objection is not None and not is_set_aside:
        return HeldBack(held, objection.reason, objection.rule)
    if key_of(held.ref) in choice.withheld:
        return HeldBack(held, HoldBack.OFFICER)
    return verdict


_BY_IDENTITY = {
    IdentityOutcome.SEVERAL: ReplyOutcome.SEVERAL_PEOPLE,
    IdentityOutcome.PRINTS_DO_NOT_MATCH: ReplyOutcome.PRINTS_DO_NOT_MATCH,
    IdentityOutcome.IN_DOUBT: ReplyOutcome.NOT_IDENTIFIED,
}


def _outcome(
    file: RequestFile, kind: Kind, judged: tuple[Judged, ...], states_to_ask: tuple[str, ...]
) -> ReplyOutcome:
    found = check_sayable(file.identification)
    if found.outcome in _BY_IDENTITY:
        return _BY_IDENTITY[found.outcome]
    leaves = any(isinstance(one.verdict, Releasable) for one in judged)
    is_known = kind.says_held and found.person_id is not None
    if leaves or states_to_ask or is_known:
        return ReplyOutcome.INFORMATION
    if judged or kind.is_neutral:
        return ReplyOutcome.NOTHING_TO_GIVE
    return ReplyOutcome.NO_RECORD if found.may_say_no_record else ReplyOutcome.NOT_IDENTIFIED
