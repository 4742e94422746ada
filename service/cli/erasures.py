"""`identlink erasure`: erasures that wait or are due, and recipients that have not answered."""

from __future__ import annotations

import typer

from domain.access import Actor, Caller, Purpose, Role, Scope
from domain.ids import UserId
from service.bootstrap import open_runtime, open_store
from service.cli.context import JsonOption, StoreOption, existing_settings_for, say
from service.usecases.people.erasure import carry_out_erasures, erasures
from service.usecases.people.finishing import finish_erasures
from service.usecases.requests.notices import unanswered_notices

app = typer.Typer(help="Erasures of people.", no_args_is_help=True)

_CONSOLE = Caller(
    Actor(UserId("console"), Role.SUPERVISOR, None, frozenset({Scope.ERASE})), Purpose.DELETION
)
_READER = Caller(
    Actor(UserId("console"), Role.CASE_OFFICER, None, frozenset({Scope.READ_REQUESTS})),
    Purpose.RECORD_MANAGEMENT,
)
_LISTED = 200
_MOST_UNANSWERED = 2_000


@app.callback()
def _group() -> None:
    """Erasures of people.

    Two people ask for one and confirm it on the pages or through the API: a console knows no
    persons.
    """


@app.command("list")
def list_erasures(
    context: typer.Context, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Show the erasures that have not ended, newest first."""
    with open_store(existing_settings_for(context, store)) as services:
        page = erasures(services, _CONSOLE, is_open=True, before=None, limit=_LISTED)
    for one in page.items:
        due = one.due_at.isoformat(timespec="minutes") if one.due_at else None
        facts = {
            "erasure_id": one.erasure_id,
            "authority": one.authority,
            "state": one.state.value,
            "due_at": due,
        }
        say(
            f"{one.erasure_id} {one.authority}: {one.state.value}, due {due}",
            facts,
            as_json=as_json,
        )


@app.command("carry-out")
def carry_out(
    context: typer.Context, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Carry out the erasures that are due, as a worker does by itself."""
    done = 0
    with open_runtime(existing_settings_for(context, store)) as runtime:
        while carried_out := carry_out_erasures(runtime.services):
            done += carried_out
    say(f"Carried out {done} erasures.", {"carried_out": done}, as_json=as_json)


@app.command("finish")
def finish(context: typer.Context, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Erase what erasures of earlier releases left; run it once after an upgrade."""
    with open_store(existing_settings_for(context, store)) as services:
        done = finish_erasures(services, _CONSOLE)
    say(
        f"Erased {done.payloads} payloads that were left of {done.people} erased people.",
        {"people": done.people, "payloads": done.payloads},
        as_json=as_json,
    )


@app.command("unanswered")
def list_unanswered(
    context: typer.Context, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Show the recipients that have not acknowledged a correction, restriction or deletion."""
    with open_store(existing_settings_for(context, store)) as services:
        found = unanswered_notices(services, _READER, limit=_MOST_UNANSWERED).items
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
