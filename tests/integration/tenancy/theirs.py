"""All items of another force, created through real operations."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from domain.access.access import Role
from domain.exchange.codes import StateCode
from domain.ids import ForceCode, LinkId, UserId
from domain.jobs import JobKind, refused
from domain.people.people import Details, Nationality, PersonName
from domain.restrictions import UsePurpose
from domain.store_secrets import mac_under
from service.adapters.custody.key_bytes import fresh_signing
from service.channels.exchange.signatures import JwsSignatures
from service.cli.context import CONSOLE
from service.usecases.access.tokens import IssueToken, issue_token
from service.usecases.exchange.asking import AskStates, ask_states
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.leasing import WorkerPolicy, lease
from service.usecases.messages.deliveries import queue_messages
from service.usecases.people.integrity import check_gallery
from service.usecases.requests.notices import give_owed_notices
from tests.court_messages import Told
from tests.integration.api.driver import ROOT, World
from tests.integration.api.erasing import asked as have_asked
from tests.integration.api.minutiae import a_view, travelling
from tests.integration.api.prints import encounter, tenprint
from tests.integration.api.workers import ndjson, search_line, submit
from tests.integration.certificates.applying import issued, released
from tests.integration.certificates.referring import child_protection, refer
from tests.integration.conversion.working import TEXTS, Roll
from tests.integration.disclosure.asking import identified, own_request, prepared
from tests.integration.disclosure.deleting import arrest, arrested, asked, deletion_request
from tests.integration.disclosure.restricting import restricted
from tests.integration.exchange.offices import Wire
from tests.integration.requests.working import FINE, add_convictions, amend, opened
from tests.integration.tenancy.bodies import CAPTURE, REASON, THEIRS
from tests.integration.web.pictures import grey_png


def ids_of_theirs(world: World) -> dict[str, str]:
    """Return the ids of all items of a force, by their names in addresses and bodies."""
    endpoint_id, client = add_endpoint(world, THEIRS), add_client(world, THEIRS)
    person = _enrolled_with_prints(world)
    other = world.enrol(2, force=THEIRS)
    search_id = _searched_with_a_picture(world)
    case_id = world.case_of(search_id)
    _amend(world, person["record_id"])
    requested = _requested(world, other["record_id"])
    world.examine(case_id, "examiner-a", person_id=person["person_id"])
    world.examine(case_id, "examiner-b", person_id=person["person_id"])
    return {
        **{name: person[name] for name in ("person_id", "encounter_id", "record_id")},
        **{f"other_{name}": other[name] for name in ("person_id", "encounter_id", "record_id")},
        "search_id": search_id,
        "case_id": case_id,
        "task_id": world.task_of(case_id),
        "label": next(iter(world.true_labels(case_id, "examiner-a", person["person_id"]))),
        **_linked(world, search_id),
        "batch_id": _batch(world),
        "endpoint_id": endpoint_id,
        "message_id": _dead_letter(world),
        "referral_id": _referred(world),
        "matter_id": _told(world),
        "dispute_id": _disputed(world, world.enrol(17, force=THEIRS)["record_id"]),
        "erasure_id": have_asked(world, other["person_id"]),
        "own_request_id": _answered(world),
        **_deletion(world),
        "restriction_id": restricted(
            world, world.enrol(3, force=THEIRS)["person_id"], holder=THEIRS
        ),
        "merge_id": _merge(world, person["person_id"], other["person_id"]),
        **_gallery_case(world),
        "token_id": _token(world),
        "document_id": "0" * 31 + "d",
        "fact_id": _fact(world, person["encounter_id"]),
        "plan_id": _plan(world),
        "quarter": _released(world),
        **requested,
        **_converted(world),
        "asked_id": _asked(world),
        **{name: client[name] for name in ("client_id", "key_id")},
    }


def add_endpoint(world: World, force: str) -> str:
    """Return the id of a new webhook of a force."""
    body = {"url": "https://force.example/hook", "topics": ["search.concluded"]}
    answer = world.force(force).post("/v1/webhooks", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["webhook"]["endpoint_id"])


def add_client(world: World, force: str) -> dict[str, str]:
    """Return a new client of a force with its key and secret."""
    body = {"name": f"custody-suite-{force}", "force": force}
    answer = world.administrator().post("/v1/clients", body)
    assert answer.status_code == 201, answer.text
    return {name: str(answer.json()[name]) for name in ("client_id", "key_id", "secret")}


def _amend(world: World, record_id: str) -> None:
    """Amend a record of theirs, so that it has two versions and the items of `IN_A_RECORD`."""
    change = {"change": "add", "item": {"kind": "nationality", "nationality": "IRL"}}
    body = {
        "expected_version": 1,
        "changes": [{"change": "withdraw", "item_id": "nationality-1"}, change],
        "reason": "new information",
        "reason_text": "Said so.",
        "source": "document",
        "source_reference": "Passport",
    }
    answer = world.force(THEIRS).post(f"/v1/records/{record_id}/amendments", body)
    assert answer.status_code == 201, answer.text


def _requested(world: World, record_id: str) -> dict[str, str]:
    """Return the ids of a request about the second person, its answer, and a notice of it."""
    add_convictions(world, record_id, FINE, force=THEIRS)
    request = opened(world, person=2)
    request.search_by_details()
    request.identify_first()
    sent = request.release()
    certificate = issued(released(world, 2))
    item = {"kind": "conviction", "conviction": FINE | {"reference": "7/24"}}
    change = {"change": "correct", "item_id": "conviction-1", "item": item}
    amend(world, record_id, change, force=THEIRS)
    give_owed_notices(world.services, lambda: False)
    (notice,) = request.read()["notices"]
    return {
        "request_id": str(request.read()["request_id"]),
        "disclosure_id": str(sent["disclosure_id"]),
        "notice_id": str(notice["notice_id"]),
        "certificate_id": str(certificate["certificate_id"]),
    }


def _told(world: World) -> str:
    """Return the id of a result of a court that waits."""
    answer = world.court_feed().send(
        "/v1/court-results", Told().delivered(), Content_Type="application/xml"
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["matter_id"])


def _disputed(world: World, record_id: str) -> str:
    """Return the id of a dispute over an arrest of theirs."""
    body = {"record_id": record_id, "item_id": "arrest-report-1", "words": "A cousin, perhaps."}
    answer = world.officer().post("/v1/disputes", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["dispute_id"])


def _referred(world: World) -> str:
    """Return the id of a referral of an application that found nobody."""
    request = child_protection(world, 60)
    request.search_by_details()
    request.identify()
    return refer(request)


def _converted(world: World) -> dict[str, str]:
    """Return the ids of a lot whose sample is open, its frame, and of a lot that was accepted."""
    accepted, sampled = Roll(world, "ROLL-ACCEPTED"), Roll(world, "ROLL-SAMPLED")
    accepted.convert(1)
    accepted.draw()
    accepted.read_sample(TEXTS)
    assert accepted.verdict() == "accepted"
    frame = sampled.convert(1, convicted_on="9.9.1963")
    sampled.draw()
    return {"lot_id": sampled.lot_id, "frame_id": frame, "accepted_lot_id": accepted.lot_id}


def _asked(world: World) -> str:
    """Return the id of a request to another State."""
    desk = ExchangeDesk(
        StateCode("GBR"), JwsSignatures(fresh_signing()), Wire(), mac=mac_under(b"references")
    )
    subject = Details(names=(PersonName("Jan", "Muster"),), nationalities=(Nationality("POL"),))
    command = AskStates(subject, UsePurpose.CRIMINAL_PROCEEDINGS, "eufra-2020", "OUT-1")
    return ask_states(world.services, desk, CONSOLE, command)[0]


def _deletion(world: World) -> dict[str, str]:
    """Return a case of a deletion that waits for their decision, and its request."""
    enrolled = world.enrol(5, force=THEIRS)
    report = arrest("no further action", force=THEIRS)
    arrested(world, enrolled["record_id"], report, force=THEIRS)
    request = deletion_request(world, person=5)
    return {
        "deletion_id": asked(request),
        "deletion_request_id": request.at.rpartition("/")[2],
    }


def _answered(world: World) -> str:
    """Return a request of a person for their own data that was answered."""
    world.enrol(4, force=THEIRS)
    request = identified(own_request(world, person=4))
    prepared(request)
    request.release()
    return request.at.rpartition("/")[2]


def _linked(world: World, search_id: str) -> dict[str, str]:
    """Return the results of a search: the link, and everything before it."""
    standing = world.standing(search_id, force=THEIRS)
    assert standing["link"], standing
    with world.services.units.read() as unit:
        link = unit.links.get(LinkId(standing["link"]["link_id"]))
        assert link is not None
        case = unit.cases.get(link.case_id)
        assert case is not None
    return {
        "link_id": link.link_id,
        "candidate_id": link.candidate_id,
        "decision_id": link.decision_ids[0],
        "linked_encounter_id": str(link.encounter_id),
        "revision": case.revision,
    }


def _batch(world: World) -> str:
    answer = submit(world, ndjson(search_line(1)), force=THEIRS)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["batch_id"])


def _dead_letter(world: World) -> str:
    """Return the id of the undelivered message on the conclusion of their search."""
    queue_messages(world.services)
    (message,) = lease(world.services, JobKind.DELIVERY, WorkerPolicy(), limit=2)
    with world.services.units.write() as unit:
        unit.jobs.settle([refused(message, message.not_before, "gone")])
        unit.commit()
    return message.job_id


def _released(world: World) -> str:
    answer = world.administrator().post("/v1/publication/releases", {"quarter": "2020Q1"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["quarter"])


def _fact(world: World, encounter_id: str) -> str:
    body = {"kind": "another regime", "on": "2026-03-02", "words": "Schedule 7."}
    answer = world.officer().post(f"/v1/retention/captures/{encounter_id}/facts", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["fact_id"])


def _plan(world: World) -> str:
    answer = world.supervisor().post("/v1/retention/plans", {})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["plan_id"])


def _merge(world: World, surviving: str, absorbed: str) -> str:
    body = {"surviving": surviving, "absorbed": absorbed, "reason": REASON}
    answer = world.supervisor().post("/v1/merges", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["merge_id"])


def _gallery_case(world: World) -> dict[str, str]:
    """Return the doubt that two of their persons are one, and the second of them."""
    answer = world.force(THEIRS).post("/v1/encounters", CAPTURE)
    assert answer.status_code == 201, answer.text
    check_gallery(world.services, CONSOLE)
    (case,) = world.supervisor().get("/v1/gallery-cases").json()["cases"]
    return {"gallery_case_id": case["case_id"], "double_person_id": answer.json()["person_id"]}


def _token(world: World) -> str:
    user = UserId(f"custody-{THEIRS}-by-night")
    day = timedelta(days=1)
    order = IssueToken(ROOT, user, role=Role.FORCE, force=ForceCode(THEIRS), valid_for=day)
    return str(issue_token(world.services, order).token.token_id)


def _searched_with_a_picture(world: World) -> str:
    """Return the id of a search of person 1 that has a picture of a finger nobody marks."""
    *others, last = tenprint(1, capture=3)
    image = base64.b64encode(grey_png(seed=1)).decode()
    fingers = [*others, {**last, "image": image}]
    return world.search(1, force=THEIRS, impressions=fingers, reference="SEARCH-1")


def _enrolled_with_prints(world: World) -> dict[str, Any]:
    """Enrol a person, one finger with its picture and its minutiae."""
    prints = {
        "image": base64.b64encode(grey_png(seed=1)).decode(),
        "minutiae": travelling(a_view(2)),
    }
    body = encounter(1, force=THEIRS) | {"reference": "CUSTODY-1"}
    fingers = [one | prints if one["position"] == 2 else one for one in body["impressions"]]
    answer = world.force(THEIRS).post("/v1/encounters", body | {"impressions": fingers})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
