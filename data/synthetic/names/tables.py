"""Draws names by rank: the common names of an origin, then a long tail of composed ones.

The parts of the tail are those of `tails.json`: first, middle and last, by origin. A leading space
means an empty part. Also spellings, feminine forms and hyphens.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from anyascii import anyascii

from data.synthetic.counters import Purpose, Stream
from domain.arrays import Float64s


@cache
def written(name: str) -> Any:
    """Return the content of a table, such as `lists`."""
    return json.loads(Path(__file__).with_name(f"{name}.json").read_text("utf-8"))


# The shares of `origins.json` were set by hand. They have the order of magnitude of the 2021
# census of England and Wales, with more people born abroad among the younger origins. They say
# nothing about offending.


@dataclass(frozen=True, slots=True)
class Origin:
    """One origin of names. `lists.weighted_names` reads the lists that are named as sources."""

    name: str
    share: float
    """The share of households with this origin."""
    male: tuple[str, ...]
    female: tuple[str, ...]
    surnames: tuple[str, ...]
    tail: str
    """The origin whose composed rare surnames follow the lists."""
    tail_share: float
    country: str
    """ISO 3166-1 alpha-3 code of the country in which people born abroad were born."""
    towns: str
    born_abroad_share: float
    foreign_national_share: float
    """The share of those born abroad who are foreign nationals."""
    british_forename_share: float
    """The share of people whose forename is from the British list."""
    spelling: str = ""
    """The family of spelling rules; empty if there is none."""


@cache
def origins() -> tuple[Origin, ...]:
    """Return the origins, in a fixed order. Their shares sum to 1."""
    return tuple(Origin(**one) for one in written("origins"))


@cache
def weighted_names(source: str) -> tuple[tuple[str, float], ...]:
    """Return the names of one list with relative weights, without repeats.

    `source` is `own:KEY` for a list of this project or `LOCALE:ATTRIBUTE` for a list of Faker. A
    list with weights keeps them. In the lists of this project, the weights fall in the order of
    the list. Faker's plain lists are in alphabetical order, so every name gets the same weight.
    """
    origin, _, key = source.partition(":")
    if origin == "own":
        names = dict.fromkeys(written("lists")[key].split())
        return tuple((name, 1.0 / (rank + 4.0)) for rank, name in enumerate(names))
    provider = import_module(f"faker.providers.person.{origin}").Provider
    values = getattr(provider, key)
    if isinstance(values, dict):
        return tuple((str(name), float(weight)) for name, weight in values.items())
    return tuple((str(name), 1.0) for name in dict.fromkeys(values) if " " not in str(name))


MIN_LENGTH = 4
"""The minimum number of letters. A shorter composition is an unlikely surname."""


@cache
def rare_surnames(origin: str) -> tuple[str, ...]:
    """Return the composed surnames of an origin, without repeats, in a fixed order."""
    firsts, middles, lasts = (part.split(" ") for part in written("tails")[origin])
    composed = ("".join(parts) for parts in product(firsts, middles, lasts))
    least = 2 if origin == "chinese" else MIN_LENGTH
    return tuple(dict.fromkeys(name for name in composed if len(name) >= least))


TAIL_EXPONENT = 0.55
"""The exponent by which weights of rare names fall with rank. By hand: lower half of Zipf's."""

SHUFFLED_OFFSET = 10.0
"""The offset that flattens the top of an unweighted list: weight 1 / (rank + offset)."""


@dataclass(frozen=True, slots=True, eq=False)
class NameTable:
    """Names, object (n,) of str, with their cumulative shares, float64 (n,) up to 1."""

    names: npt.NDArray[np.object_]
    cumulative: Float64s

    def draw(self, uniforms: Float64s) -> npt.NDArray[np.object_]:
        """Return a name for each uniform in [0, 1): an object array of the same shape."""
        rows = np.searchsorted(self.cumulative, uniforms, side="right")
        return self.names[np.minimum(rows, len(self.names) - 1)]

    def draw_one(self, uniform: float) -> str:
        """Return the name for one uniform in [0, 1)."""
        return str(self.draw(np.array([uniform]))[0])


@dataclass(frozen=True, slots=True, eq=False)
class OriginTables:
    """The three tables of one origin."""

    male: NameTable
    female: NameTable
    surnames: NameTable


@cache
def origin_tables() -> tuple[OriginTables, ...]:
    """Return the tables of every origin, in the order of `origins`. They are built once."""
    return tuple(_tables(origin) for origin in origins())


@cache
def origin_cumulative() -> Float64s:
    """Return float64 (origins,): the cumulative shares of the origins."""
    return np.cumsum([origin.share for origin in origins()])


@cache
def names_digest() -> str:
    """Return the SHA-256 (hex) of all tables, so that changes in the lists are detected."""
    digest = hashlib.sha256()
    for tables in origin_tables():
        for table in (tables.male, tables.female, tables.surnames):
            digest.update("\n".join(table.names).encode())
            digest.update(np.round(table.cumulative, 9).astype("<f8").tobytes())
    return digest.hexdigest()


def _tables(origin: Origin) -> OriginTables:
    british = origins()[0]
    share = origin.british_forename_share if origin is not british else 0.0
    return OriginTables(
        male=_table([(_head(origin.male), 1.0 - share), (_head(british.male), share)]),
        female=_table([(_head(origin.female), 1.0 - share), (_head(british.female), share)]),
        surnames=_table(
            [
                (_head(origin.surnames), 1.0 - origin.tail_share),
                (_tail(rare_surnames(origin.tail)), origin.tail_share),
            ]
        ),
    )


Weighted = list[tuple[str, float]]


def _table(parts: list[tuple[Weighted, float]]) -> NameTable:
    shares: dict[str, float] = {}
    for weighted, share in parts:
        total = sum(weight for _, weight in weighted)
        for name, weight in weighted:
            shares[name] = shares.get(name, 0.0) + share * weight / total
    kept = {name: share for name, share in shares.items() if share > 0.0}
    cumulative = np.cumsum(list(kept.values()))
    return NameTable(np.array(list(kept), dtype=object), cumulative / cumulative[-1])


def _head(sources: tuple[str, ...]) -> Weighted:
    """Return the personal names of all lists, which have the same total probability each."""
    head: Weighted = []
    for source in sources:
        weighted = _ranked(source)
        total = sum(weight for _, weight in weighted)
        head.extend((name, weight / total) for name, weight in weighted)
    return head


def _ranked(source: str) -> Weighted:
    """Return a list with its own weights, or with falling weights if it has none."""
    weighted = list(weighted_names(source))
    if len({weight for _, weight in weighted}) > 1:
        return weighted
    names = [name for name, _ in weighted]
    order = _order(names, source)
    return [(names[at], 1.0 / (rank + SHUFFLED_OFFSET)) for rank, at in enumerate(order)]


def _order(names: list[str], source: str) -> list[int]:
    """Return positions by falling frequency: as listed, or shuffled if listed by alphabet."""
    rising = sum(first <= second for first, second in pairwise(names))
    if rising < 0.9 * (len(names) - 1):
        return list(range(len(names)))
    number = int.from_bytes(hashlib.sha256(source.encode()).digest()[:4])
    words = Stream(0, Purpose.FORMAT_NAMES, 4 * (len(names) // 4 + 1)).words(number, number + 1)
    order: list[int] = np.argsort(words[0, : len(names)], kind="stable").tolist()
    return order


def _tail(names: tuple[str, ...]) -> Weighted:
    # A fixed stride gives the composed names in a mixed order: 7919 is prime and divides no count.
    count = len(names)
    return [(names[rank * 7919 % count], (rank + 1.0) ** -TAIL_EXPONENT) for rank in range(count)]


def _groups(kind: str) -> list[list[str]]:
    return [group.split() for group in written("variants")[kind]]


@cache
def _nickname_index() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for full, *nicknames in _groups("nicknames"):
        index.setdefault(full, []).extend(nicknames)
        for nickname in nicknames:
            index.setdefault(nickname, []).append(full)
    return {name: tuple(dict.fromkeys(others)) for name, others in index.items()}


@cache
def _spelling_index() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for group in _groups("spellings"):
        for name in group:
            index.setdefault(name, []).extend(other for other in group if other != name)
    return {name: tuple(dict.fromkeys(others)) for name, others in index.items()}


def nicknames(forename: str) -> tuple[str, ...]:
    """Return the nicknames of this forename, and the full names of which it is a short form."""
    return _nickname_index().get(forename, ())


def spellings(name: str, family: str) -> tuple[str, ...]:
    """Return other spellings of a name; `family` selects rules of romanisation, if any."""
    ruled = (
        _replaced(name, old, new)
        for old, new in written("variants")["rules"].get(family, ())
        if old in name.lower()
    )
    plain = anyascii(name)
    others = dict.fromkeys([*_spelling_index().get(name, ()), plain, *ruled])
    return tuple(other for other in others if other != name)


def _replaced(name: str, old: str, new: str) -> str:
    at = name.lower().index(old.lower())
    changed = name[:at] + new + name[at + len(old) :]
    return changed[0].upper() + changed[1:] if at == 0 else changed


def feminine(surname: str, origin: str) -> str:
    """Return the feminine of a surname: Polish -ski, -cki, -dzki become -ska, -cka, -dzka."""
    if origin == "polish" and surname.endswith(("ski", "cki", "dzki")):
        return surname[:-1] + "a"
    return surname


def hyphenated(first: str, second: str) -> str:
    """Return a double surname. If a part is already double, only its first half is used."""
    return f"{first.partition('-')[0]}-{second.partition('-')[0]}"
