"""Convictions in words: nothing held is left out, and one wording serves every reader."""

import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from domain.courts.result_words import result_words
from domain.courts.results import NextHearing, ResultLine, Term
from domain.people import conviction_words as words
from domain.people.convictions import (
    Amount,
    Completion,
    ConvictedOffence,
    Conviction,
    Court,
    DecisionChange,
    InformationSource,
    LaterDecision,
    Nature,
    Participation,
    Sanction,
    SentenceKind,
    Source,
)
from domain.people.items import Item, ItemKind
from domain.people.partial_dates import PartialDate
from domain.plain_text import TableCode
from domain.restrictions import Restrictions
from service.usecases.certificates import drafting
from service.usecases.requests import own_data

ON = date(2024, 2, 1)
OTHERS: dict[str, Any] = {
    "kind": SentenceKind.FINE,
    "code": TableCode("eu-sanctions/1", "1001"),
    "nature": Nature.ANCILLARY,
    "duration": "P1Y6M",
    "suspended_for": "P2Y",
    **dict.fromkeys(("starts_on", "ends_on", "licence_ends_on", "order_ends_on"), ON),
    "is_indefinite": True,
    "is_consecutive": True,
    "is_schedule_18": True,
    "amounts": (Amount(12_005, "GBP"),),
    "paid_on": ON,
    "words": "To be served at weekends.",
    "national_code": "TH68011",
    "title": "Robbery",
    "common_code": TableCode("eu-offences/1", "1502"),
    "completion": Completion.ATTEMPTED,
    "participation": Participation.AIDER,
    "count": 3,
    "began_on": PartialDate(2024, 1),
    "ended_on": PartialDate(2024, 2),
    "place": "Leeds",
    "country": "POL",
    "provisions": ("Theft Act 1968 s 1",),
    "is_recordable": False,
    "change": DecisionChange.SUSPENSION_REVOKED,
    "decided_on": date(2024, 3, 1),
    "court": Court("Leeds Crown Court"),
    "final_on": date(2024, 5, 1),
    "deletes": True,
    "hundredths": 1,
    "currency": "EUR",
    "times": 30,
    "text": "Fined.",
    "qualifiers": ("BA",),
    "terms": (Term(3, "M"),),
    "pence": 12_005,
    "points": 6,
    "next_hearing": NextHearing("B01EF01", ON, "10:00", "Trial", "A"),
    "on": ON,
    "at": "10:00",
    "reason": "Trial",
    "bail": "A",
}
"""Another value for each field of what is told."""

SANCTION = Sanction(SentenceKind.CUSTODY)
OFFENCE = ConvictedOffence("TH68010", "Theft")
DECISION = LaterDecision(DecisionChange.SENTENCE_CHANGED, date(2024, 4, 1), Court("York"))
TOLD = {
    "amount": (Amount(12_000, "GBP"), lambda one: words.sentence_in_full(_fined(one))),
    "sentence": (SANCTION, words.sentence_in_full),
    "offence": (OFFENCE, words.offence_in_full),
    "decision": (DECISION, words.decision_in_full),
    "line of a result": (ResultLine("1015"), result_words),
    "next hearing": (NextHearing("X"), lambda one: result_words(ResultLine(next_hearing=one))),
    "sentence to others": (SANCTION, words.sentence_words),
    "offence to others": (OFFENCE, words.offence_words),
    "decision to others": (DECISION, words.decision_words),
}
ONLY_IN_FULL = {
    "sentence to others": {"code", "is_schedule_18", "words"},
    "offence to others": {
        *("national_code", "common_code", "began_on", "ended_on", "place", "country"),
        *("provisions", "is_recordable"),
    },
    "decision to others": {"words"},
}
"""What documents for others leave out: codes, the court's wording, and when and where."""


def _fined(amount: Amount) -> Sanction:
    return replace(SANCTION, amounts=(amount,))


@pytest.mark.parametrize(
    ("told", "name"),
    [(told, one.name) for told, (value, _) in TOLD.items() for one in fields(value)],
)
def test_every_field_is_told_unless_it_is_listed(told: str, name: str) -> None:
    value, write = TOLD[told]

    other = "B01EF01" if (told, name) == ("next hearing", "court") else OTHERS[name]
    changed = write(replace(value, **{name: other}))

    assert (changed != write(value)) is (name not in ONLY_IN_FULL.get(told, ()))


@pytest.mark.parametrize("kind", SentenceKind)
def test_every_kind_of_sentence_is_told(kind: SentenceKind) -> None:
    said = words.sentence_words(Sanction(kind, words="As the court said."))

    assert said == ("As the court said." if kind is SentenceKind.UNSTRUCTURED else kind.value)


def test_a_suspended_sentence_and_a_fine_read_as_people_write_them() -> None:
    suspended = Sanction(SentenceKind.CUSTODY, duration="P6M", suspended_for="P1Y6M2W1D")
    fine = Sanction(SentenceKind.FINE, amounts=(Amount(25_005, "GBP"), Amount(900, "EUR", 30)))

    assert words.sentence_words(suspended) == (
        "custody, 6 months, suspended for 1 year 6 months 2 weeks 1 day"
    )
    assert words.sentence_words(fine) == "fine, 250.05 GBP, 30 times 9.00 EUR"


WHOLE = Conviction(
    Court("Leeds Crown Court"),
    ON,
    (replace(OFFENCE, completion=Completion.ATTEMPTED),),
    (Sanction(SentenceKind.CUSTODY, duration="P6M", suspended_for="P1Y", words="Mind Jo."),),
    Source(InformationSource.COURT),
    Restrictions(),
    decisions=(DECISION,),
)


def test_the_persons_own_answer_and_a_certificate_tell_by_the_same_words() -> None:
    own = own_data.text_of(Item("conviction-1", ItemKind.CONVICTION, WHOLE))
    item: Any = SimpleNamespace(held=SimpleNamespace(conviction=WHOLE))
    certified = drafting._matter(item)

    assert certified.offences == ("Theft, attempted",)
    assert certified.sanctions == (
        "custody, 6 months, suspended for 1 year",
        "sentence changed on 1 April 2024, York",
    )
    for one in certified.sanctions:
        assert one in own
    assert "attempted" in own
    assert "Mind Jo." in own


OF_CONVICTION: dict[str, Any] = {
    "court": Court("York Crown Court"),
    "offences": (OFFENCE,),
    "sanctions": (SANCTION,),
    "source": Source(InformationSource.OTHER_STATE, "POL"),
    "decisions": (),
    "reference": "LEEDS-7",
    "asn": "2605CJ0000000000123G",
    "was_under_18": True,
    "is_summary_only": True,
    "recorded_on": date(2024, 3, 3),
    "decided_on": date(2024, 1, 31),
    "final_on": date(2024, 5, 1),
}
ABOUT_ITS_USE = {"restrictions", "proceedings"}
"""What the source allows others, and which convictions the rules count together."""


@pytest.mark.parametrize("name", [one.name for one in fields(Conviction)])
def test_the_persons_own_answer_tells_every_field_of_a_conviction(name: str) -> None:
    def told(one: Conviction) -> str:
        return own_data.text_of(Item("conviction-1", ItemKind.CONVICTION, one))

    if name in ABOUT_ITS_USE:
        return
    assert told(replace(WHOLE, **{name: OF_CONVICTION[name]})) != told(WHOLE)


TELLING = re.compile(r"\.(duration|suspended_for|amounts|licence_ends_on|order_ends_on)\b")
COMPUTING = {
    "service/usecases/requests/matters.py",
    "service/usecases/retention/events.py",
    "service/usecases/exchange/stating.py",
}
"""Modules that read sentences for rules and messages, not for people."""


def test_nothing_else_puts_a_sentence_into_words() -> None:
    root = Path(__file__).parents[3]
    paths = [*root.glob("service/**/*.py"), *root.glob("service/**/*.html")]
    found = {
        str(path.relative_to(root))
        for path in paths
        if re.search(r"\.sanctions\b|\bSanction\b", text := path.read_text())
        and TELLING.search(text)
    }

    assert found == COMPUTING


def test_every_page_with_sentences_tells_them_by_these_words_with_later_decisions() -> None:
    pages = (Path(__file__).parents[3] / "service").glob("**/*.html")
    telling = [text for path in pages if ".sanctions" in (text := path.read_text())]

    assert len(telling) == 4
    for page in telling:
        assert re.search(r'\| sentence\b|map\("sentence"\)', page)
        assert re.search(r'\| decision\b|map\("decision"\)', page)
