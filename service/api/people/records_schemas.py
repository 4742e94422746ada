"""API schemas of a person's stated details, and of the criminal record on a person."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from domain.errors import InvalidInputError
from domain.forces import find_force
from domain.people import people
from domain.people.identifiers import held_asn
from service.api.base import Body, Code, DateText, Text, Value
from service.api.shapes import From, at
from service.usecases.people.enrolment import NewRecord

PartialDateText = Annotated[
    str,
    StringConstraints(max_length=10),
    Field(
        examples=["1984-XX-03"], description="`YYYY-MM-DD`; write an unknown part as XXXX or XX."
    ),
]
Identifier = Annotated[str, StringConstraints(max_length=40, pattern=r"^[\x20-\x7e]*$")]
CountryOrNone = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class StatedBody(Body):
    """A body that states one domain value, whose type is `states`."""

    states: ClassVar[type]

    def to_domain(self) -> Any:
        """Return the value; raises InvalidInputError with a pointer."""
        return self.to(self.states)


class NameBody(StatedBody):
    """One name as given; an unknown part is left out."""

    states: ClassVar[type] = people.PersonName

    forename: Text = ""
    surname: Text = ""
    middle_names: Text = ""


class AddressBody(StatedBody):
    """One address as given."""

    states = people.Address

    line: Text = ""
    town: Text = ""
    postcode: Code = ""


class NationalityBody(StatedBody):
    """One nationality; a person may have several."""

    states = people.Nationality

    nationality: Annotated[Country, From("country")]
    source: Text = ""
    since: PartialDateText | None = None
    """The date from which the person holds the nationality."""
    until: PartialDateText | None = None


class PreviousNameBody(NameBody):
    """A name that the person had before; add it to `names` as well, so that searches find it."""

    states = people.PreviousName

    until: PartialDateText | None = None
    """The day until which the person had the name."""

    def to(self, kind: type[Value], /, **others: Any) -> Value:
        """Return the name and its last day. Raises InvalidDateError with a pointer."""
        return super().to(kind, name=super().to(people.PersonName), **others)


class ParentBody(NameBody):
    """The name of a parent."""

    states = people.Parent

    parent: Annotated[people.ParentKind, From("kind")]

    def to(self, kind: type[Value], /, **others: Any) -> Value:
        """Return the name, and which parent it is."""
        return super().to(kind, name=super().to(people.PersonName), **others)


class DocumentBody(StatedBody):
    """An identity document of the person."""

    states = people.IdentityDocument

    document: Annotated[people.DocumentKind, From("kind")]
    country: Country
    number: Identifier
    valid_until: DateText | None = None


class DetailsBody(StatedBody):
    """The details that a person stated, or that a record holds; all are optional."""

    states = people.Details

    names: Annotated[tuple[NameBody, ...], Field(max_length=50)] = ()
    dates_of_birth: Annotated[tuple[PartialDateText, ...], Field(max_length=50)] = ()
    sex: people.Sex | None = None
    place_of_birth: Text = ""
    nationality: CountryOrNone = ""
    """ISO 3166-1 alpha-3; use this for a single nationality with no further facts."""
    nationalities: Annotated[tuple[NationalityBody, ...], Field(max_length=20)] = ()
    """All nationalities; give these or `nationality`, not both."""
    addresses: Annotated[tuple[AddressBody, ...], Field(max_length=50)] = ()
    pnc_ids: Annotated[tuple[Identifier, ...], Field(max_length=50)] = ()
    cro_numbers: Annotated[tuple[Identifier, ...], Field(max_length=50)] = ()
    previous_names: Annotated[tuple[PreviousNameBody, ...], Field(max_length=50)] = ()
    parents: Annotated[tuple[ParentBody, ...], Field(max_length=8)] = ()
    documents: Annotated[tuple[DocumentBody, ...], Field(max_length=20)] = ()

    def to(self, kind: type[Value], /, **others: Any) -> Value:
        """Return the details; raises InvalidDateError or InvalidInputError with a pointer."""
        if kind is people.Details and self.nationality:
            if self.nationalities:
                detail = "The nationality is stated twice: give it only among the nationalities."
                raise InvalidInputError(detail, pointer="/nationality")
            others["nationalities"] = (people.Nationality(self.nationality),)
        return super().to(kind, **others)


class DisposalBody(StatedBody):
    """The disposal of an offence."""

    states = people.Disposal

    disposal: Annotated[people.DisposalType, From("disposal_type")]
    on: DateText
    sentence: Text = ""


class OffenceHead(StatedBody):
    """One offence without its disposals."""

    states = people.Offence

    code: Code
    title: Text
    is_recordable: bool
    committed_on: DateText
    ended_on: DateText | None = None


class OffenceBody(OffenceHead):
    """One offence of an arrest report."""

    disposals: Annotated[tuple[DisposalBody, ...], Field(max_length=50)] = ()


class ArrestReportHead(StatedBody):
    """An arrest or summons without its offences."""

    states = people.ArrestReport

    asn: Identifier
    force: Code
    on: DateText

    def to(self, kind: type[Value], /, **others: Any) -> Value:
        """Return the report; raises InvalidDateError or UnknownForceError with a pointer."""
        with at("/force"):
            force = find_force(self.force).code
        return super().to(kind, asn=held_asn(self.asn), force=force, **others)


class ArrestReportBody(ArrestReportHead):
    """An arrest or summons with its offences."""

    offences: Annotated[tuple[OffenceBody, ...], Field(max_length=50)] = ()


class RecordBody(DetailsBody):
    """A criminal record that begins with this capture: details and arrest reports.

    Convictions are added by amendments, and each conviction names its source.
    """

    arrest_reports: Annotated[tuple[ArrestReportBody, ...], Field(max_length=200)] = ()
    """Arrests with their offences and disposals."""

    def to_record(self) -> NewRecord:
        """Return the record's content; raises InvalidInputError with a pointer."""
        return self.to(NewRecord, details=self.to(people.Details))
