"""Closed lists of codes that the domain declares, as enumerations of the API."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.events.catalogue import event_types, topics
from domain.ids import EventType, Topic


def _codes(name: str, meaning: str, words: Iterable[str]) -> type[StrEnum]:
    made: type[StrEnum] = StrEnum(name, [(word, word) for word in words])  # type: ignore[misc]
    made.__doc__ = meaning
    return made


# To a type checker a code is the name that the domain knows; a schema lists the names there are.
if TYPE_CHECKING:
    EventTypeCode = EventType
    TopicCode = Topic
else:
    EventTypeCode = _codes("EventType", "The type of an event.", event_types())
    TopicCode = _codes("Topic", "The subject of a message.", topics())
