from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.logs import (
    LOGGED_FIELDS,
    REDACTED,
    LibraryHandler,
    LogEvent,
    build_logger,
    failure_fields,
    redact,
)


def logged(**fields: Any) -> dict[str, Any]:
    stream = io.StringIO()
    build_logger(stream).info(LogEvent.REQUEST, **fields)
    return dict(json.loads(stream.getvalue()))


def test_a_line_is_json_with_its_name_level_and_time() -> None:
    line = logged(status=200, duration_ms=1.5)

    assert (line["event"], line["level"], line["status"]) == ("request", "info", 200)
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "field",
    ["name", "surname", "date_of_birth", "template", "vector", "person_id", "record_id", "body"],
)
def test_a_field_that_may_be_personal_is_not_logged(field: str) -> None:
    stream = io.StringIO()

    build_logger(stream).info(LogEvent.REQUEST, **{field: "Zebedee"})

    assert "Zebedee" not in stream.getvalue()
    assert field not in json.loads(stream.getvalue())


@pytest.mark.parametrize("value", [object(), b"bytes", "line\nbreak", "Zoë", "x" * 301, {1, 2}])
def test_a_value_that_is_not_plain_is_replaced(value: object) -> None:
    assert logged(route=value)["route"] == REDACTED


def test_plain_values_inside_lists_and_mappings_are_kept() -> None:
    line = logged(stages_ms={"scoring": 1.5, "odd": b"x"}, stack=["a:1 f", b"x"])

    assert line["stages_ms"] == {"scoring": 1.5, "odd": REDACTED}
    assert line["stack"] == ["a:1 f", REDACTED]


@given(st.dictionaries(st.text(), st.text(min_size=1)))
def test_no_text_under_an_unknown_name_survives(fields: dict[str, str]) -> None:
    unknown = {name: text for name, text in fields.items() if name not in LOGGED_FIELDS}

    kept = redact(None, "info", dict(unknown))

    assert set(kept.items()) <= {(REDACTED, REDACTED)}


def test_a_line_by_ecs_says_the_same_under_other_names() -> None:
    own, stream = logged(status=200, route="/v1/searches", stack=["a:1 f", "b:2 g"]), io.StringIO()
    build_logger(stream, names="ecs").info(
        LogEvent.REQUEST,
        status=200,
        route="/v1/searches",
        stack=["a:1 f", "b:2 g"],
        forename="Zoe",
    )
    line = json.loads(stream.getvalue())

    assert line["ecs.version"] == "8.11.0"
    assert (line["event.action"], line["log.level"]) == ("request", "info")
    assert line["http.response.status_code"] == own["status"]
    assert line["error.stack_trace"] == "a:1 f\nb:2 g"
    assert "@timestamp" in line
    assert "Zoe" not in stream.getvalue()


def test_lines_below_the_level_are_not_written() -> None:
    stream = io.StringIO()
    logger = build_logger(stream, "warning")

    logger.info(LogEvent.REQUEST)
    logger.warning(LogEvent.LIBRARY)

    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["library"]


def failure() -> RuntimeError:
    try:
        raise RuntimeError("Surname1 is not a number")
    except RuntimeError as error:
        return error


def test_a_failure_is_logged_by_type_and_place_alone() -> None:
    fields = failure_fields(failure())

    assert fields["error_type"] == "RuntimeError"
    assert fields["stack"][-1].startswith("test_logs.py:")
    assert "Surname1" not in str(fields)


def test_a_library_is_logged_by_its_template_without_what_fills_it() -> None:
    stream = io.StringIO()
    library = logging.getLogger("some.library")
    handler = LibraryHandler(build_logger(stream))
    library.addHandler(handler)

    library.warning("Cannot read %s", "Surname1")
    library.info("Not interesting")
    library.error(failure(), exc_info=failure())
    library.removeHandler(handler)

    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["library"], first["message_template"]) == ("some.library", "Cannot read %s")
    assert (second["error_type"], second["message_template"]) == ("RuntimeError", "")
    assert "Surname1" not in stream.getvalue()
