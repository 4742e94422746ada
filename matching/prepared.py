"""Details prepared once, so that comparing them is only arithmetic.

Prepared details depend on no model. They are kept with each version of a record, as one text, so
that a search parses none of the names, dates and numbers of its candidates.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import Final, NamedTuple

from domain.people.people import Details, PersonName, Sex
from matching.forms import (
    PostcodeForm,
    cro_keys,
    date_numbers,
    day_number,
    key_of,
    pnc_keys,
    postcode_forms,
)
from matching.names.parts import NO_NAME, NameParts, main_parts, name_parts
from matching.names.text import NameField, NameWord, match_form, sound

KEPT_VERSION: Final = "1"
"""The version of the code that prepares details. A change of any match form, sound, word or layout
needs another one, because details kept under another version are prepared anew."""

_HEAD = Struct("<8q")
_NAME = Struct("<10q")
_DATE = Struct("<2q")
_POSTCODE = Struct("<2q")
_KEY = Struct("<q")
HEAD_WIDTH, NAME_WIDTH, DATE_WIDTH, POSTCODE_WIDTH = (
    form.size // 8 for form in (_HEAD, _NAME, _DATE, _POSTCODE)
)
_FIXED = Struct("<8q 10q 2q 2q q q")
FIXED_WIDTH = _FIXED.size // 8
"""Number of values that every person has: the head, and the first value of each field."""

_Values = tuple[int, ...]
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
        """Return the terms counted in term-frequency tables: of the main name and of homes."""
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
    """One person's details in the form that comparators read.

    It is a tuple, because every search builds columns from thousands of them, and a tuple unpacks
    several times faster than a dataclass.

    `fixed` and `further` are sequences of 8-byte little-endian integers. `fixed`: the head, then
    the first name, date, postcode, PNC key and CRO key, each zero if there is none. `further`: the
    other names, dates, postcodes and keys (see `matching.comparators.columns`).
    """

    fixed: bytes
    further: bytes
    texts: Sequence[str]
    """The place of birth, then the `NAME_TEXTS` of each name, empty if there is no name."""

    @property
    def written(self) -> list[str]:
        """Each name that has words, as `written_words` writes it."""
        return [text for text in self.texts[WORDS::NAME_TEXTS] if text]


NAME_TEXTS = 4
SURNAME, FORENAME, MIDDLE, WORDS = range(1, 1 + NAME_TEXTS)
"""Places of the texts of the first name among the texts of a person."""


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
    """Return the details that can be searched, in match form: no sex, place or nationality."""
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


def prepare_forms(forms: Forms) -> PreparedDetails:
    """Return match forms ready for comparison."""
    names, dates, sex, place, nationality, postcodes, pncs, cros = forms
    values: _Values = tuple(map(len, (names, dates, postcodes, pncs, cros)))
    values += (SEX_CODES[sex], _place_key(place), _place_key(nationality))
    values += _name_values(names[0]) if names else _NO_NAME
    values += (dates[0], day_number(dates[0])) if dates else _NO_DATE
    values += _postcode_values(postcodes[0]) if postcodes else _NO_POSTCODE
    values += (key_of(pncs[0]) if pncs else 0, key_of(cros[0]) if cros else 0)
    texts = [place]
    for name in names or (NO_NAME,):
        texts += (name.surname, name.forename, name.middle, written_words(name.words))
    return PreparedDetails(_FIXED.pack(*values), _further_bytes(forms), texts)


def prepare(details: Details, wanted: Wanted = EVERYTHING) -> PreparedDetails:
    """Return details ready for comparison.

    If not everything is `wanted`, use the result only in comparisons that need no more.
    """
    return prepare_forms(forms_of(details, wanted))


_BETWEEN = "|"
"""Stands between the parts of a kept text. Match forms have letters, digits and spaces only."""


def kept_text(details: Details) -> str:
    """Return prepared details as one text, to be kept with the record."""
    fixed, further, texts = prepare(details)
    values = b2a_base64(fixed + further, newline=False).decode()
    return _BETWEEN.join((KEPT_VERSION, values, *texts))


def read_kept(text: str) -> PreparedDetails | None:
    """Return the prepared details of a kept text, or None if another version made it.

    Raises ValueError for a damaged text.
    """
    version, values, *texts = text.split(_BETWEEN)
    if version != KEPT_VERSION:
        return None
    held = a2b_base64(values)
    if len(held) < _FIXED.size or len(texts) % NAME_TEXTS != 1:
        raise ValueError("The stored personal details are damaged.")
    return PreparedDetails(held[: _FIXED.size], held[_FIXED.size :], texts)


def written_words(words: Iterable[NameWord]) -> str:
    """Return words as one text: each after the number of its field, with spaces between."""
    return " ".join([f"{word.field:d}{word.text}" for word in words])


def read_words(text: str) -> tuple[NameWord, ...]:
    """Return the words of a text from `written_words`."""
    return tuple([NameWord(word[1:], _FIELDS[word[0]]) for word in text.split(" ")])


_FIELDS = {f"{field:d}": field for field in NameField}


def _further_bytes(forms: Forms) -> bytes:
    """Return all values except the first of each field, field by field."""
    names, dates, _, _, _, postcodes, pncs, cros = forms
    if max(map(len, (names, dates, postcodes, pncs, cros))) < 2:
        return b""
    further = [
        *[_NAME.pack(*_name_values(name)) for name in names[1:]],
        *[_DATE.pack(date, day_number(date)) for date in dates[1:]],
        *[_POSTCODE.pack(*_postcode_values(form)) for form in postcodes[1:]],
        *[_KEY.pack(key_of(text)) for text in (*pncs[1:], *cros[1:])],
    ]
    return b"".join(further)


# Many people share few places and countries, so the cache can be small.
_place_key = lru_cache(16_384)(key_of)


def _name_values(name: NameParts) -> _Values:
    forename, surname, tokens, middle, _ = name
    first, first_sound, initial = _forename_values(forename)
    last, last_sound, token_keys = _surname_values(surname, tokens)
    return (first, last, first_sound, last_sound, initial, *token_keys, key_of(middle))


# Few names are unique, so most of them are found in the cache.
@lru_cache(65_536)
def _forename_values(forename: str) -> tuple[int, int, int]:
    """Return the key of a forename, the key of its sound, and its initial."""
    return key_of(forename), key_of(sound(forename)), ord(forename[0]) if forename else 0


@lru_cache(65_536)
def _surname_values(surname: str, tokens: tuple[str, ...]) -> tuple[int, int, tuple[int, ...]]:
    """Return the keys of a surname, of its sound and of its four tokens."""
    keys = [key_of(token) for token in tokens]
    padded = (*keys, *[0] * (TOKEN_SLOTS - len(keys)))
    return key_of(surname), key_of(sound(surname)), padded


def _postcode_values(form: PostcodeForm) -> _Values:
    return key_of(form.whole), key_of(form.outcode)


NOTHING_SAID: Final = forms_of(Details())
"""The forms of details of which nothing can be compared."""
