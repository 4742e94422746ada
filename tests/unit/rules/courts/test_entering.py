"""What a court's result becomes on a record."""

from datetime import date

import pytest

from domain.courts.reading import read_court_result
from rules.courts.entering import _Writer
from rules.courts.tables import court_tables
from tests.court_messages import Line, Said, Told


@pytest.mark.parametrize(("code", "suspended_for"), [("1115", "P12M"), ("1004", ""), ("1013", "")])
def test_a_second_length_suspends_custody_and_no_other_sentence(
    code: str, suspended_for: str
) -> None:
    """Of an extended sentence it is the time on licence."""
    line = Line(code, "As the court said.", duration=("3", "M"), second=("12", "M"))
    result, _ = read_court_result(Told(offences=(Said(lines=(line,)),)).delivered())
    writer = _Writer(court_tables(), result, (), date(2026, 6, 2))

    sanction = writer._sanction(result.offences[0].lines[0], date(2026, 6, 1), None)

    assert (sanction.duration, sanction.suspended_for) == ("P3M", suspended_for)
