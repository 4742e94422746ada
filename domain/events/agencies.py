"""Agencies: agreements, their accounts and ASNs; matters from courts and others."""

from domain.agencies.agencies import AgreementStanding, ResultFate
from domain.agencies.matters import MatterSource, MatterState
from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves
from domain.ids import PersonId, RecordId, RequestId, UserId


@event(
    "agreement-made",
    leaves=Leaves(
        "agreements",
        by="made_by",
        also=(("agreement_version", "version"),),
        where=("agency", ("version", "agreement_version")),
    ),
)
class AgreementMade(Event):
    """A version of the agreement with an agency was put on record."""

    agency: Subject[str]
    """Code of the agency."""
    agreement_version: int
    standing: AgreementStanding


@event("agency-member-named", leaves=Leaves("agency_members", by="named_by"))
class AgencyMemberNamed(Event):
    """An account or a system was authorised to act for an agency."""

    user_id: Subject[UserId]
    agency: str


@event("asn-issued", leaves=Leaves("asns", by="issued_by"))
class AsnIssued(Event):
    """An Arrest Summons Number was issued for a record that an agency asked for."""

    request_id: Subject[RequestId]
    agency: str


@event("asn-result-received", leaves=Leaves("asn_results", by="received_by", says=("fate",)))
class AsnResultReceived(Event):
    """A court result was received for an Arrest Summons Number."""

    result_id: Subject[str]
    fate: ResultFate
    request_id: Subject[RequestId | None] = None
    """Id of the agency's request that the result belongs to."""


@event("asn-result-attached")
class AsnResultAttached(Event):
    """A court result that was waiting was added to a record."""

    request_id: Subject[RequestId]
    """Id of the agency's request for which the number was issued."""
    record_id: Subject[RecordId]
    person_id: Subject[PersonId]
    version: int


@event("matter-received", leaves=Leaves("matters", by="received_by"))
class MatterReceived(Event):
    """A matter was received from a court, a force, an agency, another State or Interpol."""

    matter_id: Subject[str]
    source: MatterSource


@event(
    "matter-stepped",
    leaves=Leaves(
        "matter_steps",
        by="stepped_by",
        where=("matter_id", "number"),
        parts=("ended_versions",),
    ),
)
class MatterStepped(Event):
    """A matter was added to a record, referred to a person, sent back, or destroyed."""

    matter_id: Subject[str]
    number: int
    state: MatterState
    record_id: Subject[RecordId | None] = None
    person_id: Subject[PersonId | None] = None
    version: int | None = None
    kept_until: str | None = None
    """If its content was destroyed: the last day its source let it be kept, ISO 8601; None if its
    State deleted it."""
