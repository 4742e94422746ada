"""The work of forces' systems and of the service itself, as repeated after a crash."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from domain.access.access import Role
from domain.events.access import (
    ClientAdded,
    ClientKeyAdded,
    ClientKeyRevoked,
    ClientRevoked,
    TokenIssued,
)
from domain.events.catalogue import topics
from domain.events.messages import WebhookAdded, WebhookChanged, WebhookRemoved
from domain.events.misuse import AbuseSuspected, StaffEnrolled
from domain.events.searches import (
    BatchCancelled,
    BatchFinished,
    BatchSubmitted,
    ModelChanged,
    Searched,
    ThresholdsChanged,
)
from domain.ids import ForceCode, UserId
from domain.people.people import Details, PersonName
from domain.store_secrets import mac_under
from matching.scorer import load_scorer
from service.cli.context import CONSOLE
from service.usecases.access.clients import (
    AddClient,
    add_client,
    grant_token,
    list_clients,
    revoke_client,
    revoke_key,
    rotate_key,
)
from service.usecases.log.recording import record_basis
from service.usecases.messages.webhooks import (
    AddWebhook,
    add_webhook,
    own_webhooks,
    remove_webhook,
    rotate_secret,
)
from service.usecases.misuse.watching import EnrolStaff, enrol_staff, watch_searches
from service.usecases.searches.batches import SubmitBatch, cancel_batch, submit_batch
from service.usecases.searches.enquiries import EnquireByNames, enquire
from service.usecases.services import Services
from tests.contract.builders import NOON, tenprint
from tests.integration.api.driver import ROOT
from tests.integration.provenance.another_model import retrained
from tests.integration.provenance.crash_works import AGAIN, FORCE, Prepared, Work, caller

_MAC = mac_under(b"k" * 32)


def _client(services: Services, _: Prepared) -> None:
    """Add a client, let it get a token, give it another key, and withdraw everything."""
    if not list_clients(services, ROOT):
        add_client(services, AddClient(ROOT, "custody-suite", ForceCode("01")))
    (client,) = list_clients(services, ROOT)
    if client.live_keys:
        proven = (client, client.live_keys[-1])
        grant_token(services, proven, scopes=None, valid_for=timedelta(minutes=15))
    if len(client.keys) < 2:
        rotate_key(services, ROOT, client.client_id)
    revoke_key(services, ROOT, client.client_id, client.keys[0].key_id)
    revoke_client(services, ROOT, client.client_id)


def _webhook(services: Services, _: Prepared) -> None:
    if not own_webhooks(services, FORCE):
        command = AddWebhook(FORCE, "https://force.example/told", frozenset(topics()))
        add_webhook(services, command, mac=_MAC)
    (endpoint,) = own_webhooks(services, FORCE)
    rotate_secret(services, FORCE, endpoint.endpoint_id, mac=_MAC)
    remove_webhook(services, FORCE, endpoint.endpoint_id)


def _cancel(services: Services, _: Prepared) -> None:
    batch_id = submit_batch(services, SubmitBatch(FORCE, b'{"a": 1}\n', idempotency=AGAIN))
    cancel_batch(services, FORCE, batch_id)


def _watch(services: Services, _: Prepared) -> None:
    """Enquire for the caller's own name, and let the watcher find that."""
    asker = caller(Role.FORCE, "ann.other", "01")
    said = Details(names=(PersonName("Ann", "Other"),))
    enquire(services, EnquireByNames(asker, said, AGAIN))
    while watch_searches(services):
        pass


def _staff(services: Services, _: Prepared) -> None:
    enrol_staff(services, EnrolStaff(CONSOLE, UserId("examiner-a"), NOON, tenprint(81)))


def _change_model(services: Services, _: Prepared) -> None:
    """Record another model and other thresholds, as a start with another directory does."""
    with tempfile.TemporaryDirectory() as directory:
        scorer = load_scorer(retrained(Path(directory) / "retrained"))
    record_basis(replace(services, scorer=scorer))


SYSTEM_WORKS: Mapping[str, Work] = {
    "client-keys": Work(
        _client,
        {
            ClientAdded.event_type: 1,
            ClientKeyAdded.event_type: 2,
            ClientKeyRevoked.event_type: 1,
            ClientRevoked.event_type: 1,
        },
        frozenset({TokenIssued.event_type}),
    ),
    "webhook": Work(
        _webhook,
        {WebhookAdded.event_type: 1, WebhookRemoved.event_type: 1},
        frozenset({WebhookChanged.event_type}),
    ),
    "cancel-batch": Work(
        _cancel,
        {
            BatchSubmitted.event_type: 1,
            BatchCancelled.event_type: 1,
            BatchFinished.event_type: 1,
        },
    ),
    "watch": Work(_watch, {Searched.event_type: 1, AbuseSuspected.event_type: 1}),
    "staff": Work(_staff, {}, frozenset({StaffEnrolled.event_type})),
    "change-model": Work(
        _change_model, {}, frozenset({ModelChanged.event_type, ThresholdsChanged.event_type})
    ),
}
