"""Everything identlink refuses, as one tree. HTTP statuses live in `service/api/problems.py`.

LinkingError
├── InvalidInputError            the request itself cannot be right
│   ├── InvalidTemplateError     length, dimension, not finite, zero
│   ├── UnknownTemplateFormatError
│   ├── DuplicatePositionError   one finger twice in a capture
│   ├── InvalidQualityError
│   ├── InvalidDateError         no such day
│   ├── InvalidIdentifierError   PNC, CRO or ASN malformed or wrong check letter
│   ├── InvalidMinutiaeError     a minutia out of range, or a malformed ISO/IEC 19794-2 record
│   ├── EmptyProbeError          no fingers and no details
│   ├── UnsupportedSearchError   this search type needs other impressions
│   └── UnknownForceError
├── AccessError
│   ├── NotAuthenticatedError    no, unknown, revoked or expired token
│   │   └── ProviderRefusedError what the identity provider says does not hold, or opens nothing
│   ├── NotPermittedError        the role or scope does not cover this
│   ├── MissingPurposeError      every call carries a purpose
│   ├── RateLimitedError         this caller calls too fast
│   └── TooManyAttemptsError     nearly the same probe was searched with too often
├── NotFoundError                absent, or not yours to know about
├── ConflictError                right in itself, wrong at this moment
│   ├── IdempotencyConflictError the same key with another body
│   ├── StaleCaseError           somebody moved the case meanwhile
│   ├── StaleRecordError         another version of the record is live
│   ├── ClosedCaseError
│   ├── CaseNotClaimedError
│   ├── CaseTakenError
│   ├── StepOutOfOrderError      for example a decision before the analysis is sealed
│   ├── AlreadyDecidedError      one examiner, one decision a case
│   ├── SelfVerificationError    nobody verifies their own examination
│   └── AlreadyRevokedError
├── ProvenanceError              the log or the vault does not hold together
│   ├── LogDamagedError          an event, a node or the order of the log is not what was signed
│   ├── InvalidProofError        an inclusion or consistency proof does not lead to the root
│   ├── InvalidNoteError         a checkpoint, signature or key is malformed or does not verify
│   ├── WitnessRefusedError      the log did not grow consistently from what the witness saw
│   └── VaultDamagedError        a vault item or key is damaged, swapped or missing
├── PayloadErasedError           the payload was lawfully erased; only its commitment is left
├── ConfigurationError           a setting is missing, malformed or out of range
├── BackupDamagedError           a backup is cut short, changed, or no backup
├── ProviderUnavailableError     the identity provider does not answer as it must
├── StoreUnavailableError        the database is away, busy or full; nothing has happened
├── ModelError                   a fitted model is damaged or foreign
└── GalleryError                 the index cannot serve
    ├── IndexDamagedError        a digest does not match
    └── IndexNotReadyError

`detail` is always safe to show: it never repeats input, names, dates or templates.
"""

from __future__ import annotations

from typing import ClassVar

from domain.refusals import ProviderRefusal


class LinkingError(Exception):
    """The root of what identlink refuses; `code` is stable and names the problem type."""

    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str = "", *, pointer: str | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.pointer = pointer
        """JSON pointer (RFC 6901) to the part of the request that is refused, if there is one."""


class InvalidInputError(LinkingError):
    """The request cannot be right as it stands."""

    code = "invalid-input"
    title = "The request is not valid"


class InvalidTemplateError(InvalidInputError):
    """A template has the wrong length or dimension, is not finite, or is all zero."""

    code = "invalid-template"
    title = "The template is not valid"


class UnknownTemplateFormatError(InvalidInputError):
    """The template format is not the one this gallery holds; formats are never compared."""

    code = "unknown-template-format"
    title = "The template format is not known here"


class DuplicatePositionError(InvalidInputError):
    """One finger position appears twice in a capture."""

    code = "duplicate-position"
    title = "A finger position appears twice"


class InvalidQualityError(InvalidInputError):
    """Quality is outside 0-100."""

    code = "invalid-quality"
    title = "The quality is out of range"


class InvalidDateError(InvalidInputError):
    """There is no such day."""

    code = "invalid-date"
    title = "The date does not exist"


class InvalidIdentifierError(InvalidInputError):
    """A PNC ID, CRO number or ASN is malformed or has the wrong check letter."""

    code = "invalid-identifier"
    title = "The identifier is not valid"


class InvalidMinutiaeError(InvalidInputError):
    """A minutia is out of range, or a minutiae record is not well formed."""

    code = "invalid-minutiae"
    title = "The minutiae are not valid"


class EmptyProbeError(InvalidInputError):
    """Neither fingers nor details were given."""

    code = "empty-probe"
    title = "There is nothing to search with"


class UnsupportedSearchError(InvalidInputError):
    """The impressions do not fit the search type."""

    code = "unsupported-search"
    title = "This search cannot be made with these impressions"


class UnknownForceError(InvalidInputError):
    """The force code is not in the table of forces."""

    code = "unknown-force"
    title = "The force code is not known"


class AccessError(LinkingError):
    """The caller may not do this."""

    code = "access"
    title = "Access refused"


class NotAuthenticatedError(AccessError):
    """No token, or one that is unknown, revoked or expired."""

    code = "not-authenticated"
    title = "A valid token is needed"


class ProviderRefusedError(NotAuthenticatedError):
    """What the identity provider says of the caller does not hold, or opens nothing here."""

    code = "provider-refused"
    title = "The sign-in could not be accepted"

    def __init__(
        self,
        detail: str = "",
        *,
        pointer: str | None = None,
        reason: ProviderRefusal = ProviderRefusal.TOKEN,
    ) -> None:
        super().__init__(detail, pointer=pointer)
        self.reason = reason
        """For the operational log; whoever is refused is told `detail` alone."""


class NotPermittedError(AccessError):
    """The role or the scopes of the token do not cover this call."""

    code = "not-permitted"
    title = "This role may not do that"


class MissingPurposeError(AccessError):
    """The call carries no purpose, or one that is not in the list."""

    code = "missing-purpose"
    title = "Every call states its purpose"


class RateLimitedError(AccessError):
    """The caller has called too often within the last minute; a little later it works."""

    code = "rate-limited"
    title = "Too many calls"


class TooManyAttemptsError(AccessError):
    """Nearly the same probe was searched with too often, or its cases are still open."""

    code = "too-many-attempts"
    title = "Too many attempts with this probe"


class NotFoundError(LinkingError):
    """The thing does not exist, or is not the caller's to know about; the answer is the same."""

    code = "not-found"
    title = "Not found"


class ConflictError(LinkingError):
    """The request is right in itself and wrong at this moment."""

    code = "conflict"
    title = "The request conflicts with the present state"


class IdempotencyConflictError(ConflictError):
    """The idempotency key was used before with another request."""

    code = "idempotency-conflict"
    title = "The idempotency key belongs to another request"


class StaleCaseError(ConflictError):
    """The case has moved since the caller read it."""

    code = "stale-case"
    title = "The case has changed meanwhile"


class StaleRecordError(ConflictError):
    """Another version of the record is live than the one that the amendment expects."""

    code = "stale-record"
    title = "The record has changed meanwhile"


class ClosedCaseError(ConflictError):
    """The case is concluded."""

    code = "closed-case"
    title = "The case is closed"


class CaseNotClaimedError(ConflictError):
    """The caller does not hold the case."""

    code = "case-not-claimed"
    title = "Claim the case first"


class CaseTakenError(ConflictError):
    """Somebody else holds the case."""

    code = "case-taken"
    title = "Somebody else holds the case"


class StepOutOfOrderError(ConflictError):
    """An earlier step of the examination is not sealed yet, or a later one already is."""

    code = "step-out-of-order"
    title = "Another step comes first"


class AlreadyDecidedError(ConflictError):
    """This examiner has already sealed a decision on this case."""

    code = "already-decided"
    title = "You have already decided this case"


class SelfVerificationError(ConflictError):
    """A verification needs another person than the first examination."""

    code = "self-verification"
    title = "Nobody verifies their own examination"


class AlreadyRevokedError(ConflictError):
    """The link is revoked already."""

    code = "already-revoked"
    title = "The link is already revoked"


class ProvenanceError(LinkingError):
    """The log or the vault does not hold together."""

    code = "provenance"
    title = "The provenance does not verify"


class LogDamagedError(ProvenanceError):
    """An event, a node or the order of the log is not what was signed."""

    code = "log-damaged"
    title = "The log is damaged"


class InvalidProofError(ProvenanceError):
    """An inclusion or consistency proof does not lead to the root."""

    code = "invalid-proof"
    title = "The proof does not verify"


class InvalidNoteError(ProvenanceError):
    """A checkpoint, signature or key is malformed or does not verify."""

    code = "invalid-note"
    title = "The signed note does not verify"


class WitnessRefusedError(ProvenanceError):
    """The log did not grow consistently from what the witness last saw."""

    code = "witness-refused"
    title = "The witness does not cosign this checkpoint"


class VaultDamagedError(ProvenanceError):
    """A vault item or its key is damaged, swapped or missing."""

    code = "vault-damaged"
    title = "A protected payload is damaged"


class PayloadErasedError(LinkingError):
    """The payload was lawfully erased; only its commitment is left."""

    code = "payload-erased"
    title = "The payload was erased"


class ConfigurationError(LinkingError):
    """A setting is missing, malformed or out of range; the message names the setting."""

    code = "configuration"
    title = "A setting is not valid"


class BackupDamagedError(LinkingError):
    """A backup is cut short or changed, or the file is none."""

    code = "backup-damaged"
    title = "The backup cannot be used"


class ProviderUnavailableError(LinkingError):
    """The identity provider cannot be reached or does not answer as it must."""

    code = "provider-unavailable"
    title = "The identity provider cannot be reached at the moment"


class StoreUnavailableError(LinkingError):
    """The database is away, starting, too busy or full; the call may be repeated."""

    code = "store-unavailable"
    title = "The database cannot be reached at the moment"


class ModelError(LinkingError):
    """A fitted model is missing, damaged, or was trained on other features."""

    code = "model"
    title = "The fitted model cannot be used"


class GalleryError(LinkingError):
    """The index cannot serve this request."""

    code = "index"
    title = "The index cannot be used"


class IndexDamagedError(GalleryError):
    """A file of the index does not match its digest; the message names the file."""

    code = "index-damaged"
    title = "A file of the index is damaged"


class IndexNotReadyError(GalleryError):
    """The index is still loading."""

    code = "index-not-ready"
    title = "The index is not loaded yet"
