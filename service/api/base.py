"""The base classes and types that all bodies and answers share."""

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self, TypeVar, cast

from fastapi import Response
from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    model_validator,
)

from domain.errors import LinkingError
from domain.list_pages import ListPage
from service.api.field_texts import Described
from service.api.shapes import fields_stated, getter

Value = TypeVar("Value")

_NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
"""PostgreSQL keeps no NUL in text, and no name or address holds a control character."""


class Body(Described):
    """A body that a caller sends to the service."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    reads_own_text: ClassVar[bool] = False
    """Whether the form's own checks refuse invisible characters, in words for applicants."""

    def to(self, kind: type[Value], /, **others: Any) -> Value:
        """Return the value with `others` as given and every other field as the body states it.

        Days and times are read from their text. A field that is null gets its default, unless the
        value takes None. Raises the value's own errors, with a pointer.
        """
        stated = others.copy()
        for name, told in fields_stated(cast("Hashable", kind), type(self)):
            if name in others:
                continue
            given = getattr(self, told.field)
            if given is None:
                if told.takes_none:
                    stated[name] = None
                continue
            try:
                stated[name] = given if told.read is None else told.read(given)
            except LinkingError as error:
                error.pointer = f"/{told.field}{error.pointer or ''}"
                raise
        return kind(**stated)


class Answer(Described):
    """An answer that the service sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    getters: ClassVar[Mapping[str, Callable[[Any], Any]]]
    """The function that reads each field from the value that is shown."""
    of_part: ClassVar[str] = ""
    """The part of the value that fills the fields; a `From` path starts at the whole value."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.getters = {
            name: getter(name, field.metadata, within=cls.of_part)
            for name, field in cls.model_fields.items()
        }

    @classmethod
    def of(cls, value: Any, /) -> Self:
        """Return the answer that shows a domain value; attributes match fields by name."""
        return cls.showing(value)

    @classmethod
    def showing(cls, value: Any, /, **others: Any) -> Self:
        """Return the answer with `others` as given and every other field as in the value."""
        read = {name: get(value) for name, get in cls.getters.items() if name not in others}
        return cls.model_validate(read | others)

    @model_validator(mode="wrap")
    @classmethod
    def _show(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Let an answer inside another answer be given as the domain value that it shows."""
        return handler(value) if isinstance(value, dict | cls) else cls.of(value)


_NEXT = Field(
    description="Pass this value as the parameter of the same name without `next_`; null"
    " on the last page."
)
Next = Annotated[str | None, _NEXT]
NextNumber = Annotated[int | None, _NEXT]
"""The same for lists whose items are numbered."""


class PageAnswer(Answer):
    """A page of a list: a field for its items, and `next_before` or `next_after`."""

    @classmethod
    def of(cls, page: ListPage[Any, Any], /) -> Self:
        """Return the answer for a page; the items of the page go into its other field."""
        read = {
            name: page.next_key if name.startswith("next_") else page.items
            for name in cls.model_fields
        }
        return cls.model_validate(read)


Text = Annotated[str, StringConstraints(max_length=200, pattern=_NO_CONTROLS)]
"""A name, a town, the line of an address; may be empty."""

ShownText = Annotated[str, BeforeValidator(str)]
"""A value shown as its text, such as a date that may be incomplete."""

ShownMoment = Annotated[str, BeforeValidator(datetime.isoformat)]
"""A date and time in ISO 8601 with its UTC offset."""

LongText = Annotated[str, StringConstraints(max_length=4_000, pattern=r"^[^\x00]*$")]
"""Notes and reasons: personal data that is stored only in the database's sealed payloads."""

Words = Annotated[
    LongText, Field(description="Free text for people; it is never used in computation.")
]
"""What somebody writes about a step."""

Reference = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/()#-]{0,63}$"),
    Field(
        description="The client's own reference, such as a custody, crime or exhibit"
        " number; it is stored sealed, and erased with the prints."
    ),
]
"""A reference that a client gives."""

Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4_000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$"),
    Field(description="The reason in words; it is stored sealed, and is not part of the log."),
]
"""A reason that must be given."""

OpaqueId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""An id of this service."""

Code = Annotated[str, StringConstraints(max_length=20, pattern=r"^[\x20-\x7e]*$")]
"""A short code."""

DateText = Annotated[
    str, StringConstraints(max_length=10), Field(json_schema_extra={"format": "date"})
]
"""A date, `YYYY-MM-DD`; the domain checks that it exists."""


def created(answer: Answer, location: str) -> Response:
    """Return 201 with a validated answer, and the address of what was created.

    The answer is sent as bytes, because otherwise the framework would validate it again, in a
    separate thread.
    """
    return Response(
        answer.model_dump_json(),
        status_code=201,
        headers={"Location": location},
        media_type="application/json",
    )
