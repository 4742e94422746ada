"""Statements of an office in its reports for court; those of the expert alone stay gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import StatementId, UserId

LONGEST_STATEMENT = 5_000
"""A statement has this many characters at most."""


class ReportTopic(StrEnum):
    """The subject of a statement."""

    COMPETENCE = "competence"
    """Of one examiner: qualifications, training, tests."""
    ACCREDITATION = "accreditation"
    DECLARATION = "declaration"
    """Of compliance with the code of the regulator."""
    VALIDATION = "validation"
    """How the method was validated, its purpose, and where that is published."""
    LIMITS = "limits"
    """Of the method, beyond those that every report names."""


@dataclass(frozen=True, slots=True)
class ReportStatement:
    """One statement as it was made; a later one on the same topic replaces it in new reports."""

    statement_id: StatementId
    topic: ReportTopic
    examiner: UserId | None
    """The examiner, for the topic of competence; None for every other topic."""
    words: str
    stated_by: UserId
    stated_at: datetime

    def __post_init__(self) -> None:
        if (self.topic is ReportTopic.COMPETENCE) != (self.examiner is not None):
            raise InvalidInputError("Name the examiner of a competence, and of nothing else.")
        if not len(self.words.strip()) > 0 or len(self.words) > LONGEST_STATEMENT:
            raise InvalidInputError(f"A statement has from 1 to {LONGEST_STATEMENT} characters.")


def in_force(
    statements: Iterable[ReportStatement],
) -> dict[tuple[ReportTopic, UserId | None], ReportStatement]:
    """Return the last statement of each topic, and of each examiner; `statements`: in order."""
    return {(one.topic, one.examiner): one for one in statements}
