"""Refusals because of the form of a request, before any use case is called."""

from dataclasses import dataclass

from domain.errors import InvalidInputError, LinkingError


@dataclass(frozen=True, slots=True)
class FieldFault:
    """The fault of one field; `detail` never repeats its value."""

    detail: str
    pointer: str
    """JSON pointer (RFC 6901) into the body, or the place and name of a parameter."""


class MalformedJsonError(InvalidInputError):
    """The body is not JSON, or not in UTF-8."""

    title = "The body is not JSON"


class MalformedRequestError(InvalidInputError):
    """The body is JSON of an unexpected shape, or a parameter is malformed."""

    title = "The request is malformed"

    def __init__(self, faults: tuple[FieldFault, ...]) -> None:
        super().__init__("The fields named below are missing, unknown or malformed.")
        self.faults = faults


class UnsupportedMediaTypeError(InvalidInputError):
    """The body is declared as something other than JSON."""

    title = "The body must be application/json"


class UnsupportedEncodingError(InvalidInputError):
    """The body is compressed in a way other than gzip."""

    title = "The body must be gzip or not compressed"


class MalformedEncodingError(InvalidInputError):
    """The body is not encoded as its Content-Encoding header says, or it is cut short."""

    title = "The body is not gzip, although its header says so"


class BodyTooLargeError(InvalidInputError):
    """The body is larger than this service accepts."""

    title = "The body is too large"


class AmbiguousLengthError(InvalidInputError):
    """The request states the end of its body in two ways."""

    title = "The length of the body is ambiguous"


class RequestTimeoutError(LinkingError):
    """The request body did not arrive in time."""

    title = "The request body did not arrive in time"


class MethodNotAllowedError(LinkingError):
    """The address exists but does not accept this method."""

    title = "This address does not accept that method"
