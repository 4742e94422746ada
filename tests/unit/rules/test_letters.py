"""Each end of each kind of request, and of a dispute, has its letter or a reason for none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.errors import UnknownRuleError
from domain.people.disputes import DECIDED as DECIDED_DISPUTES
from domain.publication import InformationOutcome
from domain.requests.request_states import ENDED, RequestState
from domain.requests.requests import PartyKind, ReplyOutcome
from domain.retention.retention import ReviewDecision
from rules.data_files import LETTERS, data_file, letter_on
from service.usecases.requests.kinds import KINDS

OWN_DECISIONS = {
    "freedom-of-information": InformationOutcome,
    "retention-review": ReviewDecision,
}
"""What a kind may end with that is decided by calls of its own."""

WITHOUT_DECISION = ENDED - {RequestState.CLOSED}
"""A closed request was decided before."""


def _catalogue() -> Iterator[tuple[str, str]]:
    for kind in KINDS.values():
        assert kind.sends == (kind.name not in OWN_DECISIONS)
        decided = OWN_DECISIONS.get(kind.name, ReplyOutcome)
        yield from ((kind.name, end.value) for end in (*decided, *sorted(WITHOUT_DECISION)))
    yield from (("dispute", end.value) for end in DECIDED_DISPUTES)


CATALOGUE = sorted(_catalogue())


@pytest.mark.parametrize(("about", "end"), CATALOGUE)
def test_each_end_has_a_letter_or_a_reason(about: str, end: str) -> None:
    letter = letter_on(about, end)
    assert bool(letter.why_none) != bool(letter.paragraphs)
    assert letter.version == LETTERS
    told = data_file(LETTERS).content
    assert about in {*told["kinds"], *told["none"], *told["whole"]}, "a kind has its own rights"
    if letter.paragraphs:
        assert len(letter.paragraphs) >= 3, (
            "what was asked, how it ended, and what rights there are"
        )
        assert all(one[-1] in ".)" and one == one.strip() for one in letter.paragraphs)


def test_people_are_told_whom_to_complain_to_and_others_are_not_called_the_person() -> None:
    for name, end in CATALOGUE:
        if name in KINDS and letter_on(name, end).paragraphs:
            text = " ".join(letter_on(name, end).paragraphs)
            is_own = PartyKind.PERSON in KINDS[name].askers
            assert ("Information Commissioner" in text) == is_own, (name, end)
            assert is_own or "held about you" not in text, (name, end)


def test_only_internal_review_leads_to_the_commissioner_in_freedom_of_information() -> None:
    for end in InformationOutcome:
        text = " ".join(letter_on("freedom-of-information", end.value).paragraphs)
        assert "internal review" in text
        assert "Another officer" in text


@pytest.mark.parametrize("kind", [one.name for one in KINDS.values() if one.sends])
def test_a_letter_never_tells_why_nobody_was_identified(kind: str) -> None:
    alike = ("not identified", "several people found", "prints do not match")
    assert len({letter_on(kind, end) for end in alike}) == 1


def test_no_text_is_for_an_end_that_cannot_be() -> None:
    told = data_file(LETTERS).content
    stated = {
        (about, end) for row in told["letters"] for about in row["about"] for end in row["ends"]
    }
    assert stated <= set(CATALOGUE)
    assert set(told["ends"]) == {*map(str, ReplyOutcome), *map(str, WITHOUT_DECISION)}
    assert {*told["kinds"], *told["none"]} - {"*"} == set(KINDS)


def test_an_end_without_a_text_is_refused() -> None:
    with pytest.raises(UnknownRuleError):
        letter_on("dispute", "withdrawn by the weather")
