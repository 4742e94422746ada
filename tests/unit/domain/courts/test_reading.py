"""Both outer forms are read alike; what is no message is refused, what is malformed doubted."""

from __future__ import annotations

import re
from datetime import date

import pytest

from domain.courts.reading import MOST_BYTES, read_court_result
from domain.courts.results import CourtResult, Doubt, Reason, Term
from domain.errors import InvalidInputError
from domain.plain_values import plain, read_plain
from tests.court_messages import Line, Said, Told

FULL = Told(
    pnc_id="2000/0411417B",
    offences=(
        Said(
            ended="2026-01-12",
            lines=(
                Line("1115", "Custody, suspended.", duration=("3", "M"), second=("12", "M")),
                Line("", "Uncoded words."),
                Line("4027", "Adjourned.", adjourned_to="2026-07-01", qualifiers=("BA", "C")),
                Line("3008", "Points.", amount="40.00", points="7"),
            ),
        ),
    ),
)


def test_both_outer_forms_and_the_bare_message_read_alike() -> None:
    read, doubts = read_court_result(FULL.delivered())
    assert read_court_result(FULL.routed()) == (read, doubts) == (read, ())
    bare, _ = read_court_result(FULL.message().encode())
    assert (bare.reference, bare.offences) == ("", read.offences)
    assert read_plain(CourtResult, plain(read)) == read


def test_every_line_of_a_result_stays_readable() -> None:
    read, _ = read_court_result(FULL.delivered())
    (offence,) = read.offences
    custody, uncoded, adjourned, points = offence.lines
    assert custody.terms == (Term(3, "M"), Term(12, "M"))
    assert (uncoded.code, uncoded.text) == ("", "Uncoded words.")
    assert adjourned.next_hearing is not None
    assert (adjourned.next_hearing.on, adjourned.next_hearing.bail) == (date(2026, 7, 1), "U")
    assert adjourned.qualifiers == ("BA", "C")
    assert (points.pence, points.points) == (4_000, 7)
    assert (offence.began_on, offence.ended_on) == (date(2026, 1, 10), date(2026, 1, 12))
    assert read.details.pnc_ids == ("2000/0411417B",)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (Told(born="1979-02-30"), Reason(Doubt.DAY_MALFORMED, "/defendant/born_on")),
        (Told(heard=""), Reason(Doubt.DAY_MALFORMED, "/heard_on")),
        (
            Told(offences=(Said(lines=(Line(amount="12.345"),)),)),
            Reason(Doubt.AMOUNT_MALFORMED, "/offences/0/lines/0/pence"),
        ),
        (
            Told(offences=(Said(lines=(Line(amount="1e400"),)),)),
            Reason(Doubt.AMOUNT_MALFORMED, "/offences/0/lines/0/pence"),
        ),
        (
            Told(offences=(Said(), Said(lines=(Line(duration=("many", "M")),)))),
            Reason(Doubt.NUMBER_MALFORMED, "/offences/1/lines/0/terms/0"),
        ),
        (
            Told(offences=(Said(sequence="one"),)),
            Reason(Doubt.NUMBER_MALFORMED, "/offences/0/sequence"),
        ),
    ],
)
def test_what_is_malformed_is_doubted_with_its_place(told: Told, reason: Reason) -> None:
    assert read_court_result(told.delivered())[1] == (reason,)


_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]>'
    "<a xmlns='http://www.dca.gov.uk/xmlschemas/libra'>&c;</a>"
)
_OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no XML",
        FULL.delivered()[:-40],
        b"<DeliverRequest/>",
        FULL.delivered().replace(b"libra", b"other"),
        _BOMB.encode(),
        _BOMB.encode("utf-16"),
        _OUTSIDE.encode(),
        FULL.routed().replace(b"&lt;m:Session", _OUTSIDE.encode().replace(b"<", b"&lt;")),
        b"<a>" * 100 + b"</a>" * 100,
        b"<a>" + b"<b/>" * 60_000 + b"</a>",
        b" " * (MOST_BYTES + 1),
        FULL.delivered().replace(b"UTF-8", b"no-such-code"),
        FULL.delivered().replace(b"Oswin", b"\xff\xfe"),
    ],
)
def test_what_is_no_message_is_refused_and_never_repeated(body: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_court_result(body)
    assert "hostname" not in refused.value.detail
    assert "Oswin" not in refused.value.detail


def test_characters_that_cannot_be_seen_do_not_enter() -> None:
    read, _ = read_court_result(Told(surname="Tre\u202elaw\u200bney").delivered())
    assert read.defendant.name.surname == "Trelawney"


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164", "\xad", "\u202e"])
def test_no_text_of_a_message_keeps_what_cannot_be_seen(unseen: str) -> None:
    told = re.sub(r">([^<]+)<", rf">\1{unseen}<", FULL.delivered().decode())

    assert told.count(unseen) > 20
    assert read_court_result(told.encode()) == read_court_result(FULL.delivered())
