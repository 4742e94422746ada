"""`identlink person`, `erasure` and `numbers`: accesses to a person's data, erasures, and an
account of every number that this office has issued.
"""

from collections.abc import Iterator
from typing import Annotated

import typer

from domain.access.access import Purpose, Role, Scope
from domain.forces import force_name
from domain.ids import PersonId
from domain.people.identifiers import NumberSeries
from domain.plain_values import plain
from domain.requests.disclosures import Consultation
from service.bootstrap.runtime import open_runtime
from service.bootstrap.stores import open_store
from service.cli.context import Call, Group, console_as
from service.usecases.people.amending import issued_series
from service.usecases.people.erasure import carry_out_erasures, erasures, finish_erasures
from service.usecases.people.records import consultations
from service.usecases.requests.notices import unanswered_notices
from service.usecases.services import StoreServices

person = Group(help="A person of the gallery.")

_AUDITOR = console_as(Role.AUDITOR, Purpose.SUBJECT_ACCESS, Scope.READ_CONSULTATIONS)


@person.command("consultations")
def list_consultations(
    call: Call, person_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the person.")]
) -> None:
    """List the accesses to data about a person, newest first; this is recorded in the log."""
    with open_store(call.existing()) as services:
        found = list(_every(services, PersonId(person_id)))
    lines = [" | ".join(_facts(one).values()) for one in found]
    told = "\n".join(lines) or "No data about this person has been shown."
    call.say(told, {"consultations": [_facts(one) for one in found]})


def _every(services: StoreServices, person_id: PersonId) -> Iterator[Consultation]:
    page = consultations(services, _AUDITOR, person_id)
    yield from page.items
    while page.next_key is not None:
        page = consultations(services, _AUDITOR, person_id, before=page.next_key)
        yield from page.items


def _facts(one: Consultation) -> dict[str, str]:
    return {
        "at": f"{one.at:%Y-%m-%d %H:%M} UTC",
        "kind": one.kind,
        "shown_to": force_name(one.force) if one.force else "the office",
        "role": one.role.value if one.role else "console",
        "purpose": one.purpose.value,
    }


erasure = Group(
    help="Erasures of people.\n\nOne person requests an erasure and another confirms it,"
    " on the pages or through the API, because the console does not know who is using it."
)

_SUPERVISOR = console_as(Role.SUPERVISOR, Purpose.DELETION, Scope.ERASE)
_OFFICER = console_as(Role.CASE_OFFICER, Purpose.RECORD_MANAGEMENT, Scope.READ_REQUESTS)
_LISTED = 200
_MOST_UNANSWERED = 2_000


@erasure.command("list")
def list_erasures(call: Call) -> None:
    """Show the erasures that have not ended, newest first."""
    with open_store(call.existing()) as services:
        page = erasures(services, _SUPERVISOR, is_open=True, before=None, limit=_LISTED)
    for one in page.items:
        due = one.due_at.isoformat(timespec="minutes") if one.due_at else None
        facts = {
            "erasure_id": one.erasure_id,
            "authority": one.authority,
            "state": one.state.value,
            "due_at": due,
        }
        call.say(f"{one.erasure_id} {one.authority}: {one.state.value}, due {due}", facts)


@erasure.command("carry-out")
def carry_out(call: Call) -> None:
    """Carry out the erasures that are due; a worker does this automatically."""
    done = 0
    with open_runtime(call.existing()) as runtime:
        while carried_out := carry_out_erasures(runtime.services):
            done += carried_out
    call.say(f"Carried out {done} erasures.", {"carried_out": done})


@erasure.command("finish")
def finish(call: Call) -> None:
    """Erase what earlier erasures left, as workers do daily; run this once after an upgrade."""
    with open_store(call.existing()) as services:
        done = finish_erasures(services, _SUPERVISOR)
    call.say(
        f"Erased {done.payloads} payloads left from {done.people} erased people.",
        {"people": done.people, "payloads": done.payloads},
    )


@erasure.command("unanswered")
def list_unanswered(call: Call) -> None:
    """Show the recipients that have not acknowledged a correction, restriction or deletion."""
    with open_store(call.existing()) as services:
        found = unanswered_notices(services, _OFFICER, limit=_MOST_UNANSWERED).items
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


numbers = Group(help="Numbers issued by this office: PNC IDs, CRO numbers, ASNs.")


@numbers.command()
def account(call: Call) -> None:
    """Account for every number issued, by kind and year; exit code 1 if one is missing.

    Numbers of erased, hidden and merged people stay taken, and are counted. A number that is
    missing was removed without the service: find out how with `identlink log verify`.
    """
    with open_runtime(call.existing()) as runtime:
        found = issued_series(runtime.services, _OFFICER)
    missing = sum(len(one.missing) for one in found)
    lines = [*map(_line, found), f"Unexplained gaps: {missing}."]
    facts = {"series": plain(found), "unexplained": missing}
    call.say("\n".join(lines), facts, is_wrong=bool(missing))


def _line(one: NumberSeries) -> str:
    return (
        f"{one.kind} {one.year}: {one.issued} issued, 1 to {one.last}; of erased people"
        f" {one.of_erased}, hidden {one.of_hidden}, merged {one.of_merged}; missing"
        f" {', '.join(map(str, one.missing)) or 'none'}."
    )
