"""How a typed field becomes text of an event, and how it is read back.

Ids, codes and digests stand as they are, numbers as numbers, a truth as `yes` or `no`, a moment
as ISO 8601. A fact that is None is not stated, unless it is declared to be left blank.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

T = TypeVar("T")

FactValue = str | int


class Mark(Enum):
    """The role of a field that is no plain fact."""

    SUBJECT = auto()
    BLANK = auto()
    STANDING = auto()


Subject = Annotated[T, Mark.SUBJECT]
"""An opaque id, or a tuple of them, that the event is about."""

OrBlank = Annotated[T | None, Mark.BLANK]
"""A fact that is always stated, as the empty text where there is none."""

Standing = Annotated[T, Mark.STANDING]
"""A fact that says how a row stands: the last event about the row counts."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type of event."""

    name: str
    is_subject: bool
    is_blank: bool
    is_standing: bool
    is_optional: bool
    """Whether it may be None or missing: earlier releases may not have stated it."""
    length: int | None
    """How many ids a subject is; None for a tuple of any length."""
    is_tuple: bool
    kind: type
    """str, int, bool, datetime or an enumeration of codes."""

    def fact(self, value: Any) -> FactValue | None:
        """Return a fact as the event states it; None where it is not stated."""
        if value is None:
            return "" if self.is_blank else None
        return _WRITERS.get(self.kind, str)(value)

    def value(self, stated: Any) -> Any:
        """Return the typed value of a stated fact; raises ValueError."""
        if self.is_blank and stated == "":
            return None
        if type(stated) is not (int if self.kind is int else str):
            raise ValueError(self.name)
        return _READERS.get(self.kind, self.kind)(stated)


def _truth(text: str) -> bool:
    return {"yes": True, "no": False}[text]


_WRITERS: dict[type, Callable[[Any], FactValue]] = {
    int: int,
    bool: lambda value: "yes" if value else "no",
    datetime: datetime.isoformat,
}
_READERS: dict[type, Callable[[Any], Any]] = {bool: _truth, datetime: datetime.fromisoformat}


def field_of(name: str, hint: Any) -> Field:
    """Return the field that a type hint declares; raises TypeError if it is no field."""
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    bare = get_args(hint)[0] if marks else hint
    members = get_args(bare) if get_origin(bare) in (Union, UnionType) else (bare,)
    given = [member for member in members if member is not NoneType]
    is_tuple = get_origin(given[0]) is tuple
    parts = get_args(given[0]) if is_tuple else given
    return Field(
        name=name,
        is_subject=Mark.SUBJECT in marks,
        is_blank=Mark.BLANK in marks,
        is_standing=Mark.STANDING in marks,
        is_optional=len(given) < len(members) and Mark.BLANK not in marks,
        length=None if is_tuple and Ellipsis in parts else len(parts) if is_tuple else 1,
        is_tuple=is_tuple,
        kind=_kind(name, parts[0]),
    )


def _kind(name: str, hint: Any) -> type:
    kind = getattr(hint, "__supertype__", hint)
    if kind in (str, int, bool, datetime) or (
        isinstance(kind, type) and issubclass(kind, StrEnum)
    ):
        found: type = kind
        return found
    raise TypeError(f"The field {name} must be an id, a code, a number, a boolean or a time.")
