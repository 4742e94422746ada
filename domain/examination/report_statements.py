"""An office's statements for its court reports. Statements that only the expert can make are left
as gaps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import StatementId, UserId

LONGEST_STATEMENT = 5_000
"""The maximum number of characters in a statement."""


class ReportTopic(StrEnum):
    """The subject of a statement."""

    COMPETENCE = "competence"
    """The competence of one examiner: qualifications, training, tests."""
    ACCREDITATION = "accreditation"
    DECLARATION = "declaration"
    """Declaration of compliance with the code of the regulator."""
    VALIDATION = "validation"
    """How and for what purpose the method was validated, and where that is published."""
    LIMITS = "limits"
    """Limits of the method, in addition to those that every report names."""


@dataclass(frozen=True, slots=True)
class ReportStatement:
    """One statement as it was made. A later statement on the same topic replaces it in new
    reports.
    """

    statement_id: StatementId
    topic: ReportTopic
    examiner: UserId | None
    """The examiner, if the topic is competence; None for every other topic."""
    words: str
    stated_by: UserId
    stated_at: datetime

    def __post_init__(self) -> None:
        if (self.topic is ReportTopic.COMPETENCE) != (self.examiner is not None):
            raise InvalidInputError(
                "Name the examiner in a statement on competence. In any other statement, "
                "name nobody."
            )
        if not len(self.words.strip()) > 0 or len(self.words) > LONGEST_STATEMENT:
            raise InvalidInputError(
                f"The statement is empty or too long: write 1 to {LONGEST_STATEMENT} characters."
            )


def in_force(
    statements: Iterable[ReportStatement],
) -> dict[tuple[ReportTopic, UserId | None], ReportStatement]:
    """Return the last statement on each topic, and on the competence of each examiner.
    `statements` are in the order in which they were made.
    """
    return {(one.topic, one.examiner): one for one in statements}
