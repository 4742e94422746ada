"""Decides which of two people each entry is about, when a merge turns out to be wrong.

An entry recorded during the merge goes to the person whom its own evidence shows: the number of
the arrest, the prints that were taken, or a source that had reported only one of them before. A
name decides nothing, because the name is why the two were taken for one person.
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
    """The kinds of evidence that show whom an entry is about."""

    ASN = "the Arrest Summons Number"
    PRINTS = "prints taken at the arrest"
    SOURCE = "a case that its source told before"


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of one of two people before they were merged, and their prints."""

    asns: frozenset[str] = frozenset()
    cases: frozenset[tuple[str, str]] = frozenset()
    """The name of a court or State, and its reference."""
    arrests: frozenset[tuple[str, date]] = frozenset()
    """The force and the day of each capture."""
    named: frozenset[str] = frozenset()
    """Entries at which two officers say that a capture was taken, as `record.item`."""


@dataclass(frozen=True, slots=True)
class Home:
    """Which of the two people the entries of one event are about, by their evidence."""

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
        """Why this is doubtful, in one sentence."""
        if not self.own:
            return "No number, prints or source show whose entry it is."
        return f"For this person: {', '.join(self.own)}. For the other: {', '.join(self.other)}."


def known_in(items: Items) -> Known:
    """Return the facts that the entries of a record state; prints are not included."""
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
    """Return whom the entries are about that a record gained between two of its versions.

    `sides` are the facts known of the person of the record, and of the other person. If one entry
    of an event was there before, the whole event stays.
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
