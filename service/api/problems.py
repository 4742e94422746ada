"""Errors as RFC 9457 problem documents; only this module knows the HTTP status of each error.

First come the refusals because of the form of a request, before any use case is called.

A document repeats nothing that was sent: `detail` of a domain error is always safe to show, and
the answer to an unexpected error says nothing about it.
"""

from dataclasses import dataclass
from typing import Any

from domain import errors
from domain.conversion.content import FoundSinceError, NotSearchableError
from domain.exchange.codes import MessageFaultError
from domain.outages import OUTAGES


@dataclass(frozen=True, slots=True)
class FieldFault:
    """The fault of one field; `detail` never repeats its value."""

    detail: str
    pointer: str
    """JSON pointer (RFC 6901) into the body, or the place and name of a parameter."""
    words: str = ""
    """The fault as a form says it; empty if that is `detail`."""


class MalformedJsonError(errors.InvalidInputError):
    """The body is not JSON, or not in UTF-8."""

    title = "The body is not JSON"


class MalformedRequestError(errors.InvalidInputError):
    """The body is JSON of an unexpected shape, or a parameter is malformed."""

    title = "The request is malformed"

    def __init__(self, faults: tuple[FieldFault, ...]) -> None:
        super().__init__("The fields named below are missing, unknown or malformed.")
        self.faults = faults


class UnsupportedMediaTypeError(errors.InvalidInputError):
    """The body is declared as something other than JSON."""

    title = "The body must be application/json"


class UnsupportedEncodingError(errors.InvalidInputError):
    """The body is compressed in a way other than gzip."""

    title = "The body must be gzip or not compressed"


class MalformedEncodingError(errors.InvalidInputError):
    """The body is not encoded as its Content-Encoding header says, or it is cut short."""

    title = "The body is not gzip, although its header says so"


class BodyTooLargeError(errors.InvalidInputError):
    """The body is larger than this service accepts."""

    title = "What you sent is too large"


class AmbiguousLengthError(errors.InvalidInputError):
    """The request states the end of its body in two ways."""

    title = "The length of the body is ambiguous"


class RequestTimeoutError(errors.LinkingError):
    """The request body did not arrive in time."""

    title = "The request body did not arrive in time"


class MethodNotAllowedError(errors.LinkingError):
    """The address exists but does not accept this method."""

    title = "This address does not accept that method"


MEDIA_TYPE = "application/problem+json"

STATUSES: dict[type[errors.LinkingError], int] = {
    errors.LinkingError: 500,
    errors.InvalidInputError: 400,
    errors.InvalidTemplateError: 400,
    errors.UnknownTemplateFormatError: 400,
    errors.DuplicatePositionError: 400,
    errors.InvalidQualityError: 400,
    errors.InvalidDateError: 400,
    errors.InvalidIdentifierError: 400,
    errors.InvalidMinutiaeError: 400,
    errors.UnreadablePrintError: 400,
    errors.UnknownRuleError: 400,
    errors.OutsideCalendarError: 400,
    errors.EmptyProbeError: 400,
    errors.UnsupportedSearchError: 400,
    errors.UnknownForceError: 400,
    errors.UnknownRequestKindError: 400,
    errors.UploadRefusedError: 400,
    MessageFaultError: 400,
    errors.AccessError: 403,
    errors.NotAuthenticatedError: 401,
    errors.ProviderRefusedError: 401,
    errors.NotPermittedError: 403,
    errors.NotTheirSourceError: 403,
    errors.SecondFactorMissingError: 403,
    errors.MissingPurposeError: 400,
    errors.RateLimitedError: 429,
    errors.TooManyAttemptsError: 429,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.IdempotencyConflictError: 409,
    errors.StaleCaseError: 409,
    errors.StaleRecordError: 409,
    errors.ClosedCaseError: 409,
    errors.CaseNotClaimedError: 409,
    errors.CaseTakenError: 409,
    errors.CompetenceNotShownError: 409,
    errors.StepOutOfOrderError: 409,
    errors.NothingToSearchError: 409,
    errors.UnfoundedFindingError: 409,
    errors.AlreadyDecidedError: 409,
    errors.SelfVerificationError: 409,
    errors.AlreadyRevokedError: 409,
    errors.StaleRequestError: 409,
    errors.RequestStepError: 409,
    errors.NoAgreementError: 409,
    errors.NotReleasableError: 409,
    errors.AwaitsWitnessError: 409,
    FoundSinceError: 409,
    NotSearchableError: 409,
    errors.ProvenanceError: 500,
    errors.LogDamagedError: 500,
    errors.StateBehindError: 503,
    errors.EvidenceTamperedError: 409,
    errors.InvalidProofError: 500,
    errors.InvalidNoteError: 500,
    errors.InvalidCertificateError: 500,
    errors.WitnessRefusedError: 409,
    errors.VaultDamagedError: 500,
    errors.PayloadErasedError: 410,
    errors.ConfigurationError: 500,
    errors.BackupDamagedError: 500,
    errors.ProviderUnavailableError: 503,
    errors.ScannerUnavailableError: 503,
    errors.PrintsBusyError: 503,
    errors.UploadsBusyError: 503,
    errors.LeavingError: 503,
    errors.PdfNotInstalledError: 501,
    **dict.fromkeys(OUTAGES, 503),
    errors.ModelError: 500,
    errors.GalleryError: 503,
    errors.IndexDamagedError: 503,
    errors.GalleryIncompleteError: 503,
    errors.IndexNotReadyError: 503,
    MalformedJsonError: 400,
    MalformedRequestError: 422,
    UnsupportedMediaTypeError: 415,
    UnsupportedEncodingError: 415,
    MalformedEncodingError: 400,
    BodyTooLargeError: 413,
    MethodNotAllowedError: 405,
    AmbiguousLengthError: 400,
    RequestTimeoutError: 408,
}
"""Every error and its status; no status is inherited, and a test checks that none is missing."""

_HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    # The rest of the body may still arrive, and must not be taken for another request.
    408: {"Connection": "close"},
    429: {"Retry-After": "60"},
    503: {"Retry-After": "5"},
}
"""The headers that go with each status."""


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem, explained at `/problems/CODE`."""

    code: str
    title: str
    status: int
    explanation: str


PROBLEM_TYPES: dict[str, ProblemType] = {
    kind.code: ProblemType(kind.code, kind.title, status, (kind.__doc__ or "").split("\n\n")[0])
    for kind, status in STATUSES.items()
}
"""Every problem type by its code."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document and how it is sent."""

    status: int
    document: dict[str, Any]
    retry_after_s: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that go with the status, including Retry-After if the time is known."""
        usual = _HEADERS.get(self.status, {})
        if self.retry_after_s is None:
            return usual
        return usual | {"Retry-After": str(self.retry_after_s)}


def problem_of(error: errors.LinkingError, *, request_id: str) -> Problem:
    """Return the problem document for an error; the text of an internal error is never sent."""
    status = STATUSES[type(error)]
    document: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": status,
        "detail": error.title if status == 500 else error.detail,
        "instance": request_id,
    }
    faults = _faults(error)
    if faults:
        document["errors"] = faults
    return Problem(status, document, error.retry_after_s)


def _faults(error: errors.LinkingError) -> list[dict[str, str]]:
    if isinstance(error, MalformedRequestError):
        return [{"detail": fault.detail, "pointer": fault.pointer} for fault in error.faults]
    if error.pointer is not None:
        return [{"detail": error.detail, "pointer": error.pointer}]
    return []
