"""Requests, as they travel in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from domain.access import Caller
from domain.disclosures import DisclosureNotice, Form, NoticeKind, SentDisclosure
from domain.people import Details
from domain.request_states import RequestState, Step
from domain.requests import (
    Ask,
    Channel,
    IdentityBasis,
    IdentityOutcome,
    Party,
    PartyKind,
    ReplyOutcome,
)
from domain.restrictions import UsePurpose
from service.api.base import Answer, Body, DateText, LongText, Next, OpaqueId, Text
from service.api.dates import read_day
from service.api.people.records_schemas import DetailsBody
from service.api.shapes import at
from service.usecases.idempotency import IdempotencyKey
from service.usecases.requests.assessing import Judged
from service.usecases.requests.notices import notice_due_on
from service.usecases.requests.opening import OpenRequest
from service.usecases.requests.reading import ListedRequest, RequestView

KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
PartyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{0,40}$")]
BasisCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._:@/+=() -]{0,100}$"),
    Field(description="The agreement or provision that the request rests on."),
]


class PartyBody(Body):
    """Who asks: a State, an agency or a force by its code; a person has none."""

    kind: PartyKind
    code: PartyCode = ""

    def to_domain(self) -> Party:
        """Return the party; raises InvalidInputError."""
        return Party(self.kind, self.code)


FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
"""The name of a further fact."""


class RequestBody(Body):
    """A request as it came in."""

    kind: KindName
    asker: PartyBody
    purpose: UsePurpose
    legal_basis: BasisCode = ""
    received_on: DateText = Field(description="The day from which the clock runs.")
    subject: DetailsBody = Field(description="The person who is asked about.")
    words: LongText = ""
    asker_name: Text = ""
    on_behalf_of: Text = Field(default="", description="Such as a court; kept sealed.")
    reference: Text = Field(default="", description="The asker's own; kept sealed.")
    about: OpaqueId | None = Field(default=None, description="The request that it follows up.")
    facts: Mapping[FactName, Text] = Field(
        default={},
        max_length=20,
        description="Further facts that the kind knows, such as `countries`; kept sealed.",
    )

    def to_command(self, caller: Caller, key: IdempotencyKey | None = None) -> OpenRequest:
        """Return the command; raises InvalidInputError with a pointer."""
        with at("/asker"):
            asker = self.asker.to_domain()
        with at("/received_on"):
            received_on = read_day(self.received_on)
        with at("/subject"):
            subject = self.subject.to_domain()
        ask = Ask(subject, self.words, self.asker_name, self.on_behalf_of, self.reference)
        ask = replace(ask, facts=tuple(sorted(self.facts.items())))
        return OpenRequest(
            caller,
            self.kind,
            Channel.API,
            asker,
            self.purpose,
            self.legal_basis,
            received_on,
            ask,
            about=self.about or "",
            idempotency=key,
        )


class RequestIdAnswer(Answer):
    """A request that is stored."""

    request_id: str


class PartyAnswer(Answer):
    """An asker or recipient."""

    kind: PartyKind
    code: str


class RequestHead(Answer):
    """A request without its words."""

    request_id: str
    kind: str
    channel: Channel
    asker: PartyAnswer
    purpose: UsePurpose
    legal_basis: str
    received_on: date
    state: RequestState
    version: int = Field(description="The number of the last entry: a step states it.")
    owner: str
    due_on: date | None = Field(
        description="The last day in time; None without a clock, and while it stands still."
    )
    is_paused: bool
    is_overdue: bool

    @classmethod
    def of(cls, listed: ListedRequest) -> Self:
        """Return the answer for a request in a list."""
        return cls.model_validate(head_of(listed))


def head_of(listed: ListedRequest | RequestView) -> dict[str, Any]:
    """Return the fields of the head of a request."""
    file, due = listed.file, listed.due
    request = file.request
    return {
        "request_id": request.request_id,
        "kind": request.kind,
        "channel": request.channel,
        "asker": request.asker,
        "purpose": request.purpose,
        "legal_basis": request.legal_basis,
        "received_on": request.received_on,
        "state": file.state,
        "version": file.version,
        "owner": file.owner,
        "due_on": due.on,
        "is_paused": due.is_paused,
        "is_overdue": due.is_overdue,
    }


class RequestListAnswer(Answer):
    """Requests, those due first in front."""

    requests: tuple[RequestHead, ...]
    is_whole: bool = Field(description="False when more match than are shown.")
    today: date
    next_after: Next


class EntryAnswer(Answer):
    """One entry of the log of a request."""

    number: int
    step: Step
    state: RequestState
    by: str
    at: datetime
    on: date
    words: str = Field(description="Empty where none were said, or once they were erased.")
    outcome: str
    ground: str
    rule: str


class IdentificationAnswer(Answer):
    """The identity of the person and its basis."""

    basis: IdentityBasis
    outcome: IdentityOutcome
    person_id: str | None
    search_id: str | None
    link_id: str | None
    candidates: int


class RestrictionsAnswer(Answer):
    """The restrictions of its source."""

    transmittable: str
    purposes: tuple[UsePurpose, ...]
    retention_end: date | None
    needs_leave: bool


class JudgedAnswer(Answer):
    """A conviction that is held, and whether it may leave today."""

    record_id: str
    item_id: str
    version: int
    court: str
    decided_on: date
    offences: tuple[str, ...]
    standing: str = Field(description="Such as spent; empty when nothing is computed of it.")
    may_leave: bool
    why_not: str
    rule: str
    restrictions: RestrictionsAnswer

    @classmethod
    def of(cls, judged: Judged) -> Self:
        """Return the answer for a judged conviction."""
        held, held_back = judged.assessed.held, judged.held_back
        return cls(
            record_id=held.ref.record_id,
            item_id=held.ref.item_id,
            version=held.ref.version,
            court=held.conviction.court.name or held.conviction.court.code,
            decided_on=held.conviction.decided_on,
            offences=tuple(one.title for one in held.conviction.offences),
            standing=judged.assessed.standing,
            may_leave=held_back is None,
            why_not=held_back.reason.value if held_back else "",
            rule=judged.used.rule,
            restrictions=RestrictionsAnswer.of(held.conviction.restrictions),
        )


class DisclosureAnswer(Answer):
    """The information that left to one recipient."""

    disclosure_id: str
    recipient: PartyAnswer
    purpose: UsePurpose
    form: Form
    outcome: ReplyOutcome
    items: int
    sent_at: datetime
    sent_by: str
    content: str | None = Field(description="As JSON; None once it was erased.")
    acknowledged_at: datetime | None

    @classmethod
    def of(cls, sent: SentDisclosure) -> Self:
        """Return the answer for a disclosure."""
        return cls.showing(sent, items=len(sent.versions))


class DisclosureNoticeAnswer(Answer):
    """The news for the recipient of a disclosure."""

    notice_id: str
    disclosure_id: str
    kind: NoticeKind
    about: str
    version: int
    given_on: date
    due_on: date | None
    acknowledged_at: datetime | None

    @classmethod
    def of(cls, notice: DisclosureNotice) -> Self:
        """Return the answer for a notice."""
        return cls.showing(notice, due_on=notice_due_on(notice))


class RequestAnswer(RequestHead):
    """A request with everything that it is worked by."""

    words: str
    asker_name: str
    on_behalf_of: str
    reference: str
    facts: Mapping[str, str]
    steps: tuple[Step, ...] = Field(description="The steps that are open.")
    deciders: int
    grounds: Mapping[str, str] = Field(description="Of a refusal: codes and words.")
    entries: tuple[EntryAnswer, ...]
    identification: IdentificationAnswer | None
    may_say: ReplyOutcome | None = Field(description="What an answer of today would say.")
    states_to_ask: tuple[str, ...]
    convictions: tuple[JudgedAnswer, ...]
    disclosures: tuple[DisclosureAnswer, ...]
    notices: tuple[DisclosureNoticeAnswer, ...]

    @classmethod
    def of(cls, view: RequestView | ListedRequest) -> Self:
        """Return the answer for a request."""
        if not isinstance(view, RequestView):
            raise TypeError("A whole request is shown from its view.")
        ask = view.file.request.ask or Ask(Details())
        found = view.assessment
        return cls.model_validate(
            {
                **head_of(view),
                "words": ask.words,
                "asker_name": ask.asker_name,
                "on_behalf_of": ask.on_behalf_of,
                "reference": ask.reference,
                "facts": dict(ask.facts),
                "steps": view.steps,
                "deciders": view.kind.deciders,
                "grounds": {ground.code: ground.words for ground in view.kind.grounds},
                "entries": view.file.entries,
                "identification": view.file.identification,
                "may_say": found and found.outcome,
                "states_to_ask": found.states_to_ask if found else (),
                "convictions": found.judged if found else (),
                "disclosures": view.disclosures,
                "notices": view.notices,
            }
        )
