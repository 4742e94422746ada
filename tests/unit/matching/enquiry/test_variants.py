"""People whose name was written another time in another way, found without a date of birth."""

from __future__ import annotations

import numpy as np
import pytest

from domain.people.people import Details, PersonName
from matching.enquiry.index import NamesIndex
from tests.unit.matching.builders import named, random_details

MATE = 10**6
PAIRS = [
    (("Thomas", "Hoccleve"), ("Thomas", "Occleve")),
    (("Georgy", "Zhukov"), ("Georgi", "Jukov")),
    (("Ibrahim", "Khalil"), ("Ibrahim", "Halil")),
    (("Wei", "Xu"), ("Wei", "Hsu")),
    (("Piotr", "Wojcik"), ("Piotr", "Vojcik")),
    (("Thomas", "Moore"), ("Thomas", "Morus")),
    (("", "Arumugam"), ("Arumugam", "")),
    (("Elizabeth", "Liddell"), ("Liddell", "")),
    (("Xiaoming", "Wang"), ("Xiao Ming", "Wang")),
    (("Wang", "Xiaoming"), ("Xiao-Ming", "Wang")),
    (("Maria", "Garcia Lopez"), ("Maria", "Lopez")),
    (("Ahmad", "al-Khalil"), ("Ahmed", "Halil")),
    (("FNU", "Arumugam"), ("Arumugam", "Unknown")),
]


@pytest.fixture(scope="module")
def crowd() -> list[Details]:
    rng = np.random.default_rng(3)
    return [random_details(rng) for _ in range(1500)]


def held(crowd: list[Details], name: tuple[str, str]) -> NamesIndex:
    index = NamesIndex()
    index.add(np.arange(len(crowd), dtype=np.int64), crowd)
    index.add(np.array([MATE]), [Details(names=(PersonName(*name),))])
    return index


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_variant_is_found_without_a_date_and_either_way_round(
    crowd: list[Details], first: tuple[str, str], second: tuple[str, str]
) -> None:
    for said, kept in ((first, second), (second, first)):
        assert MATE in held(crowd, kept).candidates(named(*said), 5).tolist()


def test_a_variant_enrolled_alone_is_found_at_once_and_gone_at_once(crowd: list[Details]) -> None:
    index = held(crowd, ("Georgi", "Jukov"))
    assert index.candidates(named("Georgy", "Zhukov"), 1).tolist() == [MATE]
    index.remove(np.array([MATE]))
    assert MATE not in index.candidates(named("Georgy", "Zhukov"), 100).tolist()
