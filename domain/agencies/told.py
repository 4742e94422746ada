"""The conviction of another country that an officer received, in the form in which States tell."""

import re
from dataclasses import dataclass
from datetime import date

from domain.courts.results import CourtOffence, CourtResult, Doubt, Reason, ResultLine
from domain.errors import InvalidInputError
from domain.exchange.contents import (
    StatedConviction,
    StatedCourt,
    StatedName,
    StatedOffence,
    StatedPerson,
    StatedRestrictions,
    StatedSanction,
)
from domain.exchange.messages import Notification
from domain.people.convictions import SentenceKind
from domain.people.people import PersonName

_IS_REFERENCE = re.compile(r"[0-9A-Za-z._-]{1,64}").fullmatch
_IS_WRITTEN = frozenset("DWMY")
"""The units that durations of sanctions have."""
_YOUNGEST_YEARS = 10
_OWN = "GBR"


@dataclass(frozen=True, slots=True)
class TheirWord:
    """The country that convicted, its version of the conviction, and the limits that it sets."""

    country: str
    version: int
    restrictions: StatedRestrictions


def as_told(result: CourtResult, word: TheirWord) -> Notification:
    """Return a result as the conviction of another country.

    Raises InvalidInputError, with a pointer into the body of a matter, for what no such conviction
    has: our own country or no country, a number or code of ours, or an acquittal.
    """
    _demand_theirs(result, word)
    who, decided_on = result.defendant, result.heard_on
    if decided_on is None:
        raise InvalidInputError("State the day of the decision.", pointer="/heard_on")
    lines = (line for one in result.offences for line in one.lines)
    return Notification(
        StatedPerson(
            _name(who.name),
            (),
            str(who.born_on) if who.born_on else None,
            sex=None if who.sex is None else who.sex.value,
        ),
        StatedConviction(
            result.reference,
            word.version,
            word.country,
            decided_on,
            StatedCourt(result.court, country=word.country),
            tuple(map(_offence, result.offences)),
            tuple(map(_sanction, lines)),
            reference=result.case_number,
            restrictions=word.restrictions,
        ),
    )


def _demand_theirs(result: CourtResult, word: TheirWord) -> None:
    if word.country in ("", _OWN):
        raise InvalidInputError(
            "State the other country that convicted: our own courts send their own results.",
            pointer="/country",
        )
    if _IS_REFERENCE(result.reference) is None:
        raise InvalidInputError(
            "Write the reference in at most 64 letters, digits, dots, hyphens and underscores.",
            pointer="/reference",
        )
    if not result.offences:
        raise InvalidInputError("State at least one offence.", pointer="/offences")
    given: dict[str, object] = {"/asn": result.asn, "/pnc_number": result.defendant.pnc_id}
    for place, offence in enumerate(result.offences):
        given |= {f"/offences/{place}/{name}": value for name, value in _ours(offence).items()}
    for pointer, value in given.items():
        if value:
            raise InvalidInputError(
                "Only our own courts state this: put it into the words of the result.",
                pointer=pointer,
            )


def _ours(offence: CourtOffence) -> dict[str, object]:
    """Return what a foreign conviction cannot have, by its place in the body of an offence."""
    found: dict[str, object] = {
        "plea": offence.plea,
        "finding": offence.finding,
        "convicted_on": offence.convicted_on,
    }
    for number, line in enumerate(offence.lines):
        at = f"results/{number}"
        found |= {f"{at}/code": line.code, f"{at}/pence": line.pence is not None}
        found |= {f"{at}/unit": any(one.unit not in _IS_WRITTEN for one in line.terms)}
    return found


def _name(name: PersonName) -> StatedName:
    forenames = " ".join(part for part in (name.forename, name.middle_names) if part)
    return StatedName(name.surname or None, forenames or None)


def _offence(one: CourtOffence) -> StatedOffence:
    return StatedOffence(
        one.code,
        one.wording or None,
        began_on=str(one.began_on) if one.began_on else None,
        ended_on=str(one.ended_on) if one.ended_on else None,
    )


def _sanction(line: ResultLine) -> StatedSanction:
    """Return a sentence in the court's words: no rule weighs a sentence of another country."""
    length = next((f"P{one.value}{one.unit}" for one in line.terms), None)
    return StatedSanction(SentenceKind.UNSTRUCTURED, duration=length, words=line.text or None)


def told_doubts(told: Notification) -> tuple[Reason, ...]:
    """Return the doubts about a conviction of another country, whoever the person is.

    People decide on each; the doubts say what to look at.
    """
    born, decided_on = told.person.born_on, told.conviction.decided_on
    found = [Reason(Doubt.NOT_A_COURT)]
    if born is None:
        found.append(Reason(Doubt.DAY_MALFORMED, "/person/born_on"))
    elif "X" not in born and _years(date.fromisoformat(born), decided_on) < _YOUNGEST_YEARS:
        found.append(Reason(Doubt.DAYS_OUT_OF_ORDER, "/person/born_on"))
    return tuple(found)


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
