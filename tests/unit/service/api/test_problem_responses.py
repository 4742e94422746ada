from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from service.api.problem_responses import faults_of, install_handlers


@pytest.mark.parametrize(
    ("status", "answered", "code"),
    [
        (400, 400, "invalid-input"),
        (404, 404, "not-found"),
        (405, 405, "method-not-allowed"),
        (418, 400, "invalid-input"),
        (503, 500, "internal"),
    ],
)
def test_errors_of_the_framework_are_problem_documents_without_their_words(
    status: int, answered: int, code: str
) -> None:
    app = FastAPI()
    install_handlers(app)

    @app.get("/")
    def _fails() -> None:
        raise HTTPException(status, "Zebedee", headers={"Allow": "POST"})

    answer = TestClient(app).get("/")

    assert (answer.status_code, answer.json()["type"]) == (answered, f"/problems/{code}")
    assert "Zebedee" not in answer.text
    assert ("allow" in answer.headers) == (status == 405)


def test_a_fault_is_told_with_a_pointer_and_without_the_value() -> None:
    errors = [
        {"type": "int_type", "loc": ("impressions", 0, "quality"), "msg": "Not whole", "input": 7}
    ]

    fault = faults_of(errors)[0]

    assert (fault.detail, fault.pointer) == ("Not whole.", "/impressions/0/quality")


def test_the_name_of_an_unknown_field_is_not_repeated() -> None:
    errors = [{"type": "extra_forbidden", "loc": ("details", "Zebedee"), "msg": "Extra"}]

    assert faults_of(errors)[0].pointer == "/details"


def test_a_pointer_is_escaped() -> None:
    errors = [{"type": "missing", "loc": ("a/b", "c~d"), "msg": "Missing"}]

    assert faults_of(errors)[0].pointer == "/a~1b/c~0d"


def test_the_list_of_faults_has_an_end() -> None:
    errors = [{"type": "missing", "loc": (n,), "msg": "Missing"} for n in range(1000)]

    assert len(faults_of(errors)) == 20
