"""A form that is sent to its page is carried out whole, or not at all."""

from __future__ import annotations

from typing import Any, cast

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.responses import Response

from domain.errors import ConflictError
from service.api.problems import FieldFault, MalformedRequestError
from service.web.form_pages import form_page
from service.web.forms import Form

NO_VISIT: Any = None


def sent(fields: dict[str, str], error: Exception | None = None) -> tuple[Response, list[str]]:
    """Send a form to a page; return its answer, and the words that were carried out."""
    router, done = APIRouter(prefix="/things"), list[str]()

    @form_page(router, "/{thing_id}")
    def page(visit: Any, thing_id: str, form: Any) -> Response:
        return Response(f"{thing_id}: {form.errors}")

    @page.post("/step", "words")
    def step(visit: Any, form: Any, thing_id: str) -> None:
        words = form.text("words")
        if error is not None:
            raise error
        done.append(words)

    (route,) = (
        cast("APIRoute", one) for one in router.routes if "POST" in cast("Any", one).methods
    )
    return route.endpoint(visit=NO_VISIT, form=Form(fields, {}), thing_id="7"), done


def test_what_is_taken_leads_to_the_page() -> None:
    answer, done = sent({"words": "Yes."})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/things/7")
    assert done == ["Yes."]


@pytest.mark.parametrize("name", ["words", "other"])
def test_a_text_that_is_too_long_is_refused_before_anything_is_done(name: str) -> None:
    answer, done = sent({"words": "Yes.", name: "x" * 4_001})

    assert answer.status_code == 422
    assert b"at most" in answer.body
    assert done == []


def test_a_refusal_is_the_fault_of_a_field_of_the_page() -> None:
    answer, _ = sent({"words": "Yes."}, ConflictError("Reload the page."))

    assert (answer.status_code, answer.body) == (422, b"7: {'words': 'Reload the page.'}")


def test_a_body_that_its_schema_refuses_is_told_field_by_field_in_words_for_people() -> None:
    faults = (
        FieldFault("String should have at most 20 characters.", "/offences/0/words"),
        FieldFault("String should match pattern '^[A-Z]+$'.", "/other"),
    )

    answer, _ = sent({"words": "Yes.", "other": "no"}, MalformedRequestError(faults))

    assert b"'words': 'Write at most 20 characters.'" in answer.body
    assert b"'other': 'Check the spelling" in answer.body
