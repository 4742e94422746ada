"""Finds the charge on record for each offence of a court's result, by code and dates.

The order follows the national system. Cases in which all charges are open come first, larger cases
before smaller ones. Agreement about an earlier verdict comes before exact dates. The numbers that
courts give to offences never decide. Offences with equal results may be exchanged. With different
results, offences that fit the same charges cannot be told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.courts.results import CourtOffence, Doubt, ResultLine
from domain.people.convictions import Nature, Sanction
from domain.people.items import ItemId
from rules.courts.tables import CourtTables

_MOST_CASES = 20
"""If more cases than this have the same number, a person must decide."""


@dataclass(frozen=True, slots=True)
class Charge:
    """An offence of an arrest report, in the form compared with a court's offence."""

    item_id: ItemId
    case: ItemId
    """The id of the arrest report."""
    code: str
    began_on: date
    ended_on: date | None = None
    judged_on: date | None = None
    """The day of the verdict; None if there is no verdict."""
    is_sine_die: bool = False
    """Whether it was adjourned without a date. It may then be judged as if it were open."""
    is_penalty: bool = False
    conviction: ItemId | None = None
    """The id of the conviction for it; None if there is none."""
    passed: tuple[Sanction, ...] = ()
    """The sentences and orders of that conviction."""

    @property
    def is_open(self) -> bool:
        """Whether there is no verdict."""
        return self.judged_on is None

    def is_sentenced(self, on: date) -> bool:
        """Whether a sentence was passed already, or an order on this day or later."""
        return any(
            one.nature is Nature.PRINCIPAL or (one.starts_on is not None and one.starts_on >= on)
            for one in self.passed
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """An offence of the message, with its place in the message."""

    place: int
    offence: CourtOffence


@dataclass(frozen=True, slots=True)
class Paired:
    """The charges that were found, or why none was found."""

    found: tuple[tuple[int, Charge], ...] = ()
    """Pairs of the place of an offence and its charge."""
    added: tuple[int, ...] = ()
    """Places of offences that correspond to no charge: the court added them."""
    doubts: tuple[tuple[Doubt, int | None], ...] = ()
    """Doubts, each with the place of an offence, or None if it concerns no single offence."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """The result of assigning offences to the charges of a case."""

    found: tuple[tuple[int, Charge], ...] = ()
    clashing: tuple[int, ...] = ()
    """Places of offences that could not be told apart."""
    is_whole: bool = False
    """Whether each open charge of the case has its result."""


def paired(
    tables: CourtTables, offered: Sequence[Offered], charges: Sequence[Charge], heard_on: date
) -> Paired:
    """Return the charge of each offence. `charges`: those with the ASN of the message."""
    laying = _Laying(tables, heard_on)
    left, result, is_clashing = list(offered), Paired(), False
    cases = _in_order(charges)
    if len(cases) > _MOST_CASES:
        return Paired(doubts=((Doubt.WHICH_CASE, None),))
    for number, case in enumerate(cases):
        tried = laying.lay(left, case)
        is_clashing = is_clashing or bool(tried.clashing)
        if tried.clashing:
            result = _doubting(result, Doubt.WHICH_CHARGE, tried.clashing)
            continue
        if not (tried.is_whole and tried.found):
            continue
        rivals = cases[number + 1 :]
        result = _joined(result, tried, laying.rivals(left, tried, case, rivals))
        taken = {place for place, _ in tried.found}
        left = [one for one in left if one.place not in taken]
    if not result.found and not result.doubts:
        return Paired(doubts=((Doubt.OFFENCES_DIFFER, None),))
    return _with_rest(laying, result, left, cases)


def _joined(result: Paired, tried: _Tried, rivals: tuple[Doubt, ...]) -> Paired:
    doubts = tuple((doubt, None) for doubt in rivals)
    return replace(result, found=result.found + tried.found, doubts=result.doubts + doubts)


def _doubting(result: Paired, doubt: Doubt, places: Iterable[int]) -> Paired:
    return replace(result, doubts=result.doubts + tuple((doubt, place) for place in places))


def _with_rest(
    laying: _Laying, result: Paired, left: Sequence[Offered], cases: Sequence[Sequence[Charge]]
) -> Paired:
    """Return the result with the other offences: added, or of an incomplete case."""
    taken = {charge.item_id for _, charge in result.found}
    open_still = [
        one for case in cases for one in case if one.is_open and one.item_id not in taken
    ]
    partly = [o.place for o in left if any(laying.fits(o.offence, one) for one in open_still)]
    if partly and not result.doubts:
        result = _doubting(result, Doubt.OFFENCES_DIFFER, partly)
    is_penalty = any(charge.is_penalty for _, charge in result.found)
    kinds = {charge.is_penalty for _, charge in result.found}
    if len(kinds) > 1:
        result = _doubting(result, Doubt.PENALTY_OR_COURT, (place for place, _ in result.found))
    if is_penalty and left:
        result = _doubting(result, Doubt.ADDED_TO_PENALTY, (one.place for one in left))
    return replace(result, added=tuple(one.place for one in left))


def _in_order(charges: Sequence[Charge]) -> list[list[Charge]]:
    """Return the cases: with only open charges first, with none last, larger before smaller."""
    cases: dict[ItemId, list[Charge]] = {}
    for charge in charges:
        cases.setdefault(charge.case, []).append(charge)
    return sorted(cases.values(), key=_rank)


def _rank(case: Sequence[Charge]) -> tuple[int, int]:
    count = sum(one.is_open for one in case)
    standing = 0 if count == len(case) else 1 if count else 2
    return standing, -len(case)


@dataclass(frozen=True, slots=True)
class _Laying:
    """Assigns the offences of a message to the charges of a case."""

    tables: CourtTables
    heard_on: date

    def fits(self, offence: CourtOffence, charge: Charge) -> bool:
        """Whether an offence may be a charge's: same code, and dates within its period."""
        return offence.code == charge.code and (
            self.tables.is_breach(offence.code)
            or _is_exact(offence, charge)
            or _is_within(offence, charge)
        )

    def lay(self, offered: Sequence[Offered], case: Sequence[Charge]) -> _Tried:
        """Return the offences assigned to the charges of a case, best agreement first."""
        left, open_charges = list(offered), list(case)
        found: list[tuple[int, Charge]] = []
        clashing: list[int] = []
        for is_fit in (self._is_best, self._agrees, self._is_exact, self.fits):
            edges = [(o, c) for c in open_charges for o in left if is_fit(o.offence, c)]
            for part in _parts(edges):
                laid = _laid(part)
                if laid is None:
                    clashing += sorted({one.place for one, _ in part})
                    laid = ()
                found += laid
                places = {place for place, _ in laid} | set(clashing)
                taken = {charge.item_id for _, charge in laid}
                left = [one for one in left if one.place not in places]
                open_charges = [one for one in open_charges if one.item_id not in taken]
        missing = [one for one in open_charges if one.is_open]
        return _Tried(tuple(found), tuple(clashing), is_whole=not missing)

    def rivals(
        self,
        offered: Sequence[Offered],
        tried: _Tried,
        case: Sequence[Charge],
        others: Sequence[Sequence[Charge]],
    ) -> tuple[Doubt, ...]:
        """Return a doubt if another case of the same rank could take the same offences."""
        taken = {place for place, _ in tried.found}
        rest = [one for one in offered if one.place not in taken]
        for other in others:
            if _rank(other) != _rank(case):
                continue
            again = self.lay(offered, other)
            if again.is_whole and again.found and not self.lay(rest, other).is_whole:
                is_mixed = other[0].is_penalty != case[0].is_penalty
                return (Doubt.PENALTY_OR_COURT if is_mixed else Doubt.WHICH_CASE,)
        return ()

    def _is_best(self, offence: CourtOffence, charge: Charge) -> bool:
        return self._agrees(offence, charge) and self._is_exact(offence, charge)

    def _agrees(self, offence: CourtOffence, charge: Charge) -> bool:
        """Whether offence and charge agree about an earlier verdict."""
        on = offence.convicted_on
        earlier = on if on is not None and on < self.heard_on else None
        return self.fits(offence, charge) and earlier == charge.judged_on

    def _is_exact(self, offence: CourtOffence, charge: Charge) -> bool:
        return self.fits(offence, charge) and _is_exact(offence, charge)


def _is_exact(offence: CourtOffence, charge: Charge) -> bool:
    ends = (charge.ended_on or charge.began_on, offence.ended_on or offence.began_on)
    return offence.began_on == charge.began_on and ends[0] == ends[1]


def _is_within(offence: CourtOffence, charge: Charge) -> bool:
    began = offence.began_on
    last = charge.ended_on or charge.began_on
    if began is None or not charge.began_on <= began <= last:
        return False
    if offence.ended_on is not None:
        return offence.ended_on <= last
    # Without an end, only "on" and "on or about" name a day within the period.
    return offence.date_code in ("1", "5")


_Edges = Sequence[tuple[Offered, Charge]]


def _parts(edges: _Edges) -> list[list[tuple[Offered, Charge]]]:
    """Return the edges in connected groups."""
    part_of: dict[object, list[tuple[Offered, Charge]]] = {}
    for edge in edges:
        ends = (edge[0].place, edge[1].item_id)
        one, other = (part_of.get(end) for end in ends)
        parts = [each for each in (one, other) if each is not None]
        parts.sort(key=len)
        part = parts[-1] if parts else []
        joining = [edge]
        if len(parts) == 2 and one is not other:
            joining += parts[0]
        part += joining
        for offered, charge in joining:
            part_of[offered.place] = part_of[charge.item_id] = part
    return list({id(part): part for part in part_of.values()}.values())


def _laid(edges: _Edges) -> tuple[tuple[int, Charge], ...] | None:
    """Return connected offences with their charges; None if several assignments are possible."""
    results = {one.place: _result_of(one.offence) for one, _ in edges}
    charges = {charge.item_id: charge for _, charge in edges}
    if len(edges) == len(results) * len(charges):
        # Every offence fits every charge.
        is_equal = len(set(results.values())) == 1
        return tuple(zip(results, charges.values(), strict=False)) if is_equal else None
    left, found = list(edges), []
    while left:
        taken = _sole(left)
        if taken is None:
            if len({results[one.place] for one, _ in left}) > 1:
                return None
            taken = left[0]
        place, charge = taken[0].place, taken[1]
        found.append((place, charge))
        left = [
            (one, other)
            for one, other in left
            if one.place != place and other.item_id != charge.item_id
        ]
    return tuple(found)


def _sole(edges: _Edges) -> tuple[Offered, Charge] | None:
    """Return the edge of a charge that only one offence fits, or None."""
    counts = Counter(charge.item_id for _, charge in edges)
    return next((edge for edge in edges if counts[edge[1].item_id] == 1), None)


# For these results the text states the order: results with different texts are different orders.
_SAID_IN_WORDS = frozenset({"1100", "3025", "3041", "3047", "3106", "1507"})


def _result_of(offence: CourtOffence) -> tuple[object, ...]:
    """Return the values that must be equal if two offences are to be exchangeable."""
    lines = tuple(map(_line_of, offence.lines))
    return offence.plea, offence.finding, offence.convicted_on, lines


def _line_of(line: ResultLine) -> ResultLine:
    return line if line.code in _SAID_IN_WORDS else replace(line, text="")
