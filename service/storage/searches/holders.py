"""Who holds the records of candidates: what the answer to a names enquiry needs, and no more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from domain.evidence import Band
from domain.ids import CandidateId, ForceCode, RecordId, SearchId
from service.storage.engine.membership import Among
from service.storage.tables.people import live_records, payloads, records
from service.storage.tables.searches import candidates


@dataclass(frozen=True, slots=True)
class Holder:
    """A candidate, and the force that holds the record."""

    candidate_id: CandidateId
    band: Band
    record_id: RecordId
    force: ForceCode


def holders_of(
    connection: Connection, search_id: SearchId, bands: Collection[Band]
) -> tuple[Holder, ...]:
    """Return the holders of the records of the candidates in these bands.

    Candidates without a record, or whose record was erased, are left out.
    """
    wanted = {"search_id": search_id, "bands": [band.value for band in bands]}
    return tuple(
        Holder(CandidateId(one), Band(band), RecordId(record_id), ForceCode(force))
        for one, band, record_id, force in connection.execute(_HOLDERS, wanted).all()
    )


_HOLDERS = (
    select(
        candidates.c.candidate_id,
        candidates.c.band,
        candidates.c.record_id,
        records.c.force,
    )
    .join(live_records, live_records.c.record_id == candidates.c.record_id)
    .join(records, records.c.record_row == live_records.c.record_row)
    # An erased or hidden record has no payload.
    .join(payloads, payloads.c.payload_id == records.c.payload_id)
    .where(
        candidates.c.search_id == bindparam("search_id"),
        Among(candidates.c.band, "bands"),
    )
)
