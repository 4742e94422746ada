"""What a court's result means, which doubts it raises, and whether a record can accept it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain

from domain.courts.results import CourtOffence, CourtResult, Doubt, Reason, ResultLine
from domain.errors import InvalidInputError
from domain.people.identifiers import is_dummy_asn, parse_asn, parse_pnc_id
from domain.people.partial_dates import age_on
from rules.courts.pairing import Charge, Offered, Paired, paired
from rules.courts.tables import CourtTables


class LineClass(StrEnum):
    """The effect of a result on its offence."""

    BEFORE_JUDGMENT = "adjourned before judgment"
    JUDGMENT_ADJOURNED = "judged and adjourned"
    AFTER_JUDGMENT = "adjourned after judgment"
    JUDGMENT = "judged"
    SENTENCE = "sentenced after an earlier judgment"
    UNRESULTED = "unresulted"


class Change(StrEnum):
    """The step in the course of an offence that a result makes."""

    JUDGED = "judged"
    """Verdict and disposals of an offence that had no verdict before."""
    SENTENCED = "sentenced later"
    REMANDED = "remanded or adjourned"
    VARIED = "results changed"


ADJOURNING = frozenset(
    {LineClass.BEFORE_JUDGMENT, LineClass.JUDGMENT_ADJOURNED, LineClass.AFTER_JUDGMENT}
)
_JUDGING = frozenset({LineClass.JUDGMENT, LineClass.JUDGMENT_ADJOURNED})

SINE_DIE = "2007"
_REMOVED = "4583"
_UNDATED = frozenset({"4575", "4576", "4577", SINE_DIE})
"""Warrants and adjournments that name no next hearing."""
_REOPENING = frozenset({"MC80524", "MC80527", "MC80528"})
_ADMITS = "7"
_GUILTY = "G"
_SETTLED = frozenset("NAO")
_MOST_OFFENCES = 100
_MOST_RESULTS = 10
_IS_CASE_NUMBER = re.compile(r"[A-Z0-9]{4}[0-9]{7}", re.IGNORECASE | re.ASCII).fullmatch
_IS_CONFIRMED = re.compile(r"\s*Hearing on .{1,200} confirmed\b", re.IGNORECASE).match
_LONGEST = {"Y": 100, "M": 1_200, "W": 5_200, "D": 36_500}
"""No court passes a term that is longer than a life; for life, it says so."""
_SINCE = 1880
"""No offence with a court result in this format is older."""


def class_of(
    tables: CourtTables, offence: CourtOffence, line: ResultLine, heard_on: date
) -> LineClass:
    """Return the effect of a result on its offence, from the verdict, the dates and the code."""
    is_adjourned = line.next_hearing is not None or line.code in tables.adjourning
    if offence.convicted_on is not None:
        if offence.convicted_on < heard_on:
            return LineClass.AFTER_JUDGMENT if is_adjourned else LineClass.SENTENCE
        is_today = offence.convicted_on == heard_on
        judged = LineClass.JUDGMENT_ADJOURNED if is_adjourned else LineClass.JUDGMENT
        return judged if is_today else LineClass.UNRESULTED
    if is_adjourned and not offence.finding:
        return LineClass.BEFORE_JUDGMENT
    is_closed = offence.finding in _SETTLED or line.code[:2] in ("20", "21")
    is_final = is_closed or (offence.plea == _ADMITS and not offence.finding)
    if not is_final or (offence.finding == _GUILTY):
        return LineClass.UNRESULTED
    return LineClass.JUDGMENT_ADJOURNED if is_adjourned else LineClass.JUDGMENT


def entered(tables: CourtTables, offence: CourtOffence) -> tuple[ResultLine, ...]:
    """Return the results of an offence that are entered on a record."""
    return tuple(one for one in offence.lines if _is_entered(tables, one))


def _is_entered(tables: CourtTables, line: ResultLine) -> bool:
    # A code that is in no table is recorded as a doubt elsewhere. It is never dropped.
    return bool(line.code) and line.code not in tables.never_entered and line.code != _REMOVED


def offered(result: CourtResult) -> tuple[Offered, ...]:
    """Return the offences that count. An offence with a removed hearing does not count."""
    return tuple(
        Offered(place, one)
        for place, one in enumerate(result.offences)
        if not any(line.code == _REMOVED for line in one.lines)
    )


def says_nothing(tables: CourtTables, result: CourtResult) -> bool:
    """Whether nothing in a result belongs on the record of any person."""
    counted = [one.offence for one in offered(result)]
    is_reopening = bool(counted) and all(one.code in _REOPENING for one in counted)
    return not counted or is_reopening or all(_is_confirmed(tables, one) for one in counted)


def _is_confirmed(tables: CourtTables, offence: CourtOffence) -> bool:
    """Whether the message says nothing about an offence except that its hearing is confirmed."""
    uncoded = [line for line in offence.lines if line.code in ("", "1000")]
    is_kept = any(_IS_CONFIRMED(line.text) for line in uncoded)
    return is_kept and not entered(tables, offence)


def is_recordable(tables: CourtTables, result: CourtResult) -> bool:
    """Whether any offence that counts is recordable, or is not known to the tables."""
    codes = [one.offence.code for one in offered(result)]
    return any(tables.offence(code) is None or tables.is_recordable(code) for code in codes)


def tasks_of(tables: CourtTables, result: CourtResult) -> tuple[str, ...]:
    """Return the tasks for people besides changing the record; none holds up a result."""
    codes = {line.code for one in result.offences for line in one.lines}
    return tuple(task for task, raised in sorted(tables.tasks.items()) if codes & raised)


def form_doubts(tables: CourtTables, result: CourtResult, today: date) -> tuple[Reason, ...]:
    """Return the doubts about malformed or unknown parts of a result, whoever the person is."""
    found = chain(
        _number_doubts(result),
        _day_doubts(result, today),
        _court_doubts(tables, result),
        _sequence_doubts(result),
        *(_offence_doubts(tables, result, one) for one in offered(result)),
    )
    return tuple(dict.fromkeys(found))


def _number_doubts(result: CourtResult) -> Iterator[Reason]:
    if is_dummy_asn(result.asn) or not result.asn.strip():
        yield Reason(Doubt.ASN_DUMMY, "/asn")
    else:
        try:
            parse_asn(result.asn)
        except InvalidInputError:
            yield Reason(Doubt.ASN_MALFORMED, "/asn")
    if not _IS_CASE_NUMBER(result.case_number):
        yield Reason(Doubt.CASE_NUMBER_MALFORMED, "/case_number")
    said = result.defendant.pnc_id
    if said and result.heard_on is not None:
        try:
            parse_pnc_id(said, reference_date=result.heard_on)
        except InvalidInputError:
            yield Reason(Doubt.PNC_ID_MALFORMED, "/defendant/pnc_id")
    if result.defendant.organisation:
        yield Reason(Doubt.ORGANISATION, "/defendant/organisation")


def _day_doubts(result: CourtResult, today: date) -> Iterator[Reason]:
    if result.heard_on is not None and result.heard_on > today:
        yield Reason(Doubt.DAYS_OUT_OF_ORDER, "/heard_on")


def _court_doubts(tables: CourtTables, result: CourtResult) -> Iterator[Reason]:
    if tables.court(result.court) is None:
        yield Reason(Doubt.COURT_UNKNOWN, "/court")
    for one in offered(result):
        for n, line in enumerate(one.offence.lines):
            code = line.next_hearing.court if line.next_hearing else ""
            if code and tables.court(code) is None:
                at = f"/offences/{one.place}/lines/{n}/next_hearing/court"
                yield Reason(Doubt.COURT_UNKNOWN, at)


def _sequence_doubts(result: CourtResult) -> Iterator[Reason]:
    if len(result.offences) > _MOST_OFFENCES:
        yield Reason(Doubt.TOO_MANY_OFFENCES, "/offences")
    seen: set[int] = set()
    for place, one in enumerate(result.offences):
        at = f"/offences/{place}/sequence"
        if one.sequence is None:
            yield Reason(Doubt.SEQUENCE_MISSING, at)
        elif one.sequence in seen:
            yield Reason(Doubt.SEQUENCE_REPEATED, at)
        else:
            seen.add(one.sequence)


def _offence_doubts(tables: CourtTables, result: CourtResult, one: Offered) -> Iterator[Reason]:
    at, offence = f"/offences/{one.place}", one.offence
    if tables.offence(offence.code) is None:
        yield Reason(Doubt.OFFENCE_UNKNOWN, f"{at}/code")
    if offence.began_on is None and not tables.is_breach(offence.code):
        yield Reason(Doubt.DAY_MALFORMED, f"{at}/began_on")
    if tables.is_recordable(offence.code) and not _is_possible(offence, result):
        yield Reason(Doubt.DAYS_OUT_OF_ORDER, at)
    if len(entered(tables, offence)) > _MOST_RESULTS:
        yield Reason(Doubt.TOO_MANY_RESULTS, f"{at}/lines")
    for n, line in enumerate(offence.lines):
        yield from _line_doubts(tables, (result, offence, line), f"{at}/lines/{n}")


def _is_possible(offence: CourtOffence, result: CourtResult) -> bool:
    """Whether an offence's dates are in a possible order, and within the person's life."""
    heard_on = result.heard_on
    if heard_on is None:
        return True
    began, born = offence.began_on, result.defendant.born_on
    last = offence.ended_on or began
    days = [day for day in (began, last, offence.convicted_on) if day is not None]
    is_in_order = all(day <= heard_on for day in days) and days == sorted(days)
    first = min(days, default=heard_on)
    is_of_age = born is None or age_on(born, first) >= 10
    return is_in_order and first.year >= _SINCE and is_of_age


def _line_doubts(
    tables: CourtTables, told: tuple[CourtResult, CourtOffence, ResultLine], at: str
) -> Iterator[Reason]:
    result, offence, line = told
    yield from _value_doubts(tables, line, at)
    if not _is_entered(tables, line) or result.heard_on is None:
        return
    kind = class_of(tables, offence, line, result.heard_on)
    if kind is LineClass.UNRESULTED:
        yield Reason(Doubt.UNRESULTED, at)
    told_next = line.next_hearing
    if told_next is not None and told_next.on is not None and told_next.on < result.heard_on:
        yield Reason(Doubt.DAYS_OUT_OF_ORDER, f"{at}/next_hearing/on")
    if kind in ADJOURNING and line.code not in _UNDATED:
        if told_next is None or not told_next.court:
            yield Reason(Doubt.NO_NEXT_COURT, f"{at}/next_hearing/court")
        if told_next is None or told_next.on is None:
            yield Reason(Doubt.NO_NEXT_DAY, f"{at}/next_hearing/on")


def _value_doubts(tables: CourtTables, line: ResultLine, at: str) -> Iterator[Reason]:
    if line.code and line.code not in tables.results:
        yield Reason(Doubt.RESULT_UNKNOWN, f"{at}/code")
    if not set(line.qualifiers) <= tables.qualifiers:
        yield Reason(Doubt.QUALIFIER_UNKNOWN, f"{at}/qualifiers")
    for n, term in enumerate(line.terms):
        if term.value > _LONGEST.get(term.unit, term.value):
            yield Reason(Doubt.NUMBER_MALFORMED, f"{at}/terms/{n}")


@dataclass(frozen=True, slots=True)
class Judged:
    """A result assigned to a record: the charge of each offence, and the effect on it."""

    pairs: tuple[tuple[int, Charge], ...] = ()
    added: tuple[int, ...] = ()
    """Places of offences that the court added and that must be entered on the record."""
    changes: tuple[tuple[int, Change], ...] = ()
    """Pairs of the place of an offence and a step in its course."""
    doubts: tuple[Reason, ...] = ()


def judged(tables: CourtTables, result: CourtResult, charges: Sequence[Charge]) -> Judged:
    """Assign the offences of a result to the charges with its ASN. Needs `result.heard_on`."""
    heard_on = result.heard_on
    if heard_on is None:
        return Judged(doubts=(Reason(Doubt.DAY_MALFORMED, "/heard_on"),))
    laid = paired(tables, offered(result), charges, heard_on)
    reader = _Judging(tables, result, heard_on)
    doubts = [*_pointed(laid), *reader.doubts(laid)]
    changes = tuple(reader.changes(laid))
    is_judging = any(change is Change.JUDGED for _, change in changes)
    added = tuple(
        place
        for place in laid.added
        if is_judging and tables.is_recordable(result.offences[place].code)
    )
    changes += tuple((place, one) for place in added for one in reader.changes_of(place, None))
    return Judged(laid.found, added, changes, tuple(dict.fromkeys(doubts)))


def laid_by_hand(
    tables: CourtTables,
    result: CourtResult,
    laid: Sequence[tuple[int, str]],
    charges: Sequence[Charge],
) -> Judged:
    """Return a result as a person assigned it: each offence to a charge, or as added by the court.

    Raises InvalidInputError for an offence or charge that is unknown or assigned twice.
    """
    places = [place for place, _ in laid]
    named = [item for _, item in laid if item]
    known = {str(one.item_id): one for one in charges}
    is_known = all(place < len(result.offences) for place in places) and set(named) <= set(known)
    if not laid or not is_known or result.heard_on is None:
        raise InvalidInputError(
            "Assign at least one offence in the message to a charge on the record.",
            pointer="/laid",
        )
    if len(set(places)) < len(places) or len(set(named)) < len(named):
        raise InvalidInputError("Assign each offence once, to its own charge.", pointer="/laid")
    reader = _Judging(tables, result, result.heard_on)
    pairs = tuple((place, known[item]) for place, item in laid if item)
    changes = tuple((n, step) for n, one in pairs for step in reader.changes_of(n, one))
    return Judged(pairs, tuple(place for place, item in laid if not item), changes)


def _pointed(laid: Paired) -> Iterator[Reason]:
    for doubt, place in laid.doubts:
        yield Reason(doubt, "/offences" if place is None else f"/offences/{place}")


@dataclass(frozen=True, slots=True)
class _Judging:
    """Compares the effects of a result with the charges on the record."""

    tables: CourtTables
    result: CourtResult
    heard_on: date

    def classes(self, place: int) -> set[LineClass]:
        """Return the effects that the results of an offence have."""
        offence = self.result.offences[place]
        lines = entered(self.tables, offence)
        return {class_of(self.tables, offence, line, self.heard_on) for line in lines}

    def doubts(self, laid: Paired) -> Iterator[Reason]:
        by_case: dict[str, set[Change]] = {}
        for place, charge in laid.found:
            at, found = f"/offences/{place}", self.classes(place)
            if not _is_possible(self.result.offences[place], self.result):
                yield Reason(Doubt.DAYS_OUT_OF_ORDER, at)
            if not found:
                yield Reason(Doubt.NOTHING_ENTERED, f"{at}/lines")
            is_settled = not charge.is_open and not charge.is_sine_die
            if is_settled and found & {*_JUDGING, LineClass.BEFORE_JUDGMENT}:
                yield Reason(Doubt.JUDGED_ALREADY, at)
            if found & {LineClass.AFTER_JUDGMENT, LineClass.SENTENCE}:
                yield from self._later_doubts(place, charge, at)
            by_case.setdefault(charge.case, set()).update(self.changes_of(place, charge))
        yield from _mixed(by_case.values())

    def _later_doubts(self, place: int, charge: Charge, at: str) -> Iterator[Reason]:
        """Yield the doubts about a step after a verdict: none, of another day, or sentenced."""
        if charge.is_open:
            yield Reason(Doubt.NEVER_JUDGED, at)
        elif self.result.offences[place].convicted_on != charge.judged_on:
            yield Reason(Doubt.OFFENCES_DIFFER, f"{at}/convicted_on")
        elif LineClass.SENTENCE in self.classes(place) and charge.is_sentenced(self.heard_on):
            yield Reason(Doubt.JUDGED_ALREADY, at)

    def changes(self, laid: Paired) -> Iterator[tuple[int, Change]]:
        """Yield the effect of a result on each charge that was found."""
        for place, charge in laid.found:
            yield from ((place, one) for one in self.changes_of(place, charge))

    def changes_of(self, place: int, charge: Charge | None) -> tuple[Change, ...]:
        """Return the effect of an offence's results on its charge, None if the court added it."""
        found, steps = self.classes(place), []
        if found & _JUDGING:
            is_varied = charge is not None and charge.is_sine_die
            steps.append(Change.VARIED if is_varied else Change.JUDGED)
        if LineClass.SENTENCE in found:
            steps.append(Change.SENTENCED)
        if found & ADJOURNING:
            steps.append(Change.REMANDED)
        return tuple(steps)


def _mixed(cases: Iterable[set[Change]]) -> Iterator[Reason]:
    for found in cases:
        if Change.SENTENCED in found and Change.REMANDED in found:
            yield Reason(Doubt.REMAND_AND_SENTENCE, "/offences")
        if Change.SENTENCED in found and Change.VARIED in found:
            yield Reason(Doubt.CHANGE_AND_SENTENCE, "/offences")
