"""The people due counted again, by arithmetic that shares nothing with the planner.

In January 2021 a weekly script of weeding with defective code both deleted too much and failed to
delete. So the same law is written here a second time, by itself: days are numbers, periods are
counted by hand, the codes of offences stand in this file. People in both counts may be purged.
A test holds this module to importing neither `rules` nor the planner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from service.storage.retention.recount_rows import RawPerson, RawRuling

_GRAVE = ("OF61016", "OF61102", "TH68151", "TH68152")
"""Offences for which prints outlive an arrest or charge."""
_LIGHT = (
    *("TH68001", "TH68010", "TH68037", "TH68301", "CJ88116", "MD71530", "MD71521"),
    *("CD71044", "PU86021", "FA06005", "RT88191", "RT88334", "RT88505", "CJ67003"),
)

NOW, UNTIL, OPEN, ASK, EVER = range(5)
"""How long an offence keeps: not at all, to a day, while open, a person must look, for ever."""

Verdict = tuple[int, int]
"""One of the five, and for `UNTIL` the number of the last day; the larger keeps longer."""


@dataclass(frozen=True, slots=True)
class Recounted:
    """The people due, by id, and how many wait for a review."""

    due: frozenset[str]
    reviews: int


def recount(people: Iterable[RawPerson], rulings: Sequence[RawRuling], on: str) -> Recounted:
    """Return the people due on a day, `YYYY-MM-DD`."""
    groups: dict[int, list[RawPerson]] = {}
    for person in people:
        groups.setdefault(person.under or person.number, []).append(person)
    due, reviews = set(), 0
    for head, group in groups.items():
        fate = _fate(group, rulings, _number(on))
        reviews += fate == ASK
        if fate == NOW:
            first = next((one for one in group if one.number == head), group[0])
            due.add(first.name)
    return Recounted(frozenset(due), reviews)


def _fate(group: Sequence[RawPerson], rulings: Sequence[RawRuling], today: int) -> int:
    numbers = {one.number for one in group}
    own = [ruling for ruling in rulings if ruling.number in numbers]
    held = " ".join(sorted(one.record for one in group if one.record))
    if own and own[-1].versions == held:
        if own[-1].decision == "erase":
            return NOW
        return UNTIL if _number(own[-1].next_on) >= today else ASK
    return _by_law(group, today)


def _by_law(group: Sequence[RawPerson], today: int) -> int:
    if not sum(one.captures for one in group):
        return UNTIL
    bodies = [one.body for one in group if one.body is not None]
    verdicts = [verdict for _, verdict in _verdicts(bodies, today)]
    if not verdicts:
        return ASK
    kind, last = max(verdicts)
    if kind == NOW or (kind == UNTIL and last < today):
        return NOW
    return kind


@dataclass(frozen=True, slots=True)
class _Charge:
    """One offence of one event, in the form that the law asks about."""

    event: str
    taken: int
    code: str
    recordable: Any
    ended: str
    """open, guilty, cleared, dropped, notice or unclear."""
    ended_on: int
    child: bool | None
    custody: str | None
    """ISO 8601; empty for none; None when it is not known."""


def _verdicts(bodies: Sequence[Any], today: int) -> list[tuple[str, Verdict]]:
    charges = [charge for body in bodies for charge in _charges(body)]
    guilty = [(c.event, c.ended_on) for c in charges if c.ended == "guilty" and c.recordable]
    return [(charge.event, _verdict(charge, guilty, today)) for charge in charges]


def _verdict(charge: _Charge, guilty: Sequence[tuple[str, int]], today: int) -> Verdict:
    if charge.ended == "guilty":
        return _guilty(charge, guilty)
    two_years = _end(charge.taken, 24)
    if charge.ended in ("open", "notice"):
        if charge.ended == "notice":
            return (UNTIL, two_years)
        return (ASK if two_years < today else OPEN, 0)
    return _not_guilty(charge, guilty)


def _not_guilty(charge: _Charge, guilty: Sequence[tuple[str, int]]) -> Verdict:
    if charge.ended == "unclear" or charge.code not in (*_GRAVE, *_LIGHT):
        return (ASK, 0)
    if charge.code in _GRAVE and any(day < charge.taken for _, day in guilty):
        return (EVER, 0)
    if charge.code in _GRAVE and charge.ended == "cleared":
        return (UNTIL, _end(charge.taken, 36))
    return (NOW, 0)


def _guilty(charge: _Charge, guilty: Sequence[tuple[str, int]]) -> Verdict:
    before = any(day < charge.ended_on for event, day in guilty if event != charge.event)
    if not charge.recordable or charge.child is None:
        return (ASK, 0)
    if not charge.child or before:
        return (EVER, 0)
    if charge.code not in _LIGHT or charge.custody is None:
        return (ASK, 0)
    return _child_once(charge)


def _child_once(charge: _Charge) -> Verdict:
    """Return how long the first and light conviction of a child keeps."""
    if not charge.custody:
        return (UNTIL, _end(charge.taken, 60))
    served = _end(charge.ended_on, *_parts(charge.custody))
    if served >= _end(charge.ended_on, 60):
        return (EVER, 0)
    return (UNTIL, _end(served + 1, 60))


def _charges(body: Any) -> list[_Charge]:
    born = [str(one) for one in body["details"].get("born", ())]
    sentences = [one for one in body.get("convictions", ()) if not _quashed(one)]
    found = []
    known = {}
    for asn, _, day, offences in body["reports"]:
        told = bool(asn) and any(one.get("asn") == asn for one in sentences)
        if asn:
            known[asn] = _number(day)
        charges = [_reported(asn, day, offence, born) for offence in offences]
        kept = [one for one in charges if not (told and one.ended == "guilty")]
        if not offences and not told:
            kept = [_Charge(asn, _number(day), "", None, "unclear", 0, None, None)]
        found += kept
    for place, one in enumerate(body.get("convictions", ()), 1):
        if one in sentences:
            found += _sentenced(one, place, born, known)
    return found


def _reported(asn: str, day: str, offence: Any, born: Sequence[str]) -> _Charge:
    code, _, recordable, committed, disposals = offence
    steps = sorted(disposals, key=lambda step: step[1])
    ended, ended_on = "open", 0
    if steps:
        ended_on = _number(steps[-1][1])
        was_charged = any(step[0] == "charged" for step in steps)
        ended = {
            "charged": "open",
            "convicted": "guilty",
            "cautioned": "guilty",
            "penalty notice": "notice",
            "acquitted": "cleared",
            "no further action": "cleared" if was_charged else "dropped",
        }.get(steps[-1][0], "unclear")
    child = _child(born, _number(committed))
    return _Charge(asn, _number(day), code, recordable, ended, ended_on, child, None)


def _sentenced(one: Any, place: int, born: Sequence[str], known: dict[str, int]) -> list[_Charge]:
    decided = _number(one["decided_on"])
    asn = one.get("asn") or ""
    event = asn if asn in known else f"conviction {place}"
    abroad = (one.get("source") or {}).get("kind") == "other State"
    child = one.get("was_under_18")
    if child is None:
        child = _child(born, decided)
    return [
        _Charge(
            event,
            known.get(asn, decided),
            offence["national_code"],
            offence.get("is_recordable"),
            "unclear" if abroad else "guilty",
            decided,
            child,
            _custody(one.get("sanctions", ())),
        )
        for offence in one["offences"]
    ]


def _custody(sanctions: Sequence[Any]) -> str | None:
    if not sanctions or any(one["kind"] == "unstructured" for one in sanctions):
        return None
    terms = [one.get("duration", "") for one in sanctions if one["kind"] == "custody"]
    if len(terms) > 1 or "" in terms:
        return None
    return terms[0] if terms else ""


def _quashed(conviction: Any) -> bool:
    return any(one.get("deletes") for one in conviction.get("decisions", ()))


def _child(born: Sequence[str], day: int) -> bool | None:
    if not born or any("X" in one for one in born):
        return None
    answers = {_end(_number(one), 216) >= day for one in born}
    return answers.pop() if len(answers) == 1 else None


def _parts(length: str) -> tuple[int, int]:
    """Return an ISO 8601 duration as months and days."""
    months = days = 0
    digits = ""
    for letter in length[1:]:
        if letter.isdigit():
            digits += letter
            continue
        count, digits = int(digits), ""
        months += {"Y": 12, "M": 1}.get(letter, 0) * count
        days += {"W": 7, "D": 1}.get(letter, 0) * count
    return months, days


def _number(day: str) -> int:
    """Return the number of a day, `YYYY-MM-DD`: days since 1 March of the year 0."""
    year, month, date = (int(part) for part in day.split("-"))
    year, month = (year - 1, month + 9) if month < 3 else (year, month - 3)
    leaps = year // 4 - year // 100 + year // 400
    return 365 * year + leaps + (153 * month + 2) // 5 + date - 1


def _day(number: int) -> tuple[int, int, int]:
    """Return year, month and day of a number."""
    year = (10_000 * number + 14_780) // 3_652_425
    rest = number - (365 * year + year // 4 - year // 100 + year // 400)
    if rest < 0:
        year -= 1
        rest = number - (365 * year + year // 4 - year // 100 + year // 400)
    month = (100 * rest + 52) // 3_060
    return year + (month + 2) // 12, (month + 2) % 12 + 1, rest - (month * 306 + 5) // 10 + 1


def _end(start: int, months: int, days: int = 0) -> int:
    """Return the number of the last day of a period that begins with `start`."""
    year, month, date = _day(start)
    total = 12 * year + month - 1 + months
    year, month = total // 12, total % 12 + 1
    after = _number(f"{year + month // 12}-{month % 12 + 1}-1")
    first = _number(f"{year}-{month}-1")
    if date > after - first:
        return after - 1 + days
    return first + date - 1 + days - 1
