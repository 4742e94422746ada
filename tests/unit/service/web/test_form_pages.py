"""A form that is sent to its page is carried out whole, or not at all."""

from __future__ import annotations

from typing import Annotated, Any, cast

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import Field, ValidationError, create_model
from starlette.responses import Response

from domain.errors import ConflictError
from service.api.problem_responses import faults_of
from service.api.problems import MalformedRequestError
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
    body = create_model(
        "Body",
        words=Annotated[str, Field(max_length=20)],
        other=Annotated[str, Field(pattern="^[A-Z]+$")],
        third=Annotated[str, Field(min_length=2)],
    )
    with pytest.raises(ValidationError) as refused:
        body(words="x" * 21, other="no", third="x")
    faults = faults_of(refused.value.errors())

    given = {"words": "Yes.", "other": "no", "third": "x"}
    answer, _ = sent(given, MalformedRequestError(faults))

    assert b"'words': 'Write at most 20 characters.'" in answer.body
    assert b"'other': 'Check the spelling" in answer.body
    assert b"'third': 'Write at least 2 characters.'" in answer.body
    assert [one.detail for one in faults] == [
        "String should have at most 20 characters.",
        "String should match pattern '^[A-Z]+$'.",
        "String should have at least 2 characters.",
    ]
