"""Offences, and the arrest reports in one person's history.

The codes have the form of CJS offence codes (two letters for the act, two digits for the year,
three for the reason; `COML` for common law). TH68010, CJ88116 and OF61016 have the meaning that
the public code tables give them. The other numbers and all sentences are invented.
"""

from dataclasses import dataclass
from datetime import date

from data.synthetic.counters import Draws
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


OFFENCE_KINDS: tuple[OffenceKind, ...] = (
    OffenceKind("TH68010", "Theft from a shop", True, 18),
    OffenceKind("CJ88116", "Assault by beating", True, 16),
    OffenceKind("OF61016", "Wounding with intent", True, 3),
    OffenceKind("OF61102", "Assault occasioning actual bodily harm", True, 9),
    OffenceKind("TH68151", "Burglary, dwelling", True, 5),
    OffenceKind("TH68152", "Burglary, other than a dwelling", True, 4),
    OffenceKind("TH68037", "Theft from a vehicle", True, 5),
    OffenceKind("TH68301", "Handling stolen goods", True, 3),
    OffenceKind("MD71530", "Possession of a class B drug", True, 10),
    OffenceKind("MD71521", "Possession of a class A drug", True, 6),
    OffenceKind("MD71210", "Supply of a class A drug", True, 4),
    OffenceKind("CD71044", "Criminal damage under 5,000 pounds", True, 9),
    OffenceKind("CJ88201", "Having a bladed article in public", True, 4),
    OffenceKind("PU86021", "Using threatening words or behaviour", True, 8),
    OffenceKind("FA06005", "Fraud by false representation", True, 5),
    OffenceKind("RT88191", "Driving while disqualified", True, 4),
    OffenceKind("RT88334", "Driving over the limit of alcohol", True, 7),
    OffenceKind("RT88505", "No insurance", False, 6),
    OffenceKind("CJ67003", "Drunk and disorderly", False, 4),
    OffenceKind("COML025", "Perverting the course of justice", True, 1),
)

_WEIGHTED = tuple(kind for kind in OFFENCE_KINDS for _ in range(kind.weight))

_DISPOSALS: tuple[tuple[DisposalType, str], ...] = (
    *[
        (DisposalType.CONVICTED, sentence)
        for sentence in (
            "Fine",
            "Community order",
            "Imprisonment, 3 months",
            "Suspended sentence",
            "Conditional discharge",
            "Imprisonment, 18 months",
        )
    ],
    *[(DisposalType.NO_FURTHER_ACTION, "")] * 5,
    *[(DisposalType.CAUTIONED, "")] * 3,
    *[(DisposalType.PENALTY_NOTICE, "")],
    *[(DisposalType.ACQUITTED, "")] * 2,
    *[(DisposalType.CHARGED, "")] * 3,
)
"""The results of an offence, all equally likely. Set by hand."""


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
    kind = draws.choice(_WEIGHTED)
    disposal_type, sentence = draws.choice(_DISPOSALS)
    delay = draws.index(240)
    on = arrested_on.toordinal()
    return Offence(
        code=kind.code,
        title=kind.title,
        is_recordable=kind.is_recordable,
        committed_on=date.fromordinal(on - delay % 20),
        disposals=(Disposal(disposal_type, date.fromordinal(on + delay), sentence),),
    )
