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
    if not sum(one.captures for one in group):
        return UNTIL
    numbers = {one.number for one in group}
    own = [ruling for ruling in rulings if ruling.number in numbers]
    held = " ".join(sorted(one.record for one in group if one.record))
    if own and own[-1].versions == held:
        if own[-1].decision == "erase":
            return NOW
        return UNTIL if _number(own[-1].next_on) >= today else ASK
    return _by_law(group, today)


def _by_law(group: Sequence[RawPerson], today: int) -> int:
    events = [event for one in group if one.body is not None for event in _events(one.body)]
    if not events:
        return ASK
    kind, last = max(_verdict(event, events, today) for event in events)
    if kind == NOW or (kind == UNTIL and last < today):
        return NOW
    return kind


@dataclass(frozen=True, slots=True)
class _Charge:
    """One offence of one event, in the form that the law asks about."""

    code: str
    recordable: Any
    ended: str
    """open, guilty, abroad, cleared, dropped, notice or unclear."""
    ended_on: int
    """0 while it is open."""
    child: bool | None
    """At the offence."""
    custody: str | None
    """ISO 8601; empty for none; None when it is not known."""

    @property
    def is_grave(self) -> bool | None:
        """None for a code of neither list."""
        return True if self.code in _GRAVE else (False if self.code in _LIGHT else None)


@dataclass(frozen=True, slots=True)
class _Event:
    name: str
    taken: int
    charges: tuple[_Charge, ...]


def _verdict(event: _Event, events: Sequence[_Event], today: int) -> Verdict:
    """Return how long prints of an event are kept, other events of the person considered."""
    own = max(_alone(charge, event, events, today) for charge in event.charges)
    if own[0] >= ASK:
        return own
    ends = [charge.ended_on for charge in event.charges if charge.ended_on]
    verdicts = [_alone(charge, event, events, today) for charge in event.charges]
    ends += [last for kind, last in verdicts if kind == UNTIL]
    if any(kind == OPEN for kind, _ in verdicts):
        ends.append(today)
    held = min(max(ends, default=event.taken), today)
    found = [own]
    counting = _counting(_guilty_elsewhere(event, events, held, today))
    if counting is not False:
        found.append((EVER if counting else ASK, 0))
    for other in events:
        is_open = any(charge.ended == "open" for charge in other.charges)
        if other is not event and is_open and event.taken <= other.taken <= held:
            found.append((ASK if _end(other.taken, 24) < today else OPEN, 0))
    return max(found)


def _alone(charge: _Charge, event: _Event, events: Sequence[_Event], today: int) -> Verdict:
    """Return how long one offence keeps prints, by its own result."""
    two_years = _end(event.taken, 24)
    if charge.ended == "guilty":
        return _guilty(charge, event, events, today)
    if charge.ended in ("cleared", "dropped"):
        return _not_guilty(charge, event)
    return {
        "notice": (UNTIL, two_years),
        "open": (ASK if two_years < today else OPEN, 0),
        "abroad": (EVER if charge.recordable and charge.is_grave else ASK, 0),
        "unclear": (ASK, 0),
    }[charge.ended]


def _not_guilty(charge: _Charge, event: _Event) -> Verdict:
    if charge.is_grave is None:
        return (ASK, 0)
    if charge.is_grave and charge.ended == "cleared":
        return (UNTIL, _end(event.taken, 36))
    return (NOW, 0)


def _guilty_elsewhere(
    event: _Event, events: Sequence[_Event], until: int, today: int
) -> list[tuple[str, int, _Charge]]:
    """Return convictions of other events that were or may have to be recorded, up to a day."""
    return [
        (other.name, charge.ended_on, charge)
        for other in events
        if other.name != event.name
        for charge in other.charges
        if charge.ended in ("guilty", "abroad")
        and charge.recordable is not False
        and charge.ended_on <= min(until, today)
    ]


def _counting(found: Sequence[tuple[str, int, _Charge]]) -> bool | None:
    """Whether convictions count: the only one does not if light, of a child, custody short."""
    sure = [one for one in found if one[2].recordable]
    if len({name for name, _, _ in sure}) > 1:
        return True
    small = [_small(charge, day) for _, day, charge in sure]
    if False in small:
        return True
    return None if None in small or len(sure) < len(found) else False


def _small(charge: _Charge, day: int) -> bool | None:
    if charge.is_grave or charge.child is False:
        return False
    if charge.custody and _end(day, *_parts(charge.custody)) >= _end(day, 60):
        return False
    if charge.is_grave is None or charge.child is None or charge.custody is None:
        return None
    return True


def _guilty(charge: _Charge, event: _Event, events: Sequence[_Event], today: int) -> Verdict:
    if not charge.recordable:
        return (ASK, 0)
    if charge.child is False or charge.is_grave:
        return (EVER, 0)
    first = _child_once(charge, event.taken)
    until = first[1] if first[0] == UNTIL else charge.ended_on
    others = [each.recordable for _, _, each in _guilty_elsewhere(event, events, until, today)]
    if any(others):
        return (EVER, 0)
    if others or charge.child is None or charge.is_grave is None:
        return (ASK, 0)
    return first


def _child_once(charge: _Charge, taken: int) -> Verdict:
    """Return how long the first and light conviction of a child keeps."""
    if charge.custody is None:
        return (ASK, 0)
    if not charge.custody:
        return (UNTIL, _end(taken, 60))
    served = _end(charge.ended_on, *_parts(charge.custody))
    if served >= _end(charge.ended_on, 60):
        return (EVER, 0)
    return (UNTIL, _end(served + 1, 60))


_NONE = _Charge("", None, "unclear", 0, None, None)


def _events(body: Any) -> list[_Event]:
    born = [str(one) for one in body["details"].get("born", ())]
    sentences = [
        (place, one)
        for place, one in enumerate(body.get("convictions", ()), 1)
        if not (_undone(one) and _abroad(one))
    ]
    found = []
    named = [(_name(report[0], n), report) for n, report in enumerate(body["reports"], 1)]
    reports = dict(named)
    for name, (_, _, day, offences) in named:
        told = any(one.get("asn") == name for _, one in sentences)
        charges = [_reported(offence, born) for offence in offences]
        kept = [one for one in charges if not (told and one.ended == "guilty")]
        if kept or not told:
            found.append(_Event(name, _number(day), tuple(kept) or (_NONE,)))
    for place, one in sentences:
        report = reports.get(one.get("asn") or "")
        name = f"conviction {place}" if report is None else one["asn"]
        taken = one["decided_on"] if report is None else report[2]
        charges = [_sentenced(one, offence, born, report) for offence in one["offences"]]
        found.append(_Event(name, _number(taken), tuple(charges)))
    return found


def _name(asn: str, number: int) -> str:
    """Return the name of an arrest: its number, unless there is none or it means "none given"."""
    plain = asn.replace("/", "").replace(" ", "").upper()
    is_nobodys = len(plain) == 20 and (
        plain[:8] in ("0800NP01", "0800PP01")
        or plain[2:8] in ("12LN00", "00NP00")
        or plain[2:6] in ("6300", "06SS", "00XX")
        or plain[4:8] == "NRPR"
        or (plain[2:4] == "50" and plain[4:6] in ("11", "12", "21", "41", "42", "43", "OF", "SJ"))
    )
    return f"arrest {number}" if not asn or is_nobodys else asn


def _reported(offence: Any, born: Sequence[str]) -> _Charge:
    code, _, recordable, committed, disposals, *_ = offence
    steps = sorted(disposals, key=lambda step: step[1])
    ended, ended_on, custody = "open", 0, None
    if steps:
        ended_on = _number(steps[-1][1])
        was_charged = any(step[0] == "charged" for step in steps)
        ended = {
            "charged": "open",
            "adjourned sine die": "open",
            "convicted": "guilty",
            "cautioned": "guilty",
            "penalty notice": "notice",
            "acquitted": "cleared",
            "no further action": "cleared" if was_charged else "dropped",
        }.get(steps[-1][0], "unclear")
        custody = "" if steps[-1][0] == "cautioned" else None
    child = _child(born, _number(committed))
    return _Charge(code, recordable, ended, ended_on, child, custody)


def _sentenced(one: Any, offence: Any, born: Sequence[str], report: Any) -> _Charge:
    decided = _number(one["decided_on"])
    undone = [_number(each["decided_on"]) for each in one.get("decisions", ()) if _ends(each)]
    code = offence["national_code"]
    child = True if one.get("was_under_18") else None
    if child is None:
        day = _committed(offence, report)
        child = (_child(born, decided) or None) if day is None else _child(born, day)
    return _Charge(
        code,
        offence.get("is_recordable"),
        "cleared" if undone else ("abroad" if _abroad(one) else "guilty"),
        min(undone, default=decided),
        child,
        _custody(one.get("sanctions", ())),
    )


def _committed(offence: Any, report: Any) -> int | None:
    began = offence.get("began_on") or "X"
    if "X" not in began:
        return _number(began)
    days = {
        each[3] for each in (report[3] if report else ()) if each[0] == offence["national_code"]
    }
    return _number(days.pop()) if len(days) == 1 else None


def _custody(sanctions: Sequence[Any]) -> str | None:
    if not sanctions or any(one["kind"] == "unstructured" for one in sanctions):
        return None
    ends = {"life": "P1200M", "public protection": "P1200M"}
    kinds = ("custody", "extended", "service detention", *ends)
    terms = [
        ends.get(one["kind"], one.get("duration", "")) for one in sanctions if one["kind"] in kinds
    ]
    if len(terms) > 1 or "" in terms:
        return None
    return terms[0] if terms else ""


def _abroad(conviction: Any) -> bool:
    return (conviction.get("source") or {}).get("kind") == "other State"


def _ends(decision: Any) -> bool:
    return bool(decision.get("deletes"))


def _undone(conviction: Any) -> bool:
    return any(_ends(one) for one in conviction.get("decisions", ()))


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
