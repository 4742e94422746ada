"""Duties to notify other States: how they follow from a record, what was done, and counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from domain.exchange.codes import DeletionReason, MessageKind, StateCode
from domain.ids import RecordId, UserId
from domain.people.convictions import Conviction
from domain.people.items import Items
from domain.people.people import Nationality


@dataclass(frozen=True, slots=True, order=True)
class DutyKey:
    """A State must be notified of a conviction, as of the version that caused the duty."""

    record_id: RecordId
    item_id: str
    version: int
    """The record's version in which the conviction or nationality was changed."""
    state: StateCode


class ExemptionCode(StrEnum):
    """Why a State is not notified."""

    NOT_A_MEMBER = "not a member State"
    """The nationality is that of a State that was not a member State when the conviction was
    recorded, according to the table of member States. Computed."""
    BEFORE_EXCHANGE = "recorded before the exchange began"
    """Recorded before the day that the office set as the beginning of the exchange. Computed."""
    STATE_LEFT = "the State left"
    LEGAL_BAR = "the law forbids it"
    ENTERED_IN_ERROR = "the record was in error"


COMPUTED = frozenset({ExemptionCode.NOT_A_MEMBER, ExemptionCode.BEFORE_EXCHANGE})
"""Exemptions that follow from data. Every other exemption is a person's decision, with reasons."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A person's decision that a duty does not apply."""

    exemption_id: str
    key: DutyKey
    code: ExemptionCode
    words: str
    """The reason. Sealed."""
    exempted_by: UserId
    exempted_at: datetime


@dataclass(frozen=True, slots=True)
class Stratum:
    """The figures of one group of duties."""

    name: str
    due: int
    """The number of duties that are not exempt."""
    acknowledged: int
    sent: int
    pending: int
    exempt: int
    late: int
    """The number of duties for which the message was sent after the last permitted day."""
    unsent_past_due: int
    oldest_pending: date | None
    """The last permitted day of the duty that has been pending longest."""

    @property
    def complete(self) -> float:
        """The share sent of duties whose last permitted day has passed; 1.0 if none has."""
        return 1.0 if self.past_due == 0 else 1 - self.unsent_past_due / self.past_due

    past_due: int = 0
    """The number of duties that are not exempt and whose last permitted day has passed."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Duties to notify States, compared with the messages sent."""

    on: date
    strata: tuple[Stratum, ...]
    """The first stratum contains all duties."""
    unexpected: int
    """Messages about convictions for which no duty was found."""
    doubled: int
    """Duties for which more than one message was made."""
    faults: int
    """Messages answered with a fault by the other State, with nothing sent since."""
    log_size: int
    log_root: str
    """Root hash of the log (hexadecimal): with the log up to it, anyone gets the same figures."""
    lacking: int = 0
    """The nationalities that a merge revealed and that a record with convictions lacks. Their
    States are not notified until the record is amended."""
    lacking_past_due: int = 0
    """How many of these follow from a merge that is at least 28 days old."""

    @property
    def total(self) -> Stratum:
        """The figures for all duties."""
        return self.strata[0]

    @property
    def alarms(self) -> tuple[str, ...]:
        """The names of the groups with unsent duties whose last permitted day has passed."""
        late = tuple(one.name for one in self.strata if one.unsent_past_due)
        return (*late, "merged people") if self.lacking_past_due else late


@dataclass(frozen=True, slots=True)
class Change:
    """The duty to notify one State of one conviction."""

    kind: MessageKind
    item_id: str
    state: StateCode
    conviction: Conviction
    """The present state of the conviction; for a deletion, its state before the deletion."""
    began_on: date
    """The day on which the time limit begins."""
    reason: DeletionReason | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The part of one version of a record that decides which States must be notified."""

    convictions: dict[str, Conviction]
    """Convictions, by the id of their item."""
    nationalities: tuple[Nationality, ...]

    @classmethod
    def of(cls, items: Items) -> Held:
        """Return the convictions and nationalities among the items."""
        values = {item.item_id: item.value for item in items.held}
        return cls(
            {at: value for at, value in values.items() if isinstance(value, Conviction)},
            tuple(value for value in values.values() if isinstance(value, Nationality)),
        )

    def told(self, own: StateCode) -> dict[tuple[str, StateCode], Conviction]:
        """Return the convictions that must be notified, by item and State."""
        return {
            (item_id, state): conviction
            for item_id, conviction in self.convictions.items()
            if _is_ours(conviction)
            for state in self.states(conviction.decided_on)
            if state != own
        }

    def states(self, on: date) -> tuple[StateCode, ...]:
        """Return the States whose nationality the person held on a day or later, each once."""
        countries = (one.country for one in self.nationalities if not _ended(one, on))
        return tuple(StateCode(one) for one in dict.fromkeys(countries) if one)


NOTHING = Held({}, ())


def changes(
    before: Held, after: Held, own: StateCode, amended_on: date | None
) -> Iterator[Change]:
    """Yield the duties that follow from a new version. `amended_on`: None for the first."""
    told, now = before.told(own), after.told(own)
    for (item_id, state), conviction in now.items():
        earlier = told.get((item_id, state))
        began = _began(conviction, amended_on)
        if earlier is None:
            yield Change(MessageKind.NOTIFICATION, item_id, state, conviction, began)
        elif _core(earlier) != _core(conviction):
            yield Change(MessageKind.UPDATE, item_id, state, conviction, began)
    for (item_id, state), conviction in told.items():
        if (item_id, state) not in now:
            reason = _reason(after.convictions.get(item_id))
            began = _began(conviction, amended_on)
            yield Change(MessageKind.DELETION, item_id, state, conviction, began, reason)


def _is_ours(conviction: Conviction) -> bool:
    return conviction.stands and not conviction.source.kind.is_told


def _ended(nationality: Nationality, on: date) -> bool:
    until = nationality.until
    if until is None or not until.is_complete or until.earliest is None:
        return False
    return until.earliest < on


def _core(conviction: Conviction) -> Conviction:
    """Return the facts whose change must be notified. They do not include case numbers."""
    return replace(conviction, recorded_on=None, reference="", asn="")


def _began(conviction: Conviction, amended_on: date | None) -> date:
    """Return the day the time limit begins: of the amendment, else recording, else decision."""
    return amended_on or conviction.recorded_on or conviction.decided_on


def _reason(conviction: Conviction | None) -> DeletionReason:
    if conviction is None:
        return DeletionReason.ENTERED_IN_ERROR
    return DeletionReason.WRONG_NATIONALITY if conviction.stands else DeletionReason.QUASHED
