"""The tree of identlink's refusals. HTTP statuses live in `service/api/problems.py`.

LinkingError
├── InvalidInputError            the request is invalid in itself
│   ├── InvalidTemplateError     length, dimension, not finite, zero
│   ├── UnknownTemplateFormatError
│   ├── DuplicatePositionError   one finger twice in a capture
│   ├── InvalidQualityError
│   ├── InvalidDateError         the date does not exist
│   ├── InvalidIdentifierError   PNC, CRO or ASN malformed or wrong check letter
│   ├── InvalidMinutiaeError     a minutia out of range, or a malformed ISO/IEC 19794-2 record
│   ├── UnreadablePrintError     the image of a print cannot be read, or shows too few minutiae
│   ├── UnknownRuleError         no rule, table or calendar of this name
│   ├── OutsideCalendarError     the calendar does not cover the day
│   ├── EmptyProbeError          no fingers and no details
│   ├── UnsupportedSearchError   the impressions do not fit the search type
│   ├── UnknownForceError
│   ├── UnknownRequestKindError  no kind of request has this name
│   └── UploadRefusedError       an applicant's document was refused
├── AccessError
│   ├── NotAuthenticatedError    missing, unknown, revoked or expired token
│   │   └── ProviderRefusedError the identity provider's statement is not accepted
│   ├── NotPermittedError        the role or scope does not cover this
│   │   ├── NotTheirSourceError       the account tells what comes from somebody else
│   │   └── SecondFactorMissingError  the account still needs a second factor
│   ├── MissingPurposeError      no purpose stated
│   ├── RateLimitedError         the caller exceeded its rate
│   └── TooManyAttemptsError     nearly the same probe was searched with too often
├── NotFoundError                absent, or hidden from the caller
├── ConflictError                valid, but conflicts with the present state
│   ├── IdempotencyConflictError the key was used with another request
│   ├── StaleCaseError           the case has changed since it was read
│   ├── StaleRecordError         the live version is not the expected one
│   ├── ClosedCaseError
│   ├── CaseNotClaimedError
│   ├── CaseTakenError
│   ├── StepOutOfOrderError      such as a decision before the analysis is sealed
│   ├── UnfoundedFindingError    something that the finding policy requires is missing
│   ├── AlreadyDecidedError      this examiner has decided the case
│   ├── CompetenceNotShownError  the office requires control items first
│   ├── SelfVerificationError    another person must take the second step
│   ├── AlreadyRevokedError
│   ├── StaleRequestError        the request has changed since it was read
│   ├── RequestStepError         the step is not possible in this state
│   ├── NoAgreementError         no agreement with the agency is in force for the purpose
│   ├── NotReleasableError       the data or the answer may not be disclosed
│   └── AwaitsWitnessError       witnesses must cosign the link before its disclosure
├── ProvenanceError              the log or the vault is inconsistent
│   ├── LogDamagedError          an event, a node or the order differs from the signed log
│   │   └── StateBehindError     the log does not continue the checkpoint stored with the keys
│   ├── EvidenceTamperedError    a row behind a case was changed after its event
│   ├── InvalidProofError        an inclusion or consistency proof does not lead to the root
│   ├── InvalidNoteError         a checkpoint, signature or key is malformed or does not verify
│   ├── InvalidCertificateError  a certificate, its proof or its document does not verify
│   ├── WitnessRefusedError      the log has not grown from the witness's last checkpoint
│   └── VaultDamagedError        a vault item or key is damaged, swapped or missing
├── PayloadErasedError           the payload was lawfully erased; only its commitment is left
├── ConfigurationError           a setting is missing, malformed or out of range
├── BackupDamagedError           the file is truncated, changed or not a backup
├── PdfNotInstalledError         the package that makes PDFs is not installed
├── ScannerUnavailableError      the virus scanner does not answer
├── PrintsBusyError              the machine is too busy to read prints
├── UploadsBusyError             too many documents are waiting to be checked
├── ProviderUnavailableError     the identity provider is unavailable or answers incorrectly
├── LeavingError                 the server is about to stop: its balancer sends calls elsewhere
├── StoreUnavailableError        the database is unavailable; other outages are in `domain.outages`
├── ModelError                   a fitted model is missing, damaged or does not fit
└── GalleryError                 the index cannot serve the request
    ├── IndexDamagedError        a digest does not match
    ├── GalleryIncompleteError   not all parts of the gallery answered from one state
    └── IndexNotReadyError

`detail` is always safe to show: it never repeats input, names, dates or templates.
"""

from __future__ import annotations

import math
from typing import ClassVar, Self

from domain.refusals import ProviderRefusal, StorePart


class LinkingError(Exception):
    """The root of all refusals. `code` is stable and names the problem type."""

    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str = "", *, pointer: str | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.pointer = pointer
        """JSON Pointer (RFC 6901) to the refused part of the request, if there is one."""
        self.retry_after_s: int | None = None
        """Whole seconds after which the same request may succeed, if known."""

    def after(self, seconds: float) -> Self:
        """Return this refusal with the waiting time, rounded up to a whole second."""
        self.retry_after_s = max(1, math.ceil(seconds))
        return self


class InvalidInputError(LinkingError):
    """The request is invalid in itself."""

    code = "invalid-input"
    title = "The request is not valid"


class InvalidTemplateError(InvalidInputError):
    """A template has the wrong length or dimension, is not finite, or is all zero."""

    code = "invalid-template"
    title = "The template is not valid"


class UnknownTemplateFormatError(InvalidInputError):
    """The template does not have the gallery's format. Different formats cannot be compared."""

    code = "unknown-template-format"
    title = "The template format is not supported"


class DuplicatePositionError(InvalidInputError):
    """One finger position appears twice in a capture."""

    code = "duplicate-position"
    title = "A finger position appears twice"


class InvalidQualityError(InvalidInputError):
    """Quality is outside 0-100."""

    code = "invalid-quality"
    title = "The quality is out of range"


class InvalidDateError(InvalidInputError):
    """The date does not exist."""

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


class UnreadablePrintError(InvalidInputError):
    """No print could be read from an image."""

    code = "unreadable-print"
    title = "The print cannot be read"
    is_costly: bool = False
    """Whether the reading stopped because its processor time was used up. With more time, the
    print may be readable.
    """


class UnknownRuleError(InvalidInputError):
    """No rule, table of rules or calendar has this identifier."""

    code = "unknown-rule"


class OutsideCalendarError(InvalidInputError):
    """A calendar does not cover the day."""

    code = "outside-calendar"


class EmptyProbeError(InvalidInputError):
    """The request has neither fingers nor details."""

    code = "empty-probe"
    title = "There is nothing to search with"


class UnsupportedSearchError(InvalidInputError):
    """The impressions do not fit the search type."""

    code = "unsupported-search"
    title = "The impressions do not fit the search type"


class UnknownForceError(InvalidInputError):
    """The force code is not in the table of forces."""

    code = "unknown-force"
    title = "The force code is not known"


class UnknownRequestKindError(InvalidInputError):
    """No kind of request is registered under this name."""

    code = "unknown-request-kind"
    title = "The kind of request is not known"


class UploadRefusedError(InvalidInputError):
    """A document uploaded by an applicant was refused."""

    code = "upload-refused"
    title = "The document was refused"


class AccessError(LinkingError):
    """The caller lacks access."""

    code = "access"
    title = "Access refused"


class NotAuthenticatedError(AccessError):
    """The token is missing, unknown, revoked or expired."""

    code = "not-authenticated"
    title = "A valid token is required"


class ProviderRefusedError(NotAuthenticatedError):
    """The identity provider's statement is not accepted, or matches no account."""

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
        """For the operational log. The caller sees only `detail`."""


class NotPermittedError(AccessError):
    """The role or the scopes of the token do not cover this call."""

    code = "not-permitted"
    title = "This role may not do that"


class NotTheirSourceError(NotPermittedError):
    """The account cannot speak for the source of what it tells."""

    code = "not-their-source"
    title = "This account cannot speak for that source"


class SecondFactorMissingError(NotPermittedError):
    """The role needs a second factor, and the account does not have one yet."""

    code = "second-factor-missing"
    title = "Set up your second factor first"


class MissingPurposeError(AccessError):
    """The call states no purpose, or its purpose is not a known code."""

    code = "missing-purpose"
    title = "State a purpose for this call"


class RateLimitedError(AccessError):
    """The caller exceeded the number of calls allowed in a minute. Retry later."""

    code = "rate-limited"
    title = "Too many calls"


class TooManyAttemptsError(AccessError):
    """Nearly the same probe was searched with too often, or its cases are still open."""

    code = "too-many-attempts"
    title = "Too many attempts with this probe"


class NotFoundError(LinkingError):
    """The item does not exist or is hidden from the caller; the answer is the same."""

    code = "not-found"
    title = "Not found"


class ConflictError(LinkingError):
    """The request is valid but conflicts with the present state."""

    code = "conflict"
    title = "The request conflicts with the current state"


class IdempotencyConflictError(ConflictError):
    """The idempotency key was already used with another request."""

    code = "idempotency-conflict"
    title = "The idempotency key belongs to another request"


class StaleCaseError(ConflictError):
    """The case has changed since the caller read it."""

    code = "stale-case"
    title = "The case has changed since you read it"


class StaleRecordError(ConflictError):
    """The live version of the record is not the version that the amendment expects."""

    code = "stale-record"
    title = "The record has changed since you read it"


class ClosedCaseError(ConflictError):
    """The case is concluded."""

    code = "closed-case"
    title = "The case is closed"


class CaseNotClaimedError(ConflictError):
    """The caller does not hold the case."""

    code = "case-not-claimed"
    title = "Claim the case first"


class LeavingError(LinkingError):
    """The server was told to stop; it serves on until its load balancer sends calls elsewhere."""

    code = "leaving"
    title = "The server is about to stop"


class PdfNotInstalledError(LinkingError):
    """The package that makes PDFs is not installed."""

    code = "pdf-not-installed"
    title = "This installation cannot make PDFs"


class CaseTakenError(ConflictError):
    """Another examiner holds the case."""

    code = "case-taken"
    title = "Another examiner holds the case"


class StepOutOfOrderError(ConflictError):
    """An earlier step of the examination is not sealed yet, or a later step already is."""

    code = "step-out-of-order"
    title = "Take another step first"


class UnfoundedFindingError(ConflictError):
    """Something that the finding policy requires is missing. The detail names it."""

    code = "unfounded-finding"
    title = "The finding is not supported"


class AlreadyDecidedError(ConflictError):
    """This examiner has already sealed a decision on this case."""

    code = "already-decided"
    title = "You have already decided this case"


class CompetenceNotShownError(ConflictError):
    """The office requires control items from an examiner before it assigns marks to them."""

    code = "competence-not-shown"
    title = "You cannot be assigned marks yet: complete more control items first"


class SelfVerificationError(ConflictError):
    """The caller took the first step; another person must take the second."""

    code = "self-verification"
    title = "You took the first step; another person must take the second"


class AlreadyRevokedError(ConflictError):
    """The link is already revoked."""

    code = "already-revoked"
    title = "The link is already revoked"


class StaleRequestError(ConflictError):
    """The last entry of the request is not the one that the step expects."""

    code = "stale-request"
    title = "The request has changed since you read it"


class RequestStepError(ConflictError):
    """The step is not possible in the present state of the request. The detail names both."""

    code = "request-step"
    title = "This step is not open"


class NoAgreementError(ConflictError):
    """No agreement with the agency is in force, or it does not cover the purpose."""

    code = "no-agreement"
    title = "No agreement covers this"


class NotReleasableError(ConflictError):
    """The information may not be disclosed, or the answer not given. The detail says why."""

    code = "not-releasable"
    title = "This may not be released"


class AwaitsWitnessError(ConflictError):
    """The link may not be disclosed yet."""

    code = "awaiting-witness"
    title = "The link awaits its witnesses"
    detail = "Witnesses have not cosigned the link yet. Try again in a few minutes."


class ProvenanceError(LinkingError):
    """The log or the vault is inconsistent."""

    code = "provenance"
    title = "The provenance does not verify"


class LogDamagedError(ProvenanceError):
    """An event, a node or the order of the log differs from the signed state."""

    code = "log-damaged"
    title = "The log is damaged"


class StateBehindError(LogDamagedError):
    """The log does not continue the last checkpoint stored with the keys. Nothing is written."""

    code = "state-behind"
    title = "The database is older than its keys"


class EvidenceTamperedError(ProvenanceError):
    """A row on which the case relies was changed after the service wrote it."""

    code = "evidence-tampered"
    title = "The evidence of this case was changed: stop work on the case and tell an auditor"


class InvalidProofError(ProvenanceError):
    """An inclusion or consistency proof does not lead to the root."""

    code = "invalid-proof"
    title = "The proof does not verify"


class InvalidCertificateError(ProvenanceError):
    """A certificate, its proof or its document is malformed or does not verify."""

    code = "invalid-certificate"
    title = "The certificate does not verify"


class InvalidNoteError(ProvenanceError):
    """A checkpoint, signature or key is malformed or does not verify."""

    code = "invalid-note"
    title = "The signed note does not verify"


class WitnessRefusedError(ProvenanceError):
    """The log has not grown consistently from the witness's last checkpoint."""

    code = "witness-refused"
    title = "The witness does not cosign this checkpoint"


class VaultDamagedError(ProvenanceError):
    """A vault item or its key is damaged, swapped or missing."""

    code = "vault-damaged"
    title = "A protected payload is damaged"


class PayloadErasedError(LinkingError):
    """The payload was lawfully erased. Only its commitment is left."""

    code = "payload-erased"
    title = "The payload was erased"


class ConfigurationError(LinkingError):
    """A setting is missing, malformed or out of range. The message names the setting."""

    code = "configuration"
    title = "A setting is not valid"


class BackupDamagedError(LinkingError):
    """A backup is truncated or changed, or the file is not a backup."""

    code = "backup-damaged"
    title = "The backup cannot be used"


class ScannerUnavailableError(LinkingError):
    """The virus scanner does not answer, so no document can be accepted."""

    code = "scanner-unavailable"
    title = "Documents cannot be accepted at the moment"


class PrintsBusyError(LinkingError):
    """The machine is too busy to read prints. The file itself may be valid: retry later."""

    code = "prints-busy"
    title = "Prints cannot be read at the moment"


class UploadsBusyError(LinkingError):
    """Too many documents are waiting to be checked, or the machine is too busy: retry later."""

    code = "uploads-busy"
    title = "Other documents are being checked"


class ProviderUnavailableError(LinkingError):
    """The identity provider cannot be reached or answers incorrectly."""

    code = "provider-unavailable"
    title = "The identity provider cannot be reached at the moment"


class StoreUnavailableError(LinkingError):
    """The database is unavailable or starting. The call may be repeated.

    This is the root of all outages (`domain.outages`). In an outage nothing is damaged and nothing
    was changed.
    """

    code = "store-unavailable"
    title = "The database cannot be reached at the moment"
    advice: ClassVar[str] = "The {part} cannot be reached at the moment: start it."
    """The fault and the remedy, in one sentence."""

    def __init__(
        self,
        detail: str = "",
        *,
        pointer: str | None = None,
        part: StorePart = StorePart.DATABASE,
    ) -> None:
        super().__init__(detail, pointer=pointer)
        self.part = part


class ModelError(LinkingError):
    """A fitted model is missing, damaged, or was trained on other features."""

    code = "model"
    title = "The fitted model cannot be used"


class GalleryError(LinkingError):
    """The index cannot serve this request."""

    code = "index"
    title = "The index cannot be used"


class IndexDamagedError(GalleryError):
    """A file of the index does not match its digest. The message names the file."""

    code = "index-damaged"
    title = "A file of the index is damaged"


class GalleryIncompleteError(GalleryError):
    """Not all parts of the gallery answered from the same state, so no list is given."""

    code = "gallery-incomplete"
    title = "The gallery is not complete at the moment"


class IndexNotReadyError(GalleryError):
    """The index is still loading."""

    code = "index-not-ready"
    title = "The index is not loaded yet"
