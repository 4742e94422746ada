"""The result of one hearing of one case against one defendant, as sent by a court."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.people.identifiers import plain_asn
from domain.people.people import Address, Details, PartialDate, PersonName, Sex


class Doubt(StrEnum):
    """Why a result cannot be put on a record by rule."""

    ASN_MALFORMED = "asn-malformed"
    ASN_DUMMY = "asn-dummy"
    ASN_UNKNOWN = "asn-unknown"
    PNC_ID_MALFORMED = "pnc-id-malformed"
    CASE_NUMBER_MALFORMED = "case-number-malformed"
    COURT_UNKNOWN = "court-unknown"
    DAY_MALFORMED = "day-malformed"
    AMOUNT_MALFORMED = "amount-malformed"
    NUMBER_MALFORMED = "number-malformed"
    PLACE_MALFORMED = "place-malformed"
    SEQUENCE_REPEATED = "sequence-repeated"
    SEQUENCE_MISSING = "sequence-missing"
    TOO_MANY_OFFENCES = "too-many-offences"
    OFFENCE_UNKNOWN = "offence-unknown"
    RESULT_UNKNOWN = "result-unknown"
    QUALIFIER_UNKNOWN = "qualifier-unknown"
    UNRESULTED = "unresulted"
    DAYS_OUT_OF_ORDER = "days-out-of-order"
    NO_NEXT_COURT = "no-next-court"
    NO_NEXT_DAY = "no-next-day"
    ORGANISATION = "organisation"
    OTHER_PERSON = "other-person"
    OTHER_PNC_ID = "other-pnc-id"
    TAKEN_OFF = "taken-off"
    NAMESAKE = "namesake"
    OFFENCES_DIFFER = "offences-differ"
    WHICH_CHARGE = "which-charge"
    WHICH_CASE = "which-case"
    PENALTY_OR_COURT = "penalty-or-court"
    ADDED_TO_PENALTY = "added-to-penalty"
    JUDGED_ALREADY = "judged-already"
    NEVER_JUDGED = "never-judged"
    REMAND_AND_SENTENCE = "remand-and-sentence"
    CHANGE_AND_SENTENCE = "change-and-sentence"
    TOO_MANY_RESULTS = "too-many-results"
    NOTHING_ENTERED = "nothing-entered"
    OTHER_CONTENT = "other-content"
    RECORD_REFUSES = "record-refuses"
    NOT_A_COURT = "not-a-court"
    SECOND_HAND = "second-hand"


WORDS = {
    Doubt.ASN_MALFORMED: "The ASN is malformed, or its check letter is wrong.",
    Doubt.ASN_DUMMY: "The ASN stands for “none given”, and an offence is recordable.",
    Doubt.ASN_UNKNOWN: "No record under the name and date of birth lists this ASN.",
    Doubt.PNC_ID_MALFORMED: "The PNC ID is malformed, or its check letter is wrong.",
    Doubt.CASE_NUMBER_MALFORMED: "The case number of the prosecution (PTIURN) is malformed.",
    Doubt.COURT_UNKNOWN: "The code of the court is not in the table of courts.",
    Doubt.DAY_MALFORMED: "A date is missing or malformed.",
    Doubt.AMOUNT_MALFORMED: "An amount is malformed or out of range.",
    Doubt.NUMBER_MALFORMED: "A number is malformed or out of range.",
    Doubt.PLACE_MALFORMED: "The place of an offence is empty or longer than 80 characters.",
    Doubt.SEQUENCE_REPEATED: "Two offences have the same number.",
    Doubt.SEQUENCE_MISSING: "An offence has no number.",
    Doubt.TOO_MANY_OFFENCES: "The case has over 100 offences.",
    Doubt.OFFENCE_UNKNOWN: "The code of an offence is not in the table of offences.",
    Doubt.RESULT_UNKNOWN: "The code of a result is not in the table of results.",
    Doubt.QUALIFIER_UNKNOWN: "The qualifier of a result is not in the table of qualifiers.",
    Doubt.UNRESULTED: "The verdict and the dates do not show what was decided on the offence.",
    Doubt.DAYS_OUT_OF_ORDER: "The dates are in an impossible order.",
    Doubt.NO_NEXT_COURT: "The case was adjourned without a court.",
    Doubt.NO_NEXT_DAY: "The case was adjourned without a date.",
    Doubt.ORGANISATION: "The defendant is an organisation.",
    Doubt.OTHER_PERSON: "The record under this ASN has another name or date of birth.",
    Doubt.OTHER_PNC_ID: "The PNC ID is not that of the record under this ASN.",
    Doubt.TAKEN_OFF: "Two people removed a matter with this ASN from the record.",
    Doubt.NAMESAKE: "Several people on record have this name and date of birth.",
    Doubt.OFFENCES_DIFFER: (
        "The offences are not those of the record: codes or dates differ, or a charge on record"
        " has no result."
    ),
    Doubt.WHICH_CHARGE: "Offences with different results fit the same charge on record.",
    Doubt.WHICH_CASE: "The offences fit more than one case on record.",
    Doubt.PENALTY_OR_COURT: "The offences fit a penalty notice and a court case on record.",
    Doubt.ADDED_TO_PENALTY: "The court added offences to a penalty notice.",
    Doubt.JUDGED_ALREADY: "The record already has a verdict on this offence.",
    Doubt.NEVER_JUDGED: "The record has no verdict on this offence yet.",
    Doubt.REMAND_AND_SENTENCE: "One hearing both adjourns and passes a sentence after an "
    "earlier verdict.",
    Doubt.CHANGE_AND_SENTENCE: "One hearing changes an earlier result and passes a sentence.",
    Doubt.TOO_MANY_RESULTS: "An offence has more than ten results.",
    Doubt.NOTHING_ENTERED: "None of the results is of a kind that records contain.",
    Doubt.OTHER_CONTENT: "A message with this reference but different content was received "
    "before.",
    Doubt.NOT_A_COURT: "Only results that a court itself sends are attached by rule.",
    Doubt.SECOND_HAND: "The sender is not the State that convicted: ask the convicting State.",
    Doubt.RECORD_REFUSES: "The record cannot take the result: a date or value is impossible.",
}
"""The sentence for each doubt, for a case officer to read."""


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """A doubt, and the part of the message that causes it."""

    doubt: Doubt
    pointer: str = ""
    """JSON Pointer into the message as read; empty if the doubt concerns the whole message."""

    @property
    def words(self) -> str:
        """The sentence for a case officer to read."""
        return WORDS[self.doubt]

    @property
    def place(self) -> str:
        """The place in words, such as "offence 1, result 2"; empty for the whole message."""
        parts, words = self.pointer.split("/")[1:], []
        for name, after in zip(parts, [*parts[1:], ""], strict=True):
            number = f" {int(after) + 1}" if after.isdecimal() else ""
            if not name.isdecimal():
                words.append(f"{_PLACES.get(name, name.replace('_', ' '))}{number}")
        return ", ".join(words)


_PLACES = {
    "asn": "Arrest Summons Number",
    "offences": "offence",
    "lines": "result",
    "terms": "duration",
    "pence": "amount",
    "heard_on": "date of the hearing",
    "born_on": "date of birth",
    "convicted_on": "date of conviction",
    "began_on": "date of the offence",
    "ended_on": "last date of the offence",
    "pnc_id": "PNC ID",
}
"""The words for parts of a message that differ from the names of the parts."""

FINDINGS = {
    "G": "guilty",
    "N": "not guilty",
    "A": "guilty of an alternative",
    "O": "no conviction",
    "C": "caution",
}
PLEAS = {
    "1": "guilty",
    "2": "not guilty",
    "3": "none",
    "4": "consents",
    "5": "opposed",
    "6": "guilty",
    "7": "admits",
    "8": "denies",
}
TASKS = {
    "address": "Check the address of the order.",
    "bail": "Tell the force that bail was varied.",
    "breach": "An order was breached or varied: check the earlier record.",
    "curfew": "Tell the monitoring service of the curfew.",
    "custody-before-sentence": "Remanded in custody: check the custody record.",
    "custody-of-a-child": "A child was remanded in custody.",
    "details-changed": "The court says that details of the person changed.",
    "died": "The court says that the person died.",
    "driving-ban": "Tell the licensing agency of the driving ban.",
    "driving-ban-suspended": "A driving ban was suspended.",
    "extradition": "Extradition was ordered or is open.",
    "forfeiture": "Property was forfeited: tell the force.",
    "imprisoned": "Imprisoned: check the custody record.",
    "order": "An order was made: tell the force.",
    "other-ban": "A ban other than from driving was imposed.",
    "reopened": "The case was reopened.",
    "sexual-offence-order": "An order about sexual offences was made: tell the force.",
    "sine-die": "Adjourned without a date.",
    "warrant": "A warrant was issued: tell the force.",
    "warrant-ended": "A warrant ended: tell the force.",
}
"""Tasks for a person that follow from a result, in addition to changing the record."""


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time: a value and its unit, D W M Y, H (hours), S (sessions), L (life)."""

    value: int
    unit: str


@dataclass(frozen=True, slots=True)
class NextHearing:
    """The hearing to which a case was adjourned."""

    court: str = ""
    on: date | None = None
    at: str = ""
    reason: str = ""
    bail: str = ""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One result of an offence. Its text stays readable in any state of the matter."""

    code: str = ""
    """Four digits; empty if the court gave no code."""
    text: str = ""
    qualifiers: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    pence: int | None = None
    points: int | None = None
    next_hearing: NextHearing | None = None


@dataclass(frozen=True, slots=True)
class CourtOffence:
    """One offence with its verdict and results."""

    sequence: int | None
    """The court's own number for the offence."""
    code: str
    """Code of the offence."""
    wording: str = ""
    """Title of the offence."""
    date_code: str = ""
    """1 on, 2 before, 3 after, 4 between, 5 about, 6 on or before."""
    began_on: date | None = None
    """The first day of the offence, as far as it is known."""
    ended_on: date | None = None
    """The last day of the offence; None if it is the same as the first day, or unknown."""
    charged_on: date | None = None
    arrested_on: date | None = None
    place: str = ""
    alcohol: str = ""
    """Amount and method, separated by a space."""
    plea: str = ""
    """The plea in the message."""
    mode_of_trial: str = ""
    convicted_on: date | None = None
    """The day of conviction; None if there was none."""
    convicting_court: str = ""
    finding: str = ""
    """G guilty, N not guilty, A guilty of an alternative, O no conviction, C caution."""
    lines: tuple[ResultLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Defendant:
    """The person, or the organisation, as the court names them."""

    name: PersonName = field(default_factory=PersonName)
    title: str = ""
    born_on: date | None = None
    sex: Sex | None = None
    pnc_id: str = ""
    address: tuple[str, ...] = ()
    organisation: str = ""
    bail: str = ""
    """B conditional, U unconditional, C or P custody, L care, S secure care, A none."""
    bail_conditions: tuple[str, ...] = ()
    present: str = ""


@dataclass(frozen=True, slots=True)
class CourtResult:
    """A message: one hearing, one case, one defendant."""

    reference: str
    """The sender's own id of the message."""
    court: str
    """Code of the court's organisation unit, seven characters."""
    petty_sessions_area: str
    heard_on: date | None
    heard_at: str
    case_number: str
    """PTIURN: force, unit and serial number of the prosecution."""
    asn: str
    """As given; empty if the court had no ASN."""
    defendant: Defendant
    offences: tuple[CourtOffence, ...] = ()

    @property
    def compared_asn(self) -> str:
        """The ASN in the form that is compared."""
        return plain_asn(self.asn)

    @property
    def details(self) -> Details:
        """The details of the person in the message, in the form used by names enquiries."""
        said = self.defendant
        born = said.born_on
        birth = () if born is None else (PartialDate.of(born),)
        lines = said.address
        address = Address(lines[0], lines[1] if len(lines) > 1 else "") if lines else None
        return Details(
            names=(said.name,) if said.name.display else (),
            dates_of_birth=birth,
            sex=said.sex,
            addresses=(address,) if address else (),
            pnc_ids=(said.pnc_id,) if said.pnc_id else (),
        )
