"""Commands that are loaded when they are asked for: most need a small part of the program."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup


class CommandsByPlace(Mapping[str, Any]):
    """Commands by name, each loaded from its place when it is taken; a listing loads none.

    A place is `module:attribute`: the function of a command or the application of a group.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _load(name, self._places[name])
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def group_of(places: Mapping[str, str]) -> type[TyperGroup]:
    """Return the kind of a group of commands that are loaded on demand."""

    class CommandsOnDemand(TyperGroup):
        def __init__(self, **named: Any) -> None:
            super().__init__(**named)
            self.commands = CommandsByPlace(places)  # type: ignore[assignment]

    return CommandsOnDemand


def _load(name: str, place: str) -> Any:
    module, _, attribute = place.partition(":")
    # Everything that is loaded stays: looking for garbage meanwhile takes a sixth of the time.
    gc.disable()
    try:
        found = getattr(import_module(module), attribute)
    finally:
        gc.enable()
    if isinstance(found, typer.Typer):
        command: Any = typer.main.get_group(found)
        command.name = name
        return command
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)
