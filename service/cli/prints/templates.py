"""`identlink templates`: make templates again from the pictures that are kept, and switch."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console

from service.bootstrap import Runtime, demand_nobody_serves, open_runtime
from service.cli.context import CONSOLE, Call, Group
from service.cli.enrolling import progress_of
from service.usecases.people.remaking import (
    RemakeState,
    remake_state,
    remake_templates,
    switch_templates,
    tools_of,
)

app = Group(help="Templates made again from the pictures that are kept, with another extractor.")


@app.command("remake")
def remake(call: Call) -> None:
    """Make the templates of all captures with pictures again, beside those in force.

    The extractor is IDENTLINK_PRINT_EXTRACTOR. Servers may run meanwhile: searches use the
    templates before until `identlink templates switch`. Each capture is stored on its own: a run
    that was stopped or killed is repeated and goes on where it was. A capture keeps its templates
    if one of its fingers cannot be read again.
    """
    with open_runtime(call.existing()) as runtime:
        waiting = _state(runtime).count.waiting
        with progress_of("Making templates", waiting, Console(stderr=True)) as advance:
            state = remake_templates(runtime.services, CONSOLE, advance)
    _tell(call, state)


@app.command("switch")
def switch(call: Call) -> None:
    """Put the templates that were made again in force; no server or worker may run.

    The index takes them up at once. Searches made before are replayed with the templates that
    they used. A switch is not taken back: make templates with the earlier extractor again instead.
    """
    settings = call.existing()
    demand_nobody_serves(settings)
    with open_runtime(settings) as runtime:
        state = switch_templates(runtime.services, CONSOLE)
    _tell(call, state)


@app.command("status")
def status(call: Call) -> None:
    """Say how far the templates of the extractor that is set are."""
    with open_runtime(call.existing()) as runtime:
        state = _state(runtime)
    _tell(call, state)


def _state(runtime: Runtime) -> RemakeState:
    return remake_state(runtime.services, tools_of(runtime.services.prints))


def _tell(call: Call, state: RemakeState) -> None:
    count = state.count
    facts: dict[str, Any] = {
        "generation_id": state.generation.generation_id if state.generation else None,
        "is_in_force": state.is_switched,
        **asdict(count),
    }
    standing = "in force" if state.is_switched else "beside those in force"
    call.say(
        f"Made again: {count.made} captures, {standing}; {count.kept} keep their templates, "
        f"{count.waiting} wait, {count.without_pictures} have no pictures.",
        facts,
    )
