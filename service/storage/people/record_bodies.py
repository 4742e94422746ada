"""The payload of a version of a record: details and arrest reports.

The version that an amendment made also holds the ids of its items and why it was amended.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.errors import InvalidDateError, VaultDamagedError
from domain.ids import ForceCode
from domain.items import (
    ItemId,
    ItemKind,
    Items,
    details_of,
    items_of,
    numbered_items,
    reports_of,
)
from domain.people import (
    ArrestReport,
    Details,
    Disposal,
    DisposalType,
    Offence,
)
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.people.details_bodies import details_from, details_json

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, InvalidDateError)


def record_body(details: Details, reports: tuple[ArrestReport, ...]) -> bytes:
    """Return the body of a record."""
    return to_bytes(
        {"details": details_json(details), "reports": [_report_json(report) for report in reports]}
    )


def read_record_body(body: bytes) -> tuple[Details, tuple[ArrestReport, ...]]:
    """Read the body of a record; raises VaultDamagedError when it is malformed."""
    values = from_bytes(body)
    try:
        return (
            details_from(values["details"]),
            tuple(_report_from(report) for report in values["reports"]),
        )
    except _MALFORMED as error:
        raise VaultDamagedError("A record payload is not in its own format.") from error


def amended_body(items: Items, words: str, reference: str) -> bytes:
    """Return the body of a version that an amendment made."""
    reports = [_report_json(report) for report in reports_of(items.held)]
    return to_bytes(
        {
            "details": details_json(details_of(items.held)),
            "reports": reports,
            "ids": [item.item_id for item in items.held],
            "last": dict(items.last),
            "amendment": [words, reference],
        }
    )


def read_items(body: bytes) -> tuple[Items, str, str]:
    """Return the items of a version with reason and reference of the amendment that made it.

    Raises VaultDamagedError when the body is malformed.
    """
    details, reports = read_record_body(body)
    values = from_bytes(body)
    if "ids" not in values:
        return numbered_items(details, reports), "", ""
    try:
        words, reference = values["amendment"]
        last = tuple(sorted((ItemKind(kind), int(n)) for kind, n in values["last"].items()))
        given = [ItemId(item_id) for item_id in values["ids"]]
        ids = iter(given)
        held = tuple(items_of(details, reports, lambda _: next(ids, ItemId(""))))
        if [item.item_id for item in held] != given:
            raise ValueError
    except _MALFORMED as error:
        raise VaultDamagedError("A record payload is not in its own format.") from error
    return Items(held, last), words, reference


def read_details(body: bytes) -> Details:
    """Read the details of a record and nothing else; raises VaultDamagedError."""
    values = from_bytes(body)
    try:
        return details_from(values["details"])
    except _MALFORMED as error:
        raise VaultDamagedError("A record payload is not in its own format.") from error


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
