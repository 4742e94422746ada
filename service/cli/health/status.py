"""`identlink status`: the condition of a store on one screen, even while a server is running."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from domain.errors import StorePart
from domain.jobs import JobKind
from domain.webhooks import CircuitState
from matching.scorer import load_scorer
from service.adapters.store_keys import StoreSecrets
from service.adapters.surroundings import code_version, utc_now
from service.bootstrap.desks import open_exchange
from service.bootstrap.keys import open_custody, open_log_signer, open_vault_keys
from service.bootstrap.runtime import model_in_force
from service.bootstrap.stores import StoreLook, open_database, open_unaged_store
from service.cli.context import Call
from service.cli.health.doctor import Check, bound_payloads, checked, tell
from service.settings import Settings
from service.storage.engine.migrate import latest
from service.usecases.log.payloads import unbound_payloads
from service.usecases.log.state_age import age_of
from service.usecases.services import StoreServices
from service.usecases.today import Work, WorkKind, open_work

_LATE = timedelta(minutes=15)
"""Work that has waited longer than this means that no worker is running."""
_SILENT = timedelta(minutes=1)
"""A host silent for longer is reported; hosts give a sign of life every ten seconds."""
_WORDS = {
    WorkKind.REQUESTS: (
        "{waiting} open, {late} overdue",
        "Their last day has passed: see the page Requests, which lists them first.",
    ),
    WorkKind.NOTICES: (
        "{waiting} not acknowledged, {late} overdue",
        "Remind the recipients: see the page Unanswered notices.",
    ),
    WorkKind.DUTIES: (
        "{waiting} to notify, {late} overdue",
        "Other States were not notified in time: see the page Exchange.",
    ),
    WorkKind.MATTERS: (
        "{waiting} wait, {late} overdue",
        "Court results and similar matters are not yet on record: see the page Inbox.",
    ),
    WorkKind.QUARANTINE: (
        "{waiting} in quarantine",
        "A sender used one reference for two contents, or reported what another State "
        "decided: see the page Inbox.",
    ),
    WorkKind.KEEPINGS: (
        "{waiting} to remove",
        "Their last day has passed: two case officers remove them, see the page Inbox.",
    ),
    WorkKind.MISUSE: (
        "{late} in the last 7 days",
        "An auditor must examine them: see the page Misuse.",
    ),
    WorkKind.MODEL: (
        "{late} sources of prints no longer follow the model",
        "Their prints are ranked without weight of evidence: see the page Model checks.",
    ),
}
"""Words for each kind of work, and the remedy if some of it is late."""


def status(call: Call) -> None:
    """Report the condition of a store: parts, log, queues, overdue work.

    Exit code 1 if something is wrong.

    The command only reads, apart from a write test on each disk, and can run beside a server.
    """
    settings = call.existing()
    tell(call, list(_checks(settings)))


def _checks(settings: Settings) -> Iterator[Check]:
    yield Check("version", f"{code_version()}, schema {latest()}")
    yield from _parts(settings)
    with open_unaged_store(settings) as services:
        yield checked("log", lambda: _log(services, settings))
        yield checked("key files", lambda: _secrets(settings))
        yield _checkpoint(services, settings)
        yield checked("payloads", lambda: bound_payloads(unbound_payloads(services)))
        yield from _hosts(services)
        for kind in JobKind:
            yield _queue(services, kind)
        yield _webhooks(services)
        digest = load_scorer(model_in_force(settings)).digest
        for work in open_work(services, open_exchange(settings), digest):
            yield _work(work)


def _parts(settings: Settings) -> Iterator[Check]:
    database, keys = open_database(settings), open_vault_keys(settings)
    try:
        look = StoreLook(database, keys, settings.keys_directory, settings.index_directory)
        faults = [
            fault
            for fault in look.faults(True)
            # The index is derived: the next server builds it if it is missing.
            if fault.part is not StorePart.INDEX or settings.index_directory.exists()
        ]
        database.demand_current()
    finally:
        keys.close()
        database.close()
    for fault in faults:
        yield Check(fault.part.value, fault.detail, "Runbook: docs/operations.md#outages.")
    if not faults:
        yield Check("database, keys, index", "each can be written")


def _secrets(settings: Settings) -> str:
    with closing(open_vault_keys(settings)) as keys:
        StoreSecrets(open_custody(settings), keys).check()
    return "the same as when the store was first used"


def _log(services: StoreServices, settings: Settings) -> str:
    found = age_of(services, open_log_signer(settings))
    found.demand()
    return f"{found.size:,} events, in agreement with the checkpoint stored with the keys"


def _checkpoint(services: StoreServices, settings: Settings) -> Check:
    """Report events that no checkpoint covers although a running server would have signed one."""
    found = age_of(services, open_log_signer(settings))
    covered = found.agreed.size if found.agreed else 0
    if covered >= found.size or found.last_event_at is None:
        return Check("checkpoint", "covers every event")
    behind = f"{found.size - covered} events are not covered, the last {_ago(found.last_event_at)}"
    is_late = utc_now() - found.last_event_at > _LATE
    remedy = "No server is signing them: start a server."
    return Check("checkpoint", behind, remedy if is_late else "")


def _hosts(services: StoreServices) -> Iterator[Check]:
    with services.units.read() as unit:
        hosts, signing = unit.hosts.every(), unit.hosts.signing_host()
    for host in hosts:
        signs = ", signed the log last" if host.name == signing else ""
        silent_s = max(0, int(host.silent_for.total_seconds()))
        remedy = "Check whether the host is stopped, paused or cut off."
        yield Check(
            f"host {host.name}",
            f"version {host.version}, seen {silent_s} s ago{signs}",
            remedy if host.silent_for > _SILENT else "",
        )


def _queue(services: StoreServices, kind: JobKind) -> Check:
    with services.units.read() as unit:
        waiting, oldest = unit.jobs.waiting(kind), unit.jobs.oldest_waiting(kind)
    if not waiting or oldest is None:
        return Check(f"queue of {kind.value}", "empty")
    is_late = utc_now() - oldest > _LATE
    remedy = "Check that a worker is running: `identlink worker`."
    return Check(
        f"queue of {kind.value}",
        f"{waiting:,} waiting, the oldest for {_ago(oldest, after='')}",
        remedy if is_late else "",
    )


def _webhooks(services: StoreServices) -> Check:
    with services.units.read() as unit:
        endpoints = unit.webhooks.every()
    closed = [one for one in endpoints if one.is_paused or one.circuit.state is CircuitState.OPEN]
    remedy = (
        "The receivers do not answer: see `GET /v1/webhooks` for their faults and how to resume."
    )
    return Check(
        "webhooks", f"{len(closed)} of {len(endpoints)} take no messages", remedy if closed else ""
    )


def _work(one: Work) -> Check:
    words, remedy = _WORDS[one.kind]
    found = words.format(waiting=f"{one.waiting:,}", late=f"{one.late:,}")
    return Check(one.kind.value, found, remedy if one.late else "")


def _ago(at: datetime, *, after: str = " ago") -> str:
    minutes = int((utc_now() - at).total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min{after}"
