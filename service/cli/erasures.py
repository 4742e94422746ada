"""`identlink erasure`: erasures that wait or are due, and recipients that have not answered."""

from __future__ import annotations

from domain.access import Purpose, Role, Scope
from service.bootstrap import open_runtime, open_store
from service.cli.context import Call, Group, console_as
from service.usecases.people.erasure import carry_out_erasures, erasures
from service.usecases.people.finishing import finish_erasures
from service.usecases.requests.notices import unanswered_notices

app = Group(
    help="Erasures of people.\n\n"
    "Two people ask for one and confirm it on the pages or through the API: a console knows no"
    " persons."
)

_CONSOLE = console_as(Role.SUPERVISOR, Purpose.DELETION, Scope.ERASE)
_READER = console_as(Role.CASE_OFFICER, Purpose.RECORD_MANAGEMENT, Scope.READ_REQUESTS)
_LISTED = 200
_MOST_UNANSWERED = 2_000


@app.command("list")
def list_erasures(call: Call) -> None:
    """Show the erasures that have not ended, newest first."""
    with open_store(call.existing()) as services:
        page = erasures(services, _CONSOLE, is_open=True, before=None, limit=_LISTED)
    for one in page.items:
        due = one.due_at.isoformat(timespec="minutes") if one.due_at else None
        facts = {
            "erasure_id": one.erasure_id,
            "authority": one.authority,
            "state": one.state.value,
            "due_at": due,
        }
        call.say(f"{one.erasure_id} {one.authority}: {one.state.value}, due {due}", facts)


@app.command("carry-out")
def carry_out(call: Call) -> None:
    """Carry out the erasures that are due, as a worker does by itself."""
    done = 0
    with open_runtime(call.existing()) as runtime:
        while carried_out := carry_out_erasures(runtime.services):
            done += carried_out
    call.say(f"Carried out {done} erasures.", {"carried_out": done})


@app.command("finish")
def finish(call: Call) -> None:
    """Erase what erasures of earlier releases left; run it once after an upgrade."""
    with open_store(call.existing()) as services:
        done = finish_erasures(services, _CONSOLE)
    call.say(
        f"Erased {done.payloads} payloads that were left of {done.people} erased people.",
        {"people": done.people, "payloads": done.payloads},
    )


@app.command("unanswered")
def list_unanswered(call: Call) -> None:
    """Show the recipients that have not acknowledged a correction, restriction or deletion."""
    with open_store(call.existing()) as services:
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
        call.say(text + late, facts)
    if not found and not call.as_json:
        call.say("Every recipient has answered.")
