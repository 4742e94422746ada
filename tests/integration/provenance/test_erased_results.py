"""What a court said of an erased person, under the number of an arrest, opens no more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.settings import Settings
from service.storage.tables.erasures import stored_payloads
from service.storage.tables.services.agencies import asn_results
from tests.integration.agencies.agreeing import agreed, creation
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.requests.working import FINE, Worked, add_convictions
from tests.integration.storage.raw import connection

pytestmark = pytest.mark.promise("erasure")


def _sentenced(world: World, person: int) -> str:
    """Enrol a person of whom an agency asks, and take a result of a court; return the person."""
    enrolled = world.enrol(person)
    add_convictions(world, enrolled["record_id"], FINE)
    agency, officer = agreed(world, f"HARB{person}"), world.officer()
    request_id = agency.post("/v1/agency/requests", creation(person)).json()["request_id"]
    request = Worked(world, request_id)
    request.search_by_details()
    request.identify_first()
    request.release()
    asn = officer.post(f"{request.at}/asn").json()["asn"]
    result = {"asn": asn, "result_on": "2026-02-02", "words": "Fined for the theft of a boat."}
    assert officer.post("/v1/asn-results", result).json() == {"fate": "matched"}
    return str(enrolled["person_id"])


def _words(settings: Settings) -> tuple[list[int], int]:
    """Return the payloads of the results, and how many of them are stored."""
    with connection(settings.database_address) as raw:
        named = raw.execute(select(asn_results.c.payload_id)).scalars().all()
        held = select(stored_payloads.c.payload_id).where(stored_payloads.c.payload_id.in_(named))
        return list(named), len(raw.execute(held).all())


@pytest.mark.dear("works two whole requests of agencies")
def test_the_words_of_a_court_go_with_their_person_and_with_nobody_else(
    world: World, settings: Settings
) -> None:
    gone, _ = _sentenced(world, 1), _sentenced(world, 2)
    named, before = _words(settings)

    erased(world, gone)

    assert (len(named), before) == (2, 2)
    assert _words(settings) == (named, 1)
