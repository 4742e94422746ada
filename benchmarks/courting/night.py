"""A night's results processed by the nightly command, which is killed during the work.

One result in twenty is about somebody whom a careless rule would mistake for another person. It
has the number of someone else with the same offence, of a twin, or of a namesake with the same
date of birth; or it has forename and surname, or day and month of birth, exchanged.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from benchmarks.converting.office import opened
from benchmarks.filling import caller
from benchmarks.machine import Watch, folder_of, in_a_fork, killed_at_work
from data.synthetic.names.tables import origin_tables
from domain.access.access import Purpose, Role
from domain.agencies.matters import MatterState
from domain.ids import ForceCode, PersonId, RecordId
from domain.people.identifiers import make_asn
from domain.people.people import ArrestReport, Details, Offence, PartialDate, PersonName, Record
from service.cli.office.court import take_folder
from service.usecases.services import Services

FEED = caller(Role.COURT_FEED, Purpose.RECORD_MANAGEMENT, name="court-feed", force="89")

_HEARD = date(2026, 6, 1)
_TRICKS = ("number", "twin", "namesake", "names", "birth")
_TRICKED_OF = 20
_A_STEP = 500


@dataclass(frozen=True, slots=True)
class _Human:
    """A person on record, with the Arrest Summons Number of their arrest."""

    number: int
    forename: str
    surname: str
    born: date
    asn: str
    on: date


@dataclass(frozen=True, slots=True)
class _Sent:
    """A result, the person it is about, and what could mislead a careless rule about it."""

    who: _Human
    said: _Human
    trick: str = ""


def night(count: int, kills: int, seed: int) -> dict[str, Any]:
    """Return the figures for a night."""
    rng = np.random.default_rng([seed, 33])
    people = _people(rng, count)
    sent = [_sent(people, number) for number in range(count)]
    with folder_of(None) as root:
        in_a_fork(_prepare, root, [one for pair in people for one in pair])
        _write(root / "results", sent)
        with Watch() as spent:
            killed = _work_and_kill(root, kills, rng)
        with opened(root / "store") as services:
            return _figures(services, sent) | {
                "results": count,
                "kills": killed,
                "seconds": round(spent.wall_s, 1),
                "ms_a_result": round(1_000 * spent.wall_s / count, 2),
            }


def _people(rng: np.random.Generator, count: int) -> list[tuple[_Human, _Human]]:
    """Return people in pairs: the second is a stranger, a twin or a namesake of the first."""
    first = origin_tables()[0]
    pairs = []
    for number in range(count):
        forename, other = (first.male.draw_one(rng.random()) for _ in range(2))
        surname = first.surnames.draw_one(rng.random())
        born = date(1950, 1, 1) + timedelta(days=int(rng.integers(0, 18_000)))
        on = date(2026, 1, 1) + timedelta(days=int(rng.integers(0, 60)))
        one = _Human(number, forename, surname, born, _asn(number), on)
        pairs.append((one, _beside(count + number, one, f"{other}x", _trick(number))))
    return pairs


def _asn(number: int) -> str:
    return make_asn(2026, ForceCode("05"), unit="CJ", system="00", sequence=number + 1)


def _trick(number: int) -> str:
    turn, place = divmod(number, _TRICKED_OF)
    return "" if place else _TRICKS[turn % len(_TRICKS)]


def _beside(number: int, one: _Human, other: str, trick: str) -> _Human:
    made = replace(one, number=number, asn=_asn(number))
    if trick == "twin":
        return replace(made, forename=other)
    if trick == "namesake":
        return made
    return replace(made, forename=other, surname=f"{one.surname}s", born=_moved(one.born))


def _moved(born: date) -> date:
    return born + timedelta(days=400)


def _sent(people: list[tuple[_Human, _Human]], number: int) -> _Sent:
    who, other = people[number]
    trick = _trick(number)
    said = who
    match trick:
        case "number" | "twin" | "namesake":
            said = replace(who, asn=other.asn)
        case "names":
            said = replace(who, forename=who.surname, surname=who.forename)
        case "birth":
            said = replace(who, born=_exchanged(who.born))
    return _Sent(who, said, trick)


def _exchanged(born: date) -> date:
    """Return a date of birth with day and month exchanged, or another if that changes nothing."""
    if born.day <= 12 and born.day != born.month:
        return born.replace(day=born.month, month=born.day)
    return _moved(born)


def _prepare(root: Path, people: list[_Human]) -> None:
    with opened(root / "store") as services:
        for start in range(0, len(people), _A_STEP):
            with services.units.begin() as unit:
                for one in people[start : start + _A_STEP]:
                    person_id = PersonId(f"person-{one.number}")
                    unit.people.add_person(person_id)
                    unit.people.put_record(_record(person_id, one))


def _record(person_id: PersonId, one: _Human) -> Record:
    offence = Offence("TH68010", "Theft from a shop", True, one.on)
    details = Details(
        names=(PersonName(one.forename, one.surname),),
        dates_of_birth=(PartialDate(one.born.year, one.born.month, one.born.day),),
    )
    report = ArrestReport(one.asn, ForceCode("05"), one.on, (offence,))
    return Record(RecordId(f"record-{one.number}"), person_id, ForceCode("05"), details, (report,))


def _write(folder: Path, sent: list[_Sent]) -> None:
    folder.mkdir()
    message = Path(__file__).with_name("message.xml").read_text("utf-8")
    for number, one in enumerate(sent):
        text = message.format(
            number=number,
            heard=_HEARD,
            asn=one.said.asn,
            forename=escape(one.said.forename),
            surname=escape(one.said.surname),
            born=one.said.born,
            on=one.who.on,
            pounds=50 + number % 900,
        )
        (folder / f"{number:06}.xml").write_text(text, "utf-8")


def _take(root: Path) -> None:
    with opened(root / "store") as services:
        take_folder(services, FEED, root / "results")


def _work_and_kill(root: Path, kills: int, rng: np.random.Generator) -> int:
    """Run the command until it ends. Kill it after random numbers of results."""
    folder = root / "results"
    count = len(list(folder.iterdir()))
    stops = sorted(int(one) for one in rng.integers(1, max(2, count * 4 // 5), kills))
    deaths = [
        killed_at_work(stop, lambda: count - len(list(folder.glob("*.xml"))), _take, root)
        for stop in stops
    ]
    in_a_fork(_take, root)
    return sum(one is not None for one in deaths)


def _figures(services: Services, sent: list[_Sent]) -> dict[str, Any]:
    with services.units.read() as unit:
        matters = unit.matters.waiting(list(MatterState), limit=len(sent) * 2).items
        records = [unit.people.record(RecordId(f"record-{one.who.number}")) for one in sent]
    by_reference: dict[str, list[Any]] = {}
    for one in matters:
        by_reference.setdefault(one.reference, []).append(one)
    told = [by_reference.get(f"night-{number}", []) for number in range(len(sent))]
    convictions = [len(held.convictions) if held else 0 for held in records]
    attached = [found[0].last if found else None for found in told]
    states = Counter(one.state.value if one else "lost" for one in attached)
    right = [
        step is not None and step.person_id == f"person-{one.who.number}"
        for step, one in zip(attached, sent, strict=True)
    ]
    plain = [n for n, one in enumerate(sent) if not one.trick]
    on_record = [step is not None and step.state is MatterState.ATTACHED for step in attached]
    return {
        "states": dict(states),
        "lost": sum(not found for found in told)
        + sum(convictions[n] == 0 for n in range(len(sent)) if on_record[n]),
        "doubled": sum(len(found) > 1 for found in told) + sum(n > 1 for n in convictions),
        "to_a_wrong_person": sum(
            is_on and not is_right for is_on, is_right in zip(on_record, right, strict=True)
        ),
        "right_numbers": len(plain),
        "right_numbers_attached": sum(on_record[n] and right[n] for n in plain),
        "tricks": dict(Counter(one.trick for one in sent if one.trick)),
        "tricks_attached": sum(on_record[n] for n, one in enumerate(sent) if one.trick),
    }
