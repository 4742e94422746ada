"""The root of the command line: a registry of commands and the one place that reports errors."""

from __future__ import annotations

import os
import sqlite3
import sys
from typing import Annotated

import typer

from domain.errors import LinkingError
from service.adapters.store_modes import OTHERS
from service.adapters.surroundings import code_version
from service.cli import (
    backup,
    database,
    erasures,
    gallery,
    index,
    link,
    log,
    person,
    policy,
    rules,
    vault,
)
from service.cli.access import accounts, clients, tokens
from service.cli.certificates import commands as certificates
from service.cli.context import RootOptions, StoreOption
from service.cli.exchange import commands as exchange
from service.cli.exit_codes import REFUSED, exit_code_of
from service.cli.extras import missing_extra
from service.cli.health.doctor import doctor
from service.cli.health.status import status
from service.cli.loading import load
from service.cli.office import (
    audit,
    conversion,
    public,
    publication,
    retention,
    statistics,
)
from service.cli.prints import templates
from service.cli.prints.importing import import_nist
from service.cli.searching import search
from service.cli.serving import serve
from service.cli.serving.worker import worker
from service.cli.training import law, model
from service.demo.command import demo
from service.demo.sandbox.serving import sandbox
from service.outages import outage_of

app = typer.Typer(
    help="Links fingerprint captures to criminal records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"identlink {code_version()}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    *,
    store: StoreOption = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say the version and end."
        ),
    ] = False,
) -> None:
    """Links fingerprint captures to criminal records."""
    del version
    context.obj = RootOptions(store)


app.command("demo")(demo)
app.command("backup")(backup.backup)
app.command("doctor")(doctor)
app.command("import-nist")(import_nist)
app.command("load")(load)
app.command("restore")(backup.restore)
app.command("sandbox")(sandbox)
app.command("search")(search)
app.command("serve")(serve.serve)
app.command("status")(status)
app.command("worker")(worker)
app.add_typer(accounts.app, name="account")
app.add_typer(certificates.app, name="certificate")
app.add_typer(audit.app, name="audit")
app.add_typer(clients.app, name="client")
app.add_typer(conversion.app, name="conversion")
app.add_typer(database.app, name="db")
app.add_typer(erasures.app, name="erasure")
app.add_typer(exchange.app, name="exchange")
app.add_typer(gallery.app, name="gallery")
app.add_typer(index.app, name="index")
app.add_typer(law.app, name="law")
app.add_typer(link.app, name="link")
app.add_typer(log.app, name="log")
app.add_typer(model.app, name="model")
app.add_typer(person.app, name="person")
app.add_typer(policy.app, name="policy")
app.add_typer(public.app, name="public")
app.add_typer(publication.app, name="publication")
app.add_typer(retention.app, name="retention")
app.add_typer(rules.app, name="rules")
app.add_typer(statistics.app, name="statistics")
app.add_typer(templates.app, name="templates")
app.add_typer(tokens.app, name="token")
app.add_typer(vault.app, name="vault")


_WRONG_FILES = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError)
"""Faults of a path on the command line; those of a store are outages."""


def run() -> None:
    """Run the command line; a refusal is one sentence on standard error."""
    # Whatever a command writes, also through SQLite and FAISS, is for its account alone.
    os.umask(OTHERS)
    try:
        app(prog_name="identlink")
    except (LinkingError, OSError, sqlite3.Error) as error:
        refusal = outage_of(error) or error
        if isinstance(refusal, _WRONG_FILES):
            typer.echo(f"{refusal.strerror}: {refusal.filename}. Check the path.", err=True)
            sys.exit(REFUSED)
        if not isinstance(refusal, LinkingError):
            raise
        typer.echo(refusal.detail, err=True)
        sys.exit(exit_code_of(refusal))
    except ModuleNotFoundError as error:
        sentence = missing_extra(error)
        if sentence is None:
            raise
        typer.echo(sentence, err=True)
        sys.exit(REFUSED)
