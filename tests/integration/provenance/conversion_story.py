"""The events of a lot of old records, from its opening to its withdrawal."""

from __future__ import annotations

from collections.abc import Iterator

from domain.conversion.form import FrameFault
from domain.conversion.frames import (
    CaptureMedium,
    FrameState,
    LotKind,
    LotVerdict,
    MatchBasis,
    MatchOutcome,
)
from domain.events.conversion import (
    FrameCoded,
    FrameKeyed,
    FrameReceived,
    FramesDestroyed,
    FrameSearched,
    FrameSettled,
    FrameTakenBack,
    FrameWritten,
    LotDecided,
    LotOpened,
    MatchProposed,
    MatchRead,
    RecordBegun,
    SampleDrawn,
    SampleUnitRead,
)
from domain.events.declaring import Event
from domain.ids import FrameId, LotId, PersonId, RecordId, SearchId

_LOT, _FRAME, _OTHER = LotId("lot-1"), FrameId("frame-1"), FrameId("frame-2")
_PERSON, _RECORD = PersonId("person-1"), RecordId("record-1")


def conversion_events() -> Iterator[Event]:
    """Yield one event of each type."""
    yield LotOpened(_LOT, LotKind.ROLL, CaptureMedium.FILM, ppi=600, generation=1)
    yield FrameReceived(_FRAME, _LOT, number=1, part=0, sha256="0" * 64)
    yield FrameKeyed(_FRAME, round=1, place=1, fault=FrameFault.NONE)
    provision = "convicted of a recordable offence"
    yield FrameSettled(
        _FRAME,
        round=1,
        differing=1,
        fault=FrameFault.NONE,
        uncoded=1,
        provision=provision,
        state=FrameState.UNCODED,
    )
    yield FrameCoded(_FRAME, round=1, left_as_text=1)
    yield FrameSearched(_FRAME, SearchId("search-1"), 1, 1, MatchBasis.DETAILS)
    yield MatchProposed(
        _FRAME, 1, 1, MatchOutcome.EXISTING, MatchBasis.DETAILS, candidates=1, person_id=_PERSON
    )
    yield MatchRead(_FRAME, round=1, number=1, agrees=True)
    yield RecordBegun(_RECORD, _PERSON, _FRAME)
    yield FrameWritten(
        _FRAME, _RECORD, _PERSON, round=1, version=2, is_new=True, added=5, confirmed=0
    )
    yield FramesDestroyed((_OTHER,), count=1)
    yield SampleDrawn(
        _LOT, round=1, draw=1, seed=7, units=2, seeded=1, drawn=("frame-1:surname", "frame-1:sex")
    )
    yield SampleUnitRead(_LOT, round=1, draw=1, place=1, is_right=True)
    yield LotDecided(_LOT, 1, LotVerdict.REJECTED, 1, 1, 0, 0)
    yield FrameTakenBack(_FRAME, round=1, withdrawn=5)
