"""Registering other States as partners of the exchange, with their keys."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError
from domain.events.exchange import PartnerEnded, PartnerRegistered
from domain.exchange.codes import Partner, PartnerId, StateCode, Transport
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class RegisterPartner:
    """A State's channel and address, and its key if the channel is signed."""

    state: StateCode
    transport: Transport
    address: str
    public_key: str = ""


def register_partner(
    services: StoreServices, desk: ExchangeDesk, caller: Caller, command: RegisterPartner
) -> Partner:
    """Register a State, or another key for it, and return the registration.

    Raises NotPermittedError, InvalidInputError (no such State, no key, or the wrong kind of key),
    ConflictError (the key is already registered).
    """
    caller.actor.require(Scope.OPERATE)
    partner = _partner(services, desk, caller, command)
    with services.units.write() as unit:
        standing = in_force(unit.partners.every())
        if any(one.key_id == partner.key_id and one.state == partner.state for one in standing):
            raise ConflictError(
                "This country is already registered: end the earlier registration first."
            )
        unit.partners.register(partner)
        told = PartnerRegistered(
            partner.partner_id, partner.state, partner.transport, partner.key_id
        )
        record(unit, services.surroundings, caller, told)
        unit.commit()
    return partner


def _partner(
    services: StoreServices, desk: ExchangeDesk, caller: Caller, command: RegisterPartner
) -> Partner:
    state = command.state
    if not (len(state) == 3 and state.isascii() and state.isupper() and state.isalpha()):
        raise InvalidInputError(
            "Write the country's code as three capital letters (ISO 3166-1 alpha-3)."
        )
    if state == desk.own:
        raise InvalidInputError("This is our own country: register a different country.")
    is_signed = command.transport is Transport.SIGNED_HTTP
    return Partner(
        PartnerId(services.surroundings.new_id()),
        state,
        command.transport,
        command.address,
        desk.signatures.key_id(command.public_key) if is_signed else "",
        command.public_key if is_signed else "",
        caller.actor.user_id,
        services.surroundings.clock(),
    )


def end_partner(services: StoreServices, caller: Caller, partner_id: PartnerId) -> None:
    """End a registration. Messages signed with its key are refused from now on.

    Raises NotPermittedError, NotFoundError, ConflictError (already ended).
    """
    caller.actor.require(Scope.OPERATE)
    with services.units.write() as unit:
        partner = existing(unit.partners.get(partner_id))
        unit.partners.end(partner_id, caller.actor.user_id, services.surroundings.clock())
        told = PartnerEnded(partner_id, partner.state)
        record(unit, services.surroundings, caller, told)
        unit.commit()


def partners(services: StoreServices) -> tuple[Partner, ...]:
    """Return the registrations in force, newest first."""
    with services.units.read() as unit:
        return in_force(unit.partners.every())


def in_force(every: Iterable[Partner]) -> tuple[Partner, ...]:
    """Return those of the registrations that are in force."""
    return tuple(one for one in every if one.is_in_force)


def partner_of(standing: Iterable[Partner], state: StateCode) -> Partner | None:
    """Return a State's first registration in a list sorted newest first; None if there is none."""
    return next((one for one in standing if one.state == state), None)
