"""Codes and the basis of retention of a settled form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.conversion.content import Codes, convicted_on
from domain.conversion.form import CODED, Form, FormField
from domain.conversion.written_dates import complete_day
from domain.errors import InvalidInputError
from domain.sentences import SentenceKind
from rules.historic import COURTS, DISPOSALS, OFFENCES, Situation, historic_table
from rules.retention import Situation as PrintsSituation
from rules.retention import TakenPrints, basis_of, must_be_destroyed

TABLE_OF = {
    FormField.COURT: COURTS,
    FormField.OFFENCE: OFFENCES,
    FormField.DISPOSAL: DISPOSALS,
}
"""The historic table of each coded field."""

ADULT_YEARS = 18


@dataclass(frozen=True, slots=True)
class Retention:
    """Whether a frame is kept, and on which provision."""

    is_kept: bool
    provision: str


def codes_of(form: Form) -> Codes:
    """Return the codes of a form for the day of its conviction; empty where no table has one."""
    on = convicted_on(form)
    if on is None:
        return Codes()
    found = {
        field: historic_table(TABLE_OF[field]).code_of(form.text(field), on) for field in CODED
    }
    return Codes(found[FormField.COURT], found[FormField.OFFENCE], found[FormField.DISPOSAL])


def uncoded(form: Form, codes: Codes) -> tuple[FormField, ...]:
    """Return the fields whose text has no code."""
    return tuple(field for field in CODED if form.text(field) and not codes.of(field))


def check_codes(form: Form, codes: Codes) -> None:
    """Raise InvalidInputError for a code that was not in force on the day of the conviction."""
    on = convicted_on(form)
    for field in CODED:
        code = codes.of(field)
        if code and (on is None or not historic_table(TABLE_OF[field]).is_in_force(code, on)):
            raise InvalidInputError(
                "The code was not valid on the day of the conviction: choose another "
                "code, or keep the text.",
                pointer=f"/{field.value}_code",
            )


def sentence_of(codes: Codes) -> SentenceKind:
    """Return the kind of sentence that the code of a disposal means."""
    return historic_table(DISPOSALS).meaning(codes.disposal).kind


def retention_of(form: Form, codes: Codes, today: date) -> Retention:
    """Return whether a frame may be kept today.

    Not convicted: the longest period that the law gives after a charge, a court's extension
    included, has ended. Unknown facts are kept for a review, never destroyed.
    """
    on = convicted_on(form)
    situation = historic_table(DISPOSALS).meaning(codes.disposal).situation
    basis = basis_of(
        TakenPrints("frame", on or today, _situation(form, situation, on), is_extended=True)
    )
    return Retention(not must_be_destroyed([basis], today), basis.provision)


def _situation(form: Form, situation: Situation, on: date | None) -> PrintsSituation:
    if on is None or situation is Situation.UNKNOWN:
        return PrintsSituation.UNKNOWN
    if situation is Situation.NOT_CONVICTED:
        return PrintsSituation.QUALIFYING_CHARGED
    born = complete_day(form.text(FormField.BORN_ON))
    is_adult = born is not None and (on.year - born.year, on.month, on.day) >= (
        ADULT_YEARS,
        born.month,
        born.day,
    )
    return PrintsSituation.CONVICTED if is_adult else PrintsSituation.UNKNOWN
