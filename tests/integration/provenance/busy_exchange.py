"""Exchange with other States in a store in which everything has happened once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from domain.exchange.codes import (
    DeletionReason,
    MessageFaultError,
    MessageKind,
    Partner,
    ReplyCode,
    StateCode,
    Transport,
)
from domain.exchange.duties import DutyKey, ExemptionCode
from domain.exchange.messages import Deletion, Notification, Reply, Request
from domain.ids import RecordId
from domain.restrictions import UsePurpose
from domain.store_secrets import mac_under
from service.adapters.custody.key_bytes import fresh_signing
from service.channels.exchange.signatures import JwsSignatures
from service.usecases.exchange.asking import AskStates, ask_states
from service.usecases.exchange.desk import (
    ExchangeDesk,
    RegisterPartner,
    end_partner,
    register_partner,
)
from service.usecases.exchange.duties import (
    ExemptDuty,
    dead_letters,
    exempt_duty,
    queue_again,
    survey_records,
)
from service.usecases.exchange.receiving import receive, reply_decided, request_taker
from service.usecases.exchange.reconciling import reconcile
from service.usecases.exchange.sending import send_due
from service.usecases.exchange.stating import conviction_stated, person_stated
from tests.integration.api.driver import ROOT, World
from tests.integration.exchange.offices import FRA, GBR, POL, ROU, conviction, details
from tests.integration.provenance.busy_requests import enrolled_with_record
from tests.integration.provenance.neighbour import Neighbour
from tests.integration.requests.working import FINE, Worked, add_convictions, amend

_ASKED = (UsePurpose.CRIMINAL_PROCEEDINGS, "eufra-2020", "II K 12/26")
_VERSION = 3
"""Of the record that first holds the convictions."""


def exchange(world: World) -> None:
    """Tell Poland of convictions and be told of some, ask and be asked, and settle the account."""
    signatures = JwsSignatures(fresh_signing())
    poland = Neighbour(world.services, POL, GBR, signatures.public_key)
    desk = ExchangeDesk(GBR, signatures, poland, mac=mac_under(b"references"))
    _register(world, desk, poland)
    record_id = _convict(world)
    _tell(world, desk, poland, record_id)
    _be_told(world, desk, poland)
    _ask(world, desk, poland)
    _be_asked(world, desk, poland)
    _exempt(world, record_id)
    reconcile(world.services, desk, ROOT)


def _register(world: World, desk: ExchangeDesk, poland: Neighbour) -> None:
    """Register Poland, and two States whose registrations are then ended."""
    for state in (FRA, ROU):
        partner = _registered(world, desk, state, JwsSignatures(fresh_signing()))
        end_partner(world.services, ROOT, partner.partner_id)
    _registered(world, desk, POL, poland.signatures)


def _registered(
    world: World, desk: ExchangeDesk, state: StateCode, signatures: JwsSignatures
) -> Partner:
    command = RegisterPartner(
        state, Transport.SIGNED_HTTP, f"https://{state.lower()}.example/", signatures.public_key
    )
    return register_partner(world.services, desk, ROOT, command)


def _convict(world: World) -> RecordId:
    """Enrol a person of two other nationalities with two convictions, one corrected since."""
    _, record_id = enrolled_with_record(world, 83)
    changes = [
        {"change": "add", "item": {"kind": "nationality", "nationality": state}}
        for state in (POL, FRA)
    ]
    amend(world, record_id, *changes)
    add_convictions(world, record_id, FINE, FINE | {"reference": "8/24"})
    return RecordId(record_id)


def _tell(world: World, desk: ExchangeDesk, poland: Neighbour, record_id: RecordId) -> None:
    """Have two notifications acknowledged, and an update refused and queued again."""
    _survey(world, desk)
    assert send_due(world.services, desk).acknowledged == 2
    item = {"kind": "conviction", "conviction": FINE | {"final_on": "2024-03-08"}}
    amend(world, record_id, {"change": "correct", "item_id": "conviction-1", "item": item})
    _survey(world, desk)
    poland.refuses.add(MessageKind.UPDATE)
    assert send_due(world.services, desk).faults == 1
    (dead,) = dead_letters(world.services)
    queue_again(world.services, ROOT, dead.message_id)


def _survey(world: World, desk: ExchangeDesk) -> None:
    while survey_records(world.services, desk):
        pass


def _be_told(world: World, desk: ExchangeDesk, poland: Neighbour) -> None:
    """Take two convictions of which one is then deleted, and refuse two messages."""
    person = person_stated(details(("GBR",)), has_prints=False, reference="II K 12/26")
    told = [
        Notification(person, conviction_stated(conviction(), conviction_id=ref, version=1))
        for ref in ("conviction-1", "conviction-2")
    ]
    foreign = replace(told[0], person=replace(person, nationalities=("FRA",)))
    deletion = Deletion("conviction-1", 2, DeletionReason.QUASHED)
    sent = [
        *(poland.writes(MessageKind.NOTIFICATION, one)[1] for one in (*told, foreign)),
        poland.writes(MessageKind.DELETION, deletion)[1],
    ]
    assert len(receive(world.services, desk, sent)) == len(sent)
    stranger = replace(poland, signatures=JwsSignatures(fresh_signing()))
    with suppress(MessageFaultError):
        receive(world.services, desk, [stranger.writes(MessageKind.DELETION, deletion)[1]])


def _ask(world: World, desk: ExchangeDesk, poland: Neighbour) -> None:
    """Ask Poland about a person, and take its reply."""
    command = AskStates(details(("POL",)), *_ASKED)
    (asked,) = ask_states(world.services, desk, ROOT, command)
    send_due(world.services, desk)
    reply = Reply(ReplyCode.SUCCESSFUL)
    receive(world.services, desk, [poland.writes(MessageKind.REPLY, reply, asked)[1]])


def _be_asked(world: World, desk: ExchangeDesk, poland: Neighbour) -> None:
    """Take a request of Poland, have two officers decide it, and send the reply."""
    before = _open_requests(world)
    person = person_stated(details(("GBR",)), has_prints=False, reference="II K 12/26")
    _, asked = poland.writes(MessageKind.REQUEST, Request(person, *_ASKED))
    receive(world.services, desk, [asked], request_taker(world.services))
    (request_id,) = _open_requests(world) - before
    request = Worked(world, request_id)
    request.search_by_details()
    request.identify()
    request.release()
    assert reply_decided(world.services, desk) == 1
    assert send_due(world.services, desk).acknowledged == 1


def _open_requests(world: World) -> set[str]:
    listed = world.officer().get("/v1/requests").json()["requests"]
    return {one["request_id"] for one in listed}


def _exempt(world: World, record_id: RecordId) -> None:
    """Decide of two duties to France that they do not hold, one on each ground."""
    for item_id, code in (
        ("conviction-1", ExemptionCode.LEGAL_BAR),
        ("conviction-2", ExemptionCode.ENTERED_IN_ERROR),
    ):
        key = DutyKey(record_id, item_id, _VERSION, FRA)
        exempt_duty(world.services, ROOT, ExemptDuty(key, code, "By order."))
