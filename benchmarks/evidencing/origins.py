"""Names enquiries by origin of the name: is any found less often, or wrongly more often?

People of the generator's population, and an equal number of each origin in
`data.synthetic.names.world`, share one gallery. For each origin there are enquiries about people
in the gallery and about strangers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.runner import rows_table
from data.synthetic.names.world import HELD_OUT, WorldOrigin, draw_pair, world_origins
from data.synthetic.population import Population
from domain.arrays import Bools, Int64s
from domain.people.people import Address, Details, PartialDate, PersonName, Sex
from matching.enquiry.index import NamesIndex
from matching.scorer import Scorer

LIMIT = 100
WORLD_SHARE = 0.4
"""Share of the gallery that consists of people of the origins evaluated."""

CERTAIN_BITS = 6.6
"""A posterior of .99 in bits. A stranger who reaches it is wrongly almost certain."""

FALSE_ALARMS = 0.02
REFERENCE = "English"
FLOORS = {"rank1": 0.95, "top20": 0.985}
MOST_WRONGLY_CERTAIN = 0.005
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """One person's details: as on record, and as stated later."""

    held: Details
    said: Details


@dataclass(frozen=True, slots=True)
class Asked:
    """The outcome of one enquiry. Bits are posterior odds, -inf if there is no such person."""

    rank: int
    mate_bits: float
    other_bits: float


def by_origin(persons: int, enquiries: int, seed: int, scorer: Scorer) -> list[dict[str, Any]]:
    """Return one row of figures for each origin."""
    gallery = world_gallery(persons, seed)
    return table(list(asked_by_origin(gallery, enquiries, seed, scorer)))


@dataclass(frozen=True, slots=True, eq=False)
class WorldGallery:
    """An index, the details of its people by row, and the rows of each origin."""

    index: NamesIndex
    details: list[Details]
    people: dict[str, tuple[int, list[Person]]]
    """The first row of each origin, and its people."""


def world_gallery(persons: int, seed: int) -> WorldGallery:
    """Return an index with people of the population and of every origin."""
    rng, origins = np.random.default_rng(seed), world_origins()
    each = int(persons * WORLD_SHARE) // len(origins)
    details = population_details(persons - each * len(origins), seed)
    people: dict[str, tuple[int, list[Person]]] = {}
    for origin in origins:
        own = [new_person(origin, rng) for _ in range(each)]
        people[origin.name] = (len(details), own)
        details += [one.held for one in own]
    index = NamesIndex()
    for start in range(0, len(details), CHUNK):
        part = details[start : start + CHUNK]
        index.add(np.arange(start, start + len(part)), part)
    return WorldGallery(index, details, people)


def population_details(persons: int, seed: int) -> list[Details]:
    """Return the details of this many people from the population."""
    population, found = Population(seed), list[Details]()
    for start in range(0, persons, CHUNK):
        records = population.records(start, min(start + CHUNK, persons))
        found += [Details() if one is None else one.details for one in records]
    return found


def new_person(origin: WorldOrigin, rng: np.random.Generator) -> Person:
    """Return an honest person of this origin, with the slips of a booking in name and date."""
    pair = draw_pair(origin, rng)
    born = (int(rng.integers(1945, 2006)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
    home = _home(rng)
    sex = Sex.MALE if rng.random() < 0.8 else Sex.FEMALE
    later = home if rng.random() < 0.7 else _home(rng)
    return Person(
        held=_details(pair.held, PartialDate(*born), sex, home),
        said=_details(
            pair.said,
            _said_date(born, rng),
            sex,
            later if rng.random() < 0.6 else None,
        ),
    )


def _details(
    name: PersonName, born: PartialDate | None, sex: Sex, home: Address | None
) -> Details:
    return Details(
        names=(name,),
        dates_of_birth=(born,) if born else (),
        sex=sex,
        addresses=(home,) if home else (),
    )


def _home(rng: np.random.Generator) -> Address:
    area = ("LS", "B", "M", "E", "NG")[int(rng.integers(5))]
    code = f"{area}{rng.integers(1, 20)} {rng.integers(1, 10)}{'ABDEFGHJ'[rng.integers(8)]}A"
    return Address("1 Road", "Town", code)


def _said_date(born: tuple[int, int, int], rng: np.random.Generator) -> PartialDate | None:
    year, month, day = born
    kind = rng.random()
    if kind < 0.10:
        return None
    if kind < 0.15:
        return PartialDate(year + int(rng.choice([-1, 1])), month, day)
    if kind < 0.18:
        return PartialDate(year, None, None)
    if kind < 0.21 and day <= 12:
        return PartialDate(year, day, month)
    return PartialDate(year, month, day)


def asked_by_origin(
    gallery: WorldGallery, enquiries: int, seed: int, scorer: Scorer
) -> Iterator[tuple[str, list[Asked], list[Asked]]]:
    """Yield each origin with its enquiries about people in the gallery and about strangers."""
    rng = np.random.default_rng(seed + 1)
    for origin in world_origins():
        first, people = gallery.people[origin.name]
        mated = [
            ask(gallery, one.said, first + number, scorer)
            for number, one in enumerate(people[:enquiries])
        ]
        strangers = (new_person(origin, rng).said for _ in range(enquiries))
        yield origin.name, mated, [ask(gallery, said, -1, scorer) for said in strangers]


def ask(gallery: WorldGallery, said: Details, mate: int, scorer: Scorer) -> Asked:
    """Make an enquiry as the service does; return its outcome. `mate` is -1 for a stranger."""
    rows = gallery.index.candidates(said, LIMIT)
    if not len(rows):
        return Asked(LIMIT + 1, -np.inf, -np.inf)
    held = [gallery.details[row] for row in rows.tolist()]
    words = gallery.index.words(said)
    scored = scorer.score_details(said, held, gallery_size=len(gallery.index), words=words)
    bits = scored.prior + scored.calibrated_bits
    is_mate = rows == mate
    return Asked(
        rank=rank_of(mate, rows[scored.ranking()], LIMIT),
        mate_bits=float(bits[is_mate].max(initial=-np.inf)),
        other_bits=float(bits[~is_mate].max(initial=-np.inf)),
    )


def table(asked: Sequence[tuple[str, list[Asked], list[Asked]]]) -> list[dict[str, Any]]:
    """Return one row for each origin of prints; the same threshold applies to all of them."""
    strangers = np.array([one.other_bits for _, _, unknown in asked for one in unknown])
    threshold = float(np.quantile(strangers, 1.0 - FALSE_ALARMS))
    return [_row(name, mated, unknown, threshold) for name, mated, unknown in asked]


def _row(
    name: str, mated: Sequence[Asked], unknown: Sequence[Asked], threshold: float
) -> dict[str, Any]:
    ranks = np.array([one.rank for one in mated])
    wrong = np.array([one.other_bits for one in (*mated, *unknown)]) >= CERTAIN_BITS
    alarms = np.array([one.other_bits for one in unknown]) >= threshold
    missed = np.array([one.mate_bits for one in mated]) < threshold
    return {
        "origin": name,
        "held_out": name in HELD_OUT,
        "enquiries": len(mated),
        "in_100": _share(ranks <= LIMIT),
        "rank1": _share(ranks <= 1),
        "top20": _share(ranks <= 20),
        "missed_at_2_percent": _share(missed),
        "false_alarms": _share(alarms),
        "wrongly_certain": _share(wrong),
    }


def is_unfair(row: dict[str, Any]) -> bool:
    """Return whether an origin is found too rarely, or is wrongly almost certain too often."""
    low = any(row[name] < floor for name, floor in FLOORS.items())
    return bool(low or row["wrongly_certain"] > MOST_WRONGLY_CERTAIN)


def markdown_table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a Markdown table. Origins left out of fitting have a star."""
    starred = (row | {"origin": f"{row['origin']}{'*' * row['held_out']}"} for row in rows)
    return rows_table("names by origin", starred)


def _share(mask: Bools) -> float:
    return round(float(mask.mean()), 4) if len(mask) else 0.0


def rank_of(row: int, ranked: Int64s, limit: int) -> int:
    """Return a person's rank among rows, int64 (n,), or one more than the limit if absent."""
    at = np.flatnonzero(ranked == row)
    return int(at[0]) + 1 if len(at) else limit + 1
