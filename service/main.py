"""The root of the command line: lists the commands, and reports every error."""

import gc
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from service.adapters.store_modes import OTHERS
from service.cli.context import Call, Group, StoreOption
from service.cli.refusals import CAUGHT, REFUSED, missing_extra, refusal_of

COMMANDS = {
    "demo": "service.demo.command:demo",
    "backup": "service.cli.backup:backup",
    "doctor": "service.cli.health.doctor:doctor",
    "import-nist": "service.cli.prints:import_nist",
    "load": "service.cli.loading:load",
    "restore": "service.cli.backup:restore",
    "sandbox": "service.demo.sandbox:sandbox",
    "search": "service.cli.searching:search",
    "serve": "service.cli.serving.server_group:serve",
    "status": "service.cli.health.status:status",
    "worker": "service.cli.serving.worker:worker",
    "account": "service.cli.accounts:app",
    "certificate": "service.cli.office.certificates:app",
    "audit": "service.cli.office.publication:app",
    "client": "service.cli.clients:clients",
    "codes": "service.cli.office.court:codes",
    "conversion": "service.cli.office.conversion:app",
    "court": "service.cli.office.court:app",
    "db": "service.cli.stores:schema",
    "erasure": "service.cli.people:erasure",
    "exchange": "service.cli.office.exchange:app",
    "gallery": "service.cli.gallery:app",
    "index": "service.cli.index:app",
    "law": "service.cli.training.model:law",
    "link": "service.cli.link:app",
    "log": "service.cli.log:app",
    "model": "service.cli.training.model:app",
    "numbers": "service.cli.people:numbers",
    "person": "service.cli.people:person",
    "policy": "service.cli.policy:app",
    "public": "service.cli.office.public:app",
    "publication": "service.cli.office.publication:publication",
    "retention": "service.cli.office.retention:app",
    "rules": "service.cli.rules:app",
    "statistics": "service.cli.office.publication:statistics",
    "templates": "service.cli.prints:templates",
    "token": "service.cli.clients:tokens",
    "vault": "service.cli.stores:vault",
}
"""Where each command is defined: a module with a function, or with the application of a group."""


class _Commands(Mapping[str, Any]):
    """Commands by name, loaded on first use, because most need only part of the program."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _load(name, COMMANDS[name])
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _CommandsOnDemand(TyperGroup):
    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self.commands = _Commands()  # type: ignore[assignment]


def _load(name: str, place: str) -> Any:
    module, _, attribute = place.partition(":")
    # As in `service.__main__`, which has loaded this module: no loaded object is garbage.
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        found = getattr(import_module(module), attribute)
    finally:
        if is_collecting:
            gc.enable()
    if isinstance(found, typer.Typer):
        command: Any = typer.main.get_group(found)
        command.name = name
        return command
    alone = Group(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)


app = Group(
    cls=_CommandsOnDemand,
    help="Links fingerprint captures to criminal records.",
    epilog="The words used here are explained in docs/glossary.md, and on the page /glossary of a"
    " running server.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(import_module("service.cli.stores").version_told())
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    *,
    store: StoreOption = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say all versions and end."
        ),
    ] = False,
) -> None:
    """Links fingerprint captures to criminal records."""
    del version
    context.obj = Call(store)


class _Terminated(BaseException):
    """SIGTERM came: the command ends as it does at Ctrl-C."""


@contextmanager
def _cleaned_up_if_terminated() -> Iterator[None]:
    """Let SIGTERM end a command only after its clean-up, which removes half a backup and copies
    of keys. Servers and workers have handlers of their own.
    """

    def stop(*_: object) -> NoReturn:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except _Terminated:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def run() -> None:
    """Run the command line. A refusal is reported as one sentence on standard error."""
    # Files that a command writes, also through SQLite and FAISS, are for its own account only.
    os.umask(OTHERS)
    # The name of a file may have bytes that are no text: telling it must not end the command.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with _cleaned_up_if_terminated():
            app(prog_name="identlink")
    except CAUGHT as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        typer.echo(refusal[0], err=True)
        sys.exit(refusal[1])
    except ModuleNotFoundError as error:
        sentence = missing_extra(error)
        if sentence is None:
            raise
        typer.echo(sentence, err=True)
        sys.exit(REFUSED)
