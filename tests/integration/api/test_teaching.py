"""The OpenAPI document teaches: every property has its words, every call its examples."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import EnumType
from inspect import cleandoc
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import jsonschema_rs
import pytest
from pydantic.fields import FieldInfo

from domain.access.access import Scope
from domain.events.catalogue import topics
from service.api.base import Described
from service.api.problems import PROBLEM_TYPES
from tests.integration.api.driver import World
from tests.integration.api.prints import record

ROOT = Path(__file__).parents[3]
WITHOUT = {
    *("image/png", "image/jpeg", "application/pdf", "application/zip", "application/octet-stream"),
    *("application/x-www-form-urlencoded", "multipart/form-data"),
}
"""Bodies whose fields teach more than an example would."""


@pytest.fixture
def document(shared_world: World) -> dict[str, Any]:
    return dict(shared_world.client.get("/openapi.json").json())


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    places = [*document["paths"].items(), *document["webhooks"].items()]
    return {
        f"{method.upper()} {path}": operation
        for path, methods in places
        for method, operation in methods.items()
    }


def test_every_description_says_what_the_summary_does_not(document: dict[str, Any]) -> None:
    paths = {name: one for name, one in operations(document).items() if "/v1/" in name}

    assert [name for name, one in paths.items() if one["summary"] in one["description"]] == []
    assert "Scope `searches:write`" in paths["POST /v1/searches"]["description"]
    assert "`Idempotency-Key`" in paths["POST /v1/searches"]["description"]
    assert "as `after`" in paths["GET /v1/cases"]["description"]


def test_every_property_is_described_where_its_type_is_declared(document: dict[str, Any]) -> None:
    standing = set(texts_of_types())
    described = {
        f"{name}.{field}": told.get("description", "")
        for name, schema in document["components"]["schemas"].items()
        for field, told in schema.get("properties", {}).items()
    }

    elsewhere = {
        place: text
        for place, text in described.items()
        if text not in standing and not re.fullmatch(r"(`[\w-]+`( or )?)+\.", text)
    }

    # The kinds that a field may have need no text: their names are the text.
    assert elsewhere == {}
    assert len(described) > 1_800


def texts_of_types() -> Iterator[str]:
    """Yield the texts of types and of their fields: a text below a name, or in a call of `Field`.

    They are the only source: a file or a table of sentences is not among them.
    """
    for kind in every(Described):
        yield from (text for one in kind.model_fields.values() for text in noted(one))
    for package in ("domain", "rules", "service"):
        for path in (ROOT / package).rglob("*.py"):
            for one in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
                    text = cleandoc(str(one.value.value)).partition("\n\n")[0]
                    told = " ".join(text.split()).replace("None", "null")
                    yield told[:1].upper() + told[1:]


def every(kind: type[Described]) -> Iterator[type[Described]]:
    for one in kind.__subclasses__():
        yield one
        yield from every(one)


def noted(field: FieldInfo) -> Iterator[str]:
    """Yield the description in a field, and those of its type, which may be made at run time."""
    yield field.description or ""
    for part in (field.annotation, *get_args(field.annotation)):
        yield part.__doc__ or "" if isinstance(part, EnumType) else ""
        yield from (note.description for note in get_args(part) if isinstance(note, FieldInfo))


def test_every_example_is_of_its_schema(document: dict[str, Any]) -> None:
    # The document is taken apart once, and each schema is named by its place in it.
    registry = jsonschema_rs.Registry([("urn:openapi", document)])
    seen, wrong = 0, []
    for place, content in contents(document):
        seen += 1
        if "schema" in content:
            schema = {"$ref": f"urn:openapi#{place}/schema"}
            validator = jsonschema_rs.Draft202012Validator(
                schema, validate_formats=True, registry=registry
            )
            if "example" not in content or not validator.is_valid(content["example"]):
                wrong.append(place)

    # Record what is lacking: `python -m tests.integration.api.examples TEST`.
    assert wrong == []
    assert seen > 500


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the contents of all bodies that have an example, with their JSON pointers."""
    for part in ("paths", "webhooks"):
        for path, methods in document[part].items():
            for method, operation in methods.items():
                answers = operation["responses"].items()
                bodies = {f"responses/{code}": answer for code, answer in answers}
                bodies["requestBody"] = operation.get("requestBody", {})
                for body, told in bodies.items():
                    for media_type, content in told.get("content", {}).items():
                        if media_type not in WITHOUT:
                            at = f"{part}/{escaped(path)}/{method}/{body}"
                            yield f"/{at}/content/{escaped(media_type)}", content


def escaped(name: str) -> str:
    """Return a name as it stands in a JSON pointer that is the fragment of an address."""
    return quote(name.replace("~", "~0").replace("/", "~1"))


@pytest.mark.parametrize("path", ["/v1/encounters", "/v1/searches", "/v1/names-enquiries"])
def test_the_example_of_a_call_is_accepted(
    shared_world: World, document: dict[str, Any], path: str
) -> None:
    content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    body = content["example"]
    if path == "/v1/encounters":
        # Its numbers need check letters, which a schema does not say.
        body |= {"record": record(1)}

    answer = shared_world.force("01").post(path, body)

    assert answer.status_code == 201, answer.text


def test_scopes_servers_webhooks_and_problem_types_are_there(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    flow = schemes["client"]["flows"]["clientCredentials"]
    needed = {
        scope
        for operation in operations(document).values()
        for one in operation["security"]
        for scope in one.get("client", [])
    }

    assert flow["tokenUrl"] == "/v1/oauth/token"
    assert set(flow["scopes"]) == {scope.value for scope in Scope} >= needed
    assert document["servers"][0]["url"] == "/"
    assert set(document["webhooks"]) == {str(topic) for topic in topics()}
    assert set(document["x-problem-types"]) == {f"/problems/{code}" for code in PROBLEM_TYPES}
    assert {tag for one in operations(document).values() for tag in one["tags"]} == {
        tag["name"] for tag in document["tags"]
    }


def test_a_quality_may_be_written_as_a_whole_decimal(shared_world: World) -> None:
    user = shared_world.force("01")
    document = shared_world.client.get("/openapi.json").json()
    post = document["paths"]["/v1/searches"]["post"]
    body = post["requestBody"]["content"]["application/json"]["example"]

    statuses = []
    for quality in (60.0, 60.5, "60", True):
        body["impressions"][0]["quality"] = quality
        statuses.append(user.post("/v1/searches", body).status_code)

    assert statuses == [201, 422, 422, 422]


def test_the_reference_is_a_page_of_our_own_files(shared_world: World) -> None:
    page = shared_world.client.get("/docs")

    assert page.status_code == 200
    # It opens on the calls of a force; each other audience is one click away.
    tags = [tag["name"] for tag in shared_world.client.get("/openapi.json").json()["tags"]]
    shown = re.findall(r'href="/docs\?for=([^"]+)"', page.text)
    assert tags[0] == "force"
    assert set(tags) <= {name.replace("%20", " ") for name in shown}
    assert "http" not in page.text.replace("http-equiv", "")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    for part in page.text.split('"'):
        if part.startswith("/"):
            assert shared_world.client.get(part).status_code == 200, part


def test_the_glossary_is_open_to_everybody_and_named_where_its_words_are_used(
    shared_world: World,
) -> None:
    page = shared_world.client.get("/glossary")
    told = shared_world.client.get("/openapi.json").json()["info"]["description"]

    assert page.status_code == 200
    assert "Rehearsal</dt>" in page.text
    found = shared_world.client.get("/glossary", params={"word": "REHEARSAL"})
    assert "Rehearsal</dt>" in found.text
    assert "Witness</dt>" not in found.text
    assert '<script>"' not in shared_world.client.get("/glossary?word=<script>%22").text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "(glossary)" in told
