"""`identlink rules due`: the last day on which something is in time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from domain.errors import InvalidInputError
from rules.clocks import Pause, clock_rule, clock_rules, due_day
from service.cli.context import AnswerCall


def due(
    call: AnswerCall,
    rule: Annotated[str, typer.Argument(help=f"One of {', '.join(clock_rules())}.")],
    start: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="First day; it counts.")],
    *,
    pause: Annotated[
        list[str] | None,
        typer.Option(help="Days on which the clock stood still, FIRST..LAST; may be repeated."),
    ] = None,
    extended: Annotated[bool, typer.Option("--extended", help="With the extension.")] = False,
) -> None:
    """Print the last day on which something is in time."""
    stated = clock_rule(rule)
    pauses = [_pause(text) for text in pause or ()]
    day = due_day(stated, start.date(), pauses, is_extended=extended)
    answer = f"The last day is {day:%A %d %B %Y}." if day else "The clock stands still."
    facts = {"rule": rule, "due": day and day.isoformat(), "citation": stated.citation}
    call.say(f"{answer}\n{stated.citation}", facts)


def _pause(text: str) -> Pause:
    first, _, last = text.partition("..")
    try:
        return Pause(date.fromisoformat(first), date.fromisoformat(last) if last else None)
    except ValueError:
        raise InvalidInputError(
            "A pause is written FIRST..LAST, as 2026-08-20..2026-08-24."
        ) from None
