"""Installing a table of offence codes, and the table in force."""

import hashlib

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, LogDamagedError
from domain.events.people import OffenceTableInstalled
from rules.offence_codes import NO_TABLE, InstalledTable, OffenceTable, read_offences
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

_read: dict[str, OffenceTable] = {}
"""The table that this process read last, by its id. A version never changes."""


def install_offences(services: StoreServices, caller: Caller, content: bytes) -> InstalledTable:
    """Install a file as the next version of the office's table of offence codes.

    Installing the version in force again changes nothing. Raises NotPermittedError,
    InvalidInputError with the line of every fault, ConflictError (another version was installed
    meanwhile).
    """
    caller.actor.require(Scope.OPERATE)
    rows = read_offences(content)
    digest = hashlib.sha256(content).hexdigest()
    with services.units.begin() as unit:
        held = unit.offence_tables.newest()
        if held is not None and held.content_sha256 == digest:
            return held
        made = InstalledTable(
            services.new_id(),
            held.version + 1 if held else 1,
            digest,
            len(rows),
            caller.actor.user_id,
            services.now(),
        )
        if not unit.offence_tables.put(made, content.decode()):
            raise ConflictError(
                "Another table of offence codes was installed at the same moment: try again."
            )
        event = OffenceTableInstalled(made.table_id, made.version, digest, made.codes)
        record(services, unit, caller, event)
    return made


def installed_tables(services: StoreServices, caller: Caller) -> tuple[InstalledTable, ...]:
    """Return every version of the office's table, the newest first. Raises NotPermittedError."""
    with services.reading(caller, Scope.OPERATE) as unit:
        return unit.offence_tables.all()


def table_in_force(services: StoreServices) -> OffenceTable:
    """Return the table in force, for pages that show each recorded code with its title."""
    with services.units.read() as unit:
        return offence_table(unit)


def offence_table(unit: UnitOfWork) -> OffenceTable:
    """Return the table in force; an empty table if none was installed.

    Raises LogDamagedError if the stored file is not the one that was installed.
    """
    head = unit.offence_tables.newest()
    if head is None:
        return NO_TABLE
    if (found := _read.get(head.table_id)) is None:
        content = unit.offence_tables.content(head.table_id).encode()
        if hashlib.sha256(content).hexdigest() != head.content_sha256:
            raise LogDamagedError("The stored table of offence codes was changed: verify the log.")
        found = OffenceTable(head.version, read_offences(content))
        _read.clear()
        _read[head.table_id] = found
    return found
