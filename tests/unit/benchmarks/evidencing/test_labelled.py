from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.names import LabelledRecord, labelled_rows, read_records
from domain.errors import InvalidInputError
from domain.people.people import Address, Details, PartialDate, PersonName, Sex
from matching.scorer import load_scorer

FEBRL = """rec_id, given_name, surname, postcode, date_of_birth
rec-1-org, john, smith, 4011, 19800203
rec-1-dup-0, jon, smith, , 19800203
rec-2-org, mei, wang, 4814, 1980
rec-3-org, , , ,
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "people.csv"
    path.write_text(text)
    return path


def test_a_file_of_febrl_names_the_person_in_the_id(tmp_path: Path) -> None:
    records = read_records([written(tmp_path, FEBRL)])

    assert [one.person for one in records] == ["1", "1", "2"]
    assert records[0].details == Details(
        names=(PersonName("john", "smith"),),
        dates_of_birth=(PartialDate(1980, 2, 3),),
        addresses=(Address("", "", "4011"),),
    )
    assert records[2].details.dates_of_birth == ()


def test_a_file_of_splink_names_the_person_in_a_column_in_parquet_too(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    duckdb.connect().execute(
        "COPY (SELECT 'q1' AS cluster, 'Ann' AS first_name, 'Lee' AS surname, "
        "DATE '1860-05-07' AS dob, 'female' AS gender, 'leeds' AS birth_place) "
        f"TO '{path}' (FORMAT parquet)"
    )
    (record,) = read_records([path])

    assert record == LabelledRecord(
        "q1",
        Details(
            names=(PersonName("Ann", "Lee"),),
            dates_of_birth=(PartialDate(1860, 5, 7),),
            sex=Sex.FEMALE,
            place_of_birth="leeds",
        ),
    )


def test_a_file_that_names_no_person_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError):
        read_records([written(tmp_path, "surname\nsmith\n")])


def test_the_first_record_of_a_person_is_held_and_the_others_are_asked(tmp_path: Path) -> None:
    records = read_records([written(tmp_path, FEBRL)])

    everything, names = labelled_rows(records, load_scorer())

    assert (everything["held"], everything["enquiries"]) == (2, 1)
    assert everything["rank1"][0] == names["rank1"][0] == 1.0
