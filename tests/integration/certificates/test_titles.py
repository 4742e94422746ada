"""Certificates state offences by the titles that the office installed; issued ones stay."""

from __future__ import annotations

import pytest

from domain.errors import InvalidInputError
from service.cli.context import CONSOLE
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from service.usecases.people.offence_tables import (
    install_offences,
    installed_tables,
)
from tests.integration.api.driver import World
from tests.integration.certificates.applying import (
    certificate_of,
    document_of,
    enrolled,
    issued,
    read,
    released,
)
from tests.integration.certificates.test_certificates import LIVE, checked, content_of
from tests.integration.requests.working import add_convictions


def install(world: World, title: str) -> int:
    content = f"code,title,valid_from\nTH68010,{title},1969-01-01\n".encode()
    return install_offences(world.services, CONSOLE, content).version


@pytest.mark.dear("two applications worked to their certificates")
def test_a_certificate_states_the_title_of_its_day(world: World) -> None:
    _, record_id = enrolled(world)
    add_convictions(world, record_id, LIVE)
    assert install(world, "Shop theft") == 1
    first = released(world)
    before = issued(first)

    assert install(world, "Theft from shop or stall") == 2
    with pytest.raises(InvalidInputError):
        install(world, " ")
    second = released(world)
    after = issued(second)

    told = [content_of(world, document_of(*one)) for one in ((first, before), (second, after))]
    offences = [one["offences"] for each in told for one in each["matters"]]
    assert offences == [["Shop theft"], ["Theft from shop or stall"]]
    assert read(world, document_of(first, certificate_of(first))).holds
    assert checked(world, before["number"], before["code"]) == "valid"
    versions = [one.version for one in installed_tables(world.services, CONSOLE)]
    assert versions == [2, 1]
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings
