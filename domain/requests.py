"""Requests about a person, and their answers by a due day.

A request is written once. Each step on it is an entry of its log, numbered from 1 without a
gap; its state is that of its last entry, its pauses and its due day follow from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import LinkId, PersonId, RequestId, SearchId, UserId
from domain.people import Details
from domain.request_states import RequestState, Step
from domain.restrictions import UNRESTRICTED, Restrictions, UsePurpose


class Channel(StrEnum):
    """How a request came, and how its answer goes."""

    DESK = "desk"
    """Written down by a case officer from a letter or a call."""
    API = "api"
    EXCHANGE = "exchange"
    """A signed message of another central authority."""
    DROP_FOLDER = "drop folder"
    PUBLIC_PAGES = "public pages"
    """Written by the applicant; the answer waits there under its reference and code."""


class PartyKind(StrEnum):
    """The kind of a requester or recipient."""

    STATE = "state"
    """Another State's central authority; its code is ISO 3166-1 alpha-3."""
    AGENCY = "agency"
    FORCE = "force"
    """Its code is that of the table of forces."""
    PERSON = "person"
    """The person themselves or a representative; its code is empty, its name sealed."""


@dataclass(frozen=True, slots=True)
class Party:
    """A requester or recipient, by a code that is no personal data."""

    kind: PartyKind
    code: str = ""

    def __post_init__(self) -> None:
        if (self.kind is PartyKind.PERSON) is bool(self.code):
            raise InvalidInputError(
                "Give a code for a State, an agency or a force, and none for a person."
            )
        if self.kind is PartyKind.STATE and not (
            len(self.code) == 3 and self.code.isascii() and self.code.isupper()
        ):
            raise InvalidInputError("Write a State as three capital letters (ISO 3166-1 alpha-3).")

    def __str__(self) -> str:
        return f"{self.kind.value} {self.code}".rstrip()


class IdentityBasis(StrEnum):
    """The basis of the identity of the person, the weakest first."""

    DETAILS = "details"
    DOCUMENTS = "documents seen"
    PRINTS = "prints confirmed by link"


class IdentityOutcome(StrEnum):
    """The outcome of the search for the person."""

    IDENTIFIED = "identified"
    """One person, by the basis stated."""
    NOT_HELD = "not held"
    """The search was whole and left no doubt: the person is not held here."""
    SEVERAL = "several people found"
    PRINTS_DO_NOT_MATCH = "prints do not match"
    """The prints are not those of the person that the details name."""
    IN_DOUBT = "in doubt"
    """A candidate stands above the floor, and no person is identified."""


@dataclass(frozen=True, slots=True)
class Identification:
    """The identity of the person of a request and its basis."""

    basis: IdentityBasis
    outcome: IdentityOutcome
    person_id: PersonId | None = None
    """Only for an identified person."""
    search_id: SearchId | None = None
    link_id: LinkId | None = None
    """Id of prints confirmed by a link."""
    candidates: int = 0
    """How many people stood above the floor."""

    def __post_init__(self) -> None:
        is_identified = self.outcome is IdentityOutcome.IDENTIFIED
        if is_identified is (self.person_id is None):
            raise InvalidInputError("Name a person if, and only if, you decide on identification.")
        if self.basis is IdentityBasis.PRINTS and is_identified and self.link_id is None:
            raise InvalidInputError("Only a confirmed link can identify a person by prints.")

    @property
    def may_say_no_record(self) -> bool:
        """Whether "no record" may be the answer when nothing is held.

        Never while somebody is in doubt: "not identified" is another answer.
        """
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
    """The record is on microfiche and not here: it has to be converted first."""
    NOTHING_TO_GIVE = "nothing that we must give"
    """The neutral wording: the same for convictions held back and for none held."""
    NOT_CERTIFIABLE = "cannot be certified"
    """Something held cannot be read by rule, and no person has decided on it yet."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The words of a request, kept sealed: they may name people."""

    subject: Details
    words: str = ""
    """The request in the requester's own words."""
    asker_name: str = ""
    on_behalf_of: str = ""
    """The beneficiary of the request, such as a court or an employer."""
    reference: str = ""
    """The requester's own reference."""
    capture: str = ""
    """Prints that came with the request: a capture as JSON, base64."""
    facts: tuple[tuple[str, str], ...] = ()
    """Further facts that the kind of the request knows, by name."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was received. Raises InvalidInputError for impossible days."""

    request_id: RequestId
    kind: str
    """The name of a registered kind."""
    channel: Channel
    asker: Party
    purpose: UsePurpose
    legal_basis: str
    """The agreement or provision that it rests on, by a code."""
    received_on: date
    """The day from which its clock runs."""
    received_by: UserId
    opened_at: datetime
    ask: Ask | None
    """None once it was erased."""
    restrictions: Restrictions = UNRESTRICTED
    """The purposes that the requester's information may serve here."""
    message_id: str = ""
    """The sender's id of the message that made it; empty if there is none. Unique for each
    sender."""
    about: str = ""
    """The opaque id of the request, disclosure or conviction that it follows up."""

    def __post_init__(self) -> None:
        if self.received_on > self.opened_at.date():
            raise InvalidInputError(
                "The day of receipt is in the future: correct it.", pointer="/received_on"
            )


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log of a request: a step, the state after it and its content."""

    number: int
    """From 1, without a gap."""
    step: Step
    state: RequestState
    """After the step."""
    by: UserId
    at: datetime
    on: date
    """The day that counts for clocks: the day on which a question was asked or answered."""
    words: str = ""
    """Reasons, questions, answers. Sealed: they may name people."""
    outcome: str = ""
    """A code: the outcome of an identification or the reply of a decision."""
    ground: str = ""
    """The code of the ground of a refusal or restriction; empty if there is none."""
    rule: str = ""
    """The identifier of the rule that it rests on; empty if there is none."""


@dataclass(frozen=True, slots=True)
class RequestFile:
    """A request with its log and its outcome so far."""

    request: Request
    entries: tuple[Entry, ...]
    identification: Identification | None = None
    """The last one."""

    @property
    def state(self) -> RequestState:
        """Its state."""
        return self.entries[-1].state

    @property
    def person_id(self) -> PersonId | None:
        """The identified person; None while not identified."""
        return None if self.identification is None else self.identification.person_id

    @property
    def version(self) -> int:
        """The number of its last entry: a step states which one it was taken on."""
        return self.entries[-1].number

    @property
    def owner(self) -> UserId:
        """Who took the last step of the work: a second reader's steps do not count."""
        own = (e for e in reversed(self.entries) if e.step not in (Step.AGREE, Step.DISAGREE))
        return next(own).by

    @property
    def proposal(self) -> Entry | None:
        """The proposal or decision in force; None while there is none."""
        for entry in reversed(self.entries):
            if entry.step in (Step.PROPOSE, Step.DECIDE):
                return entry
            if entry.step in _UNDOES_PROPOSAL:
                return None
        return None


_UNDOES_PROPOSAL = frozenset({Step.DISAGREE, Step.IDENTIFY, Step.REOPEN, Step.COMPUTE})
