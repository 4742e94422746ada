"""Names split into forename, surname, the pieces of a surname, and middle names."""

from functools import lru_cache
from typing import NamedTuple

from domain.people.people import PersonName
from matching.names.text import NameWord, match_form, name_words, without_honorifics

_PARTICLE_WORDS = """
AL EL BIN BINT IBN BEN VAN VON DER DEN DE DA DI DO DOS DAS DU LA LE MAC MC O ST ABU
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_TOKENS_KEPT = 4


class NameParts(NamedTuple):
    """One name in match form. A missing part is the empty string.

    It is a tuple, because every search builds one for each name of each candidate.
    """

    forename: str
    surname: str
    """Particles are joined to the word after them: VANDERBERG, OBRIEN, MACDONALD."""
    surname_tokens: tuple[str, ...]
    """The joined words and, where a particle was joined, the word without it too; at most four."""
    middle: str
    words: tuple[NameWord, ...] = ()
    """All words of the name as written, from every field."""

    @property
    def is_empty(self) -> bool:
        """Whether there is neither forename nor surname to compare."""
        return not (self.forename or self.surname)


NO_NAME = NameParts(forename="", surname="", surname_tokens=(), middle="")


def name_parts(name: PersonName) -> NameParts:
    """Return the parts of a name in the form that is compared."""
    forename, further = _given(name.forename)
    surname, tokens = _family(name.surname)
    middle = match_form(name.middle_names) if name.middle_names else ""
    if further:
        middle = " ".join([*further, *middle.split()])
    words = name_words(name.forename, name.surname, name.middle_names)
    return NameParts(forename, surname, tokens, middle, words)


def main_parts(name: PersonName) -> NameParts:
    """Return the parts of a name without middle names, which few searches compare."""
    surname, tokens = _family(name.surname)
    words = name_words(name.forename, name.surname, name.middle_names)
    return NameParts(_given(name.forename)[0], surname, tokens, "", words)


# Few names are unique, so the cache holds most of them.
@lru_cache(65_536)
def _given(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the forename in match form, and the other given names."""
    given = without_honorifics([word.replace("-", "") for word in _words(text)])
    words = [match_form(word).replace(" ", "") for word in given]
    words = [word for word in words if word]
    return (words[0], tuple(words[1:])) if words else ("", ())


def _words(text: str) -> list[str]:
    """Split at spaces and convert to capitals, so that titles can be recognised."""
    return [word.strip(".,").upper() for word in text.split()]


@lru_cache(65_536)
def _family(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the surname in match form, with particles joined, and the tokens of the surname."""
    joined: list[str] = []
    bare: list[str] = []
    held = ""
    for word in match_form(text).split():
        if word in _PARTICLES:
            held += word
            continue
        joined.append(held + word)
        if held:
            bare.append(word)
        held = ""
    if held:
        joined.append(held)
    return " ".join(joined), tuple(dict.fromkeys([*joined, *bare]))[:_TOKENS_KEPT]
