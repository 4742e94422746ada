"""`identlink log who`: shows the caller behind a pseudonym in the operational log."""

import ipaddress
from collections.abc import Iterator
from itertools import chain
from typing import Annotated

import typer

from domain.errors import InvalidInputError
from domain.events.log import LogSearched
from domain.store_secrets import StoreSecret
from service.adapters.pseudonyms import PseudonymKind, Pseudonyms, kind_of_pseudonym
from service.bootstrap.keys import store_mac
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, Call
from service.cli.refusals import REFUSED
from service.usecases.log.recording import keep_look
from service.usecases.services import StoreServices

_MOST_ADDRESSES = 1 << 20


def who(
    call: Call,
    pseudonym: Annotated[str, typer.Argument(help="`actor` or `source` from a line of the log.")],
    *,
    among: Annotated[
        list[str] | None,
        typer.Option("--among", help="An address or a network to try; may be repeated."),
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
        call.say("No known caller has this pseudonym.")
        raise typer.Exit(REFUSED)
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
