from __future__ import annotations

import json
from datetime import timedelta, timezone

import pytest
from prov.model import ProvDocument

from domain.examination.cases import DecisionKind
from domain.ids import SearchId, UserId
from service.provenance.prov_view import decision_role, prov_document, prov_json, prov_n
from tests.unit.service.provenance.builders import START
from tests.unit.service.provenance.link_histories import (
    a_history,
    a_link_made,
    a_revoked_history,
    a_sealed,
    a_search,
)


def test_the_view_says_who_did_what_with_what() -> None:
    view = json.loads(prov_json(a_history()))

    activities = {name: each["prov:type"]["$"] for name, each in view["activity"].items()}
    assert activities == {
        "il:search-s1": "il:Search",
        "il:decision-d1": "il:Decision",
        "il:decision-d2": "il:Verification",
        "il:linking-l1": "il:Linking",
    }
    done_by = {
        (each["prov:activity"], each["prov:agent"]) for each in view["wasAssociatedWith"].values()
    }
    assert done_by == {
        ("il:search-s1", "il:model-aaaaaaaaaaaa"),
        ("il:search-s1", "il:person-desk_40_force.example"),
        ("il:decision-d1", "il:person-ann"),
        ("il:decision-d2", "il:person-ben"),
    }
    assert view["entity"]["il:link-l1"]["il:person"] == "p1"
    assert view["entity"]["il:probe-s1"]["il:commitment"] == "dd" * 32
    assert view["agent"]["il:model-aaaaaaaaaaaa"]["il:digest"] == "aa" * 32


def test_a_verification_is_not_informed_by_the_first_decision() -> None:
    view = json.loads(prov_json(a_history()))

    informed = {
        (each["prov:informed"], each["prov:informant"]) for each in view["wasInformedBy"].values()
    }
    assert informed == {
        ("il:linking-l1", "il:decision-d1"),
        ("il:linking-l1", "il:decision-d2"),
    }


def test_a_resolution_is_informed_by_what_it_resolves() -> None:
    resolution = a_sealed(3, "sue", kind=DecisionKind.RESOLUTION)
    view = json.loads(prov_json(a_history(decisions=(a_sealed(1, "ann"), resolution))))

    assert view["activity"]["il:decision-d3"]["prov:type"]["$"] == "il:Resolution"
    assert {"prov:informed": "il:decision-d3", "prov:informant": "il:decision-d1"} in view[
        "wasInformedBy"
    ].values()


def test_a_revocation_ends_the_link() -> None:
    view = json.loads(prov_json(a_revoked_history()))

    (ended,) = view["wasInvalidatedBy"].values()
    assert ended == {
        "prov:entity": "il:link-l1",
        "prov:activity": "il:revocation-l1",
        "prov:time": "2026-03-10T09:00:00+00:00",
    }
    assert "il:person-sue" in view["agent"]


def test_a_revocation_by_nobody_known_names_nobody() -> None:
    history = a_history(link=a_link_made(revoked_at=START))

    assert "il:person-sue" not in prov_n(history)
    assert "il:revocation-l1" in prov_n(history)


def test_reasons_stay_out_of_the_view() -> None:
    for text in (prov_json(a_revoked_history()), prov_n(a_revoked_history())):
        assert "Mary" not in text
        assert "reason" not in text


def test_the_number_of_the_event_is_told() -> None:
    view = json.loads(prov_json(a_history()))

    assert view["activity"]["il:decision-d1"]["il:event"]["$"] == "20"
    assert view["entity"]["il:link-l1"]["il:event"]["$"] == "22"


def test_what_is_not_known_is_left_out() -> None:
    history = a_history(
        search=a_search(on_behalf_of=""),
        probe_commitment="",
        link=a_link_made(record_id=None, encounter_id=None),
        event_numbers=(),
    )

    view = json.loads(prov_json(history))

    assert "il:on_behalf_of" not in view["activity"]["il:search-s1"]
    assert "il:commitment" not in view["entity"]["il:probe-s1"]
    assert not {"il:record", "il:encounter", "il:event"} & view["entity"]["il:link-l1"].keys()


def test_one_person_in_two_parts_is_one_agent() -> None:
    history = a_history(decisions=(a_sealed(1, "sue"), a_sealed(2, "ben")))

    text = prov_n(a_history(decisions=history.decisions, link=a_revoked_history().link))

    assert text.count("agent(il:person-sue,") == 1


def test_the_view_is_the_same_for_the_same_history() -> None:
    assert prov_json(a_history()) == prov_json(a_history())
    assert prov_n(a_history()) == prov_n(a_history())


def test_the_view_is_read_back_by_the_package() -> None:
    history = a_revoked_history()

    read = ProvDocument.deserialize(content=prov_json(history), format="json")

    assert read == prov_document(history)


def test_times_are_told_in_utc() -> None:
    local = START.astimezone(timezone(timedelta(hours=5)))

    assert prov_json(a_history(search=a_search(submitted_at=local))) == prov_json(a_history())


@pytest.mark.parametrize("ref", ["a b", "a/b", "a(b)", 'a"b', "a:b", "a,b", "\u00e9", "a_2f_b"])
def test_unusual_ids_make_a_document_that_is_read_back(ref: str) -> None:
    history = a_history(
        search=a_search(search_id=SearchId(ref), submitted_by=UserId(ref)),
    )

    read = ProvDocument.deserialize(content=prov_json(history), format="json")

    assert read == prov_document(history)


def test_two_ids_never_share_a_name() -> None:
    names = {
        str(prov_document(a_history(search=a_search(search_id=SearchId(ref)))).get_provn())
        for ref in ("a/b", "a_2f_b", "a:b", "a_b")
    }

    assert len(names) == 4


def test_the_role_follows_from_kind_and_order() -> None:
    assert decision_role(a_sealed(1, "ann"), 0) == "decision"
    assert decision_role(a_sealed(2, "ben"), 1) == "verification"
    assert decision_role(a_sealed(3, "sue", kind=DecisionKind.RESOLUTION), 2) == "resolution"
