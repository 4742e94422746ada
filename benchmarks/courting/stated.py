"""Read a record from the neutral format of a folder of messages, as the office would hold it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from domain.courts.results import CourtResult
from domain.ids import ForceCode
from domain.people.convictions import ConvictedOffence, Conviction, Court, Sanction, SentenceKind
from domain.people.people import (
    ArrestReport,
    Details,
    Disposal,
    DisposalType,
    Offence,
    PartialDate,
    PersonName,
    Sex,
)
from domain.shapes import TableCode
from rules.courts.tables import RESULTS, court_tables
from service.usecases.people.enrolment import NewRecord


def new_record(stated: Mapping[str, Any], result: CourtResult) -> NewRecord:
    """Return the record. If it names no person, it has the details of the person in
    the message.
    """
    cases = tuple(_report(stated["asn"], one) for one in stated["cases"])
    convictions = tuple(one for case in stated["cases"] for one in _convictions(stated, case))
    details = _details(stated) if "person" in stated else result.details
    return NewRecord(details, cases, convictions)


def _details(stated: Mapping[str, Any]) -> Details:
    who = stated["person"]
    name = PersonName(who["forename"], who["surname"], who["middle_names"])
    return Details(
        names=(name,),
        dates_of_birth=(PartialDate.parse(who["birth"]),),
        sex=Sex(who["sex"]) if who["sex"] else None,
        pnc_ids=(stated["pnc_id"],) if stated["pnc_id"] else (),
    )


def _report(asn: str, case: Mapping[str, Any]) -> ArrestReport:
    offences = tuple(_offence(case, one) for one in case["offences"])
    on = min(one.committed_on for one in offences)
    return ArrestReport(asn, ForceCode("01"), on, offences)


def _offence(case: Mapping[str, Any], one: Mapping[str, Any]) -> Offence:
    ended = one["ended_on"]
    return Offence(
        one["code"],
        one["title"] or one["code"],
        court_tables().is_recordable(one["code"]),
        date.fromisoformat(one["began_on"]),
        tuple(_disposals(case, one)),
        date.fromisoformat(ended) if ended else None,
    )


def _disposals(case: Mapping[str, Any], one: Mapping[str, Any]) -> Iterator[Disposal]:
    if case["kind"] != "court":
        began = date.fromisoformat(one["began_on"])
        yield Disposal(DisposalType.PENALTY_NOTICE, began)
    told = one["adjudication"]
    if told:
        codes = [each["code"] for each in one["disposals"]]
        kind = DisposalType.CONVICTED if told["verdict"] == "GUILTY" else DisposalType.ACQUITTED
        kind = DisposalType.SINE_DIE if codes == ["2007"] else kind
        yield Disposal(kind, date.fromisoformat(told["on"]))


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
