"""Identifiers of people, records and captures: opaque ids, PNC IDs, CRO numbers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.counters import Purpose, Stream, uniforms
from data.synthetic.parameters import PopulationParameters
from domain.ids import EncounterId, PersonId, RecordId
from domain.people.identifiers import make_cro_number, make_pnc_id, make_sf_cro_number

_PNC_SERIALS = 10**7
_CRO_SERIALS = 10**6

_STRIDE = 7_654_321
_CRO_STRIDE = 2_345_677
"""Coprime to ten, so that every serial number is used once per cycle, in an irregular order."""

_DRAWS = 4


@dataclass(frozen=True, slots=True)
class Numbers:
    """Columns of identifiers. If a person has no identifier, its text is empty."""

    person_ids: list[PersonId]
    record_ids: list[RecordId]
    pnc_ids: list[str]
    """Canonical and valid. No two of the first ten million people have the same serial number."""
    cro_numbers: list[str]
    has_record: list[bool]


def numbers_of(
    seed: int, start: int, booking_years: npt.NDArray[np.int64], population: PopulationParameters
) -> Numbers:
    """Return the identifiers of the people from `start` onwards.

    `booking_years`: int64 (n,), the year of the first booking, which is part of their numbers.
    """
    stop = start + len(booking_years)
    words = Stream(seed, Purpose.IDS, 8).words(start, stop)
    draws = uniforms(Stream(seed, Purpose.IDS, _DRAWS, capture=1_000).words(start, stop)).tolist()
    offsets = Stream(seed, Purpose.IDS, 4, capture=1_001).words(0, 1)[0].tolist()
    people = list(zip(range(start, stop), booking_years.tolist(), draws, strict=True))
    return Numbers(
        person_ids=person_ids(seed, start, stop),
        record_ids=[RecordId(text) for text in _hex(words[:, 2:4])],
        pnc_ids=[
            make_pnc_id(year, (number * _STRIDE + offsets[0]) % _PNC_SERIALS)
            if row[0] < population.pnc_share
            else ""
            for number, year, row in people
        ],
        cro_numbers=[
            _cro(year, (number * _CRO_STRIDE + offsets[1]) % _CRO_SERIALS, row[1:], population)
            for number, year, row in people
        ],
        has_record=[row[3] < population.record_share for _, _, row in people],
    )


def _cro(year: int, serial: int, draws: list[float], population: PopulationParameters) -> str:
    # Serial 0 would collide with the placeholder 000000/00Z.
    if draws[0] >= population.cro_share or serial == 0:
        return ""
    make = make_sf_cro_number if draws[1] < population.sf_cro_share else make_cro_number
    return make(year, serial)


def person_ids(seed: int, start: int, stop: int) -> list[PersonId]:
    """Return the opaque ids of persons start to stop - 1."""
    words = Stream(seed, Purpose.IDS, 8).words(start, stop)
    return [PersonId(text) for text in _hex(words[:, :2])]


def encounter_ids(seed: int, numbers: npt.NDArray[np.int64], capture: int) -> list[EncounterId]:
    """Return the opaque id of this capture for each person."""
    words = Stream(seed, Purpose.IDS, 4, capture=capture + 1).words_at(numbers)
    return [EncounterId(text) for text in _hex(words[:, :2])]


def _hex(words: npt.NDArray[np.uint64]) -> list[str]:
    """Return 32 hexadecimal digits for each row of two words."""
    return [f"{first:016x}{second:016x}" for first, second in words.tolist()]
