"""docs/api.md, docs/api-reference.md and the message in docs/batches.md match the application."""

from __future__ import annotations

import json
import re

from domain.access.access import Purpose
from service.api.problems import PROBLEM_TYPES
from tests.integration.api.driver import World
from tests.integration.api.prints import encounter, finger, template
from tests.integration.api.reference import FIELDS, REFERENCE, field_list, with_tables

DOCUMENT, BATCHES = REFERENCE.with_name("api.md"), REFERENCE.with_name("batches.md")


def test_the_tables_of_calls_and_problems_are_those_of_the_application(
    shared_world: World,
) -> None:
    text = REFERENCE.read_text("utf-8")

    assert with_tables(text, shared_world.app.openapi()) == text


def test_a_field_more_or_less_of_a_body_or_answer_is_read_by_a_person(
    shared_world: World,
) -> None:
    listed = FIELDS.read_text("utf-8")

    assert field_list(shared_world.app.openapi()) == listed, (
        "write the list by `python -m tests.integration.api.reference`, and read what changed"
    )


def test_every_problem_type_and_purpose_is_documented() -> None:
    problems, text = REFERENCE.read_text("utf-8"), DOCUMENT.read_text("utf-8")

    assert [code for code in PROBLEM_TYPES if f"| `{code}` |" not in problems] == []
    assert [purpose for purpose in Purpose if f"`{purpose}`" not in text] == []


def test_every_json_example_is_json_and_its_requests_are_accepted(shared_world: World) -> None:
    examples = re.findall(r"```json (\S+)\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    user = shared_world.force()

    assert [address for address, _ in examples] == [
        "/v1/encounters",
        "/v1/searches",
        "/v1/names-enquiries",
        "/v1/records/{record_id}/amendments",
    ]
    record_id = user.post("/v1/encounters", encounter(1)).json()["record_id"]
    for address, example in examples:
        body = json.loads(example)
        for number, one in enumerate(body.get("impressions", [])):
            one["template"]["data"] = template(finger(1, number + 1))["data"]
        assert user.post(address.format(record_id=record_id), body).status_code == 201


def test_the_message_of_a_webhook_is_of_the_published_shape(shared_world: World) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", BATCHES.read_text("utf-8"), re.DOTALL)
    message = json.loads(example)
    told = shared_world.app.openapi()["webhooks"][message["type"]]["post"]["requestBody"]
    schema = told["content"]["application/json"]["schema"]

    assert message.keys() == schema["properties"].keys()
    assert message["data"].keys() == schema["properties"]["data"]["properties"].keys()
