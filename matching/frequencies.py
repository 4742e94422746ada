"""Frequencies of names, places and postcodes among people, fitted with the model."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from domain.arrays import Float64s, Int64s
from matching.forms import key_of
from matching.parameters import MINIMUM_COUNT, NAME_PART_FLOOR

TABLES = ("forename", "surname", "middle", "place", "nationality", "postcode")


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies:
    """Term frequencies over distinct people: the share of people who have a term.

    A term that is missing from its table is rarer than the table can show; callers apply a
    minimum. `association` is the factor by which a forename and a surname occur together more
    often than by chance.
    """

    tables: Mapping[str, Mapping[str, float]]
    initials: Mapping[str, Mapping[str, float]]
    """Shares of people by first letter, which are the frequencies of one-letter names."""
    association: float

    def of(self, table: str, term: str) -> float:
        """Return the share of people with this term, 0.0 if rarer than the table shows."""
        if len(term) == 1:
            return self.initials[table].get(term, 0.0)
        return self.tables[table].get(term, 0.0)

    def of_keys(self, table: str, keys: Int64s) -> Float64s:
        """Return what `of` returns for each of n terms, by their keys, int64 (n,)."""
        known, shares = _by_key(self, table)
        places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        return np.where(known[places] == keys, shares[places], 0.0)

    def of_names(self, forenames: Int64s, surnames: Int64s) -> Float64s:
        """Return, float64 (n, 3), the shares of people with both names, with the surname and with
        the forename, by the keys of each.
        """
        first, last = self.of_keys("forename", forenames), self.of_keys("surname", surnames)
        floored = np.maximum(first, NAME_PART_FLOOR), np.maximum(last, NAME_PART_FLOOR)
        return np.stack([self.association * floored[0] * floored[1], last, first], axis=1)

    def of_name(self, forename: str, surname: str) -> float:
        """Return the share of people with this forename and surname together."""
        return self.together(self.of("forename", forename), self.of("surname", surname))

    def together(self, forename_share: float, surname_share: float) -> float:
        """Return the share of people with both names, given the share of people with each name."""
        floored = max(forename_share, NAME_PART_FLOOR), max(surname_share, NAME_PART_FLOOR)
        return self.association * floored[0] * floored[1]


@lru_cache(maxsize=64)
def _by_key(frequencies: Frequencies, table: str) -> tuple[Int64s, Float64s]:
    """Return the keys of all terms of a table, ascending, and their shares; 0 is there too."""
    terms = {term: share for term, share in frequencies.tables[table].items() if len(term) > 1}
    terms |= frequencies.initials[table]
    shares = {key_of(term): share for term, share in terms.items()} | {0: 0.0}
    keys = np.array(sorted(shares), dtype=np.int64)
    return keys, np.array([shares[key] for key in keys.tolist()], dtype=np.float64)


def make_frequencies(tables: Mapping[str, Mapping[str, float]], association: float) -> Frequencies:
    """Return frequencies, with the shares by first letter computed from the tables."""
    initials: dict[str, dict[str, float]] = {}
    for name, table in tables.items():
        sums: dict[str, float] = defaultdict(float)
        for term, share in table.items():
            sums[term[0]] += share
        initials[name] = dict(sums)
    made = Frequencies(tables=tables, initials=initials, association=association)
    for name in tables:
        _by_key(made, name)  # now, so that the first search does not wait for it
    return made


def count_frequencies(
    people: Iterable[Mapping[str, tuple[str, ...]]],
) -> dict[str, dict[str, float]]:
    """Return the tables over people. Each person is counted once; `people` has each person's main
    terms by table.

    Terms of fewer than MINIMUM_COUNT people are left out.
    """
    counters: dict[str, Counter[str]] = {name: Counter() for name in TABLES}
    total = 0
    for main_terms in people:
        total += 1
        for name, terms in main_terms.items():
            counters[name].update(terms)
    return {
        name: {term: n / total for term, n in sorted(counter.items()) if n >= MINIMUM_COUNT}
        for name, counter in counters.items()
    }
