"""Converts message values to plain JSON values and back, checking each field.

The canonical JSON, the JSON Schema, the XML and the XSD of a message are all derived from one
declaration (the fields of a frozen dataclass and their bounds), so they can never differ. An
absent member stands for None or an empty tuple; None and empty tuples are never written.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from domain.exchange.codes import FaultCode, MessageFaultError

FORBIDDEN = (
    "\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufffe\uffff"
)
"""Characters that no text of a message may have: controls, surrogates, noncharacters, and marks
that change the writing direction (with which a name could change how the rest of a page reads)."""

_PLAIN = re.compile(f"[^{FORBIDDEN}]+")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Text:
    """The bounds of a text that is never empty. A pattern must match the whole text."""

    longest: int
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """The bounds of a whole number, both included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Many:
    """The maximum number of items in a tuple."""

    most: int


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of one value."""

    kind: type
    """str, int, bool, date, datetime, an enumeration or a dataclass."""
    bounds: Text | Whole | None = None


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One field of a dataclass."""

    name: str
    item: Shape
    is_required: bool
    most: int | None
    """The maximum number of items, if the field is a tuple."""
    default: Any = None

    @property
    def is_tuple(self) -> bool:
        """Whether the field is a tuple."""
        return self.most is not None


@cache
def _fields_of(kind: Any) -> tuple[FieldShape, ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        _field(one.name, hints[one.name], one.default) for one in fields(cast("Any", kind))
    )


def fields_of(kind: Any) -> tuple[FieldShape, ...]:
    """Return the fields of a dataclass of messages. Raises TypeError for one without bounds."""
    return _fields_of(kind)


def _field(name: str, hint: Any, default: Any) -> FieldShape:
    bare, marks = _bare(hint)
    is_required = default is MISSING
    if get_origin(bare) is tuple:
        most = next((mark.most for mark in marks if isinstance(mark, Many)), None)
        if most is None:
            raise TypeError(
                f"The field {name} must be a tuple of any length: write `tuple[X, ...]`."
            )
        inner, inner_marks = _bare(get_args(bare)[0])
        return FieldShape(name, _shape(name, inner, inner_marks), is_required, most, ())
    return FieldShape(
        name, _shape(name, bare, marks), is_required, None, None if is_required else default
    )


def _bare(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type without None and annotations, together with the annotations."""
    if get_origin(hint) in (Union, UnionType):
        given = [one for one in get_args(hint) if one is not NoneType]
        return _bare(given[0])
    if get_origin(hint) is Annotated:
        first, *marks = get_args(hint)
        bare, inner = _bare(first)
        return bare, (*inner, *marks)
    return hint, ()


def _shape(name: str, kind: Any, marks: tuple[Any, ...]) -> Shape:
    bounds = next((mark for mark in marks if isinstance(mark, Text | Whole)), None)
    if kind in (str, int) and bounds is None:
        raise TypeError(f"The field {name} has no bounds.")
    return Shape(kind, bounds)


def plain(value: Any) -> Any:
    """Return a value as JSON values. An instant is written in UTC."""
    if is_dataclass(value):
        stated = ((one, getattr(value, one.name)) for one in fields_of(type(value)))
        return {
            one.name: plain(held)
            for one, held in stated
            if held is not None and held != () and (one.is_required or held != one.default)
        }
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def value_from(kind: type[T], stated: Any, pointer: str = "") -> T:
    """Return the dataclass that plain values state.

    Raises MessageFaultError with a JSON Pointer to the fault, and none of the values.
    """
    if not isinstance(stated, Mapping):
        raise _malformed(pointer)
    shapes = fields_of(kind)
    if not {one.name for one in shapes}.issuperset(stated):
        raise _malformed(pointer)
    return kind(**{one.name: _read(one, stated, pointer) for one in shapes})


def _read(field: FieldShape, stated: Mapping[str, Any], pointer: str) -> Any:
    at = f"{pointer}/{field.name}"
    if field.name not in stated:
        if field.is_required:
            raise _malformed(at)
        return field.default
    found = stated[field.name]
    if field.most is None:
        return _one(field.item, found, at)
    if not isinstance(found, list):
        raise _malformed(at)
    if len(found) > field.most:
        raise MessageFaultError(fault=FaultCode.TOO_LARGE, pointer=at)
    if not found:
        raise _malformed(at)
    return tuple(_one(field.item, one, f"{at}/{number}") for number, one in enumerate(found))


def _one(shape: Shape, found: Any, pointer: str) -> Any:
    kind = shape.kind
    if is_dataclass(kind):
        return value_from(kind, found, pointer)
    if kind is bool:
        return _typed(found, bool, pointer)
    if kind is int:
        return _whole(cast("Whole", shape.bounds), _typed(found, int, pointer), pointer)
    text = _typed(found, str, pointer)
    if kind is str:
        return _text(cast("Text", shape.bounds), text, pointer)
    return _parsed(kind, text, pointer)


def _typed(found: Any, kind: type[T], pointer: str) -> T:
    if type(found) is not kind:
        raise _malformed(pointer)
    return found


def _whole(bounds: Whole, number: int, pointer: str) -> int:
    if not bounds.least <= number <= bounds.most:
        raise _malformed(pointer)
    return number


def _text(bounds: Text, text: str, pointer: str) -> str:
    if len(text) > bounds.longest:
        raise MessageFaultError(fault=FaultCode.TOO_LARGE, pointer=pointer)
    if not _PLAIN.fullmatch(text):
        raise _malformed(pointer)
    if bounds.pattern is not None and not re.fullmatch(bounds.pattern, text):
        raise _malformed(pointer)
    return text


def _parsed(kind: type, text: str, pointer: str) -> Any:
    try:
        if kind is date:
            read = date.fromisoformat(text)
            is_same = read.isoformat() == text
        elif kind is datetime:
            read = datetime.fromisoformat(text)
            is_same = _INSTANT.fullmatch(text) is not None
        else:
            return kind(text)
    except ValueError:
        raise _malformed(pointer) from None
    if not is_same:
        raise _malformed(pointer)
    return read


def _malformed(pointer: str) -> MessageFaultError:
    return MessageFaultError(fault=FaultCode.MALFORMED, pointer=pointer)
