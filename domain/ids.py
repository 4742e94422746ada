"""Opaque identifiers and the names of types. No identifier carries meaning, order or personal
data.
"""

from typing import NewType

PersonId = NewType("PersonId", str)
RecordId = NewType("RecordId", str)
EncounterId = NewType("EncounterId", str)
SearchId = NewType("SearchId", str)
CandidateId = NewType("CandidateId", str)
CaseId = NewType("CaseId", str)
DecisionId = NewType("DecisionId", str)
FurtherId = NewType("FurtherId", str)
StatementId = NewType("StatementId", str)
LinkId = NewType("LinkId", str)
EventId = NewType("EventId", str)
TokenId = NewType("TokenId", str)
FactorId = NewType("FactorId", str)
ClientId = NewType("ClientId", str)
ClientKeyId = NewType("ClientKeyId", str)
JobId = NewType("JobId", str)
BatchId = NewType("BatchId", str)
EndpointId = NewType("EndpointId", str)
FindingId = NewType("FindingId", str)
PolicyId = NewType("PolicyId", str)
ShownPrintId = NewType("ShownPrintId", str)
GalleryCaseId = NewType("GalleryCaseId", str)
ErasureId = NewType("ErasureId", str)
RestrictionId = NewType("RestrictionId", str)
AnswerId = NewType("AnswerId", str)
DeletionId = NewType("DeletionId", str)
RequestId = NewType("RequestId", str)
DisclosureId = NewType("DisclosureId", str)
NoticeId = NewType("NoticeId", str)
CertificateId = NewType("CertificateId", str)
ModelChoiceId = NewType("ModelChoiceId", str)
LawStateId = NewType("LawStateId", str)
RehearsalId = NewType("RehearsalId", str)
LotId = NewType("LotId", str)
FrameId = NewType("FrameId", str)
GenerationId = NewType("GenerationId", str)
RemakeId = NewType("RemakeId", str)

EventType = NewType("EventType", str)
"""The name of a type of event, as declared in `domain.events`."""

Topic = NewType("Topic", str)
"""The type of a webhook message."""

ReferralId = NewType("ReferralId", str)

UserId = NewType("UserId", str)
"""Names the account of a person or of a force's system: the actor of an event."""

ForceCode = NewType("ForceCode", str)
"""Two characters, as in the list of owners of criminal records ("01" Metropolitan ...)."""

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
