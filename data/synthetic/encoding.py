"""Details and records as plain JSON values, and back."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from domain.ids import ForceCode, PersonId, RecordId
from domain.people import people
from domain.people.convictions import Conviction
from domain.plain_values import plain, read_plain

Json = dict[str, Any]

T = TypeVar("T")

# Dates are cached: a century has only 36,525 days, and the values are frozen.
_partial_date = lru_cache(65_536)(people.PartialDate.parse)
_date = lru_cache(65_536)(date.fromisoformat)


def details_to_json(details: people.Details) -> Json:
    """Return details as a JSON object. Empty values are left out."""
    full: Json = {
        "names": [
            {"forename": n.forename, "surname": n.surname, "middle_names": n.middle_names}
            for n in details.names
        ],
        "dates_of_birth": [str(day) for day in details.dates_of_birth],
        "sex": details.sex.value if details.sex else None,
        "place_of_birth": details.place_of_birth,
        **_nationalities_to_json(details.nationalities),
        "addresses": [
            {"line": a.line, "town": a.town, "postcode": a.postcode} for a in details.addresses
        ],
        "pnc_ids": list(details.pnc_ids),
        "cro_numbers": list(details.cro_numbers),
        "previous_names": plain(details.previous_names),
        "parents": plain(details.parents),
        "documents": plain(details.documents),
    }
    return {key: value for key, value in full.items() if value}


def details_from_json(value: Json) -> people.Details:
    """Return the details from a JSON object made by `details_to_json`."""
    return people.Details(
        names=tuple(people.PersonName(**name) for name in value.get("names", ())),
        dates_of_birth=tuple(_partial_date(day) for day in value.get("dates_of_birth", ())),
        sex=people.Sex(value["sex"]) if "sex" in value else None,
        place_of_birth=value.get("place_of_birth", ""),
        nationalities=_nationalities_from_json(value),
        addresses=tuple(people.Address(**address) for address in value.get("addresses", ())),
        pnc_ids=tuple(value.get("pnc_ids", ())),
        cro_numbers=tuple(value.get("cro_numbers", ())),
        previous_names=_many(people.PreviousName, value.get("previous_names", ())),
        parents=_many(people.Parent, value.get("parents", ())),
        documents=_many(people.IdentityDocument, value.get("documents", ())),
    )


def _many(kind: type[T], stated: Sequence[Json]) -> tuple[T, ...]:
    return tuple(read_plain(kind, one) for one in stated)


def _nationalities_to_json(held: tuple[people.Nationality, ...]) -> Json:
    if len(held) == 1 and held[0].country and held[0] == people.Nationality(held[0].country):
        return {"nationality": held[0].country}
    return {"nationalities": plain(held)}


def _nationalities_from_json(value: Json) -> tuple[people.Nationality, ...]:
    if "nationality" in value:
        return (people.Nationality(value["nationality"]),)
    return _many(people.Nationality, value.get("nationalities", ()))


def record_to_json(record: people.Record) -> Json:
    """Return a record as a JSON object."""
    return {
        "record_id": record.record_id,
        "person_id": record.person_id,
        "force": record.force,
        "details": details_to_json(record.details),
        "arrest_reports": [_report_to_json(report) for report in record.arrest_reports],
        "convictions": plain(record.convictions),
    }


def record_from_json(value: Json) -> people.Record:
    """Return the record from a JSON object made by `record_to_json`."""
    return people.Record(
        record_id=RecordId(value["record_id"]),
        person_id=PersonId(value["person_id"]),
        force=ForceCode(value["force"]),
        details=details_from_json(value["details"]),
        arrest_reports=tuple(_report_from_json(report) for report in value["arrest_reports"]),
        convictions=_many(Conviction, value.get("convictions", ())),
    )


def _report_to_json(report: people.ArrestReport) -> Json:
    return {
        "asn": report.asn,
        "force": report.force,
        "on": report.on.isoformat(),
        "offences": [_offence_to_json(offence) for offence in report.offences],
    }


def _report_from_json(value: Json) -> people.ArrestReport:
    return people.ArrestReport(
        asn=value["asn"],
        force=ForceCode(value["force"]),
        on=_date(value["on"]),
        offences=tuple(_offence_from_json(offence) for offence in value["offences"]),
    )


def _offence_to_json(offence: people.Offence) -> Json:
    return {
        "code": offence.code,
        "title": offence.title,
        "is_recordable": offence.is_recordable,
        "committed_on": offence.committed_on.isoformat(),
        "disposals": [
            {"type": d.disposal_type.value, "on": d.on.isoformat(), "sentence": d.sentence}
            for d in offence.disposals
        ],
    }


def _offence_from_json(value: Json) -> people.Offence:
    return people.Offence(
        code=value["code"],
        title=value["title"],
        is_recordable=value["is_recordable"],
        committed_on=_date(value["committed_on"]),
        disposals=tuple(
            people.Disposal(people.DisposalType(d["type"]), _date(d["on"]), d["sentence"])
            for d in value["disposals"]
        ),
    )
