"""Details made ready for comparison once, so that comparing them is arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from domain.people import Details, Sex
from matching.forms import (
    PostcodeForm,
    cro_keys,
    date_numbers,
    day_number,
    pnc_keys,
    postcode_forms,
)
from matching.names.parts import NameParts, name_parts
from matching.names.phonetics import sound
from matching.names.text import match_form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matching.frequencies import Frequencies

_HEAD = Struct("<8q2d")
_NAME = Struct("<10q4d")
_DATE = Struct("<2q")
_POSTCODE = Struct("<2qd")
_KEY = Struct("<q")
HEAD_WIDTH, NAME_WIDTH, DATE_WIDTH, POSTCODE_WIDTH = (
    form.size // 8 for form in (_HEAD, _NAME, _DATE, _POSTCODE)
)
FIXED_WIDTH = HEAD_WIDTH + NAME_WIDTH + DATE_WIDTH + POSTCODE_WIDTH + 2
"""Values every person has: the head and the first of each field."""

TOKEN_SLOTS = 4
SEX_CODES = {None: 0, Sex.MALE: 1, Sex.FEMALE: 2}


@dataclass(frozen=True, slots=True)
class Forms:
    """Details in match form, before any model has been asked about them."""

    names: tuple[NameParts, ...]
    dates: tuple[int, ...]
    sex: Sex | None
    place: str
    nationality: str
    postcodes: tuple[PostcodeForm, ...]
    pnc_keys: tuple[str, ...]
    cro_keys: tuple[str, ...]

    def main_terms(self) -> dict[str, tuple[str, ...]]:
        """Return the terms counted in term-frequency tables: those of the main name and homes."""
        main = self.names[:1]
        terms = {
            "forename": tuple(name.forename for name in main),
            "surname": tuple(name.surname for name in main),
            "middle": tuple(name.middle for name in main),
            "place": (self.place,),
            "nationality": (self.nationality,),
            "postcode": tuple(form.whole for form in self.postcodes),
        }
        return {name: tuple(filter(None, found)) for name, found in terms.items()}


class PreparedDetails(NamedTuple):
    """One person's details in the form that comparators read; belongs to one model.

    A tuple, because columns are made of thousands of them for every search, and a tuple comes
    apart several times faster than a dataclass.

    `fixed` and `further` are runs of 8-byte little-endian values. `fixed`: the head, then the
    first name, date, postcode, PNC and CRO key, each zero where there is none. `further`: the
    other names, dates, postcodes and keys (see `matching.comparators.columns`).
    """

    forms: Forms
    fixed: bytes
    further: bytes
    surname: str
    """Of the first name; `middle` likewise."""
    middle: str
    place: str
    further_surnames: tuple[str, ...]
    """Of the other names; `further_middles` likewise."""
    further_middles: tuple[str, ...]


def forms_of(details: Details) -> Forms:
    """Return details in match form; values that cannot be compared are left out."""
    names = (name_parts(name) for name in details.names)
    return Forms(
        names=tuple(dict.fromkeys(name for name in names if not name.is_empty)),
        dates=date_numbers(details.dates_of_birth),
        sex=details.sex,
        place=match_form(details.place_of_birth),
        nationality=match_form(details.nationality),
        postcodes=postcode_forms(details.addresses),
        pnc_keys=pnc_keys(details.pnc_ids),
        cro_keys=cro_keys(details.cro_numbers),
    )


def searched_forms_of(details: Details) -> Forms:
    """Return what people are found by, in match form: all but sex, place and nationality."""
    names = (name_parts(name) for name in details.names)
    return Forms(
        names=tuple(dict.fromkeys(name for name in names if not name.is_empty)),
        dates=date_numbers(details.dates_of_birth),
        sex=None,
        place="",
        nationality="",
        postcodes=postcode_forms(details.addresses),
        pnc_keys=pnc_keys(details.pnc_ids),
        cro_keys=cro_keys(details.cro_numbers),
    )


def merged(details: Iterable[Details]) -> Details:
    """Return one Details that holds what several say, so that nothing is counted twice."""
    held = tuple(details)
    if len(held) == 1:
        return held[0]
    return Details(
        names=tuple(dict.fromkeys(chain.from_iterable(d.names for d in held))),
        dates_of_birth=tuple(dict.fromkeys(chain.from_iterable(d.dates_of_birth for d in held))),
        sex=next((d.sex for d in held if d.sex), None),
        place_of_birth=next((d.place_of_birth for d in held if d.place_of_birth), ""),
        nationality=next((d.nationality for d in held if d.nationality), ""),
        addresses=tuple(dict.fromkeys(chain.from_iterable(d.addresses for d in held))),
        pnc_ids=tuple(dict.fromkeys(chain.from_iterable(d.pnc_ids for d in held))),
        cro_numbers=tuple(dict.fromkeys(chain.from_iterable(d.cro_numbers for d in held))),
    )


def key_of(text: str) -> int:
    """Return the 64-bit key under which a text is compared in this process; 0 for no text.

    Keys are SipHash values: two texts share one with probability 2^-64, and they differ between
    processes, so they are never stored.
    """
    return hash(text) if text else 0


def prepare_forms(forms: Forms, frequencies: Frequencies) -> PreparedDetails:
    """Return match forms ready for comparison under the term frequencies of one model."""
    fields = (
        [_name_bytes(name, frequencies) for name in forms.names] or [bytes(_NAME.size)],
        [_DATE.pack(date, day_number(date)) for date in forms.dates] or [bytes(_DATE.size)],
        [_postcode_bytes(one, frequencies) for one in forms.postcodes] or [bytes(_POSTCODE.size)],
        [_KEY.pack(key_of(text)) for text in forms.pnc_keys] or [bytes(_KEY.size)],
        [_KEY.pack(key_of(text)) for text in forms.cro_keys] or [bytes(_KEY.size)],
    )
    return PreparedDetails(
        forms=forms,
        fixed=b"".join([_head_bytes(forms, frequencies), *(field[0] for field in fields)]),
        further=b"".join(chain.from_iterable(field[1:] for field in fields)),
        surname=forms.names[0].surname if forms.names else "",
        middle=forms.names[0].middle if forms.names else "",
        place=forms.place,
        further_surnames=tuple([name.surname for name in forms.names[1:]]),
        further_middles=tuple([name.middle for name in forms.names[1:]]),
    )


def prepare(details: Details, frequencies: Frequencies) -> PreparedDetails:
    """Return details ready for comparison under the term frequencies of one model."""
    return prepare_forms(forms_of(details), frequencies)


def _head_bytes(forms: Forms, frequencies: Frequencies) -> bytes:
    return _HEAD.pack(
        len(forms.names),
        len(forms.dates),
        len(forms.postcodes),
        len(forms.pnc_keys),
        len(forms.cro_keys),
        SEX_CODES[forms.sex],
        key_of(forms.place),
        key_of(forms.nationality),
        frequencies.of("place", forms.place),
        frequencies.of("nationality", forms.nationality),
    )


def _name_bytes(name: NameParts, frequencies: Frequencies) -> bytes:
    tokens = [key_of(token) for token in name.surname_tokens]
    return _NAME.pack(
        key_of(name.forename),
        key_of(name.surname),
        key_of(sound(name.forename)),
        key_of(sound(name.surname)),
        ord(name.forename[0]) if name.forename else 0,
        *tokens,
        *[0] * (TOKEN_SLOTS - len(tokens)),
        key_of(name.middle),
        frequencies.of_name(name.forename, name.surname),
        frequencies.of("surname", name.surname),
        frequencies.of("forename", name.forename),
        frequencies.of("middle", name.middle),
    )


def _postcode_bytes(form: PostcodeForm, frequencies: Frequencies) -> bytes:
    return _POSTCODE.pack(
        key_of(form.whole), key_of(form.outcode), frequencies.of("postcode", form.whole)
    )
