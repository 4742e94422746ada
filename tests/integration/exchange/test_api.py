"""The application as another State reaches it: notifications, and a request up to its reply."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from domain.exchange.codes import Partner, ReplyCode, Transport
from domain.exchange.messages import Reply, read_message
from domain.people.people import Details, Nationality, PartialDate, PersonName
from domain.restrictions import Transmittable, UsePurpose
from matching.scorer import Scorer
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.ports.exchange import Carriage, Carried
from service.settings import load_settings
from service.storage.database import Database
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.exchange import exchange_received
from service.usecases.exchange.asking import AskStates, ask_states
from service.usecases.exchange.desk import ExchangeDesk, RegisterPartner, register_partner
from service.usecases.exchange.receiving import receive, reply_decided
from service.usecases.exchange.sending import send_due
from tests.formats import FORMAT
from tests.integration.api.driver import World
from tests.integration.api.prints import record as record_of
from tests.integration.exchange.offices import GBR, POL, ROOT, Clock, Office, Wire, office
from tests.integration.requests.working import FINE, FOREIGN, Worked, add_convictions

PATH = "/v1/exchange/messages"


@dataclass(slots=True)
class Called:
    """Carries their transmissions to the application, as a call over HTTP does."""

    client: TestClient

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        answer = self.client.post(PATH, json={"transmissions": list(transmissions)})
        assert answer.status_code == 200, answer.text
        return Carriage(Carried.TAKEN, tuple(answer.json()["transmissions"]))


@dataclass(slots=True)
class CalledBack:
    """Carries our transmissions to theirs."""

    theirs: Office

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        answers = receive(self.theirs.services, self.theirs.desk, transmissions)
        return Carriage(Carried.TAKEN, answers)


@dataclass(slots=True)
class Joined:
    """The application, and an office of another State."""

    world: World
    theirs: Office

    @property
    def desk(self) -> ExchangeDesk:
        found: ExchangeDesk = self.world.app.state.api.exchange
        return replace(found, http=CalledBack(self.theirs))

    def send(self) -> None:
        """Let the application put what was decided into replies, and hand over what is due."""
        reply_decided(self.world.services, self.desk)
        send_due(self.world.services, self.desk)


@pytest.fixture
def joined(sqlite_template: Path, tmp_path: Path, scorer: Scorer) -> Iterator[Joined]:
    copy = shutil.copyfile(sqlite_template, tmp_path / "theirs.db")
    database = Database(f"sqlite:///{copy}", codec=FORMAT.codec)
    ours = shutil.copyfile(sqlite_template, tmp_path / "ours.db")
    settings = load_settings(
        store=tmp_path / "store", database_url=f"sqlite:///{ours}", exchange_state="GBR"
    )
    log = io.StringIO()
    app = create_app(assemble(settings, scorer), logger=build_logger(log))
    with TestClient(app, raise_server_exceptions=False) as client:
        world = World(app, client, log)
        clock = Clock(world.services.surroundings.clock())
        theirs = office(database.units_of_work(), POL, Wire(), clock)
        theirs.desk = replace(theirs.desk, http=Called(client))
        made = Joined(world, theirs)
        for services, desk, state, key in (
            (world.services, made.desk, POL, theirs.public_key),
            (theirs.services, theirs.desk, GBR, made.desk.signatures.public_key),
        ):
            command = RegisterPartner(state, Transport.SIGNED_HTTP, "http://x.example/", key)
            register_partner(services, desk, ROOT, command)
        yield made
    database.close()


def ask(joined: Joined, said: Details | None = None) -> str:
    """Ask about a person, whom nobody has heard of unless others are stated."""
    said = said or Details(names=(PersonName("Ada", "Unheard-Of"),))
    said = replace(said, nationalities=(Nationality("GBR"),))
    command = AskStates(said, UsePurpose.CRIMINAL_PROCEEDINGS, "eufra-2020", "II K 12/26")
    (asked,) = ask_states(joined.theirs.services, joined.theirs.desk, ROOT, command)
    sweep = joined.theirs.send()
    assert sweep.acknowledged == 1, sweep
    return asked


def _stated(person: int) -> Details:
    """Return the details of an enrolled person, as a State would know them."""
    record = record_of(person)
    named = record["names"][0]
    return Details(
        names=(PersonName(named["forename"], named["surname"]),),
        dates_of_birth=tuple(map(PartialDate.parse, record["dates_of_birth"])),
        place_of_birth=record["place_of_birth"],
    )


def opened(joined: Joined) -> Worked:
    """Return the one request that is open here."""
    (found,) = joined.world.officer().get("/v1/requests").json()["requests"]
    return Worked(joined.world, found["request_id"])


def replies(joined: Joined, asked: str) -> list[Reply]:
    """Return the replies that they got to a request."""
    with joined.theirs.services.units.read() as unit:
        rows = unit.transaction.connection.execute(
            select(exchange_received).where(exchange_received.c.response_to == asked)
        ).all()
        bodies = unit.transaction.payloads.get_many(
            PayloadKind.MESSAGE, [row.payload_id for row in rows]
        )
    contents = [read_message(body).content for body in bodies.values()]
    assert all(isinstance(one, Reply) for one in contents)
    return contents  # type: ignore[return-value]  # just looked at


def test_nobody_known_is_answered_as_a_problem(joined: Joined) -> None:
    answer = joined.world.client.post(PATH, json={"transmissions": ["a.b.c"]})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/message-fault")


def test_without_a_state_there_is_no_such_address(sqlite_world: World) -> None:
    answer = sqlite_world.client.post(PATH, json={"transmissions": ["a.b.c"]})

    assert answer.status_code == 404


def test_the_schemas_are_served(joined: Joined) -> None:
    for name in ("schema.json", "schema.xsd"):
        answer = joined.world.client.get(f"/v1/exchange/{name}")
        assert "urn:identlink:exchange:1" in answer.text


def test_a_request_is_worked_to_a_reply_that_two_people_decided(joined: Joined) -> None:
    enrolled = joined.world.enrol(1)
    add_convictions(joined.world, enrolled["record_id"], FINE, FOREIGN)
    asked = ask(joined)
    work = opened(joined)
    assert work.read()["state"] == "received"
    search_id = work.search_by_prints(1)
    case_id = joined.world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        joined.world.examine(case_id, examiner, person_id=enrolled["person_id"])
    assert work.identify()["basis"] == "prints confirmed by link"
    work.release()
    joined.send()

    (reply,) = replies(joined, asked)
    assert reply.outcome is ReplyCode.SUCCESSFUL
    assert {one.country for one in reply.convictions} == {"GBR", "POL"}
    told = {one.country: one.restrictions for one in reply.convictions}
    assert told["GBR"].transmittable is Transmittable.YES
    assert told["POL"].purposes == (UsePurpose.CRIMINAL_PROCEEDINGS,)
    assert work.read()["disclosures"][-1]["acknowledged_at"]
    joined.send()
    assert len(replies(joined, asked)) == 1


def test_nobody_found_is_a_reply_without_convictions(joined: Joined) -> None:
    asked = ask(joined)
    work = opened(joined)
    work.search_by_details()
    work.identify()
    work.release()
    joined.send()

    (reply,) = replies(joined, asked)
    assert (reply.outcome, reply.convictions) == (ReplyCode.SUCCESSFUL, ())


def test_a_candidate_in_doubt_is_never_no_record(joined: Joined) -> None:
    joined.world.enrol(1)
    asked = ask(joined, _stated(1))
    work = opened(joined)
    assert work.search_by_details()
    assert work.identify()["outcome"] == "in doubt"
    work.release()
    joined.send()

    assert replies(joined, asked)[0].outcome is ReplyCode.DENIED


def test_a_purpose_that_nobody_answers_is_a_fault(joined: Joined) -> None:
    said = Details(nationalities=(Nationality("GBR"),))
    command = AskStates(said, UsePurpose.CRIMINAL_PROCEEDINGS, "eufra-2020", "x-1")
    ask_states(joined.theirs.services, joined.theirs.desk, ROOT, command)

    assert joined.theirs.send().faults == 1
    assert joined.world.officer().get("/v1/requests").json()["requests"] == []
