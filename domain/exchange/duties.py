"""Duties to tell States, how each duty stands, and their figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.exchange.codes import StateCode
from domain.ids import RecordId, UserId


@dataclass(frozen=True, slots=True, order=True)
class DutyKey:
    """One thing to be told: a conviction, in the version that made it so, to one State."""

    record_id: RecordId
    item_id: str
    """Id of the conviction in its record."""
    version: int
    """Of the record, in which the conviction, or the nationality, came, changed or went."""
    state: StateCode


class ExemptionCode(StrEnum):
    """Why nothing is to be told."""

    NOT_A_MEMBER = "not a member State"
    """States owed by the table of member States on the day of recording; computed."""
    BEFORE_EXCHANGE = "recorded before the exchange began"
    """Exempt by the day that the office set; computed."""
    STATE_LEFT = "the State left"
    LEGAL_BAR = "the law forbids it"
    ENTERED_IN_ERROR = "the record was in error"


COMPUTED = frozenset({ExemptionCode.NOT_A_MEMBER, ExemptionCode.BEFORE_EXCHANGE})
"""Exemptions that follow from data; every other one is a person's decision, with reasons."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A person's decision that a duty does not hold."""

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
    """Duties that are not exempt."""
    acknowledged: int
    sent: int
    pending: int
    exempt: int
    late: int
    """Sent after the last day."""
    unsent_past_due: int
    oldest_pending: date | None
    """The last day in time of the duty that has been pending longest."""

    @property
    def complete(self) -> float:
        """The share of duties past their last day that were sent; 1.0 where there are none."""
        return 1.0 if self.past_due == 0 else 1 - self.unsent_past_due / self.past_due

    past_due: int = 0
    """Duties that are not exempt and whose last day has passed."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Duties to tell, compared with the messages sent."""

    on: date
    strata: tuple[Stratum, ...]
    """The first is of all duties."""
    unexpected: int
    """Messages about convictions for which no duty was found."""
    doubled: int
    """Duties that more than one message was made for."""
    faults: int
    """Messages that the other State answered with a fault, and with nothing since."""
    log_size: int
    log_root: str
    """Root of the log at that size, hexadecimal: whoever has it can ask for the same figures
    again."""
    lacking: int = 0
    """Nationalities that a merge shows and a record with convictions lacks: nothing is told of
    those convictions to these States until the record is amended."""
    lacking_past_due: int = 0
    """How many of these have a merge that is 28 days old or older."""

    @property
    def total(self) -> Stratum:
        """The figures of all duties."""
        return self.strata[0]

    @property
    def alarms(self) -> tuple[str, ...]:
        """The groups in which something past its last day was not told."""
        late = tuple(one.name for one in self.strata if one.unsent_past_due)
        return (*late, "merged people") if self.lacking_past_due else late
