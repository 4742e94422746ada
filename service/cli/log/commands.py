"""`identlink log checkpoint`, `export`, `verify` and other commands on the whole log.

`identlink log who`: shows the caller behind a pseudonym in the operational log.
"""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.errors import InvalidInputError
from domain.events.log import LogSearched
from domain.store_secrets import StoreSecret
from service.bootstrap.keys import open_custody, open_log_signer, store_mac, witness_keys
from service.bootstrap.stores import as_it_stands, open_log, open_store, open_unaged_store
from service.cli.context import CONSOLE, Call, Group, demand_place_of
from service.cli.log.age import accept_state, age
from service.cli.log.witness import witness
from service.logs import PseudonymKind, Pseudonyms, kind_of_pseudonym
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.check import verify_bundle
from service.provenance.bundle.findings import Finding
from service.provenance.durable_files import write_whole
from service.provenance.log.note_keys import VerifierKey, parse_verifier_key
from service.provenance.log.witness import CosignRequest
from service.settings import Settings
from service.usecases.log.administration import hand_out_log
from service.usecases.log.checkpoints import keep_cosigned, make_checkpoint
from service.usecases.log.reading import growth
from service.usecases.log.recording import keep_look
from service.usecases.log.state_age import age_findings
from service.usecases.log.verification import verify_store_and_schema
from service.usecases.services import StoreServices

_MOST_ADDRESSES = 1 << 20


def who(
    call: Call,
    pseudonym: Annotated[str, typer.Argument(help="`actor` or `source` from a line of the log.")],
    *,
    among: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="An address or a network to try; may be repeated."),
    ] = None,
) -> None:
    """Show the account, or the address among those given, behind a pseudonym; this is recorded.

    Exit code 1 if no caller has the pseudonym.
    """
    settings = call.existing()
    with open_store(settings) as services:
        clock = services.surroundings.clock
        mac = store_mac(settings, StoreSecret.PSEUDONYMS)
        made = Pseudonyms(mac, settings.pseudonym_period, clock)
        found = _behind(services, made, pseudonym, among or [])
        told = LogSearched(pseudonym, view="pseudonym", found=len(found) and 1)
        keep_look(services, CONSOLE, told)
    if not found:
        call.say("No known caller has this pseudonym.", is_wrong=True)
    call.say("\n".join(f"{name}: {value}" for name, value in found.items()), found)


def _behind(
    services: StoreServices, made: Pseudonyms, pseudonym: str, among: list[str]
) -> dict[str, str]:
    if kind_of_pseudonym(pseudonym) is PseudonymKind.SOURCE:
        if not among:
            raise InvalidInputError("Give the addresses to search: use --among.")
        address = made.source_behind(pseudonym, chain.from_iterable(map(_addresses, among)))
        return {"address": address} if address else {}
    with services.units.read() as unit:
        account = made.account_behind(pseudonym, unit.accounts.actors())
        if account is None:
            return {}
        user_id, force = account
        name = unit.accounts.names([user_id]).get(user_id)
    facts = {"account": user_id, "force": force, "name": name}
    return {key: value for key, value in facts.items() if value}


def _addresses(text: str) -> Iterator[str]:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise InvalidInputError(
            "--among takes an address or a network, such as 10.0.0.0/16."
        ) from None
    if network.num_addresses > _MOST_ADDRESSES:
        raise InvalidInputError(
            "The network is too large: give a network of at most a million addresses."
        )
    return map(str, network)


app = Group(help="The log of events.")
app.command("witness")(witness)
app.command("age")(age)
app.command("accept-state")(accept_state)
app.command("who")(who)

LogKeyOption = Annotated[
    str | None,
    typer.Option(
        help="Public key (vkey) of the log, which you obtained from an independent source."
    ),
]
WitnessKeysOption = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY", help="Public key (vkey) of a witness; may be repeated."),
]
HeldOption = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="An earlier checkpoint that you or a witness stored; may be repeated.",
    ),
]
DeepOption = Annotated[
    bool, typer.Option("--deep", help="Open every payload of the store, not only a sample.")
]


@app.command()
def key(call: Call) -> None:
    """Show the public key of the log; publish it separately from the log."""
    verifier = open_log_signer(call.existing()).verifier
    call.say(str(verifier), {"log": verifier.name, "vkey": str(verifier)})


@app.command()
def checkpoint(
    call: Call,
    *,
    out: Annotated[Path | None, typer.Option(help="File for the note.")] = None,
    request_from: Annotated[
        int | None,
        typer.Option(
            min=0, help="Write a request for a witness that last saw this size of the log."
        ),
    ] = None,
    cosigned: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Store the note of a witness."),
    ] = None,
) -> None:
    """Sign the log as it is now, or store the cosignature of a witness."""
    if cosigned is not None and (out is not None or request_from is not None):
        raise typer.BadParameter("Give --cosigned, or --out and --request-from, not both.")
    settings = call.existing()
    if out is not None:
        demand_place_of(out)
    signer = open_log_signer(settings)
    with open_unaged_store(settings) as services:
        if cosigned is not None:
            known = witness_keys(settings)
            names = keep_cosigned(services, cosigned.read_bytes(), signer.verifier, known)
            call.say(f"Kept: {', '.join(names)}.", {"witnesses": list(names)})
            return
        made = make_checkpoint(services, signer)
        data = made.note
        if request_from is not None:
            with services.units.read() as unit:
                steps = growth(unit, request_from, made.size)
            data = CosignRequest(request_from, steps, made.note).encode()
    if out is not None:
        write_whole(out, data)
    facts = {"size": made.size, "note": made.note.decode(), "log_key": str(signer.verifier)}
    call.say(data.decode().rstrip(), facts)


@app.command()
def export(
    call: Call, bundle: Annotated[Path, typer.Argument(help="File to write.", dir_okay=False)]
) -> None:
    """Write a file with everything that an outsider needs to verify the log."""
    settings = call.existing()
    demand_place_of(bundle)
    signer = open_log_signer(settings)
    with open_unaged_store(settings) as services:
        size = hand_out_log(services, signer, CONSOLE, bundle, witness_keys(settings))
    facts = {"events": size, "log_key": str(signer.verifier)}
    call.say(f"{size} events, signed by {signer.verifier}", facts)


@app.command()
def verify(
    call: Call,
    *,
    bundle: Annotated[
        Path | None,
        typer.Argument(
            exists=True, dir_okay=False, help="File of the bundle; the store itself by default."
        ),
    ] = None,
    log_key: LogKeyOption = None,
    witness_key: WitnessKeysOption = None,
    held: HeldOption = None,
    deep: DeepOption = False,
) -> None:
    """Verify a bundle offline, or the store; exit code 0 if it verifies, 1 if not.

    For a store, this also opens 1,000 payloads, which are selected by the last checkpoint.
    """
    if bundle is not None and deep:
        raise typer.BadParameter("Give --deep only for a store: a bundle has no payloads.")
    notes = [path.read_bytes() for path in held or ()]
    trusted = _trusted(log_key, witness_key or ())
    if bundle is not None:
        report = verify_bundle(bundle, trusted, held=notes)
        call.say(_sentences(report.fields()), report.fields(), is_wrong=not report.is_sound)
        return
    settings = as_it_stands(call.existing())
    keys = trusted or TrustedKeys(open_log_signer(settings).verifier, witness_keys(settings))
    with open_log(settings) as (services, check_keys):
        found = verify_store_and_schema(
            services, keys, held=notes, is_deep=deep, check_keys=check_keys
        )
        found = found.with_findings(_age_findings(settings, services))
    call.say(_sentences(found.fields()), found.fields(), is_wrong=not found.is_sound)


def _age_findings(settings: Settings, services: StoreServices) -> tuple[Finding, ...]:
    """Return a finding if the store is older than its keys' checkpoint; none without a key."""
    if not open_custody(settings).holds_log_key():
        return ()
    return age_findings(services, open_log_signer(settings))


def _trusted(log_key: str | None, witnesses: Sequence[str]) -> TrustedKeys | None:
    if log_key is None:
        if witnesses:
            raise InvalidInputError("--witness-key also needs the key of the log: give --log-key.")
        return None
    return TrustedKeys(_key(log_key), tuple(map(_key, witnesses)))


def _key(text: str) -> VerifierKey:
    return parse_verifier_key(text)


def _sentences(fields: Mapping[str, Any]) -> str:
    lines = [
        "The log verifies." if fields["sound"] else "The log does NOT verify.",
        f"{fields['events']} events, root {fields['root']}",
        f"{fields['checkpoints']} checkpoints, {fields['decisions']} decisions, "
        f"{fields['links']} links",
    ]
    if "payloads_opened" in fields:
        lines.append(f"{fields['payloads_opened']} payloads opened")
        lines.append(f"Checked: {'; '.join(fields['covers'])}.")
    if fields.get("keys") == "from the bundle itself":
        lines.append(
            "The keys come from the bundle itself: this shows only that the bundle agrees"
            " with itself."
        )
    lines.extend(
        f"{seen['witness']} vouches for the first {seen['events']} events, at {seen['at']}"
        for seen in fields.get("cosigned", ())
    )
    if fields.get("unsigned_events"):
        lines.append(f"Events not signed yet: {fields['unsigned_events']:,}.")
    if fields["uncommitted_events"]:
        lines.append(
            f"{fields['uncommitted_events']} events of earlier releases do not commit to"
            " rows: only some columns of those rows are covered."
        )
    lines.extend(_finding(found) for found in fields["findings"])
    hidden = fields["findings_count"] - len(fields["findings"])
    if hidden:
        lines.append(f"... and {hidden} more findings.")
    return "\n".join(lines)


def _finding(found: Mapping[str, Any]) -> str:
    place = "" if found["seq"] is None else f" (event {found['seq']})"
    return f"{found['code']}{place}: {found['detail']}"
