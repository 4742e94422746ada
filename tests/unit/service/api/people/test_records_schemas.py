from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.errors import InvalidDateError, LinkingError, UnknownForceError
from domain.people.people import Details, DisposalType, PartialDate, PersonName, Sex
from service.api.people.records_schemas import DetailsBody, RecordBody

DETAILS: dict[str, Any] = {
    "names": [{"forename": "Ann", "surname": "Lee", "middle_names": "May"}, {"surname": "Li"}],
    "dates_of_birth": ["1984-XX-03", "XXXX-XX-XX"],
    "sex": "female",
    "place_of_birth": "Leeds",
    "nationality": "GBR",
    "addresses": [{"line": "1 High Street", "town": "Leeds", "postcode": "LS1 1AA"}],
    "pnc_ids": ["not even wrong"],
    "cro_numbers": ["123456/84X"],
}


def report(**changed: Any) -> dict[str, Any]:
    offence = {
        "code": "TH68001",
        "title": "Theft",
        "is_recordable": True,
        "committed_on": "2020-01-02",
        "disposals": [{"disposal": "convicted", "on": "2020-02-03", "sentence": "Fine"}],
    }
    return {"asn": "X", "force": "47", "on": "2020-01-03", "offences": [offence]} | changed


def test_details_become_the_domains_own() -> None:
    details = DetailsBody.model_validate(DETAILS, strict=False).to_domain()

    assert details.names[0] == PersonName("Ann", "Lee", "May")
    assert details.dates_of_birth == (PartialDate(1984, None, 3), PartialDate())
    assert (details.sex, details.nationality) == (Sex.FEMALE, "GBR")
    assert details.pnc_ids == ("not even wrong",)


def test_nothing_said_is_nothing() -> None:
    assert DetailsBody().to_domain() == Details()


def test_a_record_has_arrest_reports_as_well() -> None:
    record = RecordBody.model_validate(
        DETAILS | {"arrest_reports": [report()]}, strict=False
    ).to_record()

    arrest = record.arrest_reports[0]
    assert (arrest.force, arrest.on) == ("47", date(2020, 1, 3))
    disposal = arrest.offences[0].disposals[0]
    assert (disposal.disposal_type, disposal.on) == (DisposalType.CONVICTED, date(2020, 2, 3))
    assert record.details.place_of_birth == "Leeds"


@pytest.mark.parametrize(
    ("changed", "kind", "pointer"),
    [
        ({"dates_of_birth": ["1984-02-31"]}, InvalidDateError, "/dates_of_birth/0"),
        ({"arrest_reports": [report(), report(on="x")]}, InvalidDateError,
         "/arrest_reports/1/on"),
        ({"arrest_reports": [report(force="ZZ")]}, UnknownForceError, "/arrest_reports/0/force"),
        ({"arrest_reports": [report(offences=[{"code": "", "title": "", "is_recordable": False,
          "committed_on": "2020-02-30"}])]}, InvalidDateError,
         "/arrest_reports/0/offences/0/committed_on"),
        ({"arrest_reports": [report(offences=[{"code": "", "title": "", "is_recordable": False,
          "committed_on": "2020-02-20", "disposals": [{"disposal": "charged", "on": "soon"}]}])]},
         InvalidDateError, "/arrest_reports/0/offences/0/disposals/0/on"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(
    changed: dict[str, Any], kind: type[LinkingError], pointer: str
) -> None:
    body = RecordBody.model_validate(DETAILS | changed, strict=False)

    with pytest.raises(kind) as refused:
        body.to_record()

    assert refused.value.pointer == pointer
