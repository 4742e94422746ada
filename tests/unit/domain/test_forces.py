"""The table of forces."""

from __future__ import annotations

from datetime import date

import pytest

from domain.errors import UnknownForceError
from domain.forces import Force, force_name, forces, is_known_force
from domain.ids import ForceCode


def test_every_force_is_listed_once_under_two_characters() -> None:
    codes = [force.code for force in forces().values()]

    assert codes == list(forces())
    assert len(codes) == 50
    assert codes == sorted(codes)
    assert {len(code) for code in codes} == {2}


@pytest.mark.parametrize(
    ("code", "name"), [("01", "Metropolitan"), ("89", "ACRO"), ("63", "Dyfed-Powys")]
)
def test_force_is_known_by_its_code(code: str, name: str) -> None:
    assert force_name(code) == name
    assert is_known_force(code)


def test_unknown_force_is_refused_without_echo() -> None:
    with pytest.raises(UnknownForceError) as refusal:
        force_name("Q7")

    assert "Q7" not in refusal.value.detail
    assert not is_known_force("Q7")


def test_agency_is_not_known_before_it_began() -> None:
    assert not is_known_force("91", on=date(2013, 10, 6))
    assert is_known_force("91", on=date(2013, 10, 7))


def test_force_is_not_valid_from_its_last_day_on() -> None:
    force = Force(ForceCode("00"), "Gone", date(1980, 1, 1), date(1990, 1, 1))

    assert force.is_valid_on(date(1989, 12, 31))
    assert not force.is_valid_on(date(1990, 1, 1))
