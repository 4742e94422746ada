"""`identlink exchange`: other States, messages to them, a check that all were sent."""

from pathlib import Path
from typing import Annotated, Any

import typer

from domain.errors import ConfigurationError
from domain.exchange.codes import MessageId, PartnerId, StateCode, Transport
from domain.exchange.duties import DutyKey, ExemptionCode, Stratum
from domain.ids import RecordId
from domain.plain_values import plain
from domain.requests.requests import Channel
from service.bootstrap.desks import open_exchange
from service.bootstrap.runtime import open_runtime
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, Call, Group, text_in
from service.settings import Settings
from service.usecases.exchange import duties
from service.usecases.exchange.desk import (
    ExchangeDesk,
    RegisterPartner,
    end_partner,
    partners,
    register_partner,
)
from service.usecases.exchange.receiving import collect, reply_decided, request_taker
from service.usecases.exchange.reconciling import Reckoning, reconcile, repair_duties
from service.usecases.exchange.sending import send_due

app = Group(help="Exchange of convictions with other States.")


def _desk(settings: Settings) -> ExchangeDesk:
    desk = open_exchange(settings)
    if desk is None:
        raise ConfigurationError(
            "No country is set for this installation: set IDENTLINK_EXCHANGE_STATE, for"
            " example to GBR."
        )
    return desk


@app.command("key")
def show_key(call: Call) -> None:
    """Show our public key, for other States to register."""
    signatures = _desk(call.existing()).signatures
    key = signatures.public_key
    call.say(key, {"public_key": key, "key_id": signatures.key_id(key)})


@app.command("register")
def register(
    call: Call,
    state: Annotated[str, typer.Argument(help="ISO 3166-1 alpha-3, such as POL.")],
    *,
    address: Annotated[str, typer.Option(help="URL to which signed messages are sent.")] = "",
    key: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="File with the State's public key."),
    ] = None,
) -> None:
    """Register a State: with an address and a key, or without them if it uses a drop folder."""
    if bool(address) is not bool(key):
        raise ConfigurationError("Give both --address and --key for a signed channel.")
    settings = call.existing()
    desk = _desk(settings)
    transport = Transport.SIGNED_HTTP if key else Transport.DROP_FOLDER
    public_key = text_in(key).strip() if key else ""
    command = RegisterPartner(StateCode(state), transport, address, public_key)
    with open_store(settings) as services:
        made = register_partner(services, desk, CONSOLE, command)
    facts = {"partner_id": made.partner_id, "state": made.state, "key_id": made.key_id}
    call.say(f"Registered {made.state}: {made.partner_id}", facts)


@app.command("list")
def list_partners(call: Call) -> None:
    """Show the registrations in force, newest first."""
    with open_store(call.existing()) as services:
        for one in partners(services):
            facts = {
                "partner_id": one.partner_id,
                "state": one.state,
                "transport": one.transport.value,
                "address": one.address,
                "key_id": one.key_id,
            }
            call.say(f"{one.partner_id} {one.state} {one.transport.value}", facts)


@app.command("end")
def end(
    call: Call, partner_id: Annotated[str, typer.Argument(help="Id of the registration.")]
) -> None:
    """End a registration: messages signed with its key are refused from now on."""
    with open_store(call.existing()) as services:
        end_partner(services, CONSOLE, PartnerId(partner_id))
    call.say("Ended.", {"ended": partner_id})


@app.command("work")
def work(call: Call) -> None:
    """Compute duties, send due messages and read the folders once; workers do this anyway."""
    settings = call.existing()
    desk = _desk(settings)
    surveyed = 0
    with open_runtime(settings) as runtime:
        services = runtime.services
        while found := duties.survey_records(services, desk):
            surveyed += found
        while duties.tell_erased(services, desk):
            pass
        read = collect(services, desk, request_taker(services, Channel.DROP_FOLDER))
        replies = reply_decided(services, desk)
        sweep = send_due(services, desk)
    facts = {
        "surveyed": surveyed,
        "handed": sweep.handed,
        "acknowledged": sweep.acknowledged,
        "faults": sweep.faults,
        "unreachable": list(sweep.unreachable),
        "read": read,
        "replies": replies,
    }
    call.say(
        f"Checked {surveyed} versions of records, sent {sweep.handed} messages,"
        f" {sweep.acknowledged} acknowledged, {sweep.faults} refused; read {read} files.",
        facts,
    )


@app.command("reconcile")
def reconcile_command(
    call: Call,
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="First queue a message for each unmet duty, once.")
    ] = False,
) -> None:
    """Compare the duties to notify with the messages sent; exit code 1 if there is an alarm."""
    settings = call.existing()
    desk = _desk(settings)
    with open_store(settings) as services:
        repaired = repair_duties(services, desk, CONSOLE) if repair else None
        reckoning = reconcile(services, desk, CONSOLE)
    said, facts = sentences(reckoning), reckoning_facts(reckoning)
    if repaired is not None:
        said = (
            f"{repaired.unmet} duties were unmet: {repaired.queued} queued now,"
            f" {repaired.left} left.\n{said}"
        )
        facts |= {"repaired": plain(repaired)}
    call.say(said, facts, is_wrong=bool(reckoning.figures.alarms))


@app.command("dead-letters")
def show_dead_letters(call: Call) -> None:
    """Show messages that a State refused with a fault, oldest first."""
    with open_store(call.existing()) as services:
        for one in duties.dead_letters(services):
            fault = one.fault.value if one.fault else ""
            facts = {"message_id": one.message_id, "state": one.receiver, "fault": fault}
            call.say(f"{one.message_id}: {fault}", facts)


@app.command("again")
def again(
    call: Call, message_id: Annotated[str, typer.Argument(help="Id of a dead letter.")]
) -> None:
    """Send an undeliverable message again, unchanged and with the same id."""
    with open_store(call.existing()) as services:
        duties.queue_again(services, CONSOLE, MessageId(message_id))
    call.say("Queued.", {"queued": message_id})


@app.command("exempt")
def exempt(  # noqa: PLR0913 - each is an argument of the command
    call: Call,
    record_id: Annotated[str, typer.Argument(help="Id of the record.")],
    item: Annotated[str, typer.Argument(help="Id of the conviction, such as conviction-1.")],
    version: Annotated[int, typer.Argument(help="Version of the record that the duty names.")],
    state: Annotated[str, typer.Argument(help="The State, such as FRA.")],
    *,
    code: Annotated[ExemptionCode, typer.Option(help="Why the duty does not apply.")],
    words: Annotated[str, typer.Option(help="The reason in words; it is stored sealed.")],
) -> None:
    """Record that a State need not be notified of a conviction."""
    key = DutyKey(RecordId(record_id), item, version, StateCode(state))
    with open_store(call.existing()) as services:
        made = duties.exempt_duty(services, CONSOLE, duties.ExemptDuty(key, code, words))
    call.say("Exempt.", {"exemption_id": made.exemption_id})


def reckoning_facts(reckoning: Reckoning) -> dict[str, Any]:
    """Return the figures as JSON values."""
    figures = reckoning.figures
    return {
        "on": figures.on.isoformat(),
        "strata": [_stratum(one) for one in figures.strata],
        "alarms": list(figures.alarms),
        "unexpected": figures.unexpected,
        "doubled": figures.doubled,
        "faults": figures.faults,
        "lacking_nationalities": [
            {
                "record_id": one.record_id,
                "state": one.state,
                "due_on": one.due_on.isoformat(),
            }
            for one in reckoning.lacking
        ],
        "log_size": figures.log_size,
        "log_root": figures.log_root,
        "oldest_pending": [
            {
                "record_id": one.key.record_id,
                "conviction": one.key.item_id,
                "version": one.key.version,
                "state": one.key.state,
                "due_on": one.due_on.isoformat(),
            }
            for one in reckoning.pending
        ],
    }


def _stratum(one: Stratum) -> dict[str, Any]:
    oldest = one.oldest_pending.isoformat() if one.oldest_pending else None
    counts = ("due", "acknowledged", "sent", "pending", "exempt", "late", "unsent_past_due")
    return {
        "name": one.name,
        **{name: getattr(one, name) for name in counts},
        "oldest_pending": oldest,
        "complete": round(one.complete, 6),
    }


def sentences(reckoning: Reckoning) -> str:
    """Return the figures as sentences."""
    figures = reckoning.figures
    lines = [stratum_sentence(one) for one in figures.strata]
    alarm = f"ALARM: {', '.join(figures.alarms)}" if figures.alarms else "No alarm."
    lines += [
        f"Record {one.record_id} lacks the nationality {one.state} that its merge shows: amend "
        f"the record by {one.due_on}. {one.state} is then notified."
        for one in reckoning.lacking
    ]
    lines += [alarm, f"Log of {figures.log_size} events, root {figures.log_root}"]
    return "\n".join(lines)


def stratum_sentence(one: Stratum) -> str:
    """Return the figures of one group as one line."""
    return (
        f"{one.name}: {one.due} due, {one.acknowledged} acknowledged, {one.sent} sent, "
        f"{one.pending} pending, {one.exempt} exempt, {one.late} late, "
        f"{one.unsent_past_due} past due and unsent, {one.complete:.2%} complete"
    )
