"""The pages of restrictions, answers and deletions, without scripts."""

from __future__ import annotations

from domain.access.access import Role
from service.usecases.requests.notices import give_owed_notices
from tests.integration.disclosure.asking import identified, own_request
from tests.integration.disclosure.deleting import (
    WHY,
    arrest,
    arrested,
    asked,
    cases_of,
    deletion_request,
)
from tests.integration.disclosure.released_bytes import normal, text_of
from tests.integration.disclosure.restricting import restricted
from tests.integration.requests.working import FINE, add_convictions, amend, opened
from tests.integration.web.driver import Office


def test_a_supervisor_restricts_and_lifts_and_the_holder_reads(sqlite_office: Office) -> None:
    office = sqlite_office
    person_id = office.world.enrol(1)["person_id"]
    supervisor, holder, other = office.supervisor(), office.force("01"), office.force("47")
    form = {
        "person": person_id,
        "ground": "kept as evidence",
        "holder": "01",
        "reasons": "A trial is to come.",
    }
    bare = supervisor.follow("restrictions", **(form | {"reasons": ""}))
    listed = supervisor.follow("restrictions", **form)
    (restriction,) = office.world.supervisor().get("/v1/restrictions").json()["restrictions"]
    at = f"restrictions/{restriction['restriction_id']}"

    evidence = holder.page(f"{at}/evidence")
    unseen = supervisor.page(at)
    early = supervisor.follow(at, f"{at}/lifting", told_on="2026-02-30", reasons="Over.")
    today = office.world.services.today().isoformat()
    lifted = supervisor.follow(at, f"{at}/lifting", told_on=today, reasons="Over.")

    assert (bare.status_code, early.status_code) == (422, 422)
    assert "Give the reasons." in bare.text
    assert "holds" in listed.text
    assert "Forename1 Surname1" in evidence
    assert "Surname1" not in unseen
    assert "A trial is to come." in unseen
    assert "Over." in lifted.text
    assert other.get(at).status_code == 404
    assert holder.get(f"{at}/evidence").status_code == 404


def test_a_recipient_that_has_not_answered_is_listed_beside_the_person(
    sqlite_office: Office,
) -> None:
    world = sqlite_office.world
    enrolled = world.enrol(1)
    add_convictions(world, enrolled["record_id"], FINE)
    request = identified(opened(world, asker={"kind": "state", "code": "POL"}))
    request.release()
    item = {"kind": "conviction", "conviction": FINE | {"court": {"name": "York"}}}
    change = {"change": "correct", "item_id": "conviction-1", "item": item}
    amend(world, enrolled["record_id"], change)
    officer = sqlite_office.person("officer-a", Role.CASE_OFFICER, force="89")

    assert give_owed_notices(world.services, lambda: False) == 1
    page = officer.page("unanswered-notices")
    restricted(world, enrolled["person_id"])
    hidden = [officer.page(at) for at in ("unanswered-notices", "requests")]

    assert "Poland" in page
    assert f'{request.at.removeprefix("/v1/")}">Forename1 Surname1</a>' in page
    assert all("name not shown: erased or restricted" in one for one in hidden)
    assert not any("Surname1" in one for one in hidden)


def test_an_officer_removes_fields_and_another_releases_the_document(
    sqlite_office: Office,
) -> None:
    office = sqlite_office
    record_id = office.world.enrol(1)["record_id"]
    request = identified(own_request(office.world))
    at = request.at.removeprefix("/v1/")
    first = office.person("officer-c", Role.CASE_OFFICER, force="89")
    second = office.person("officer-d", Role.CASE_OFFICER, force="89")

    offered = first.page(f"{at}/answer")
    bare = first.follow(f"{at}/answer", search="")
    removed = {f"place:held/{record_id}/place-of-birth-1": "would obstruct an inquiry"}
    prepared = first.follow(f"{at}/answer", search="Records and prints.", **removed)
    first.follow(at, f"{at}/decision", decision="release")
    read = second.page(f"{at}/answer")
    second.follow(at, f"{at}/second-reading", reading="agree")
    document = first.page(f"{at}/answer/document")
    pdf = first.get(f"{at}/answer/document.pdf")

    assert "Placetown1" in offered
    assert bare.status_code == 422
    assert "would obstruct an inquiry" in prepared.text
    assert "Records and prints." in read
    assert "Placetown1" not in document
    assert "Forename1 Surname1" in document
    assert pdf.headers["content-type"] == "application/pdf"
    assert "forename1surname1" in normal(text_of(pdf.content))


def test_a_force_decides_at_its_own_desk_and_the_office_carries_it_out(
    sqlite_office: Office,
) -> None:
    office = sqlite_office
    arrested(office.world, office.world.enrol(1)["record_id"], arrest("no further action"))
    request = deletion_request(office.world)
    at = f"{request.at.removeprefix('/v1/')}/deletions"
    officer = office.person("officer-c", Role.CASE_OFFICER, force="89")
    first, second = office.force("01"), office.person("clerk-01", Role.FORCE, force="01")
    found = cases_of(request)
    (report,) = [one for one in found["arrests"] if not one["why_not"]]

    refused = officer.follow(at, ground="no-crime")
    opened = officer.follow(
        at,
        arrest=f"{report['record_id']}/{report['item_id']}",
        ground="no-crime",
        words=WHY,
        **{"part:entry": "yes"},
    )
    (case,) = cases_of(request)["cases"]
    own = f"deletions/{case['deletion_id']}"
    desk = first.page("deletions")
    rejected = first.follow(own, f"{own}/decision", ground="no-crime", reasons="It was one.")
    reviewed = second.follow(
        own, f"{own}/decision", ground="no-crime", reasons="None.", **{"part:entry": "yes"}
    )
    done = officer.follow(at, f"{at}/{case['deletion_id']}/carrying-out")

    assert refused.status_code == 422
    assert "only a court can undo" in refused.text
    assert "waiting for the force" in opened.text
    assert case["deletion_id"][:8] in desk
    assert "rejected" in rejected.text
    assert "reviewed" in reviewed.text
    assert "carried out" in done.text
    assert "Every recipient has answered." in officer.page("unanswered-notices")


def test_the_desk_of_a_force_shows_what_is_asked_in_the_words_of_the_person(
    sqlite_office: Office,
) -> None:
    office = sqlite_office
    arrested(office.world, office.world.enrol(1)["record_id"], arrest("acquitted"))
    deletion_id = asked(deletion_request(office.world))

    page = office.force("01").page(f"deletions/{deletion_id}")

    assert WHY in page
    assert "Burglary of a lighthouse" in page
    assert office.force("47").get(f"deletions/{deletion_id}").status_code == 404
