"""The text that describes a field of a body or an answer, read from where the field is declared.

Sources are read when somebody first asks for the OpenAPI document, not when a server starts.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from enum import Enum
from functools import cache
from itertools import pairwise
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from service.api.shapes import path_of


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
        _below(kind, name),
        field.description or "",
        *(_below(one, path_of(name, field.metadata)) for one in _values(kind)),
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


def _below(kind: type, name: str) -> str:
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
