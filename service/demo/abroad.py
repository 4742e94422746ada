"""`identlink demo --exchange`: another country's request up to our reply, and a notification."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.exchange.codes import MessageId, StateCode, Transport
from domain.exchange.messages import Reply, read_message
from domain.ids import PersonId, RecordId, SearchId, UserId
from domain.people.amendments import Add, Amendment, AmendmentReason, Correct, SourceKind
from domain.people.convictions import ConvictedOffence, Conviction, Court, Sanction, SentenceKind
from domain.people.items import ItemId, ItemKind
from domain.people.people import Nationality
from domain.restrictions import UsePurpose
from service.app import create_app
from service.bootstrap.desks import open_exchange
from service.bootstrap.runtime import Runtime
from service.cli.context import CONSOLE
from service.cli.office.exchange import stratum_sentence
from service.demo.calls import ApiCaller, search_body
from service.demo.examiners import Truth, both_examine
from service.demo.scenario import PlannedSearch
from service.demo.stage import Stage, running
from service.demo.tour import Work, two_officers
from service.logs import build_logger
from service.settings import Settings
from service.usecases.exchange.asking import AskStates, ask_states
from service.usecases.exchange.desk import (
    ExchangeDesk,
    RegisterPartner,
    end_partner,
    partners,
    register_partner,
)
from service.usecases.exchange.duties import survey_records
from service.usecases.exchange.receiving import reply_decided
from service.usecases.exchange.reconciling import reconcile
from service.usecases.exchange.sending import Sweep, send_due
from service.usecases.people.amending import AmendRecord, amend_record

ABROAD = StateCode("POL")


@dataclass(frozen=True, slots=True)
class Country:
    """One of the two installations that exchange messages."""

    runtime: Runtime
    desk: ExchangeDesk
    address: str

    def knows(self, other: Country) -> None:
        """Register the other country's key and address, replacing those of an earlier run."""
        services = self.runtime.services
        for one in partners(services):
            if one.state == other.desk.own:
                end_partner(services, CONSOLE, one.partner_id)
        command = RegisterPartner(
            other.desk.own,
            Transport.SIGNED_HTTP,
            f"{other.address}/v1/exchange/messages",
            other.desk.signatures.public_key,
        )
        register_partner(services, self.desk, CONSOLE, command)

    def send(self) -> Sweep:
        """Send the messages that are due, over HTTP."""
        return send_due(self.runtime.services, self.desk)


def country_of(runtime: Runtime, address: str) -> Country:
    """Return an installation that is being served; the demo's settings name its State."""
    desk = open_exchange(runtime.settings)
    # The option `--exchange` sets the State.
    assert desk is not None  # noqa: S101
    return Country(runtime, replace(desk, since=runtime.services.today()), address)


@contextmanager
def another_country(
    settings: Settings, opened: Callable[[Settings], Runtime]
) -> Iterator[Country]:
    """Serve another country's store, in a directory inside our store, until the context ends."""
    abroad = settings.model_copy(
        update={
            "store": settings.store / "another-country",
            "keys": None,
            "database_url": None,
            "exchange_state": ABROAD,
        }
    )
    runtime = opened(abroad)
    app = create_app(runtime, logger=build_logger(sys.stderr, "warning"))
    with running(app, host="127.0.0.1", port=0) as address:
        yield country_of(runtime, address)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Both countries, and the officers who work on a request here."""

    stage: Stage
    ours: Country
    abroad: Country
    officers: tuple[ApiCaller, ApiCaller]

    def say(self, sentence: str) -> None:
        """Print a sentence for the person who runs the demo."""
        self.stage.console.print(sentence)


def show_exchange(
    stage: Stage, ours: Country, abroad: Country, planned: PlannedSearch, truth: Truth
) -> None:
    """Show the other country's request, two notifications to it, and a reconciliation."""
    ours.knows(abroad)
    abroad.knows(ours)
    with two_officers(stage) as officers:
        shown = Exchange(stage, ours, abroad, officers)
        shown.say(f"\nAnother country, {abroad.desk.own}, is served at {abroad.address}.")
        person_id = _answer_request(shown, planned, truth)
    _notify(shown, person_id)
    reckoning = reconcile(ours.runtime.services, ours.desk, CONSOLE)
    shown.say("Reconciliation: the duties to notify, compared with the messages sent.")
    for stratum in reckoning.figures.strata:
        if stratum.due:
            shown.say(stratum_sentence(stratum))
    shown.say(f"Alarms: {len(reckoning.figures.alarms)}.")


def _answer_request(shown: Exchange, planned: PlannedSearch, truth: Truth) -> PersonId:
    """Have the other country's request worked on until the reply; return its person."""
    asked = _ask(shown, planned)
    first, second = shown.officers
    (received,) = first.get("/v1/requests?state=received")["requests"]
    request_id = str(received["request_id"])
    work = Work(first, request_id)
    work.post("steps", step="accept")
    searched = work.post("search", use_sent_prints=True)
    shown.stage.remember(SearchId(searched["search_id"]), planned)
    shown.say("The prints that came with it are searched; two examiners decide, blind.")
    with shown.stage.callers() as callers:
        both_examine(shown.stage.runtime, callers, [truth])
    found = work.post("identification")
    shown.say(f"Identity: {found['outcome']}, by {found['basis']}.")
    work.post("decision", decision="release")
    Work(second, request_id).post("second-reading", agrees=True)
    reply_decided(shown.ours.runtime.services, shown.ours.desk)
    shown.ours.send()
    reply = _reply(shown.abroad, asked)
    shown.say(
        f"Two people released the reply; {shown.abroad.desk.own} got {reply.outcome.value} with "
        f"{_counted(len(reply.convictions), 'conviction')}."
    )
    return PersonId(found["person_id"])


def _ask(shown: Exchange, planned: PlannedSearch) -> MessageId:
    details = replace(
        planned.probe.probe.details, nationalities=(Nationality(shown.ours.desk.own),)
    )
    sent = search_body(planned.search_type, planned.probe.probe)["impressions"]
    capture = base64.b64encode(json.dumps({"impressions": sent}).encode()).decode()
    command = AskStates(
        details, UsePurpose.CRIMINAL_PROCEEDINGS, "eufra-2020", "II K 12/26", capture
    )
    (asked,) = ask_states(shown.abroad.runtime.services, shown.abroad.desk, CONSOLE, command)
    sweep = shown.abroad.send()
    shown.say(
        f"It asks about a person ({asked}); "
        f"{_counted(sweep.acknowledged, 'message')} acknowledged."
    )
    return asked


def _reply(country: Country, asked: MessageId) -> Reply:
    with country.runtime.services.units.read() as unit:
        (received,) = unit.inbox.answers_to(asked)
    # It came a moment ago: nobody has erased it.
    assert received.body is not None  # noqa: S101
    content = read_message(received.body).content
    assert isinstance(content, Reply)  # noqa: S101
    return content


def _notify(shown: Exchange, person_id: PersonId) -> None:
    """Record a conviction, notify the other country, and notify it again after the appeal."""
    services = shown.ours.runtime.services
    with services.units.read() as unit:
        row = unit.people.person_row(person_id)
        # The person was identified a moment ago.
        assert row is not None  # noqa: S101
        record_id = unit.people.records_of([row])[row].record_id
    convicted = _conviction(services.today())
    _amend(
        shown,
        record_id,
        (Add(ItemKind.NATIONALITY, Nationality(ABROAD)), Add(ItemKind.CONVICTION, convicted)),
        AmendmentReason.COURT_RESULT,
    )
    _tell(shown, record_id, "A court convicts the person, who is found to be a national there too")
    item_id = _newest_conviction(shown, record_id)
    changed = replace(convicted, sanctions=(Sanction(SentenceKind.CUSTODY, duration="P4M"),))
    _amend(
        shown,
        record_id,
        (Correct(item_id, ItemKind.CONVICTION, changed),),
        AmendmentReason.CHANGED_ON_APPEAL,
    )
    _tell(shown, record_id, "On appeal the sentence is reduced")


def _conviction(today: date) -> Conviction:
    return Conviction(
        Court("Leeds Crown Court"),
        today,
        (ConvictedOffence("TH68010", "Theft from a shop"),),
        (Sanction(SentenceKind.CUSTODY, duration="P6M"),),
        recorded_on=today,
    )


def _amend(
    shown: Exchange,
    record_id: RecordId,
    changes: tuple[Add | Correct, ...],
    reason: AmendmentReason,
) -> None:
    services = shown.ours.runtime.services
    with services.units.read() as unit:
        head = unit.records.versions(record_id)[-1]
    caller = Caller(
        Actor(UserId("records:office"), Role.FORCE, head.force, ROLE_SCOPES[Role.FORCE]),
        Purpose.RECORD_MANAGEMENT,
    )
    amendment = Amendment(changes, reason, "As the court decided.", SourceKind.COURT, "Leeds 7")
    amend_record(services, AmendRecord(caller, record_id, head.version, amendment))


def _newest_conviction(shown: Exchange, record_id: RecordId) -> ItemId:
    with shown.ours.runtime.services.units.read() as unit:
        head = unit.records.versions(record_id)[-1]
        held = unit.records.version(record_id, head.version)
    # The version was written a moment ago.
    assert held is not None  # noqa: S101
    return [one.item_id for one in held.items.held if one.kind is ItemKind.CONVICTION][-1]


def _tell(shown: Exchange, record_id: RecordId, happened: str) -> None:
    while survey_records(shown.ours.runtime.services, shown.ours.desk):
        pass
    sweep = shown.ours.send()
    item_id = _newest_conviction(shown, record_id)
    with shown.abroad.runtime.services.units.read() as unit:
        held = unit.inbox.held(shown.ours.desk.own, f"{record_id}.{item_id}")
    version = held.version if held else "none"
    taken = _counted(sweep.acknowledged, "message")
    shown.say(
        f"{happened}: {taken} acknowledged; {shown.abroad.desk.own} holds version {version}."
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
