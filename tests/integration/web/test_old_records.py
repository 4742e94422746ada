"""Pages of old records: what is sent twice, left out or too early is told in its place."""

from __future__ import annotations

import re

from domain.access.access import Role
from tests.integration.conversion.working import TEXTS, Roll, form
from tests.integration.web.driver import Office, Person


def typed(**texts: str) -> dict[str, str]:
    """Return what a keyer types; names of fields with underscores."""
    return {one["field"]: one["text"] for one in form(**texts)["fields"]} | {"fault": "none"}


def keyer(office: Office, name: str = "keyer-a") -> Person:
    return office.person(name, Role.KEYER)


def test_a_frame_that_is_sent_twice_is_kept_as_first_sent_and_the_keyer_is_told(
    office: Office,
) -> None:
    roll = Roll(office.world)
    frame, at = roll.scan(1), f"conversion/lots/{roll.lot_id}/key"
    person = keyer(office)

    first = person.post(f"{at}/{frame}", **typed(surname="Grey"))
    again = person.post(f"{at}/{frame}", **typed(surname="Gray"))

    assert "not stored" not in first.text
    assert "What you have just sent is not stored" in again.text
    assert roll.key(frame, "keyer-b", surname="Grey") == "matching"


def test_an_empty_form_is_refused_and_the_frame_still_waits(office: Office) -> None:
    roll = Roll(office.world)
    frame, at = roll.scan(1), f"conversion/lots/{roll.lot_id}/key"
    empty = dict.fromkeys(typed(), "") | {"fault": "none"}

    answer = keyer(office).post(f"{at}/{frame}", **empty)
    unreadable = keyer(office).post(f"{at}/{frame}", **empty | {"fault": "unreadable"})

    assert answer.status_code == 422
    assert 'id="surname-error"' in answer.text
    assert "state why it cannot be keyed" in answer.text
    assert unreadable.status_code == 200
    assert roll.states() == {"keyed once": 1}


def test_a_field_that_both_keyers_filled_is_not_settled_empty(office: Office) -> None:
    roll = Roll(office.world)
    frame = roll.scan(1)
    roll.key(frame, "keyer-x", surname="Grey", alias="Jack")
    roll.key(frame, "keyer-y", surname="Gray")
    person, at = office.person("reconciler-a", Role.RECONCILER, force="89"), f"frames/{frame}"

    left_out = person.post(f"conversion/{at}/settlement", **typed(surname=""))
    settled = person.post(f"conversion/{at}/settlement", **typed(surname="Grey"))

    assert left_out.status_code == 422
    assert 'id="surname-error"' in left_out.text
    assert "Both keyers found something in this field" in left_out.text
    # One keyer found no alias, and the third person agrees.
    assert settled.status_code == 200
    assert roll.states() == {"matching": 1}


def test_the_page_of_a_lot_offers_the_step_that_is_next(office: Office) -> None:
    roll = Roll(office.world)
    person, at = office.supervisor(), f"conversion/lots/{roll.lot_id}"
    offered = re.compile(rf'action="/workbench/{at}/(sample|verdict)"').findall

    empty = person.page(at)
    frame = roll.scan(1)
    unfinished = person.page(at)
    early = person.post(f"{at}/sample")
    roll.key_twice(frame, fault="unreadable")
    roll.convert(2)
    finished = person.page(at)
    sampled = person.post(f"{at}/sample").text

    assert "identlink conversion scan FOLDER --lot ROLL-1" in empty
    assert "1 frame is not" in unfinished
    assert early.status_code == 422
    assert 'id="step-error"' in early.text
    assert "<details" in early.text
    assert " open>" not in early.text
    assert [offered(one) for one in (empty, unfinished, finished, sampled)] == [
        [],
        [],
        ["sample"],
        ["verdict"],
    ]


def test_a_sampler_who_reads_a_unit_twice_is_told_and_a_void_sample_says_what_to_do(
    office: Office,
) -> None:
    roll = Roll(office.world)
    roll.convert(1)
    roll.draw()
    person, at = office.person("sampler-a", Role.SAMPLER), f"conversion/lots/{roll.lot_id}"

    first = person.post(f"{at}/read", place="1", answer="right")
    again = person.post(f"{at}/read", place="1", answer="wrong")
    roll.read_sample(TEXTS, is_blind=True)
    verdict = office.supervisor().post(f"{at}/verdict").text

    assert "not stored" not in first.text
    assert "What you have just sent is not stored" in again.text
    assert "The sampler missed too many planted errors: draw another sample" in verdict
