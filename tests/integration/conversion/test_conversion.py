"""Back record conversion over HTTP, from the picture of a frame to an accepted lot."""

from __future__ import annotations

import pytest

from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from service.usecases.requests.notices import give_owed_notices
from tests.integration.api.driver import World
from tests.integration.api.erasing import confirmed, erased
from tests.integration.api.prints import tenprint
from tests.integration.conversion.working import TEXTS, Roll, form
from tests.integration.disclosure.restricting import item_restricted, lifted, restricted
from tests.integration.requests.working import opened


@pytest.mark.journey
def test_a_frame_becomes_a_record_that_a_names_enquiry_finds(world: World) -> None:
    roll = Roll(world)

    roll.convert(1)
    roll.convert(2, offence="Housebreaking", convicted_on="9.9.1963")

    with world.services.units.read() as unit:
        (row,) = unit.people.details_after(0, 10)  # type: ignore[arg-type]
        record = unit.people.records_of([row])[row]
    assert record.force == "99"
    assert [one.offences[0].national_code for one in record.convictions] == [
        "LA1916.2",
        "LA1916.26",
    ]
    assert {one.source.kind.value for one in record.convictions} == {"back record"}
    assert roll.states() == {"written": 2}


def test_neither_keyer_sees_the_other_and_a_third_settles(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    frame = roll.scan(1)
    roll.key(frame, "keyer-a", surname="Gray")

    again = sqlite_world.keyer("keyer-a").post(f"/v1/conversion/frames/{frame}/keyings", form())
    seen = sqlite_world.reconciler().get(f"/v1/conversion/frames/{frame}").json()
    state = roll.key(frame, "keyer-b")

    assert again.status_code == 409
    assert seen["keyings"] == []
    assert sqlite_world.keyer().get(f"/v1/conversion/frames/{frame}").status_code == 403
    assert state == "differs"
    both = sqlite_world.reconciler().get(f"/v1/conversion/frames/{frame}").json()
    assert both["differing"] == ["surname"]
    changed = form(court="Leeds Assizes")
    answer = sqlite_world.reconciler().post(f"/v1/conversion/frames/{frame}/settlement", changed)
    assert answer.status_code == 400
    assert roll.step(sqlite_world.reconciler(), frame, "settlement", form()) == "matching"


def test_a_third_keyer_of_a_frame_is_told_to_take_the_next(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    frame = roll.scan(1)
    roll.key_twice(frame)

    answer = sqlite_world.keyer("keyer-c").post(f"/v1/conversion/frames/{frame}/keyings", form())

    assert answer.status_code == 409


def test_a_frame_is_received_once_for_its_place_and_digest(world: World) -> None:
    roll = Roll(world)

    first, again = roll.scan(1), roll.scan(1)
    other = roll.send(1, b"another picture")
    same_lot = Roll(world)

    assert again == first
    assert other.status_code == 409
    assert same_lot.lot_id == roll.lot_id
    assert roll.states() == {"received": 1}
    assert roll.send(1, part=1).status_code == 201


def test_what_is_no_picture_or_was_changed_is_refused(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    body = {"lot_id": roll.lot_id, "number": 1, "picture": "YWJj"}

    no_picture = roll.keeper.post("/v1/conversion/frames", body)
    changed = roll.keeper.post(
        "/v1/conversion/frames", body | {"picture": "iVBORw0KGgo=", "picture_sha256": "0" * 64}
    )

    assert no_picture.status_code == changed.status_code == 400


def test_the_same_conviction_of_another_frame_is_a_second_source(world: World) -> None:
    roll = Roll(world)
    first = roll.convert(1)

    second = roll.convert(2)

    writing = roll.writing(second)
    assert roll.writing(first).record_id == writing.record_id
    assert roll.convictions(writing.record_id) == 1
    assert all(item.is_second_source for item in writing.items)
    path = f"/v1/conversion/records/{writing.record_id}/sources"
    sources = world.auditor().get(path).json()["sources"]
    conviction = [one for one in sources if one["item_id"].startswith("conviction-")]
    assert [one["number"] for one in conviction] == [1, 2]
    assert conviction[0]["keyers"] == ["keyer-a", "keyer-b"]


def test_details_alone_attach_nothing_without_two_people(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    roll.convert(1)
    frame = roll.scan(2)
    roll.key_twice(frame, offence="Housebreaking", convicted_on="9.9.1963")
    roll.search(frame)
    (found,) = roll.candidates(frame)

    body = {"outcome": "existing record", "candidate_id": found["candidate_id"]}
    path = f"/v1/conversion/frames/{frame}/match"
    wordless = sqlite_world.reconciler().post(path, body)
    roll.propose(frame, **body, words="Same name, day and CRO number.")
    alone = sqlite_world.reconciler().post(f"{path}/reading", {"agrees": True})

    assert wordless.status_code == 400
    assert alone.status_code == 409
    assert alone.json()["type"] == "/problems/self-verification"
    assert roll.states() == {"written": 1, "proposed": 1}
    assert roll.agree(frame, agrees=False) == "matching"
    roll.propose(frame, outcome="cannot tell", words="Two brothers fit.")
    assert roll.agree(frame) == "unattached"


def test_prints_that_examiners_link_write_the_frame(world: World) -> None:
    person_id = world.enrol(1)["person_id"]
    roll = Roll(world)
    frame = roll.scan(1)
    roll.key_twice(frame)
    search = roll.search_by_prints(frame, 1)
    early = world.reconciler().post(
        f"/v1/conversion/frames/{frame}/match", {"outcome": "existing record"}
    )
    case_id = world.case_of(search)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=person_id)

    state = roll.propose(frame, outcome="existing record")

    assert early.status_code == 409
    assert state == "written"
    assert roll.writing(frame).person_id == person_id


def test_prints_that_are_in_no_gallery_begin_a_person_who_is_found_by_them(world: World) -> None:
    world.enrol(1)
    roll = Roll(world)
    frame = roll.scan(1)
    roll.key_twice(frame)
    roll.search_by_prints(frame, 2)

    roll.propose(frame, outcome="new record")
    assert roll.agree(frame) == "written"

    person_id = roll.writing(frame).person_id
    with world.services.units.read() as unit:
        row = unit.people.person_row(person_id)
        assert row is not None
    found = world.search(2)
    case_id = world.case_of(found)
    assert world.true_labels(case_id, claimed(world, case_id), person_id)


def claimed(world: World, case_id: str) -> str:
    world.examiner("examiner-c").post(f"/v1/cases/{case_id}/claim")
    return "examiner-c"


def test_prints_below_the_floor_are_kept_and_not_searched(sqlite_world: World) -> None:
    for label, low in (("ROLL-300", {"scan_ppi": 300}), ("ROLL-COPY", {"generation": 2})):
        roll = Roll(sqlite_world, label, **low)
        frame = roll.scan(1)
        roll.key_twice(frame)

        body = {"impressions": tenprint(1, capture=3)}
        path = f"/v1/conversion/frames/{frame}/search"
        answer = sqlite_world.reconciler().post(path, body)

        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/not-searchable"
        assert roll.search(frame)


def test_no_second_record_is_begun_for_a_person_put_on_record_since(world: World) -> None:
    """Two frames of one person are searched before either is written."""
    roll = Roll(world)
    one, other = roll.scan(1), roll.scan(2)
    for frame, day in ((one, "1.1.1965"), (other, "1.1.1966")):
        roll.key_twice(frame, convicted_on=day)
        roll.search(frame)
        roll.propose(frame, outcome="new record")
    assert roll.agree(one) == "written"

    path = f"/v1/conversion/frames/{other}/match/reading"
    early = world.reconciler("reconciler-b").post(path, {"agrees": True})
    assert roll.agree(other, agrees=False) == "matching"
    roll.search(other)
    (found,) = roll.candidates(other)
    words = "Same name, day and CRO number."
    candidate = found["candidate_id"]
    roll.propose(other, outcome="existing record", candidate_id=candidate, words=words)

    assert (early.status_code, early.json()["type"]) == (409, "/problems/found-since-the-search")
    assert roll.agree(other) == "written"
    assert roll.writing(other).person_id == roll.writing(one).person_id


def test_two_records_of_one_human_being_wait_for_their_merge(world: World) -> None:
    roll = Roll(world)
    first = roll.convert(1)
    frame = roll.scan(2)
    roll.key_twice(frame, convicted_on="1.1.1965")
    roll.search(frame)
    roll.propose(frame, outcome="new record", words="A namesake.")
    assert roll.agree(frame) == "written"
    third = roll.scan(3)
    roll.key_twice(third, convicted_on="1.1.1966")
    roll.search(third)
    one, other = (found["candidate_id"] for found in roll.candidates(third))

    roll.propose(
        third, outcome="two records", candidate_id=one, other_candidate_id=other, words="One man."
    )
    assert roll.agree(third) == "merging"
    early = world.reconciler().post(f"/v1/conversion/frames/{third}/writing")
    body = {
        "surviving": roll.writing(first).person_id,
        "absorbed": roll.writing(frame).person_id,
        "reason": "One man.",
    }
    merge = world.supervisor().post("/v1/merges", body)
    assert merge.status_code == 201, merge.text
    path = f"/v1/merges/{merge.json()['merge_id']}/confirmation"
    answer = world.supervisor("supervisor-b").post(path)
    assert answer.status_code == 200, answer.text

    assert early.status_code == 409
    assert roll.step(world.reconciler(), third, "writing") == "written"
    assert roll.writing(third).record_id == roll.writing(first).record_id


def test_a_text_without_a_code_waits_for_a_person_and_stays_as_written(
    sqlite_world: World,
) -> None:
    roll = Roll(sqlite_world)
    frame = roll.scan(1)

    state = roll.key_twice(frame, offence="Larseny as a servant", court="Leeds City M.C.")

    assert state == "uncoded"
    wrong = {"offence_code": "TH1968.1"}
    path = f"/v1/conversion/frames/{frame}/codes"
    assert sqlite_world.reconciler().post(path, wrong).status_code == 400
    assert roll.step(sqlite_world.reconciler(), frame, "codes", {}) == "matching"
    roll.search(frame)
    roll.propose(frame, outcome="new record")
    roll.agree(frame)
    (conviction,) = roll.held(roll.writing(frame).record_id)
    assert conviction.offences[0].title == "Larseny as a servant"
    assert conviction.offences[0].national_code == ""
    assert conviction.court.code == "HC0009"


def test_what_may_not_be_kept_is_counted_and_destroyed(world: World) -> None:
    roll = Roll(world)
    kept, gone = roll.scan(1), roll.scan(2)
    roll.key_twice(kept)

    assert roll.key_twice(gone, disposal="Acquitted") == "not kept"

    path = f"{roll.at}/destruction"
    assert roll.keeper.post(path, {"expected": 2}).status_code == 409
    assert roll.keeper.post(path, {"expected": 1}).json() == {"frames": 1}
    image = world.keyer().get(f"/v1/conversion/frames/{gone}/image")
    assert image.status_code == 410
    assert world.keyer().get(f"/v1/conversion/frames/{kept}/image").status_code == 200
    assert roll.states() == {"matching": 1, "destroyed": 1}


def test_a_frame_with_a_fault_or_without_a_day_is_set_aside(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    two, undated, impossible = roll.scan(1), roll.scan(2), roll.scan(3)

    assert roll.key_twice(two, fault="two sheets") == "set aside"
    assert roll.key_twice(undated, convicted_on="5/1961") == "set aside"
    assert roll.key_twice(impossible, committed_on="1.1.1962") == "set aside"
    assert roll.states() == {"set aside": 3}


def test_a_bad_roll_is_withdrawn_whole_and_recipients_are_owed_notices(world: World) -> None:
    roll, other = Roll(world), Roll(world, "ROLL-2")
    first = roll.convert(1)
    record_id = roll.writing(first).record_id
    own = other.convert(1, offence="Housebreaking", convicted_on="9.9.1963")
    told = opened(world, subject={"names": [{"forename": "Arthur", "surname": "Grey"}]})
    told.search_by_details()
    told.identify_first()
    told.release()

    answer = roll.keeper.post(f"{roll.at}/withdrawal", {"words": "Mixed with another roll."})

    assert answer.json() == {"frames": 1}
    assert other.writing(own).record_id == record_id
    assert [one.offences[0].title for one in roll.held(record_id)] == ["Housebreaking"]
    assert give_owed_notices(world.services, lambda: False) == 1
    assert told.read()["notices"][0]["kind"] == "corrected"
    again = roll.keeper.post(f"{roll.at}/withdrawal", {"words": "Mixed with another roll."})
    assert again.json() == {"frames": 0}
    assert roll.send(2).status_code == 409


def test_a_good_lot_is_accepted_with_a_certificate(world: World) -> None:
    roll = Roll(world)
    roll.convert(1)
    early = roll.keeper.post(f"{roll.at}/verdict")
    roll.draw()

    own = world.sampler("keyer-a").get(f"{roll.at}/sample").json()["units"]
    roll.read_sample(TEXTS)

    assert early.status_code == 409
    assert own == []
    assert roll.verdict() == "accepted"
    certificate = world.auditor().get(f"{roll.at}/certificate").json()
    assert certificate["found"] == certificate["seeded"] == 5
    assert {one["errors"] for one in certificate["classes"]} == {0}
    assert sum(one["read"] for one in certificate["classes"]) == 12
    assert certificate["seed"] == 7
    assert roll.send(2).status_code == 409


def test_a_sampler_who_waves_all_through_is_found_out(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    roll.convert(1)
    roll.draw()
    roll.read_sample(TEXTS, is_blind=True)

    assert roll.verdict() == "void"
    assert roll.read()["state"] == "open"
    assert roll.draw()["draw"] == 2


def test_a_bad_lot_is_taken_back_and_keyed_again_whole(world: World) -> None:
    roll = Roll(world)
    frame = roll.convert(1, surname="Gray")
    record_id = roll.writing(frame).record_id
    roll.draw()
    roll.read_sample(TEXTS)

    assert roll.verdict() == "rejected"

    lot = roll.read()
    assert (lot["state"], lot["round"]) == ("open", 2)
    assert roll.states() == {"received": 1}
    assert roll.held(record_id) == ()
    roll.key_twice(frame)
    roll.search(frame)
    roll.propose(frame, outcome="new record")
    assert roll.agree(frame) == "written"
    roll.draw()
    roll.read_sample(TEXTS)
    assert roll.verdict() == "accepted"


def test_an_erased_person_takes_the_frames_along(world: World) -> None:
    roll = Roll(world)
    frame = roll.convert(1)
    person_id = roll.writing(frame).person_id
    with world.services.units.write() as unit:
        unit.people.erase_person(person_id)
        unit.commit()

    assert world.keyer().get(f"/v1/conversion/frames/{frame}/image").status_code == 410
    view = world.reconciler().get(f"/v1/conversion/frames/{frame}").json()
    assert view["settled"] == []
    assert [one["fields"] for one in view["keyings"]] == [[], []]


@pytest.mark.parametrize("hide", ["erased", "restricted"])
def test_a_frame_keyed_again_to_another_record_outlives_the_first_person(
    world: World, hide: str
) -> None:
    roll = Roll(world)
    frame = roll.convert(1, surname="Gray")
    first = roll.writing(frame).person_id
    roll.draw()
    roll.read_sample(TEXTS)
    assert roll.verdict() == "rejected"
    roll.key_twice(frame)
    roll.search(frame)
    roll.propose(frame, outcome="new record")
    assert roll.agree(frame) == "written"
    assert roll.writing(frame).person_id != first

    if hide == "erased":
        erased(world, first)
    else:
        restricted(world, first)

    view = world.reconciler().get(f"/v1/conversion/frames/{frame}").json()
    assert {one["field"]: one["text"] for one in view["settled"]}["surname"] == "Grey"
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_figures_tell_disagreements_by_field_and_keyer(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    roll.key_twice(roll.scan(1))
    frame = roll.scan(2)
    roll.key(frame, "keyer-a", surname="Gray")
    roll.key(frame, "keyer-b")
    roll.step(sqlite_world.reconciler(), frame, "settlement", form())

    figures = sqlite_world.auditor().get(f"{roll.at}/figures").json()

    assert (figures["settled"], figures["agreed"]) == (2, 1)
    assert figures["differing"] == [{"field": "surname", "frames": 1}]
    assert figures["keyers"] == [
        {"keyer": "keyer-a", "frames": 2, "overruled_fields": 1},
        {"keyer": "keyer-b", "frames": 2, "overruled_fields": 0},
    ]


def test_each_role_does_its_own_part_alone(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    frame = roll.scan(1)
    calls = {
        f"/v1/conversion/frames/{frame}/keyings": "keyer",
        f"/v1/conversion/frames/{frame}/settlement": "reconciler",
        f"{roll.at}/sample/readings": "sampler",
        f"{roll.at}/sample": "supervisor",
    }
    users = {
        "keyer": sqlite_world.keyer(),
        "reconciler": sqlite_world.reconciler(),
        "sampler": sqlite_world.sampler(),
        "supervisor": sqlite_world.supervisor(),
        "force": sqlite_world.force(),
        "examiner": sqlite_world.examiner(),
    }

    refused = {
        (path, name)
        for path in calls
        for name, user in users.items()
        if user.post(path, {}).status_code == 403
    }

    assert refused == {
        (path, name) for path, own in calls.items() for name in users if name != own
    }


def test_what_an_erasure_hid_from_a_withdrawal_goes_when_it_is_called_back(world: World) -> None:
    roll = Roll(world)
    writing = roll.writing(roll.convert(1))
    waiting = {"basis": "retention period ended", "authority": "order-8"}
    erasure_id = confirmed(world, writing.person_id, waiting)

    withdrawn = roll.keeper.post(f"{roll.at}/withdrawal", {"words": "Mixed with another roll."})
    answer = world.supervisor().post(f"/v1/erasures/{erasure_id}/call-back")

    assert (withdrawn.json(), answer.status_code) == ({"frames": 1}, 200)
    assert roll.held(writing.record_id) == ()
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


@pytest.mark.parametrize("what", ["person", "item"])
def test_what_a_restriction_hid_from_a_withdrawal_goes_when_it_is_lifted(
    world: World, what: str
) -> None:
    roll = Roll(world)
    writing = roll.writing(roll.convert(1))
    if what == "person":
        hidden = restricted(world, writing.person_id)
    else:
        hidden = item_restricted(world, writing.record_id, "conviction-1")

    withdrawn = roll.keeper.post(f"{roll.at}/withdrawal", {"words": "Mixed with another roll."})
    lifted(world, hidden)

    assert withdrawn.json() == {"frames": 1}
    assert roll.held(writing.record_id) == ()
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_an_item_goes_with_the_last_of_two_frames_that_gave_it(world: World) -> None:
    first, second = Roll(world), Roll(world, "ROLL-2")
    record_id = first.writing(first.convert(1)).record_id
    second.convert(1)

    held = []
    for roll in (first, second):
        roll.keeper.post(f"{roll.at}/withdrawal", {"words": "Mixed with another roll."})
        held.append(len(roll.held(record_id)))

    assert held == [1, 0]
