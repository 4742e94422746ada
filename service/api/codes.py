"""Closed lists of codes that the domain declares, as enumerations of the API."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.events.catalogue import event_types, topics
from domain.ids import EventType, Topic


def _codes(name: str, meaning: str, words: Iterable[str]) -> type[StrEnum]:
    made: type[StrEnum] = StrEnum(name, [(word, word) for word in words])  # type: ignore[misc]
    made.__doc__ = meaning
    return made


# A type checker sees a code as the domain's own type; the API schema lists the codes that exist.
if TYPE_CHECKING:
    EventTypeCode = EventType
    TopicCode = Topic
else:
    EventTypeCode = _codes("EventType", "The type of an event.", event_types())
    TopicCode = _codes("Topic", "The topic of a message.", topics())
