"""Forces read and amend the records that they hold; auditors read any version of any record."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import Path, Response
from pydantic import BeforeValidator, Field, StringConstraints

from domain.errors import (
    InvalidDateError,
    UnknownForceError,
)
from domain.ids import RecordId
from domain.people import amendments
from domain.people.claims import Claim
from domain.people.convictions import ConvictionVersion
from domain.people.identifiers import NumberKind
from domain.people.items import ItemId
from service.api.authentication import RecordAmender, RecordBeginner, RecordReader
from service.api.base import Answer, Body, OpaqueId, Reason, created
from service.api.bodies import Before, BodyOf, IdempotencyOf, IdInPath, Limit
from service.api.call_routes import INDEX_ERRORS, CallRouter, found_at
from service.api.people.encounters import BegunAnswer, NewRecordBody
from service.api.people.items_schemas import ItemAnswer, ItemBody, NewItemBody, read_item
from service.api.shapes import From, each, shows
from service.usecases.people import amending, records
from service.usecases.searches.beginning import begin_record

Reference = Annotated[
    str,
    StringConstraints(
        max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
    ),
]
"""The reference of a source; not blank."""


class AddBody(Body):
    """An item to add, with its parts."""

    change: Literal["add"]
    item: NewItemBody
    """The item."""
    parent_id: OpaqueId | None = None
    """The arrest report of an offence, or the offence of a disposal."""
    is_first: bool = False
    """Whether the item becomes the first of its kind: the main name or date of birth."""

    def to_change(self) -> amendments.Add:
        """Return the change; raises InvalidInputError with a pointer."""
        kind, value = read_item(self.item)
        parent = ItemId(self.parent_id) if self.parent_id else None
        return amendments.Add(kind, value, parent, self.is_first)


class CorrectBody(Body):
    """A new value for an item; its parts stay unchanged."""

    change: Literal["correct"]
    item_id: OpaqueId
    """Id of the item, the same in every version."""
    item: ItemBody
    """The item."""

    def to_change(self) -> amendments.Correct:
        """Return the change; raises InvalidInputError with a pointer."""
        return amendments.Correct(ItemId(self.item_id), *read_item(self.item))


class WithdrawBody(Body):
    """An item to withdraw, with its parts."""

    change: Literal["withdraw"]
    item_id: OpaqueId
    """Id of the item, the same in every version."""

    def to_change(self) -> amendments.Withdraw:
        """Return the change."""
        return amendments.Withdraw(ItemId(self.item_id))


ChangeBody = Annotated[AddBody | CorrectBody | WithdrawBody, Field(discriminator="change")]


class AmendmentBody(Body):
    """Changes to a record that are made together: all of them, or none."""

    expected_version: Annotated[int, Field(ge=1, lt=2**53)]
    """The live version that the changes are based on."""
    changes: Annotated[tuple[ChangeBody, ...], Field(max_length=50)]
    """Items to add, correct or withdraw, in order; all or none take effect."""
    reason: amendments.AmendmentReason
    reason_text: Annotated[Reason, From("words")]
    source: amendments.SourceKind
    source_reference: Annotated[Reference, From("reference")]
    """What the source is, such as a court and its case number."""

    def amendment(self) -> amendments.Amendment:
        """Return the amendment; raises InvalidInputError with a pointer."""
        changes = each("/changes", self.changes, lambda change: change.to_change())
        return self.to(amendments.Amendment, changes=changes)


class AmendedAnswer(Answer):
    """An amendment that was stored."""

    record_id: RecordId
    version: int
    """Number of the version, 1 for the first."""


@shows(amendments.VersionHead)
class VersionAnswer(Answer):
    """A version of a record without its content."""

    reason: amendments.AmendmentReason | None
    """Why the record was amended; null for the first version, as are the next three fields."""


class RecordListAnswer(Answer):
    """A page of records, newest first."""

    records: tuple[VersionAnswer, ...]
    next_before: str | None
    """Pass this as `before` to get the next page; null on the last page."""


class VersionListAnswer(Answer):
    """The versions of a record, oldest first."""

    versions: tuple[VersionAnswer, ...]


class ItemChangeAnswer(Answer):
    """An item that differs from the previous version; a withdrawn item is shown as it was."""

    change: amendments.ChangeKind
    item: ItemAnswer


def _versions(convictions: tuple[ConvictionVersion, ...]) -> dict[str, int]:
    return {one.item_id: one.version for one in convictions}


class RecordAnswer(VersionAnswer):
    """A version of a record."""

    of_part = "version.head"

    reason_text: Annotated[str, From("version.words")]
    """The reason in words."""
    source_reference: Annotated[str, From("version.reference")]
    """Reference by which the source can be found."""
    items: Annotated[tuple[ItemAnswer, ...], From("version.items.held")]
    """Items of the version."""
    changes: Annotated[tuple[ItemChangeAnswer, ...], From("changes")]
    """How the version differs from the previous one."""
    conviction_versions: Annotated[
        Mapping[str, int], From("convictions.ref"), BeforeValidator(_versions)
    ] = Field(
        description="For the item of each conviction, the version of the record that last"
        " changed it."
    )


router = CallRouter(prefix="/v1/records", tags=["force"])

Version = Annotated[int, Path(ge=1, lt=2**53, description="The number of a version, from 1.")]


@router.get("")
def get_records(call: RecordReader, limit: Limit = 50, before: Before = None) -> RecordListAnswer:
    """Return records without content: those of the caller's force, or all for an auditor."""
    return RecordListAnswer.of(call.use(records.list_records, before=before, limit=limit))


@router.post(
    "",
    InvalidDateError,
    UnknownForceError,
    *INDEX_ERRORS,
    status_code=201,
    response_model=BegunAnswer,
    responses=found_at(201),
)
def post_record(call: RecordBeginner, body: BodyOf[NewRecordBody], key: IdempotencyOf) -> Response:
    """Begin a record of a person without prints; from then on names enquiries find the person.

    Prints taken later are added with `person_id` in `POST /v1/encounters`.
    """
    begun = begin_record(call.services, body.to_command(call.caller, key))
    return created(BegunAnswer.of(begun), f"/v1/records/{begun.record_id}")


@router.get("/{record_id}")
def get_record(call: RecordReader, record_id: IdInPath) -> RecordAnswer:
    """Return the live version of a record, item by item; reading it is recorded in the log."""
    return RecordAnswer.of(call.use(records.read_record, RecordId(record_id)))


@router.get("/{record_id}/versions")
def list_versions(call: RecordReader, record_id: IdInPath) -> VersionListAnswer:
    """Return the versions of a record, each with actor, time and reason, without content."""
    return VersionListAnswer(versions=call.use(records.record_versions, RecordId(record_id)))


@router.get("/{record_id}/versions/{version}")
def get_version(call: RecordReader, record_id: IdInPath, version: Version) -> RecordAnswer:
    """Return one version of a record and its changes; reading it is recorded in the log."""
    return RecordAnswer.of(call.use(records.read_record, RecordId(record_id), version))


@shows(Claim)
class RecordClaimAnswer(Answer):
    """One detail of a person, with its source, its day, and how it ended."""

    item: ItemAnswer


class RecordClaimListAnswer(Answer):
    """What sources state about who a person is."""

    claims: tuple[RecordClaimAnswer, ...]


@router.get("/{record_id}/claims")
def get_claims(call: RecordReader, record_id: IdInPath) -> RecordClaimListAnswer:
    """Return each name, birth, address and other detail with its source, including withdrawn
    ones.
    """
    return RecordClaimListAnswer(claims=call.use(records.record_claims, RecordId(record_id)))


class NumberBody(Body):
    """The kind of number to issue."""

    kind: NumberKind
    expected_version: int = Field(ge=1, description="The version that the caller has read.")


@shows(amending.NumberedRecord)
class NumberAnswer(Answer):
    """The number that was issued, and the version of the record that shows it."""


@router.post("/{record_id}/numbers", status_code=201)
def post_number(
    call: RecordAmender, record_id: IdInPath, body: BodyOf[NumberBody]
) -> NumberAnswer:
    """Issue the next PNC ID or CRO number for a record; a person gets at most one of each."""
    return NumberAnswer.of(call.carry_out(amending.issue_number, body, record_id=record_id))


@router.post(
    "/{record_id}/amendments",
    InvalidDateError,
    UnknownForceError,
    status_code=201,
    responses=found_at(201),
)
def post_amendment(
    call: RecordAmender,
    record_id: IdInPath,
    body: BodyOf[AmendmentBody],
    key: IdempotencyOf,
    response: Response,
) -> AmendedAnswer:
    """Add, correct or withdraw items: this makes a new live version; the old one stays."""
    command = amending.AmendRecord(
        call.caller, RecordId(record_id), body.expected_version, body.amendment(), key
    )
    version = amending.amend_record(call.services, command)
    response.headers["Location"] = f"/v1/records/{record_id}/versions/{version}"
    return AmendedAnswer(record_id=record_id, version=version)
