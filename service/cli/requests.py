"""`identlink requests`: recipients of what was told that have not answered a notice."""

from __future__ import annotations

import typer

from domain.access import Actor, Caller, Purpose, Role, Scope
from domain.ids import UserId
from service.bootstrap import open_store
from service.cli.context import JsonOption, StoreOption, existing_settings_for, say
from service.usecases.requests.notices import unanswered_notices

app = typer.Typer(help="Requests about people.", no_args_is_help=True)

_CONSOLE = Caller(
    Actor(UserId("console"), Role.CASE_OFFICER, None, frozenset({Scope.READ_REQUESTS})),
    Purpose.RECORD_MANAGEMENT,
)
_LISTED = 2_000


@app.callback()
def _group() -> None:
    """Requests about people: worked by case officers on the pages or through the API."""


@app.command("unanswered")
def list_unanswered(
    context: typer.Context, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Show the recipients that have not acknowledged a correction, restriction or deletion."""
    with open_store(existing_settings_for(context, store)) as services:
        found = unanswered_notices(services, _CONSOLE, limit=_LISTED)
    for one in found:
        notice = one.notice
        facts = {
            "notice_id": notice.notice_id,
            "recipient": str(one.recipient),
            "kind": notice.kind.value,
            "given_on": notice.given_on.isoformat(),
            "due_on": one.due_on.isoformat() if one.due_on else None,
            "is_late": one.is_late,
        }
        late = ", late" if one.is_late else ""
        text = f"{one.recipient}: {notice.kind.value}, given {notice.given_on}, due {one.due_on}"
        say(text + late, facts, as_json=as_json)
    if not found and not as_json:
        say("Every recipient has answered.", {}, as_json=as_json)
