"""Figures kept by construction, released once, and the ways in which they could leak."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Connection

from domain.errors import ConflictError, InvalidInputError
from domain.publication import Quarter, Release, ReleasedTable
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from service.usecases.publication.releases import (
    check_release,
    release_quarter,
    show_release,
    withdraw_tables,
)
from service.usecases.services import StoreServices
from tests.formats import FORMAT
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.provenance.busy_publication import publish
from tests.integration.provenance.tampering import SharedUnits, past_triggers, undoing
from tests.integration.publication.working import (
    OFFICE,
    answered,
    asked,
    give,
    later,
    this_quarter,
)
from tests.integration.requests.working import opened


def table(release: Release, service: str, cut: str) -> ReleasedTable:
    """Return a table of a release."""
    (found,) = (one for one in release.content.tables if (one.service, one.cut) == (service, cut))
    return found


def figures(found: ReleasedTable) -> dict[str, Any]:
    """Return the figures of a table by class."""
    return {cell.name: cell.figure for cell in found.cells}


@pytest.mark.journey
def test_what_ends_is_counted_in_the_same_transaction(world: World) -> None:
    person_id = world.enrol(1)["person_id"]
    case_id = world.case_of(world.search(1))
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=person_id)
    for _ in range(2):
        opened(world).step("withdraw", words="Moved.")
    answered(world, asked(world))

    found = _facts(world)

    assert found["conviction-information", "received", ""] == 2
    assert found["conviction-information", "closed", "withdrawn"] == 2
    assert found["freedom-of-information", "closed", "disclosed"] == 1
    assert found["search TP/TP", "closed", "linked"] == 1


def _facts(world: World) -> Counter[tuple[str, str, str]]:
    from service.storage.tables.office import countable_facts as facts  # noqa: PLC0415

    with world.services.units.read() as unit:
        rows = unit.transaction.connection.execute(facts.select()).all()
    return Counter((row.service, row.stage, row.outcome) for row in rows)


def test_a_quarter_is_released_once_with_a_row_for_every_service(sqlite_world: World) -> None:
    world = sqlite_world
    give(world, 23)
    give(world, 12, outcome="denied", timeliness="late", party="DEU", days=30)
    services, quarter = later(world), this_quarter(world)

    release = release_quarter(services, OFFICE, quarter)

    outcome = table(release, "conviction-information", "outcome")
    assert (outcome.total, figures(outcome)) == (35, {"denied": 10, "information": 25})
    assert {one.service for one in release.content.tables} >= {
        *("conviction-information", "retention-review", "freedom-of-information"),
        *("search TP/TP", "names-enquiry-answer"),
    }
    assert table(release, "retention-review", "outcome").total == 0
    with pytest.raises(ConflictError):
        release_quarter(services, OFFICE, quarter)
    read = world.administrator().get(f"/v1/publication/releases/{quarter}").json()
    assert read["content_sha256"] == release.content_sha256
    assert (read["log_size"], read["rules"]) == (
        release.log_size,
        "statistics-cube/1 small-numbers/1",
    )
    early = world.administrator().post("/v1/publication/releases", {"quarter": str(quarter)})
    assert_problem(early, 409, "conflict")


def test_difference_in_time_tells_nothing_because_nothing_is_computed_again(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    person_id = world.enrol(1)["person_id"]
    case_id = world.case_of(world.search(1))
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=person_id)
    give(world, 20, service="search TP/TP", outcome="linked", asker="force", party="01")
    services, quarter = later(world), this_quarter(world)
    before = release_quarter(services, OFFICE, quarter)

    erased(world, person_id)

    assert check_release(services, OFFICE, quarter)
    assert show_release(services, OFFICE, quarter) == before


def test_a_later_version_withdraws_tables_and_changes_no_figure(sqlite_world: World) -> None:
    give(sqlite_world, 40)
    services, quarter = later(sqlite_world), this_quarter(sqlite_world)
    first = release_quarter(services, OFFICE, quarter)

    answer = sqlite_world.administrator().post(
        f"/v1/publication/releases/{quarter}/withdrawal",
        {
            "tables": [{"service": "conviction-information", "cut": "asker"}],
            "note": "Askers were mistaken.",
        },
    )

    second = show_release(services, OFFICE, quarter)
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    assert (second.version, second.note) == (2, "Askers were mistaken.")
    assert set(second.content.tables) < set(first.content.tables)
    assert len(first.content.tables) - len(second.content.tables) == 1
    with pytest.raises(InvalidInputError):
        withdraw_tables(services, OFFICE, quarter, [("people", "by name")], "No such table.")


def test_a_class_of_one_asker_is_merged(sqlite_world: World) -> None:
    for party in ("POL", "DEU", "FRA", "ITA"):
        give(sqlite_world, 10, party=party)
    give(sqlite_world, 30, asker="agency", party="LONE")

    release = release_quarter(later(sqlite_world), OFFICE, this_quarter(sqlite_world))

    asker = table(release, "conviction-information", "asker")
    assert [cell.name for cell in asker.cells] == ["all"]


def test_a_zero_that_would_tell_is_not_shown(sqlite_world: World) -> None:
    give(sqlite_world, 9)

    release = release_quarter(later(sqlite_world), OFFICE, this_quarter(sqlite_world))

    timeliness = figures(table(release, "conviction-information", "timeliness"))
    assert timeliness == {"in time": 10, "late": "*", "no clock": "*"}


def test_overlapping_tables_share_one_total_and_nothing_is_asked_live(
    sqlite_world: World,
) -> None:
    give(sqlite_world, 25)
    release = release_quarter(later(sqlite_world), OFFICE, this_quarter(sqlite_world))

    totals = {
        one.total
        for one in release.content.tables
        if one.service == "conviction-information" and one.cut != "received"
    }
    assert totals == {25}
    paths = sqlite_world.client.get("/openapi.json").json()["paths"]
    asked_live = [
        parameter["name"]
        for path, calls in paths.items()
        if path.startswith("/v1/publication")
        for call in calls.values()
        for parameter in call.get("parameters", [])
        if parameter["in"] == "query"
    ]
    assert asked_live == ["before", "limit"]


@pytest.mark.parametrize("text", ["2026", "2026Q5", "2026Q0", "26Q1", "2026q1", "2026Q1 "])
def test_a_quarter_is_written_in_one_way(text: str) -> None:
    with pytest.raises(InvalidInputError):
        Quarter.parse(text)


ATTACKS = (
    "UPDATE countable_facts SET outcome = 'x'",
    "UPDATE countable_facts SET days = 9",
    "UPDATE countable_facts SET party = 'x'",
    "DELETE FROM countable_facts",
    "UPDATE statistics_releases SET content = '{}'",
    "UPDATE statistics_releases SET note = 'x'",
    "UPDATE statistics_releases SET log_root = 'x'",
    "DELETE FROM statistics_releases",
    "UPDATE information_answers SET hours = 1",
    "UPDATE information_answers SET exemptions = 's40'",
    "DELETE FROM information_answers",
)


def test_a_verification_finds_every_changed_row(world: World, database_url: str) -> None:
    publish(world)
    signer = world.app.state.workbench.signer

    def findings(raw: Connection, statement: str | None) -> set[str]:
        with undoing(raw):
            if statement is not None:
                assert raw.exec_driver_sql(statement).rowcount, statement
            units = SharedUnits(raw, world.services.units.vault)
            services = StoreServices(units, world.services.surroundings, FORMAT)  # type: ignore[arg-type]
            report = verify_store(services, TrustedKeys(signer.verifier))
            return {str(found.code) for found in report.log.findings}

    with past_triggers(database_url) as raw:
        assert findings(raw, None) == set()
        assert [statement for statement in ATTACKS if not findings(raw, statement)] == []
