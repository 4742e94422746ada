"""How a type of event is declared: a frozen class with a name and with typed subjects and facts.

Ids, codes and digests are stated unchanged, numbers as numbers, booleans as `yes` or `no`, and
times as ISO 8601. A fact that is None is not stated, unless it is declared as `OrBlank`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum, StrEnum, auto
from functools import cached_property
from itertools import chain
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Self,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from domain.errors import LogDamagedError
from domain.events.rows import ACTOR, ITS_ROW, Committed, Demand, Leaves, Row
from domain.ids import EventType, Topic
from domain.plain_values import made_from

T = TypeVar("T")

FactValue = str | int


class Mark(Enum):
    """The role of a field that is more than a plain fact."""

    SUBJECT = auto()
    BLANK = auto()
    STANDING = auto()


Subject = Annotated[T, Mark.SUBJECT]
"""An opaque id, or a tuple of opaque ids, that the event is about."""

OrBlank = Annotated[T | None, Mark.BLANK]
"""A fact that is always stated; if there is no value, it is stated as the empty text."""

Standing = Annotated[T, Mark.STANDING]
"""A fact that gives the present state of a row. The last event about the row is the valid one."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type of event."""

    name: str
    is_subject: bool
    is_blank: bool
    is_standing: bool
    is_optional: bool
    """Whether the value may be None or missing: earlier releases may not have stated it."""
    length: int | None
    """The number of ids in a subject; None for a tuple of any length."""
    is_tuple: bool
    kind: type
    """str, int, bool, datetime or an enumeration of codes."""

    def fact(self, value: Any) -> FactValue | None:
        """Return a fact as the event states it; None if it is not stated."""
        if value is None:
            return "" if self.is_blank else None
        return _WRITERS.get(self.kind, str)(value)

    def value(self, stated: Any) -> Any:
        """Return the typed value of a stated fact. Raises ValueError for another type."""
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
    """Return the field that a type hint declares. Raises TypeError if it declares none."""
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


Facts = tuple[tuple[str, FactValue], ...]


@dataclass(frozen=True, slots=True)
class Webhook:
    """The webhook message that a force may get about one of its own events."""

    topic: Topic
    names: str
    """The field of the event whose id the message carries, under the same name."""
    tells_recipients: bool = False
    """Whether forces to which the link was disclosed also get the message."""


@dataclass(frozen=True)
class Declaration:
    """Everything that is declared about a type of event, including its fields."""

    sentence: str
    fields: tuple[Field, ...]
    rows: tuple[Row, ...] = ()
    commits: tuple[Committed, ...] = ()
    demands: Demand | None = None
    webhook: Webhook | None = None
    tells_a_link: bool = False
    """Whether the event belongs to the story of the link to which it led."""
    is_look: bool = False
    """Whether the event records that a person was shown personal data."""

    @cached_property
    def subjects(self) -> tuple[Field, ...]:
        """The fields that are ids, in the order of their declaration."""
        return tuple(field for field in self.fields if field.is_subject)

    @cached_property
    def facts(self) -> tuple[Field, ...]:
        """The fields that are facts."""
        return tuple(field for field in self.fields if not field.is_subject)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields, by name."""
        return {field.name: field for field in self.fields}


class Event:
    """One thing that happened, in opaque ids, codes, digests and counts; no personal data."""

    __slots__ = ()
    event_type: ClassVar[EventType]
    declared: ClassVar[Declaration]

    @classmethod
    def of(cls, value: object, /, **others: Any) -> Self:
        """Return the event whose fields are those of the same names in a value, or `others`."""
        return made_from(cls, value, **others)

    @property
    def subject_refs(self) -> tuple[str, ...]:
        """The opaque ids of the event's subjects, in order."""
        named = (getattr(self, field.name) for field in self.declared.subjects)
        ids = (one if isinstance(one, tuple) else (one,) for one in named)
        return tuple(str(ref) for ref in chain.from_iterable(ids) if ref is not None)

    @property
    def facts(self) -> Facts:
        """The facts that the event states, each with its name."""
        stated = (
            (field.name, field.fact(getattr(self, field.name))) for field in self.declared.facts
        )
        return tuple((name, value) for name, value in stated if value is not None)


DECLARED: dict[EventType, type[Event]] = {}
"""Every declared class of event, by the name of its type."""

STANDING_FACTS: set[str] = set()
"""The names of the facts that give the present state of a row."""

E = TypeVar("E", bound=Event)


@dataclass_transform(frozen_default=True)
def event(
    name: str,
    *,
    leaves: Leaves | tuple[Leaves | Row | Committed, ...] = (),
    demands: Demand | None = None,
    webhook: Webhook | None = None,
    tells_a_link: bool = False,
    is_look: bool = False,
) -> Callable[[type[E]], type[E]]:
    """Declare a type of event: the class becomes a frozen dataclass in the catalogue.

    The parameters are the attributes of `Declaration`; the sentence is the first line of the
    docstring. An event that `leaves` a single row demands that row. Raises TypeError if a field is
    not an id, code, number, boolean or time, if the name is already used, or if the declaration
    refers to a field that the event does not have.
    """

    def declare(kind: type[E]) -> type[E]:
        made = dataclass(frozen=True, slots=True)(kind)
        hints = get_type_hints(made, include_extras=True)
        named = tuple(field_of(e.name, hints[e.name]) for e in fields(cast("Any", made)))
        left = _rows(leaves, named[0].name) if leaves else ()
        made.event_type = EventType(name)
        made.declared = Declaration(
            sentence=(kind.__doc__ or "").partition("\n")[0],
            fields=named,
            rows=tuple(row for row in left if isinstance(row, Row)),
            commits=tuple(row for row in left if isinstance(row, Committed)),
            demands=demands or (ITS_ROW if isinstance(leaves, Leaves) else None),
            webhook=webhook,
            tells_a_link=tells_a_link,
            is_look=is_look,
        )
        _enter(made)
        return made

    return declare


def read_as(kind: type[E], subject_refs: Sequence[str], facts: Facts) -> E:
    """Return the typed event that is described by the subjects and facts of an event body.

    Undeclared subjects and facts are ignored. Raises LogDamagedError if a subject or fact that all
    versions of this software state is missing or has the wrong type.
    """
    declared, stated = kind.declared, dict(facts)
    values = _subjects(declared.subjects, list(subject_refs))
    try:
        for field in declared.facts:
            if field.name in stated:
                values[field.name] = field.value(stated[field.name])
        return kind(**values)
    except (ValueError, KeyError, TypeError) as error:
        raise LogDamagedError(
            "An event in the log is damaged: a fact is missing or has the wrong form."
        ) from error


def _rows(
    leaves: Leaves | tuple[Leaves | Row | Committed, ...], subject: str
) -> tuple[Row | Committed, ...]:
    """Return every row that an event with this first subject leaves or commits to."""
    if isinstance(leaves, Leaves):
        return leaves.rows(subject)
    given = (one.rows(subject) if isinstance(one, Leaves) else (one,) for one in leaves)
    return tuple(chain.from_iterable(given))


def _subjects(fields: Sequence[Field], refs: list[str]) -> dict[str, Any]:
    """Return the ids by field name. The fields take the ids from the left."""
    values: dict[str, Any] = {}
    for at, field in enumerate(fields):
        kept = sum(each.length or 0 for each in fields[at + 1 :] if not each.is_optional)
        length = max(len(refs) - kept, 0) if field.length is None else field.length
        if field.is_optional and len(refs) - kept < length:
            continue
        if len(refs) < length:
            raise LogDamagedError(
                "An event in the log is damaged: an id that it must state is missing."
            )
        taken, refs = refs[:length], refs[length:]
        values[field.name] = tuple(taken) if field.is_tuple else taken[0]
    return values


def _enter(kind: type[Event]) -> None:
    """Add a type to the catalogue. Raises TypeError if its declaration is inconsistent."""
    declared = kind.declared
    if kind.event_type in DECLARED:
        raise TypeError(f"The event type {kind.event_type} is already declared.")
    spoken = {name for row in declared.rows for name in row.says or ()}
    spoken |= {name for row in declared.rows for name, _ in row.also}
    spoken |= {row.counts[0] for row in declared.rows if row.counts}
    spoken |= {name for each in declared.commits for _, name in each.where} - {ACTOR}
    spoken |= {declared.webhook.names} if declared.webhook else set()
    missing = sorted(spoken - declared.by_name.keys())
    if missing or not declared.sentence:
        raise TypeError(f"{kind.__name__} lacks a docstring, or the fields {missing}.")
    DECLARED[kind.event_type] = kind
    STANDING_FACTS.update(field.name for field in declared.facts if field.is_standing)
