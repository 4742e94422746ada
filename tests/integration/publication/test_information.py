"""Requests for information: the clock, the cost limit, and a log without the asker."""

from __future__ import annotations

import csv
import io
import json

import pytest

from service.usecases.publication.releases import disclosure_log, release_quarter
from service.web.publication.site import site_files
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.publication.working import (
    OFFICE,
    answer_it,
    answered,
    asked,
    give,
    later,
    this_quarter,
)

COST = {"outcome": "refused for cost", "hours": 10}


@pytest.mark.journey
def test_the_answer_is_published_without_the_asker(world: World) -> None:
    request_id = asked(world, received_on="2026-03-02")
    due = world.officer().get(f"/v1/requests/{request_id}").json()["due_on"]

    answered(world, request_id)

    assert due == "2026-03-31"
    log = world.auditor().get("/v1/publication/disclosure-log")
    (entry,) = log.json()["answers"]
    assert (entry["outcome"], entry["exemptions"]) == ("disclosed", [])
    assert "Querulous" not in log.text
    assert request_id not in log.text
    read = world.officer().get(f"/v1/requests/{request_id}").json()
    assert read["state"] == "closed"


def test_an_answer_is_reviewed_by_another_officer(sqlite_world: World) -> None:
    world = sqlite_world
    first = asked(world)
    early = asked(world, facts={"review-of": first})
    assert answer_it(world, early).json()["errors"][0]["pointer"] == "/facts/review-of"
    answered(world, first)
    strange = answer_it(world, asked(world, facts={"review-of": "nothing"}))

    alone = answer_it(world, early)
    other = answer_it(world, early, by=world.officer("officer-b"))

    assert_problem(strange, 400, "invalid-input")
    assert_problem(alone, 409, "self-verification")
    assert other.status_code == 200, other.text
    assert len(world.auditor().get("/v1/publication/disclosure-log").json()["answers"]) == 2


def test_cost_is_a_ground_above_the_limit_alone_and_like_matters_add_up(
    sqlite_world: World,
) -> None:
    cheap = answer_it(sqlite_world, asked(sqlite_world), **COST)
    answered(sqlite_world, asked(sqlite_world), hours=9)
    kept = answer_it(sqlite_world, asked(sqlite_world), **COST, is_counted_here=True)
    other = answer_it(sqlite_world, asked(sqlite_world), **COST, matter="another")
    together = answer_it(sqlite_world, asked(sqlite_world), **COST)

    for answer, pointer in ((cheap, "/hours"), (kept, "/is_counted_here"), (other, "/hours")):
        assert_problem(answer, 400, "invalid-input")
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert together.status_code == 200


def test_a_refusal_names_its_exemptions(sqlite_world: World) -> None:
    request_id = asked(sqlite_world)

    bare = answer_it(sqlite_world, request_id, outcome="refused")
    shaped = answer_it(sqlite_world, request_id, outcome="refused", exemptions=["because"])

    assert_problem(bare, 400, "invalid-input")
    assert_problem(shaped, 422, "malformed-request")
    assert answer_it(sqlite_world, request_id, outcome="refused", exemptions=["s40"]).json() == {
        "state": "closed"
    }


def test_the_site_holds_seven_classes_releases_and_the_log_without_scripts(
    sqlite_world: World,
) -> None:
    answered(sqlite_world, asked(sqlite_world))
    give(sqlite_world, 31)
    give(sqlite_world, 3, outcome="denied")
    services, quarter = later(sqlite_world), this_quarter(sqlite_world)
    release = release_quarter(services, OFFICE, quarter)

    files = site_files((release,), disclosure_log(services, OFFICE, limit=10).items)

    at = f"releases/{quarter}"
    assert len([name for name in files if name.endswith(".html")]) == 1 + 7 + 1 + 1
    rows = list(csv.DictReader(io.StringIO(files[f"{at}.csv"].decode())))
    found = {
        (row["service"], row["class"]): row["figure"] for row in rows if row["cut"] == "outcome"
    }
    assert found["conviction-information", "information"] == "30"
    assert found["conviction-information", "denied"] == "*"
    metadata = json.loads(files[f"{at}.csv-metadata.json"])
    assert metadata["@context"][0] == "http://www.w3.org/ns/csvw"
    assert metadata["url"] == f"{quarter}.csv"
    assert [one["name"] for one in metadata["tableSchema"]["columns"]] == list(rows[0])
    assert json.loads(files[f"{at}.json"])["content_sha256"] == release.content_sha256
    page = files[f"{at}.html"].decode()
    assert "<svg" in page
    assert release.log_root in page
    everything = b"".join(files.values())
    assert b"<script" not in everything
    assert b"Querulous" not in everything
