"""The row that an event leaves in the database.

Tables and columns are named here as the database names them. The statement of state, which
compares the database with the log, reads declared rows without further code. Rows that only
several tables together can describe have queries of their own.

An event also commits to rows with all their columns: it states a digest of each row (`Committed`).
A row that is changed later is therefore detected, and the examination that relies on it is
refused.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of row that must not exist in the database without its event."""

    table: str
    key: str
    """The column with the opaque id by which the event refers to the row."""
    by: str | None = None
    """The column with the acting person, who must be the actor of the event."""
    says: tuple[str, ...] | None = None
    """Fields that must agree with the columns of the same name. None: every field that has such a
    column.

    The event must name the ids and state the facts that the columns hold.
    """
    also: tuple[tuple[str, str], ...] = ()
    """Fields that must agree with columns of other names. Each field is given with its column."""
    counts: tuple[str, str] | None = None
    """A fact, and the table in which it is the number of rows with the same key."""
    given: str | None = None
    """Only rows in which this column is not null."""
    when: tuple[str, str] | None = None
    """Only rows in which this column has this value."""
    unless: tuple[str, str] | None = None
    """Only rows in which this column has a value other than this."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The event is wrong if the row of its first subject is missing."""

    again: bool = False
    """Whether the event may occur again for a subject that already has its row."""
    when: tuple[str, str] | None = None
    """Only if the event states this fact."""


ITS_ROW = Demand()
ITS_ROW_ONCE = Demand(again=True)
"""The first event about a subject leaves the row; later events find the row present."""

ACTOR = "actor"
"""Stands for the acting person, in place of a field."""

ROW_DIGEST = "rows_sha256_"
"""The beginning of the name of the facts by which an event commits to rows; a number follows."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of another table that form one thing together with a row, and share its digest."""

    table: str
    on: tuple[tuple[str, str], ...]
    """Columns of the part. Each is given with the column of the row that it must equal."""


@dataclass(frozen=True, slots=True)
class Committed:
    """Rows that exist when the event is written and never change again.

    The digest covers every column that its table protects against change. Empty columns are left
    out, so a column that a later release adds, empty in old rows, does not change the digests of
    those rows.
    """

    table: str
    where: tuple[tuple[str, str], ...]
    """Columns of the row, each with the field of the event (or `ACTOR`) that has its value."""
    parts: tuple[Part, ...] = ()
    leaves_out: tuple[str, ...] = ()
    """Columns whose values people could guess: a public digest must not confirm a guess."""
    or_its_case: bool = False
    """Whether the field may hold the event's case instead, and then names no row."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """The row that an event leaves and commits to. Both declarations follow from this one."""

    table: str
    by: str | None = None
    """As for `Row`; so are `says`, `also`, `counts`, `given` and `when` below."""
    key: str = ""
    """Empty: the column has the name of the event's first subject."""
    says: tuple[str, ...] | None = None
    also: tuple[tuple[str, str], ...] = ()
    counts: tuple[str, str] | None = None
    given: str | None = None
    when: tuple[str, str] | None = None
    where: tuple[str | tuple[str, str], ...] = ()
    """As for `Committed`. A column without a field has the one of its name. Empty: the key."""
    parts: tuple[str | Part, ...] = ()
    """Parts. A part given as a text has the columns of `where`."""
    leaves_out: tuple[str, ...] = ()

    def rows(self, subject: str) -> tuple[Row, Committed]:
        """Return the row and its commitment. `subject` is the event's first subject."""
        key = self.key or subject
        where = tuple((one, one) if isinstance(one, str) else one for one in self.where or (key,))
        on = tuple((column, column) for column, _ in where)
        parts = tuple(Part(one, on) if isinstance(one, str) else one for one in self.parts)
        row = Row(
            *(self.table, key, self.by, self.says, self.also, self.counts, self.given, self.when)
        )
        return row, Committed(self.table, where, parts, self.leaves_out)


CAPTURE_PARTS = (
    Part("capture_sources", (("encounter_id", "encounter_id"),)),
    Part("capture_images", (("owner_id", "encounter_id"),)),
    Part("capture_minutiae", (("owner_id", "encounter_id"),)),
    Part("client_references", (("owner_id", "encounter_id"),)),
)


def committed_capture(field: str, *, or_its_case: bool = False) -> Committed:
    """Return the capture whose id is in a field, with its pictures."""
    at = (("encounter_id", field),)
    return Committed("encounters", at, CAPTURE_PARTS, or_its_case=or_its_case)


RECORD_PARTS = (
    Part("record_amendments", (("record_row", "record_row"),)),
    Part("conviction_versions", (("record_row", "record_row"),)),
)

THE_SEARCH = Committed(
    "searches",
    (("search_id", "search_id"),),
    (
        Part("candidates", (("search_id", "search_id"),)),
        Part("cases", (("search_id", "search_id"),)),
        Part("capture_images", (("owner_id", "search_id"),)),
        Part("capture_minutiae", (("owner_id", "search_id"),)),
        Part("client_references", (("owner_id", "search_id"),)),
    ),
)
"""A search with its candidates, its case and its pictures."""

THE_CAPTURE = committed_capture("ref")
THE_PERSON = Committed("persons", (("person_id", "person_id"),))
THE_DONOR = Committed("persons", (("person_id", "donor"),))
"""The unknown person under whom a mark is filed."""
THE_RECORD = Committed("records", (("record_id", "record_id"),), RECORD_PARTS)

WRITTEN_AS_STATED = frozenset({THE_SEARCH, THE_CAPTURE, THE_PERSON, THE_RECORD})
"""Rows whose digests a transaction that stores all parts may state without reading them."""
