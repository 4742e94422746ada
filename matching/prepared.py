"""Details prepared once, so that comparing them is only arithmetic."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from domain.people.people import Details, PersonName, Sex
from matching.forms import (
    PostcodeForm,
    cro_keys,
    date_numbers,
    day_number,
    pnc_keys,
    postcode_forms,
)
from matching.names.parts import NO_NAME, NameParts, main_parts, name_parts
from matching.names.text import match_form, sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matching.frequencies import Frequencies

_HEAD = Struct("<8q2d")
_NAME = Struct("<10q4d")
_DATE = Struct("<2q")
_POSTCODE = Struct("<2qd")
_KEY = Struct("<q")
HEAD_WIDTH, NAME_WIDTH, DATE_WIDTH, POSTCODE_WIDTH = (
    form.size // 8 for form in (_HEAD, _NAME, _DATE, _POSTCODE)
)
_FIXED = Struct("<8q2d 10q4d 2q 2qd q q")
FIXED_WIDTH = _FIXED.size // 8
"""Number of values that every person has: the head, and the first value of each field."""

_Values = tuple[float, ...]
_NO_NAME, _NO_DATE, _NO_POSTCODE = (
    (0,) * width for width in (NAME_WIDTH, DATE_WIDTH, POSTCODE_WIDTH)
)

TOKEN_SLOTS = 4
SEX_CODES = {None: 0, Sex.MALE: 1, Sex.FEMALE: 2}


class Wanted(NamedTuple):
    """Which details on record are needed to compare people with one person's statement.

    A comparison needs both sides, so details on record without a stated counterpart are not
    parsed. Only details that take time to parse are listed here.
    """

    middles: bool = True
    postcodes: bool = True
    pnc_ids: bool = True
    cro_numbers: bool = True


EVERYTHING = Wanted()


class Forms(NamedTuple):
    """Details in match form. They do not depend on a model."""

    names: tuple[NameParts, ...]
    dates: tuple[int, ...]
    sex: Sex | None
    place: str
    nationality: str
    postcodes: tuple[PostcodeForm, ...]
    pnc_keys: tuple[str, ...]
    cro_keys: tuple[str, ...]

    def main_terms(self) -> dict[str, tuple[str, ...]]:
        """Return the terms that are counted in term-frequency tables: those of the main name and
        of homes.
        """
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
    """One person's details in the form that comparators read, for one model.

    It is a tuple, because every search builds columns from thousands of them, and a tuple unpacks
    several times faster than a dataclass.

    `fixed` and `further` are sequences of 8-byte little-endian values. `fixed`: the head, then the
    first name, date, postcode, PNC key and CRO key, each zero if there is none. `further`: the
    other names, dates, postcodes and keys (see `matching.comparators.columns`).
    """

    forms: Forms
    fixed: bytes
    further: bytes
    surname: str
    """Surname of the first name. `middle` has the middle names of the same name."""
    middle: str
    place: str
    further_surnames: tuple[str, ...]
    """Surnames of the other names. `further_middles` has their middle names."""
    further_middles: tuple[str, ...]


def forms_of(details: Details, wanted: Wanted = EVERYTHING) -> Forms:
    """Return details in match form. Values that cannot be compared are left out.

    Details that are not `wanted` may be left out too.
    """
    # Positional arguments are faster: every search makes one for each candidate.
    return Forms(
        _names_of(details.names, wanted),
        date_numbers(details.dates_of_birth),
        details.sex,
        _place_form(details.place_of_birth),
        _place_form(details.nationalities[0].country if details.nationalities else ""),
        postcode_forms(details.addresses) if wanted.postcodes else (),
        pnc_keys(details.pnc_ids) if wanted.pnc_ids else (),
        cro_keys(details.cro_numbers) if wanted.cro_numbers else (),
    )


# Many people share few places and countries, so the cache can be small.
_place_form = lru_cache(16_384)(match_form)


def wanted_by(said: Forms) -> Wanted:
    """Return which details on record can be compared with one person's statement."""
    return Wanted(
        middles=any(name.middle for name in said.names),
        postcodes=bool(said.postcodes),
        pnc_ids=bool(said.pnc_keys),
        cro_numbers=bool(said.cro_keys),
    )


def _names_of(names: Sequence[PersonName], wanted: Wanted) -> tuple[NameParts, ...]:
    if len(names) == 1:
        (name,) = names
        part = name_parts(name) if wanted.middles else main_parts(name)
        return (part,) if part.forename or part.surname else ()
    # Two names that differ only in their middle names count as two.
    parts = [name_parts(name) for name in names]
    return tuple(dict.fromkeys([part for part in parts if not part.is_empty]))


def searched_forms_of(details: Details) -> Forms:
    """Return the details that can be searched, in match form: all except sex, place and
    nationality.
    """
    return Forms(
        names=_names_of(details.names, EVERYTHING),
        dates=date_numbers(details.dates_of_birth),
        sex=None,
        place="",
        nationality="",
        postcodes=postcode_forms(details.addresses),
        pnc_keys=pnc_keys(details.pnc_ids),
        cro_keys=cro_keys(details.cro_numbers),
    )


def merged(details: Iterable[Details]) -> Details:
    """Return one `Details` with all distinct values of several, each value once."""
    held = tuple(details)
    if len(held) == 1:
        return held[0]
    return Details(
        names=tuple(dict.fromkeys(chain.from_iterable(d.names for d in held))),
        dates_of_birth=tuple(dict.fromkeys(chain.from_iterable(d.dates_of_birth for d in held))),
        sex=next((d.sex for d in held if d.sex), None),
        place_of_birth=next((d.place_of_birth for d in held if d.place_of_birth), ""),
        nationalities=next((d.nationalities for d in held if d.nationalities), ()),
        addresses=tuple(dict.fromkeys(chain.from_iterable(d.addresses for d in held))),
        pnc_ids=tuple(dict.fromkeys(chain.from_iterable(d.pnc_ids for d in held))),
        cro_numbers=tuple(dict.fromkeys(chain.from_iterable(d.cro_numbers for d in held))),
    )


key_of: Callable[[str], int] = hash
"""Returns the 64-bit key by which a text is compared in this process; 0 for the empty text.

Keys are SipHash values. Two texts have the same key with probability 2^-64. Keys differ between
processes, so they are never stored. Python hashes the empty text to 0.
"""


def prepare_forms(forms: Forms, frequencies: Frequencies) -> PreparedDetails:
    """Return match forms ready for comparison, with the term frequencies of one model."""
    names, dates, _, place, _, postcodes, pncs, cros = forms
    main, others = (names[0], names[1:]) if names else (NO_NAME, ())
    values = _head_values(forms, frequencies)
    values += _name_values(main, frequencies) if names else _NO_NAME
    values += (dates[0], day_number(dates[0])) if dates else _NO_DATE
    values += _postcode_values(postcodes[0], frequencies) if postcodes else _NO_POSTCODE
    values += (key_of(pncs[0]) if pncs else 0, key_of(cros[0]) if cros else 0)
    return PreparedDetails(
        forms,
        _FIXED.pack(*values),
        _further_bytes(forms, frequencies),
        main.surname,
        main.middle,
        place,
        tuple([name.surname for name in others]) if others else (),
        tuple([name.middle for name in others]) if others else (),
    )


def prepare(
    details: Details, frequencies: Frequencies, wanted: Wanted = EVERYTHING
) -> PreparedDetails:
    """Return details ready for comparison, with the term frequencies of one model.

    If not everything is `wanted`, use the result only in comparisons that need no more.
    """
    return prepare_forms(forms_of(details, wanted), frequencies)


def _further_bytes(forms: Forms, frequencies: Frequencies) -> bytes:
    """Return all values except the first of each field, field by field."""
    names, dates, _, _, _, postcodes, pncs, cros = forms
    if max(map(len, (names, dates, postcodes, pncs, cros))) < 2:
        return b""
    further = [
        *[_NAME.pack(*_name_values(name, frequencies)) for name in names[1:]],
        *[_DATE.pack(date, day_number(date)) for date in dates[1:]],
        *[_POSTCODE.pack(*_postcode_values(form, frequencies)) for form in postcodes[1:]],
        *[_KEY.pack(key_of(text)) for text in (*pncs[1:], *cros[1:])],
    ]
    return b"".join(further)


def _head_values(forms: Forms, frequencies: Frequencies) -> _Values:
    names, dates, sex, place, nationality, postcodes, pncs, cros = forms
    return (
        len(names),
        len(dates),
        len(postcodes),
        len(pncs),
        len(cros),
        SEX_CODES[sex],
        key_of(place),
        key_of(nationality),
        frequencies.of("place", place),
        frequencies.of("nationality", nationality),
    )


def _name_values(name: NameParts, frequencies: Frequencies) -> _Values:
    forename, surname, tokens, middle, _ = name
    first, first_sound, initial, forename_share = _forename_values(forename, frequencies)
    last, last_sound, token_keys, surname_share = _surname_values(surname, tokens, frequencies)
    return (
        first,
        last,
        first_sound,
        last_sound,
        initial,
        *token_keys,
        key_of(middle),
        frequencies.together(forename_share, surname_share),
        surname_share,
        forename_share,
        frequencies.of("middle", middle),
    )


# Few names are unique, so most of them are found in the cache.
@lru_cache(65_536)
def _forename_values(forename: str, frequencies: Frequencies) -> tuple[int, int, int, float]:
    """Return the key of a forename, the key of its sound, its initial and its frequency."""
    return (
        key_of(forename),
        key_of(sound(forename)),
        ord(forename[0]) if forename else 0,
        frequencies.of("forename", forename),
    )


@lru_cache(65_536)
def _surname_values(
    surname: str, tokens: tuple[str, ...], frequencies: Frequencies
) -> tuple[int, int, tuple[int, ...], float]:
    """Return the keys of a surname, of its sound and of its four tokens, and its frequency."""
    keys = [key_of(token) for token in tokens]
    return (
        key_of(surname),
        key_of(sound(surname)),
        (*keys, *[0] * (TOKEN_SLOTS - len(keys))),
        frequencies.of("surname", surname),
    )


def _postcode_values(form: PostcodeForm, frequencies: Frequencies) -> _Values:
    whole, outcode = form
    return key_of(whole), key_of(outcode), frequencies.of("postcode", whole)
