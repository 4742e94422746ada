"""A year, day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from benchmarks.exchanging.offices import ROOT, Clock, Office
from benchmarks.exchanging.wire import Wire
from domain.exchange.identifiers import StateCode
from domain.people import Details, Nationality, PersonName
from domain.restrictions import UsePurpose
from service.usecases.exchange.asking import AskStates, ask_states

OURS, THEIRS = StateCode("GBR"), StateCode("POL")
FIRST_DAY = date(2025, 1, 1)
DAYS = 365
OUT, IN, REQUESTS = 30_000, 16_000, 20_000
DOWN = (range(60, 66), range(200, 203))
"""Days on which the counterpart is down."""


def morning(day: date) -> datetime:
    """Return the beginning of a working day."""
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


def work_a_year(ours: Office, theirs: Office, wire: Wire, clock: Clock, scale: float) -> None:
    """Let both work for a year, and two days more for messages on their way."""
    for day in range(DAYS + 2):
        today = FIRST_DAY + timedelta(days=day)
        clock.now = morning(today)
        wire.down = {THEIRS} if any(day in days for days in DOWN) else set()
        if day < DAYS:
            _record_a_day(ours, theirs, day, scale)
        for office in (ours, theirs):
            office.answer()
            if day % 7 == 6 or day >= DAYS:
                office.amend()
        for hour in (1, 5, 9):
            clock.now = morning(today) + timedelta(hours=hour)
            ours.work()
            theirs.work()


def _record_a_day(ours: Office, theirs: Office, day: int, scale: float) -> None:
    """Put the convictions of a day on record, and ask its questions."""
    today = FIRST_DAY + timedelta(days=day)
    ours.convict(_share(OUT * scale, day), today)
    theirs.convict(_share(IN * scale, day), today)
    for number in range(_share(REQUESTS * scale, day)):
        _ask(theirs, day, number)


def _share(total: float, day: int) -> int:
    """Return how many of a year's total fall on a day."""
    return int(total * (day + 1) / DAYS) - int(total * day / DAYS)


def _ask(office: Office, day: int, number: int) -> None:
    details = Details(
        names=(PersonName("Ada", f"Asked{day}x{number}"),), nationalities=(Nationality(OURS),)
    )
    asked = AskStates(details, UsePurpose.CRIMINAL_PROCEEDINGS, "TCA", f"{day}-{number}")
    ask_states(office.services, office.desk, ROOT, asked)
