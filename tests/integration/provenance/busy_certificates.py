"""Certificates in the store in which everything has happened: issued, checked, taken back."""

from __future__ import annotations

from tests.integration.api.driver import World
from tests.integration.certificates.applying import checked, enrolled, issued, released
from tests.integration.certificates.referring import child_protection, refer, reply
from tests.integration.requests.working import FINE, add_convictions

LIVE = FINE | {"asn": "2001010000000000001X"}


def certify(world: World) -> None:
    """Issue a certificate that stands on a record, check it, and take another one back."""
    _, record_id = enrolled(world, 91)
    add_convictions(world, record_id, LIVE)
    held = issued(released(world, 91))
    assert checked(world, held["number"], held["code"]) == "valid"
    request = released(world, 92)
    taken_back = issued(request)
    path = f"/v1/certificates/{taken_back['certificate_id']}/revocation"
    body = {"ground": "issued in error", "words": "Of another applicant."}
    assert request.officer.post(path, body).status_code == 204
    for_children = child_protection(world, 91)
    for_children.search_by_details()
    for_children.identify_first()
    reply(world, refer(for_children), markers=["barred-list"])
