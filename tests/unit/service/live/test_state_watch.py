from __future__ import annotations

import io
import json

import pytest

from domain.errors import StateBehindError
from service.live.outages import StateWatch, state_note
from service.logs import build_logger


def test_a_state_that_is_behind_is_refused_until_it_is_not() -> None:
    watch = StateWatch()
    watch.demand()
    watch.note(StateBehindError("Two events are missing."))

    with pytest.raises(StateBehindError, match="Two events"):
        watch.demand()
    watch.note(None)
    watch.demand()


def test_each_change_is_told_once() -> None:
    watch, heard = StateWatch(), list[bool]()
    watch.listen(heard.append)

    for behind in (None, StateBehindError(), StateBehindError(), None, None):
        watch.note(behind)

    assert heard == [True, False]


def test_the_beginning_is_an_error_line() -> None:
    stream = io.StringIO()
    note = state_note(build_logger(stream))

    note(True)
    note(False)

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("state-behind", "error"),
        ("state-accepted", "warning"),
    ]
