from __future__ import annotations

from tests.house.layout import floor_of
from tests.house.sources import arrows, imports
from tests.unit.house.builders import source

FILES = [
    source("service.api.pages", "from service.usecases.links import show\nimport domain.ids\n"),
    source("service.api.more", "from service.usecases import links\nfrom os import path\n"),
    source("service.usecases", is_package=True),
    source("service.usecases.links", "def show():\n    from domain.ids import Id\n"),
    source("domain.ids"),
]


def test_an_import_leads_to_the_module_that_holds_the_name() -> None:
    assert imports(FILES) == {
        ("service.api.pages", "service.usecases.links"),
        ("service.api.pages", "domain.ids"),
        ("service.api.more", "service.usecases.links"),
        ("service.usecases.links", "domain.ids"),
    }


def test_arrows_count_imports_from_floor_to_floor() -> None:
    assert arrows(imports(FILES), floor_of) == {
        ("api", "usecases"): 2,
        ("api", "domain"): 1,
        ("usecases", "domain"): 1,
    }
