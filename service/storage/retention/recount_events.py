"""The events of a person as the independent recount reads them: stored JSON, with days as numbers.

A test checks that this module imports neither `rules` nor the planner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.storage.retention.recount_rows import RawFact

_GRAVE = ("OF61016", "OF61102", "TH68151", "TH68152")
"""Qualifying offences: prints may be kept after an arrest or charge without conviction."""
_LIGHT = (
    *("TH68001", "TH68010", "TH68037", "TH68301", "CJ88116", "MD71530", "MD71521"),
    *("CD71044", "PU86021", "FA06005", "RT88191", "RT88334", "RT88505", "CJ67003"),
)


@dataclass(frozen=True, slots=True)
class Charge:
    """One offence at one event, with the facts that the law depends on."""

    code: str
    recordable: Any
    ended: str
    """open, guilty, abroad, cleared, dropped, notice or unclear."""
    ended_on: int
    """0 while the case is open."""
    child: bool | None
    """Whether the person was under 18 at the time of the offence; None if unknown."""
    custody: str | None
    """The term of custody, ISO 8601; empty for no custody; None if unknown."""

    @property
    def is_grave(self) -> bool | None:
        """Whether the offence is a qualifying offence; None for a code in neither list."""
        return True if self.code in _GRAVE else (False if self.code in _LIGHT else None)


@dataclass(frozen=True, slots=True)
class Event:
    """An arrest or a conviction, or the prints taken at one whose retention is being decided."""

    name: str
    taken: int
    """The day on which the prints were taken."""
    charges: tuple[Charge, ...]
    told: Mapping[str, RawFact]
    """The facts that count, by kind."""
    began: int
    """The day of the arrest."""
    force: str = ""
    items: tuple[str, ...] = ()
    """The items of records that belong to the event."""

    def day(self, kind: str, today: int) -> int:
        """Return the day of a fact if that day has come, or 0 without one."""
        fact = self.told.get(kind)
        day = 0 if fact is None else number(fact.day)
        return day if day <= today else 0


NOTHING = Charge("", None, "unclear", 0, None, None)


def events(body: Any, place: str, record: str) -> list[Event]:
    """Return the events in a record's JSON; `place` is a prefix for events without a number."""
    born = [str(one) for one in body["details"].get("born", ())]
    sentences = list(enumerate(body.get("convictions", ()), 1))
    named = [
        (_name(report[0], f"{place}{n}"), report) for n, report in enumerate(body["reports"], 1)
    ]
    reports = dict(named)
    names = [name for name, _ in named]
    names += [
        one["asn"] if (one.get("asn") or "") in reports else f"conviction {place}{n}"
        for n, one in sentences
    ]
    items: dict[str, list[str]] = {}
    for name, item in zip(names, _items(body), strict=True):
        items.setdefault(name, []).append(f"{record}.{item}")
    found = []
    standing = [(n, one) for n, one in sentences if not (_undone(one) and _abroad(one))]
    for name, (_, force, day, offences) in named:
        told = any(one.get("asn") == name for _, one in standing)
        charges = [_reported(offence, born) for offence in offences]
        kept = [one for one in charges if not (told and one.ended == "guilty")]
        if kept or not told:
            began = number(day)
            all_of_it = tuple(kept) or (NOTHING,)
            found.append(Event(name, began, all_of_it, {}, began, force, tuple(items[name])))
    for n, one in standing:
        report = reports.get(one.get("asn") or "")
        name = names[len(named) + n - 1]
        began = number(one["decided_on"] if report is None else report[2])
        charges = [_sentenced(one, offence, born, report) for offence in one["offences"]]
        force = "" if report is None else report[1]
        found.append(Event(name, began, tuple(charges), {}, began, force, tuple(items[name])))
    return found


def _items(body: Any) -> list[str]:
    """Return the ids of the arrest reports, then of the convictions."""
    counts = {
        "arrest-report": len(body["reports"]),
        "conviction": len(body.get("convictions", ())),
    }
    ids = body.get("ids")
    if ids is None:
        return [f"{kind}-{n}" for kind, count in counts.items() for n in range(1, count + 1)]
    return [one for kind in counts for one in ids if one.startswith(f"{kind}-")]


def _name(asn: str, number: str) -> str:
    """Return the name of an arrest: its ASN, or `number` if it has none.

    Some ASNs only stand for "none given".
    """
    plain = asn.replace("/", "").replace(" ", "").upper()
    is_nobodys = len(plain) == 20 and (
        plain[:8] in ("0800NP01", "0800PP01")
        or plain[2:8] in ("12LN00", "00NP00")
        or plain[2:6] in ("6300", "06SS", "00XX")
        or plain[4:8] == "NRPR"
        or (plain[2:4] == "50" and plain[4:6] in ("11", "12", "21", "41", "42", "43", "OF", "SJ"))
    )
    return f"arrest {number}" if not asn or is_nobodys else asn


def _reported(offence: Any, born: Sequence[str]) -> Charge:
    code, _, recordable, committed, disposals, *_ = offence
    steps = sorted(disposals, key=lambda step: step[1])
    ended, ended_on, custody = "open", 0, None
    if steps:
        ended_on = number(steps[-1][1])
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
    child = _child(born, number(committed))
    return Charge(code, recordable, ended, ended_on, child, custody)


def _sentenced(one: Any, offence: Any, born: Sequence[str], report: Any) -> Charge:
    decided = number(one["decided_on"])
    undone = [number(each["decided_on"]) for each in one.get("decisions", ()) if _ends(each)]
    code = offence["national_code"]
    child = True if one.get("was_under_18") else None
    if child is None:
        day = _committed(offence, report)
        child = (_child(born, decided) or None) if day is None else _child(born, day)
    return Charge(
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
        return number(began)
    days = {
        each[3] for each in (report[3] if report else ()) if each[0] == offence["national_code"]
    }
    return number(days.pop()) if len(days) == 1 else None


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
    return (conviction.get("source") or {}).get("kind") in ("other State", "Interpol")


def _ends(decision: Any) -> bool:
    return bool(decision.get("deletes"))


def _undone(conviction: Any) -> bool:
    return any(_ends(one) for one in conviction.get("decisions", ()))


def _child(born: Sequence[str], day: int) -> bool | None:
    if not born or any("X" in one for one in born):
        return None
    answers = {end(number(one), 216) >= day for one in born}
    return answers.pop() if len(answers) == 1 else None


def parts(length: str) -> tuple[int, int]:
    """Return an ISO 8601 duration as (months, days)."""
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


def number(day: str) -> int:
    """Return the number of a day, `YYYY-MM-DD`: days since 1 March of the year 0."""
    year, month, date = (int(part) for part in day.split("-"))
    year, month = (year - 1, month + 9) if month < 3 else (year, month - 3)
    leaps = year // 4 - year // 100 + year // 400
    return 365 * year + leaps + (153 * month + 2) // 5 + date - 1


def _day(number: int) -> tuple[int, int, int]:
    """Return the year, month and day for a day number."""
    year = (10_000 * number + 14_780) // 3_652_425
    rest = number - (365 * year + year // 4 - year // 100 + year // 400)
    if rest < 0:
        year -= 1
        rest = number - (365 * year + year // 4 - year // 100 + year // 400)
    month = (100 * rest + 52) // 3_060
    return year + (month + 2) // 12, (month + 2) % 12 + 1, rest - (month * 306 + 5) // 10 + 1


def day_taken(microseconds: int) -> int:
    """Return the day of a capture by the clock of the United Kingdom, as it goes since 1972."""
    hour = microseconds // 3_600_000_000 + 24 * number("1970-01-01")
    year = _day(hour // 24)[0]
    spring = "03-31" if year > 1980 else "03-22"
    autumn = "10-31" if year > 1995 else "10-28" if year > 1989 else "10-29"
    begins, ends = (24 * _sunday(f"{year}-{day}") + 1 for day in (spring, autumn))
    return (hour + (begins <= hour < ends)) // 24


def _sunday(latest: str) -> int:
    """Return the last Sunday up to a day."""
    day = number(latest)
    return day - (day - number("1970-01-04")) % 7


def end(start: int, months: int, days: int = 0) -> int:
    """Return the number of the last day of a period that begins on day `start`."""
    year, month, date = _day(start)
    total = 12 * year + month - 1 + months
    year, month = total // 12, total % 12 + 1
    after = number(f"{year + month // 12}-{month % 12 + 1}-1")
    first = number(f"{year}-{month}-1")
    if date > after - first:
        return after - 1 + days
    return first + date - 1 + days - 1
