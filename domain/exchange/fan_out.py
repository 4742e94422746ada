"""From two versions of a record to the duties that the later one makes, over all nationalities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from domain.convictions import Conviction, InformationSource
from domain.exchange.codes import DeletionReason, MessageKind, StateCode
from domain.items import Items
from domain.people import Nationality


@dataclass(frozen=True, slots=True)
class Change:
    """The duty to tell one State of one conviction."""

    kind: MessageKind
    item_id: str
    state: StateCode
    conviction: Conviction
    """The conviction as it is; for a deletion, as it was."""
    began_on: date
    """The first day of its clock."""
    reason: DeletionReason | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The part of one version of a record that matters."""

    convictions: dict[str, Conviction]
    """Convictions by the id of their item."""
    nationalities: tuple[Nationality, ...]

    @classmethod
    def of(cls, items: Items) -> Held:
        """Return the convictions and nationalities among items."""
        values = {item.item_id: item.value for item in items.held}
        return cls(
            {at: value for at, value in values.items() if isinstance(value, Conviction)},
            tuple(value for value in values.values() if isinstance(value, Nationality)),
        )

    def told(self, own: StateCode) -> dict[tuple[str, StateCode], Conviction]:
        """Return the convictions that have to be told, by item and State."""
        return {
            (item_id, state): conviction
            for item_id, conviction in self.convictions.items()
            if _is_ours(conviction)
            for state in self.states(conviction.decided_on)
            if state != own
        }

    def states(self, on: date) -> tuple[StateCode, ...]:
        """Return the States whose nationality is held on a day or later, each once."""
        countries = (one.country for one in self.nationalities if not _ended(one, on))
        return tuple(StateCode(one) for one in dict.fromkeys(countries) if one)


NOTHING = Held({}, ())


def changes(
    before: Held, after: Held, own: StateCode, amended_on: date | None
) -> Iterator[Change]:
    """Yield the duties that follow when a version of a record follows another.

    `amended_on` is the day of the amendment, None for the first version of a record.
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
    return conviction.stands and conviction.source.kind is not InformationSource.OTHER_STATE


def _ended(nationality: Nationality, on: date) -> bool:
    until = nationality.until
    if until is None or not until.is_complete or until.earliest is None:
        return False
    return until.earliest < on


def _core(conviction: Conviction) -> Conviction:
    """Return the facts whose change is told again: numbers of the case are not among them."""
    return replace(conviction, recorded_on=None, reference="", asn="")


def _began(conviction: Conviction, amended_on: date | None) -> date:
    """Return the first day of the clock: of an amendment, or of recording.

    Where neither is known it is the day of the decision, the earliest that it can be.
    """
    return amended_on or conviction.recorded_on or conviction.decided_on


def _reason(conviction: Conviction | None) -> DeletionReason:
    if conviction is None:
        return DeletionReason.ENTERED_IN_ERROR
    return DeletionReason.WRONG_NATIONALITY if conviction.stands else DeletionReason.QUASHED
