"""Statements of an office for its reports: of a topic, or of one examiner's competence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.errors import InvalidInputError
from domain.examination.finding_policy import (
    LONGEST_STATEMENT,
    ReportStatement,
    ReportTopic,
    in_force,
)
from domain.ids import StatementId, UserId

AT = datetime(2026, 11, 30, tzinfo=UTC)


def stated(topic: ReportTopic, words: str, examiner: str | None = None) -> ReportStatement:
    whose = UserId(examiner) if examiner else None
    return ReportStatement(StatementId(words), topic, whose, words, UserId("root"), AT)


def test_the_last_of_each_topic_and_examiner_is_in_force() -> None:
    first = stated(ReportTopic.ACCREDITATION, "Number 1")
    second = stated(ReportTopic.ACCREDITATION, "Number 2")
    hers, his = (stated(ReportTopic.COMPETENCE, f"Of {who}", who) for who in ("her", "him"))

    found = in_force([first, hers, second, his])

    assert set(found.values()) == {second, hers, his}
    assert found[ReportTopic.COMPETENCE, UserId("her")] is hers


@pytest.mark.parametrize(
    ("topic", "words", "examiner"),
    [
        (ReportTopic.COMPETENCE, "Whose?", None),
        (ReportTopic.LIMITS, "Of whom?", "somebody"),
        (ReportTopic.LIMITS, "  ", None),
        (ReportTopic.LIMITS, "x" * (LONGEST_STATEMENT + 1), None),
    ],
)
def test_an_empty_or_misplaced_statement_is_refused(
    topic: ReportTopic, words: str, examiner: str | None
) -> None:
    with pytest.raises(InvalidInputError):
        stated(topic, words, examiner)
