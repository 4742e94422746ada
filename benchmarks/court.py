"""Court results added to records: `python -m benchmarks court --data DIR`.

Each message in the index of a folder is sent to a new store with its record, by the use case that
the API calls. The outcome is compared with the outcome in the index. In a second variant of the
same message, the record under its number belongs to another person with the same name and date of
birth, so only the offences differ.

Read a record from the neutral format of a folder of messages, as the office would hold it.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from benchmarks.converting.office import opened
from benchmarks.courting.comparing import compared
from benchmarks.courting.night import FEED, night
from benchmarks.filling import caller
from benchmarks.machine import folder_of
from benchmarks.runner import Benchmark, Options, Result, figures
from domain.access.access import Purpose, Role
from domain.courts.reading import read_court_result
from domain.courts.results import CourtResult
from domain.errors import InvalidInputError
from domain.ids import ForceCode
from domain.people import people
from domain.people.convictions import ConvictedOffence, Conviction, Court, Sanction, SentenceKind
from domain.plain_text import TableCode
from rules.courts.tables import RESULTS, court_tables
from service.usecases.agencies.matters import TellCourtResult, tell_court_result
from service.usecases.people.enrolment import NewRecord
from service.usecases.searches.beginning import BeginRecord, begin_record


def new_record(stated: Mapping[str, Any], result: CourtResult) -> NewRecord:
    """Return the record. If it names nobody, it has the details of the message's person."""
    cases = tuple(_report(stated["asn"], one) for one in stated["cases"])
    convictions = tuple(one for case in stated["cases"] for one in _convictions(stated, case))
    details = _details(stated) if "person" in stated else result.details
    return NewRecord(details, cases, convictions)


def _details(stated: Mapping[str, Any]) -> people.Details:
    who = stated["person"]
    name = people.PersonName(who["forename"], who["surname"], who["middle_names"])
    return people.Details(
        names=(name,),
        dates_of_birth=(people.PartialDate.parse(who["birth"]),),
        sex=people.Sex(who["sex"]) if who["sex"] else None,
        pnc_ids=(stated["pnc_id"],) if stated["pnc_id"] else (),
    )


def _report(asn: str, case: Mapping[str, Any]) -> people.ArrestReport:
    offences = tuple(_offence(case, one) for one in case["offences"])
    on = min(one.committed_on for one in offences)
    return people.ArrestReport(asn, ForceCode("01"), on, offences)


def _offence(case: Mapping[str, Any], one: Mapping[str, Any]) -> people.Offence:
    ended = one["ended_on"]
    return people.Offence(
        one["code"],
        one["title"] or one["code"],
        court_tables().is_recordable(one["code"]),
        date.fromisoformat(one["began_on"]),
        tuple(_disposals(case, one)),
        date.fromisoformat(ended) if ended else None,
    )


def _disposals(case: Mapping[str, Any], one: Mapping[str, Any]) -> Iterator[people.Disposal]:
    if case["kind"] != "court":
        began = date.fromisoformat(one["began_on"])
        yield people.Disposal(people.DisposalType.PENALTY_NOTICE, began)
    told = one["adjudication"]
    if told:
        codes = [each["code"] for each in one["disposals"]]
        kind = (
            people.DisposalType.CONVICTED
            if told["verdict"] == "GUILTY"
            else people.DisposalType.ACQUITTED
        )
        kind = people.DisposalType.SINE_DIE if codes == ["2007"] else kind
        yield people.Disposal(kind, date.fromisoformat(told["on"]))


def _convictions(stated: Mapping[str, Any], case: Mapping[str, Any]) -> Iterator[Conviction]:
    for one in case["offences"]:
        told = one["adjudication"]
        if told and told["verdict"] == "GUILTY":
            passed = (each["code"] for each in one["disposals"] if each["code"][0] in "13")
            yield Conviction(
                Court("", "2576"),
                date.fromisoformat(told["on"]),
                (ConvictedOffence(one["code"], one["title"] or one["code"]),),
                tuple(
                    Sanction(SentenceKind.UNSTRUCTURED, TableCode(RESULTS, code))
                    for code in passed
                ),
                asn=stated["asn"],
            )


_OFFICER = caller(Role.CASE_OFFICER, Purpose.RECORD_MANAGEMENT, name="officer", force="89")


@dataclass(frozen=True, kw_only=True)
class CourtOptions(Options):
    """The options of `python -m benchmarks court`."""

    data: Annotated[Path | None, "folder with index.json, messages, records and forms"] = None
    night: Annotated[int, "results of a night through one store; 0: none"] = 0
    kills: Annotated[int, "how often the command of the night is killed"] = 10
    seed: Annotated[int, "seed of the people of the night"] = 1


def measured(options: CourtOptions) -> Result:
    """Return one row for each message, and the totals."""
    result: Result = {}
    if options.data is not None:
        result |= _messages(options.data)
    if options.night:
        result["night"] = night(options.night, options.kills, options.seed)
    return result


def _messages(data: Path) -> Result:
    index = json.loads((data / "index.json").read_text("utf-8"))
    with folder_of(None) as root:
        with opened(root / "empty"):
            pass
        rows = [_row(data, root, one) for one in index["messages"]]
    return {"rows": rows, "forms": _forms(data), **_totals(rows)}


def _row(data: Path, root: Path, message: Mapping[str, Any]) -> dict[str, Any]:
    body = (data / message["file"]).read_bytes()
    result, _ = read_court_result(body)
    before = message["record_before"]
    stated = json.loads((data / before).read_text("utf-8")) if before else None
    row = _told(root, body, result, stated) | {"id": message["id"]}
    row = compared(message, row)
    other = message["if_the_asn_is_on_another_persons_record"]
    if other:
        stranger = json.loads((data / other["record"]).read_text("utf-8"))
        told = _told(root, body, result, stranger | {"asn": result.asn})
        row["stranger"] = {
            "expected": other["state"],
            "state": told["state"],
            "doubts": told["doubts"],
        }
    return row


def _told(
    root: Path, body: bytes, result: CourtResult, stated: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Process a message in a new store that has the person's record, and return its outcome."""
    store = root / "store"
    shutil.copytree(root / "empty", store)
    try:
        with opened(store) as services:
            before = None if stated is None else new_record(stated, result)
            made = None
            if before is not None:
                made = begin_record(services, BeginRecord(_OFFICER, before)).record_id
            told = tell_court_result(services, TellCourtResult(FEED, body))
            again = tell_court_result(services, TellCourtResult(FEED, body))
            with services.units.read() as unit:
                record = None if made is None else unit.people.record(made)
    finally:
        shutil.rmtree(store)
    last = told.matter.last
    return {
        "state": last.state.value,
        "doubts": [[one.doubt.value, one.pointer] for one in last.reasons],
        "tasks": list(told.tasks),
        "again_changes": again.is_new,
        "record": record,
        "content": result,
        "before": before,
    }


def _forms(data: Path) -> list[dict[str, Any]]:
    """Return how each of the other outer formats is read."""
    place = data / "forms" / "index.json"
    listed = json.loads(place.read_text("utf-8")) if place.is_file() else []
    found = []
    for one in listed:
        try:
            result, doubts = read_court_result((data / one["file"]).read_bytes())
        except InvalidInputError as error:
            read = error.detail
        else:
            lines = sum(len(offence.lines) for offence in result.offences)
            read = f"{len(result.offences)} offences, {lines} results, {len(doubts)} doubts"
        found.append({"file": one["file"], "expected": one["expected"], "read": read})
    return found


def _totals(rows: Sequence[Mapping[str, Any]]) -> Result:
    strangers = [row["stranger"] for row in rows if "stranger" in row]
    doubtful = [row for row in rows if row["expected"] == "doubtful"]
    return {
        "messages": len(rows),
        "in_the_expected_state": sum(row["is_expected"] for row in rows),
        "doubtful": len(doubtful),
        "with_a_common_reason": sum(row["has_common_reason"] for row in doubtful),
        "strangers": len(strangers),
        "strangers_doubtful": sum(one["state"] != "attached" for one in strangers),
        **{
            f"{name}_{part}": sum(row[name][part] for row in rows)
            for name in ("updates", "disposals", "verdicts", "tasks")
            for part in ("stated", "present")
        },
        "changed_by_the_same_again": sum(row["again_changes"] for row in rows),
    }


def _shown(result: Result) -> str:
    kept = {name: value for name, value in result.items() if name != "rows"}
    wrong = [row for row in result.get("rows", ()) if not row["is_expected"]]
    return figures(kept | {"not_as_expected": [row["id"] for row in wrong]})


def _met(result: Result) -> bool:
    is_right = result.get("in_the_expected_state") == result.get("messages")
    nights = result.get("night", {"doubled": 0, "lost": 0, "to_a_wrong_person": 0})
    return bool(
        is_right and not any(nights[one] for one in ("doubled", "lost", "to_a_wrong_person"))
    )


main = Benchmark(measure=measured, show=_shown, is_met=_met).main
