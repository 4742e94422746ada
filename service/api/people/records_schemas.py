"""The stated details of a person, and the criminal record held on one."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.forces import find_force
from domain.people import (
    Address,
    ArrestReport,
    Details,
    Disposal,
    DisposalType,
    Offence,
    PartialDate,
    PersonName,
    Sex,
)
from service.api.base import Body, Code, DateText, Text, at, each
from service.api.dates import read_day
from service.usecases.people.enrolment import NewRecord

PartialDateText = Annotated[
    str,
    StringConstraints(max_length=10),
    Field(examples=["1984-XX-03"], description="`YYYY-MM-DD`, an unknown part as XXXX or XX."),
]
Identifier = Annotated[str, StringConstraints(max_length=40, pattern=r"^[\x20-\x7e]*$")]
Nationality = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")]


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


class DetailsBody(Body):
    """The details that a person stated or a record holds. All are optional."""

    names: Annotated[tuple[NameBody, ...], Field(max_length=50)] = ()
    dates_of_birth: Annotated[tuple[PartialDateText, ...], Field(max_length=50)] = ()
    sex: Sex | None = None
    place_of_birth: Text = ""
    nationality: Nationality = Field(default="", description="ISO 3166-1 alpha-3.")
    addresses: Annotated[tuple[AddressBody, ...], Field(max_length=50)] = ()
    pnc_ids: Annotated[tuple[Identifier, ...], Field(max_length=50)] = ()
    cro_numbers: Annotated[tuple[Identifier, ...], Field(max_length=50)] = ()

    def to_domain(self) -> Details:
        """Return the details; raises InvalidDateError with a pointer."""
        return Details(
            names=tuple(name.to_domain() for name in self.names),
            dates_of_birth=each("/dates_of_birth", self.dates_of_birth, PartialDate.parse),
            sex=self.sex,
            place_of_birth=self.place_of_birth,
            nationality=self.nationality,
            addresses=tuple(address.to_domain() for address in self.addresses),
            pnc_ids=self.pnc_ids,
            cro_numbers=self.cro_numbers,
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
        return ArrestReport(self.asn, force, day, ())


class ArrestReportBody(ArrestReportHead):
    """An arrest or summons with its offences."""

    offences: Annotated[tuple[OffenceBody, ...], Field(max_length=50)] = ()

    def to_domain(self) -> ArrestReport:
        """Return the report; raises InvalidDateError or UnknownForceError with a pointer."""
        report = super().to_domain()
        offences = each("/offences", self.offences, OffenceBody.to_domain)
        return replace(report, offences=offences)


class RecordBody(DetailsBody):
    """A criminal record that begins with this capture: details and arrest reports."""

    arrest_reports: Annotated[tuple[ArrestReportBody, ...], Field(max_length=200)] = ()

    def to_record(self) -> NewRecord:
        """Return the record's content; raises InvalidInputError with a pointer."""
        reports = each("/arrest_reports", self.arrest_reports, ArrestReportBody.to_domain)
        return NewRecord(self.to_domain(), reports)
