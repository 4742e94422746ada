"""How a type of event is declared: a frozen class of typed subjects and facts, under one name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar, TypeVar, cast, dataclass_transform, get_type_hints

from domain.errors import LogDamagedError
from domain.events.rows import ACTOR, ITS_ROW, Committed, Demand, Leaves, Row
from domain.events.texts import FactValue, Field, field_of
from domain.ids import EventType, Topic

Facts = tuple[tuple[str, FactValue], ...]


@dataclass(frozen=True, slots=True)
class Webhook:
    """The message that a force may get of an event of its own."""

    topic: Topic
    names: str
    """The field of the event whose id the message carries, under the same name."""
    tells_recipients: bool = False
    """Forces that were told of the link get the message too."""


@dataclass(frozen=True)
class Declaration:
    """All that is declared of a type of event besides its fields."""

    sentence: str
    fields: tuple[Field, ...]
    rows: tuple[Row, ...] = ()
    commits: tuple[Committed, ...] = ()
    demands: Demand | None = None
    webhook: Webhook | None = None
    tells_a_link: bool = False
    """It belongs to the story of the link that it led to."""
    is_look: bool = False
    """It shows personal data to a person."""

    @cached_property
    def subjects(self) -> tuple[Field, ...]:
        """The fields that are ids, in their order."""
        return tuple(field for field in self.fields if field.is_subject)

    @cached_property
    def facts(self) -> tuple[Field, ...]:
        """The fields that are facts."""
        return tuple(field for field in self.fields if not field.is_subject)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}


class Event:
    """One thing that happened: opaque ids, codes, digests and counts, never personal data."""

    __slots__ = ()
    event_type: ClassVar[EventType]
    declared: ClassVar[Declaration]

    @property
    def subject_refs(self) -> tuple[str, ...]:
        """The opaque ids of its subjects, in order."""
        named = (getattr(self, field.name) for field in self.declared.subjects)
        ids = (one if isinstance(one, tuple) else (one,) for one in named)
        return tuple(str(ref) for ref in chain.from_iterable(ids) if ref is not None)

    @property
    def facts(self) -> Facts:
        """The facts that it states, by name."""
        stated = (
            (field.name, field.fact(getattr(self, field.name))) for field in self.declared.facts
        )
        return tuple((name, value) for name, value in stated if value is not None)


DECLARED: dict[EventType, type[Event]] = {}
"""Every declared type of event."""

STANDING_FACTS: set[str] = set()
"""The facts that say how a row stands."""

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

    The parameters are those of `Declaration`; its sentence is the first line of the docstring.
    An event that `leaves` a single row demands it.
    Raises TypeError for a field that is no id, code, number, truth or moment, for a name that is
    taken, and for a declaration that speaks of a field that the event does not have.
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
    """Return the typed event that the subjects and facts of a body state.

    Subjects and facts beyond the declaration are ignored. Raises LogDamagedError when one is
    missing that every release has stated, or when one is not of its type.
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
            "An event lacks a fact of its type, or states it wrongly."
        ) from error


def _rows(
    leaves: Leaves | tuple[Leaves | Row | Committed, ...], subject: str
) -> tuple[Row | Committed, ...]:
    """Return all that an event with this first subject leaves and commits to."""
    if isinstance(leaves, Leaves):
        return leaves.rows(subject)
    given = (one.rows(subject) if isinstance(one, Leaves) else (one,) for one in leaves)
    return tuple(chain.from_iterable(given))


def _subjects(fields: Sequence[Field], refs: list[str]) -> dict[str, Any]:
    """Return ids by the names of the fields, which take them from the left."""
    values: dict[str, Any] = {}
    for at, field in enumerate(fields):
        kept = sum(each.length or 0 for each in fields[at + 1 :] if not each.is_optional)
        length = max(len(refs) - kept, 0) if field.length is None else field.length
        if field.is_optional and len(refs) - kept < length:
            continue
        if len(refs) < length:
            raise LogDamagedError("An event lacks one of its subjects.")
        taken, refs = refs[:length], refs[length:]
        values[field.name] = tuple(taken) if field.is_tuple else taken[0]
    return values


def _enter(kind: type[Event]) -> None:
    """Put a type into the catalogue; raises TypeError for one that contradicts itself."""
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
