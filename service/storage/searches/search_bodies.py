"""The payloads of searches, and the order in which candidates are listed."""

import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_

from domain.errors import InvalidDateError, VaultDamagedError
from domain.events.links import Linked
from domain.examination.cases import CLOSED_STATES
from domain.list_pages import ListOrder
from domain.plain_values import plain, read_plain
from domain.searches.evidence import (
    WITHHELD,
    Band,
    Evidence,
    EvidenceRow,
    EvidenceSource,
    Flag,
    RaisedFlag,
)
from domain.searches.models import Experience
from domain.searches.searches import CountedWords, Probe, SearchType
from domain.searches.strangers import OwnStrangers, Strangers
from prints.vectors.blobs import PROBE_BYTES, Capture
from prints.vectors.codec import VectorCodec
from service.storage.engine.rows import from_bytes, rank_among, to_bytes
from service.storage.people.record_bodies import details_from, details_json
from service.storage.tables.cases import cases
from service.storage.tables.links import link_revocations, links
from service.storage.tables.log import event_subjects, events
from service.storage.tables.searches import searches

_STRANGERS, _EXPERIENCE, _WORDS, _OWN = "strangers", "experience", "words", "own"
_LENGTH = struct.Struct("<I")
_MALFORMED = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    InvalidDateError,
    struct.error,
)


@lru_cache(maxsize=16)
def _experience(met: Experience) -> dict[str, Any]:
    """Return the counts as plain data, in the earlier form if nothing is withheld."""
    data = asdict(met)
    if not met.is_withheld:
        del data["is_withheld"]
    return data


def probe_body(codec: VectorCodec, probe: Probe, submitted_at: datetime) -> bytes:
    """Return a probe as the length of its details (u32), the details, and a template blob.

    With the details is stored what a replay needs for weighing: the figures of strangers, which
    would show whose templates they belong to, the gallery's experience, and the counts of words.
    """
    values = details_json(probe.details)
    if probe.strangers is not None:
        values = {**values, _STRANGERS: probe.strangers.to_data()}
    if probe.experience is not None:
        values = {**values, _EXPERIENCE: _experience(probe.experience)}
    if probe.own is not None:
        values = {**values, _OWN: probe.own.data}
    if probe.words is not None:
        values = {**values, _WORDS: plain(probe.words)}
    details = to_bytes(values)
    blob = codec.encode(probe.impressions, Capture(submitted_at, 0), value_bytes=PROBE_BYTES)
    return _LENGTH.pack(len(details)) + details + blob


def read_probe_body(codec: VectorCodec, body: bytes) -> Probe:
    """Return the probe in a body. Raises VaultDamagedError, UnknownTemplateFormatError."""
    try:
        end = _LENGTH.size + _LENGTH.unpack_from(body)[0]
        values = from_bytes(body[_LENGTH.size : end])
        measured, met = values.pop(_STRANGERS, None), values.pop(_EXPERIENCE, None)
        stated, taken_off = values.pop(_WORDS, None), values.pop(_OWN, None)
        own = None if taken_off is None else OwnStrangers.from_data(taken_off)
        words = None if stated is None else read_plain(CountedWords, stated)
        strangers = None if measured is None else Strangers.from_data(measured)
        experience = None if met is None else Experience.from_data(met)
        details = details_from(values)
    except _MALFORMED as error:
        raise VaultDamagedError("A probe payload is damaged: restore it from a backup.") from error
    impressions, _ = codec.decode(body[end:])
    return Probe(impressions, details, strangers, experience, own, words)


def evidence_body(evidence: Evidence) -> bytes:
    """Return evidence as JSON: its rows and flags. Posterior and band have their own columns."""
    return to_bytes(
        {
            # Each row is a tuple of source, level, bits and note, in this order.
            "rows": evidence.rows,
            "flags": [[raised.flag, raised.reason] for raised in evidence.flags],
        }
    )


def read_evidence_body(body: bytes | None, *, posterior: float, band: Band) -> Evidence:
    """Return evidence from a body; an erased body leaves only posterior and band.

    If no model weighed the prints, there is no posterior or band, whatever older searches stored.
    Raises VaultDamagedError.
    """
    if body is None:
        return Evidence((), None if band is Band.NONE else posterior, band)
    values = from_bytes(body)
    try:
        rows = tuple(
            EvidenceRow(EvidenceSource(source), level, bits, note)
            for source, level, bits, note in values["rows"]
        )
        flags = tuple(RaisedFlag(Flag(flag), reason) for flag, reason in values["flags"])
    except _MALFORMED as error:
        raise VaultDamagedError(
            "The stored evidence of a search is damaged: restore it from a backup."
        ) from error
    if any(row.level == WITHHELD for row in rows):
        return Evidence(rows, None, Band.NONE, flags)
    return Evidence(rows, posterior, band, flags)


@dataclass(frozen=True, slots=True)
class SearchOrder:
    """The order wanted, and how many log events the force may know of; None for all events."""

    by: ListOrder | None = None
    told: int | None = None

    def columns(self) -> Mapping[str, ColumnElement[Any]]:
        """Return what each column sorts by; codes sort by the words shown for them."""
        # A link that may not be told yet makes its search look open, so that the order reveals
        # nothing.
        is_open = or_(cases.c.state.not_in(CLOSED_STATES), self._is_hidden())
        is_linked = and_(links.c.link_id.is_not(None), link_revocations.c.revoked_at.is_(None))
        is_names = searches.c.search_type == SearchType.NAMES
        return {
            "type": rank_among(searches.c.search_type, sorted(SearchType)),
            "submitted": searches.c.search_row,
            "state": case((is_open, 1), else_=0),
            "outcome": case((or_(is_open, is_names), 2), (is_linked, 0), else_=1),
        }

    def _is_hidden(self) -> ColumnElement[bool]:
        if self.told is None:
            return cases.c.state.in_(())
        told = (
            exists()
            .where(event_subjects.c.subject_ref == links.c.link_id)
            .where(events.c.seq == event_subjects.c.seq)
            .where(events.c.event_type == Linked.event_type, events.c.seq < self.told)
        )
        return and_(links.c.link_id.is_not(None), ~told)
