"""The way of authentication at the provider (`acr`), where one is required."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ConfigurationError
from domain.events.access import ProviderSignInRefused
from matching.scorer import Scorer
from service.adapters.identity.provider_settings import provider_plan
from service.settings import load_settings
from tests.identity_provider import API_AUDIENCE, Provider
from tests.integration.identity.driver import assert_refused, opened, settings_of, sign_in
from tests.integration.web.driver import Office, browser

ALLOWED = ("urn:two", "urn:three")


@pytest.fixture
def strict_office(
    database_url: str, scorer: Scorer, tmp_path: Path, provider: Provider
) -> Iterator[Office]:
    """Return an office that requires a way of authentication."""
    told = settings_of(provider, provider_acr=ALLOWED, oidc_api_audience=API_AUDIENCE)
    with opened(database_url, scorer, tmp_path, **told) as office:
        yield office


def test_the_provider_is_asked_for_the_allowed_ways(
    strict_office: Office, provider: Provider
) -> None:
    provider.person["acr"] = "urn:three"

    answer = sign_in(browser(strict_office.app))

    assert answer.status_code == 200
    assert provider.queries[-1]["acr_values"] == "urn:two urn:three"


def test_without_the_setting_nothing_is_asked(office: Office, provider: Provider) -> None:
    provider.person["acr"] = "urn:one"

    assert sign_in(browser(office.app)).status_code == 200
    assert "acr_values" not in provider.queries[-1]


@pytest.mark.parametrize("told", [None, "urn:one", "", "urn:two urn:three", ["urn:two"], 2])
def test_another_way_opens_nothing_and_is_on_record(
    strict_office: Office, provider: Provider, told: Any
) -> None:
    provider.person["acr"] = "urn:two"
    sign_in(browser(strict_office.app))
    if told is None:
        del provider.person["acr"]
    else:
        provider.person["acr"] = told
    client = browser(strict_office.app)

    answer = sign_in(client)

    assert_refused(strict_office, client, answer, "acr")
    with strict_office.bench.services.units.read() as unit:
        refused = [
            event
            for event in unit.events.every()
            if event.event_type == ProviderSignInRefused.event_type
        ]
    assert len(refused) == 1
    assert b'"reason":"acr"' in refused[0].body


def test_an_access_token_needs_it_too(strict_office: Office, provider: Provider) -> None:
    provider.person["acr"] = "urn:two"
    sign_in(browser(strict_office.app))
    api = strict_office.world.client
    headers = {"X-Purpose": "examination"}

    statuses = []
    for way in ("urn:two", "urn:one"):
        token = provider.access_token(acr=way)
        answer = api.get("/v1/cases", headers={**headers, "Authorization": f"Bearer {token}"})
        statuses.append(answer.status_code)

    assert statuses == [200, 401]


@pytest.mark.parametrize("values", [("",), ("one two",), ("one", "")])
def test_values_that_cannot_be_asked_for_stop_the_start(
    provider: Provider, values: tuple[str, ...]
) -> None:
    settings = load_settings(**settings_of(provider, provider_acr=values))

    with pytest.raises(ConfigurationError, match="IDENTLINK_PROVIDER_ACR"):
        provider_plan(settings)
