"""First enrolments of people: all rows for a new person are written in one round trip."""

from domain.people.items import Content
from domain.people.people import Record
from domain.prints.prints import Encounter
from indexing.codes.batches import Gallery
from prints.vectors.blobs import GALLERY_BYTES, Capture
from service.storage.engine.rows import stated_as_written
from service.storage.engine.writes import NewRows, insert_together
from service.storage.people.record_bodies import COLUMNS, first_rows, record_body
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables import people as tables
from service.storage.transaction import TransactionPart

PERSON_COLUMNS = ("person_row", "person_id")
RECORD_COLUMNS = ("record_row", "record_id", "version", "person_row", "force", "payload_id")
LIVE_COLUMNS = ("record_id", "person_row", "record_row")
ENCOUNTER_COLUMNS = (
    "encounter_row",
    "encounter_id",
    "person_row",
    "force",
    "gallery",
    "payload_id",
)


class Enrolments(TransactionPart):
    """Enrolments of new people only.

    For people already known, `Encounters` stores captures and `People` stores records.
    """

    def add(
        self, encounter: Encounter, year_of_birth: int, record: Record | None, *, is_whole: bool
    ) -> None:
        """Store a new person with a capture and, if given, a new record.

        `year_of_birth` is 0 when unknown. `is_whole` states that this transaction stores no
        further part of the capture (`domain.events.rows.THE_CAPTURE`). What is stored here
        complete is not read again for the digest to which its event commits.
        """
        numbers, records_begun = self._transaction.numbers, int(record is not None)
        numbers.reserve(
            {
                tables.persons.c.person_row: 1,
                tables.encounters.c.encounter_row: 1,
                tables.payloads.c.payload_id: 1 + records_begun,
                tables.records.c.record_row: records_begun,
            }
        )
        ids = self._put_bodies(encounter, year_of_birth, record)
        person_row = numbers.one(tables.persons.c.person_row)
        encounter_row = numbers.one(tables.encounters.c.encounter_row)
        person = NewRows(tables.persons, PERSON_COLUMNS, [(person_row, encounter.person_id)])
        captured = _capture_rows(encounter, encounter_row, person_row, ids[0])
        self._state(encounter.person_id, person)
        if is_whole:
            self._state(encounter.encounter_id, captured)
        begun: tuple[NewRows, ...] = ()
        if record is not None:
            record_row = numbers.one(tables.records.c.record_row)
            version, live, convictions = _record_rows(record, record_row, person_row, ids[1])
            self._state(record.record_id, version, convictions)
            begun = version, live, convictions
            self._transaction.records.append(person_row)
        bodies = self._transaction.payloads.bound(captured, *begun)
        insert_together(self._connection, (person, bodies, captured, *begun))
        self._transaction.changes.append((encounter_row, tables.ENROLLED))
        self._transaction.held[encounter.person_id] = person_row

    def _put_bodies(
        self, encounter: Encounter, year_of_birth: int, record: Record | None
    ) -> list[int]:
        """Encrypt the templates and any record; return the numbers of their payloads."""
        capture = Capture(encounter.captured_at, year_of_birth)
        encode = self._transaction.codec.encode
        blob = encode(encounter.impressions, capture, value_bytes=GALLERY_BYTES)
        bodies = [_body(record)] if record else []
        return self._transaction.payloads.put_groups(
            ((PayloadKind.TEMPLATES, [blob]), (PayloadKind.RECORD, bodies))
        )

    def _state(self, name: str, *written: NewRows) -> None:
        self._transaction.stated[name] = stated_as_written(*written)


def _body(record: Record) -> bytes:
    return record_body(Content(record.details, record.arrest_reports, record.convictions))


def _capture_rows(
    encounter: Encounter, encounter_row: int, person_row: int, payload_id: int
) -> NewRows:
    gallery = int(Gallery.TENPRINTS)
    at = (encounter_row, encounter.encounter_id, person_row, encounter.force, gallery, payload_id)
    return NewRows(tables.encounters, ENCOUNTER_COLUMNS, [at])


def _record_rows(
    record: Record, record_row: int, person_row: int, payload_id: int
) -> tuple[NewRows, NewRows, NewRows]:
    """Return the rows for the first version of a record, its live record, and its convictions."""
    version = (record_row, record.record_id, 1, person_row, record.force, payload_id)
    convictions = first_rows(record_row, record.record_id, record.convictions)
    return (
        NewRows(tables.records, RECORD_COLUMNS, [version]),
        NewRows(tables.live_records, LIVE_COLUMNS, [(record.record_id, person_row, record_row)]),
        NewRows(tables.conviction_versions, COLUMNS, convictions),
    )
