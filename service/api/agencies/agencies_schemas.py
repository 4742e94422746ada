"""Agreements, requests of agencies and ASNs, as they travel in both directions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.agencies.agreements import (
    Agreement,
    AgreementStanding,
    LegalStatus,
    Reach,
)
from domain.agencies.asns import ResultFate
from domain.people import DisposalType
from domain.restrictions import UsePurpose
from service.api.base import Answer, Body, DateText, LongText, OpaqueId, Text
from service.api.people.records_schemas import DetailsBody, OffenceHead
from service.api.shapes import shows
from service.usecases.agencies.asking import AgencyRequest

AgencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
_FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]


class ContactBody(Body):
    """A person to write to at an agency."""

    name: Text
    email: Text


class AgreementBody(Body):
    """A version of an agreement, as it is from now on."""

    agency: AgencyCode
    expected_version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    name: Text
    legal_status: LegalStatus
    purposes: Annotated[tuple[UsePurpose, ...], Field(min_length=1, max_length=20)]
    reach: Reach
    standing: AgreementStanding = AgreementStanding.AGREED
    starts_on: DateText
    review_on: DateText
    contacts: Annotated[tuple[ContactBody, ...], Field(max_length=20)] = ()


class ContactAnswer(Answer):
    """A person to write to at an agency."""

    name: str
    email: str


@shows(Agreement, without=("made_by",))
class AgencyAgreementAnswer(Answer):
    """One version of an agreement."""

    contacts: tuple[ContactAnswer, ...]


class AgreementsAnswer(Answer):
    """Agreements: the newest of each agency, or all versions of one."""

    agreements: tuple[AgencyAgreementAnswer, ...]


class MemberBody(Body):
    """An account or a client that is to speak for an agency."""

    user: OpaqueId


class AgencyRequestBody(Body):
    """A request of an agency in its own name."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
    purpose: UsePurpose
    subject: DetailsBody
    words: LongText = ""
    reference: Text = ""
    facts: Annotated[dict[_FactName, Text], Field(max_length=20)] = Field(
        default={}, description="Further facts that the kind asks for, by name."
    )
    message_id: Text = Field(
        default="", description="Your id of this message: the same makes one request."
    )


@shows(AgencyRequest)
class AgencyRequestAnswer(Answer):
    """A request as its agency sees it."""


class AgencyRequestsAnswer(Answer):
    """The requests of an agency, those received last first."""

    requests: tuple[AgencyRequestAnswer, ...]


class AgencyReplyBody(Body):
    """An agency's answer to a question of the office."""

    words: LongText


class ElsewhereBody(Body):
    """That the record is on microfiche."""

    expected_version: Annotated[int, Field(ge=1, lt=2**31)]
    words: LongText


class AsnAnswer(Answer):
    """A number that was issued."""

    asn: str


class IssuedAsnAnswer(Answer):
    """A number issued for the record of a request."""

    asn: str
    request_id: str
    agency: str
    issued_at: datetime
    result_on: date | None


class AsnResultAnswer(Answer):
    """A result that belongs to no number issued here, or came again."""

    result_id: str
    asn: str
    fate: ResultFate
    result_on: date
    received_at: datetime


class AsnsAnswer(Answer):
    """Numbers issued, those that are silent, and results that belong to none."""

    issued: tuple[IssuedAsnAnswer, ...]
    silent: tuple[IssuedAsnAnswer, ...]
    unmatched: tuple[AsnResultAnswer, ...]


class AsnResultBody(Body):
    """A result of a court, under the number that it came with."""

    asn: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[\x20-\x7e]*$")]
    result_on: DateText
    words: LongText = ""


class AttachmentBody(Body):
    """The record that a court's result belongs to, and what the court's words mean."""

    record_id: OpaqueId
    expected_version: Annotated[int, Field(ge=1, lt=2**53)] = Field(
        description="The live version of the record that you have seen."
    )
    disposal: DisposalType
    offence: OffenceHead = Field(
        description="For a record that does not list the number yet; else its own offence stands."
    )


class ResultFateAnswer(Answer):
    """Where a result belongs."""

    fate: ResultFate
