"""Signing in through an identity provider on another site, in a real browser.

The provider runs as `localhost` and the workbench as `127.0.0.1`: to the browser these are two
sites, so that it treats cookies, forms and redirects as strictly as in an office.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.access.access import Role
from domain.store_secrets import mac_under
from service.adapters.identity.oidc_provider import OidcProvider
from service.adapters.identity.provider_settings import CALLBACK_PATH, ProviderPlan
from service.adapters.identity.provider_web import ProviderWeb
from service.settings import load_settings
from service.usecases.workbench import Place, ProviderDesk, RoleMap
from tests.e2e.desks import Desks
from tests.e2e.site import Site
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, Provider, running_provider


@pytest.fixture
def provider(site: Site, desks: Desks) -> Iterator[Provider]:
    """Return a provider beside the site for the duration of a test."""
    with running_provider(host="localhost") as provider:
        provider.needs_click = True
        plan = ProviderPlan(
            *(provider.issuer, CLIENT_ID, CLIENT_SECRET),
            f"{site.address}{CALLBACK_PATH}",
            load_settings(),
        )
        desk = ProviderDesk(
            OidcProvider(plan, ProviderWeb(), time.monotonic),
            RoleMap({"examiners": Place(Role.EXAMINER)}),
            cookie_mac=mac_under(b"k" * 32),
        )
        site.app.state.workbench = replace(site.bench, provider=desk)
        desks.elsewhere.add(provider.issuer)
        yield provider
        site.app.state.workbench = site.bench


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_signs_in_at_the_provider_and_is_led_back(
    desks: Desks, site: Site, provider: Provider, *, scripts: bool
) -> None:
    desk = desks.stranger(scripts=scripts)
    desk.go("queue?activity=mark+comparison")
    if scripts:
        desk.check("sign-in-provider")

    desk.page.click("text=Sign in with your work account")
    desk.page.click("text=Let me in")

    desk.page.wait_for_url(f"{site.address}/workbench/queue")
    assert "ann.orr" in desk.page.inner_text(".wb-header__who")
    names = {cookie["name"]: cookie for cookie in desk.page.context.cookies()}
    assert "identlink-departure" not in names
    assert names["identlink-session"]["sameSite"] == "Strict"


def test_somebody_without_a_role_is_told_so(desks: Desks, provider: Provider) -> None:
    provider.person["roles"] = ["staff"]
    desk = desks.stranger()
    desk.go("sign-in")

    desk.page.click("text=Sign in with your work account")
    desk.page.click("text=Let me in")

    desk.page.wait_for_selector(".govuk-error-summary")
    assert "has no role in this service" in desk.page.content()
    desk.check("sign-in-provider-refused")
