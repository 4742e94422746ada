"""Offences, and the arrest reports in one person's history.

The codes have the form of CJS offence codes (two letters for the act, two digits for the year,
three for the reason; `COML` for common law). TH68010, CJ88116 and OF61016 have the meaning that
the public code tables give them. The other numbers and all sentences are invented.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from data.synthetic.counters import Draws
from data.synthetic.names.tables import written
from data.synthetic.parameters import PopulationParameters
from domain.ids import ForceCode
from domain.people.identifiers import make_asn
from domain.people.people import ArrestReport, Disposal, DisposalType, Offence

MAX_REPORTS = 6
MAX_OFFENCES = 3

DRAWS_EACH = 80
"""Uniform draws that a history may use: 5 + 5 for reports, 6 * (2 + 3 * 3) for their contents."""


@dataclass(frozen=True, slots=True)
class OffenceKind:
    """One entry in the table of offences. Its relative frequency is set by hand."""

    code: str
    title: str
    is_recordable: bool
    weight: int


@cache
def offence_kinds() -> tuple[OffenceKind, ...]:
    """Return the table of offences."""
    return tuple(OffenceKind(*one) for one in written("offences")["kinds"])


@cache
def _weighted() -> tuple[OffenceKind, ...]:
    return tuple(kind for kind in offence_kinds() for _ in range(kind.weight))


@cache
def _disposals() -> tuple[tuple[DisposalType, str], ...]:
    """Return the results of an offence and their sentences, an entry a share. Set by hand."""
    rows = written("offences")["disposals"]
    return tuple((DisposalType(kind), words) for kind, words, share in rows for _ in range(share))


@dataclass(frozen=True, slots=True)
class Offender:
    """The inputs of a history: person number, owner force, first and last possible day."""

    number: int
    force: ForceCode
    first_booking: date
    reference_date: date


def arrest_reports(
    offender: Offender, draws: Draws, population: PopulationParameters
) -> tuple[ArrestReport, ...]:
    """Return a person's arrest reports; the first is on the day of the first booking."""
    count = _count(draws, population.more_arrests_share, MAX_REPORTS)
    span = offender.reference_date.toordinal() - offender.first_booking.toordinal()
    later = sorted(int(draws.uniform() * span) for _ in range(count - 1))
    first = offender.first_booking.toordinal()
    days = [date.fromordinal(first + delay) for delay in [0, *later]]
    return tuple(
        _report(offender, ordinal, day, draws=draws, population=population)
        for ordinal, day in enumerate(days)
    )


def _count(draws: Draws, more_share: float, most: int) -> int:
    count = 1
    while count < most and draws.uniform() < more_share:
        count += 1
    return count


def _report(
    offender: Offender, ordinal: int, day: date, *, draws: Draws, population: PopulationParameters
) -> ArrestReport:
    count = _count(draws, population.more_offences_share, MAX_OFFENCES)
    return ArrestReport(
        asn=make_asn(
            day.year,
            offender.force,
            unit="AA",
            system="01",
            sequence=(offender.number * MAX_REPORTS + ordinal) % 10**11,
        ),
        force=offender.force,
        on=day,
        offences=tuple(_offence(day, draws) for _ in range(count)),
    )


def _offence(arrested_on: date, draws: Draws) -> Offence:
    kind = draws.choice(_weighted())
    disposal_type, sentence = draws.choice(_disposals())
    delay = draws.index(240)
    on = arrested_on.toordinal()
    return Offence(
        code=kind.code,
        title=kind.title,
        is_recordable=kind.is_recordable,
        committed_on=date.fromordinal(on - delay % 20),
        disposals=(Disposal(disposal_type, date.fromordinal(on + delay), sentence),),
    )
