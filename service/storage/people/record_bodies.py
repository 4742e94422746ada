"""The payload of a version of a record: details, arrest reports and convictions.

The version that an amendment made also holds the ids of its items and why it was amended.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from domain.convictions import Conviction
from domain.errors import InvalidInputError, VaultDamagedError
from domain.ids import ForceCode
from domain.items import Content, ItemId, ItemKind, Items, content_of, items_of, numbered_items
from domain.people import ArrestReport, Details, Disposal, DisposalType, Offence
from domain.plain_values import plain, read_plain
from service.storage.engine.json_bodies import from_bytes, member_of, to_bytes
from service.storage.people.details_bodies import details_from, details_json

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, InvalidInputError)


def record_body(content: Content) -> bytes:
    """Return the body of a record."""
    return to_bytes(_content_json(content))


def _content_json(content: Content) -> dict[str, Any]:
    values = {
        "details": details_json(content.details),
        "reports": [_report_json(report) for report in content.reports],
    }
    # Left out where there is none, as releases wrote it that knew no convictions.
    convictions = {"convictions": plain(content.convictions)} if content.convictions else {}
    return values | convictions


def read_record_body(body: bytes) -> Content:
    """Read the body of a record; raises VaultDamagedError when it is malformed."""
    values = from_bytes(body)
    try:
        return Content(
            details_from(values["details"]),
            tuple(_report_from(report) for report in values["reports"]),
            tuple(read_plain(Conviction, one) for one in values.get("convictions", ())),
        )
    except _MALFORMED as error:
        raise VaultDamagedError("A record payload has the wrong format.") from error


def amended_body(items: Items, words: str, reference: str) -> bytes:
    """Return the body of a version that an amendment made."""
    return to_bytes(
        {
            **_content_json(content_of(items.held)),
            "ids": [item.item_id for item in items.held],
            "last": dict(items.last),
            "amendment": [words, reference],
        }
    )


def read_items(body: bytes) -> tuple[Items, str, str]:
    """Return a version's items, reason and reference of amendment; raises VaultDamagedError."""
    content = read_record_body(body)
    values = from_bytes(body)
    if "ids" not in values:
        numbered = numbered_items(content.details, content.reports, content.convictions)
        return numbered, "", ""
    try:
        words, reference = values["amendment"]
        last = tuple(sorted((ItemKind(kind), int(n)) for kind, n in values["last"].items()))
        given = [ItemId(item_id) for item_id in values["ids"]]
        ids = iter(given)
        held = tuple(items_of(content, lambda _: next(ids, ItemId(""))))
        if [item.item_id for item in held] != given:
            raise ValueError
    except _MALFORMED as error:
        raise VaultDamagedError("A record payload has the wrong format.") from error
    return Items(held, last), words, reference


def read_details(body: bytes, read: Callable[[dict[str, Any]], Details] = details_from) -> Details:
    """Read the details of a record and nothing else; raises VaultDamagedError.

    With `compared_from`, those that evidence compares: a names enquiry reads a hundred records,
    and parents, documents and previous names take it as long as all the rest of them.
    """
    # Most of a body is arrests and convictions, and a search reads dozens.
    values = member_of(body, "details")
    try:
        return read(values)
    except _MALFORMED as error:
        raise VaultDamagedError("A record payload has the wrong format.") from error


def _report_json(report: ArrestReport) -> list[Any]:
    offences = [_offence_json(offence) for offence in report.offences]
    return [report.asn, report.force, report.on.isoformat(), offences]


def _offence_json(offence: Offence) -> list[Any]:
    return [
        offence.code,
        offence.title,
        offence.is_recordable,
        offence.committed_on.isoformat(),
        [[d.disposal_type, d.on.isoformat(), d.sentence] for d in offence.disposals],
    ]


def _report_from(values: list[Any]) -> ArrestReport:
    asn, force, on, offences = values
    return ArrestReport(
        asn, ForceCode(force), date.fromisoformat(on), tuple(_offence_from(o) for o in offences)
    )


def _offence_from(values: list[Any]) -> Offence:
    code, title, is_recordable, committed_on, disposals = values
    return Offence(
        code,
        title,
        is_recordable,
        date.fromisoformat(committed_on),
        tuple(
            Disposal(DisposalType(disposal_type), date.fromisoformat(on), sentence)
            for disposal_type, on, sentence in disposals
        ),
    )
