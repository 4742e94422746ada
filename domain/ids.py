"""Opaque identifiers and names of types, without meaning, order or personal data."""

from typing import NewType

PersonId = NewType("PersonId", str)
"""Id of the person."""
RecordId = NewType("RecordId", str)
"""Id of the record."""
EncounterId = NewType("EncounterId", str)
"""Id of the capture."""
SearchId = NewType("SearchId", str)
"""Id of the search."""
CandidateId = NewType("CandidateId", str)
"""Id of the candidate within its search."""
CaseId = NewType("CaseId", str)
"""Id of the case."""
DecisionId = NewType("DecisionId", str)
"""Id of the decision."""
FurtherId = NewType("FurtherId", str)
StatementId = NewType("StatementId", str)
LinkId = NewType("LinkId", str)
"""Id of the link."""
EventId = NewType("EventId", str)
"""Id of the event."""
TokenId = NewType("TokenId", str)
"""Id of the token, which is not its secret."""
FactorId = NewType("FactorId", str)
ClientId = NewType("ClientId", str)
"""Id of the client, which is its OAuth user name."""
ClientKeyId = NewType("ClientKeyId", str)
"""Id of the key, which is not its secret."""
JobId = NewType("JobId", str)
"""Id of the job."""
BatchId = NewType("BatchId", str)
"""Id of the batch."""
EndpointId = NewType("EndpointId", str)
"""Id of the endpoint."""
FindingId = NewType("FindingId", str)
"""Id of the finding."""
PolicyId = NewType("PolicyId", str)
ShownPrintId = NewType("ShownPrintId", str)
GalleryCaseId = NewType("GalleryCaseId", str)
"""Id of the case."""
ErasureId = NewType("ErasureId", str)
"""Id of the erasure."""
RestrictionId = NewType("RestrictionId", str)
"""Id of the restriction."""
AnswerId = NewType("AnswerId", str)
"""Id of the answer."""
DeletionId = NewType("DeletionId", str)
"""Id of the deletion case."""
RequestId = NewType("RequestId", str)
"""The id of the request."""
DisclosureId = NewType("DisclosureId", str)
"""Id of the disclosure: the answer that was sent."""
NoticeId = NewType("NoticeId", str)
"""Id of the notice."""
CertificateId = NewType("CertificateId", str)
"""Opaque id of the certificate."""
ModelChoiceId = NewType("ModelChoiceId", str)
LawStateId = NewType("LawStateId", str)
RehearsalId = NewType("RehearsalId", str)
LotId = NewType("LotId", str)
"""Opaque id of the lot."""
FrameId = NewType("FrameId", str)
"""Opaque id of the frame."""
GenerationId = NewType("GenerationId", str)
RemakeId = NewType("RemakeId", str)

EventType = NewType("EventType", str)
"""The name of a type of event, as declared in `domain.events`."""

Topic = NewType("Topic", str)
"""The type of a webhook message."""

ReferralId = NewType("ReferralId", str)
"""Opaque id of a referral."""

UserId = NewType("UserId", str)
"""Opaque id of the account of a person, or of a force's system."""

ForceCode = NewType("ForceCode", str)
"""Code of the police force, as in PNC tables, such as `01` for the Metropolitan Police."""

PersonRow = NewType("PersonRow", int)
"""The gallery's integer for a person. It never leaves the service."""

EncounterRow = NewType("EncounterRow", int)
"""The gallery's integer for an encounter. It never leaves the service."""

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter looks like a digit."""


def short_name(opaque_id: str) -> str:
    """Return what people call the thing with this id, such as `K7QM-2DXA`: 40 of its bits."""
    bits = int(opaque_id[:10], 16)
    letters = "".join(CODE_LETTERS[bits >> place & 31] for place in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"
