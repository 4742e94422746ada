"""`identlink court` reads a folder of court results; `identlink codes` installs offence codes."""

import csv
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.access.access import Caller, Purpose
from domain.agencies.matters import SOURCES, MatterSource
from domain.errors import InvalidInputError, LinkingError
from domain.forces import find_force
from domain.plain_values import plain
from rules.offence_codes import InstalledTable
from service.api.agencies.matters_schemas import MatterBody
from service.api.bodies import read_json
from service.api.problems import MalformedRequestError
from service.bootstrap.runtime import open_runtime
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, Call, Group, console_as
from service.provenance.durable_files import write_whole
from service.usecases.agencies.matters import (
    TellCourtResult,
    ToldMatter,
    tell_court_result,
    tell_matter,
)
from service.usecases.people.offence_tables import install_offences, installed_tables
from service.usecases.services import Services

app = Group(help="Court results.")

DONE, REFUSED = "done", "refused"
"""The folders for files that were stored completely, and for files with refused content."""

MESSAGES, LINES, TABLE = ".xml", ".jsonl", ".csv"
_SUFFIXES = (MESSAGES, LINES, TABLE)
_NUMBERS = ("pence", "duration", "version")
"""The names of values that are whole numbers."""
_FLAGS = {("needs_leave", "true"): True, ("needs_leave", "false"): False}
_WITHOUT_COLUMN = "cell without a column"
_MOST_STEPS = 20
"""More steps than the place of any value has."""
_IS_NUMBER = re.compile("[0-9]{1,18}").fullmatch


@dataclass(slots=True)
class Night:
    """What happened when one folder of court results was processed."""

    states: Counter[str] = field(default_factory=Counter)
    """The number of new matters in each state."""
    again: int = 0
    """The number of results that had been received before, so that nothing changed."""
    faults: list[str] = field(default_factory=list)
    """For each fault the file, its line if it has lines, and the fault; never any content."""
    seconds: float = 0.0

    @property
    def count(self) -> int:
        """The number of results that were read."""
        return sum(self.states.values()) + self.again + len(self.faults)


@app.command()
def take(
    call: Call,
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder with one court message per .xml file, or with .jsonl files that"
            " have one body of POST /v1/matters per line, or with .csv files that have one body"
            " per row and JSON pointers as columns."
        ),
    ],
    force: Annotated[str, typer.Option(help="Code of the office's own force.")],
    source: Annotated[
        MatterSource, typer.Option(help="Whose matters these are.")
    ] = MatterSource.COURT,
) -> None:
    """Read all court results in a folder: rules attach them to records, or they wait in the inbox.

    With --source, the folder holds what an officer received from there: all of it waits.

    You can stop and start the command at any time: a result that is read again changes nothing. It
    moves files to FOLDER/done. Files with faults go to FOLDER/refused, with a text file that names
    the lines.
    """
    if not folder.is_dir():
        raise InvalidInputError(
            "There is no such folder: give the path of the folder with the results."
        )
    role = next(iter(SOURCES[source].tellers), None)
    if role is None:
        raise InvalidInputError("States send their messages themselves: name another source.")
    caller = console_as(role, Purpose.RECORD_MANAGEMENT, force=find_force(force).code)
    with open_runtime(call.existing()) as runtime:
        night = take_folder(runtime.services, caller, folder)
    told = ", ".join(f"{state} {count}" for state, count in sorted(night.states.items()))
    cost = 1_000 * night.seconds / max(1, night.count)
    sentence = (
        f"Read {night.count} results in {night.seconds:.1f} s, {cost:.1f} ms each. New: "
        f"{told or 'none'}. Known already: {night.again}. Faults: {len(night.faults)}."
    )
    facts: dict[str, Any] = {"read": night.count, "again": night.again, "faults": night.faults}
    facts |= {"states": dict(night.states), "ms_each": round(cost, 2)}
    call.say(sentence, facts, is_wrong=bool(night.faults))


def take_folder(services: Services, caller: Caller, folder: Path) -> Night:
    """Read a folder's files in order of name; move each to the done or refused folder."""
    night = Night()
    started = time.perf_counter()
    files = (one for one in folder.iterdir() if one.suffix in _SUFFIXES and one.is_file())
    for path in sorted(files):
        faults = list(_taken(services, caller, path, night))
        # A file is moved only once its content is stored durably: after an interruption it is read
        # again, and recognised.
        _move(path, folder / (REFUSED if faults else DONE), faults)
        night.faults += faults
    night.seconds = time.perf_counter() - started
    return night


def _taken(services: Services, caller: Caller, path: Path, night: Night) -> Iterator[str]:
    """Read the results in a file, and yield its faults."""
    if path.suffix == MESSAGES:
        try:
            _count(night, tell_court_result(services, TellCourtResult(caller, path.read_bytes())))
        except LinkingError as error:
            yield f"{path.name}: {error.detail}"
        return
    try:
        for number, line in _bodies_in(path):
            if fault := _fault_of(services, caller, line, night):
                yield f"{path.name} line {number}: {fault}"
    except InvalidInputError as error:
        yield f"{path.name} {error.detail}"


def _fault_of(services: Services, caller: Caller, line: bytes, night: Night) -> str:
    """Take the result in a body; return its fault, or an empty text."""
    try:
        body = read_json(MatterBody, line)
        told = tell_matter(services, caller, body.source, body.content())
    except MalformedRequestError as error:
        return "; ".join(f"{one.pointer}: {one.detail}" for one in error.faults)
    except LinkingError as error:
        return f"{error.pointer}: {error.detail}" if error.pointer else error.detail
    _count(night, told)
    return ""


def _bodies_in(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the bodies of a file, each with the number of its line.

    Raises InvalidInputError where the rest of a table cannot be read.
    """
    if path.suffix == LINES:
        with path.open("rb") as lines:
            yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
        return
    # Bytes that are no UTF-8 become what no body may hold: replaced, they would spoil a name.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        rows, read_to = csv.reader(text), 0
        try:
            columns = next(rows, [])
            read_to = rows.line_num
            for row in rows:
                read_to = rows.line_num
                if any(row):
                    yield read_to, json.dumps(body_of_row(columns, row)).encode()
        except csv.Error:
            raise InvalidInputError(
                f"line {read_to + 1}: A cell is too long: a quotation mark may be missing. The "
                "rest of the table was not read."
            ) from None


def body_of_row(columns: Sequence[str], row: Sequence[str]) -> Any:
    """Return the body that a row of a table states; its columns are JSON pointers.

    An empty cell states nothing. A cell without a column, or whose column contradicts another,
    gets a name that no body has, so that the row is refused.

    >>> body_of_row(["/name/surname", "/offences/0/code"], ["Ley", "TH68010"])
    {'name': {'surname': 'Ley'}, 'offences': [{'code': 'TH68010'}]}
    """
    body: dict[str, Any] = {}
    named = [*columns, *[_WITHOUT_COLUMN] * (len(row) - len(columns))]
    for column, cell in zip(named, row, strict=False):
        if cell:
            _state(body, column.strip().lstrip("/").split("/"), cell)
    return _with_lists(body)


def _state(body: dict[str, Any], path: Sequence[str], cell: str) -> None:
    """Write a cell at its place in a body."""
    *steps, name = path
    at = body
    if len(steps) > _MOST_STEPS:
        body[_WITHOUT_COLUMN] = cell
        return
    for step in steps:
        inner = at.setdefault(step, {})
        at = inner if isinstance(inner, dict) else {name: None}
    if name in at:
        body[_WITHOUT_COLUMN] = cell
        return
    is_number = name in _NUMBERS and _IS_NUMBER(cell)
    value: int | str = int(cell) if is_number else cell
    at[name] = _FLAGS.get((name, cell.lower()), value)


def _with_lists(value: Any) -> Any:
    """Return a value in which objects with the keys 0, 1, 2 ... are lists, in this order."""
    if not isinstance(value, dict):
        return value
    read = {name: _with_lists(one) for name, one in value.items()}
    if read and all(map(_IS_NUMBER, read)):
        return [read[name] for name in sorted(read, key=int)]
    return read


def _count(night: Night, told: ToldMatter) -> None:
    if told.is_new:
        night.states[told.matter.state.value] += 1
    else:
        night.again += 1


def _move(path: Path, to: Path, faults: list[str]) -> None:
    to.mkdir(exist_ok=True)
    if faults:
        # The name of a file, which a fault begins with, may have bytes that are no text.
        told = ("\n".join(faults) + "\n").encode(errors="backslashreplace")
        write_whole(to / f"{path.name}.txt", told)
    path.replace(to / path.name)


codes = Group(help="The office's table of offence codes: titles, categories, recordable or not.")


@codes.command()
def install(
    call: Call,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="CSV file with a heading, or JSON (docs/rules.md)."
        ),
    ],
) -> None:
    """Install a file as the next version of the table; this is recorded in the log.

    The whole file is checked first. If there are faults, each wrong line is listed and nothing
    changes. From then on, pages, certificates and answers use the titles of this version; earlier
    versions are kept.
    """
    with open_store(call.existing()) as services:
        made = install_offences(services, CONSOLE, file.read_bytes())
    call.say(f"In force: {_line(made)}", plain(made))


@codes.command("list")
def list_versions(call: Call) -> None:
    """List the versions of the table, the one in force first."""
    with open_store(call.existing()) as services:
        found = installed_tables(services, CONSOLE)
    told = "\n".join(map(_line, found)) or "No table is installed: titles are as recorded."
    call.say(told, {"tables": plain(found)})


def _line(one: InstalledTable) -> str:
    return (
        f"version {one.version}, {one.codes} rows, installed on {one.installed_at:%-d %B %Y} by"
        f" {one.installed_by}, SHA-256 {one.content_sha256}"
    )
