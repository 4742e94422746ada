"""Duties to notify other States: what was done about each duty, and counts of the duties."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.exchange.codes import StateCode
from domain.ids import RecordId, UserId


@dataclass(frozen=True, slots=True, order=True)
class DutyKey:
    """One duty: a State must be notified of a conviction, in the version of the record that caused
    the duty.
    """

    record_id: RecordId
    item_id: str
    """Id of the conviction in its record."""
    version: int
    """The version of the record in which the conviction or the nationality was added, changed or
    removed.
    """
    state: StateCode


class ExemptionCode(StrEnum):
    """Why a State is not notified."""

    NOT_A_MEMBER = "not a member State"
    """The nationality is that of a State that was not a member State when the conviction was
    recorded, according to the table of member States. Computed.
    """
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
        """The share of sent duties among those whose last permitted day has passed; 1.0 if there
        are none.
        """
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
    """Messages that the other State answered with a fault, and for which nothing has been sent
    since.
    """
    log_size: int
    log_root: str
    """Root hash of the log at that size, in hexadecimal. Anyone who has the log up to this root
    can compute the same figures.
    """
    lacking: int = 0
    """The number of nationalities that a merge revealed and that a record with convictions lacks.
    The States are not notified of these convictions until the record is amended.
    """
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
