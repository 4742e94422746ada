"""Agencies: agreements, the accounts that speak for them, and the ASNs issued for them."""

from __future__ import annotations

from domain.agencies.agreements import AgreementStanding
from domain.agencies.asns import ResultFate
from domain.events.declaring import Event, event
from domain.events.rows import ITS_ROW, Committed, Row
from domain.events.texts import Subject
from domain.ids import PersonId, RecordId, RequestId, UserId


@event(
    "agreement-made",
    rows=(
        Row(
            "agreements",
            key="agency",
            by="made_by",
            says=(("agreement_version", "version"), "standing"),
        ),
        Committed("agreements", (("agency", "agency"), ("version", "agreement_version"))),
    ),
    demands=ITS_ROW,
)
class AgreementMade(Event):
    """A version of the agreement with an agency was put on record."""

    agency: Subject[str]
    """Its code."""
    agreement_version: int
    standing: AgreementStanding


@event(
    "agency-member-named",
    rows=(
        Row("agency_members", key="user_id", by="named_by", says=("agency",)),
        Committed("agency_members", (("user_id", "user_id"),)),
    ),
    demands=ITS_ROW,
)
class AgencyMemberNamed(Event):
    """An account or a system was named to speak for an agency."""

    user_id: Subject[UserId]
    agency: str


@event(
    "asn-issued",
    rows=(
        Row("asns", key="request_id", by="issued_by", says=("agency",)),
        Committed("asns", (("request_id", "request_id"),)),
    ),
    demands=ITS_ROW,
)
class AsnIssued(Event):
    """An Arrest Summons Number was issued for a record that an agency has asked for."""

    request_id: Subject[RequestId]
    agency: str


@event(
    "asn-result-received",
    rows=(
        Row("asn_results", key="result_id", by="received_by", says=("fate",)),
        Committed("asn_results", (("result_id", "result_id"),)),
    ),
    demands=ITS_ROW,
)
class AsnResultReceived(Event):
    """A result of a court came under an Arrest Summons Number."""

    result_id: Subject[str]
    fate: ResultFate
    request_id: Subject[RequestId | None] = None
    """Of the record that it belongs to."""


@event("asn-result-attached")
class AsnResultAttached(Event):
    """The result of a court stands on a record, and waits no more."""

    request_id: Subject[RequestId]
    """Of the agency, for which the number was issued."""
    record_id: Subject[RecordId]
    person_id: Subject[PersonId]
    version: int
    """Of the record that tells the result."""
