"""This State's settings for the exchange: its key, channels and rules; and its partners."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.access.access import Caller, Purpose, Scope, service_itself
from domain.errors import ConfigurationError, ConflictError, InvalidInputError, existing
from domain.events.declaring import Event
from domain.events.exchange import PartnerEnded, PartnerRegistered
from domain.exchange.codes import Partner, PartnerId, StateCode, Transport
from domain.ids import UserId
from domain.store_secrets import Mac
from rules.code_tables import MEMBER_STATES, UNITED_KINGDOM, CodeTable, code_table
from service.ports.exchange import FolderChannel, Signatures, SignedChannel
from service.ports.surroundings import CallLimiter
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

EXCHANGER = service_itself("exchange", Purpose.INTERNATIONAL_EXCHANGE)
"""The actor of the exchange's own steps, which has no token."""

BEGAN = date(2021, 1, 1)
"""The first whole day of the exchange under the European Union (Future Relationship) Act 2020."""


_UNITED_KINGDOM = StateCode("GBR")


def parties(own: StateCode) -> CodeTable:
    """Return the States that a State exchanges with, each with its dates of membership."""
    return code_table(MEMBER_STATES if own == _UNITED_KINGDOM else UNITED_KINGDOM)


@dataclass(frozen=True, slots=True)
class ExchangeDesk:
    """The parts of an exchange other than the store. Thread-safe."""

    own: StateCode
    signatures: Signatures
    http: SignedChannel
    folder: FolderChannel | None = None
    """None if no folder is set."""
    since: date = BEGAN
    """Convictions recorded before this day are not sent without a request."""
    mac: Mac = field(kw_only=True)
    """The keyed digests by which equal content is known again."""
    clock_skew: timedelta = timedelta(hours=1)
    """The largest allowed difference between a transmission's signing time and our time."""
    lease: timedelta = timedelta(minutes=2)
    """How long a process may take to send the messages that it claimed."""
    at_once: int = 50
    """The largest number of messages sent at a time, and of duties in one transaction."""

    limiter: CallLimiter | None = None
    """Counts calls with refused messages by State; without a limiter they are not counted."""

    @property
    def members(self) -> CodeTable:
        """The States that this State exchanges with, each with its dates of membership."""
        return parties(self.own)

    def needed_folder(self) -> FolderChannel:
        """Return the folder channel. Raises ConfigurationError if none is set."""
        if self.folder is None:
            raise ConfigurationError(
                "A country exchanges messages through a folder, but no folder is set: set "
                "IDENTLINK_EXCHANGE_FOLDER."
            )
        return self.folder

    def count_refused(self, state: StateCode, messages: int) -> None:
        """Count a call in which messages of a State were refused. Raises RateLimitedError."""
        if messages and self.limiter is not None:
            self.limiter.take(UserId(f"state:{state}"))


@dataclass(frozen=True, slots=True)
class AtDesk:
    """A caller who queues messages, inside a transaction: by default the exchange itself."""

    services: StoreServices
    unit: UnitOfWork
    desk: ExchangeDesk
    caller: Caller = EXCHANGER

    @property
    def now(self) -> datetime:
        """The present time."""
        return self.services.now()

    def record(self, event: Event) -> None:
        """Append an event of this caller."""
        record(self.services, self.unit, self.caller, event)


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
    with services.units.begin() as unit:
        standing = in_force(unit.partners.every())
        if any(one.key_id == partner.key_id and one.state == partner.state for one in standing):
            raise ConflictError(
                "This country is already registered: end the earlier registration first."
            )
        unit.partners.register(partner)
        told = PartnerRegistered(
            partner.partner_id, partner.state, partner.transport, partner.key_id
        )
        record(services, unit, caller, told)
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
        PartnerId(services.new_id()),
        state,
        command.transport,
        command.address,
        desk.signatures.key_id(command.public_key) if is_signed else "",
        command.public_key if is_signed else "",
        caller.actor.user_id,
        services.now(),
    )


def end_partner(services: StoreServices, caller: Caller, partner_id: PartnerId) -> None:
    """End a registration. Messages signed with its key are refused from now on.

    Raises NotPermittedError, NotFoundError, ConflictError (already ended).
    """
    with services.begin(caller, Scope.OPERATE) as unit:
        partner = existing(unit.partners.get(partner_id))
        unit.partners.end(partner_id, caller.actor.user_id, services.now())
        record(services, unit, caller, PartnerEnded(partner_id, partner.state))


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
