"""The office's finding policy, the record of which prints were shown to whom, and the office's
statements for its court reports. Statements that only the expert can make are left as gaps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.examination.markups import MOST_FEATURES
from domain.ids import CaseId, PolicyId, ShownPrintId, StatementId, UserId
from domain.prints.prints import FingerPosition

MOST_POINT_PAIRS = 200
"""The maximum number of pairs of points in a comparison."""


GOOD_QUALITY = 60
"""The lowest quality of prints for which an office may waive points."""


@dataclass(frozen=True, slots=True)
class FindingPolicy:
    """The requirements for a finding. Raises InvalidInputError for a number out of range.

    Nobody is identified without points that the examiner placed, unless the office expressly
    permits it: for tenprints of good quality, and for templates without prints.
    """

    mark_point_pairs: int = 8
    """The minimum number of pairs of points for an identified mark."""
    needs_prints: bool = True
    """Whether the examiner must have seen an image or the minutiae of the fingers on which a
    finding is based.

    A trial that has only templates sets this to False. The prints must still have been opened.
    """

    tenprint_point_pairs: int = 8
    """The minimum number of pairs of points for each identified finger of a tenprint."""
    analysed_minutiae: int = 0
    """The fewest minutiae in the analysis of each identified finger, of tenprints and marks."""
    unmarked_quality: int | None = None
    """A finger of a tenprint needs no points if both its prints have at least this quality. None:
    every finger needs points."""

    def __post_init__(self) -> None:
        fewest = 1 if self.needs_prints else 0
        pairs = (self.mark_point_pairs, self.tenprint_point_pairs)
        if not all(fewest <= number <= MOST_POINT_PAIRS for number in pairs):
            raise InvalidInputError(
                f"The number of pairs of points must be from 1 to {MOST_POINT_PAIRS}."
            )
        if not 0 <= self.analysed_minutiae <= MOST_FEATURES:
            raise InvalidInputError(
                f"The number of minutiae in an analysis must be from 0 to {MOST_FEATURES}."
            )
        if self.unmarked_quality is not None and not GOOD_QUALITY <= self.unmarked_quality <= 100:
            raise InvalidInputError(
                "Set the lowest quality at which a tenprint finger needs no points to a "
                f"number from {GOOD_QUALITY} to 100."
            )

    def pairs_wanted(self, *, is_mark: bool, quality: int) -> int:
        """Return how many pairs of points an identified finger needs.

        `quality` is the lower of the qualities of its two prints, from 0 to 100.
        """
        if is_mark:
            return self.mark_point_pairs
        is_good = self.unmarked_quality is not None and quality >= self.unmarked_quality
        return 0 if is_good else self.tenprint_point_pairs


TEMPLATES_ALONE = FindingPolicy(mark_point_pairs=0, needs_prints=False, tenprint_point_pairs=0)
"""The policy for a trial with invented people and templates only: no prints, so no points."""


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A finding policy as it was set. Findings name the version that was in force."""

    policy: FindingPolicy = FindingPolicy()
    version: int = 0
    """0 for the initial policy, which is in force until the office sets one."""
    policy_id: PolicyId | None = None
    set_by: UserId | None = None
    set_at: datetime | None = None


class ShownAs(StrEnum):
    """The form in which a print was shown."""

    IMAGE = "image"
    MINUTIAE = "minutiae"
    NOTHING = "nothing"
    """A placeholder that says that there is no image."""


@dataclass(frozen=True, slots=True)
class ShownPrint:
    """One print of a case, as it was shown to one person."""

    print_id: ShownPrintId
    """The id by which an event refers to this print."""
    case_id: CaseId
    viewer: UserId
    label: str
    """`probe`, or the neutral label of the exemplar."""
    position: FingerPosition
    content: ShownAs
    shown_at: datetime

    def is_again(self, other: ShownPrint) -> bool:
        """Whether the same person was already shown the same print in the same form."""
        mine = (self.case_id, self.viewer, self.label, self.position, self.content)
        return mine == (other.case_id, other.viewer, other.label, other.position, other.content)


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
    """One statement as made. A later one on the same topic replaces it in new reports."""

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
    """Return the last statement on each topic, and on each examiner's competence.

    `statements` are in the order in which they were made.
    """
    return {(one.topic, one.examiner): one for one in statements}
