"""The base classes and types that all bodies and answers share."""

import ast
import inspect
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from itertools import pairwise
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

from fastapi import Response
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    StringConstraints,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from domain.errors import LinkingError
from domain.list_pages import ListPage
from service.api.shapes import fields_stated, getter, path_of


class Described(BaseModel):
    """A body or an answer, whose fields are described where they are declared."""

    states: ClassVar[type | None] = None
    """The domain type whose fields it states or shows, if there is one type."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        made = handler(schema)
        for name, told in handler.resolve_ref_schema(made).get("properties", {}).items():
            told["description"] = _text(cls, name)
        return made


def _text(kind: type[Described], name: str) -> str:
    """Return the text of a field on one line; empty if it has none.

    It stands at the field or at the same field of the domain type; otherwise it is the text of the
    whole, if that is only this list, or the text of the field's type.
    """
    field = kind.model_fields[name]
    texts = (
        text_below(kind, name),
        field.description or "",
        *(text_below(one, path_of(name, field.metadata)) for one in _values(kind)),
        _of_class(kind) if _is_whole(kind, name) else "",
        _of_type(field.annotation),
    )
    # What Python calls None is null in JSON.
    text = " ".join(next(filter(None, texts), "").replace("None", "null").split())
    return text[:1].upper() + text[1:]


def _values(kind: type[Described]) -> list[type]:
    """Return the domain types whose fields `kind` and its base classes state."""
    stated = (one.states for one in kind.__mro__ if issubclass(one, Described))
    return [one for one in stated if one is not None]


def text_below(kind: type, name: str) -> str:
    """Return the text below a field in the class that declares it, which may be a base class."""
    declared = (_texts(one.__module__).get(f"{one.__name__}.{name}", "") for one in kind.__mro__)
    return next(filter(None, declared), "")


def _is_whole(kind: type[Described], name: str) -> bool:
    """Whether a field is a list, and `kind` has nothing else but the place of its next page."""
    others = [one for one in kind.model_fields if one != name and not one.startswith("next_")]
    return not others and get_origin(kind.model_fields[name].annotation) is tuple


def _of_type(hint: Any) -> str:
    """Return the text of a type; of a value that may be null, that of the value."""
    parts = [part for part in get_args(hint) if part is not NoneType]
    if get_origin(hint) is Annotated:
        return _noted(hint.__metadata__) or _of_type(parts[0])
    if get_origin(hint) in (Union, UnionType):
        return _of_type(parts[0]) if len(parts) == 1 else ""
    if get_origin(hint) is Literal:
        return f"{' or '.join(f'`{part}`' for part in parts)}."
    if hasattr(hint, "__supertype__"):
        return _texts(hint.__module__).get(hint.__name__, "") or _of_type(hint.__supertype__)
    is_described = isinstance(hint, type) and issubclass(hint, Enum | BaseModel)
    return _of_class(hint) if is_described else ""


def _noted(notes: Any) -> str:
    """Return the description among the notes of an annotated type."""
    return next((one.description or "" for one in notes if isinstance(one, FieldInfo)), "")


def _of_class(kind: type) -> str:
    return inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0]


@cache
def _texts(module: str) -> dict[str, str]:
    """Return the texts below the names that a module declares, by `name` or `Class.field`."""
    if module == "builtins":
        return {}
    return dict(_declared("", ast.parse(inspect.getsource(sys.modules[module])).body))


def _declared(owner: str, body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for line, below in pairwise([*body, ast.Pass()]):
        match line, below:
            case ast.ClassDef() as inner, _:
                yield from _declared(f"{owner}{inner.name}.", inner.body)
            case ((ast.AnnAssign(name) | ast.Assign([name])), ast.Expr(ast.Constant(str(text)))):
                yield f"{owner}{ast.unparse(name)}", text


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
