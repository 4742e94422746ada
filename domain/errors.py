"""The tree of identlink's refusals. HTTP statuses live in `service/api/problems.py`.

The docstring of an error explains it at `/problems/CODE`. `detail` is always safe to show: it
never repeats input, names, dates or templates.
"""

import math
import re
from enum import StrEnum
from typing import ClassVar, Self, TypeVar


class ProviderRefusal(StrEnum):
    """The reason for refusing a sign-in through the identity provider, for the operational log."""

    STATE = "state"
    """The answer matches no sign-in that this browser began in the last minutes."""
    DENIED = "denied"
    """The provider itself refused the sign-in."""
    CODE = "code"
    """The provider gave no token for the code: it is wrong, too old or already used."""
    TOKEN = "token"  # noqa: S105 - a reason
    """The token is malformed, or is not signed by the provider with an accepted signature."""
    KEY = "key"
    """The token names a key that the provider does not publish."""
    ISSUER = "issuer"
    AUDIENCE = "audience"
    """The token was issued for another audience."""
    TIME = "time"
    """The token has expired or is not valid yet."""
    NONCE = "nonce"
    """The token belongs to another sign-in."""
    ROLE = "role"
    """The provider's roles match no role of this service, or several."""
    ROLE_CHANGED = "role-changed"
    """The role of the account differs from the role that the provider now states."""
    CONTEXT = "acr"
    """The provider did not authenticate the person in the way that is required here."""
    LOGOUT = "logout"
    """The token is not a notice of a sign-out."""
    REPLAY = "replay"
    """The same notice was already received."""
    ACCOUNT = "account"
    """There is no account, or the account is disabled."""


class StorePart(StrEnum):
    """A part of a store that can be unavailable, under the name that operators know."""

    DATABASE = "database"
    KEYS = "keys"
    INDEX = "index"
    FILES = "files"
    """Any other file of the service."""


class LinkingError(Exception):
    """The root of all refusals. `code` is stable and names the problem type."""

    code: ClassVar[str] = "internal"
    """The name of the class in words, unless the class states another code."""
    title: ClassVar[str] = "Something went wrong"

    def __init_subclass__(cls) -> None:
        if "code" not in vars(cls):
            words = re.findall("[A-Z][a-z]*", cls.__name__.removesuffix("Error"))
            cls.code = "-".join(words).lower()

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

    title = "The request is not valid"


class InvalidTemplateError(InvalidInputError):
    """A template has the wrong length or dimension, is not finite, or is all zero."""

    title = "The template is not valid"


class UnknownTemplateFormatError(InvalidInputError):
    """The template does not have the gallery's format. Different formats cannot be compared."""

    title = "The template format is not supported"


class DuplicatePositionError(InvalidInputError):
    """One finger position appears twice in a capture."""

    title = "A finger position appears twice"


class InvalidQualityError(InvalidInputError):
    """Quality is outside 0-100."""

    title = "The quality is out of range"


class InvalidDateError(InvalidInputError):
    """The date does not exist."""

    title = "The date does not exist"


class InvalidIdentifierError(InvalidInputError):
    """A PNC ID, CRO number or ASN is malformed or has the wrong check letter."""

    title = "The identifier is not valid"


class InvalidMinutiaeError(InvalidInputError):
    """A minutia is out of range, or a minutiae record is not well formed."""

    title = "The minutiae are not valid"


class UnreadablePrintError(InvalidInputError):
    """No print could be read from an image."""

    title = "The print cannot be read"
    is_costly: bool = False
    """Whether reading used up its processor time. With more, the print may be readable."""


class UnknownRuleError(InvalidInputError):
    """No rule, table of rules or calendar has this identifier."""


class OutsideCalendarError(InvalidInputError):
    """A calendar does not cover the day."""


class EmptyProbeError(InvalidInputError):
    """The request has neither fingers nor details."""

    title = "There is nothing to search with"


class UnsupportedSearchError(InvalidInputError):
    """The impressions do not fit the search type."""

    title = "The impressions do not fit the search type"


class UnknownForceError(InvalidInputError):
    """The force code is not in the table of forces."""

    title = "The force code is not known"


class UnknownRequestKindError(InvalidInputError):
    """No kind of request is registered under this name."""

    title = "The kind of request is not known"


class UploadRefusedError(InvalidInputError):
    """A document uploaded by an applicant was refused."""

    title = "The document was refused"


class AccessError(LinkingError):
    """The caller lacks access."""

    title = "Access refused"


class NotAuthenticatedError(AccessError):
    """The token is missing, unknown, revoked or expired."""

    title = "A valid token is required"


class ProviderRefusedError(NotAuthenticatedError):
    """The identity provider's statement is not accepted, or matches no account."""

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

    title = "This role is not allowed to do that"


class NotTheirSourceError(NotPermittedError):
    """The account cannot speak for the source of what it tells."""

    title = "This account cannot send information from that source"


class SecondFactorMissingError(NotPermittedError):
    """The role needs a second factor, and the account does not have one yet."""

    title = "Set up your second factor first"


class MissingPurposeError(AccessError):
    """The call states no purpose, or its purpose is not a known code."""

    title = "State a purpose for this call"


class RateLimitedError(AccessError):
    """The caller exceeded the number of calls allowed in a minute. Retry later."""

    title = "Too many calls"


class TooManyAttemptsError(AccessError):
    """Nearly the same probe was searched with too often, or its cases are still open."""

    title = "Too many attempts with this probe"


class NotFoundError(LinkingError):
    """The item does not exist or is hidden from the caller; the answer is the same."""

    title = "Not found"


Thing = TypeVar("Thing")


def existing(thing: Thing | None) -> Thing:
    """Return a thing that was looked up. Raises NotFoundError if it is None."""
    if thing is None:
        raise NotFoundError
    return thing


class ConflictError(LinkingError):
    """The request is valid but conflicts with the present state."""

    title = "The request conflicts with the current state"


class IdempotencyConflictError(ConflictError):
    """The idempotency key was already used with another request."""

    title = "The idempotency key belongs to another request"


class StaleCaseError(ConflictError):
    """The case has changed since the caller read it."""

    title = "The case has changed since you read it"


class StaleRecordError(ConflictError):
    """The live version of the record is not the version that the amendment expects."""

    title = "The record has changed since you read it"


class ClosedCaseError(ConflictError):
    """The case is concluded."""

    title = "The case is closed"


class CaseNotClaimedError(ConflictError):
    """The caller does not hold the case."""

    title = "Claim the case first"


class LeavingError(LinkingError):
    """The server was told to stop; it serves on until its load balancer sends calls elsewhere."""

    title = "The server is about to stop"


class PdfNotInstalledError(LinkingError):
    """The package that makes PDFs is not installed."""

    title = "This installation cannot make PDFs"


class CaseTakenError(ConflictError):
    "Another examiner has claimed the case."

    title = "Another examiner has claimed the case"


class StepOutOfOrderError(ConflictError):
    """An earlier step of the examination is not sealed yet, or a later step already is."""

    title = "Another step must be taken first"


class NothingToSearchError(ConflictError):
    """The print cannot be searched again with an examiner's minutiae. The detail says why."""

    title = "The print cannot be searched again with these minutiae"


class UnfoundedFindingError(ConflictError):
    """Something that the finding policy requires is missing. The detail names it."""

    title = "The finding does not meet the policy for findings"


class AlreadyDecidedError(ConflictError):
    """This examiner has already sealed a decision on this case."""

    title = "You have already decided this case"


class CompetenceNotShownError(ConflictError):
    """The office requires control items from an examiner before it assigns marks to them."""

    title = "You cannot be assigned marks yet: complete more control items first"


class SelfVerificationError(ConflictError):
    """The caller took the first step; another person must take the second."""

    title = "You took the first step; another person must take the second"


class AlreadyRevokedError(ConflictError):
    """The link is already revoked."""

    title = "The link is already revoked"


class StaleRequestError(ConflictError):
    """The last entry of the request is not the one that the step expects."""

    title = "The request has changed since you read it"


class RequestStepError(ConflictError):
    """The step is not possible in the present state of the request. The detail names both."""

    title = "This step is not available now"


class NoAgreementError(ConflictError):
    """No agreement with the agency is in force, or it does not cover the purpose."""

    title = "No agreement covers this"


class NotReleasableError(ConflictError):
    """The information may not be disclosed, or the answer not given. The detail says why."""

    title = "This must not be released"


class AwaitsWitnessError(ConflictError):
    """The link may not be disclosed yet."""

    code = "awaiting-witness"
    title = "Witnesses have not cosigned the link yet"
    detail = "Witnesses have not cosigned the link yet. Try again in a few minutes."


class ProvenanceError(LinkingError):
    """The log or the vault is inconsistent."""

    title = "The log or the vault could not be verified"


class LogDamagedError(ProvenanceError):
    """An event, a node or the order of the log differs from the signed state."""

    title = "The log is damaged"


class StateBehindError(LogDamagedError):
    """The log does not continue the last checkpoint stored with the keys. Nothing is written."""

    title = "The database is an earlier copy than its keys: restore the newest backup"


class EvidenceTamperedError(ProvenanceError):
    """A row on which the case relies was changed after the service wrote it."""

    title = "The evidence of this case was changed: stop work on the case and tell an auditor"


class InvalidProofError(ProvenanceError):
    """An inclusion or consistency proof does not lead to the root."""

    title = "The proof could not be verified"


class InvalidCertificateError(ProvenanceError):
    """A certificate, its proof or its document is malformed or does not verify."""

    title = "The certificate could not be verified"


class InvalidNoteError(ProvenanceError):
    """A checkpoint, signature or key is malformed or does not verify."""

    title = "The signed note could not be verified"


class WitnessRefusedError(ProvenanceError):
    """The log has not grown consistently from the witness's last checkpoint."""

    title = "The witness does not cosign this checkpoint"


class VaultDamagedError(ProvenanceError):
    """A vault item or its key is damaged, swapped or missing."""

    title = "A protected payload is damaged"


class PayloadErasedError(LinkingError):
    """The payload was lawfully erased. Only its commitment is left."""

    title = "The payload was erased"


class ConfigurationError(LinkingError):
    """A setting is missing, malformed or out of range. The message names the setting."""

    title = "A setting of the service is not valid"


class BackupDamagedError(LinkingError):
    """A backup is truncated or changed, or the file is not a backup."""

    title = "The backup cannot be used"


class ScannerUnavailableError(LinkingError):
    """The virus scanner does not answer, so no document can be accepted."""

    title = "Documents cannot be accepted at the moment"


class PrintsBusyError(LinkingError):
    """The machine is too busy to read prints. The file itself may be valid: retry later."""

    title = "Prints cannot be read at the moment"


class UploadsBusyError(LinkingError):
    """Too many documents are waiting to be checked, or the machine is too busy: retry later."""

    title = "Too many documents are being checked at the moment"


class ProviderUnavailableError(LinkingError):
    """The identity provider cannot be reached or answers incorrectly."""

    title = "The identity provider cannot be reached at the moment"


class StoreUnavailableError(LinkingError):
    """The database is unavailable or starting. The call may be repeated.

    The root of all outages (`domain.outages`): nothing is damaged, and nothing was changed.
    """

    title = "The database cannot be reached at the moment"
    advice: ClassVar[str] = "The {part} cannot be reached at the moment: start it."
    """The fault and the remedy, in one sentence."""

    def __init__(
        self, detail: str = "", *, pointer: str | None = None, part: StorePart = StorePart.DATABASE
    ) -> None:
        super().__init__(detail, pointer=pointer)
        self.part = part


class ModelError(LinkingError):
    """A fitted model is missing, damaged, or was trained on other features."""

    title = "The fitted model cannot be used"


class GalleryError(LinkingError):
    """The index cannot serve this request."""

    code = "index"
    title = "The index cannot be used"


class IndexDamagedError(GalleryError):
    """A file of the index does not match its digest. The message names the file."""

    title = "A file of the index is damaged"


class GalleryIncompleteError(GalleryError):
    """Not all parts of the gallery answered from the same state, so no list is given."""

    title = "The gallery is not complete at the moment"


class IndexNotReadyError(GalleryError):
    """The index is still loading."""

    title = "The index is not loaded yet"
