"""The cluster that holds a gallery in parts, which replica each host holds, and their moves.

The cluster is opened if the extra `scale` is installed; searches continue during moves.
"""

import ipaddress
import os
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from domain.errors import ConfigurationError, GalleryIncompleteError
from indexing.codes.codec import Codec
from indexing.parts.part_protocol import PartPlan
from indexing.parts.replicated import Replica, ReplicaLostError
from indexing.placing import BUCKETS, even_maps
from service.adapters.parts.parted_index import PartedIndex
from service.adapters.parts.parts_layout import Holders, Known
from service.adapters.store_modes import private_file

_SCHEME = "ray://"
_LIVES_WITHOUT_STORE_S = "600"
"""How long a process continues without the control store of the cluster before Ray ends it."""


class Cluster(Holders, Protocol):
    """A cluster of hosts, and the replicas on them."""

    def nodes(self) -> list[str]:
        """Return the hosts that are up."""

    def start(
        self, name: str, plan: PartPlan, directory: Path, codec: Codec | None, node: str
    ) -> Replica:
        """Start a replica on a host. Raises GalleryError."""

    def stop(self, name: str) -> None:
        """Stop a replica permanently. Its files stay."""


def open_cluster(address: str | None, token: Path) -> Cluster:
    """Return the cluster at `ray://HOST:PORT`.

    Raises ConfigurationError without the extra `scale` or an address, for a token file that others
    can read, and for a cluster that cannot be reached, needs no token, or is not encrypted.
    """
    if address is None:
        raise ConfigurationError(
            "IDENTLINK_GALLERY is not set: set it to the address of the cluster, ray://HOST:PORT."
        )
    place = address.removeprefix(_SCHEME)
    _demand_encryption(place.rpartition(":")[0])
    check_token(token)
    prepare_environment(token)
    try:
        from service.adapters.parts.ray_gallery import RayCluster  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as missing:
        raise ConfigurationError(
            "A divided gallery needs Ray: install identlink[scale], or unset IDENTLINK_GALLERY."
        ) from missing
    return RayCluster(place)


def prepare_environment(token: Path) -> None:
    """Set Ray's environment: token, no usage statistics, running without control store.

    Ray reads some of it only once, when it is imported.
    """
    os.environ.update(
        RAY_AUTH_MODE="token",
        RAY_AUTH_TOKEN_PATH=str(token.absolute()),
        RAY_USAGE_STATS_ENABLED="0",
        RAY_gcs_rpc_server_reconnect_timeout_s=_LIVES_WITHOUT_STORE_S,
    )
    os.environ.pop("RAY_AUTH_TOKEN", None)


def check_token(path: Path) -> None:
    """Make the cluster's token on first use. Raises ConfigurationError if others can read it."""
    private_file(path, lambda: secrets.token_hex(32).encode())


def _demand_encryption(host: str) -> None:
    if os.environ.get("RAY_USE_TLS") == "1" or _is_loopback(host):
        return
    raise ConfigurationError(
        "The gallery is on other hosts, so calls to it must be encrypted: set RAY_USE_TLS=1 "
        "and install Ray's certificates (see docs/scale.md)."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_ASKED_S = 30
_SHOWN_S = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """The arrangement that a gallery should have."""

    parts: int
    replicas: int
    leaving: Collection[str] = ()
    """Hosts from which all replicas are to be removed."""


@dataclass(frozen=True, slots=True)
class Moves:
    """The changes on hosts: starts first, and stops once the new replicas have all changes."""

    starts: tuple[tuple[int, str], ...]
    """Part and host of each new replica."""
    stops: tuple[str, ...]


def planned(homes: Mapping[int, Mapping[str, str]], hosts: Sequence[str], replicas: int) -> Moves:
    """Return the fewest moves after which every part has its replicas on different hosts.

    `homes`: for each part, the host of each replica by name. `hosts`: the hosts that may hold
    replicas. As far as different hosts allow it, no host ends with over one replica more than
    another. Raises ConfigurationError if there are fewer hosts than replicas.
    """
    if len(hosts) < replicas:
        raise ConfigurationError(
            f"There are only {len(hosts)} hosts for {replicas} replicas of each part: "
            "add hosts, or request fewer replicas."
        )
    most = -(-len(homes) * replicas // len(hosts))
    load: Counter[str] = Counter()
    kept: dict[int, dict[str, str]] = {}
    for part, held in homes.items():
        kept[part] = {}
        for name, host in sorted(held.items()):
            is_free = host not in kept[part] and load[host] < most and host in hosts
            if is_free and len(kept[part]) < replicas:
                kept[part][host] = name
                load[host] += 1
    starts = []
    for part, held in kept.items():
        for _ in range(replicas - len(held)):
            host = min((one for one in hosts if one not in held), key=lambda one: load[one])
            held[host] = ""
            load[host] += 1
            starts.append((part, host))
    staying = {name for held in kept.values() for name in held.values()}
    stops = [name for held in homes.values() for name in held if name not in staying]
    return Moves(tuple(starts), tuple(stops))


class Hosting:
    """Creates and moves the replicas of a gallery."""

    def __init__(
        self,
        cluster: Cluster,
        index: PartedIndex,
        directory: Path,
        *,
        fill: Callable[[], None],
        trained: Callable[[], Codec | None],
    ) -> None:
        """Prepare the moves. `fill` sends every change to new replicas; `trained` makes the codec
        of a new map.
        """
        self._cluster = cluster
        self._index = index
        self._directory = directory
        self._fill = fill
        self._trained = trained

    def rebalance(self, wanted: Wanted) -> Moves:
        """Change the gallery to the arrangement wanted. Until then, searches use the present one.

        A different number of parts needs a new map. It is made beside the one in use and filled;
        then the old one is stopped. Raises ConfigurationError, GalleryIncompleteError.
        """
        if not 1 <= wanted.parts <= BUCKETS:
            raise ConfigurationError(
                f"A gallery can have 1 to {BUCKETS} parts: choose a number in this range."
            )
        layout = self._index.layout
        is_new = len(layout.parts) != wanted.parts
        homes: dict[int, dict[str, str]] = {number: {} for number in range(wanted.parts)}
        for one in [] if is_new else [one for part in layout.parts for one in part]:
            homes[one.place[1]][one.replica.name] = home_of(one)
        hosts = [one for one in self._cluster.nodes() if one not in wanted.leaving]
        moves = planned(homes, hosts, wanted.replicas)
        version = self._next_version() if is_new else layout.version
        if moves.starts:
            codec = self._trained() if is_new else self._codec()
            for part, host in moves.starts:
                self._start(version, part, wanted.parts, codec, host)
            self._index.refresh()
            self._fill()
        self._index.refresh()
        self._demand(version, wanted)
        if moves.starts:
            # The small files of the new replicas are merged before searches depend on them.
            self._index.tend()
        stops = [*moves.stops, *self._others_than(version)]
        for name in stops:
            self._cluster.stop(name)
        self._index.refresh()
        return Moves(moves.starts, tuple(stops))

    def _start(self, version: int, part: int, parts: int, codec: Codec | None, host: str) -> None:
        name = f"part-{version:04}-{part:04}-{secrets.token_hex(4)}"
        plan = PartPlan(
            version,
            part,
            even_maps(parts)[part],
            self._index.template_format,
            self._index.check,
            "" if codec is None else codec.digest,
        )
        self._cluster.start(name, plan, self._directory / name, codec, host)

    def _demand(self, version: int, wanted: Wanted) -> None:
        """Raise GalleryIncompleteError unless the map is complete and enough replicas of each part
        have all changes.
        """
        layout = self._index.layout
        ready = [sum(one.fed_to >= layout.cursor for one in part) for part in layout.parts]
        if layout.version != version or min(ready, default=0) < wanted.replicas:
            raise GalleryIncompleteError(
                "The new replicas do not hold all data yet: run the same command again. "
                "Nothing was stopped."
            )

    def _next_version(self) -> int:
        return 1 + max((one.place[0] for one in self._index.known), default=0)

    def _others_than(self, version: int) -> list[str]:
        return [one.replica.name for one in self._index.known if one.place[0] != version]

    def _codec(self) -> Codec | None:
        found = _said(self._index.layout.parts[0][0], "codec")
        return found if isinstance(found, Codec) else None


def home_of(one: Known) -> str:
    """Return the host of a replica. Raises GalleryIncompleteError if it does not answer."""
    return str(_said(one, "home"))


def homes_of(known: Sequence[Known]) -> list[str]:
    """Return the hosts of replicas, asked at once; empty for one that does not answer in time."""
    asked = [one.replica.call("home") for one in known]
    wait(asked, timeout=_SHOWN_S)
    return [
        str(answer.result()) if answer.done() and answer.exception() is None else ""
        for answer in asked
    ]


def _said(one: Known, method: str) -> Any:
    try:
        return one.replica.call(method).result(timeout=_ASKED_S)
    except (ReplicaLostError, TimeoutError) as error:
        raise GalleryIncompleteError(
            "A replica does not answer: see `identlink gallery status`. Nothing was moved."
        ) from error
