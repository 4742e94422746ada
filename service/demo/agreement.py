"""The agreement within which the demo's agency asks."""

from __future__ import annotations

from typing import Any

from service.demo.officers import two_officers
from service.demo.sign_ins import user_of
from service.demo.stage import Stage

_AGENCY = "DEMO-AGENCY"
_AGREED: dict[str, Any] = {
    "agency": _AGENCY,
    "name": "Agency of the demo",
    "legal_status": "competent authority",
    "purposes": ["criminal proceedings"],
    "reach": "unspent convictions",
    "starts_on": "2020-01-01",
    "review_on": "2099-01-01",
    "contacts": [{"name": "Ann Other", "email": "ann@agency.example"}],
}


def agree_with_agency(stage: Stage) -> None:
    """Put the agreement on record, once, and let the demo's account speak for the agency."""
    with two_officers(stage) as (officer, _):
        known = officer.get("/v1/agreements")["agreements"]
        if _AGENCY in {one["agency"] for one in known}:
            return
        officer.post("/v1/agreements", _AGREED)
        member = {"user": user_of(stage.runtime, "agency-a")}
        officer.post(f"/v1/agreements/{_AGENCY}/members", member)
