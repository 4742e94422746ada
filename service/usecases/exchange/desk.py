"""This State's settings for the exchange: its key, channels and rules."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.access.access import Actor, Caller, Purpose, Role
from domain.errors import ConfigurationError
from domain.exchange.codes import StateCode
from domain.ids import UserId
from domain.store_secrets import Mac
from rules.code_tables import MEMBER_STATES, UNITED_KINGDOM, CodeTable, code_table
from service.ports.exchange import FolderChannel, Signatures, SignedChannel
from service.ports.surroundings import CallLimiter

EXCHANGER = Caller(
    Actor(UserId("exchange"), Role.ADMINISTRATOR, None, frozenset()),
    Purpose.INTERNATIONAL_EXCHANGE,
)
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
