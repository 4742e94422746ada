"""The operational log: JSON lines that contain no personal data, and pseudonyms of callers.

Only the fields in `LOGGED_FIELDS` are written, and in them only numbers, booleans and short plain
text; everything else is replaced. Names, dates of birth, templates and ids of persons have no
field, so they cannot be logged by mistake.

A pseudonym is `a-PERIOD-DIGITS` for an account and `s-PERIOD-DIGITS` for a source address: the
HMAC-SHA256, with a key of the store, of kind, period and value. Within one period a caller always
has the same pseudonym. In the next period it is different, so log lines of different periods
cannot be connected without the key.
"""

import logging
import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from domain.errors import InvalidInputError
from domain.ids import ForceCode, UserId
from domain.store_secrets import Mac

LOGGED_FIELDS = {
    "actor": "user.id",
    "address": "client.ip",
    "caller_request_id": "identlink.caller_request_id",
    "candidates": "identlink.candidates",
    "code_version": "service.version",
    "connections": "identlink.connections",
    "descriptors": "identlink.descriptors",
    "duration_ms": "identlink.duration_ms",
    "encounters": "identlink.encounters",
    "error_type": "error.type",
    "event": "event.action",
    "files": "identlink.files",
    "force": "organization.id",
    "level": "log.level",
    "library": "log.logger",
    "message_template": "message",
    "method": "http.request.method",
    "part": "identlink.part",
    "problem": "error.code",
    "purpose": "identlink.purpose",
    "request_id": "http.request.id",
    "role": "user.roles",
    "route": "identlink.route",
    "source": "identlink.source",
    "stack": "error.stack_trace",
    "stages_ms": "identlink.stages_ms",
    "status": "http.response.status_code",
    "timestamp": "@timestamp",
    "trace_id": "trace.id",
}
"""Every field that a log line may have, and its name in the Elastic Common Schema (ECS).

A field that the schema lacks is named under `identlink`, as the schema requires.
"""

ECS_VERSION = "8.11.0"

REDACTED = "[redacted]"

_IS_PLAIN_TEXT = re.compile(r"[\x20-\x7e]{0,300}").fullmatch


class LogEvent(StrEnum):
    """The names of log lines. Search for a line by its name, never by its wording."""

    REQUEST = "request"
    REQUEST_FAILED = "request-failed"
    CLIENT_DISCONNECTED = "client-disconnected"
    STARTED = "started"
    STOPPED = "stopped"
    DESCRIPTORS_LOW = "descriptors-low"
    STORE_WAS_OPEN = "store-was-open"
    PROCESS_ENDED = "process-ended"
    LIBRARY = "library"
    WORKER_STARTED = "worker-started"
    WORKER_STOPPED = "worker-stopped"
    WORK_FAILED = "work-failed"
    CHECKPOINT_FAILED = "checkpoint-failed"
    STATE_BEHIND = "state-behind"
    STATE_ACCEPTED = "state-accepted"
    INDEX_FAILED = "index-failed"
    NAMES_FAILED = "names-failed"
    OUTAGE_BEGAN = "outage-began"
    OUTAGE_ENDED = "outage-ended"


def redact(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Replace every value that is not a plain value in a known field."""
    return {
        name if name in LOGGED_FIELDS else REDACTED: _plain(value)
        if name in LOGGED_FIELDS
        else REDACTED
        for name, value in line.items()
    }


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if _IS_PLAIN_TEXT(value) else REDACTED
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(_plain(str(name))): _plain(item) for name, item in value.items()}
    return REDACTED


def name_by_ecs(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Rename the fields of a line as in the Elastic Common Schema."""
    named = {LOGGED_FIELDS.get(name, name): value for name, value in line.items()}
    if isinstance(stack := named.get("error.stack_trace"), list):
        named["error.stack_trace"] = "\n".join(stack)
    return named | {"ecs.version": ECS_VERSION}


def build_logger(stream: TextIO, level: str = "info", names: str = "own") -> FilteringBoundLogger:
    """Return a logger that writes redacted JSON lines to `stream`; thread-safe.

    `level` is debug, info, warning or error. `names` is `own`, or `ecs` for fields with the names
    of the Elastic Common Schema. No global logging configuration is changed.
    """
    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            redact,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([name_by_ecs] if names == "ecs" else ()),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        context_class=dict,
        cache_logger_on_first_use=True,
    )
    return logger


def failure_fields(error: BaseException) -> dict[str, Any]:
    """Return the loggable part of an unexpected error: its type and place, never its message.

    Messages of libraries repeat the values that caused the error.
    """
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    places = [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames
    ]
    return {"error_type": type(error).__name__, "stack": places}


def failure_note(logger: FilteringBoundLogger, event: LogEvent) -> Callable[[BaseException], None]:
    """Return a function that logs an unexpected error under the name `event`."""

    def note(error: BaseException) -> None:
        logger.error(event, **failure_fields(error))

    return note


class LibraryHandler(logging.Handler):
    """Writes the warnings of libraries to the log: the message template without its values."""

    def __init__(self, logger: FilteringBoundLogger) -> None:
        super().__init__(level=logging.WARNING)
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        error = record.exc_info[1] if record.exc_info else None
        self._logger.warning(
            LogEvent.LIBRARY,
            library=record.name,
            message_template=str(record.msg) if record.args or not error else "",
            **(failure_fields(error) if error else {}),
        )


_DIGITS = 20
"""Hexadecimal digits of a pseudonym: 80 bits, so that no two callers share one by chance."""

Account = tuple[UserId, ForceCode | None]

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_PARTS = re.compile(r"([as])-([0-9]{1,6})-([0-9a-f]{20})").fullmatch


class PseudonymKind(StrEnum):
    """What a pseudonym stands for: an account or a source address."""

    ACCOUNT = "a"
    SOURCE = "s"


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Makes pseudonyms. Thread-safe."""

    mac: Mac
    """Keyed digests under a key of the store."""
    period: timedelta
    clock: Callable[[], datetime]

    def of_call(
        self, account: Account | None, address: str, *, period: int | None = None
    ) -> tuple[str, str]:
        """Return the pseudonyms of the account and the address of a call; an empty text if there
        is none.

        `account` is a name and its force, because several forces may use the same name. `period`
        defaults to the present period.
        """
        at = (self.clock() - _EPOCH) // self.period if period is None else period
        whole = f"{account[0]}\0{account[1] or ''}" if account else ""
        made = [
            f"{kind}-{at}-" + self.mac(f"{kind}\0{at}\0{value}".encode()).hex()[:_DIGITS]
            if value
            else ""
            for kind, value in (("a", whole), ("s", address))
        ]
        return made[0], made[1]

    def account_behind(self, pseudonym: str, known: Iterable[Account]) -> Account | None:
        """Return the account with this pseudonym, or None. Raises InvalidInputError if the text is
        not a pseudonym.
        """
        period = _period_of(pseudonym, PseudonymKind.ACCOUNT)
        for account in known:
            if self.of_call(account, "", period=period)[0] == pseudonym:
                return account
        return None

    def source_behind(self, pseudonym: str, addresses: Iterable[str]) -> str | None:
        """Return the address with this pseudonym, or None. Raises InvalidInputError if the text is
        not a pseudonym.
        """
        period = _period_of(pseudonym, PseudonymKind.SOURCE)
        for address in addresses:
            if self.of_call(None, address, period=period)[1] == pseudonym:
                return address
        return None


def kind_of_pseudonym(pseudonym: str) -> PseudonymKind:
    """Return the kind of a pseudonym. Raises InvalidInputError if the text is not a pseudonym."""
    found = _PARTS(pseudonym)
    if found is None:
        raise InvalidInputError(
            "This is not a pseudonym: copy `actor` or `source` from a line of the log."
        )
    return PseudonymKind(found[1])


def _period_of(pseudonym: str, kind: PseudonymKind) -> int:
    if kind_of_pseudonym(pseudonym) is not kind:
        raise InvalidInputError(
            "The pseudonym is of another kind: copy it from the right field of the log."
        )
    return int(pseudonym.split("-")[1])
