"""Opens the cluster that holds the gallery in parts, if the extra `scale` is installed."""

import ipaddress
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from domain.errors import ConfigurationError
from indexing.codes.codec import Codec
from indexing.parts.part_protocol import PartPlan
from indexing.parts.replicated import Replica
from service.provenance.durable_files import write_new

_SCHEME = "ray://"
_LIVES_WITHOUT_STORE_S = "600"
"""How long a process continues without the control store of the cluster before Ray ends it."""


class Cluster(Protocol):
    """A cluster of hosts, and the replicas on them."""

    def replicas(self) -> Sequence[Replica]:
        """Return the replicas of all maps, including those that cannot be reached."""

    def nodes(self) -> list[str]:
        """Return the hosts that are up."""

    def start(
        self, name: str, plan: PartPlan, directory: Path, codec: Codec | None, node: str
    ) -> Replica:
        """Start a replica on a host. Raises GalleryError."""

    def stop(self, name: str) -> None:
        """Stop a replica permanently. Its files stay."""

    def close(self) -> None:
        """Leave the cluster. Its replicas keep running."""


def open_cluster(address: str | None, token: Path) -> Cluster:
    """Return the cluster at `ray://HOST:PORT`.

    Raises ConfigurationError without the extra `scale`, without an address, if other accounts can
    read the token file, and for a cluster that cannot be reached, needs no token, or is not
    encrypted.
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
    """Set environment variables for Ray in this process: token, no usage statistics, running
    without control store.

    Ray reads some of them only once, when it is imported.
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
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        write_new(path, secrets.token_hex(32).encode())
    if path.stat().st_mode & 0o077:
        raise ConfigurationError(
            f"The key file {path.name} can be read by other accounts: set its mode to 0600."
        )


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
