"""`identlink serve` and `identlink gallery` as real processes over a real Ray cluster.

Every process has a limit of time, after which the test fails: none may hang, whatever hangs in the
cluster.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from domain.access.access import Role
from service.bootstrap.stores import open_database
from service.settings import load_settings
from tests.ahead import shipped_model
from tests.integration.api.driver import PURPOSES, headers
from tests.integration.api.prints import encounter, tenprint
from tests.integration.parted.conftest import served
from tests.ray_head import control_store_stopped, ray_head

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(find_spec("ray") is None, reason="the extra `scale` is not installed"),
    pytest.mark.shares("ray"),
]

PROGRAM = (sys.executable, "-c", "from service.main import run; run()")
LIMIT_S = 300
"""For one command: a hundred times what it takes where nothing else runs."""
ENROLLED = 5


@dataclass(slots=True)
class Shop:
    """A store, the cluster of its gallery, and a caller."""

    store: Path
    cluster: str
    secret: str

    def environment(self) -> dict[str, str]:
        given = {
            "IDENTLINK_STORE": str(self.store),
            "IDENTLINK_GALLERY": self.cluster,
            "IDENTLINK_PROBE_ATTEMPTS": "0",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        return os.environ | given

    def gallery(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `identlink gallery` to its end; fails the test when it does not end."""
        return subprocess.run(  # noqa: S603  # our own interpreter
            [*PROGRAM, "gallery", *words],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def post(self, address: str, path: str, body: Any) -> dict[str, Any]:
        asked = urllib.request.Request(  # noqa: S310 - the loopback interface
            address + path,
            json.dumps(body).encode(),
            {**headers(self.secret, PURPOSES[Role.FORCE]), "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=LIMIT_S) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found

    def search(self, address: str, person: int) -> str:
        """Search for a person; return who is first among the candidates, which no force sees."""
        body = {"search_type": "TP/TP", "impressions": tenprint(person, capture=3)}
        search_id = self.post(address, "/v1/searches", body)["search_id"]
        database = open_database(load_settings(store=self.store))
        try:
            with database.units_of_work().read() as unit:
                return str(unit.searches.candidates(search_id)[0].person_id)
        finally:
            database.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Fill a store with an index of its own; then its gallery is in parts."""
    home = tmp_path_factory.mktemp("shop")
    settings = load_settings(store=home / "store", probe_attempts=0)
    with served(settings, shipped_model()) as world:
        for person in range(1, ENROLLED + 1):
            world.enrol(person)
        secret = world.secret(Role.FORCE, "custody-01", force="01")
    with ray_head() as (address, token):
        shutil.copy(token, settings.gallery_token)
        found = Shop(settings.store, address, secret)
        made = found.gallery(
            *("rebalance", "--parts", "2", "--replicas", "1"),
            *("--directory", str(home / "parts"), "--json"),
        )
        assert made.returncode == 0, made.stderr
        assert json.loads(made.stdout) == {"started": 2, "stopped": []}
        yield found


@contextmanager
def server(shop: Shop) -> Iterator[str]:
    """Serve the store; yield the address. The server must end by itself when it is asked to."""
    serving = subprocess.Popen(  # noqa: S603  # our own interpreter
        [*PROGRAM, "serve", "--port", "0", "--json"],
        env=shop.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert serving.stdout is not None
        yield str(json.loads(serving.stdout.readline())["address"])
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(LIMIT_S) == 0
    finally:
        serving.kill()
        serving.communicate()


def test_status_and_verify_say_that_all_is_there(shop: Shop) -> None:
    shown = shop.gallery("status", "--json")
    assert shown.returncode == 0, shown.stderr
    facts = json.loads(shown.stdout)
    assert facts["cursor"] == facts["last_change"] >= ENROLLED
    assert sum(one["tenprints"] for one in facts["replicas"]) == ENROLLED
    assert all(one["host"] for one in facts["replicas"])
    checked = shop.gallery("verify", "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["replicas"] == 2


def test_a_served_store_finds_who_was_just_enrolled_whatever_hangs(shop: Shop) -> None:
    with server(shop) as address:
        new = shop.post(address, "/v1/encounters", encounter(40, force="01"))
        assert shop.search(address, 40) == new["person_id"]
        with control_store_stopped(shop.cluster):
            assert shop.search(address, 40) == new["person_id"]
            refused = shop.gallery("status")
            assert refused.returncode != 0
            assert "cannot be reached" in refused.stderr
            later = shop.post(address, "/v1/encounters", encounter(41, force="01"))
            assert shop.search(address, 41) == later["person_id"]
        assert shop.search(address, 41) == later["person_id"]
