"""The duties to notify States that follow when one version of a record replaces another, over all
nationalities.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from domain.exchange.codes import DeletionReason, MessageKind, StateCode
from domain.people.convictions import Conviction
from domain.people.items import Items
from domain.people.people import Nationality


@dataclass(frozen=True, slots=True)
class Change:
    """The duty to notify one State of one conviction."""

    kind: MessageKind
    item_id: str
    state: StateCode
    conviction: Conviction
    """The present state of the conviction; for a deletion, its state before the deletion."""
    began_on: date
    """The day on which the time limit begins."""
    reason: DeletionReason | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The part of one version of a record that decides which States must be notified."""

    convictions: dict[str, Conviction]
    """Convictions, by the id of their item."""
    nationalities: tuple[Nationality, ...]

    @classmethod
    def of(cls, items: Items) -> Held:
        """Return the convictions and nationalities among the items."""
        values = {item.item_id: item.value for item in items.held}
        return cls(
            {at: value for at, value in values.items() if isinstance(value, Conviction)},
            tuple(value for value in values.values() if isinstance(value, Nationality)),
        )

    def told(self, own: StateCode) -> dict[tuple[str, StateCode], Conviction]:
        """Return the convictions that must be notified, by item and State."""
        return {
            (item_id, state): conviction
            for item_id, conviction in self.convictions.items()
            if _is_ours(conviction)
            for state in self.states(conviction.decided_on)
            if state != own
        }

    def states(self, on: date) -> tuple[StateCode, ...]:
        """Return the States whose nationality the person held on a day or later, each once."""
        countries = (one.country for one in self.nationalities if not _ended(one, on))
        return tuple(StateCode(one) for one in dict.fromkeys(countries) if one)


NOTHING = Held({}, ())


def changes(
    before: Held, after: Held, own: StateCode, amended_on: date | None
) -> Iterator[Change]:
    """Yield the duties that follow when one version of a record replaces another.

    `amended_on` is the day of the amendment; None for the first version of a record.
    """
    told, now = before.told(own), after.told(own)
    for (item_id, state), conviction in now.items():
        earlier = told.get((item_id, state))
        began = _began(conviction, amended_on)
        if earlier is None:
            yield Change(MessageKind.NOTIFICATION, item_id, state, conviction, began)
        elif _core(earlier) != _core(conviction):
            yield Change(MessageKind.UPDATE, item_id, state, conviction, began)
    for (item_id, state), conviction in told.items():
        if (item_id, state) not in now:
            reason = _reason(after.convictions.get(item_id))
            began = _began(conviction, amended_on)
            yield Change(MessageKind.DELETION, item_id, state, conviction, began, reason)


def _is_ours(conviction: Conviction) -> bool:
    return conviction.stands and not conviction.source.kind.is_told


def _ended(nationality: Nationality, on: date) -> bool:
    until = nationality.until
    if until is None or not until.is_complete or until.earliest is None:
        return False
    return until.earliest < on


def _core(conviction: Conviction) -> Conviction:
    """Return the facts whose change must be notified. They do not include case numbers."""
    return replace(conviction, recorded_on=None, reference="", asn="")


def _began(conviction: Conviction, amended_on: date | None) -> date:
    """Return the day on which the time limit begins: that of the amendment, or of recording.

    If neither is known, it is the day of the decision, the earliest possible day.
    """
    return amended_on or conviction.recorded_on or conviction.decided_on


def _reason(conviction: Conviction | None) -> DeletionReason:
    if conviction is None:
        return DeletionReason.ENTERED_IN_ERROR
    return DeletionReason.WRONG_NATIONALITY if conviction.stands else DeletionReason.QUASHED
