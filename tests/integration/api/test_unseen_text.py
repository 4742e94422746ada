"""One rule for text at every door: what cannot be seen, or turns text round, is refused."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from domain.plain_text import holds_unseen
from service.api.bodies import BODY_READERS
from service.api.problems import MalformedRequestError
from service.web.forms import _checked_form, read_form
from tests.integration.api.driver import World
from tests.integration.tenancy.bodies import JSON, content_of
from tests.integration.tenancy.calls import documented

UNSEEN = ("\u202e", "\u200b", "\ufeff", "\x85", "\x1b", "\xad", "\u3164", "\uffff")
"""A control of direction, two characters without width, a control of C1 and one of C0, a soft
hyphen, a blank letter, and a code point that is no character."""

IN_WORDS_FOR_APPLICANTS = {"POST /v1/application/pages"}
"""Bodies whose texts are refused question by question: `domain.applications.declarations`."""

WITHOUT_FORM: set[str] = set()


def _flat(routes: list[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from _flat(route.original_router.routes)


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for one in dependant.dependencies:
        yield from _calls(one)


def _readers(world: World) -> dict[str, Callable[[bytes], object]]:
    return {
        f"{method} {route.path}": BODY_READERS[call]
        for route in _flat(world.app.routes)
        for call in _calls(route.dependant)
        if call in BODY_READERS
        for method in route.methods
    }


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every text in a JSON value."""
    if isinstance(value, str):
        yield path
    if isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(one, (*path, name))


def _with(value: Any, path: tuple[str | int, ...], unseen: str) -> Any:
    copy = json.loads(json.dumps(value))
    place = copy
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] += unseen
    return copy


@pytest.mark.parametrize("escaped", [True, False])
def test_every_text_of_every_body_is_refused_with_its_place(
    sqlite_world: World, escaped: bool
) -> None:
    readers, tried, ids = _readers(sqlite_world), 0, _Ids()
    of_json = [one for one in documented(sqlite_world) if one.media_type == JSON]
    for call in of_json:
        name = call.operation.replace("gallery_case_id", "case_id")
        body = json.loads(content_of(call.operation, ids))
        for number, path in enumerate(_texts(body)):
            if name in IN_WORDS_FOR_APPLICANTS:
                continue
            wrong = _with(body, path, UNSEEN[number % len(UNSEEN)])
            with pytest.raises(MalformedRequestError) as refused:
                readers[name](json.dumps(wrong, ensure_ascii=escaped).encode())
            pointer = "".join(f"/{one}" for one in path)
            told = [fault.pointer for fault in refused.value.faults]
            # A pointer into one of several shapes names the shape as well.
            steps = {str(one) for one in path}
            assert any(one.rsplit("/", 1)[-1] in steps for one in told), (name, pointer, told)
            tried += 1

    assert tried > 200


class _Ids(dict[str, str]):
    """An id for every name."""

    def __missing__(self, name: str) -> str:
        return "0" * 32


def test_every_form_is_read_by_the_rule(sqlite_world: World) -> None:
    posted = [
        route
        for route in _flat(sqlite_world.app.routes)
        if "POST" in route.methods and route.path.startswith(("/workbench", "/certificates"))
    ]
    others = {
        route.path
        for route in posted
        if not {read_form, _checked_form}.intersection(_calls(route.dependant))
    }

    assert others == WITHOUT_FORM
    assert len(posted) > 50


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_form_with_such_a_text_is_refused_with_its_field(
    sqlite_world: World, unseen: str
) -> None:
    typed = {"number": f"PC-1{unseen}", "code": "x"}

    # The cookie with which the page is fetched is sent over HTTPS only.
    answer = sqlite_world.client.post("https://testserver/certificates", data=typed)

    (redirected,) = answer.history
    assert (redirected.status_code, answer.request.method) == (303, "GET")
    assert "a character that is invisible or reverses its direction" in answer.text


@pytest.mark.parametrize("category", ["Cc", "Cf", "Zl", "Zp"])
def test_no_control_is_text_except_those_that_are_drawn(category: str) -> None:
    """Signs of Arabic, Syriac, Kaithi and Egyptian that span digits or letters are drawn."""
    passed = [
        one
        for one in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(one) == category and not holds_unseen(one)
    ]

    drawn = ("ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN")
    assert [one for one in passed if not unicodedata.name(one, "").startswith(drawn)] == (
        ["\t", "\n", "\r"] if category == "Cc" else []
    )


def test_what_xml_cannot_hold_is_no_text() -> None:
    assert all(map(holds_unseen, ("\x00", "\x1f", "\ufffe", "\uffff", "\U0010ffff")))


def test_lines_tabs_and_any_script_are_text() -> None:
    assert not holds_unseen("葛\U000e0100城 ❤\ufe0f")
    assert not holds_unseen("Zoë O'Brien, 李, محمد, आनन्द\n\tand the next line\r\n")
