"""Convictions as data that rules can compute with: court, offences, sanctions, later decisions,
source.

A conviction is an item of a record. It keeps its id, and each amendment that changes it makes a
new version of it, with the number of the record's version. Nothing is overwritten: earlier
versions are kept. The words of a sentence are kept for people to read and are never used in
computations.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import RecordId
from domain.people.partial_dates import PartialDate
from domain.plain_text import CURRENCIES, TableCode, check_country, check_duration
from domain.restrictions import UNRESTRICTED, Restrictions


class SentenceKind(StrEnum):
    """A kind of sentence or order that the Act distinguishes."""

    LIFE = "life"
    PUBLIC_PROTECTION = "public protection"
    EXTENDED = "extended"
    CUSTODY = "custody"
    """Suspended or immediate."""
    SERVICE_DETENTION = "service detention"
    DISMISSAL = "dismissal from service"
    FINE = "fine"
    ENDORSED_FINE = "endorsed motoring fine"
    ENDORSED_PENALTY = "endorsed fixed penalty"
    PENALTY_POINTS = "penalty points"
    REPRIMAND = "service reprimand"
    COMMUNITY_ORDER = "community order"
    """Includes youth rehabilitation orders."""
    RELEVANT_ORDER = "relevant order"
    """Conditional discharge, bind-over, hospital order, referral order and similar orders."""
    ATTENDANCE_CENTRE = "attendance centre order"
    SUPERVISION = "supervision order"
    REPARATION = "reparation order"
    PROHIBITION = "prohibition"
    """Disqualification, disability or prohibition. It never extends another period."""
    COMPENSATION = "compensation"
    ABSOLUTE_DISCHARGE = "absolute discharge"
    CAUTION = "caution"
    CONDITIONAL_CAUTION = "conditional caution"
    INCIDENTAL = "costs or requirement"
    """Not a sentence in itself: costs, a surcharge, or a requirement of another order."""
    UNSTRUCTURED = "unstructured"
    """A sentence known only in words, or foreign without an equivalent that a person stated."""


CAUTIONS = frozenset({SentenceKind.CAUTION, SentenceKind.CONDITIONAL_CAUTION})


class Completion(StrEnum):
    """Whether an offence was completed or only attempted."""

    COMPLETED = "completed"
    ATTEMPTED = "attempted"


class Participation(StrEnum):
    """The part that the person had in an offence."""

    PERPETRATOR = "perpetrator"
    AIDER = "aider"


class Nature(StrEnum):
    """The role of one sanction among all the sanctions for the same conviction."""

    PRINCIPAL = "principal"
    ANCILLARY = "ancillary"
    """An order made in addition to the sentence, such as a prohibition or a forfeiture."""
    ALTERNATIVE = "alternative"
    """Takes effect if the principal sanction is not carried out."""


class DecisionChange(StrEnum):
    """The effect of a later decision on a conviction."""

    SENTENCE_CHANGED = "sentence changed"
    OFFENCE_CHANGED = "offence changed"
    QUASHED = "quashed"
    PARDONED = "pardoned"
    SUSPENSION_REVOKED = "suspension revoked"
    SENTENCE_COMPLETED = "sentence completed"
    RELEASED = "released"
    OTHER = "other"


class InformationSource(StrEnum):
    """The source from which a conviction is known."""

    COURT = "court"
    FORCE = "force"
    OTHER_STATE = "other State"
    """Notified by another State's central authority, and amended and deleted as notified."""
    INTERPOL = "Interpol"
    """Received by an officer from the Interpol bureau of another country, and kept as it lets."""
    BACK_RECORD = "back record"
    """Read from an old record."""

    @property
    def is_told(self) -> bool:
        """Whether another country told the conviction.

        It sets how long it is kept and who is told. We never notify it to States as ours, and no
        rule weighs its sentence.
        """
        return self in (InformationSource.OTHER_STATE, InformationSource.INTERPOL)


@dataclass(frozen=True, slots=True)
class Court:
    """A court or other deciding authority, with its code if it has one.

    Raises InvalidInputError for a malformed country, or without name and code.
    """

    name: str
    """Name of the court."""
    code: str = ""
    """Code of the court."""
    country: str = "GBR"
    """ISO 3166-1 alpha-3."""

    def __post_init__(self) -> None:
        check_country(self.country)
        if not self.name and not self.code:
            raise InvalidInputError("The court has no name and no code: give one of them.")


@dataclass(frozen=True, slots=True)
class ConvictedOffence:
    """One offence of a conviction. Raises InvalidInputError for an impossible order of dates."""

    national_code: str
    """The convicting State's own code for the offence, such as a CJS offence code."""
    title: str
    """Title of the offence."""
    common_code: TableCode | None = None
    """The code of the offence in a table shared by States."""
    completion: Completion = Completion.COMPLETED
    participation: Participation = Participation.PERPETRATOR
    count: int = 1
    """The number of times that the offence was committed."""
    began_on: PartialDate | None = None
    ended_on: PartialDate | None = None
    """None: the offence ended on the day on which it began, or the day is not known."""
    place: str = ""
    """Town or country of the offence."""
    country: str = ""
    """The country of the offence, ISO 3166-1 alpha-3; empty if not recorded."""
    provisions: tuple[str, ...] = ()
    """The provisions of law that the offence breached."""
    is_recordable: bool | None = None
    """Whether the offence is recordable."""

    def __post_init__(self) -> None:
        if self.count < 1:
            raise InvalidInputError(
                "The number of times that an offence was committed must be at least 1: correct it."
            )
        if self.country:
            check_country(self.country)
        began, ended = self.began_on, self.ended_on
        if began and ended and began.is_complete and ended.is_complete and ended < began:
            raise InvalidInputError("The offence ends before it begins: correct the period.")


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in hundredths, and how many times it is due. Raises InvalidInputError."""

    hundredths: int
    """Hundredths of the currency's unit: pence, cents."""
    currency: str
    """ISO 4217."""
    times: int = 1
    """The number of day fines; 1 for a plain sum."""

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise InvalidInputError("The currency is unknown: give its ISO 4217 code.")
        if self.hundredths < 1 or self.times < 1:
            raise InvalidInputError(
                "The amount must be at least 0.01, and the number of payments at least 1."
            )


@dataclass(frozen=True, slots=True)
class Sanction:
    """One sentence or order of a conviction. A fact that is not known is None or empty.

    Raises InvalidInputError for a malformed duration or an impossible order of dates.
    """

    kind: SentenceKind
    code: TableCode | None = None
    """The code of the sanction in a table shared by States; None if it has none."""
    nature: Nature = Nature.PRINCIPAL
    duration: str = ""
    """An ISO 8601 duration in whole years, months, weeks and days."""
    suspended_for: str = ""
    """The time for which the sanction is suspended, ISO 8601; empty if it is not suspended."""
    starts_on: date | None = None
    """None: the sanction starts on the day of the decision."""
    ends_on: date | None = None
    """The day on which the sanction ends."""
    licence_ends_on: date | None = None
    """The day on which the licence after custody ends."""
    order_ends_on: date | None = None
    """The day on which the order ends."""
    is_indefinite: bool = False
    """Whether the order has no end date."""
    is_consecutive: bool = False
    """Whether it follows the sanction before it in the same proceedings."""
    is_schedule_18: bool | None = None
    """Whether it was for an offence of Schedule 18 to the Sentencing Code; None if unknown."""
    amounts: tuple[Amount, ...] = ()
    """Sums of money to be paid."""
    paid_on: date | None = None
    """The day on which the last payment was made."""
    words: str = ""
    """The wording of the court. Never used in computations."""

    def __post_init__(self) -> None:
        for text in (self.duration, self.suspended_for):
            check_duration(text)
        days = (self.ends_on, self.licence_ends_on, self.order_ends_on)
        if self.starts_on and any(day and day < self.starts_on for day in days):
            raise InvalidInputError("The sanction ends before it begins: correct the dates.")
        if self.ends_on and self.licence_ends_on and self.licence_ends_on < self.ends_on:
            raise InvalidInputError(
                "The licence ends before the sentence ends: correct the dates."
            )

    @property
    def is_structured(self) -> bool:
        """Whether rules can compute with the sanction."""
        return self.kind is not SentenceKind.UNSTRUCTURED

    @property
    def completed_on(self) -> date | None:
        """The day on which the sanction and any licence or order end, if known."""
        known = [d for d in (self.ends_on, self.licence_ends_on, self.order_ends_on) if d]
        return max(known, default=None)


@dataclass(frozen=True, slots=True)
class LaterDecision:
    """A decision that changes or deletes a conviction."""

    change: DecisionChange
    decided_on: date
    """The day of the decision."""
    court: Court
    """The court or other authority that took the later decision."""
    final_on: date | None = None
    """The day from which the decision can no longer be appealed."""
    deletes: bool = False
    """Whether the decision deletes the conviction."""
    words: str = ""

    def __post_init__(self) -> None:
        if self.final_on is not None and self.final_on < self.decided_on:
            raise InvalidInputError(
                "The decision becomes final before it is made: correct the dates."
            )


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a conviction, and the day on which the source stated it."""

    kind: InformationSource
    name: str = ""
    """Code of a country (ISO 3166-1 alpha-3) or of a force."""
    stated_on: date | None = None
    """The day of the source's statement."""


@dataclass(frozen=True, slots=True)
class Conviction:
    """A decision of a court on offences, with its sanctions.

    Raises InvalidInputError for a conviction without an offence and for an impossible order of
    dates: an offence after the decision, or a sanction that starts or is paid, or a decision that
    becomes final or is changed, before it.
    """

    court: Court
    decided_on: date
    """The day of the decision."""
    offences: tuple[ConvictedOffence, ...]
    """The offences of which the person was convicted."""
    sanctions: tuple[Sanction, ...] = ()
    """The sentences and orders of the conviction."""
    source: Source = Source(InformationSource.COURT)
    restrictions: Restrictions = UNRESTRICTED
    final_on: date | None = None
    """The day from which the decision can no longer be appealed."""
    decisions: tuple[LaterDecision, ...] = ()
    """Later decisions, in their order."""
    reference: str = ""
    """The court's own case number."""
    proceedings: str = ""
    """Equal for convictions of the same proceedings. Empty: it has proceedings of its own."""
    asn: str = ""
    """The ASN of the arrest report that led to the conviction; empty if not known."""
    was_under_18: bool | None = None
    """Whether the person was under 18 when convicted; None if unknown."""
    is_summary_only: bool | None = None
    """Whether the offence can be tried only by magistrates; None if unknown."""
    recorded_on: date | None = None
    """The day of recording here, if known, from which the time limit for notifications runs."""

    def __post_init__(self) -> None:
        if not self.offences:
            raise InvalidInputError("A conviction has no offence: state at least one.")
        self._check_offences()
        later = [self.final_on, self.recorded_on, *(one.decided_on for one in self.decisions)]
        for sanction in self.sanctions:
            later += [sanction.starts_on, sanction.completed_on, sanction.paid_on]
        if any(day is not None and day < self.decided_on for day in later):
            raise InvalidInputError(
                "A date in the conviction is before the date of the decision: correct the dates."
            )

    def _check_offences(self) -> None:
        for offence in self.offences:
            for day in (offence.began_on, offence.ended_on):
                if day and day.earliest and day.earliest > self.decided_on:
                    raise InvalidInputError(
                        "An offence is dated after the decision on it: correct the dates."
                    )

    @property
    def stands(self) -> bool:
        """Whether the conviction is still on record: no later decision has deleted it."""
        return not any(one.deletes for one in self.decisions)

    @property
    def is_structured(self) -> bool:
        """Whether rules can compute with every sanction."""
        return bool(self.sanctions) and all(one.is_structured for one in self.sanctions)

    @property
    def first_day(self) -> date:
        """The earliest day that the conviction mentions."""
        began = (o.began_on.earliest for o in self.offences if o.began_on)
        return min([self.decided_on, *(day for day in began if day)])


@dataclass(frozen=True, slots=True, order=True)
class ConvictionVersion:
    """One version of one conviction, as used in computations, disclosures and notifications."""

    record_id: RecordId
    item_id: str
    """Id of the record's item, such as `conviction-2`."""
    version: int
    """The version of the record that made this version of the conviction."""
