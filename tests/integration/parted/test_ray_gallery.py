"""Parts as actors of a Ray cluster on this machine: whole lists or none, whatever is killed.

One cluster for all tests of the module, on the loopback interface; it ends with them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.errors import ConfigurationError, GalleryIncompleteError
from indexing.codes.columns import stored_columns
from indexing.codes.filters import NO_FILTER
from indexing.codes.rotation import key_check
from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind
from indexing.parts.part_protocol import PartPlan, step_end
from indexing.placing import even_maps
from indexing.searching.exhaustive import LeftOut
from indexing.searching.hits import Hits
from service.adapters.parts.parted_index import PartedIndex
from service.adapters.parts.parts_hosting import check_token, open_cluster
from service.adapters.parts.parts_layout import begun
from service.adapters.surroundings import code_version
from tests.formats import FORMAT
from tests.integration.parted.whole import whole_of
from tests.ray_head import control_store_stopped, ray_head
from tests.unit.indexing.building import KEY, people
from tests.unit.indexing.replicas import History

pytestmark = [
    pytest.mark.cluster,
    # Ray is imported by `open_cluster` alone: it reads its environment then, and never again.
    pytest.mark.skipif(find_spec("ray") is None, reason="the extra `scale` is not installed"),
    pytest.mark.shares("ray"),
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

RNG = np.random.default_rng(79)
PEOPLE = people(RNG, 400)
BATCH = PEOPLE.batch(RNG, RNG.integers(0, 400, 2200))
PARTS = 2
SOON_S = 30.0


@dataclass(slots=True)
class Site:
    cluster: Any
    index: PartedIndex
    whole: GalleryIndex
    history: History
    address: str

    def follow(self) -> None:
        """Send every replica what it lacks."""
        replicas = self.cluster.replicas()
        assert len(replicas) == 2 * PARTS  # one that is being restarted has no name meanwhile
        for one in replicas:
            standing = one.call("standing", "").result(SOON_S)
            have = standing.share.cursor
            while have < self.history.last or standing.answers_at < have:
                end = step_end(have, self.history.last)
                step = self.history.step(have, end).only(standing.share.buckets)
                have = one.call("feed", step).result(SOON_S)
                standing = one.call("standing", "").result(SOON_S)
        self.index.refresh()

    def follow_soon(self) -> float:
        """Do so as soon as all replicas are back; return the seconds it took."""
        begun = time.monotonic()
        while True:
            try:
                self.follow()
                return time.monotonic() - begun
            except Exception:
                if time.monotonic() - begun > SOON_S:
                    raise
                time.sleep(0.1)


@pytest.fixture(scope="module")
def head() -> Iterator[tuple[str, Path]]:
    with ray_head() as started:
        yield started


@pytest.fixture(scope="module")
def cluster(head: tuple[str, Path]) -> Iterator[Any]:
    before = dict(os.environ)
    opened = open_cluster(*head)
    try:
        yield opened
    finally:
        for one in opened.replicas():
            opened.stop(one.name)
        opened.close()
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="module")
def site(
    head: tuple[str, Path], cluster: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    history = History(FORMAT.index)
    history.add(BATCH)
    columns = stored_columns(BATCH, history.rotation)
    whole, codec = whole_of(tmp_path_factory.mktemp("whole"), BATCH, columns)
    home = tmp_path_factory.mktemp("parts")
    (node,) = cluster.nodes()
    for number, buckets in enumerate(even_maps(PARTS)):
        plan = PartPlan(1, number, buckets, FORMAT.index, key_check(KEY), codec.digest)
        for copy in range(2):
            cluster.start(f"part-{number}-{copy}", plan, home / f"{number}-{copy}", codec, node)
    index = PartedIndex(cluster, FORMAT.index, KEY, code=code_version())
    found = Site(cluster, index, whole, history, head[0])
    found.follow()
    yield found
    found.whole.close()


def assert_equal(found: Hits, expected: Hits) -> None:
    assert found.encounter_rows.tolist() == expected.encounter_rows.tolist()
    assert found.person_rows.tolist() == expected.person_rows.tolist()
    assert found.similarities.tobytes() == expected.similarities.tobytes()
    assert (found.digest, found.cursor) == (expected.digest, expected.cursor)


def pid_of(site: Site, part: int, copy: int) -> int:
    name = f"part-{part}-{copy}"
    (one,) = [one for one in site.cluster.replicas() if one.name == name]
    return int(one.call("process").result(SOON_S))


def test_lists_over_a_cluster_are_those_of_one_index(site: Site) -> None:
    probes = [PEOPLE.tenprint(RNG, person) for person in range(0, 60, 6)]
    marks = [PEOPLE.mark(RNG, person) for person in range(4)]
    for k in (1, 30, 200):
        expected = site.whole.search_tenprints(probes, k=k)
        for one, other in zip(site.index.search_tenprints(probes, k=k), expected, strict=True):
            assert_equal(one, other)
    for mark in marks:
        assert_equal(site.index.search_mark(mark, k=20), site.whole.search_mark(mark, k=20))
    expected_file = site.whole.search_mark_file(probes[0], k=5, where=NO_FILTER)
    assert_equal(site.index.search_mark_file(probes[0], k=5), expected_file)
    for probe in (probes[0], marks[0]):
        assert site.index.cohorts.strangers(probe) == site.whole.cohorts.strangers(probe)


@pytest.mark.parametrize("among", list(Kind))
def test_a_comparison_with_everybody_is_that_of_one_index(site: Site, among: Kind) -> None:
    left_out = LeftOut(2100, np.arange(0, 2000, 7))
    for probe in (PEOPLE.tenprint(RNG, 3), PEOPLE.mark(RNG, 4)):
        expected, found = (
            index.compare_all(probe, among, left_out=left_out, count=60)
            for index in (site.whole, site.index)
        )
        assert len(found.nearest) == (60 if among is Kind.TENPRINTS else 0)
        assert found.nearest.encounter_rows.tolist() == expected.nearest.encounter_rows.tolist()
        assert found.nearest.similarities.tobytes() == expected.nearest.similarities.tobytes()
        assert (found.tally, found.cursor) == (expected.tally, expected.cursor)


def test_a_killed_replica_is_replaced_and_comes_back(site: Site) -> None:
    probe = PEOPLE.tenprint(RNG, 7)
    expected = site.whole.search_tenprint(probe, k=50)
    for turn in range(3):
        killed = pid_of(site, turn % PARTS, turn % 2)
        os.kill(killed, signal.SIGKILL)
        for _ in range(3):
            assert_equal(site.index.search_tenprint(probe, k=50), expected)
        site.follow_soon()
        assert pid_of(site, turn % PARTS, turn % 2) != killed
        assert all(len(part) == 2 for part in site.index.layout.parts)


def test_without_both_replicas_of_a_part_there_is_no_list(site: Site) -> None:
    probe = PEOPLE.tenprint(RNG, 8)
    expected = site.whole.search_tenprint(probe, k=50)
    for copy in (0, 1):
        os.kill(pid_of(site, 1, copy), signal.SIGKILL)
    with pytest.raises(GalleryIncompleteError):
        site.index.search_tenprint(probe, k=50)
    site.follow_soon()
    assert_equal(site.index.search_tenprint(probe, k=50), expected)


def test_searches_go_on_while_the_control_store_hangs(site: Site) -> None:
    probe = PEOPLE.tenprint(RNG, 9)
    expected = site.whole.search_tenprint(probe, k=50)
    site.follow_soon()
    with control_store_stopped(site.address):
        since = time.monotonic()
        site.index.refresh()
        assert time.monotonic() - since < SOON_S / 3
        assert site.index.is_whole
        assert_equal(site.index.search_tenprint(probe, k=50), expected)
        waiting = begun(site.cluster.nodes)  # for an answer, and no search waits for it
        assert_equal(site.index.search_tenprint(probe, k=50), expected)
    assert waiting.result(SOON_S)
    site.index.refresh()
    assert_equal(site.index.search_tenprint(probe, k=50), expected)


def test_a_replica_that_hangs_is_passed_over(site: Site) -> None:
    probe = PEOPLE.tenprint(RNG, 10)
    expected = site.whole.search_tenprint(probe, k=50)
    stopped = pid_of(site, 0, 1)
    os.kill(stopped, signal.SIGSTOP)
    try:
        for _ in range(4):  # either replica has its turn
            assert_equal(site.index.search_tenprint(probe, k=50), expected)
        site.index.refresh()
        assert [len(part) for part in site.index.layout.parts] == [1, 2]
    finally:
        os.kill(stopped, signal.SIGCONT)
    site.follow_soon()


def test_an_erased_person_is_in_no_list_of_any_replica(site: Site) -> None:
    probe = PEOPLE.tenprint(RNG, 33)
    person = int(site.index.search_tenprint(probe, k=1).person_rows[0])
    rows = BATCH.encounter_rows[BATCH.person_rows == person]
    site.history.erase(rows.tolist())
    site.whole.erase(rows, cursor=site.history.last)
    site.follow()
    expected = site.whole.search_tenprint(probe, k=200)
    for _ in range(2):  # either replica has its turn
        found = site.index.search_tenprint(probe, k=200)
        assert person not in found.person_rows
        assert_equal(found, expected)


def test_replicas_check_their_files(site: Site) -> None:
    for one in site.cluster.replicas():
        assert one.call("verify").result(SOON_S).encounters > 0


def test_a_cluster_that_demands_the_token_is_taken_for_closed(site: Site) -> None:
    from service.adapters.parts import ray_gallery  # noqa: PLC0415 - an extra

    ray_gallery.demand_token(site.address.removeprefix("ray://"))
    ray_gallery.demand_no_dashboard("")
    with pytest.raises(ConfigurationError, match="dashboard"):
        ray_gallery.demand_no_dashboard("127.0.0.1:8265")


_OPEN_CLUSTER = """
import os, sys
os.environ.update(RAY_AUTH_MODE="disabled", RAY_USAGE_STATS_ENABLED="0")
import ray
from tests.ray_head import ray_head
from domain.errors import ConfigurationError
from service.adapters.parts.ray_gallery import demand_token
context = ray.init(num_cpus=1, object_store_memory=100 * 2**20, include_dashboard=False,
                   log_to_driver=False, _temp_dir=sys.argv[1])
try:
    demand_token(context.address_info["gcs_address"])
except ConfigurationError as error:
    print(error.detail)
finally:
    ray.shutdown()
"""


@pytest.mark.slow
def test_a_cluster_that_answers_without_a_token_is_refused() -> None:
    home = tempfile.mkdtemp(prefix="r", dir="/tmp")
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter
            [sys.executable, "-c", _OPEN_CLUSTER, home],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    assert "without a token" in done.stdout


def test_without_an_address_or_encryption_nothing_is_opened(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="IDENTLINK_GALLERY"):
        open_cluster(None, tmp_path / "token")
    with pytest.raises(ConfigurationError, match="RAY_USE_TLS"):
        open_cluster("ray://gallery.example:6379", tmp_path / "token")


def test_a_token_open_to_others_is_refused(tmp_path: Path) -> None:
    check_token(tmp_path / "token")
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    (tmp_path / "token").chmod(0o644)
    with pytest.raises(ConfigurationError, match="0600"):
        check_token(tmp_path / "token")


def test_without_the_extra_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "service.adapters.parts.ray_gallery", raising=False)
    with pytest.raises(ConfigurationError, match=r"identlink\[scale\]"):
        open_cluster("ray://127.0.0.1:6379", tmp_path / "token")
