"""Reads a body as the domain value it states, and builds an answer from a domain value.

Fields match by name, so that no field is copied by hand. Where the names differ, the field or the
call states the name.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel, create_model

from domain.errors import InvalidDateError, LinkingError
from domain.people.partial_dates import PartialDate

_EARLIEST_YEAR = 1900
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def read_day(text: str) -> date:
    """Return the date in `YYYY-MM-DD`; raises InvalidDateError, also for dates before 1900."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidDateError("Write a real date as YYYY-MM-DD.")
    if day.year < _EARLIEST_YEAR:
        raise InvalidDateError(f"Write a date in the year {_EARLIEST_YEAR} or later.")
    return day


def read_moment(text: str) -> datetime:
    """Return an RFC 3339 date and time in UTC; raises InvalidDateError, also without an offset."""
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None or not _EARLIEST_YEAR <= moment.year < 9999:
        raise InvalidDateError(
            "Write a real date and time in the format of RFC 3339, with the offset from UTC."
        )
    return moment.astimezone(UTC)


Item = TypeVar("Item")
Read = TypeVar("Read")
Shown = TypeVar("Shown", bound=BaseModel)

_Reader = Callable[[Any], Any]


@contextmanager
def at(pointer: str) -> Iterator[None]:
    """Prefix the pointer of any domain error raised inside with this place in the body."""
    try:
        yield
    except LinkingError as error:
        error.pointer = f"{pointer}{error.pointer or ''}"
        raise


def each(pointer: str, items: Iterable[Item], read: Callable[[Item], Read]) -> tuple[Read, ...]:
    """Return every item as read; the pointer of a domain error includes the number of its item."""
    found = []
    for number, item in enumerate(items):
        try:
            found.append(read(item))
        except LinkingError as error:
            error.pointer = f"{pointer}/{number}{error.pointer or ''}"
            raise
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Told:
    """How a body states one field of a domain value."""

    field: str
    """The name of the field in the body."""
    takes_none: bool
    read: _Reader | None


@cache
def fields_stated(kind: Any, body: type[BaseModel]) -> tuple[tuple[str, Told], ...]:
    """Return how a body states each field of a value, by field name."""
    hints = get_type_hints(kind)
    paths = {name: path_of(name, one.metadata) for name, one in body.model_fields.items()}
    # A field with an explicit path to this name goes before a field that only has the same name.
    names = {name: name for name in paths} | {p: n for n, p in paths.items() if n != p}
    return tuple(
        (one.name, Told(names[one.name], NoneType in get_args(hint), _reader(hint)))
        for one, hint in ((one, hints[one.name]) for one in fields(kind))
        if one.name in names
    )


_FROM_TEXT: Mapping[Any, _Reader] = {
    date: read_day,
    datetime: read_moment,
    PartialDate: PartialDate.parse,
}


def _reader(hint: Any) -> _Reader | None:
    """Return how a value of this type is read from a body; None if it is taken as it is."""
    if hasattr(hint, "__supertype__"):
        return _reader(hint.__supertype__)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _reader(next(part for part in parts if part is not NoneType))
    if origin in (tuple, frozenset):
        inner = _reader(parts[0])
        return lambda given: origin(_items(given, inner)) if given else origin()
    if is_dataclass(hint) and hint not in _FROM_TEXT:
        return lambda given: given.to(hint)
    return _FROM_TEXT.get(hint)


def _items(given: Any, inner: _Reader | None) -> Iterable[Any]:
    if isinstance(given, Mapping):
        return sorted(given.items())
    return given if inner is None else each("", given, inner)


@dataclass(frozen=True, slots=True)
class From:
    """A note on a field: its path in the domain value, if this is not the field's own name."""

    path: str
    """Attributes joined by dots; if a part is a tuple, the rest is read from each of its items."""
    missing: Any = None
    """What an answer shows if a part of the path is None."""

    def read(self, value: Any) -> Any:
        """Return what the value has at the path, with sets in order."""
        for name in self.path.split("."):
            if value is None:
                return self.missing
            is_many = isinstance(value, tuple) and not hasattr(value, name)
            value = tuple(getattr(v, name) for v in value) if is_many else getattr(value, name)
        return _in_order(value)


def getter(name: str, notes: Iterable[Any], *, within: str) -> Callable[[Any], Any]:
    """Return the function that reads a field of an answer from its value.

    `notes`: the metadata of the field; `within`: the part of the value that has the attribute.
    """
    told = _note(notes)
    if told is not None:
        return told.read
    get = attrgetter(f"{within}.{name}" if within else name)
    return lambda value: _in_order(get(value))


def _note(notes: Iterable[Any]) -> From | None:
    return next((one for one in notes if isinstance(one, From)), None)


def path_of(name: str, notes: Iterable[Any]) -> str:
    """Return where the domain value has a field: the path of its note, or its own name."""
    told = _note(notes)
    return told.path if told else name


def stated_by(body: type[BaseModel], value: object, *, without: Container[str]) -> dict[str, Any]:
    """Return the fields of a body, as a domain value has them, except those in `without`."""
    named = ((name, one) for name, one in body.model_fields.items() if name not in without)
    return {name: getattr(value, path_of(name, one.metadata)) for name, one in named}


def _in_order(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, frozenset) else value


def shows(kind: Any, *, without: Iterable[str] = ()) -> Callable[[type[Shown]], type[Shown]]:
    """Give an answer class the fields of a domain class, in their order, except those in
    `without`.

    A field that the answer class declares itself is kept as declared. Declare a field there if its
    value is nested, or if it needs another type or a description.
    """

    def declare(answer: type[Shown]) -> type[Shown]:
        hints = get_type_hints(kind)
        names = [one.name for one in fields(kind) if one.name not in {*without}]
        own = answer.model_fields
        told = {name: (_shown(hints[name]), ...) for name in names if name not in own}
        made = create_model(
            answer.__name__,
            __base__=answer,
            __module__=answer.__module__,
            __doc__=answer.__doc__,
            **cast("dict[str, Any]", told),
        )
        every = made.__pydantic_fields__
        made.__pydantic_fields__ = {name: every[name] for name in dict.fromkeys([*names, *every])}
        made.states = kind  # type: ignore[attr-defined]  # of a body or an answer
        made.model_rebuild(force=True)
        return made

    return declare


def _shown(hint: Any) -> Any:
    """Return the type that an answer uses for a type: a set is shown as an ordered tuple."""
    if get_origin(hint) is frozenset:
        return tuple[get_args(hint)[0], ...]  # type: ignore[misc]  # made at run time
    return hint
