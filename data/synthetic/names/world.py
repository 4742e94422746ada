"""Names of people of several origins, each as on record and as given later.

The two forms differ in the ways that names differ when speakers of another language write them
down: romanisation scheme, order and field, omissions, and mistakes. They are used only to evaluate
names enquiries. The population of the generator has its own origins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from anyascii import anyascii

from data.synthetic.names.tables import nicknames, spellings, weighted_names, written
from domain.people.people import PersonName

Rng = np.random.Generator
Spell = Callable[[str, Rng], str]


HELD_OUT = frozenset(
    {"Vietnamese", "Tamil", "Russian and Ukrainian", "Indian", "Turkish", "Spanish", "Romanian",
     "Korean", "Greek"}
)  # fmt: skip
"""Origins on whose names here no model is fitted. The population has its own lists for some."""


@dataclass(frozen=True, slots=True)
class NamePair:
    """A name on record, and the same name as given later."""

    held: PersonName
    said: PersonName


@dataclass(frozen=True, slots=True)
class WorldOrigin:
    """One origin: its names, how names are built, and how they are spelled on another occasion.

    `male`, `female`, `surnames`: the most common names first. `build` makes a full name from these
    lists. `spell` writes a word in another scheme; `respelled` is the probability of this for each
    word.
    """

    name: str
    male: Sequence[str]
    female: Sequence[str]
    surnames: Sequence[str]
    build: Callable[[Sequence[str], Sequence[str], Rng], PersonName]
    spell: Spell
    respelled: float
    swapped: float = 0.02


def draw_pair(origin: WorldOrigin, rng: Rng) -> NamePair:
    """Return the name of one person, as on record and as given later."""
    given = origin.male if rng.random() < 0.75 else origin.female
    true = origin.build(given, origin.surnames, rng)
    held = _written(origin, true, rng, 0.25)
    return NamePair(held=held, said=_given(origin, _written(origin, true, rng, 1.0), rng))


def _pick(names: Sequence[str], rng: Rng) -> str:
    """Return a name drawn by rank, with weight 1 / (rank + 8)."""
    weights = 1.0 / (np.arange(len(names)) + 8.0)
    return names[int(rng.choice(len(names), p=weights / weights.sum()))]


def _written(origin: WorldOrigin, name: PersonName, rng: Rng, share: float) -> PersonName:
    def spelled(text: str) -> str:
        words = [
            origin.spell(word, rng) if rng.random() < origin.respelled * share else _plain(word)
            for word in text.split()
        ]
        return " ".join(words)

    return PersonName(spelled(name.forename), spelled(name.surname), spelled(name.middle_names))


def _plain(word: str) -> str:
    return anyascii(word.partition("/")[0])


def _given(origin: WorldOrigin, name: PersonName, rng: Rng) -> PersonName:
    """Return a name with the mistakes of one booking."""
    forename, surname, middle = name.forename, name.surname, name.middle_names
    if rng.random() < 0.3:
        middle = ""
    if " " in forename and rng.random() < 0.2:
        forename = forename.replace(" ", "" if rng.random() < 0.7 else "-")
    if " " in surname and rng.random() < 0.35:
        surname = surname.rpartition(" ")[0] if rng.random() < 0.7 else surname.replace(" ", "-")
    if rng.random() < origin.swapped:
        forename, surname = surname, forename
    if rng.random() < 0.04:
        forename = _slip(forename, rng)
    if rng.random() < 0.05:
        surname = _slip(surname, rng)
    return PersonName(forename, surname, middle)


def _slip(text: str, rng: Rng) -> str:
    """Return the text with one letter lost, doubled or replaced, or with two letters swapped."""
    if len(text) < 4:
        return text
    at = int(rng.integers(1, len(text) - 1))
    other = "aeioustnrl"[int(rng.integers(10))]
    kinds = (
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + other + text[at + 1 :],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    )
    return kinds[int(rng.integers(4))]


# Ways to build a name ------------------------------------------------------------------------


def _western(given: Sequence[str], surnames: Sequence[str], rng: Rng) -> PersonName:
    middle = _pick(given, rng) if rng.random() < 0.4 else ""
    return PersonName(_pick(given, rng), _pick(surnames, rng), middle)


def _two_words(given: Sequence[str], surnames: Sequence[str], rng: Rng) -> PersonName:
    return PersonName(_pick(given, rng), _pick(surnames, rng))


def _double_surname(given: Sequence[str], surnames: Sequence[str], rng: Rng) -> PersonName:
    both = f"{_pick(surnames, rng)} {_pick(surnames, rng)}"
    return PersonName(_pick(given, rng), both, _pick(given, rng) if rng.random() < 0.4 else "")


def _mononym(given: Sequence[str], surnames: Sequence[str], rng: Rng) -> PersonName:
    """A single name, in either field; or with the father's name, in full or as an initial."""
    own, chance = _pick(given, rng), rng.random()
    if chance < 0.45:
        return PersonName("", own) if rng.random() < 0.5 else PersonName(own, "")
    father = _pick(surnames, rng)
    return PersonName(own, father) if chance < 0.85 else PersonName(father[:1], own)


def _two_syllables(given: Sequence[str], surnames: Sequence[str], rng: Rng) -> PersonName:
    first, second = _pick(given, rng), _pick(given, rng)
    forename = first if rng.random() < 0.2 else f"{first} {second}"
    return PersonName(forename, _pick(surnames, rng))


def _vietnamese(given: Sequence[str], surnames: Sequence[str], rng: Rng) -> PersonName:
    between = ("Van", "Thi", "Duc", "Ngoc", "Minh", "Thanh", "Quoc")[int(rng.integers(7))]
    return PersonName(_pick(given, rng), _pick(surnames, rng), between)


def _patronymic(given: Sequence[str], surnames: Sequence[str], rng: Rng) -> PersonName:
    father = _pick(_words("slavic_male"), rng).removesuffix("ij").removesuffix("j")
    middle = f"{father}ovich" if rng.random() < 0.5 else ""
    return PersonName(_pick(given, rng), _pick(surnames, rng), middle)


# Ways to write a word on another occasion --------------------------------------------------------


def _by_rules(family: str) -> Spell:
    """Return a speller that applies one or two of the rules of `world_rules.json` that fit a word:
    `^` is the beginning of a word, `$` its end.
    """

    def spell(word: str, rng: Rng) -> str:
        text = _plain(word).lower()
        for _ in range(1 + int(rng.random() < 0.4)):
            fitting = [rule for rule in written("world_rules")[family] if rule[0] in f"^{text}$"]
            if fitting:
                old, new = fitting[int(rng.integers(len(fitting)))]
                text = f"^{text}$".replace(old, new, 1).strip("^$")
        return text.title()

    return spell


def _schemes(name: str) -> Spell:
    """Return a speller that writes a whole word in one of these schemes of `world_rules.json`."""

    def spell(word: str, rng: Rng) -> str:
        text, schemes = word.lower(), written("world_rules")[name]
        for old, new in schemes[int(rng.integers(len(schemes)))].items():
            text = text.replace(old, new)
        return text.title()

    return spell


def _romanisation(word: str, rng: Rng) -> str:
    """Return one of the romanisations in a text of the form `Pinyin/Wade-Giles/Jyutping`."""
    ways = word.split("/")
    return anyascii(ways[int(rng.integers(len(ways)))])


def _listed(family: str) -> Spell:
    """Return a speller that uses the generator's other spellings and nicknames."""

    def spell(word: str, rng: Rng) -> str:
        others = (*nicknames(word), *spellings(word, family))
        return anyascii(others[int(rng.integers(len(others)))]) if others else _plain(word)

    return spell


def _then(first: Spell, second: Spell, chance: float) -> Spell:
    """Return a speller that uses the second speller with this probability, otherwise the first."""
    return lambda word, rng: (second if rng.random() < chance else first)(word, rng)


@cache
def _words(name: str) -> list[str]:
    """Return the names of a list of `world_lists.json`, the most common first.

    They are everyday names written down for this generator. A Chinese name is a triple: the same
    name in Pinyin, Wade-Giles and Jyutping. Names of the former Soviet Union are in a neutral
    spelling, from which one scheme or another is written.
    """
    text: str = written("world_lists")[name]
    return text.split()


def _faker(*sources: str) -> tuple[str, ...]:
    """Return the names of some of Faker's lists in Latin letters, without repeats."""
    found = (anyascii(name) for source in sources for name, _ in weighted_names(source))
    return tuple(dict.fromkeys(found))


def _latin(locale: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    return (
        _faker(f"{locale}:first_names_male"),
        _faker(f"{locale}:first_names_female"),
        _faker(f"{locale}:last_names"),
    )


@cache
def world_origins() -> tuple[WorldOrigin, ...]:
    """Return every origin of the evaluation, in a fixed order."""
    one = WorldOrigin
    english = _latin("en_GB")
    polish = (
        _faker("pl_PL:first_names_male"),
        _faker("pl_PL:first_names_female"),
        _faker("pl_PL:male_last_names", "pl_PL:unisex_last_names"),
    )
    spoken = _then(_listed(""), _by_rules("english"), 0.3)
    muslim = _words("south_asian_muslim"), _words("south_asian_muslim_female")
    spanish = _faker("es_ES:first_names_male"), _faker("es_ES:first_names_female")
    nigerian = _words("nigerian_forenames")
    tamil = _words("tamil_names")
    chinese, korean = _words("chinese_syllables"), _words("korean_syllables")
    arab = _words("arab_male"), _words("arab_female"), _words("arab_surnames")
    viet = _words("vietnamese_male"), _words("vietnamese_female")
    slavic = _words("slavic_male"), _words("slavic_female")
    gaelic = _words("scottish_irish_male"), _words("scottish_irish_female")
    indian = _words("indian_male"), _words("indian_female")
    return (
        one("English", *english, _western, spoken, 0.12, 0.01),
        one("Polish", *polish, _western, _by_rules("polish"), 0.2),
        one("Arabic", *arab, _western, _by_rules("arabic"), 0.4, 0.04),
        one("Chinese", chinese, chinese, _words("chinese_surnames"), _two_syllables,
            _romanisation, 0.15, 0.15),
        one("Nigerian", nigerian, nigerian, _words("nigerian_surnames"), _western,
            _by_rules("nigerian"), 0.15, 0.1),
        one("Pakistani", *muslim, _words("pakistani_surnames"), _western,
            _by_rules("arabic"), 0.3, 0.05),
        one("Scottish and Irish", *gaelic, _words("scottish_irish_surnames"), _western,
            _by_rules("gaelic"), 0.2, 0.01),
        one("Vietnamese", *viet, _words("vietnamese_surnames"), _vietnamese,
            _by_rules("vietnamese"), 0.12, 0.25),
        one("Tamil", tamil, tamil, tamil, _mononym, _by_rules("tamil"), 0.2, 0.3),
        one("Russian and Ukrainian", *slavic, _words("slavic_surnames"), _patronymic,
            _schemes("russian_schemes"), 0.5, 0.02),
        one("Indian", *indian, _words("indian_surnames"), _western, _by_rules("indic"), 0.2, 0.04),
        one("Turkish", *_latin("tr_TR"), _two_words, _by_rules("turkish"), 0.25),
        one("Spanish", *spanish, _words("spanish_surnames"), _double_surname,
            _by_rules("spanish"), 0.1),
        one("Romanian", *_latin("ro_RO"), _western, _listed("latin"), 0.2, 0.06),
        one("Korean", korean, korean, _words("korean_surnames"), _two_syllables,
            _by_rules("korean"), 0.25, 0.15),
        one("Greek", *_latin("el_GR"), _two_words, _by_rules("greek"), 0.3),
    )  # fmt: skip
