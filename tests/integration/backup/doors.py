"""Ways of access to a store: created, withdrawn as by an administrator, and tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.access.access import Caller, Purpose, Role
from domain.access.accounts import SecondFactor
from domain.errors import NotAuthenticatedError
from domain.events.catalogue import topics
from domain.ids import EndpointId, ForceCode, UserId
from domain.store_secrets import mac_under
from service.ports.identity import subject_sha256
from service.provenance.vault.key_stores import Access
from service.usecases.access.accounts import (
    change_password,
    disable_account,
    link_account,
    unlink_account,
)
from service.usecases.access.clients import (
    AddClient,
    ClientCredentials,
    IssuedKey,
    add_client,
    grant_token,
    recognise_client,
    revoke_client,
    revoke_key,
    rotate_key,
)
from service.usecases.access.second_factor_proofs import STEP_S, code_at
from service.usecases.access.second_factors import enrol, reset
from service.usecases.access.sessions import sign_in
from service.usecases.access.tokens import (
    IssuedToken,
    IssueToken,
    authenticate,
    issue_token,
    revoke_token,
)
from service.usecases.messages.webhooks import (
    AddWebhook,
    add_webhook,
    own_webhooks,
    remove_webhook,
    rotate_secret,
)
from service.usecases.workbench import Workbench
from tests.integration.api.driver import ROOT
from tests.integration.backup.conftest import Place
from tests.integration.provenance.crash_works import FORCE
from tests.integration.provenance.signing_in import TrustingProvider, attempt, with_provider
from tests.integration.web.driver import PASSWORD, Office, with_fast_hashes

_WEBHOOK_MAC = mac_under(b"k" * 32)
_LAST_VERSION = 3
"""The version of a webhook's secret after two changes."""

ANOTHER = f"{PASSWORD}, another"
"""The new password."""


@dataclass(frozen=True, slots=True)
class Doors:
    """One way of access of each kind, and a second key of the client."""

    token: IssuedToken
    client: IssuedKey
    access_token: str
    """Obtained by the client."""
    first_key: IssuedKey
    second_key: IssuedKey
    account: UserId
    password: UserId
    subject: UserId
    factor: SecondFactor
    webhook: EndpointId
    signed_webhook: EndpointId
    """The endpoint whose secret is changed."""
    name: str

    def about(self) -> dict[Access, str]:
        """Return the log's identifier of each."""
        return {
            Access.TOKEN: self.token.token.token_id,
            Access.CLIENT: self.client.client.client_id,
            Access.CLIENT_KEY: self.first_key.key.key_id,
            Access.ACCOUNT: self.account,
            Access.PASSWORD: self.password,
            Access.SUBJECT: self.subject,
            Access.SECOND_FACTOR: self.factor.factor_id,
            Access.WEBHOOK: self.webhook,
            Access.WEBHOOK_SECRET: self.signed_webhook,
        }


@contextmanager
def desk(place: Place) -> Iterator[Office]:
    """Serve a store, with an identity provider beside it."""
    with place.served() as world:
        yield Office(world.app, world, with_provider(with_fast_hashes(world.app)))


def make(office: Office, name: str) -> Doors:
    services = office.bench.services
    client, keyed = (
        add_client(services, AddClient(ROOT, f"{kind}-{name}", ForceCode("01")))
        for kind in ("client", "keyed")
    )
    access = grant_token(
        services, proven(office.bench, client), scopes=None, valid_for=timedelta(hours=1)
    )
    doors = Doors(
        token=issued(office),
        client=client,
        access_token=access.secret,
        first_key=keyed,
        second_key=rotate_key(services, ROOT, keyed.client.client_id),
        account=office.account(f"account-{name}", Role.EXAMINER),
        password=office.account(f"password-{name}", Role.EXAMINER),
        subject=office.account(f"subject-{name}", Role.EXAMINER),
        factor=_factor(office, office.account(f"factor-{name}", Role.EXAMINER)),
        webhook=_webhook(office, f"{name}/webhook"),
        signed_webhook=_webhook(office, f"{name}/signed"),
        name=name,
    )
    link_account(office.bench, ROOT, doors.subject, f"person-{name}")
    return doors


def _factor(office: Office, user_id: UserId) -> SecondFactor:
    """Enrol an authenticator, and return it."""
    bench, secret = office.bench, b"a secret of 20 bytes"
    with bench.services.units.read() as unit:
        account = unit.accounts.get(user_id)
    assert account is not None
    step = int(bench.services.surroundings.clock().timestamp()) // STEP_S
    enrol(bench, Caller(account.actor, Purpose.EXAMINATION), secret, code_at(secret, step))
    return found_factor(office, user_id)


def found_factor(office: Office, user_id: UserId) -> SecondFactor:
    with office.bench.services.units.read() as unit:
        (found,) = unit.second_factors.of(user_id)
    return found


def _webhook(office: Office, path: str) -> EndpointId:
    command = AddWebhook(FORCE, f"https://force.example/{path}", frozenset(topics()))
    return add_webhook(office.bench.services, command, mac=_WEBHOOK_MAC).endpoint.endpoint_id


def issued(office: Office) -> IssuedToken:
    command = IssueToken(ROOT, UserId("auditor"), Role.AUDITOR, None, timedelta(days=1))
    return issue_token(office.bench.services, command)


def proven(bench: Workbench, key: IssuedKey) -> Any:
    credentials = ClientCredentials(key.client.client_id, key.secret)
    return recognise_client(bench.services, credentials)


def close(office: Office, doors: Doors) -> None:
    """Withdraw all access, as an administrator does."""
    services, bench = office.bench.services, office.bench
    revoke_token(services, ROOT, doors.token.token.token_id)
    revoke_client(services, ROOT, doors.client.client.client_id)
    keyed = doors.first_key
    revoke_key(services, ROOT, keyed.client.client_id, keyed.key.key_id)
    disable_account(bench, ROOT, doors.account)
    change_password(bench, ROOT, doors.password, ANOTHER)
    unlink_account(bench, ROOT, doors.subject)
    reset(bench, ROOT, doors.factor.user_id)
    remove_webhook(services, FORCE, doors.webhook)
    rotate_secret(services, FORCE, doors.signed_webhook, mac=_WEBHOOK_MAC)
    rotate_secret(services, FORCE, doors.signed_webhook, mac=_WEBHOOK_MAC)


def open_doors(office: Office, doors: Doors) -> frozenset[Access]:
    """Return the ways that still give access."""
    bench, found = office.bench, set[Access]()
    tries: dict[Access, Callable[[], object]] = {
        Access.TOKEN: lambda: authenticate(bench.services, doors.token.secret),
        Access.CLIENT: lambda: proven(bench, doors.client),
        Access.CLIENT_KEY: lambda: proven(bench, doors.first_key),
        Access.ACCOUNT: lambda: sign_in(bench, attempt(f"account-{doors.name}", PASSWORD)),
        Access.PASSWORD: lambda: sign_in(bench, attempt(f"password-{doors.name}", PASSWORD)),
    }
    for access, come_in in tries.items():
        with suppress(NotAuthenticatedError):
            come_in()
            found.add(access)
    digest = subject_sha256(TrustingProvider().issuer, f"person-{doors.name}")
    with bench.services.units.read() as unit:
        if unit.accounts.by_subject(digest) is not None:
            found.add(Access.SUBJECT)
        if unit.second_factors.is_there(doors.factor.user_id):
            found.add(Access.SECOND_FACTOR)
    versions = {one.endpoint_id: one.secret_version for one in own_webhooks(bench.services, FORCE)}
    if doors.webhook in versions:
        found.add(Access.WEBHOOK)
    if versions[doors.signed_webhook] < _LAST_VERSION:
        found.add(Access.WEBHOOK_SECRET)
    return frozenset(found)
