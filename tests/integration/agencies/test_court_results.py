"""A result of a court stands on the right record, or waits: never on another's."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from domain.access.access import DECIDING, ROLE_SCOPES, ROLES_OF_FORCES, Role, Scope
from domain.agencies.matters import SOURCES, MatterSource
from domain.events.looking import CallRefused
from domain.ids import RecordId
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from service.usecases.requests.own_data import own_sections
from tests.court_messages import ASN, Line, Said, Told
from tests.integration.api.driver import User, World
from tests.integration.api.prints import encounter, record
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.certificates.applying import applied, issued
from tests.integration.disclosure.restricting import lifted, restricted
from tests.integration.looks.walking import refusals

OTHER_ASN = "2605CJ0000000000456U"
_references = count(1)

_REMANDED = Said(
    finding="", convicted="", plea="3", lines=(Line("4014", adjourned_to="2026-07-01"),)
)

pytestmark = pytest.mark.promise("records")


def summonsed(world: World, **other: Any) -> str:
    """Have the office put the person of a message on record, by the summons; return the record."""
    told = Told(**other)
    offence = {
        "code": "TH68010",
        "title": "Theft from a shop",
        "is_recordable": True,
        "committed_on": "2026-01-10",
        "disposals": [{"disposal": "charged", "on": "2026-01-12"}],
    }
    body = {
        "names": [{"forename": told.forename, "surname": told.surname}],
        "dates_of_birth": [told.born],
        "sex": "male",
        "arrest_reports": [
            {"asn": told.asn, "force": "89", "on": "2026-01-11", "offences": [offence]}
        ],
    }
    answer = world.officer().post("/v1/records", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["record_id"])


def sent(world: World, told: Told, by: User | None = None) -> dict[str, Any]:
    teller = by or world.court_feed()
    answer = teller.send("/v1/court-results", told.delivered(), Content_Type="application/xml")
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def enquired(world: World, told: Told) -> tuple[int, int]:
    """Return how many people, and how many waiting items, a names enquiry tells."""
    details = {
        "names": [{"forename": told.forename, "surname": told.surname}],
        "dates_of_birth": [told.born],
    }
    answer = world.force().post("/v1/names-enquiries", {"details": details})
    assert answer.status_code == 201, answer.text
    return len(answer.json()["candidates"]), answer.json()["waiting"]


def doubts(told: dict[str, Any]) -> list[str]:
    return [one["doubt"] for one in told["reasons"]]


@pytest.fixture(scope="module")
def summons(shared_world: World) -> tuple[World, str]:
    """A person under a summons; what a test tells changes nothing for the next."""
    return shared_world, summonsed(shared_world)


def held(world: World, record_id: str) -> Any:
    with world.services.units.read() as unit:
        found = unit.people.record(record_id)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_certificate_tells_what_a_court_told_and_nobody_is_unknown_for_what_waits(
    world: World,
) -> None:
    who = {
        "forename": "Forename1",
        "surname": "Surname1",
        "born": record(1)["dates_of_birth"][0],
        "asn": OTHER_ASN,
    }
    assert enquired(world, Told(**who)) == (0, 0)
    waits = sent(world, Told(**who))
    assert (waits["state"], doubts(waits)) == ("nobody", ["asn-unknown"])
    assert enquired(world, Told(**who)) == (0, 1)
    request = applied(world)
    request.search_by_details()
    assert request.identify()["outcome"] == "in doubt"
    request.release()
    assert issued(request)["outcome"] == "cannot be certified"

    summonsed(world, **(who | {"asn": ASN}))
    told = sent(world, Told(**(who | {"asn": ASN, "reference": "LEEDS-8-1"})))
    assert told["state"] == "attached"


@pytest.mark.parametrize(
    ("other", "doubt"),
    [
        ({"forename": "Osric"}, "other-person"),
        ({"born": "1979-08-18"}, "other-person"),
        ({"born": "1997-08-17"}, "other-person"),
        ({"forename": "Trelawney", "surname": "Oswin"}, "other-person"),
        ({"gender": "2"}, "other-person"),
        ({"born": ""}, "other-person"),
        ({"forename": "Quite", "surname": "Different"}, "other-person"),
        ({"pnc_id": "2000/0411417B"}, "pnc-id-malformed"),
        ({"asn": OTHER_ASN}, "asn-unknown"),
        ({"asn": "0800NP0100000000001H"}, "asn-dummy"),
        ({"asn": ASN[:-1] + "H"}, "asn-malformed"),
        ({"offences": (Said(code="TH68006"),)}, "offences-differ"),
        ({"offences": (Said(began="2026-01-09"),)}, "offences-differ"),
        ({"offences": (Said(convicted="2026-06-02"),)}, "days-out-of-order"),
        ({"offences": (Said(convicted="2026-05-01"),)}, "never-judged"),
        ({"offences": (Said(lines=(Line(code="9876"),)),)}, "result-unknown"),
        ({"born": "2020-08-17"}, "days-out-of-order"),
        ({"heard": "2099-06-01", "offences": (_REMANDED,)}, "days-out-of-order"),
        ({"heard": "2026-07-02", "offences": (_REMANDED,)}, "days-out-of-order"),
        ({"offences": (Said(lines=(Line("1002", duration=("999", "Y")),)),)}, "number-malformed"),
    ],
)
def test_a_result_that_differs_waits_and_changes_nobody(
    summons: tuple[World, str], other: dict[str, Any], doubt: str
) -> None:
    world, record_id = summons
    before = held(world, record_id)
    waits = sent(world, Told(reference=str(next(_references)), **other))
    assert waits["state"] in ("doubtful", "nobody")
    assert doubt in doubts(waits)
    assert held(world, record_id) == before
    listed = world.officer().get("/v1/matters").json()
    assert waits["matter_id"] in [one["matter_id"] for one in listed["waiting"]]


def test_namesakes_of_one_birth_are_told_apart_by_a_person_alone(sqlite_world: World) -> None:
    summonsed(sqlite_world)
    summonsed_too = Told(asn=OTHER_ASN)
    details = {
        "names": [{"forename": summonsed_too.forename, "surname": summonsed_too.surname}],
        "dates_of_birth": [summonsed_too.born],
    }
    enrolment = encounter(7)
    enrolment["record"] |= details
    answer = sqlite_world.force().post("/v1/encounters", enrolment)
    assert answer.status_code == 201, answer.text
    told = sent(sqlite_world, Told())
    assert (told["state"], doubts(told)) == ("doubtful", ["namesake"])


@pytest.mark.journey
def test_a_result_stands_on_the_record_of_its_number_name_and_birth(world: World) -> None:
    record_id = summonsed(world)
    told = sent(world, Told())
    assert (told["state"], told["reasons"]) == ("attached", [])
    assert (told["record_id"], told["version"]) == (record_id, 2)
    found = held(world, record_id)
    (conviction,) = found.convictions
    assert (conviction.asn, str(conviction.decided_on)) == (ASN, "2026-06-01")
    assert conviction.court.name == "Croydon Magistrates' Court"
    assert [one.hundredths for one in conviction.sanctions[0].amounts] == [12_000]
    disposals = found.arrest_reports[0].offences[0].disposals
    assert [one.disposal_type.value for one in disposals] == ["charged", "convicted"]
    assert enquired(world, Told()) == (1, 0)

    again = sent(world, Told())
    assert (again["matter_id"], again["is_new"]) == (told["matter_id"], False)
    other = sent(world, Told(offences=(Said(lines=(Line(amount="900.00"),)),)))
    assert other["state"] == "quarantined"
    assert held(world, record_id) == found
    with world.services.units.read() as unit:
        file: Any = SimpleNamespace(person_id=found.person_id)
        own = [one for section in own_sections(unit, file, frozenset()) for one in section.fields]
    assert f"held/matters/{told['matter_id']}" in [one.place for one in own]
    read = world.officer().get(f"/v1/matters/{told['matter_id']}").json()
    assert read["content"]["offences"][0]["lines"][0]["text"] == "Fined 120."
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def step(world: World, matter_id: str, name: str, by: str = "officer-a", **body: Any) -> Any:
    return world.officer(by).post(f"/v1/matters/{matter_id}/{name}", body)


def laid(record_id: str, version: int = 1, step: int = 1, **other: Any) -> dict[str, Any]:
    return {
        "expected_step": step,
        "record_id": record_id,
        "expected_version": version,
        "laid": [{"offence": 0, "charge": "offence-1"}],
        "words": "The same person, by the charge sheet.",
    } | other


def listed(world: World) -> dict[str, str]:
    """Return the states of the matters that the inbox lists, by their ids."""
    answer = world.officer().get("/v1/matters")
    assert answer.status_code == 200, answer.text
    return {one["matter_id"]: one["state"] for one in answer.json()["waiting"]}


def test_a_withdrawal_proposed_for_a_restricted_person_is_listed_after_the_restriction(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    record_id = summonsed(world)
    matter_id = sent(world, Told())["matter_id"]
    withdrawn = step(world, matter_id, "withdrawal", expected_step=1, words="A brother.")
    assert withdrawn.json()["state"] == "withdrawal proposed"
    with world.services.units.read() as unit:
        person_id = unit.records.versions(RecordId(record_id))[-1].person_id

    restriction = restricted(world, person_id)
    hidden = listed(world)
    lifted(world, restriction)

    assert (hidden, listed(world)) == ({}, {matter_id: "withdrawal proposed"})


def test_two_people_attach_what_no_rule_can_and_two_take_it_off_again(world: World) -> None:
    record_id = summonsed(world)
    before = held(world, record_id)
    told = sent(world, Told(forename="Osvin"))
    assert (told["state"], enquired(world, Told(forename="Osvin"))[1]) == ("doubtful", 1)
    matter_id = told["matter_id"]

    proposed = step(world, matter_id, "attachment", **laid(record_id))
    assert proposed.json()["state"] == "attachment proposed"
    assert held(world, record_id) == before
    alone = step(world, matter_id, "answer", expected_step=2, agrees=True)
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/self-verification")
    agreed = step(world, matter_id, "answer", "officer-b", expected_step=2, agrees=True)
    assert (agreed.json()["state"], agreed.json()["version"]) == ("attached", 2)
    (conviction,) = held(world, record_id).convictions
    assert conviction.asn == ASN
    assert enquired(world, Told(forename="Osvin"))[1] == 0

    withdrawn = step(world, matter_id, "withdrawal", expected_step=3, words="A brother.")
    assert withdrawn.json()["state"] == "withdrawal proposed"
    assert len(held(world, record_id).convictions) == 1
    assert listed(world) == {matter_id: "withdrawal proposed"}
    off = step(world, matter_id, "answer", "officer-b", expected_step=4, agrees=True)
    assert off.json()["state"] == "doubtful"
    assert held(world, record_id) == before
    assert enquired(world, Told(forename="Osvin"))[1] == 1
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_one_person_says_which_charge_where_number_name_and_birth_agree(
    sqlite_world: World,
) -> None:
    record_id = summonsed(sqlite_world)
    told = sent(sqlite_world, Told(offences=(Said(began="2026-01-09"),)))
    matter_id, other = told["matter_id"], "officer-b"
    body = laid(record_id, laid=[{"offence": 0}])
    (likely,) = (
        sqlite_world.officer(other).get(f"/v1/matters/{matter_id}/records").json()["records"]
    )
    assert (likely["record_id"], likely["takes_one"]) == (record_id, True)
    attached = step(sqlite_world, matter_id, "attachment", other, **body)
    assert (attached.json()["state"], attached.json()["version"]) == ("attached", 2)
    report = held(sqlite_world, record_id).arrest_reports[-1]
    assert [str(one.committed_on) for one in report.offences] == ["2026-01-09"]


def test_whoever_told_a_matter_never_attaches_it_alone(sqlite_world: World) -> None:
    record_id = summonsed(sqlite_world)
    clerk = sqlite_world.user(Role.COURT_FEED, "officer-a", force="89")
    told = sent(sqlite_world, Told(offences=(Said(began="2026-01-09"),)), by=clerk)
    body = laid(record_id, laid=[{"offence": 0}])
    proposed = step(sqlite_world, told["matter_id"], "attachment", **body)
    assert proposed.json()["state"] == "attachment proposed"


def test_what_was_taken_off_a_record_takes_two_again(sqlite_world: World) -> None:
    record_id = summonsed(sqlite_world)
    matter_id, other = sent(sqlite_world, Told())["matter_id"], "officer-b"
    step(sqlite_world, matter_id, "withdrawal", expected_step=1, words="A namesake.")
    step(sqlite_world, matter_id, "answer", other, expected_step=2, agrees=True)
    assert held(sqlite_world, record_id).convictions == ()
    body = laid(record_id, version=3, step=3)
    again = step(sqlite_world, matter_id, "attachment", other, **body)
    assert again.json()["state"] == "attachment proposed"


def test_a_matter_is_sent_back_by_two_and_a_refused_proposal_changes_nothing(
    sqlite_world: World,
) -> None:
    told = sent(sqlite_world, Told())
    matter_id, other = told["matter_id"], "officer-b"
    silent = step(sqlite_world, matter_id, "return", expected_step=1, words=" ")
    assert silent.status_code == 400
    step(sqlite_world, matter_id, "return", expected_step=1, words="No such number.")
    stale = step(sqlite_world, matter_id, "answer", other, expected_step=1, agrees=True)
    assert stale.status_code == 409
    no = step(
        sqlite_world, matter_id, "answer", other, expected_step=2, agrees=False, words="It is."
    )
    assert (no.json()["state"], enquired(sqlite_world, Told())[1]) == ("nobody", 1)
    step(sqlite_world, matter_id, "return", expected_step=3, words="No such number.")
    back = step(sqlite_world, matter_id, "answer", other, expected_step=4, agrees=True)
    assert (back.json()["state"], enquired(sqlite_world, Told())[1]) == ("sent back", 0)


def plainly(**other: Any) -> dict[str, Any]:
    """Return the body of a matter in plain fields: the result of `Told`, from a court."""
    told = Told()
    return {
        "source": "court",
        "reference": "7-1",
        "court": told.court,
        "heard_on": told.heard,
        "case_number": told.case_number,
        "asn": told.asn,
        "name": {"forename": told.forename, "surname": told.surname},
        "born_on": told.born,
        "offences": [
            {
                "code": "TH68010",
                "title": "Theft from a shop",
                "began_on": "2026-01-10",
                "convicted_on": "2026-06-01",
                "finding": "G",
                "results": [{"code": "1015", "text": "Fined.", "pence": 12_000}],
            }
        ],
    } | other


def foreign(**other: Any) -> dict[str, Any]:
    """Return the body of a conviction by a court of the United States, received by Interpol."""
    told = Told()
    return {
        "source": "Interpol",
        "reference": "ip.7",
        "country": "USA",
        "court": "Boston",
        "heard_on": "2024-05-06",
        "case_number": "24-CR-10",
        "name": {"forename": told.forename, "surname": told.surname},
        "born_on": told.born,
        "offences": [
            {
                "code": "18-USC-1343",
                "title": "Wire fraud",
                "began_on": "2023-02-03",
                "results": [{"text": "Prison, eight months.", "duration": 8}],
            }
        ],
    } | other


def test_only_a_court_attaches_by_rule(sqlite_world: World) -> None:
    record_id = summonsed(sqlite_world)
    body = plainly()
    waits = sqlite_world.officer().post("/v1/matters", body | {"source": "agency"}).json()
    assert (waits["state"], doubts(waits)) == ("doubtful", ["not-a-court"])
    wrong = sqlite_world.court_feed().post("/v1/matters", body | {"heard_on": "2026-02-30"})
    assert wrong.json()["errors"][0]["pointer"] == "/heard_on"
    attached = sqlite_world.court_feed().post("/v1/matters", body).json()
    assert (attached["state"], attached["record_id"]) == ("attached", record_id)
    (conviction,) = held(sqlite_world, record_id).convictions
    assert conviction.sanctions[0].amounts[0].hundredths == 12_000


@pytest.mark.promise("authorisation")
@pytest.mark.parametrize("role", list(Role))
def test_an_account_tells_only_what_comes_from_its_own_sources(
    shared_world: World, role: Role
) -> None:
    force = "89" if role in ROLES_OF_FORCES else None
    teller = shared_world.user(role, f"teller-{role}", force=force)
    before = shared_world.counts()
    refused = dict[MatterSource, str]()
    for source in MatterSource:
        said = foreign if SOURCES[source].known_as.is_told else plainly
        reference = f"{role}-{source}".replace(" ", "-")
        answer = teller.post("/v1/matters", said(source=source, reference=reference))
        assert answer.status_code in (201, 403), answer.text
        if answer.status_code == 403:
            refused[source] = answer.json()["type"]
    told = set(MatterSource) - refused.keys()

    assert told == {one for one in MatterSource if role in SOURCES[one].tellers}
    may_tell = Scope.TELL_MATTERS in ROLE_SCOPES[role]
    code = "not-their-source" if may_tell else "not-permitted"
    assert set(refused.values()) <= {f"/problems/{code}"}
    if not told:
        assert shared_world.counts()[1:] == before[1:]


@pytest.mark.promise("authorisation")
def test_a_clerk_who_speaks_as_a_court_is_refused_on_record(sqlite_world: World) -> None:
    record_id = summonsed(sqlite_world)
    before = held(sqlite_world, record_id)
    clerk = sqlite_world.officer()

    plain = clerk.post("/v1/matters", plainly())
    message = clerk.send("/v1/court-results", Told().delivered(), Content_Type="application/xml")

    for answer in (plain, message):
        assert_problem(answer, 403, "not-their-source")
    assert held(sqlite_world, record_id) == before
    told = [one.typed_as(CallRefused) for one in refusals(sqlite_world)]
    assert [(one.route, one.problem) for one in told if one] == [
        ("/v1/matters", "not-their-source"),
        ("/v1/court-results", "not-their-source"),
    ]


def test_nobody_who_decides_sends_what_a_rule_attaches() -> None:
    roles = [role for one in SOURCES.values() if one.is_by_rule for role in one.tellers]
    assert roles
    for role in roles:
        assert not ROLE_SCOPES[role] & DECIDING
