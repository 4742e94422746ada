"""The stated details of a person, and the criminal record held on one."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.errors import InvalidInputError
from domain.forces import find_force
from domain.identifiers import held_asn
from domain.people import (
    Address,
    ArrestReport,
    Details,
    Disposal,
    DisposalType,
    DocumentKind,
    IdentityDocument,
    Nationality,
    Offence,
    Parent,
    ParentKind,
    PartialDate,
    PersonName,
    PreviousName,
    Sex,
)
from service.api.base import Body, Code, DateText, Text
from service.api.dates import read_day
from service.api.shapes import at, each
from service.usecases.people.enrolment import NewRecord

PartialDateText = Annotated[
    str,
    StringConstraints(max_length=10),
    Field(examples=["1984-XX-03"], description="`YYYY-MM-DD`, an unknown part as XXXX or XX."),
]
Identifier = Annotated[str, StringConstraints(max_length=40, pattern=r"^[\x20-\x7e]*$")]
CountryOrNone = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class NameBody(Body):
    """One name as given; an unknown part is left out."""

    forename: Text = ""
    surname: Text = ""
    middle_names: Text = ""

    def to_domain(self) -> PersonName:
        """Return the name."""
        return PersonName(self.forename, self.surname, self.middle_names)


class AddressBody(Body):
    """One address as given."""

    line: Text = ""
    town: Text = ""
    postcode: Code = ""

    def to_domain(self) -> Address:
        """Return the address."""
        return Address(self.line, self.town, self.postcode)


class NationalityBody(Body):
    """One nationality; a person has as many as they have."""

    nationality: Country
    source: Text = Field(default="", description="Where it is known from, such as a passport.")
    since: PartialDateText | None = None
    until: PartialDateText | None = Field(
        default=None, description="Since when it is no longer held."
    )

    def to_domain(self) -> Nationality:
        """Return the nationality; raises InvalidDateError with a pointer."""
        return Nationality(
            self.nationality,
            self.source,
            read_partial("/since", self.since),
            read_partial("/until", self.until),
        )


class PreviousNameBody(NameBody):
    """A name that the person bore before; give it among the names as well, to be found by it."""

    until: PartialDateText | None = None

    def to_domain(self) -> PreviousName:  # type: ignore[override]  # a name with its end
        """Return the name; raises InvalidDateError with a pointer."""
        name = PersonName(self.forename, self.surname, self.middle_names)
        return PreviousName(name, read_partial("/until", self.until))


class ParentBody(NameBody):
    """The name of a parent."""

    parent: ParentKind

    def to_domain(self) -> Parent:  # type: ignore[override]  # a name with whose it is
        """Return the parent."""
        return Parent(self.parent, PersonName(self.forename, self.surname, self.middle_names))


class DocumentBody(Body):
    """An identity document of the person."""

    document: DocumentKind
    country: Country = Field(description="The issuing State, ISO 3166-1 alpha-3.")
    number: Identifier
    valid_until: DateText | None = None

    def to_domain(self) -> IdentityDocument:
        """Return the document; raises InvalidDateError with a pointer."""
        with at("/valid_until"):
            until = read_day(self.valid_until) if self.valid_until else None
        return IdentityDocument(self.document, self.country, self.number, until)


def read_partial(pointer: str, text: str | None) -> PartialDate | None:
    """Return a partial date, None where there is none; raises InvalidDateError with a pointer."""
    if text is None:
        return None
    with at(pointer):
        return PartialDate.parse(text)


class DetailsBody(Body):
    """The details that a person stated or a record holds. All are optional."""

    names: Annotated[tuple[NameBody, ...], Field(max_length=50)] = ()
    dates_of_birth: Annotated[tuple[PartialDateText, ...], Field(max_length=50)] = ()
    sex: Sex | None = None
    place_of_birth: Text = ""
    nationality: CountryOrNone = Field(
        default="", description="ISO 3166-1 alpha-3; one nationality of which no more is known."
    )
    nationalities: Annotated[tuple[NationalityBody, ...], Field(max_length=20)] = Field(
        default=(), description="All nationalities; give these or the one above."
    )
    addresses: Annotated[tuple[AddressBody, ...], Field(max_length=50)] = ()
    pnc_ids: Annotated[tuple[Identifier, ...], Field(max_length=50)] = ()
    cro_numbers: Annotated[tuple[Identifier, ...], Field(max_length=50)] = ()
    previous_names: Annotated[tuple[PreviousNameBody, ...], Field(max_length=50)] = ()
    parents: Annotated[tuple[ParentBody, ...], Field(max_length=8)] = ()
    documents: Annotated[tuple[DocumentBody, ...], Field(max_length=20)] = ()

    def to_domain(self) -> Details:
        """Return the details; raises InvalidDateError or InvalidInputError with a pointer."""
        if self.nationality and self.nationalities:
            detail = "The nationality is stated twice: give it among the nationalities alone."
            raise InvalidInputError(detail, pointer="/nationality")
        plain = (Nationality(self.nationality),) if self.nationality else ()
        return Details(
            names=tuple(name.to_domain() for name in self.names),
            dates_of_birth=each("/dates_of_birth", self.dates_of_birth, PartialDate.parse),
            sex=self.sex,
            place_of_birth=self.place_of_birth,
            nationalities=plain
            or each("/nationalities", self.nationalities, NationalityBody.to_domain),
            addresses=tuple(address.to_domain() for address in self.addresses),
            pnc_ids=self.pnc_ids,
            cro_numbers=self.cro_numbers,
            previous_names=each(
                "/previous_names", self.previous_names, PreviousNameBody.to_domain
            ),
            parents=tuple(parent.to_domain() for parent in self.parents),
            documents=each("/documents", self.documents, DocumentBody.to_domain),
        )


class DisposalBody(Body):
    """The disposal of an offence."""

    disposal: DisposalType
    on: DateText
    sentence: Text = ""

    def to_domain(self) -> Disposal:
        """Return the disposal; raises InvalidDateError with a pointer."""
        with at("/on"):
            return Disposal(self.disposal, read_day(self.on), self.sentence)


class OffenceHead(Body):
    """One offence without its disposals."""

    code: Code
    title: Text
    is_recordable: bool
    committed_on: DateText

    def to_domain(self) -> Offence:
        """Return the offence; raises InvalidDateError with a pointer."""
        with at("/committed_on"):
            committed_on = read_day(self.committed_on)
        return Offence(self.code, self.title, self.is_recordable, committed_on)


class OffenceBody(OffenceHead):
    """One offence of an arrest report."""

    disposals: Annotated[tuple[DisposalBody, ...], Field(max_length=50)] = ()

    def to_domain(self) -> Offence:
        """Return the offence; raises InvalidDateError with a pointer."""
        offence = super().to_domain()
        disposals = each("/disposals", self.disposals, DisposalBody.to_domain)
        return replace(offence, disposals=disposals)


class ArrestReportHead(Body):
    """An arrest or summons without its offences."""

    asn: Identifier
    force: Code
    on: DateText

    def to_domain(self) -> ArrestReport:
        """Return the report; raises InvalidDateError or UnknownForceError with a pointer."""
        with at("/on"):
            day = read_day(self.on)
        with at("/force"):
            force = find_force(self.force).code
        return ArrestReport(held_asn(self.asn), force, day, ())


class ArrestReportBody(ArrestReportHead):
    """An arrest or summons with its offences."""

    offences: Annotated[tuple[OffenceBody, ...], Field(max_length=50)] = ()

    def to_domain(self) -> ArrestReport:
        """Return the report; raises InvalidDateError or UnknownForceError with a pointer."""
        report = super().to_domain()
        offences = each("/offences", self.offences, OffenceBody.to_domain)
        return replace(report, offences=offences)


class RecordBody(DetailsBody):
    """A criminal record that begins with this capture: details and arrest reports.

    Convictions are added by amendments, each with the source it comes from.
    """

    arrest_reports: Annotated[tuple[ArrestReportBody, ...], Field(max_length=200)] = ()

    def to_record(self) -> NewRecord:
        """Return the record's content; raises InvalidInputError with a pointer."""
        reports = each("/arrest_reports", self.arrest_reports, ArrestReportBody.to_domain)
        return NewRecord(self.to_domain(), reports)
