"""The law by tables that people read: `tests/golden/law_prints.txt` and `law_spent.txt`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from domain.people.convictions import SentenceKind
from rules.clocks import Length
from rules.rehabilitation.facts import Conviction, Sentence
from rules.rehabilitation.periods import Reading
from rules.rehabilitation.record import answers
from rules.retention import Basis, extension_asked_from
from rules.situations import Decided, EventFacts, OffenceFacts, Result, bases_of, is_under_18

_GOLDEN = Path(__file__).parents[2] / "golden"
_RESULTS = {
    "guilty": Result.CONVICTED,
    "abroad": Result.ABROAD,
    "cleared": Result.NOT_CONVICTED,
    "summoned": Result.NOT_CONVICTED,
    "dropped": Result.NOT_CHARGED,
    "open": Result.OPEN,
    "notice": Result.PENALTY_NOTICE,
    "volunteer": Result.VOLUNTEER,
}
_GRAVITY = {"qualifying": True, "minor": False, "none": None}
_RECORDABLE = {"yes": True, "no": False, "unknown": None}


def _rows(name: str) -> list[list[str]]:
    lines = (_GOLDEN / name).read_text().splitlines()
    return [line.split(" | ") for line in lines if line and not line.startswith("#")]


def _facts(words: list[str]) -> tuple[dict[str, str], set[str]]:
    stated = dict(word.split("=") for word in words if "=" in word)
    return stated, {word for word in words if "=" not in word}


def _day(stated: dict[str, str], name: str) -> date | None:
    return date.fromisoformat(stated[name]) if name in stated else None


def _offence(text: str) -> OffenceFacts:
    gravity, result, *words = text.split()
    stated, said = _facts(words)
    young = int(stated["at"]) < 18 if "at" in stated else None
    if committed := _day(stated, "committed"):
        young = is_under_18([_day(stated, "born")], committed)
    custody = stated.get("custody")
    return OffenceFacts(
        _GRAVITY[gravity],
        _RECORDABLE[stated.get("recordable", "yes")],
        _RESULTS[result],
        _day(stated, "resulted"),
        young,
        Length.parse(custody) if custody else None,
        is_sentence_known=bool(custody or said & {"fined", "cautioned"}),
    )


def _event(number: int, text: str) -> EventFacts:
    stated, said = _facts(text.split())
    on = _day(stated, "taken") or _day(stated, "resulted")
    assert on is not None
    decided = Decided(
        extended_on=_day(stated, "extended"),
        commissioner_consented_on=_day(stated, "agreed"),
        consented_on=_day(stated, "consented"),
        consent_withdrawn_on=_day(stated, "withdrawn"),
        determined_on=_day(stated, "determined"),
        is_unlawful="unlawful" in said,
        is_other_regime="elsewhere" in said,
    )
    offences = tuple(map(_offence, text.split(" + ")))
    return EventFacts(str(number), on, offences, decided, _day(stated, "began"))


def _kept(basis: Basis) -> str:
    return " ".join(filter(None, (basis.keep.words, basis.last_day and str(basis.last_day))))


@pytest.mark.parametrize("row", _rows("law_prints.txt"), ids=lambda row: row[0])
def test_how_long_prints_are_kept(row: list[str]) -> None:
    _, on, events, number, kept, provision = row
    told = [_event(place, text) for place, text in enumerate(events.split("; "), 1)]

    basis = bases_of(told, date.fromisoformat(on))[int(number) - 1]

    assert _kept(basis) == kept
    assert provision in basis.sentences


def _sentence(text: str) -> Sentence:
    words = text.split()
    stated, said = _facts([word for word in words if "=" in word or word == "consecutive"])
    plain = [word for word in words if "=" not in word and word not in ("consecutive", "young")]
    length = plain.pop() if plain[-1].startswith("P") else ""
    return Sentence(
        SentenceKind(" ".join(plain)),
        Length.parse(length) if length else None,
        ends_on=_day(stated, "ends"),
        is_consecutive="consecutive" in said,
        is_schedule_18=False,
        consecutive_to=stated.get("follows", ""),
    )


def _conviction(text: str) -> Conviction:
    reference, on, sentence = text.split(" ", 2)
    return Conviction(
        reference,
        date.fromisoformat(on),
        (_sentence(sentence),),
        was_under_18=sentence.endswith(" young"),
    )


@pytest.mark.parametrize("row", _rows("law_spent.txt"), ids=lambda row: row[0])
def test_when_convictions_become_spent(row: list[str]) -> None:
    told = list(map(_conviction, row[1].split("; ")))
    found = {
        reading: {
            one.conviction.reference: str(one.end)
            for one in answers(told, date(2026, 11, 29), reading)
        }
        for reading in Reading
    }

    for expected in row[2].split("; "):
        reference, end, *tool = expected.split()
        reading = Reading.CHECKER if tool else Reading.STATUTE
        assert (expected, found[reading][reference]) == (expected, end)


@pytest.mark.parametrize(
    ("last", "first"),
    [("2027-05-09", "2027-02-10"), ("2027-05-31", "2027-03-01"), ("2027-02-28", "2026-12-01")],
)
def test_a_court_is_asked_within_three_months_that_end_on_the_last_day(
    last: str, first: str
) -> None:
    assert str(extension_asked_from(date.fromisoformat(last))) == first
