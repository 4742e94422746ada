"""`identlink numbers`: accounts for every number that this office has issued."""

import typer

from domain.access.access import Purpose, Role, Scope
from domain.people.identifiers import NumberSeries
from domain.plain_values import plain
from service.bootstrap.runtime import open_runtime
from service.cli import refusals
from service.cli.context import Call, Group, console_as
from service.usecases.people.numbering import issued_series

app = Group(help="Numbers issued by this office: PNC IDs, CRO numbers, ASNs.")

_OFFICER = console_as(Role.CASE_OFFICER, Purpose.RECORD_MANAGEMENT, Scope.READ_REQUESTS)


@app.command()
def account(call: Call) -> None:
    """Account for every number issued, by kind and year; exit code 1 if one is missing.

    Numbers of erased, hidden and merged people stay taken, and are counted. A number that is
    missing was removed without the service: find out how with `identlink log verify`.
    """
    with open_runtime(call.existing()) as runtime:
        found = issued_series(runtime.services, _OFFICER)
    missing = sum(len(one.missing) for one in found)
    lines = [*map(_line, found), f"Unexplained gaps: {missing}."]
    call.say("\n".join(lines), {"series": plain(found), "unexplained": missing})
    if missing:
        raise typer.Exit(refusals.REFUSED)


def _line(one: NumberSeries) -> str:
    return (
        f"{one.kind} {one.year}: {one.issued} issued, 1 to {one.last}; of erased people"
        f" {one.of_erased}, hidden {one.of_hidden}, merged {one.of_merged}; missing"
        f" {', '.join(map(str, one.missing)) or 'none'}."
    )
