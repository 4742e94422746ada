"""API schemas of the items of a record."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field

from domain.people.convictions import Conviction
from domain.people.items import Item, ItemId, ItemKind, ItemValue
from domain.people.people import Parent, PartialDate, PreviousName, Sex
from service.api.base import Answer, Body, Text, Value
from service.api.people import records_schemas as schemas
from service.api.people.convictions_schemas import ConvictionBody, shown_body
from service.api.shapes import at, stated_by


class NameItem(schemas.NameBody):
    """A name or alias."""

    kind: Literal["name"]


class DateOfBirthItem(Body):
    """A date of birth; an unknown part is XX or XXXX."""

    kind: Literal["date-of-birth"]
    date: schemas.PartialDateText

    def to_domain(self) -> PartialDate:
        """Return the date; raises InvalidDateError with a pointer."""
        with at("/date"):
            return PartialDate.parse(self.date)


class SexItem(Body):
    """The sex as recorded."""

    kind: Literal["sex"]
    sex: Sex

    def to_domain(self) -> Sex:
        """Return the sex."""
        return self.sex


class PlaceOfBirthItem(Body):
    """A place of birth."""

    kind: Literal["place-of-birth"]
    place: Text
    """Town or country."""

    def to_domain(self) -> str:
        """Return the place."""
        return self.place


class NationalityItem(schemas.NationalityBody):
    """One of the nationalities."""

    kind: Literal["nationality"]


class AddressItem(schemas.AddressBody):
    """An address."""

    kind: Literal["address"]


class IdentifierItem(Body):
    """A PNC ID or a CRO number, stored as given."""

    kind: Literal["pnc-id", "cro-number"]
    number: schemas.Identifier
    """The identifier."""

    def to_domain(self) -> str:
        """Return the identifier."""
        return self.number


class PreviousNameItem(schemas.PreviousNameBody):
    """A name that the person had before."""

    kind: Literal["previous-name"]


class ParentItem(schemas.ParentBody):
    """The name of a parent."""

    kind: Literal["parent"]


class DocumentItem(schemas.DocumentBody):
    """An identity document of the person."""

    kind: Literal["document"]


class ConvictionItem(Body):
    """A conviction; it is corrected as a whole, and the previous version stays on record."""

    kind: Literal["conviction"]
    conviction: ConvictionBody

    def to_domain(self) -> Conviction:
        """Return the conviction; raises InvalidInputError with a pointer."""
        with at("/conviction"):
            return self.conviction.to_domain()


class ArrestReportItem(schemas.ArrestReportHead):
    """An arrest report; its offences are separate items."""

    kind: Literal["arrest-report"]

    def to(self, kind: type[Value], /, **others: Any) -> Value:
        """Return the report without offences."""
        return super().to(kind, offences=(), **others)


class OffenceItem(schemas.OffenceHead):
    """An offence; its disposals are separate items."""

    kind: Literal["offence"]


class DisposalItem(schemas.DisposalBody):
    """A disposal."""

    kind: Literal["disposal"]


class NewArrestReport(schemas.ArrestReportBody):
    """An arrest report that is added, with its offences."""

    kind: Literal["arrest-report"]


class NewOffence(schemas.OffenceBody):
    """An offence that is added, with its disposals."""

    kind: Literal["offence"]


_Detail = (
    NameItem
    | DateOfBirthItem
    | SexItem
    | PlaceOfBirthItem
    | NationalityItem
    | AddressItem
    | IdentifierItem
    | PreviousNameItem
    | ParentItem
    | DocumentItem
    | DisposalItem
    | ConvictionItem
)
ItemBody = Annotated[_Detail | ArrestReportItem | OffenceItem, Field(discriminator="kind")]
NewItemBody = Annotated[_Detail | NewArrestReport | NewOffence, Field(discriminator="kind")]


def read_item(item: ItemBody | NewItemBody) -> tuple[ItemKind, ItemValue]:
    """Return kind and value; raises InvalidInputError with a pointer."""
    with at("/item"):
        return ItemKind(item.kind), item.to_domain()


class ItemAnswer(Answer):
    """An item of a record."""

    item_id: ItemId
    parent_id: str | None
    """The arrest report of an offence, or the offence of a disposal."""
    item: ItemBody
    """Content of the item."""

    @classmethod
    def of(cls, item: Item) -> Self:
        """Return the answer for an item."""
        # Constructed without validation: values loaded in bulk may be longer than a body allows.
        body = _BODIES[item.kind].model_construct(kind=item.kind.value, **_fields(item))
        return cls(item_id=item.item_id, parent_id=item.parent, item=body)


_BODIES: dict[ItemKind, Any] = {
    ItemKind(kind): body
    for body in get_args(get_args(ItemBody)[0])
    for kind in get_args(body.model_fields["kind"].annotation)
}
"""The body of each kind of item: it says itself which kinds it takes."""

_TEXT_FIELDS = {
    ItemKind.SEX: "sex",
    ItemKind.PLACE_OF_BIRTH: "place",
    ItemKind.PNC_ID: "number",
    ItemKind.CRO_NUMBER: "number",
}


def _fields(item: Item) -> dict[str, Any]:
    """Return the fields of a value under the names in its body."""
    match item.value:
        case str() as text:
            return {_TEXT_FIELDS[item.kind]: text}
        case PartialDate() as day:
            return {"date": str(day)}
        case Conviction() as conviction:
            return {"conviction": shown_body(ConvictionBody, conviction)}
        case PreviousName() | Parent() as named:
            own = stated_by(
                _BODIES[item.kind], named, without={"kind", *schemas.NameBody.model_fields}
            )
            held = asdict(named.name) | own
        case value:
            held = stated_by(_BODIES[item.kind], value, without={"kind"})
    return {
        name: str(one) if isinstance(one, date | PartialDate) else one
        for name, one in held.items()
    }
