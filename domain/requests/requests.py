"""Requests about a person, their fees, and their answers, which are due by a certain day.

A request is written once. Each step is an entry in the request's log, numbered from 1 without
gaps. The state of the request is that of its last entry. Its pauses and its due day follow from
the entries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import LinkId, PersonId, RequestId, SearchId, UserId
from domain.office_days import office_day
from domain.people.people import Details
from domain.requests.request_states import FEE_STEPS, RequestState, Step
from domain.restrictions import UNRESTRICTED, Restrictions, UsePurpose

MOST_PENCE = 1_000_000
"""The largest amount of one entry."""


@dataclass(frozen=True, slots=True)
class Fees:
    """The amounts of a request, in pence."""

    asked: int = 0
    paid: int = 0
    waived: int = 0
    refunded: int = 0

    @property
    def due(self) -> int:
        """What still has to be paid."""
        return self.asked - self.paid - self.waived

    @property
    def kept(self) -> int:
        """What was paid and not refunded."""
        return self.paid - self.refunded

    def after(self, *steps: tuple[Step, int]) -> Fees:
        """Return the amounts after further steps.

        Raises InvalidInputError for an amount out of range, or above what is due or was paid.
        """
        fees = self
        for step, pence in steps:
            fees = fees._after(step, pence)
        return fees

    def _after(self, step: Step, pence: int) -> Fees:
        name, most, fault = {
            Step.ASK_FEE: ("asked", MOST_PENCE, "is too large"),
            Step.TAKE_FEE: ("paid", self.due, "is more than is due"),
            Step.WAIVE_FEE: ("waived", self.due, "is more than is due"),
            Step.REFUND_FEE: ("refunded", self.kept, "is more than was paid and kept"),
        }[step]
        if not 1 <= pence <= most:
            fault = fault if pence > 0 else "must be at least 1 penny"
            raise InvalidInputError(f"The amount {fault}: correct it.", pointer="/pence")
        return replace(self, **{name: getattr(self, name) + pence})


def amount_text(pence: int) -> str:
    """Return a sum of money in the form used in the log of a request."""
    return f"{pence // 100}.{pence % 100:02} GBP"


def pence_of(text: str) -> int:
    """Return the pence of a sum of money that the log of a request states."""
    return int(text.removesuffix(" GBP").replace(".", ""))


class Channel(StrEnum):
    """How a request was received, and how its answer is sent."""

    DESK = "desk"
    """Entered by a case officer from a letter or a call."""
    API = "api"
    EXCHANGE = "exchange"
    """A signed message from another central authority."""
    DROP_FOLDER = "drop folder"
    PUBLIC_PAGES = "public pages"
    """Written by the applicant, who gets the answer there with reference and code."""


class PartyKind(StrEnum):
    """The kind of requester or recipient."""

    STATE = "state"
    """The central authority of another State. Its code is ISO 3166-1 alpha-3."""
    AGENCY = "agency"
    FORCE = "force"
    """Its code is that of the table of forces."""
    PERSON = "person"
    """The person themselves or a representative. The code is empty, and the name is sealed."""


@dataclass(frozen=True, slots=True)
class Party:
    """A requester or recipient, identified by a code that is not personal data."""

    kind: PartyKind
    code: str = ""

    def __post_init__(self) -> None:
        if (self.kind is PartyKind.PERSON) is bool(self.code):
            raise InvalidInputError(
                "Give the code of the country, agency or force. For a person, leave the code out."
            )
        if self.kind is PartyKind.STATE and not (
            len(self.code) == 3 and self.code.isascii() and self.code.isupper()
        ):
            raise InvalidInputError(
                "Write a country as three capital letters (ISO 3166-1 alpha-3)."
            )

    def __str__(self) -> str:
        return f"{self.kind.value} {self.code}".rstrip()


class IdentityBasis(StrEnum):
    """The basis on which the person was identified, the weakest first."""

    DETAILS = "details"
    DOCUMENTS = "documents seen"
    PRINTS = "prints confirmed by link"


class IdentityOutcome(StrEnum):
    """The outcome of the search for the person."""

    IDENTIFIED = "identified"
    """One person was identified, on the stated basis."""
    NOT_HELD = "not held"
    """The search was complete and left no doubt: the person is not held here."""
    SEVERAL = "several people found"
    PRINTS_DO_NOT_MATCH = "prints do not match"
    """The prints do not belong to the person whom the details name."""
    IN_DOUBT = "in doubt"
    """A candidate is above the threshold, but no person is identified."""


@dataclass(frozen=True, slots=True)
class Identification:
    """The identity of the person of a request, and its basis."""

    basis: IdentityBasis
    outcome: IdentityOutcome
    person_id: PersonId | None = None
    """Set only if a person was identified."""
    search_id: SearchId | None = None
    link_id: LinkId | None = None
    """Id of the link that confirmed the prints."""
    candidates: int = 0
    """The number of candidates above the threshold."""

    def __post_init__(self) -> None:
        is_identified = self.outcome is IdentityOutcome.IDENTIFIED
        if is_identified is (self.person_id is None):
            raise InvalidInputError(
                "Name the person if the outcome is “identified”. For any other outcome, name "
                "nobody."
            )
        if self.basis is IdentityBasis.PRINTS and is_identified and self.link_id is None:
            raise InvalidInputError("Only a confirmed link can identify a person by prints.")

    @property
    def may_say_no_record(self) -> bool:
        """Whether "no record" may be the answer: not while there is doubt about a person."""
        if self.outcome is IdentityOutcome.NOT_HELD:
            return not self.candidates
        return self.outcome is IdentityOutcome.IDENTIFIED


class ReplyOutcome(StrEnum):
    """The outcome of an answer."""

    INFORMATION = "information"
    """Convictions that may be disclosed, or the names of States to ask."""
    NO_RECORD = "no record"
    NOT_IDENTIFIED = "not identified"
    SEVERAL_PEOPLE = "several people found"
    PRINTS_DO_NOT_MATCH = "prints do not match"
    DENIED = "denied"
    ELSEWHERE = "elsewhere: fiche"
    """The record is on microfiche, and has to be converted first."""
    NOTHING_TO_GIVE = "nothing that we must give"
    """Neutral wording: the same whether convictions are held back or none are held."""
    NOT_CERTIFIABLE = "cannot be certified"
    """No rule can assess something that is held, and no person has decided on it yet."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The text of a request. It is sealed, because it may name people."""

    subject: Details
    words: str = ""
    """The request in the requester's own words."""
    asker_name: str = ""
    on_behalf_of: str = ""
    """The person or body for whose benefit the request is made, such as a court or an employer."""
    reference: str = ""
    """The requester's own reference."""
    capture: str = ""
    """Prints that came with the request: a capture as JSON, in base64."""
    facts: tuple[tuple[str, str], ...] = ()
    """Further facts that the kind of request uses, each with its name."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as received. Raises InvalidInputError for impossible days."""

    request_id: RequestId
    kind: str
    """The name of a registered kind."""
    channel: Channel
    asker: Party
    purpose: UsePurpose
    legal_basis: str
    """The code of the agreement or provision on which the request is based."""
    received_on: date
    """The day on which the time limit of the request begins."""
    received_by: UserId
    opened_at: datetime
    ask: Ask | None
    """None after the request was erased."""
    restrictions: Restrictions = UNRESTRICTED
    """The purposes for which the information from the requester may be used here."""
    message_id: str = ""
    """The sender's id of the message that caused the request; unique for a sender, or empty."""
    about: str = ""
    """The opaque id of the request, disclosure or conviction to which this request refers."""

    def __post_init__(self) -> None:
        if self.received_on > office_day(self.opened_at):
            raise InvalidInputError(
                "The day of receipt is in the future: give today or an earlier day.",
                pointer="/received_on",
            )


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry in the log of a request: a step, the state after the step, and its content."""

    number: int
    """Numbered from 1, without gaps."""
    step: Step
    state: RequestState
    """The state after the step."""
    by: UserId
    at: datetime
    """When it happened."""
    on: date
    """The day that counts for time limits: the day on which a question was asked or answered."""
    words: str = ""
    """Reasons, questions or answers. Sealed, because they may name people."""
    outcome: str = ""
    """A code: the outcome of an identification, or the reply that was decided."""
    ground: str = ""
    """The code of the ground of a refusal or restriction; empty if there is none."""
    rule: str = ""
    """The identifier of the rule on which the step is based; empty if there is none."""


@dataclass(frozen=True, slots=True)
class RequestFile:
    """A request with its log and its present outcome."""

    request: Request
    entries: tuple[Entry, ...]
    identification: Identification | None = None

    @property
    def state(self) -> RequestState:
        """The state of the request."""
        return self.entries[-1].state

    @property
    def person_id(self) -> PersonId | None:
        """The identified person; None if nobody is identified."""
        return None if self.identification is None else self.identification.person_id

    @property
    def version(self) -> int:
        """The number of the last entry, which the next step states as its basis."""
        return self.entries[-1].number

    @property
    def fees(self) -> Fees:
        """What was asked, paid, waived and refunded."""
        amounts = ((e.step, pence_of(e.outcome)) for e in self.entries if e.step in FEE_STEPS)
        return Fees().after(*amounts)

    @property
    def owner(self) -> UserId:
        """Who took the last step of the work; second readers' steps and fees do not count."""
        others = (Step.AGREE, Step.DISAGREE, *FEE_STEPS)
        own = (e for e in reversed(self.entries) if e.step not in others)
        return next(own).by

    @property
    def proposal(self) -> Entry | None:
        """The proposal or decision in force; None if there is none."""
        for entry in reversed(self.entries):
            if entry.step in (Step.PROPOSE, Step.DECIDE):
                return entry
            if entry.step in _UNDOES_PROPOSAL:
                return None
        return None


_UNDOES_PROPOSAL = frozenset({Step.DISAGREE, Step.IDENTIFY, Step.REOPEN, Step.COMPUTE})
