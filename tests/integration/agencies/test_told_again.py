"""What a sloppy or hostile channel tells again, or of somebody else, changes nobody twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.people.identifiers import make_pnc_id
from tests.court_messages import Line, Said, Told
from tests.integration.agencies.test_court_results import (
    OTHER_ASN,
    doubts,
    held,
    laid,
    sent,
    step,
    summonsed,
)
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.merging import merged
from tests.integration.api.prints import encounter
from tests.integration.requests.test_disputes import report

pytestmark = pytest.mark.promise("records")

_ADJOURNED = Line("4014", "Adjourned for sentence.", adjourned_to="2026-07-01")
_PNC_ID = make_pnc_id(2000, 411417)


def _sentence(reference: str, *pounds: str, heard: str = "2026-07-01") -> Told:
    """Return a sentence for each offence, a month after the verdicts."""
    offences = tuple(
        Said(
            f"{number:03}",
            began=f"2026-01-{number + 9}",
            lines=(Line(text=f"Fined, {reference}.", amount=f"{one}.00"),),
        )
        for number, one in enumerate(pounds, 1)
    )
    return Told(reference, heard=heard, offences=offences)


def _fines(world: World, record_id: str) -> list[list[int]]:
    """Return the amounts of each conviction of a record."""
    return [
        [amount.hundredths for sanction in one.sanctions for amount in sanction.amounts]
        for one in held(world, record_id).convictions
    ]


@pytest.mark.parametrize("heard", ["2026-07-01", "2026-07-10"])
def test_a_sentence_that_is_told_in_other_words_is_passed_once(world: World, heard: str) -> None:
    record_id = summonsed(world)
    assert sent(world, Told(offences=(Said(lines=(_ADJOURNED,)),)))["state"] == "attached"
    assert sent(world, _sentence("first", "120"))["state"] == "attached"

    again = sent(world, _sentence("second", "120", heard=heard))

    assert (again["state"], doubts(again)) == ("doubtful", ["judged-already"])
    assert _fines(world, record_id) == [[12_000]]


def test_a_sentence_for_a_verdict_of_another_day_waits(world: World) -> None:
    record_id = summonsed(world)
    assert sent(world, Told(offences=(Said(lines=(_ADJOURNED,)),)))["state"] == "attached"

    told = sent(
        world, Told("other day", heard="2026-07-01", offences=(Said(convicted="2026-05-29"),))
    )

    assert (told["state"], doubts(told)) == ("doubtful", ["offences-differ"])
    assert _fines(world, record_id) == [[]]


def test_each_of_two_charges_alike_has_its_own_sentence(world: World) -> None:
    told = Told()
    charges = [
        report(told.asn, committed_on=f"2026-01-{day}", disposals=[])["offences"][0]
        for day in (10, 11)
    ]
    body = {
        "names": [{"forename": told.forename, "surname": told.surname}],
        "dates_of_birth": [told.born],
        "arrest_reports": [report(told.asn) | {"offences": charges}],
    }
    record_id = world.officer().post("/v1/records", body).json()["record_id"]
    verdicts = tuple(replace(one, lines=(_ADJOURNED,)) for one in _sentence("", "1", "2").offences)
    assert sent(world, Told(offences=verdicts))["state"] == "attached"

    later = sent(world, _sentence("later", "120", "90"))

    assert later["state"] == "attached"
    assert _fines(world, record_id) == [[12_000], [9_000]]


def test_a_pnc_id_of_somebody_else_on_record_makes_a_doubt(world: World) -> None:
    record_id = summonsed(world)
    other = encounter(7)
    other["record"]["pnc_ids"] = [_PNC_ID]
    assert world.force().post("/v1/encounters", other).status_code == 201

    told = sent(world, Told(pnc_id=_PNC_ID))

    assert (told["state"], doubts(told)) == ("doubtful", ["other-pnc-id"])
    assert held(world, record_id).convictions == ()


def test_what_two_people_took_off_is_not_attached_again_by_rule(world: World) -> None:
    record_id = summonsed(world)
    matter_id = sent(world, Told())["matter_id"]
    step(world, matter_id, "withdrawal", expected_step=1, words="A cousin of one name.")
    step(world, matter_id, "answer", "officer-b", expected_step=2, agrees=True)

    again = sent(world, Told("LEEDS-7-2", offences=(Said(lines=(Line(amount="90.00"),)),)))

    assert (again["state"], doubts(again)) == ("doubtful", ["taken-off"])
    assert held(world, record_id).convictions == ()


def test_a_proposal_is_refused_once_its_person_is_merged_or_erased(world: World) -> None:
    kept = summonsed(world)
    other = Told(forename="Ileana", surname="Vasilescu", born="1991-03-04", asn=OTHER_ASN)
    merging = summonsed(world, **{one: getattr(other, one) for one in _WHO})
    people = [held(world, one).person_id for one in (kept, merging)]
    waits = sent(world, replace(other, forename="Ileanna"))["matter_id"]
    assert step(world, waits, "attachment", **laid(merging)).status_code == 200

    merged(world, *people)
    on_merged = step(world, waits, "answer", "officer-b", expected_step=2, agrees=True)
    erased(world, people[0])
    on_erased = step(world, waits, "answer", "officer-b", expected_step=2, agrees=True)
    answer = {"expected_step": 2, "agrees": False, "words": "No longer on record."}
    refused = step(world, waits, "answer", "officer-b", **answer)

    assert [one.status_code for one in (on_merged, on_erased)] == [409, 410]
    assert refused.json()["state"] == "doubtful"


_WHO = ("forename", "surname", "born", "asn")
