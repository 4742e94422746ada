"""Compare the outcome of a message with the outcome stated in the index of its folder."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from domain.courts.results import CourtResult
from domain.people.convictions import Sanction
from domain.people.items import numbered_items
from domain.people.people import DisposalType, Record
from rules.courts.entering import charges_under
from rules.courts.judging import Change, judged
from rules.courts.tables import court_tables
from service.usecases.people.enrolment import NewRecord


@cache
def _national(name: str) -> Mapping[str, Any]:
    """Return a table of `national.json`: for each doubt of ours, the exceptions of the national
    system that it may correspond to; for each of its triggers, our task.
    """
    tables = json.loads(Path(__file__).with_name("national.json").read_text())
    return cast("Mapping[str, Any]", tables[name])


_UPDATES = {
    "DISARR": Change.JUDGED,
    "NEWREM": Change.REMANDED,
    "SENDEF": Change.SENTENCED,
    "SUBVAR": Change.VARIED,
}

_WAITS = ("doubtful", "nobody")
_VERDICTS = {
    "GUILTY": (DisposalType.CONVICTED,),
    "NOT GUILTY": (DisposalType.ACQUITTED,),
    "NON-CONVICTION": (DisposalType.ACQUITTED, DisposalType.SINE_DIE),
}
_WAS_CHANGED = "3027"
"""The note that the national system writes by itself beside a changed result, with the day of the
earlier one. No message has it; here the earlier version of the record tells that result."""
_LENGTH = re.compile(r"(\d+) (day|week|month|year|hour)s?")


def compared(message: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a message."""
    expected = message["expected"]
    state = "doubtful" if told["state"] in _WAITS else told["state"]
    stated = {one["code"] for one in expected["reasons"]} | set(message["scenario_reasons"])
    ours = {code for doubt, _ in told["doubts"] for code in _national("exceptions").get(doubt, ())}
    updates = expected["updates"] if told["state"] == "attached" else []
    return {
        "id": told["id"],
        "expected": expected["state"],
        "state": told["state"],
        "is_expected": state == expected["state"],
        "expected_reasons": sorted(stated),
        "doubts": told["doubts"],
        "has_common_reason": not stated or bool(stated & ours),
        "again_changes": told["again_changes"],
        "updates": _updates(updates, told),
        "disposals": _disposals(updates, told),
        "verdicts": _verdicts(updates, told["record"]),
        "tasks": _tasks(expected["tasks"], told["tasks"]),
    }


def _tasks(stated: Iterable[Mapping[str, Any]], raised: Iterable[str]) -> dict[str, Any]:
    wanted = [_national("tasks").get(one["code"], one["code"]) for one in stated]
    missing = sorted(set(wanted) - set(raised))
    return {
        "stated": len(wanted),
        "present": len(wanted) - len(missing),
        "missing": missing,
        "further": sorted(set(raised) - set(wanted)),
    }


def _updates(updates: Iterable[Mapping[str, Any]], told: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {_UPDATES[one["bichard"]] for one in updates}
    before: NewRecord | None = told["before"]
    made: set[Change] = set()
    if before is not None and wanted:
        result: CourtResult = told["content"]
        items = numbered_items(before.details, before.arrest_reports, before.convictions)
        charges = charges_under(items.held, result.compared_asn)
        made = {change for _, change in judged(court_tables(), result, charges).changes}
    return {
        "stated": len(wanted),
        "present": len(wanted & made),
        "further": sorted(one.value for one in made - wanted),
    }


def _verdicts(updates: Iterable[Mapping[str, Any]], record: Record | None) -> dict[str, Any]:
    """Compare verdicts with the disposals on the record, by offence and day."""
    held = _held(record)
    missing = []
    stated = 0
    for offence in (one for update in updates for one in update.get("offences", ())):
        if not offence.get("verdict"):
            continue
        stated += 1
        kinds = _VERDICTS[offence["verdict"]]
        keys = [(offence["code"], offence["on"], kind) for kind in kinds]
        key = next((one for one in keys if one in held), None)
        if key is None:
            missing.append([offence["code"], offence["verdict"], offence["on"]])
        else:
            held.remove(key)
    return {"stated": stated, "present": stated - len(missing), "missing": missing}


def _is_earlier(code: str, wanted: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Whether the record had a result of that day, which another has replaced."""
    days = [
        {one[1] for one in _held(told[record]) if one[0] == code}
        for record in ("before", "record")
    ]
    return wanted["date"] in days[0] - days[1]


def _held(record: Record | NewRecord | None) -> list[tuple[str, str, DisposalType]]:
    return [
        (offence.code, one.on.isoformat(), one.disposal_type)
        for report in (record.arrest_reports if record else ())
        for offence in report.offences
        for one in offence.disposals
    ]


def _disposals(updates: Iterable[Mapping[str, Any]], told: Mapping[str, Any]) -> dict[str, Any]:
    """Compare sentences and orders with the sanctions on the record, by offence."""
    record: Record | None = told["record"]
    held = [
        (one.offences[0].national_code, sanction)
        for one in (record.convictions if record else ())
        for sanction in one.sanctions
    ]
    stated, missing = 0, []
    for offence in (one for update in updates for one in update.get("offences", ())):
        for wanted in offence["disposals"]:
            if wanted["code"][0] not in "13":
                continue
            stated += 1
            if wanted["code"] == _WAS_CHANGED and _is_earlier(offence["code"], wanted, told):
                continue
            found = next((one for one in held if _is_equal(offence["code"], wanted, one)), None)
            if found is None:
                missing.append([offence["code"], wanted])
            else:
                held.remove(found)
    return {"stated": stated, "present": stated - len(missing), "missing": missing}


def _is_equal(code: str, wanted: Mapping[str, Any], held: tuple[str, Sanction]) -> bool:
    national, sanction = held
    told = sanction.code.code if sanction.code else ""
    codes = {told, "1002"} if told == "1507" else {told}
    if national != code or wanted["code"] not in codes:
        return False
    amount = wanted.get("amount_gbp")
    if amount and [one.hundredths for one in sanction.amounts] != [_pence(amount)]:
        return False
    return _is_length(wanted.get("duration", ""), sanction) and _is_day(wanted, sanction)


def _pence(text: str) -> int:
    return round(float(text) * 100)


def _is_length(text: str, sanction: Sanction) -> bool:
    if text == "life":
        return sanction.is_indefinite
    found = _LENGTH.fullmatch(text)
    if found is None:
        return True
    if found[2] == "hour":
        return found[1] in sanction.words
    return sanction.duration == f"P{found[1]}{found[2][0].upper()}"


def _is_day(wanted: Mapping[str, Any], sanction: Sanction) -> bool:
    day = wanted.get("date")
    days = {str(sanction.starts_on), str(sanction.ends_on)}
    return not day or day in days
