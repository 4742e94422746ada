"""Access tokens of the identity provider on the API, beside those that are issued here."""

from __future__ import annotations

from domain.access import Actor
from domain.errors import NotAuthenticatedError, ProviderRefusedError
from service.usecases.access.provider_sign_in import check_place
from service.usecases.services import StoreServices
from service.usecases.workbench import ProviderDesk


def is_provider_token(secret: str) -> bool:
    """Whether a bearer secret has the form of a signed token; ours have no dots."""
    return secret.count(".") == 2


def authenticate_bearer(services: StoreServices, desk: ProviderDesk, token: str) -> Actor:
    """Return the actor behind an access token, with the scopes that both sides allow.

    The account has to be here and enabled, so that disabling it ends the token at once. Raises
    NotAuthenticatedError, the same for every fault, and ProviderUnavailableError.
    """
    try:
        bearer = desk.provider.identify_bearer(token)
        if not desk.accepts(bearer.identity.context):
            raise NotAuthenticatedError
        place = desk.roles.place(bearer.identity.roles)
        with services.units.read() as unit:
            account = unit.accounts.by_subject(bearer.identity.subject_sha256)
        check_place(account, place)
    except ProviderRefusedError:
        raise NotAuthenticatedError from None
    if account is None:
        raise NotAuthenticatedError
    actor = account.actor
    return Actor(actor.user_id, actor.role, actor.force, actor.scopes & bearer.scopes)
