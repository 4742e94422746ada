from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.errors import ConfigurationError
from service.adapters.identity.provider_settings import path_prefix, provider_plan
from service.bootstrap.desks import open_provider
from service.settings import load_settings

TOLD: dict[str, Any] = {
    "public_url": "https://identlink.example/",
    "oidc_issuer": "https://id.police.example/realm",
    "oidc_client_id": "workbench",
    "oidc_client_secret": "hunter2",
    "oidc_roles": {"examiners": "examiner", "met": "force:01"},
}


def test_without_an_issuer_there_is_no_provider() -> None:
    assert provider_plan(load_settings()) is None


def test_the_plan_is_what_the_settings_say() -> None:
    plan = provider_plan(load_settings(**TOLD))

    assert plan is not None
    assert plan.redirect_address == ("https://identlink.example/workbench/sign-in/provider/answer")
    assert (plan.client_secret, "hunter2" in repr(plan)) == ("hunter2", False)


def test_the_secret_may_be_in_a_file_for_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("hunter3\n")
    told = {**TOLD, "oidc_client_secret": None, "oidc_client_secret_file": file}

    file.chmod(0o640)
    with pytest.raises(ConfigurationError, match="0600"):
        provider_plan(load_settings(**told))
    file.chmod(0o600)
    plan = provider_plan(load_settings(**told))

    assert plan is not None
    assert plan.client_secret == "hunter3"  # noqa: S105 - of a test


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"oidc_issuer": "http://id.police.example"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "https://id.police.example?x=1"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "id.police.example"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "https://[::1"}, "OIDC_ISSUER"),
        ({"public_url": "http://identlink.example"}, "PUBLIC_URL"),
        ({"public_url": None}, "PUBLIC_URL"),
        ({"oidc_client_id": None}, "OIDC_CLIENT_ID"),
        ({"oidc_client_secret": None}, "OIDC_CLIENT_SECRET"),
        ({"oidc_client_secret": ""}, "empty"),
        ({"oidc_client_secret_file": Path("nowhere")}, "OIDC_CLIENT_SECRET"),
        ({"oidc_client_secret": None, "oidc_client_secret_file": Path("nowhere")}, "cannot be"),
        ({"oidc_roles": {}}, "OIDC_ROLES"),
        ({"oidc_scopes": "profile"}, "openid"),
        ({"oidc_api_audience": "workbench"}, "OIDC_API_AUDIENCE"),
    ],
)
def test_what_is_missing_or_unsafe_is_refused_by_name(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named) as refused:
        provider_plan(load_settings(**TOLD | changed))

    assert "hunter2" not in refused.value.detail


@pytest.mark.parametrize("meaning", ["king", "force", "force:ZZ", "examiner:01", "", "force:"])
def test_a_role_that_is_not_known_stops_the_start(tmp_path: Path, meaning: str) -> None:
    told = TOLD | {"oidc_roles": {"x": meaning}, "store": tmp_path}

    with pytest.raises(ConfigurationError, match="OIDC_ROLES"):
        open_provider(load_settings(**told))


def test_somebody_has_to_be_able_to_sign_in() -> None:
    with pytest.raises(ConfigurationError, match="nobody can sign in"):
        provider_plan(load_settings(local_accounts=False))


def test_the_secret_is_never_shown() -> None:
    settings = load_settings(**TOLD)

    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("public_url", "prefix"),
    [
        (None, ""),
        ("https://host.example", ""),
        ("https://host.example/", ""),
        ("https://host.example/office/identlink/", "/office/identlink"),
    ],
)
def test_the_path_in_front_is_that_of_the_public_address(
    public_url: str | None, prefix: str
) -> None:
    assert path_prefix(load_settings(public_url=public_url)) == prefix


@pytest.mark.parametrize(
    "public_url",
    ["http://host.example/a", "https://host.example//a", 'https://host.example/a"b', "nonsense"],
)
def test_an_odd_path_in_front_is_refused(public_url: str) -> None:
    with pytest.raises(ConfigurationError, match="PUBLIC_URL"):
        path_prefix(load_settings(public_url=public_url))
