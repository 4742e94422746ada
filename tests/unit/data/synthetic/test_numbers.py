"""Identifiers of people, records and captures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from data.synthetic.facts import encounter_ids, numbers_of
from data.synthetic.parameters import PopulationParameters
from domain.people.identifiers import parse_cro_number, parse_pnc_id

YEARS = np.full(3_000, 2015)
EVERYBODY = replace(PopulationParameters(), pnc_share=1.0, cro_share=1.0)


def test_identifiers_are_valid_and_carry_the_year_of_the_first_booking() -> None:
    numbers = numbers_of(1, 0, YEARS, EVERYBODY)

    for pnc_id, cro_number in zip(numbers.pnc_ids, numbers.cro_numbers, strict=True):
        assert parse_pnc_id(pnc_id, reference_date=date(2025, 1, 1)) == pnc_id
        assert pnc_id.startswith("2015/")
        assert not cro_number or parse_cro_number(cro_number) == cro_number


def test_no_two_people_share_an_identifier() -> None:
    numbers = numbers_of(1, 0, YEARS, EVERYBODY)

    for column in (numbers.pnc_ids, numbers.cro_numbers, numbers.person_ids, numbers.record_ids):
        assert len(set(column)) == len(column)
    assert not set(numbers.person_ids) & set(numbers.record_ids)


def test_shares_of_people_with_identifiers_are_those_asked_for() -> None:
    numbers = numbers_of(1, 0, YEARS, PopulationParameters())

    assert np.mean([bool(text) for text in numbers.pnc_ids]) == pytest.approx(0.94, abs=0.02)
    assert np.mean([bool(text) for text in numbers.cro_numbers]) == pytest.approx(0.62, abs=0.04)
    assert np.mean(numbers.has_record) == pytest.approx(0.97, abs=0.015)
    assert any(text.startswith("SF") for text in numbers.cro_numbers)


def test_ids_depend_on_the_seed_and_tell_nothing() -> None:
    first, second = numbers_of(1, 0, YEARS[:5], EVERYBODY), numbers_of(2, 0, YEARS[:5], EVERYBODY)

    assert not set(first.person_ids) & set(second.person_ids)
    assert all(len(text) == 32 and int(text, 16) for text in first.person_ids)
    assert sorted(first.person_ids) != first.person_ids


def test_every_capture_has_an_id_of_its_own() -> None:
    people = np.arange(50, dtype=np.int64)

    ids = [
        *encounter_ids(1, people, 0),
        *encounter_ids(1, people, 1),
        *encounter_ids(1, people, 16),
    ]

    assert len(set(ids)) == 150
