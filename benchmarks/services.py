"""A year of services for the public: `python -m benchmarks services --scale .001`.

Generated people apply to one office, with the kinds of request in the proportions of a year. Half
of them have a record. Use cases, sealing, log, typst and seal are real, on SQLite. Staff are
simulated by calls and see no more than staff would; there is no HTTP. The requests arrive during a
quarter and are queued by due day until staff take them. `--markdown` prints the row of each kind
as the table in the documentation. `--trial N` also searches for N applications of people with a
record, with slips, married names, aliases and false details, and counts those that would be
certified as No Trace. Seconds are elapsed time for the year, and time of one core for single
steps.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np

from benchmarks.machine import Watch, clocked, folder_of
from benchmarks.runner import Benchmark, Options, Result, figures
from benchmarks.servicing.applicants import Applicant, applicants
from benchmarks.servicing.desk import SERVICES, arrivals, try_certificate
from benchmarks.servicing.office import Office, opened_office
from benchmarks.servicing.queue import Desk, ServiceRow, markdown
from domain.errors import existing
from domain.people.convictions import SentenceKind
from rules.clocks import Length
from rules.rehabilitation.facts import Conviction, Sentence
from rules.rehabilitation.record import answers
from service.provenance.credentials.checking import TrustedKeys, check_file

_MOST_DECIDE_S, _MOST_VERIFY_S, _MOST_SPENT_S = 1.0, 0.3, 1.0


@dataclass(frozen=True, kw_only=True)
class ServicesOptions(Options):
    """The options of `python -m benchmarks services`."""

    scale: Annotated[float, "share of a year's volume"] = 0.001
    persons: Annotated[int, "enrolled people"] = 20_000
    trial: Annotated[int, "further applications, searched"] = 0
    seed: Annotated[int, "seed of the people"] = 7
    store: Annotated[Path | None, "directory of the store; default: temporary"] = None
    markdown: Annotated[bool, "print the rows as a table"] = False


def measured(options: ServicesOptions) -> Result:
    """Return the figures for a year, for a trial if requested, and for single steps."""
    with (
        folder_of(options.store) as store,
        opened_office(store, persons=options.persons, seed=options.seed) as office,
    ):
        result = {"scale": options.scale, **_year(office, options.scale, options.seed)}
        if options.trial:
            result |= _trial(office, options.trial, options.seed)
        return result | _speeds(office)


def _shown(result: Result) -> str:
    return markdown(result["services"]) if result["options"]["markdown"] else figures(result)


def _is_bad(result: dict[str, Any]) -> bool:
    return bool(
        result["wrong_no_trace"]
        or result["errors"]
        or result["decision_to_signed_document_s"] > _MOST_DECIDE_S
        or result["verification_s"] > _MOST_VERIFY_S
        or result["rehabilitation_of_1000_records_s"] > _MOST_SPENT_S
    )


def _year(office: Office, scale: float, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng([seed, 1])
    known = _known(office, rng)
    strangers = _strangers(office, rng)
    coming = arrivals(scale, rng)
    rows = {service.name: ServiceRow(service.a_year) for service in SERVICES}
    desk = Desk(office, rows)
    with Watch() as spent:
        desk.work(coming, _mixed(known, strangers, rng))
    return {
        "services": {name: row.figures() for name, row in rows.items()},
        "desk": desk.figures(),
        "applications": len(coming),
        "by_outcome": dict(sorted(office.outcomes.items())),
        "to_a_person": office.counts["to_a_person"],
        "wrong_no_trace": office.counts["wrong_no_trace"],
        "wrong_person": office.counts["wrong_person"],
        "late": sum(row.late for row in rows.values()),
        "errors": office.counts["errors"],
        "seconds": round(spent.wall_s, 1),
    }


def _mixed(
    known: Iterator[Applicant], strangers: Iterator[Applicant], rng: np.random.Generator
) -> Iterator[Applicant]:
    while True:
        yield next(known if rng.random() < 0.5 else strangers)


def _trial(office: Office, count: int, seed: int) -> dict[str, Any]:
    """Let people with a record apply, and count the No Trace results that they would get."""
    before, office.counts, office.outcomes = office.counts, Counter(), Counter()
    rng, under_false, tried = np.random.default_rng([seed, 2]), 0, 0
    with Watch() as spent:
        for applicant in applicants(office.population, 0, office.persons, rng):
            if tried == count:
                break
            if applicant is None:
                under_false += 1
            elif applicant.has_record:
                try_certificate(office, applicant)
                tried += 1
    told = {
        "asked_for": count,
        "applications": tried,
        "by_outcome": dict(sorted(office.outcomes.items())),
        "to_a_person": office.counts["to_a_person"],
        "wrong_no_trace": office.counts["wrong_no_trace"],
        "wrong_person": office.counts["wrong_person"],
        "left_out_held_under_a_false_identity": under_false,
        "seconds": round(spent.wall_s, 1),
        "processor_seconds": round(spent.cpu_s, 1),
    }
    both = before + office.counts
    return {"trial": told, "wrong_no_trace": both["wrong_no_trace"], "errors": both["errors"]}


def _known(office: Office, rng: np.random.Generator) -> Iterator[Applicant]:
    people = applicants(office.population, 0, office.persons, rng)
    return (one for one in people if one is not None and one.has_record)


def _strangers(office: Office, rng: np.random.Generator) -> Iterator[Applicant]:
    unseen = applicants(office.population, office.persons, 2 * office.persons, rng)
    return (replace(one, has_record=False, has_matters=False) for one in unseen if one is not None)


def _speeds(office: Office) -> dict[str, Any]:
    steps = {name: median(spent) for name, spent in office.spent_s.items()}
    return {
        "decision_to_signed_document_s": round(steps["decision to signed document"], 3),
        "search_by_details_s": round(steps["search by details"], 4),
        "verification_s": round(_verification(office), 3),
        "rehabilitation_of_1000_records_s": round(_rehabilitation(), 3),
    }


def _verification(office: Office) -> float:
    """Return the processor seconds of one offline check."""
    with office.services.units.read() as unit:
        document = existing(unit.certificates.document(existing(office.last_issued)))
    keys = TrustedKeys(office.desk.signer.key, str(office.desk.log.verifier))
    checked = [clocked(lambda: check_file(document, keys).holds) for _ in range(6)]
    return median(one.cpu_s if one.value else math.inf for one in checked[1:])


def _rehabilitation() -> float:
    """Return the processor seconds for the standing of 1,000 records of five convictions each."""
    record = [
        Conviction(
            str(number),
            date(2010 + number, 3, 5),
            (Sentence(SentenceKind.CUSTODY, Length(6), is_schedule_18=False),),
            was_under_18=False,
        )
        for number in range(5)
    ]
    with Watch() as spent:
        for _ in range(1_000):
            answers(record, date(2026, 11, 26))
    return spent.cpu_s


main = Benchmark(
    measure=measured,
    show=_shown,
    is_met=lambda result: not _is_bad(result),
    digest=lambda _: "generated",
).main
