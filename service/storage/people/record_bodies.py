"""The payloads of records: details, items and item ids; and the rows of their convictions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from domain.errors import InvalidInputError, VaultDamagedError
from domain.ids import ForceCode, RecordId
from domain.people import people
from domain.people.amendments import ChangeKind, ItemChange
from domain.people.convictions import Conviction, ConvictionVersion
from domain.people.items import (
    Content,
    ItemId,
    ItemKind,
    Items,
    content_of,
    items_of,
    numbered_items,
)
from domain.plain_values import plain, read_plain
from matching.prepared import PreparedDetails, kept_text, read_kept
from service.storage.engine.rows import AnyRow, from_bytes, member_of, to_bytes, value_of
from service.storage.engine.writes import insert_many
from service.storage.tables.people import conviction_versions

# Cached, because few dates occur often: a century has 36,525 days. The values are immutable.
_date = lru_cache(65_536)(people.PartialDate.parse)
_nationality = lru_cache(1024)(people.Nationality)

T = TypeVar("T")


def details_json(details: people.Details) -> dict[str, Any]:
    """Return details as JSON values, leaving out unknown details.

    A single nationality without further facts is written in the older form, which had room for
    only one.
    """
    held = details.nationalities
    lone = (
        held[0].country
        if len(held) == 1 and held[0] == people.Nationality(held[0].country)
        else ""
    )
    values = {
        "names": [[name.forename, name.surname, name.middle_names] for name in details.names],
        "born": [str(date) for date in details.dates_of_birth],
        "sex": details.sex,
        "place": details.place_of_birth,
        "nationality": lone,
        "addresses": [[a.line, a.town, a.postcode] for a in details.addresses],
        "pnc": list(details.pnc_ids),
        "cro": list(details.cro_numbers),
    }
    found = {key: value for key, value in values.items() if value}
    for key, more in (
        ("nationalities", () if lone else held),
        ("formerly", details.previous_names),
        ("parents", details.parents),
        ("documents", details.documents),
    ):
        if more:
            found[key] = plain(more)
    return found


def details_from(values: dict[str, Any]) -> people.Details:
    """Read details from JSON. Raises KeyError, TypeError, ValueError or InvalidDateError."""
    details = compared_from(values)
    return _with_more(details, values) if values.keys() & _MORE else details


def compared_from(values: dict[str, Any]) -> people.Details:
    """Return only the details that evidence compares. Raises the same errors as `details_from`.

    Of several nationalities only the first is included, because evidence compares no others.
    """
    lone, several = values.get("nationality"), values.get("nationalities")
    if several:
        lone = several[0]["country"]
    return people.Details(
        names=tuple(people.PersonName(*name) for name in values.get("names", ())),
        dates_of_birth=tuple(_date(text) for text in values.get("born", ())),
        sex=people.Sex(values["sex"]) if "sex" in values else None,
        place_of_birth=values.get("place", ""),
        nationalities=(_nationality(lone),) if lone else (),
        addresses=tuple(people.Address(*address) for address in values.get("addresses", ())),
        pnc_ids=tuple(values.get("pnc", ())),
        cro_numbers=tuple(values.get("cro", ())),
    )


_MORE = {"nationalities", "formerly", "parents", "documents"}


def _with_more(details: people.Details, values: dict[str, Any]) -> people.Details:
    """Return the details, completed with the values that only a few bodies contain."""
    several = _many(people.Nationality, values.get("nationalities"))
    return replace(
        details,
        nationalities=several or details.nationalities,
        previous_names=_many(people.PreviousName, values.get("formerly")),
        parents=_many(people.Parent, values.get("parents")),
        documents=_many(people.IdentityDocument, values.get("documents")),
    )


def _many(kind: type[T], stated: list[Any] | None) -> tuple[T, ...]:
    return tuple(read_plain(kind, one) for one in stated) if stated else ()


_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, InvalidInputError)


def _damaged() -> VaultDamagedError:
    return VaultDamagedError(
        "The stored content of a record is damaged: restore it from a backup."
    )


PREPARED = "prepared"
"""The member of a body that has the details prepared for comparison. It repeats the details and is
sealed, withheld and erased with them. Records of earlier releases have none."""
_PREPARED_MARK = f'"{PREPARED}":"'.encode()


def record_body(content: Content) -> bytes:
    """Return the body of a record."""
    return to_bytes(_content_json(content))


def _content_json(content: Content) -> dict[str, Any]:
    values = {
        "details": details_json(content.details),
        PREPARED: kept_text(content.details),
        "reports": [_report_json(report) for report in content.reports],
    }
    # Left out if empty, as in releases that did not store convictions.
    convictions = {"convictions": plain(content.convictions)} if content.convictions else {}
    return values | convictions


def read_record_body(body: bytes) -> Content:
    """Return the content in the body of a record. Raises VaultDamagedError if malformed."""
    values = from_bytes(body)
    try:
        return Content(
            details_from(values["details"]),
            tuple(_report_from(report) for report in values["reports"]),
            tuple(read_plain(Conviction, one) for one in values.get("convictions", ())),
        )
    except _MALFORMED as error:
        raise _damaged() from error


def record_of(row: AnyRow, body: bytes) -> people.Record:
    """Return the record from a row, which has its ids and its force, and from its body."""
    content = read_record_body(body)
    its = {"details": content.details, "convictions": content.convictions}
    return value_of(people.Record, row, arrest_reports=content.reports, **its)


_EVENTS = (ItemKind.ARREST_REPORT, ItemKind.CONVICTION)


def events_in(record: people.Record, body: bytes) -> tuple[ItemId, ...]:
    """Return the ids of arrest reports, then of convictions, in the order of the record."""
    if b'"ids"' not in body:
        counts = (len(record.arrest_reports), len(record.convictions))
        named = zip(_EVENTS, counts, strict=True)
        return tuple(ItemId(f"{kind}-{n + 1}") for kind, count in named for n in range(count))
    given = from_bytes(body)["ids"]
    return tuple(
        ItemId(one) for kind in _EVENTS for one in given if one.rpartition("-")[0] == kind
    )


def amended_body(items: Items, words: str, reference: str) -> bytes:
    """Return the body of a version created by an amendment."""
    return to_bytes(
        {
            **_content_json(content_of(items.held)),
            "ids": [item.item_id for item in items.held],
            "last": dict(items.last),
            "amendment": [words, reference],
        }
    )


def read_items(body: bytes) -> tuple[Items, str, str]:
    """Return a version's items, and the reason and reference of its amendment.

    Raises VaultDamagedError when the body is malformed.
    """
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
        raise _damaged() from error
    return Items(held, last), words, reference


def read_details(
    body: bytes, read: Callable[[dict[str, Any]], people.Details] = details_from
) -> people.Details:
    """Return only the details in the body of a record. Raises VaultDamagedError when malformed.

    `read` may be `compared_from`, for only the details that evidence compares. A names enquiry
    reads a hundred records; parents, documents and previous names would double the time.
    """
    # Only this part is parsed: most of a body is arrests and convictions, and a search reads
    # dozens.
    values = member_of(body, "details")
    try:
        return read(values)
    except _MALFORMED as error:
        raise _damaged() from error


def read_compared(body: bytes) -> PreparedDetails | people.Details:
    """Return the details in the body of a record for a comparison, prepared where they were kept
    so by this release.

    Raises VaultDamagedError when the body is malformed.
    """
    _, mark, rest = body.partition(_PREPARED_MARK)
    if mark:
        try:
            # A kept text has no sign that JSON escapes, so it ends at the next quotation mark.
            kept = read_kept(rest.partition(b'"')[0].decode())
        except _MALFORMED as error:
            raise _damaged() from error
        if kept is not None:
            return kept
    return read_details(body, compared_from)


def _report_json(report: people.ArrestReport) -> list[Any]:
    offences = [_offence_json(offence) for offence in report.offences]
    return [report.asn, report.force, report.on.isoformat(), offences]


def _offence_json(offence: people.Offence) -> list[Any]:
    # An offence on one day keeps the form from when only one day could be stored.
    ended = [offence.ended_on.isoformat()] if offence.ended_on else []
    return [
        offence.code,
        offence.title,
        offence.is_recordable,
        offence.committed_on.isoformat(),
        [[d.disposal_type, d.on.isoformat(), d.sentence] for d in offence.disposals],
        *ended,
    ]


def _report_from(values: list[Any]) -> people.ArrestReport:
    asn, force, on, offences = values
    return people.ArrestReport(
        asn, ForceCode(force), date.fromisoformat(on), tuple(_offence_from(o) for o in offences)
    )


def _offence_from(values: list[Any]) -> people.Offence:
    code, title, is_recordable, committed_on, disposals, *ended = values
    return people.Offence(
        code,
        title,
        is_recordable,
        date.fromisoformat(committed_on),
        tuple(
            people.Disposal(people.DisposalType(disposal_type), date.fromisoformat(on), sentence)
            for disposal_type, on, sentence in disposals
        ),
        date.fromisoformat(ended[0]) if ended else None,
    )


COLUMNS = ("record_row", "item_id", "record_id", "version", "change", "kept_until")


def first_rows(
    record_row: int, record_id: RecordId, convictions: Sequence[Conviction]
) -> list[tuple[int, str, str, int, str, str | None]]:
    """Return the rows, in `COLUMNS`, for the convictions in the first version of a record."""
    added = ChangeKind.ADDED.value
    return [
        (record_row, f"{ItemKind.CONVICTION}-{number}", record_id, 1, added, _kept_until(one))
        for number, one in enumerate(convictions, 1)
    ]


def _kept_until(held: object) -> str | None:
    until = held.restrictions.retention_end if isinstance(held, Conviction) else None
    return None if until is None else until.isoformat()


def note_changes(
    connection: Connection,
    record_row: int,
    record_id: RecordId,
    *,
    version: int,
    changes: Iterable[ItemChange],
) -> None:
    """Store the conviction versions that a new version of a record creates."""
    rows = [
        (record_row, item.item_id, record_id, version, one.change.value, _kept_until(item.value))
        for one in changes
        if (item := one.item).kind is ItemKind.CONVICTION
    ]
    insert_many(connection, conviction_versions, COLUMNS, rows)


def versions_of(
    connection: Connection, record_id: RecordId, up_to: int
) -> dict[str, ConvictionVersion]:
    """Return the version of each conviction, by item, as of a version of its record."""
    query = (
        select(conviction_versions.c.item_id, conviction_versions.c.version)
        .where(
            conviction_versions.c.record_id == record_id, conviction_versions.c.version <= up_to
        )
        .order_by(conviction_versions.c.version)
    )
    return {
        item_id: ConvictionVersion(record_id, item_id, version)
        for item_id, version in connection.execute(query)
    }
