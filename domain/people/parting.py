"""Whose matter it is, once one person on record turns out to be two.

What was put on record while two people were merged goes home by its own evidence: the number of
the arrest, the prints that were taken, or a source that told of one of the two before. A name
decides nothing: it is why the two were taken for one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.ids import RecordId
from domain.people.convictions import Conviction
from domain.people.disputes import ENTRIES, asn_of, events_in
from domain.people.items import Item, Items
from domain.people.people import ArrestReport


class Evidence(StrEnum):
    """The evidence for whose matter it is."""

    ASN = "the Arrest Summons Number"
    PRINTS = "prints taken at the arrest"
    SOURCE = "a case that its source told before"


@dataclass(frozen=True, slots=True)
class Known:
    """The facts known of one of two people from before they were merged, and their prints."""

    asns: frozenset[str] = frozenset()
    cases: frozenset[tuple[str, str]] = frozenset()
    """The name of a court or State, and its reference."""
    arrests: frozenset[tuple[str, date]] = frozenset()
    """The force and the day of each capture."""
    named: frozenset[str] = frozenset()
    """Entries at which two officers say that a capture was taken, as `record.item`."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where the evidence puts the entries of one event."""

    entries: tuple[Item, ...]
    own: tuple[Evidence, ...]
    """Evidence for the person on whose record they are."""
    other: tuple[Evidence, ...]
    """Evidence for the other person."""

    @property
    def is_doubtful(self) -> bool:
        """Whether nothing decides, or the evidence contradicts itself."""
        return bool(self.own) is bool(self.other)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the entries belong on the record of the other person."""
        return bool(self.other) and not self.own

    @property
    def words(self) -> str:
        """Why it is doubtful, in a sentence."""
        if not self.own:
            return "No number, prints or source tell whose it is."
        return f"For this person: {', '.join(self.own)}. For the other: {', '.join(self.other)}."


def known_in(items: Items) -> Known:
    """Return the facts in the entries of a record; nothing of prints."""
    entries = [one for one in items.held if one.kind in ENTRIES]
    asns = frozenset(asn for one in entries if (asn := asn_of(one)))
    return Known(asns, frozenset(case for one in entries for case in _cases(one)))


def _cases(entry: Item) -> Iterable[tuple[str, str]]:
    value = entry.value
    if isinstance(value, Conviction) and value.reference:
        source = value.source.name or value.court.name or value.court.code
        yield source, value.reference


def homes_of(
    before: Items, now: Items, record_id: RecordId, sides: tuple[Known, Known]
) -> tuple[Home, ...]:
    """Return where the entries go that a record gained between two of its versions.

    `sides` are what is known of the person of the record and of the other person. An event of
    which an entry was there before stays.
    """
    held = {one.item_id for one in before.held}
    return tuple(
        Home(event, *(_evidence(event, record_id, one) for one in sides))
        for event in events_in(now)
        if not any(one.item_id in held for one in event)
    )


def _evidence(event: tuple[Item, ...], record_id: RecordId, known: Known) -> tuple[Evidence, ...]:
    cases = {case for one in event for case in _cases(one)}
    named = {f"{record_id}.{one.item_id}" for one in event}
    found = {
        Evidence.ASN: any(asn_of(one) in known.asns for one in event),
        Evidence.PRINTS: not named.isdisjoint(known.named)
        or any(_is_of(one, known) for one in event),
        Evidence.SOURCE: not cases.isdisjoint(known.cases),
    }
    return tuple(one for one, holds in found.items() if holds)


def _is_of(entry: Item, known: Known) -> bool:
    value = entry.value
    return isinstance(value, ArrestReport) and (value.force, value.on) in known.arrests
