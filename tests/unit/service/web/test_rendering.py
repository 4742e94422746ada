"""Pages are escaped, and times and figures look alike everywhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from markupsafe import escape

from domain.access.access import ROLES_OF_SYSTEMS, Role
from service.usecases.requests.kinds import KINDS
from service.web import rendering
from service.web.rendering import home_of

TEMPLATES = sorted(Path("service/web/templates").rglob("*.html"))


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=3, minutes=7), "3 h 7 min"),
        (timedelta(days=2, hours=1, minutes=9), "2 d 1 h"),
        (timedelta(minutes=-30), "30 min"),
    ],
)
def test_a_span_is_said_in_the_two_units_that_matter(span: timedelta, words: str) -> None:
    assert rendering._span(span) == words


def test_hours_and_labels_are_said_in_words() -> None:
    assert rendering._hours(0.25) == "15 min"
    assert rendering._hours(49.0) == "2 d 1 h"
    assert rendering._exemplar("exemplar-b") == "Exemplar B"


def test_bits_carry_their_sign() -> None:
    assert rendering._bits(3.14) == "+3.1"
    assert rendering._bits(-3.14) == "\N{MINUS SIGN}3.1"


def test_a_moment_and_a_force_are_said_in_words() -> None:
    assert rendering._moment(datetime(2026, 1, 5, 8, 3, tzinfo=UTC)) == "5 January 2026, 08:03"
    assert rendering._moment(None) == ""
    assert rendering._force("01") == "Metropolitan (01)"
    assert rendering._force("00") == "00"
    assert rendering._force(None) == ""


def test_every_role_has_a_first_page() -> None:
    people = [role for role in Role if role not in ROLES_OF_SYSTEMS]

    assert all(home_of(role).startswith("/workbench/") for role in people)


def test_values_are_escaped() -> None:
    template = rendering._environment().from_string("{{ words }}")

    assert template.render(words="<script>") == "&lt;script&gt;"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_script_or_style_of_its_own(template: Path) -> None:
    text = template.read_text()

    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert re.findall(r"<[^>]*\son\w+=", text) == []
    assert "|safe" not in text.replace(" ", "")
    assert "http://" not in text
    assert "https://" not in text


def test_every_service_of_a_release_is_called_by_its_title() -> None:
    for kind in KINDS.values():
        page = rendering._environment().from_string("{{ name | service }}")
        assert page.render(name=kind.name) == escape(kind.title) != kind.name
    assert rendering._environment().from_string("{{ 'cases' | service }}").render() == "cases"
