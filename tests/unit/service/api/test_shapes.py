"""A body states a value, and an answer shows one, by the names of their fields."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import pytest

import service.api
from domain.errors import InvalidDateError
from service.api.base import Answer, Body
from service.api.shapes import From, fields_stated, shows


@dataclass(frozen=True, slots=True)
class Part:
    on: date
    words: str = "none"


@dataclass(frozen=True, slots=True)
class Whole:
    caller: str
    kind: str
    at: datetime
    parts: tuple[Part, ...] = ()
    codes: frozenset[str] = frozenset()
    facts: tuple[tuple[str, str], ...] = ()
    note: str = "none"
    until: date | None = None


class PartBody(Body):
    on: str
    words: str | None = None


class WholeBody(Body):
    kind: str = "of the body"
    sort: Annotated[str, From("kind")]
    at: str = "2026-11-30T09:00:00+01:00"
    parts: tuple[PartBody, ...] = ()
    codes: tuple[str, ...] = ()
    facts: Mapping[str, str] = {}
    note: str | None = None
    until: str | None = None


def test_fields_are_read_by_name_type_and_note() -> None:
    body = WholeBody(
        sort="plain",
        parts=(PartBody(on="2026-02-28"),),
        codes=("b", "a"),
        facts={"y": "2", "x": "1"},
    )

    found = body.to(Whole, caller="me")

    assert found == Whole(
        "me",
        "plain",
        datetime.fromisoformat("2026-11-30T08:00:00+00:00"),
        (Part(date(2026, 2, 28)),),
        frozenset({"a", "b"}),
        (("x", "1"), ("y", "2")),
    )


def test_a_given_field_counts_before_that_of_the_body() -> None:
    assert WholeBody(sort="plain").to(Whole, caller="me", kind="given").kind == "given"


def test_a_fault_points_to_its_place_in_the_body() -> None:
    body = WholeBody(sort="plain", parts=(PartBody(on="2026-02-28"), PartBody(on="2026-02-30")))

    with pytest.raises(InvalidDateError) as refused:
        body.to(Whole, caller="me")

    assert refused.value.pointer == "/parts/1/on"


def test_a_value_that_the_body_does_not_state_is_an_error() -> None:
    with pytest.raises(TypeError):
        WholeBody(sort="plain").to(Whole)


@dataclass(frozen=True, slots=True)
class Held:
    number: int
    secret: str
    codes: frozenset[str]
    part: Part | None = None


class HeldAnswer(Answer):
    of_part = "held"

    number: int
    day: Annotated[date | None, From("held.part.on")]
    words: Annotated[str, From("held.part.words", "")]
    names: Annotated[tuple[str, ...], From("others.secret")]


@dataclass(frozen=True, slots=True)
class Holder:
    held: Held
    others: tuple[Held, ...] = ()


def test_an_answer_is_read_by_name_and_by_path() -> None:
    held = Held(1, "a", frozenset(), Part(date(2026, 2, 28)))

    assert HeldAnswer.of(Holder(held, (held, held))).model_dump() == {
        "number": 1,
        "day": date(2026, 2, 28),
        "words": "none",
        "names": ("a", "a"),
    }


def test_what_is_missing_on_the_way_is_shown_as_said() -> None:
    shown = HeldAnswer.of(Holder(Held(1, "a", frozenset())))

    assert (shown.day, shown.words, shown.names) == (None, "", ())


@shows(Held, without=("secret", "part"))
class ShownAnswer(Answer):
    """The number and the codes."""

    note: Annotated[str, From("part.words", "")]


def test_an_answer_has_the_fields_of_its_value_but_for_those_kept_back() -> None:
    shown = ShownAnswer.of(Held(1, "a", frozenset("ba")))

    assert shown.model_dump() == {"number": 1, "codes": ("a", "b"), "note": ""}
    assert list(ShownAnswer.model_json_schema()["properties"]) == ["number", "codes", "note"]


def _statements() -> Iterator[tuple[str, type[Body], type, frozenset[str]]]:
    """Yield each `body.to(Kind, name=...)` of a call: where, the body, the kind and the names.

    `call.carry_out(use_case, body, name=...)` states the command that the use case takes.
    """
    root = Path(inspect.getfile(service.api)).parent
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for function in (one for one in tree.body if isinstance(one, ast.FunctionDef)):
            body = next((one for one in function.args.args if one.arg == "body"), None)
            if body is None or not isinstance(body.annotation, ast.Subscript):
                continue
            module = importlib.import_module(
                ".".join(path.relative_to(root.parents[1]).parts)[:-3]
            )
            for call in ast.walk(function):
                doing = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
                if isinstance(call, ast.Call) and doing in {"body.to", "call.carry_out"}:
                    kind = attrgetter(ast.unparse(call.args[0]))(module)
                    names = frozenset(one.arg or "" for one in call.keywords)
                    if doing == "call.carry_out":
                        kind, names = get_type_hints(kind)["command"], names | {"caller"}
                    sent = attrgetter(ast.unparse(body.annotation.slice))(module)
                    yield f"{path.name} {function.name}", sent, kind, names


STATEMENTS = list(_statements())


@pytest.mark.parametrize(
    ("body", "kind", "names"),
    [one[1:] for one in STATEMENTS],
    ids=[f"{one[0]} {one[2].__name__}" for one in STATEMENTS],
)
def test_every_call_states_all_that_its_command_needs(
    body: type[Body], kind: Any, names: frozenset[str]
) -> None:
    stated = {name for name, _ in fields_stated(kind, body)} | names
    needed = {
        one.name
        for one in fields(kind)
        if one.default is MISSING and one.default_factory is MISSING
    }

    assert needed - stated == set()
    assert names <= {one.name for one in fields(kind)}


def test_statements_are_found() -> None:
    assert len(STATEMENTS) > 40
