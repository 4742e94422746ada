"""One check: a name, a verdict, and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import typer

from domain.errors import LinkingError
from service.cli.context import Call

FOUND = 1
"""The exit code when a check finds something wrong."""


@dataclass(frozen=True, slots=True)
class Check:
    """The finding; `remedy` is empty where nothing is wrong."""

    name: str
    found: str
    remedy: str = ""

    @property
    def line(self) -> str:
        """The check as a line of the screen."""
        if not self.remedy:
            return f"ok    {self.name}: {self.found}"
        return f"WRONG {self.name}: {self.found}\n      {self.remedy}"


def checked(name: str, look: Callable[[], str], *, remedy: str = "") -> Check:
    """Return the finding of a look; a refusal is the fault, with its remedy."""
    try:
        return Check(name, look())
    except LinkingError as error:
        return Check(name, error.detail, remedy or "See the runbook: docs/operations.md.")


def tell(call: Call, checks: Sequence[Check]) -> None:
    """Say all checks; ends the command with 1 when something is wrong."""
    wrong = [check for check in checks if check.remedy]
    verdict = f"{len(wrong)} of {len(checks)} checks found something." if wrong else "All is well."
    facts = {
        "is_well": not wrong,
        "checks": [
            {"name": one.name, "found": one.found, "remedy": one.remedy or None} for one in checks
        ],
    }
    call.say("\n".join([*(check.line for check in checks), verdict]), facts)
    if wrong:
        raise typer.Exit(FOUND)
