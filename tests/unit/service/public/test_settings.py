"""Settings of the public's pages: bad ones stop the start, and the document names every one."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from service.public.desk import load_public_settings
from service.public.rendering import catalogues
from tests.unit.service.public.settings_document import PAGE, written


def test_the_document_names_every_setting_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert written(page) == page
    assert "IDENTLINK_PUBLIC_PAGES_FAILURES_FROM_ANYWHERE" in page


def test_a_bad_setting_stops_the_start_and_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IDENTLINK_PUBLIC_PAGES_OFFICE", "ftp://secret-host")

    with pytest.raises(ConfigurationError) as refused:
        load_public_settings()

    assert "IDENTLINK_PUBLIC_PAGES_OFFICE" in refused.value.detail
    assert "secret" not in refused.value.detail


def test_the_pages_do_not_start_without_a_client(tmp_path: Path) -> None:
    for given in (
        {},
        {"client_id": "x"},
        {"client_id": "x", "client_secret_file": tmp_path / "no"},
    ):
        with pytest.raises(ConfigurationError):
            load_public_settings(**given).client_secret()


@pytest.mark.parametrize("text", ["[]", "{", '{"unknown": "x"}', '{"common": 1}'])
def test_a_bad_catalogue_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "cy.json").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError):
        catalogues(tmp_path)


def test_another_language_says_in_english_what_it_does_not_say(tmp_path: Path) -> None:
    (tmp_path / "fr.json").write_text('{"common": {"back": "Retour"}}', encoding="utf-8")

    french = catalogues(tmp_path)["fr"]

    assert (french.say("common.back"), french.say("common.continue")) == ("Retour", "Continue")
