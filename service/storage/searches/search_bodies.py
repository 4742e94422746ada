"""The payloads of a search: its probe, and the evidence for each candidate."""

from __future__ import annotations

import struct
from dataclasses import asdict
from datetime import datetime

from domain.errors import InvalidDateError, VaultDamagedError
from domain.evidence import WITHHELD, Band, Evidence, EvidenceRow, EvidenceSource, Flag, RaisedFlag
from domain.experience import Experience
from domain.searches import Probe
from domain.strangers import Strangers
from prints.vectors.blobs import PROBE_BYTES, Capture
from prints.vectors.codec import VectorCodec
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.people.details_bodies import details_from, details_json

_STRANGERS, _EXPERIENCE = "strangers", "experience"
_LENGTH = struct.Struct("<I")
_MALFORMED = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    InvalidDateError,
    struct.error,
)


def probe_body(codec: VectorCodec, probe: Probe, submitted_at: datetime) -> bytes:
    """Return a probe as the length of its details (u32), the details, and a template blob.

    Its strangers stand among the details: the few numbers would tell whose templates these are.
    So does what the gallery had met, which a replay weighs it by.
    """
    values = details_json(probe.details)
    if probe.strangers is not None:
        values = {**values, _STRANGERS: probe.strangers.to_data()}
    if probe.experience is not None:
        values = {**values, _EXPERIENCE: asdict(probe.experience)}
    details = to_bytes(values)
    blob = codec.encode(probe.impressions, Capture(submitted_at, 0), value_bytes=PROBE_BYTES)
    return _LENGTH.pack(len(details)) + details + blob


def read_probe_body(codec: VectorCodec, body: bytes) -> Probe:
    """Read a probe; raises VaultDamagedError, UnknownTemplateFormatError."""
    try:
        end = _LENGTH.size + _LENGTH.unpack_from(body)[0]
        values = from_bytes(body[_LENGTH.size : end])
        measured, met = values.pop(_STRANGERS, None), values.pop(_EXPERIENCE, None)
        strangers = None if measured is None else Strangers.from_data(measured)
        experience = None if met is None else Experience.from_data(met)
        details = details_from(values)
    except _MALFORMED as error:
        raise VaultDamagedError("A probe payload has the wrong format.") from error
    impressions, _ = codec.decode(body[end:])
    return Probe(impressions, details, strangers, experience)


def evidence_body(evidence: Evidence) -> bytes:
    """Return the rows and flags of evidence; posterior and band have their own columns."""
    return to_bytes(
        {
            # Each is a tuple of its source, level, bits and note, in this order.
            "rows": evidence.rows,
            "flags": [[raised.flag, raised.reason] for raised in evidence.flags],
        }
    )


def read_evidence_body(body: bytes | None, *, posterior: float, band: Band) -> Evidence:
    """Read evidence; of an erased body the verdict is left, without rows and flags.

    Where no model weighed the prints there is no verdict, whatever older searches stored. Raises
    VaultDamagedError.
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
        raise VaultDamagedError("An evidence payload has the wrong format.") from error
    if any(row.level == WITHHELD for row in rows):
        return Evidence(rows, None, Band.NONE, flags)
    return Evidence(rows, posterior, band, flags)
