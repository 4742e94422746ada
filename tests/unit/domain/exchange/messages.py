"""Random messages of every kind, from the fields of the domain alone."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from hypothesis import strategies as st

from domain.exchange.codes import MessageKind
from domain.exchange.contents import StatedPerson
from domain.exchange.messages import CONTENTS, Envelope, Message
from domain.exchange.shapes import FORBIDDEN, FieldShape, Shape, Text, Whole, fields_of

_FORBIDDEN = re.compile(f"[{FORBIDDEN}]")
_MOST = 3
_days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
_instants = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def _text(bounds: Text) -> st.SearchStrategy[str]:
    if bounds.pattern is not None:
        found = st.from_regex(re.compile(bounds.pattern, re.ASCII), fullmatch=True)
        return found.filter(lambda text: 0 < len(text) <= bounds.longest)
    letters = st.characters(exclude_categories=["Cs", "Cc"])
    return st.text(letters, min_size=1, max_size=12).filter(
        lambda text: not _FORBIDDEN.search(text)
    )


def _shaped(shape: Shape) -> st.SearchStrategy[Any]:
    kind, bounds = shape.kind, shape.bounds
    if is_dataclass(kind):
        return stated(kind)
    if issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    if isinstance(bounds, Whole):
        return st.integers(bounds.least, bounds.most)
    if isinstance(bounds, Text):
        return _text(bounds)
    return {bool: st.booleans(), date: _days, datetime: _instants}[kind]


def _field(field: FieldShape) -> st.SearchStrategy[Any]:
    item = _shaped(field.item)
    if field.is_tuple:
        least = 1 if field.is_required else 0
        return st.lists(item, min_size=least, max_size=_MOST).map(tuple)
    return item if field.is_required else st.just(field.default) | item


def stated(kind: Any) -> st.SearchStrategy[Any]:
    """Return values of a class of messages."""
    return st.builds(kind, **{one.name: _field(one) for one in fields_of(kind)})


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Return a message of any kind whose envelope tells one story."""
    kind = draw(st.sampled_from(list(MessageKind)))
    number = draw(st.integers(0, 10**15 - 1))
    envelope: Envelope = draw(stated(Envelope))
    receiver = envelope.receivers[0]
    told = f"{envelope.sender}-{receiver}-{kind}-{number:015d}"
    values = {one.name: getattr(envelope, one.name) for one in fields_of(Envelope)}
    return Message(Envelope(**{**values, "message_id": told}), draw(stated(CONTENTS[kind])))


people = stated(StatedPerson)
