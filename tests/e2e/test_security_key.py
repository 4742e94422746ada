"""A security key in a real browser: registered, asked for at the sign-in, removed."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from domain.access.access import Role
from service.usecases.access.accounts import AddAccount, add_account
from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site
from tests.integration.api.driver import ROOT
from tests.integration.web.driver import PASSWORD


@pytest.mark.journey
def test_a_key_is_registered_signs_in_and_is_removed(desks: Desks, site: Site) -> None:
    add_account(site.bench, AddAccount(ROOT, "has-a-key", PASSWORD, Role.AUDITOR))
    named = _under_a_name(desks, site)
    desk = desks.stranger()
    desk.site = named
    _plug_in(desk)
    desk.sign_in("has-a-key")

    desk.go("second-factor")
    desk.check("second-factor")
    desk.page.fill("#name", "blue")
    desk.follow("[data-key-new]")
    desk.check("recovery-codes")
    desk.go("second-factor")
    desk.check("second-factor-registered")
    desk.follow(".wb-header__button")

    desk.page.fill("#name", "has-a-key")
    desk.page.fill("#password", PASSWORD)
    desk.follow("main button.govuk-button:not([type=button])")
    desk.check("sign-in-without-key")
    desk.page.fill("#password", PASSWORD)
    desk.follow("[data-key-options]")
    assert "/sign-in" not in desk.page.url

    desk.go("second-factor")
    desk.page.click("form[action$=removal] [data-key-options]")
    desk.page.wait_for_function(
        "() => document.querySelector('form[action$=removal] [name=answer]').value"
    )
    desk.follow("form[action$=removal] .govuk-button--warning")
    assert "Remove one" not in desk.page.inner_text("main")


def _under_a_name(desks: Desks, site: Site) -> Site:
    """Return the site under a name: keys are not bound to numbers."""
    named = replace(site, address=f"http://localhost:{urlsplit(site.address).port}")
    desks.elsewhere.add(named.address)
    return named


def _plug_in(desk: Desk) -> None:
    """Give the browser a key that remembers accounts and is always touched."""
    tools = desk.page.context.new_cdp_session(desk.page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        # Chromium registers a key that remembers accounts only where it knows its owner.
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
