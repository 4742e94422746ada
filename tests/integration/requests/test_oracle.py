"""Every answer from one record: what people drawn by channel and end must be told, and not.

What is expected is written here by itself, from the table of who tells what: no code of the
product decides it. People come to the record by an arrest with prints, by a summons without, by
a court, by another State or an agency whose word two people attach, and stay, lose their prints,
are hidden, or are erased.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pytest

from domain.agencies.matters import MatterSource
from domain.exchange.contents import StatedName, StatedPerson, StatedRestrictions
from domain.ids import SearchId
from domain.restrictions import Transmittable
from domain.store_secrets import mac_under
from service.adapters.custody.key_bytes import fresh_signing
from service.channels.exchange.signatures import JwsSignatures
from service.storage.tables.office import countable_facts
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.told import Telling
from service.usecases.retention.releasing import destroy_prints
from tests.integration.agencies.agreeing import agreed as harbours
from tests.integration.agencies.agreeing import asked_about
from tests.integration.agencies.test_court_results import foreign, laid, plainly, step
from tests.integration.api.driver import User, World
from tests.integration.api.erasing import erased
from tests.integration.api.prints import encounter, record
from tests.integration.certificates.applying import applied, issued
from tests.integration.disclosure.asking import document_of, identified, own_request, prepared
from tests.integration.disclosure.restricting import restricted
from tests.integration.exchange.offices import GBR, POL, Wire
from tests.integration.exchange.telling import notice
from tests.integration.requests.working import FINE, Worked, add_convictions, asked, opened
from tests.integration.retention.stating import agreed, prints_of
from tests.integration.retention.working import offence, released, waited

pytestmark = pytest.mark.promise("records")

COURT_DAY = str(FINE["decided_on"])
ARREST_DAY = "2020-06-01"
CAUTION = offence("TH68001", ("cautioned", ARREST_DAY))


NOT_RELEASED = "not released: a matter waits"
TRACES = frozenset({"Trace", "Trace, further information stepped down"})


COUNTED_AS = {
    "Trace": "information",
    "Trace, further information stepped down": "information",
    "No Live Trace": "nothing that we must give",
    "cannot be certified": "cannot be certified",
    NOT_RELEASED: "",
}
"""How the published figures count each outcome of a certificate; one that waits is not counted."""


class Channel(StrEnum):
    """How somebody came to the record."""

    ARREST = "cautioned at an arrest, with prints"
    SUMMONS = "cautioned without prints"
    COURT = "fined by a court after an arrest, with prints"
    COURT_SUMMONS = "fined by a court, without prints"
    STATE = "fined by a court of another State, which told it"
    STATE_WAITS = "the same, and nobody has attached it yet"
    AGENCY = "fined by a court, as an agency told"
    INTERPOL = "convicted abroad, as an officer heard by Interpol; its country lets all be told"
    INTERPOL_LIMITED = "the same, and its country lets it serve criminal proceedings only"
    INTERPOL_SILENT = "the same, and its country has not said who may be told"
    INTERPOL_WAITS = "the same, and nobody has attached it yet"


_BY_INTERPOL: dict[Channel, Any] = {
    Channel.INTERPOL: {"transmittable": "yes"},
    Channel.INTERPOL_LIMITED: {"transmittable": "yes", "purposes": ["criminal proceedings"]},
    Channel.INTERPOL_SILENT: None,
    Channel.INTERPOL_WAITS: None,
}
"""The limits that the country of a conviction sets; None: it has not said."""
_WAITS = frozenset({Channel.STATE_WAITS, Channel.INTERPOL_WAITS})
FINED_ON = {Channel.STATE: "2025-11-20", Channel.AGENCY: "2026-06-01"} | dict.fromkeys(
    _BY_INTERPOL, "2024-05-06"
)


class End(StrEnum):
    """What came of it."""

    STAYS = "stays"
    PRINTS_GO = "prints destroyed"
    HIDDEN = "restricted"
    ERASED = "erased"


@dataclass(frozen=True)
class Expected:
    """The answers that have to come."""

    by_name: bool
    by_prints: bool
    certificate: frozenset[str] | None
    """The outcomes that may be; None: it is not asked."""
    access: tuple[str, ...] | None
    """The days that the answer to the person states; None: it is not asked."""
    to_state: frozenset[str] | None
    """The days of convictions that another State is told for an investigation: no other day.
    Nothing is released of somebody of whom a matter waits."""
    to_agency: frozenset[str] | None
    """The same for an agency, that asks to prosecute."""


def expected(channel: Channel, end: End) -> Expected:
    """Return the answers that must be told of a person."""
    is_there = end in (End.STAYS, End.PRINTS_GO)
    has_prints = channel in (Channel.ARREST, Channel.COURT) and end is End.STAYS
    is_fined = channel not in (Channel.ARREST, Channel.SUMMONS, *_WAITS)
    days = (ARREST_DAY, FINED_ON.get(channel, COURT_DAY)) if is_fined else (ARREST_DAY,)
    if not is_there:
        # Somebody alike would be met in their place: the certificate is not asked.
        return Expected(False, False, None, None, None, None)
    told = TRACES if is_fined else frozenset({"No Live Trace"})
    if channel is Channel.STATE or channel in _BY_INTERPOL:
        # No rule weighs a foreign sentence.
        told = frozenset({"cannot be certified"})
    if channel in _WAITS:
        told = frozenset({NOT_RELEASED})
    fines = frozenset({NOT_RELEASED} if channel in _WAITS else days[1:])
    if channel in (Channel.INTERPOL_LIMITED, Channel.INTERPOL_SILENT):
        # Neither lets it be told to the person, or be certified.
        told, days = frozenset({"No Live Trace"}), days[:1]
    # The State asks for an investigation, the agency for proceedings.
    to_state = frozenset() if channel is Channel.INTERPOL_LIMITED else fines
    if channel is Channel.INTERPOL_SILENT:
        # Its country has to be asked first.
        fines = to_state = frozenset()
    return Expected(True, has_prints, told, days, to_state, fines)


@dataclass(frozen=True)
class Somebody:
    """A person on record as the test knows them."""

    number: int
    channel: Channel
    end: End
    person_id: str
    record_id: str


def put_on_record(world: World, number: int, channel: Channel, end: End) -> Somebody:
    """Put somebody on record by a channel."""
    said = record(number)
    said["arrest_reports"] = [said["arrest_reports"][0] | {"offences": [CAUTION]}]
    if channel in (Channel.ARREST, Channel.COURT):
        taken = {"captured_at": "2020-03-04T07:08:09Z", "record": said}
        answer = world.force().post("/v1/encounters", encounter(number) | taken)
    else:
        answer = world.force().post("/v1/records", said | _met(world, number))
    assert answer.status_code == 201, answer.text
    ids = answer.json()
    if channel in (Channel.COURT, Channel.COURT_SUMMONS):
        add_convictions(world, ids["record_id"], FINE)
    if channel in (Channel.STATE, Channel.STATE_WAITS):
        matter_id = _told_abroad(world, number)
        if channel is Channel.STATE:
            _attached(world, matter_id, ids["record_id"], laid=[])
    if channel in _BY_INTERPOL:
        matter_id = _told_by_interpol(world, number, _BY_INTERPOL[channel])
        if channel is not Channel.INTERPOL_WAITS:
            _attached(world, matter_id, ids["record_id"], laid=[])
    if channel is Channel.AGENCY:
        matter_id = _told_by_agency(world, number)
        _attached(world, matter_id, ids["record_id"], laid=[{"offence": 0}])
    return Somebody(number, channel, end, ids["person_id"], ids["record_id"])


def _told_abroad(world: World, number: int) -> str:
    """Have another State tell that it convicted this person; return the matter."""
    named, (born, *_) = record(number)["names"][0], record(number)["dates_of_birth"]
    person = StatedPerson(StatedName(named["surname"], named["forename"]), ("GBR",), born_on=born)
    limits = StatedRestrictions(Transmittable.YES)
    told = notice(person, conviction_id=f"lublin.{number}", restrictions=limits)
    desk = ExchangeDesk(GBR, JwsSignatures(fresh_signing()), Wire(), mac=mac_under(b"references"))
    with world.services.units.write() as unit:
        Telling(world.services, desk, unit, POL).take(told)
        (matter,) = unit.matters.under(MatterSource.STATE, f"POL/lublin.{number}/")
        unit.commit()
    return matter.matter_id


def _told_by_agency(world: World, number: int) -> str:
    """Have a case officer tell what an agency says of a court's fine; return the matter."""
    named, (born, *_) = record(number)["names"][0], record(number)["dates_of_birth"]
    names = {name: named[name] for name in ("forename", "surname")}
    body = plainly(source="agency", reference=f"agency-{number}", name=names, born_on=born)
    answer = world.officer().post("/v1/matters", body)
    assert answer.json()["state"] in ("doubtful", "nobody"), answer.text
    return str(answer.json()["matter_id"])


def _told_by_interpol(world: World, number: int, limits: Any) -> str:
    """Have a case officer tell what came by Interpol; return the matter."""
    named, (born, *_) = record(number)["names"][0], record(number)["dates_of_birth"]
    names = {name: named[name] for name in ("forename", "surname")}
    body = foreign(reference=f"ip.{number}", name=names, born_on=born)
    answer = world.officer().post("/v1/matters", body | ({"limits": limits} if limits else {}))
    assert answer.json()["state"] in ("doubtful", "nobody"), answer.text
    return str(answer.json()["matter_id"])


def _attached(world: World, matter_id: str, record_id: str, **other: Any) -> None:
    """Have two people attach a matter."""
    step(world, matter_id, "attachment", **laid(record_id, **other))
    done = step(world, matter_id, "answer", "officer-b", expected_step=2, agrees=True)
    assert done.json().get("state") == "attached", done.text


def _met(world: World, number: int) -> dict[str, Any]:
    """Exclude everybody alike, as an officer does who begins a record without prints."""
    named = ("names", "dates_of_birth", "sex", "place_of_birth", "addresses")
    said = {name: record(number)[name] for name in named}
    met = world.force().post("/v1/names-enquiries", {"details": said}).json()
    alike = [one["candidate_id"] for one in met["candidates"]]
    return {"enquiry_id": met["search_id"], "excluded": alike} if alike else {}


def end(world: World, people: list[Somebody]) -> None:
    """Let come of each what is to come; prints go by one plan."""
    for one in people:
        if one.end is End.PRINTS_GO:
            for capture in prints_of(world, one.person_id):
                agreed(world, capture["encounter_id"], "unlawfully taken", "2026-01-05")
    if any(one.end is End.PRINTS_GO for one in people):
        released(world)
        destroy_prints(waited(world))
    for one in people:
        if one.end is End.HIDDEN:
            restricted(world, one.person_id)
        if one.end is End.ERASED:
            erased(world, one.person_id)


def _by_name(world: World, one: Somebody) -> bool:
    said = {name: record(one.number)[name] for name in ("names", "dates_of_birth")}
    answer = world.force().post("/v1/names-enquiries", {"details": said})
    assert answer.status_code == 201, answer.text
    return one.record_id in {found["record_id"] for found in answer.json()["candidates"]}


def _by_prints(world: World, one: Somebody) -> bool:
    evidence = world.auditor().get(f"/v1/searches/{world.search(one.number)}/evidence").json()
    return one.person_id in {found["person_id"] for found in evidence["candidates"]}


def _access(world: World, one: Somebody) -> str:
    request = identified(own_request(world, one.number))
    prepared(request)
    request.release()
    return json.dumps(document_of(request))


def _certificate(world: World, one: Somebody) -> str:
    request = applied(world, one.number)
    request.search_by_details()
    request.identify_first()
    request.prove()
    assert request.post("decision", decision="release").status_code == 200
    agreed = request.post("second-reading", by=world.officer("officer-b"), agrees=True)
    if agreed.status_code == 409:
        return NOT_RELEASED
    outcome = str(issued(request)["outcome"])
    assert request.step("close") == "closed"
    return outcome


def _to_state(world: World, one: Somebody) -> frozenset[str]:
    """Return what another State is told."""
    return _told(opened(world, **asked(one.number)))


def _to_agency(world: World, agency: User, one: Somebody) -> frozenset[str]:
    """Return what an agency is told, whose agreement reaches all convictions."""
    answer = agency.post("/v1/agency/requests", asked_about(one.number))
    assert answer.status_code == 201, answer.text
    return _told(Worked(world, answer.json()["request_id"]))


def _told(request: Worked) -> frozenset[str]:
    """Return which of the days of arrests and convictions an answer states, if it is released."""
    request.search_by_details()
    request.identify_first()
    assert request.post("decision", decision="release").status_code == 200
    agreed = request.post("second-reading", by=request.world.officer("officer-b"), agrees=True)
    if agreed.status_code == 409:
        return frozenset({NOT_RELEASED})
    content = str(request.read()["disclosures"][-1]["content"])
    return frozenset(day for day in (ARREST_DAY, COURT_DAY, *FINED_ON.values()) if day in content)


def _written(day: str) -> str:
    """Return a day as the office writes it to a person."""
    on = date.fromisoformat(day)
    return f"{on.day} {on:%B} {on.year}"


@pytest.mark.dear("asks every answer about eleven people")
@pytest.mark.parametrize("seed", [1, 2])
def test_every_answer_tells_what_it_must_and_nothing_else(sqlite_world: World, seed: int) -> None:
    world, ends, drawn = sqlite_world, list(End), np.random.default_rng(seed)
    cases = [(channel, ends[drawn.integers(len(ends))]) for channel in Channel]
    people = [put_on_record(world, n, *case) for n, case in enumerate(cases, 1)]
    end(world, people)
    agency = harbours(world)
    counted = Counter[str]()

    faults = [
        (one.channel.name, one.end.name, answer, str(got))
        for one in people
        for answer, got in _faults(world, agency, one, counted)
    ]

    assert faults == []
    assert _figures(world) == {one: count for one, count in counted.items() if one}


def _faults(
    world: World, agency: User, one: Somebody, counted: Counter[str]
) -> Iterator[tuple[str, object]]:
    """Yield the answers about somebody that are not as expected; count their certificate."""
    want = expected(one.channel, one.end)
    yield from _unlike("name", _by_name(world, one), {want.by_name})
    yield from _unlike("prints", _by_prints(world, one), {want.by_prints})
    if want.certificate is not None:
        outcome = _certificate(world, one)
        counted[COUNTED_AS[outcome]] += 1
        yield from _unlike("certificate", outcome, want.certificate)
    if want.access is not None:
        told = _access(world, one)
        days = {ARREST_DAY, FINED_ON.get(one.channel, COURT_DAY)}
        found = tuple(sorted(day for day in days if _written(day) in told))
        yield from _unlike("access", found, {tuple(sorted(want.access))})
    if want.to_state is not None:
        yield from _unlike("State", _to_state(world, one), {want.to_state})
        yield from _unlike("agency", _to_agency(world, agency, one), {want.to_agency})


def _unlike(answer: str, got: object, allowed: Collection[object]) -> Iterator[tuple[str, object]]:
    if got not in allowed:
        yield answer, got


def _figures(world: World) -> dict[str, int]:
    """Return the figures that may be published about certificates, by outcome."""
    with world.services.units.read() as unit:
        rows = unit.transaction.connection.execute(countable_facts.select()).all()
    closed = [one for one in rows if (one.service, one.stage) == ("police-certificate", "closed")]
    return dict(Counter(one.outcome for one in closed))


OPENED = {End.STAYS: True, End.HIDDEN: False, End.ERASED: False}
"""Whether a link's bundle for a court holds opened data: of a person who is hidden or erased, only
the log and its digests remain, and still verify."""


@pytest.mark.dear("links three people by two examiners each")
def test_a_bundle_for_a_court_holds_prints_and_nothing_of_the_record(sqlite_world: World) -> None:
    world = sqlite_world
    people = [put_on_record(world, n, Channel.COURT, one) for n, one in enumerate(OPENED, 1)]
    links = [_linked(world, one) for one in people]
    end(world, people)

    bundles = [world.auditor().post(f"/v1/links/{link}/court-bundle").content for link in links]

    files = [_read(one) for one in bundles]
    opened = [any(name.startswith("payloads/") for name in one) for one in files]
    assert opened == list(OPENED.values())
    for one, told in zip(people, files, strict=True):
        text = "".join(told.values())
        assert one.person_id in text
        details = (f"Surname{one.number}", COURT_DAY, "Theft from a shop")
        assert [detail for detail in details if detail in text] == []


def _linked(world: World, one: Somebody) -> str:
    """Link new prints to somebody, by two examiners."""
    search_id = world.search(one.number)
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=one.person_id)
    with world.services.units.read() as unit:
        search = unit.searches.get(SearchId(search_id))
    assert search is not None
    assert search.link_id is not None
    return str(search.link_id)


def _read(bundle: bytes) -> dict[str, str]:
    """Return the text of each file of a bundle, by name."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}
