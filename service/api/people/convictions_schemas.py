"""API schemas of convictions; the names are those of `domain.people.convictions`."""

from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, TypeVar, get_args

from pydantic import Field, StringConstraints

from domain.errors import InvalidDateError
from domain.people import convictions
from domain.people.identifiers import held_asn
from domain.plain_text import TableCode
from domain.plain_values import plain, read_plain
from domain.restrictions import Restrictions, Transmittable, UsePurpose
from service.api.base import Body, Code, DateText, LongText, Text, Words
from service.api.people.records_schemas import CountryOrNone, PartialDateText

Duration = Annotated[
    str,
    StringConstraints(max_length=20),
    Field(examples=["P1Y6M"], description="ISO 8601: whole years, months, weeks and days."),
]
Count = Annotated[int, Field(ge=1, lt=10_000)]

B = TypeVar("B", bound=Body)


class TableCodeBody(Body):
    """A code of a versioned table."""

    states = TableCode

    table: Text = Field(examples=["eu-offences/1"])
    code: Code


class CourtBody(Body):
    """A court or another deciding authority, with a name or a code."""

    states = convictions.Court

    name: Text = ""
    code: Code = ""
    country: CountryOrNone = "GBR"


class ConvictedOffenceBody(Body):
    """One offence of a conviction."""

    states = convictions.ConvictedOffence

    national_code: Code
    title: Text
    common_code: TableCodeBody | None = None
    completion: convictions.Completion = convictions.Completion.COMPLETED
    participation: convictions.Participation = convictions.Participation.PERPETRATOR
    count: Count = 1
    began_on: PartialDateText | None = None
    """The first day of the offence, as far as it is known."""
    ended_on: PartialDateText | None = None
    """The last day of the offence; absent if it is the same as the first day, or unknown."""
    place: Text = ""
    country: CountryOrNone = ""
    provisions: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    is_recordable: bool | None = None


class AmountBody(Body):
    """An amount to pay, in hundredths of its currency, and the number of times it is due."""

    states = convictions.Amount

    hundredths: Annotated[int, Field(ge=1, lt=2**53)]
    currency: Code = Field(examples=["GBP"])
    times: Count = 1


class SanctionBody(Body):
    """One sentence or order."""

    states = convictions.Sanction

    kind: convictions.SentenceKind
    code: TableCodeBody | None = None
    nature: convictions.Nature = convictions.Nature.PRINCIPAL
    duration: Duration = ""
    suspended_for: Duration = ""
    starts_on: DateText | None = None
    ends_on: DateText | None = None
    licence_ends_on: DateText | None = None
    order_ends_on: DateText | None = None
    is_indefinite: bool = False
    is_consecutive: bool = False
    is_schedule_18: bool | None = None
    amounts: Annotated[tuple[AmountBody, ...], Field(max_length=10)] = ()
    paid_on: DateText | None = None
    words: LongText = ""


class LaterDecisionBody(Body):
    """A decision that changes or deletes the conviction."""

    states = convictions.LaterDecision

    change: convictions.DecisionChange
    decided_on: DateText
    court: CourtBody
    final_on: DateText | None = None
    deletes: bool = False
    words: Words = ""


class SourceBody(Body):
    """The source of the conviction, and the date of the source's statement."""

    states = convictions.Source

    kind: convictions.InformationSource
    name: Text = ""
    stated_on: DateText | None = None


class RestrictionsBody(Body):
    """The source's restrictions on the use of the conviction."""

    states = Restrictions

    transmittable: Transmittable = Transmittable.YES
    purposes: Annotated[tuple[UsePurpose, ...], Field(max_length=10)] = ()
    retention_end: DateText | None = None
    needs_leave: bool = False


class ConvictionBody(Body):
    """A decision of a court on offences, with its sanctions, source and restrictions."""

    states = convictions.Conviction

    court: CourtBody
    decided_on: DateText
    offences: Annotated[tuple[ConvictedOffenceBody, ...], Field(max_length=100)]
    sanctions: Annotated[tuple[SanctionBody, ...], Field(max_length=100)] = ()
    source: SourceBody = SourceBody(kind=convictions.InformationSource.COURT)
    restrictions: RestrictionsBody = RestrictionsBody()
    final_on: DateText | None = None
    decisions: Annotated[tuple[LaterDecisionBody, ...], Field(max_length=50)] = ()
    reference: Text = ""
    proceedings: Text = ""
    asn: Code = ""
    was_under_18: bool | None = None
    is_summary_only: bool | None = None
    recorded_on: DateText | None = None

    def to_domain(self) -> convictions.Conviction:
        """Return the conviction; raises InvalidInputError or InvalidDateError."""
        stated = self.model_dump(mode="json", exclude_none=True)
        try:
            return read_plain(convictions.Conviction, stated | {"asn": held_asn(self.asn)})
        except ValueError as error:
            raise InvalidDateError("Write a real date as YYYY-MM-DD.") from error


def shown_body(kind: type[B], value: Any) -> B:
    """Return the body that shows a domain value.

    The body is constructed without validation: values loaded in bulk may be longer than a body
    allows.
    """
    made: B = _constructed(kind, plain(value))
    return made


def _constructed(kind: type[Body], stated: dict[str, Any]) -> Any:
    fields = kind.model_fields
    return kind.model_construct(
        **{name: _shown(fields[name].annotation, one) for name, one in stated.items()}
    )


def _shown(annotation: Any, stated: Any) -> Any:
    if isinstance(stated, list):
        return tuple(_shown(annotation, one) for one in stated)
    named = next(_types(annotation), None)
    if named is None or stated is None:
        return stated
    return _constructed(named, stated) if isinstance(stated, dict) else named(stated)


def _types(annotation: Any) -> Iterator[Any]:
    """Yield the bodies and enumerations that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, Body | Enum):
        yield annotation
    for part in get_args(annotation):
        yield from _types(part)
