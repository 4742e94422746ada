"""Names enquiries among many people: `python -m benchmarks names`.

Measures blocking recall (is the person among the candidates at all), ranking after full scoring,
CPU time and memory. People whose record is under a false identity are counted separately, because
no enquiry by their true details can find them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import duckdb
import numpy as np

from benchmarks.evidencing.origins import by_origin, is_unfair, markdown_table, rank_of
from benchmarks.evidencing.other_laws import share
from benchmarks.filling import under_false_identity
from benchmarks.machine import Watch, clocked, quantile
from benchmarks.runner import Benchmark, Options, Result, as_table
from data.synthetic.bookings import Booking
from data.synthetic.population import Population
from domain.arrays import Bools, Float64s, Int64s
from domain.errors import InvalidDateError, InvalidInputError
from domain.people.people import Address, Details, PartialDate, PersonName, Sex
from matching.enquiry.index import NamesIndex
from matching.scorer import Scorer, load_scorer

LIMIT = 100
_PERSON = ("cluster",)
_FORENAME, _SURNAME = ("first_name", "given_name"), ("surname",)
_BORN, _POSTCODE = ("dob", "date_of_birth"), ("postcode_fake", "postcode")
_SEX, _PLACE = ("gender",), ("birth_place",)
_PARQUET = "SELECT * FROM read_parquet(?)"
_CSV = "SELECT * FROM read_csv(?, all_varchar=true, header=true)"
_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE}

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class LabelledRecord:
    """One record, and the person it belongs to."""

    person: str
    details: Details


def read_records(paths: Sequence[Path]) -> tuple[LabelledRecord, ...]:
    """Return the records of all files that have details, in order.

    Raises InvalidInputError if a file has no column that identifies the person.
    """
    found = [_record(row) for path in paths for row in _rows(path)]
    return tuple(one for one in found if not one.details.is_empty)


def _rows(path: Path) -> Iterator[Row]:
    query = _PARQUET if path.suffix == ".parquet" else _CSV
    table = duckdb.connect().execute(query, [str(path)])
    names = [str(column[0]).strip() for column in table.description or ()]
    if "rec_id" not in names and not set(_PERSON) & set(names):
        raise InvalidInputError(
            "The file does not identify the person of a record: add a column cluster or rec_id."
        )
    for values in table.fetchall():
        texts = ("" if value is None else str(value).strip() for value in values)
        yield dict(zip(names, texts, strict=True))


def _record(row: Row) -> LabelledRecord:
    person = _first(row, _PERSON) or row["rec_id"].split("-")[1]
    name = PersonName(_first(row, _FORENAME), _first(row, _SURNAME))
    born, postcode = _date(_first(row, _BORN)), _first(row, _POSTCODE)
    return LabelledRecord(
        person,
        Details(
            names=(name,) if name.forename or name.surname else (),
            dates_of_birth=() if born is None else (born,),
            sex=_SEXES.get(_first(row, _SEX).lower()),
            place_of_birth=_first(row, _PLACE),
            addresses=(Address("", "", postcode),) if postcode else (),
        ),
    )


def _first(row: Row, columns: Sequence[str]) -> str:
    return next((row[name] for name in columns if row.get(name)), "")


def _date(text: str) -> PartialDate | None:
    """Return a date of eight digits, separated or not, or None if the text is not one."""
    digits = "".join(filter(str.isdigit, text))
    if len(digits) != 8:
        return None
    try:
        return PartialDate(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except InvalidDateError:
        return None


def labelled_rows(records: Sequence[LabelledRecord], scorer: Scorer) -> list[dict[str, Any]]:
    """Return the figures for enquiries with all details, and with only names."""
    held = {one.person: one for one in reversed(records)}
    asked = [one for one in records if one is not held[one.person]]
    rows = {person: row for row, person in enumerate(held)}
    details = [one.details for one in held.values()]
    index = NamesIndex()
    index.add(np.arange(len(details), dtype=np.int64), details)
    ways = {
        "all details": asked,
        "names alone": [
            replace(one, details=Details(names=one.details.names))
            for one in asked
            if one.details.names
        ],
    }
    found = []
    for what, enquiries in ways.items():
        ranks = np.array(
            [_rank(index, details, scorer, one.details, rows[one.person]) for one in enquiries]
        )
        figures = {"in_100": LIMIT, "rank1": 1, "top20": 20}
        shares = {name: share(ranks <= most) for name, most in figures.items()}
        found.append({"stated": what, "held": len(details), "enquiries": len(ranks), **shares})
    return found


def _rank(
    index: NamesIndex, details: Sequence[Details], scorer: Scorer, said: Details, row: int
) -> int:
    """Return a person's rank after full comparison, or one more than the last if not found."""
    rows = index.candidates(said, LIMIT)
    held = [details[other] for other in rows.tolist()]
    scored = scorer.score_details(said, held, gallery_size=len(index), words=index.words(said))
    return rank_of(row, rows[scored.ranking()], LIMIT)


CHUNK = 10_000
FLOORS = {"blocking_recall": 0.995, "top20": 0.99}
CEILINGS = {"blocking_p95_ms": 15.0, "p95_ms": 20.0, "bytes_per_person": 150.0}


@dataclass(frozen=True, kw_only=True)
class NamesOptions(Options):
    """The options of `python -m benchmarks names`."""

    persons: Annotated[int, "people in the index"] = 1_000_000
    enquiries: Annotated[int, "number of enquiries"] = 2_000
    limit: Annotated[int, "candidates compared in full"] = 100
    seed: Annotated[int, "seed of the people"] = 11
    by_origin: Annotated[bool, "a table by origin of the name"] = False
    data: Annotated[
        Sequence[Path], "files of records labelled by person, CSV or Parquet", {"nargs": "+"}
    ] = ()
    model: Annotated[Path | None, "directory of a model for --by-origin, --data"] = None


def measured(options: NamesOptions) -> Result:
    """Return the cost of the index, and the outcome of enquiries."""
    population = Population(options.seed)
    index, everybody, built = _built(population, options.persons)
    enquiries, left_out = _enquiries(population, options.enquiries)
    return {
        "persons": options.persons,
        "limit": options.limit,
        "enquiries": len(enquiries),
        "records_under_a_false_identity": left_out,
        **built,
        **_asked(index, everybody, enquiries, load_scorer(), options.limit),
    }


def _is_met(result: Result) -> bool:
    low = any(result[name] < floor for name, floor in FLOORS.items())
    return not low and all(result[name] <= most for name, most in CEILINGS.items())


def _by_origin(options: NamesOptions) -> Result:
    scorer = load_scorer(options.model)
    rows = by_origin(options.persons, options.enquiries, options.seed, scorer)
    return {"model": scorer.digest, "origins": rows}


def _of_files(options: NamesOptions) -> Result:
    """Return the figures for people in files, without floors: every file is different."""
    scorer = load_scorer(options.model)
    rows = labelled_rows(read_records(options.data), scorer)
    return {"model": scorer.digest, "rows": rows}


def _built(
    population: Population, persons: int
) -> tuple[NamesIndex, list[Details | None], dict[str, Any]]:
    """Return the index, the details of all people by number, and the cost of the index."""
    index, spent, everybody = NamesIndex(), Watch(), list[Details | None]()
    for start in range(0, persons, CHUNK):
        records = population.records(start, min(start + CHUNK, persons))
        held = [(start + n, one.details) for n, one in enumerate(records) if one is not None]
        rows = np.array([row for row, _ in held], dtype=np.int64)
        details = [one for _, one in held]
        everybody += [None if one is None else one.details for one in records]
        with spent:
            index.add(rows, details, is_more=True)
    with spent:
        index.compact()
    costs = {
        "people_indexed": len(index),
        "build_cpu_s": round(spent.cpu_s, 1),
        "bytes_per_person": round(index.bytes_held / persons, 1),
        **_changes_ms(index, everybody),
    }
    return index, everybody, costs


def _changes_ms(index: NamesIndex, everybody: Sequence[Details | None]) -> dict[str, float]:
    """Return the CPU time of adding one person, and of amending one."""
    row, details = next((n, one) for n, one in enumerate(everybody) if one is not None)
    added = _change_ms(index, len(everybody), details)
    index.remove(np.array([len(everybody)], dtype=np.int64))
    return {"one_addition_ms": added, "one_amendment_ms": _change_ms(index, row, details)}


def _change_ms(index: NamesIndex, row: int, details: Details) -> float:
    """Return the CPU time of changing a person, who is removed and added again, as in service."""
    rows = np.array([row], dtype=np.int64)

    def change() -> None:
        index.remove(rows)
        index.add(rows, [details])

    return round(clocked(change).cpu_ms, 2)


def _enquiries(population: Population, count: int) -> tuple[list[Booking], int]:
    """Return later honest bookings of people recorded in their own name; and how many others."""
    false = under_false_identity(population, 0, count)
    both = zip(population.records(0, count), population.later_bookings(0, count), strict=True)
    asked = [
        booking
        for record, booking in both
        if record is not None and booking.number not in false and not booking.said.is_empty
    ]
    return asked, len(false)


def _asked(
    index: NamesIndex,
    everybody: Sequence[Details | None],
    enquiries: Sequence[Booking],
    scorer: Scorer,
    limit: int,
) -> Result:
    blocking, scoring, blocked, ranks = [], [], [], []
    for one in enquiries:
        found = clocked(partial(index.candidates, one.said, limit))
        held = [everybody[row] for row in found.value.tolist()]
        scored = clocked(partial(_ranking, scorer, one.said, held, index))
        blocking.append(found.cpu_ms)
        scoring.append(scored.cpu_ms)
        blocked.append(one.number in found.value)
        ranks.append(rank_of(one.number, found.value[scored.value], limit))
    return _summary(np.array(blocking), np.array(scoring), np.array(blocked), np.array(ranks))


def _ranking(
    scorer: Scorer, said: Details, held: Sequence[Details | None], index: NamesIndex
) -> Int64s:
    """Return the order of candidates. As in the service, the first twenty get their evidence."""
    words = index.words(said)
    scored = scorer.score_details(said, held, gallery_size=len(index), words=words)
    scored.select(scored.ranking()[:20])
    return scored.ranking()


def _summary(
    blocking_ms: Float64s, scoring_ms: Float64s, is_blocked: Bools, ranks: Int64s
) -> Result:
    whole_ms = blocking_ms + scoring_ms
    firsts = {"rank1": 1, "top5": 5, "top20": 20}
    return {
        "blocking_recall": round(float(is_blocked.mean()), 5),
        **{name: round(float((ranks <= most).mean()), 5) for name, most in firsts.items()},
        "blocking_p50_ms": round(quantile(blocking_ms, 0.5), 2),
        "blocking_p95_ms": round(quantile(blocking_ms, 0.95), 2),
        "scoring_p50_ms": round(quantile(scoring_ms, 0.5), 2),
        **{f"p{part}_ms": round(quantile(whole_ms, part / 100), 2) for part in (50, 95, 99)},
    }


_NAMES = Benchmark(measure=measured, is_met=_is_met)
main = replace(
    _NAMES,
    modes={
        "by_origin": replace(
            _NAMES,
            kind="names by origin",
            measure=_by_origin,
            show=lambda result: markdown_table(result["origins"]),
            is_met=lambda result: not any(map(is_unfair, result["origins"])),
        ),
        "data": replace(
            _NAMES,
            kind="names of files",
            measure=_of_files,
            show=as_table("people of files"),
            is_met=lambda _: True,
        ),
    },
).main
