"""Frequencies of names, places and postcodes among people, fitted with the model."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.parameters import MINIMUM_COUNT, NAME_PART_FLOOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
        """Return the share of people with this term, or 0.0 if the term is rarer than the table
        can show.
        """
        if len(term) == 1:
            return self.initials[table].get(term, 0.0)
        return self.tables[table].get(term, 0.0)

    def of_name(self, forename: str, surname: str) -> float:
        """Return the share of people with this forename and surname together."""
        return self.together(self.of("forename", forename), self.of("surname", surname))

    def together(self, forename_share: float, surname_share: float) -> float:
        """Return the share of people with both names, given the share of people with each name."""
        floored = max(forename_share, NAME_PART_FLOOR), max(surname_share, NAME_PART_FLOOR)
        return self.association * floored[0] * floored[1]


def make_frequencies(tables: Mapping[str, Mapping[str, float]], association: float) -> Frequencies:
    """Return frequencies, with the shares by first letter computed from the tables."""
    initials: dict[str, dict[str, float]] = {}
    for name, table in tables.items():
        sums: dict[str, float] = defaultdict(float)
        for term, share in table.items():
            sums[term[0]] += share
        initials[name] = dict(sums)
    return Frequencies(tables=tables, initials=initials, association=association)


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
