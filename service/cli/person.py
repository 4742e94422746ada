"""`identlink person`: the list of consultations that a person may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from domain.access import Purpose, Role, Scope
from domain.consultations import Consultation
from domain.forces import force_name
from domain.ids import PersonId
from service.bootstrap import open_store
from service.cli.context import Call, Group, console_as
from service.usecases.people.consultations import consultations
from service.usecases.services import StoreServices

app = Group(help="A person of the gallery.")

_READER = console_as(Role.AUDITOR, Purpose.SUBJECT_ACCESS, Scope.READ_CONSULTATIONS)


@app.command("consultations")
def list_consultations(
    call: Call, person_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the person.")]
) -> None:
    """List the looks at anything held about a person, newest first; the list is put on record."""
    with open_store(call.existing()) as services:
        found = list(_every(services, PersonId(person_id)))
    lines = [" | ".join(_facts(one).values()) for one in found]
    told = "\n".join(lines) or "Nothing about this person was shown."
    call.say(told, {"consultations": [_facts(one) for one in found]})


def _every(services: StoreServices, person_id: PersonId) -> Iterator[Consultation]:
    page = consultations(services, _READER, person_id)
    yield from page.items
    while page.next_key is not None:
        page = consultations(services, _READER, person_id, before=page.next_key)
        yield from page.items


def _facts(one: Consultation) -> dict[str, str]:
    return {
        "at": f"{one.at:%Y-%m-%d %H:%M} UTC",
        "kind": one.kind,
        "shown_to": force_name(one.force) if one.force else "the office",
        "role": one.role.value if one.role else "console",
        "purpose": one.purpose.value,
    }
