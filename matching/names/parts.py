"""Names taken apart: forename, surname, the pieces of a surname, middle names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from domain.people import PersonName
from matching.names.text import match_form, without_honorifics

_PARTICLE_WORDS = """
AL EL BIN BINT IBN BEN VAN VON DER DEN DE DA DI DO DOS DAS DU LA LE MAC MC O ST ABU
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_TOKENS_KEPT = 4


@dataclass(frozen=True, slots=True)
class NameParts:
    """One name in match form; a part that was not given is the empty string."""

    forename: str
    surname: str
    """Particles are joined to the word they belong to: VANDERBERG, OBRIEN, MACDONALD."""
    surname_tokens: tuple[str, ...]
    """The joined words and, where a particle was joined, the bare word too; at most four."""
    middle: str

    @property
    def is_empty(self) -> bool:
        """Whether there is neither forename nor surname to compare."""
        return not (self.forename or self.surname)


NO_NAME = NameParts(forename="", surname="", surname_tokens=(), middle="")


# Few names are many: most people share theirs with somebody.
_form = lru_cache(65_536)(match_form)


def name_parts(name: PersonName) -> NameParts:
    """Return the parts of a name as they are compared."""
    given = without_honorifics([word.replace("-", "") for word in _words(name.forename)])
    forenames = [_form(word).replace(" ", "") for word in given]
    forenames = [word for word in forenames if word]
    surname, tokens = _surname(_form(name.surname).split())
    middle = [*forenames[1:], *match_form(name.middle_names).split()]
    return NameParts(
        forename=forenames[0] if forenames else "",
        surname=surname,
        surname_tokens=tokens,
        middle=" ".join(middle),
    )


def _words(text: str) -> list[str]:
    """Split at spaces and put the words in capitals, so that titles can be recognised."""
    return [word.strip(".,").upper() for word in text.split()]


def _surname(words: list[str]) -> tuple[str, tuple[str, ...]]:
    joined: list[str] = []
    bare: list[str] = []
    held = ""
    for word in words:
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
