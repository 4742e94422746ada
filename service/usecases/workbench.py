"""The services of the workbench, built once for pages and API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from argon2 import PasswordHasher

from domain import errors
from domain.access.access import ROLES_OF_FORCES, ROLES_OF_SYSTEMS, Purpose, Role
from domain.access.accounts import Slowing
from domain.examination.cases import Activity, Priority
from domain.forces import force_name
from domain.ids import ForceCode
from domain.store_secrets import Mac
from service.ports.identity import IdentityProvider
from service.ports.print_images import PrintImages
from service.ports.signing import LogSigner
from service.usecases.services import Services

_FAULT = (
    "IDENTLINK_OIDC_ROLES is malformed: map each role of the provider to a role of this "
    "service. For a force, case officer or reconciler, write `ROLE:CODE`."
)
NO_ROLE = (
    "Your account at the identity provider has no role in this service, or "
    "more than one. Ask an administrator."
)


@dataclass(frozen=True, slots=True)
class Place:
    """A role and, for a role that belongs to a force, the force."""

    role: Role
    force: ForceCode | None = None


@dataclass(frozen=True, slots=True)
class RoleMap:
    """The provider's role names and what each maps to. All other names are ignored."""

    places: Mapping[str, Place]

    def place(self, words: tuple[str, ...]) -> Place:
        """Return the one role and force that these role names map to.

        Raises ProviderRefusedError if they map to none or to several: a person with two roles
        could resolve a case that they examined.
        """
        found = {self.places[word] for word in words if word in self.places}
        if len(found) != 1:
            raise errors.ProviderRefusedError(NO_ROLE, reason=errors.ProviderRefusal.ROLE)
        return found.pop()


def parse_role_map(given: Mapping[str, str]) -> RoleMap:
    """Return the role map in the settings: each provider role to `ROLE` or `ROLE:CODE`.

    Raises ConfigurationError for an unknown role or force.
    """
    return RoleMap({word: _place(meaning) for word, meaning in given.items()})


def _place(meaning: str) -> Place:
    name, colon, code = meaning.partition(":")
    try:
        role = Role(name)
        if colon:
            force_name(code)
    except (ValueError, errors.UnknownForceError):
        raise errors.ConfigurationError(_FAULT) from None
    if role in ROLES_OF_SYSTEMS or (role in ROLES_OF_FORCES) != bool(colon):
        raise errors.ConfigurationError(_FAULT)
    return Place(role, ForceCode(code) if colon else None)


ROLE_PURPOSES: dict[Role, Purpose] = {
    Role.EXAMINER: Purpose.EXAMINATION,
    Role.SUPERVISOR: Purpose.SUPERVISION,
    Role.AUDITOR: Purpose.AUDIT,
    Role.ADMINISTRATOR: Purpose.OPERATIONS,
    Role.FORCE: Purpose.ARREST,
    Role.CASE_OFFICER: Purpose.RECORD_MANAGEMENT,
    Role.AGENCY: Purpose.AGENCY_SERVICE,
    Role.PUBLIC_PAGES: Purpose.APPLICATION,
    Role.KEYER: Purpose.RECORD_MANAGEMENT,
    Role.RECONCILER: Purpose.RECORD_MANAGEMENT,
    Role.SAMPLER: Purpose.RECORD_MANAGEMENT,
    Role.REFERRAL_BODY: Purpose.APPLICATION,
    Role.COURT_FEED: Purpose.RECORD_MANAGEMENT,
}
"""The purpose recorded for a role's page views. A force states its own purpose with a search; for
a case officer, the purpose depends on what is opened."""


@dataclass(frozen=True, slots=True)
class SignInPolicy:
    """How long sessions last, and how much failed sign-ins slow down guessing."""

    idle_timeout: timedelta = timedelta(minutes=30)
    """A session ends after this long without a request."""
    absolute_timeout: timedelta = timedelta(hours=10)
    """The length of a working day. After it everybody must sign in again."""
    failures_per_account: int = 5
    """Failures from one source at one account before the next attempt is delayed."""
    failures_from_anywhere: int = 20
    """Failures at one account from all sources that it does not know, before the next attempt is
    delayed."""
    failures_per_address: int = 50
    """Failures from one source at accounts that do not know it, before the next attempt is
    delayed. Many people may share a source."""
    allows_passwords: bool = True
    """Whether accounts may sign in with a password. If not, people must use the identity
    provider."""
    allows_plain_cookies: bool = False
    """Whether cookies may lack `Secure` over plain HTTP on the loopback interface."""
    second_factor_roles: frozenset[Role] = frozenset()
    """Roles whose accounts with a password must have a second factor."""
    is_trial: bool = False
    """Whether accounts that decide can be added without two administrators, because the people are
    invented."""
    origin: str = ""
    """Scheme and host at which browsers reach the pages; empty means those that a request
    names."""
    shortest_password: int = 12
    longest_password: int = 200

    @property
    def by_source(self) -> Slowing:
        """How failures from one source at one account delay the next attempt."""
        return Slowing(self.failures_per_account, timedelta(seconds=1), timedelta(minutes=15))

    @property
    def from_anywhere(self) -> Slowing:
        """How failures from many sources at one account delay sources it does not know."""
        return Slowing(self.failures_from_anywhere, timedelta(seconds=1), timedelta(minutes=1))

    @property
    def by_address(self) -> Slowing:
        """How failures from one source at many accounts delay the next attempt."""
        return Slowing(self.failures_per_address, timedelta(seconds=15), timedelta(minutes=15))


TARGETS: dict[tuple[Activity, Priority], timedelta] = {
    (Activity.TENPRINT_CHECK, Priority.URGENT): timedelta(hours=1),
    (Activity.TENPRINT_CHECK, Priority.HIGH): timedelta(hours=4),
    (Activity.TENPRINT_CHECK, Priority.ROUTINE): timedelta(hours=24),
    (Activity.MARK_COMPARISON, Priority.URGENT): timedelta(hours=4),
    (Activity.MARK_COMPARISON, Priority.HIGH): timedelta(days=1),
    (Activity.MARK_COMPARISON, Priority.ROUTINE): timedelta(days=5),
}
"""The time from opening to conclusion that each case should meet: a choice of this office."""


@dataclass(frozen=True, slots=True)
class DeskPolicy:
    """The office's choices for the examiners' desk."""

    targets: dict[tuple[Activity, Priority], timedelta] = field(default_factory=lambda: TARGETS)
    control_share: float = 0.02
    """The proportion of all cases that should be control items; 0 for none."""


@dataclass(frozen=True, slots=True)
class ProviderDesk:
    """What is needed for sign-in through an identity provider."""

    provider: IdentityProvider
    roles: RoleMap
    cookie_mac: Mac
    """Seals the value that a browser carries to the provider and back."""
    contexts: frozenset[str] = frozenset()
    """The ways of authenticating at the provider that are accepted; empty means any."""

    def accepts(self, context: str) -> bool:
        """Whether this way of authenticating is accepted."""
        return not self.contexts or context in self.contexts


@dataclass(frozen=True, slots=True)
class Workbench:
    """Everything that a page or a call may use. Thread-safe: one serves a whole process."""

    services: Services
    prints: PrintImages
    passwords: PasswordHasher
    sign_in: SignInPolicy = SignInPolicy()
    desk: DeskPolicy = field(default_factory=DeskPolicy)
    provider: ProviderDesk | None = None
    """The identity provider; None if people sign in only with passwords."""
    signer: LogSigner | None = None
    """Signs the log for court bundles; None if pages make no bundles."""
