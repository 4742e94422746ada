"""Names enquiries in files whose records are labelled by person: `names --data`.

Reads the files of FEBRL and of Splink's data sets (`historical_50k`), CSV or Parquet. One record
of each person is in the index, and the person's other records are used as enquiries.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from benchmarks.evidencing.other_laws import in_words, share
from benchmarks.runner import table
from domain.errors import InvalidDateError, InvalidInputError
from domain.people.people import Address, Details, PartialDate, PersonName, Sex
from matching.enquiry.index import NamesIndex
from matching.scorer import Scorer

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


def rank_of(row: int, ranked: npt.NDArray[np.int64], limit: int) -> int:
    """Return a person's rank among rows, int64 (n,), or one more than the limit if absent."""
    at = np.flatnonzero(ranked == row)
    return int(at[0]) + 1 if len(at) else limit + 1


def labelled_table(rows: Sequence[dict[str, Any]]) -> str:
    """Return a row for each way of stating details. Every share has its 95 % interval."""
    cells = [
        (
            row["stated"],
            *(f"{row[name]:,}" for name in ("held", "enquiries")),
            *(in_words(row[name]) for name in ("in_100", "rank1", "top20")),
        )
        for row in rows
    ]
    return table(("stated", "held", "enquiries", "in 100", "rank 1", "top 20"), cells)
