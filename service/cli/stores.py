"""`identlink db` and `identlink vault`: the schema, the keys of sealed payloads, versions."""

import json
import platform
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from typing import Annotated

import typer
from rich.console import Console

from domain.errors import InvalidInputError
from domain.outages import KeysMissingError
from domain.store_secrets import StoreSecret
from prints.registry import FORMATS
from service.adapters.custody.files import FileCustody
from service.adapters.store_keys import VAULT_NAME, StoreSecrets, take_over
from service.adapters.surroundings import code_version, surroundings
from service.bootstrap.galleries import demand_nobody_serves
from service.bootstrap.keys import open_custody, open_module_custody, open_vault_keys
from service.bootstrap.stores import (
    open_database,
    open_log,
    open_rows,
    open_unaged_store,
    print_format,
)
from service.cli.context import CONSOLE, Call, Group
from service.cli.enrolling import progress_of
from service.provenance.vault.key_files import open_key_file
from service.settings import Settings
from service.storage.engine.migrate import current, latest
from service.usecases.log.administration import record_accepted_key
from service.usecases.log.payloads import (
    Missing,
    bind_payloads,
    every_key,
    give_up_lost_payloads,
    open_payloads,
    unbound_payloads,
)
from service.usecases.services import StoreServices

schema = Group(help="The database schema.")


@schema.command()
def upgrade(call: Call) -> None:
    """Create the schema or bring it up to date; does nothing if it is current."""
    settings = call.settings()
    with closing(open_database(settings)) as database:
        before = current(settings.database_address)
        database.upgrade()
        after = current(settings.database_address)
    did = "is up to date" if before == after else "has been brought up to date"
    call.say(f"The schema {did}: {after}.", {"before": before, "after": after})


vault = Group(help="The keys of sealed payloads.")


@vault.command()
def check(
    call: Call,
    *,
    deep: Annotated[bool, typer.Option("--deep", help="Open every payload.")] = False,
) -> None:
    """Open 1,000 payloads; exit code 16 if keys are missing, 17 for another store's keys."""
    settings = call.existing()
    with open_log(settings) as (services, check_keys), services.units.read() as unit:
        check_keys()
        found = open_payloads(unit.state, unit.events.root(), is_deep=deep)
    faults = [finding.detail for finding in found.findings]
    call.say(
        "\n".join([f"{found.opened:,} payloads opened, {len(faults)} are damaged.", *faults]),
        {"opened": found.opened, "damaged": faults},
        is_wrong=bool(faults),
    )


@vault.command("accept-loss")
def accept_loss(
    call: Call,
    *,
    payloads: Annotated[int, typer.Option(min=0, help="Number of payloads to give up.")],
) -> None:
    """Permanently delete the payloads whose keys are lost; this is recorded as an event.

    First stop all servers and workers, including those on other machines that use the same
    PostgreSQL database: the command sees only those on this machine.

    Without the right number, the command prints how many payloads are affected; give that number
    with --payloads. Rows, links and the log remain.
    """
    settings = call.existing()
    demand_nobody_serves(settings)
    with _missing_keys(settings) as missing, _rows(settings) as services:
        count = give_up_lost_payloads(services, CONSOLE, missing, expected=payloads)
    call.say(
        f"{count:,} payloads given up. Run `identlink index build` next.", {"payloads": count}
    )


@vault.command("accept-key")
def accept_key(
    call: Call,
    key: Annotated[StoreSecret, typer.Argument(help="Name of the key, without `.key`.")],
) -> None:
    """Accept a key's file as it is, or create a missing one; this is recorded as an event.

    The command refuses to run while a server or a worker on this machine has the store open. The
    runbook states what is lost with each key.
    """
    settings = call.existing()
    demand_nobody_serves(settings)
    if key is StoreSecret.VAULT:
        raise InvalidInputError(
            "Payloads cannot be opened without the wrapping key: restore the key, or "
            "see `identlink vault accept-loss`."
        )
    with open_unaged_store(settings) as services, closing(open_vault_keys(settings)) as keys:
        secrets = StoreSecrets(open_custody(settings), keys)
        found, is_new = secrets.at_hand(key)
        record_accepted_key(services, CONSOLE, key, found)
        secrets.accept(key, found)
    words = "was missing, and a new key was made" if is_new else "is accepted as it is"
    call.say(f"{key.file_name} {words}.", {"key": key.value, "is_new": is_new})


@vault.command("wrap")
def wrap(call: Call) -> None:
    """Wrap the keys of all payloads under a new wrapping key, and destroy the old wrapping key.

    After this no older copy of `vault.sqlite` can be opened, so erased data stays erased. Stop all
    servers and workers first. If the command is interrupted, run it again.
    """
    settings = call.existing()
    demand_nobody_serves(settings)
    custody = open_custody(settings)
    with open_unaged_store(settings) as services, closing(open_vault_keys(settings)) as keys:
        wrapping, found = custody.next_wrapping()
        count = keys.wrap_all(wrapping)
        record_accepted_key(services, CONSOLE, StoreSecret.VAULT, found)
        StoreSecrets(custody, keys).accept(StoreSecret.VAULT, found)
        custody.adopt_next_wrapping()
    call.say(f"{count:,} payload keys rewrapped.", {"keys": count})


@vault.command("bind")
def bind(call: Call) -> None:
    """Bind payloads of earlier releases to their owning rows, so that no other row opens them.

    Run `identlink log verify --deep` first: the owner that a payload names now becomes permanent.
    Stop all servers and workers first. If the command is interrupted, run it again.
    """
    settings = call.existing()
    demand_nobody_serves(settings)
    with open_unaged_store(settings) as services, closing(open_vault_keys(settings)) as keys:
        left = unbound_payloads(services)
        with progress_of("Binding payloads", left, Console(stderr=True)) as progress:
            count = bind_payloads(services, CONSOLE, progress)
        keys.demand_bound()
    call.say(f"{count:,} payloads bound to their rows.", {"payloads": count})


@vault.command("to-database")
def to_database(call: Call) -> None:
    """Copy the keys of payloads into the database at IDENTLINK_VAULT_URL, and rename the key file.

    The keys must be wrapped. Stop all servers and workers first. If the command is interrupted,
    run it again. Destroy `vault.sqlite.moved` once the service has started.
    """
    settings = call.existing()
    demand_nobody_serves(settings)
    file = settings.keys_directory / VAULT_NAME
    if not file.exists():
        # To open it would make an empty one, which would replace the one that was moved.
        raise InvalidInputError("There is no key file whose keys could be copied.")
    with closing(open_vault_keys(settings)) as keys, closing(open_key_file(file)) as held:
        count = take_over(keys, held)
    for name in (file, *file.parent.glob(f"{VAULT_NAME}-*")):
        name.rename(name.with_name(name.name.replace(VAULT_NAME, f"{VAULT_NAME}.moved")))
    call.say(f"{count:,} keys copied.", {"keys": count})


@vault.command("rotate")
def rotate(call: Call) -> None:
    """Wrap all secrets under a new key of the security module, and destroy its earlier key."""
    settings = call.existing()
    name, count = open_module_custody(settings).rotate()
    call.say(f"{count} secrets wrapped by {name}.", {"by": name, "secrets": count})


@vault.command("move")
def move(call: Call) -> None:
    """Move the key files of a store into the security module of IDENTLINK_CUSTODY.

    Stop all servers and workers first. If the command is interrupted, run it again. Backups of the
    files remain: destroy them.
    """
    settings = call.existing()
    demand_nobody_serves(settings)
    custody, files = open_module_custody(settings), FileCustody(settings.keys_directory)
    if files.holds_log_key():
        custody.take_over_log_key(files, settings.log_name)
    taken = custody.take_over(files)
    with open_unaged_store(settings) as services, closing(open_vault_keys(settings)) as keys:
        for secret in (one for one in taken if one.signs):
            found = custody.fingerprint(secret)
            record_accepted_key(services, CONSOLE, secret, found)
            StoreSecrets(custody, keys).accept(secret, found)
    for secret in taken:
        files.drop(secret)
    files.drop_log_key()
    call.say(f"{len(taken)} keys moved.", {"keys": [one.value for one in taken]})


@contextmanager
def _rows(settings: Settings) -> Iterator[StoreServices]:
    """Open the database without any keys, so that payloads can be counted and deleted.

    Raises ConfigurationError if the schema is not current.
    """
    with closing(open_rows(settings)) as database:
        database.demand_current()
        yield StoreServices(database.units_of_work(), surroundings(), print_format(settings))


@contextmanager
def _missing_keys(settings: Settings) -> Iterator[Missing]:
    """Yield a function that states which keys are missing: all of them if there is no key file.

    Raises ForeignKeysError: no payload is given up because another store's keys are there.
    """
    path = settings.keys_directory / VAULT_NAME
    if settings.vault_url is None and not path.exists():
        yield every_key
        return
    with open_log(settings) as (_, check_keys), suppress(KeysMissingError):
        check_keys()
    with closing(open_vault_keys(settings)) as keys:
        yield lambda refs: keys.destroyed_and_missing(refs)[1]


def version_told() -> str:
    """Return the versions of the program, its schema, its template formats and its model."""
    model = json.loads(files("matching").joinpath("models/model.json").read_text("utf-8"))
    return "\n".join(
        (
            f"identlink {code_version()}",
            f"schema of a store: {latest()}",
            f"template formats: {', '.join(FORMATS.labels)}",
            f"model of evidence: {model['name']} {model['version']}",
            f"Python: {platform.python_version()}",
            "licence: Apache-2.0",
        )
    )
