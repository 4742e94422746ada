"""Who a person is, as claims: each detail of a record with its source and its day.

No claim overwrites another. A claim that is withdrawn or corrected stays readable, with the
reason. Claims follow from the versions of a record, so there is nothing else to store.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import chain

from domain.office_days import office_day
from domain.people.amending import most_of
from domain.people.amendments import Add, Change, RecordVersion, Withdraw
from domain.people.items import DETAILS, SINGLE, Item, ItemId, ItemKind, Items, ItemValue
from domain.people.people import Address, Details, Nationality, PersonName
from domain.plain_text import folded

WITHHELD = "an earlier version, which is withheld"


class ClaimEnd(StrEnum):
    """How a claim ended."""

    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Claim:
    """One detail of a person, as one source stated it."""

    item: Item
    version: int
    """The version of the record that first had it."""
    source: str
    """The kind of the source; for the first version the record's force, as `force NN`."""
    reference: str
    """The source itself, such as a court and its case. Personal data."""
    on: date | None
    """The day on which it was put on record; None if that is not known."""
    end: ClaimEnd | None = None
    """How the claim ended: withdrawn or corrected; None while it stands."""
    ended_on: date | None = None
    """The day on which it was withdrawn or corrected; None while it stands."""
    reason: str = ""
    """Why it was withdrawn or corrected."""


def claims_of(versions: Iterable[RecordVersion]) -> tuple[Claim, ...]:
    """Return the claims of versions, oldest first, in order; withheld versions are left out."""
    found: dict[ItemId, Claim] = {}
    ended: list[Claim] = []
    seen_to = 0
    for version in versions:
        told = {one.item_id: one for one in version.items.held if one.kind in DETAILS}
        for item_id, claim in list(found.items()):
            item = told.get(item_id)
            if item != claim.item:
                ended.append(_ended(found.pop(item_id), version, is_gone=item is None))
        is_first_seen = version.head.version == seen_to + 1
        for item_id, item in told.items():
            if item_id not in found:
                found[item_id] = _claim(item, version, is_known=is_first_seen)
        seen_to = version.head.version
    return (*found.values(), *ended)


def _claim(item: Item, version: RecordVersion, *, is_known: bool) -> Claim:
    head = version.head
    source = f"force {head.force}" if head.source is None else head.source.value
    on = None if head.amended_at is None else office_day(head.amended_at)
    claim = Claim(item, head.version, source, version.reference, on)
    return claim if is_known else replace(claim, source=WITHHELD, reference="", on=None)


def _ended(claim: Claim, version: RecordVersion, *, is_gone: bool) -> Claim:
    end = ClaimEnd.WITHDRAWN if is_gone else ClaimEnd.CORRECTED
    at = version.head.amended_at
    return replace(
        claim, end=end, ended_on=None if at is None else office_day(at), reason=version.words
    )


_TOLD = (ItemKind.NAME, ItemKind.DATE_OF_BIRTH, ItemKind.NATIONALITY, ItemKind.ADDRESS)
"""Details that a matter tells. Numbers of people are left out: another one is a doubt."""


def with_claims(changes: tuple[Change, ...], items: Items, said: Details) -> tuple[Change, ...]:
    """Return the changes of an amendment, then the details that its source is first to state.

    Returns an empty tuple if there are no changes.
    """
    return (*changes, *new_claims(items, said)) if changes else changes


def new_claims(items: Items, said: Details) -> tuple[Add, ...]:
    """Return the details that a source states and no source on record has stated before.

    Letter case and spaces are ignored. A detail is left out if the record holds its most of them.
    """
    return (
        *chain.from_iterable(_several(items, said, kind) for kind in _TOLD),
        *_single(items, said),
    )


JOINED = "another record of the same person"
"""The source of a nationality that a record has because its person was merged with another."""


def own_nationalities(items: Items) -> tuple[Nationality, ...]:
    """Return the nationalities in a record that it has from sources of its own."""
    held = (one.value for one in items.held)
    return tuple(one for one in held if isinstance(one, Nationality) and one.source != JOINED)


def joined_nationalities(items: Items, others: Iterable[Items]) -> tuple[Change, ...]:
    """Return the changes after which a record has the nationalities of its person's other records.

    Those that no other record has any longer go.
    """
    told = {one.country: one for other in others for one in own_nationalities(other)}
    said = Details(nationalities=tuple(replace(one, source=JOINED) for one in told.values()))
    gone = (
        Withdraw(one.item_id)
        for one in items.held
        if isinstance(one.value, Nationality)
        and one.value.source == JOINED
        and one.value.country not in told
    )
    return (*gone, *new_claims(items, said))


def _several(items: Items, said: Details, kind: ItemKind) -> Iterator[Add]:
    held = [one.value for one in items.held if one.kind is kind]
    known = {_compared(one) for one in held}
    values: Sequence[ItemValue] = getattr(said, DETAILS[kind])
    for value in values[: most_of(kind) - len(held)]:
        if _compared(value) not in known:
            known.add(_compared(value))
            yield Add(kind, value)


def _single(items: Items, said: Details) -> Iterator[Add]:
    kinds = {one.kind for one in items.held}
    for kind in sorted(SINGLE):
        value = getattr(said, DETAILS[kind])
        if value and kind not in kinds:
            yield Add(kind, value)


def _compared(value: ItemValue) -> object:
    match value:
        case PersonName():
            return _plain(value.forename, value.middle_names, value.surname)
        case Address():
            return _plain(value.line, value.town, value.postcode)
        case Nationality():
            return value.country
        case _:
            return value


def _plain(*parts: str) -> str:
    return " ".join(folded(" ".join(parts)).split())
