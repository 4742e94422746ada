"""Everything that is held of a person, by field, and the answer that is made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import AnswerId, PersonId, RequestId, UserId
from domain.requests import ReplyOutcome


class FieldOwner(StrEnum):
    """Whose data a field is, as the schema of the record says."""

    PERSON = "the person"
    ANOTHER = "another person"
    """Such as a parent: removed, unless the deciders keep it."""
    WORDS = "free words"
    """May name a victim, a witness, another suspect or an officer: removed likewise."""


class RemovalGround(StrEnum):
    """Why a field is not disclosed (DPA 2018 s 45(4), s 45A)."""

    INQUIRY = "would obstruct an inquiry"
    PREVENTION = "would prejudice prevention, investigation, prosecution or penalties"
    PUBLIC_SECURITY = "protects public security"
    NATIONAL_SECURITY = "protects national security"
    RIGHTS_OF_OTHERS = "protects the rights of others"
    PRIVILEGE = "is privileged"


@dataclass(frozen=True, slots=True)
class OwnField:
    """One field, at a place that names it without telling its content."""

    place: str
    """Ids and numbers, with strokes: `held/RECORD/name-1`."""
    label: str
    text: str
    owner: FieldOwner = FieldOwner.PERSON


@dataclass(frozen=True, slots=True)
class OwnSection:
    """Fields under one heading; those of the section `held` are the subject of the answer."""

    key: str
    fields: tuple[OwnField, ...]


HELD = "held"
"""The section without which an answer says nothing."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A place that is not disclosed, and why; places below it go with it."""

    place: str
    ground: RemovalGround

    def covers(self, place: str) -> bool:
        """Whether it removes a place."""
        return place == self.place or place.startswith(f"{self.place}/")


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer as it was prepared: kept fields, rebuilt from the data, and removals."""

    answer_id: AnswerId
    request_id: RequestId
    number: int
    """The version of the request that it was prepared on."""
    outcome: ReplyOutcome
    basis: str
    """SHA-256, hexadecimal, of the ids and versions that it was made of."""
    prepared_by: UserId
    prepared_at: datetime
    removals: tuple[Removal, ...]
    content: OwnContent | None
    """None once it was erased."""
    person_id: PersonId | None = None


@dataclass(frozen=True, slots=True)
class OwnContent:
    """The sealed part of an answer."""

    search: str
    """Where was looked, and why no further search is reasonable (s 45(2A))."""
    authority: str = ""
    """The document by which a representative acts; empty where the person asks."""
    sections: tuple[OwnSection, ...] = ()


def kept(sections: Iterable[OwnSection], removals: Iterable[Removal]) -> tuple[OwnSection, ...]:
    """Return the sections left: none at all where nothing of the section `held` is left.

    Recipients and consultations would reveal by themselves that something is held.
    """
    gone = tuple(removals)
    left = tuple(
        OwnSection(section.key, fields)
        for section in sections
        if (fields := tuple(one for one in section.fields if not _is_gone(one.place, gone)))
    )
    return left if any(section.key == HELD for section in left) else ()


def _is_gone(place: str, removals: tuple[Removal, ...]) -> bool:
    return any(removal.covers(place) for removal in removals)


@dataclass(frozen=True, slots=True)
class Told:
    """A recipient was told something about a person."""

    recipient: str
    on: date
    purpose: str
