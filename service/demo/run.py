"""The demo from start to end: enrol, search, examine, link, report, optionally serve on."""

import json
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from rich.console import Console

from data.synthetic.population import Population
from domain.searches.models import Kind as ExperienceKind
from service.app import create_app
from service.bootstrap.runtime import Runtime
from service.cli.context import CONSOLE
from service.cli.enrolling import enrol_chunks, progress_of
from service.cli.loading import Enrolment
from service.demo import report
from service.demo.abroad import another_country, country_of, show_exchange
from service.demo.calls import ApiCaller
from service.demo.ending import DemoMemory, opened, serve_until_stopped, served, show_provenance
from service.demo.examiners import Truth, both_examine, truth_of
from service.demo.scenario import PlannedSearch, asked_about, planned_searches, waiting_searches
from service.demo.services import leave_requests, show_services
from service.demo.stage import DemoOptions, Stage, SyntheticPrints
from service.logs import build_logger
from service.settings import Settings
from service.usecases.models.rehearsing import rehearse


def run_demo(settings: Settings, options: DemoOptions) -> None:
    """Run the demo; raises LinkingError, which explains why it cannot run."""
    enrolment = Enrolment(Population(options.seed), options.persons)
    with closing(opened(settings)) as runtime:
        memory = DemoMemory.open(settings.store, persons=options.persons, seed=options.seed)
        enrol(runtime, enrolment, Console(stderr=True))
        prints = SyntheticPrints(options.seed, persons=options.persons, store=settings.store)
        app = create_app(runtime, logger=build_logger(sys.stderr, "warning"), prints=prints)
        with served(runtime, app, options) as stage:
            summaries = _perform(stage, enrolment, memory)
            if options.is_exchanging:
                _exchange(stage, enrolment, memory.next_run)
            if options.is_serving_public:
                population, persons = enrolment.population, enrolment.persons
                show_services(stage, population, persons=persons, run=memory.next_run)
            if options.is_converting:
                # Drawing film loads SciPy, which nothing else in the service needs.
                from service.demo.conversion import convert_roll  # noqa: PLC0415

                convert_roll(stage, f"ROLL-{memory.next_run}")
            if options.is_json:
                _print_json(runtime, summaries)
            if options.is_serving:
                _leave_work(stage, enrolment, memory.next_run)
                serve_until_stopped(stage)


def _perform(stage: Stage, enrolment: Enrolment, memory: DemoMemory) -> list[dict[str, Any]]:
    _rehearse(stage.runtime, Console(stderr=True))
    population, run = enrolment.population, memory.next_run
    searches = planned_searches(population, persons=enrolment.persons, run=run)
    memory.count_run()
    return _work(stage, searches, [truth_of(population, search) for search in searches])


def _exchange(stage: Stage, enrolment: Enrolment, run: int) -> None:
    """Serve another country and exchange with it."""
    population = enrolment.population
    asked = asked_about(population, persons=enrolment.persons, run=run)
    ours = country_of(stage.runtime, stage.address)
    with another_country(stage.runtime.settings, opened) as abroad:
        show_exchange(stage, ours, abroad, asked, truth_of(population, asked))


def enrol(runtime: Runtime, enrolment: Enrolment, console: Console) -> None:
    """Enrol the people that the store lacks, and show the progress."""
    with progress_of("Enrolling people", enrolment.persons, console) as advance:
        enrol_chunks(runtime, enrolment.source_digest, enrolment.chunks(), advance=advance)


_REHEARSED = 640
"""The number of people rehearsed in the first run: from 580 on, bits follow from the counts."""


def _rehearse(runtime: Runtime, console: Console) -> None:
    """Search with enrolled people's own captures, and count how similar strangers can be."""
    services = runtime.services
    if services.experience.met[ExperienceKind.ONE].searches:
        return
    people = min(_REHEARSED, services.gallery.persons)
    with progress_of("Rehearsing", people, console) as advance:
        rehearse(services, CONSOLE, people, advance=advance)


def _work(
    stage: Stage, searches: Sequence[PlannedSearch], truths: Sequence[Truth]
) -> list[dict[str, Any]]:
    """Submit and show searches, let the examiners decide; return each search's summary."""
    with stage.callers() as callers:
        submitted = {_submit(stage, callers, search): search for search in searches}
        stage.console.print("Two examiners decide each case, neither knowing of the other.")
        for examiner, decided in both_examine(stage.runtime, callers, truths).items():
            stage.details.print(f"{examiner} decided {decided} cases, blind.")
        summaries = [
            report.search_summary(
                search,
                search_id,
                callers["auditor:one"].get(f"/v1/searches/{search_id}/evidence"),
                callers["force:west-yorkshire"].get(f"/v1/searches/{search_id}"),
            )
            for search_id, search in submitted.items()
        ]
        report.print_outcomes(stage.console, summaries)
        show_provenance(stage, callers["auditor:one"], summaries)
    return summaries


def _submit(stage: Stage, callers: dict[str, ApiCaller], search: PlannedSearch) -> str:
    begun_s = time.perf_counter()
    search_id = stage.submit(callers, search)
    duration_ms = (time.perf_counter() - begun_s) * 1000
    evidence = callers["auditor:one"].get(f"/v1/searches/{search_id}/evidence")
    report.print_first_candidate(stage.console, search, evidence)
    report.print_candidates(stage.details, search, evidence, duration_ms=duration_ms)
    return search_id


def _leave_work(stage: Stage, enrolment: Enrolment, run: int) -> None:
    """Submit searches and requests that stay open for visitors of the workbench."""
    leave_requests(stage, enrolment.population, persons=enrolment.persons, run=run)
    waiting = waiting_searches(enrolment.population, persons=enrolment.persons, run=run)
    with stage.callers() as callers:
        for search in waiting:
            stage.submit(callers, search)


def _print_json(runtime: Runtime, summaries: list[dict[str, Any]]) -> None:
    with runtime.services.units.read() as unit:
        answer = {
            "persons": unit.people.count(),
            "encounters": unit.encounters.count(),
            "events": unit.events.size(),
            "searches": summaries,
        }
    Console().print_json(json.dumps(answer))
