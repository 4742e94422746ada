"""Conversion of frozen values to JSON values and back, for payloads, files and messages that hold
whole values.

A field that has its default value is left out, so a field added by a later release does not change
the body of an earlier one. Dates are ISO 8601, partial dates are written as they print, and sets
are sorted.
"""

import json
from collections.abc import Callable, Hashable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from domain.people.partial_dates import PartialDate

Value = TypeVar("Value")

canonical_json = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode
"""Returns JSON values as a text: compact, sorted by name, the same for equal values."""


def made_from(kind: type[Value], value: object, /, **others: Any) -> Value:
    """Return a value of a class whose fields are those of the same names in `value`, or `others`.

    `kind` is a dataclass. Raises AttributeError for a field that neither has, though it may have a
    default: a field renamed in one of the two would else be lost without a sound.
    """
    names = (one.name for one in fields(cast("Any", kind)) if one.name not in others)
    return kind(**{name: getattr(value, name) for name in names}, **others)


def plain(value: Any) -> Any:
    """Return a value as JSON values. Raises TypeError for an unsupported type."""
    kind: Any = type(value)
    write = _WRITERS.get(kind)
    if write is not None:
        return write(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return {
        name: plain(one)
        for name, default in _defaults(kind)
        if (one := getattr(value, name)) != default
    }


_WRITERS: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys((NoneType, str, int, bool), lambda value: value),
    **dict.fromkeys((date, datetime), lambda value: value.isoformat()),
    PartialDate: str,
}


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    """Return the names and default values of the fields of a dataclass; MISSING is no value."""
    if not is_dataclass(kind):
        raise TypeError(f"A {kind.__name__} cannot be written as JSON.")
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def read_plain(kind: type[Value], stated: Any) -> Value:
    """Return the value that JSON values state. Raises ValueError, TypeError or KeyError for a
    wrong form, and the errors of the value itself.
    """
    return cast("Value", _reader(cast("Hashable", kind))(stated))


_Reader = Callable[[Any], Any]


@cache
def _reader(hint: Hashable) -> _Reader:
    """Return the reader for a type."""
    supertype = getattr(hint, "__supertype__", None)
    if supertype is not None:
        return _reader(supertype)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (given,) = (part for part in parts if part is not NoneType)
        inner = _reader(given)
        return lambda stated: None if stated is None else inner(stated)
    if origin is tuple:
        return _tuple_reader(parts)
    if origin is frozenset:
        return lambda stated: frozenset(map(_reader(parts[0]), stated))
    return _plain_reader(cast("type", hint))


def _tuple_reader(parts: tuple[Any, ...]) -> _Reader:
    if parts[-1] is Ellipsis:
        inner = _reader(parts[0])
        return lambda stated: tuple(map(inner, _listed(stated)))
    readers = [_reader(part) for part in parts]
    return lambda stated: tuple(
        read(one) for read, one in zip(readers, _listed(stated), strict=True)
    )


def _listed(stated: Any) -> list[Any]:
    if not isinstance(stated, list):
        raise TypeError("The value must be a list.")
    return stated


def _plain_reader(kind: type) -> _Reader:
    # Partial dates, and lengths of time.
    if parse := getattr(kind, "parse", None):
        return cast("_Reader", parse)
    if kind in (date, datetime):
        return kind.fromisoformat
    if kind in (str, int, bool):
        return lambda stated: _of_type(kind, stated)
    if issubclass(kind, Enum):
        return kind
    return _fields_reader(kind)


def _of_type(kind: type, stated: Any) -> Any:
    if type(stated) is not kind:
        raise TypeError(f"The value must be a {kind.__name__}.")
    return stated


def _fields_reader(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}

    def read(stated: Any) -> Any:
        return kind(**{name: readers[name](one) for name, one in stated.items()})

    return read
