"""The demo on images: drawn prints go through every step, from the file to the link."""

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.panel import Panel

from domain.access.access import Purpose, Role
from domain.ids import PersonId, SearchId
from domain.prints.prints import FingerPosition, ImpressionType
from domain.searches.searches import SearchType
from service.app import create_app
from service.bootstrap.runtime import Runtime
from service.cli.context import console_as
from service.cli.enrolling import progress_of
from service.cli.searching import candidate_table
from service.demo import drawn_people
from service.demo.calls import DEMO_FORCE, ApiCaller
from service.demo.ending import DemoMemory, opened, serve_until_stopped, served, show_provenance
from service.demo.examiners import Truth, both_examine, capture_of
from service.demo.report import print_outcomes
from service.demo.stage import DemoOptions, Stage
from service.logs import build_logger
from service.settings import Settings
from service.usecases.people.enrolment import ImportFile, import_file

_MARK_FINGER = FingerPosition.RIGHT_INDEX


@dataclass(frozen=True, slots=True)
class ImageSearch:
    """A search of the demo: its files by the name of their part, and the true person."""

    kind: str
    words: str
    search_type: SearchType
    purpose: Purpose
    files: Mapping[str, bytes]
    person_id: PersonId | None
    """An enrolled person; None for a person never seen before."""


def run_image_demo(settings: Settings, options: DemoOptions) -> None:
    """Run the demo on images; raises LinkingError, which explains why it cannot run."""
    persons = options.persons
    people = drawn_people.DrawnPeople(options.seed)
    with closing(opened(settings)) as runtime:
        DemoMemory.open(settings.store, persons=persons, seed=options.seed).count_run()
        enrolled = _enrol(runtime, people, persons)
        app = create_app(runtime, logger=build_logger(sys.stderr, "warning"))
        with served(runtime, app, options) as stage:
            summaries = _work(stage, people, enrolled)
            drawn_people.write_samples(
                settings.store / drawn_people.SAMPLES, people, newcomer=persons + 1
            )
            drawn_people.print_samples(stage.console, settings.store / drawn_people.SAMPLES)
            if options.is_json:
                Console().print_json(json.dumps({"persons": persons, "searches": summaries}))
            if options.is_serving:
                serve_until_stopped(stage)


def _enrol(runtime: Runtime, people: drawn_people.DrawnPeople, persons: int) -> list[PersonId]:
    """Enrol people with transactions of ten fingers, as `identlink import-nist --details` does."""
    caller = console_as(Role.FORCE, Purpose.OPERATIONS, force=DEMO_FORCE)
    enrolled = []
    console = Console(stderr=True)
    with progress_of("Drawing, reading and enrolling", persons, console) as advance:
        for number in range(persons):
            data = people.ten_prints(number, drawn_people.ENROLLED)
            command = ImportFile(caller, data, takes_details=True, file_mac=runtime.request_mac)
            enrolled.append(import_file(runtime.services, command).encounter_id)
            advance(1)
    with runtime.services.units.read() as unit:
        return [one.person_id for one in map(unit.encounters.get, enrolled) if one is not None]


def _planned(
    people: drawn_people.DrawnPeople, enrolled: Sequence[PersonId]
) -> tuple[ImageSearch, ...]:
    persons = len(enrolled)
    known, marked = persons // 2, persons // 3
    plain = ImpressionType.PLAIN
    return (
        ImageSearch(
            "honest",
            "a booking as a NIST file, plain prints",
            SearchType.TP_TP,
            Purpose.ARREST,
            {"file": people.ten_prints(known, drawn_people.SEARCHED, plain)},
            enrolled[known],
        ),
        ImageSearch(
            "unseen",
            "a booking of a person never seen before",
            SearchType.TP_TP,
            Purpose.ARREST,
            {"file": people.ten_prints(persons + 7, drawn_people.SEARCHED, plain)},
            None,
        ),
        ImageSearch(
            "mark",
            "a mark as an image, finger unknown",
            SearchType.LT_TP,
            Purpose.CRIME_SCENE,
            {"finger-0-latent": people.mark(marked, _MARK_FINGER)},
            enrolled[marked],
        ),
    )


def _work(
    stage: Stage, people: drawn_people.DrawnPeople, enrolled: Sequence[PersonId]
) -> list[dict[str, Any]]:
    """Search, let the examiners decide, print outcomes; return each search's summary."""
    searches = _planned(people, enrolled)
    stage.console.print("Searching with three captures; two examiners decide each, blind ...")
    with stage.callers() as callers:
        submitted = {_submit(stage, callers, one): one for one in searches}
        truths = [_truth(stage.runtime, *pair) for pair in submitted.items()]
        for examiner, decided in both_examine(stage.runtime, callers, truths).items():
            stage.details.print(f"{examiner} decided {decided} cases, blind.")
        summaries = [_summary(callers, search_id, one) for search_id, one in submitted.items()]
        print_outcomes(stage.console, summaries)
        show_provenance(stage, callers["auditor:one"], summaries)
    return summaries


def _submit(stage: Stage, callers: Mapping[str, ApiCaller], search: ImageSearch) -> str:
    force = callers["force:west-yorkshire"].with_purpose(search.purpose)
    request = {"search_type": search.search_type.value}
    answer = force.post_files("/v1/searches", request, search.files)
    search_id = str(answer["search_id"])
    evidence = callers["auditor:one"].get(f"/v1/searches/{search_id}/evidence")
    stage.details.print(
        Panel(
            candidate_table(evidence["candidates"], true_person=search.person_id),
            title=f"{search.search_type.value}: {search.words}",
            title_align="left",
        )
    )
    if any(one["prints_withheld"] for one in evidence["candidates"]):
        stage.details.print(
            "  There is no fitted model for prints of this format: candidates are ranked"
            " by how well their prints agree, without bits and without a band.",
            highlight=False,
        )
    for note in answer["notes"]:
        stage.details.print(f"  {note['words']}", highlight=False, markup=False)
    return search_id


def _truth(runtime: Runtime, search_id: str, search: ImageSearch) -> Truth:
    """Return what the demo's examiners know: the person and the finger of the probe."""
    with runtime.services.units.read() as unit:
        probe = unit.searches.probe(SearchId(search_id))
    if probe is None:
        raise RuntimeError("The demo search has no probe.")
    finger = _MARK_FINGER if search.search_type is SearchType.LT_TP else 0
    return Truth(capture_of(probe.impressions), search.person_id, int(finger))


def _summary(
    callers: Mapping[str, ApiCaller], search_id: str, search: ImageSearch
) -> dict[str, Any]:
    evidence = callers["auditor:one"].get(f"/v1/searches/{search_id}/evidence")
    standing = callers["force:west-yorkshire"].get(f"/v1/searches/{search_id}")
    ranks = [c["rank"] for c in evidence["candidates"] if c["person_id"] == search.person_id]
    return {
        "kind": search.kind,
        "words": f"{search.search_type.value}: {search.words}",
        "search_id": search_id,
        "rank_of_true_person": ranks[0] if ranks else None,
        "outcome": standing["outcome"],
        "link_id": standing["link"]["link_id"] if standing["link"] else None,
    }
