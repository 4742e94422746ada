"""Shared by all commands: the store, the caller at the console, the form of answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import ConfigurationError
from domain.ids import UserId
from service.settings import Settings, load_settings

StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        help="Directory of the database, the index and the keys; default IDENTLINK_STORE.",
        show_default="var/store",
        file_okay=False,
    ),
]
"""Every command takes it, before or after its own name. The settings read the environment: read
here as well, it would override the option in front of the command."""

JsonOption = Annotated[bool, typer.Option("--json", help="Answer with JSON for a program.")]

CONSOLE = Caller(
    Actor(UserId("console"), Role.ADMINISTRATOR, None, scopes=ROLE_SCOPES[Role.ADMINISTRATOR]),
    Purpose.OPERATIONS,
)
"""The caller of every command: on the machine of the store, an administrator."""


@dataclass(frozen=True, slots=True)
class RootOptions:
    """The options in front of the command."""

    store: Path | None


def settings_for(context: typer.Context, store: Path | None, **given: Any) -> Settings:
    """Return the settings of a command; raises ConfigurationError."""
    root = context.find_object(RootOptions)
    chosen = store or (root.store if root else None)
    return load_settings(store=chosen, **given)


def existing_settings_for(context: typer.Context, store: Path | None, **given: Any) -> Settings:
    """Return the settings of a command on an existing store: a mistyped name makes no new one.

    Raises ConfigurationError, also when there is no store.
    """
    settings = settings_for(context, store, **given)
    if settings.database_url is None and not settings.database_file.exists():
        raise ConfigurationError(
            "There is no store at this place: name one with --store, or make one with `identlink"
            " db upgrade`."
        )
    return settings


def named_settings_for(context: typer.Context, store: Path | None, **given: Any) -> Settings:
    """Return the settings of a command that may begin the configured store, and no other one.

    A store that the command line names has to exist: a mistyped name is no wish for a new one.
    Raises ConfigurationError.
    """
    root = context.find_object(RootOptions)
    is_named = store is not None or (root is not None and root.store is not None)
    wanted = existing_settings_for if is_named else settings_for
    return wanted(context, store, **given)


def say(
    sentence: str, facts: Mapping[str, Any], *, as_json: bool, to_stderr: bool = False
) -> None:
    """Write one answer to standard output: one line of JSON, or a sentence for people."""
    typer.echo(json.dumps(facts, sort_keys=True) if as_json else sentence, err=to_stderr)
