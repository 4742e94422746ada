"""The identity provider's roles that are accepted, and the role here that each one maps to."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.access.access import ROLES_OF_FORCES, ROLES_OF_SYSTEMS, Role
from domain.errors import (
    ConfigurationError,
    ProviderRefusal,
    ProviderRefusedError,
    UnknownForceError,
)
from domain.forces import force_name
from domain.ids import ForceCode

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
            raise ProviderRefusedError(NO_ROLE, reason=ProviderRefusal.ROLE)
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
    except (ValueError, UnknownForceError):
        raise ConfigurationError(_FAULT) from None
    if role in ROLES_OF_SYSTEMS or (role in ROLES_OF_FORCES) != bool(colon):
        raise ConfigurationError(_FAULT)
    return Place(role, ForceCode(code) if colon else None)
