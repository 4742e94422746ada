"""Items that may be disclosed: only the function `release` can make a `Releasable`.

An item of data reaches a disclosure only as a `Releasable`, which is bound to the recipient, the
purpose and the day for which it was made. There is therefore no way to disclose a restricted item.
"""

from dataclasses import InitVar, dataclass
from datetime import date
from enum import StrEnum

from domain.people.convictions import Conviction, ConvictionVersion, Court, InformationSource
from domain.requests.requests import Party, PartyKind
from domain.restrictions import Restrictions, Transmittable, UsePurpose

_MADE_HERE = object()
_OUR_COURT = Court("a court of ours")


class HoldBack(StrEnum):
    """Why an item is not disclosed."""

    NOT_TRANSMITTABLE = "its source does not let it be told"
    NOT_KNOWN_TRANSMITTABLE = "its source has not said whether it may be told: ask it first"
    OTHER_PURPOSE = "its source limits it to other purposes"
    RETENTION_ENDED = "the time for which its source lets it be kept is over"
    NEEDS_LEAVE = "its source has to give leave for a further transfer"
    DELETED = "a later decision has deleted it"
    KIND = "the kind of the request does not give it"
    SPENT = "it is spent, and the purpose does not reach spent convictions"
    STEPPED_DOWN = "it is old and small enough not to be stated any more"
    STANDING_UNKNOWN = "whether it is spent is not known: a person decides"
    PERSON_DECIDES = "no rule computes whether it must be given: a person decides"
    NO_AGREEMENT = "no agreement in force lets the agency be told it for this purpose"
    BEYOND_AGREEMENT = "the agreement with the agency does not reach it"
    OFFICER = "a case officer holds it back"
    DISPUTED = "it is disputed whether it is this person's: two people decide"


@dataclass(frozen=True, slots=True)
class Destination:
    """The recipient, the purpose and the day of a disclosure."""

    recipient: Party
    purpose: UsePurpose
    on: date
    leave: frozenset[ConvictionVersion] = frozenset()
    """The versions of convictions that the source has permitted to be passed on."""


@dataclass(frozen=True, slots=True)
class HeldConviction:
    """One version of a conviction, as held on record."""

    ref: ConvictionVersion
    conviction: Conviction


@dataclass(frozen=True, slots=True)
class Releasable:
    """An item that may be disclosed to one destination. Only `release` can make one.

    Raises TypeError if any other code tries.
    """

    held: HeldConviction
    destination: Destination
    made: InitVar[object] = None

    def __post_init__(self, made: object) -> None:
        if made is not _MADE_HERE:
            raise TypeError("Only `release` can create a Releasable.")

    @property
    def restrictions(self) -> Restrictions:
        """The restrictions that are passed on together with the item."""
        return self.held.conviction.restrictions


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An item that is not disclosed, and why."""

    held: HeldConviction
    reason: HoldBack
    rule: str = ""
    """The identifier of the rule that requires it; empty if the item's own restriction does."""
    ask_state: str = ""
    """The State that convicted (ISO 3166-1 alpha-3), if it may be named instead."""


Verdict = Releasable | HeldBack


def release(held: HeldConviction, destination: Destination) -> Verdict:
    """Return the item for this destination, or the reason why it may not be disclosed."""
    reason = _forbidden(held, destination)
    if reason is None:
        return Releasable(held, destination, _MADE_HERE)
    return HeldBack(held, reason, ask_state=_state_to_ask(held, destination, reason))


def _forbidden(held: HeldConviction, destination: Destination) -> HoldBack | None:
    limits = held.conviction.restrictions
    if limits.retention_end is not None and destination.on > limits.retention_end:
        return HoldBack.RETENTION_ENDED
    if not held.conviction.stands:
        return HoldBack.DELETED
    if _is_source(held, destination.recipient):
        return None
    serves = not limits.purposes or destination.purpose in limits.purposes
    is_threat = destination.purpose is UsePurpose.IMMEDIATE_THREAT
    forbidden = {
        HoldBack.NOT_TRANSMITTABLE: limits.transmittable is Transmittable.NO,
        HoldBack.NOT_KNOWN_TRANSMITTABLE: limits.transmittable is Transmittable.UNKNOWN,
        HoldBack.NEEDS_LEAVE: limits.needs_leave and held.ref not in destination.leave,
        HoldBack.OTHER_PURPOSE: not serves and not is_threat,
    }
    return next((reason for reason, holds in forbidden.items() if holds), None)


def _is_source(held: HeldConviction, recipient: Party) -> bool:
    """Whether the recipient is the source, which may get its own information back."""
    source = held.conviction.source
    return (
        source.kind is InformationSource.OTHER_STATE
        and recipient.kind is PartyKind.STATE
        and recipient.code == source.name
    )


def _state_to_ask(held: HeldConviction, destination: Destination, reason: HoldBack) -> str:
    """Return the State to name instead of a conviction that its limit on purposes holds back."""
    source, court = held.conviction.source, held.conviction.court
    is_limit = reason is HoldBack.OTHER_PURPOSE and source.kind is InformationSource.OTHER_STATE
    may_be_named = is_limit and destination.recipient.kind is not PartyKind.PERSON
    # Two people may have let another State's word stand. A court of ours has no country stated.
    state = source.name if court.country == _OUR_COURT.country else court.country
    return state if may_be_named else ""
