"""Errors as RFC 9457 problem documents; only this module knows the HTTP status of each error.

A document repeats nothing that was sent: `detail` of a domain error is always safe to show, and
the answer to an unexpected error says nothing about it.
"""

from dataclasses import dataclass
from typing import Any

from domain import errors
from domain.conversion.content import FoundSinceError, NotSearchableError
from domain.errors import LinkingError
from domain.exchange.codes import MessageFaultError
from domain.outages import OUTAGES
from service.api import refusals
from service.api.refusals import MalformedRequestError

MEDIA_TYPE = "application/problem+json"

STATUSES: dict[type[LinkingError], int] = {
    LinkingError: 500,
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
    refusals.MalformedJsonError: 400,
    refusals.MalformedRequestError: 422,
    refusals.UnsupportedMediaTypeError: 415,
    refusals.UnsupportedEncodingError: 415,
    refusals.MalformedEncodingError: 400,
    refusals.BodyTooLargeError: 413,
    refusals.MethodNotAllowedError: 405,
    refusals.AmbiguousLengthError: 400,
    refusals.RequestTimeoutError: 408,
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


def problem_of(error: LinkingError, *, request_id: str) -> Problem:
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


def _faults(error: LinkingError) -> list[dict[str, str]]:
    if isinstance(error, MalformedRequestError):
        return [{"detail": fault.detail, "pointer": fault.pointer} for fault in error.faults]
    if error.pointer is not None:
        return [{"detail": error.detail, "pointer": error.pointer}]
    return []
