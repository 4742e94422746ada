"""The parts of a gallery as actors of a Ray cluster. Ray is imported only here.

An actor holds one replica. It is detached, named and restarted by Ray on its host; a call is never
sent to it twice. It has no key, no database and no secret. Work, feed and upkeep have separate
threads, so that searches which wait for a change do not block that change.
"""

import logging
import os
import pickle  # noqa: TID251 - nothing is stored: as Ray itself packs what it sends
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from domain.errors import ConfigurationError, GalleryError, LinkingError
from indexing.codes.codec import Codec
from indexing.parts.held_part import HeldPart
from indexing.parts.part_protocol import PartPlan
from indexing.parts.replicated import ReplicaLostError
from service.adapters.parts.parts_layout import Repeated, in_time
from service.adapters.surroundings import code_version

NAMESPACE = "identlink"
_HOSTS_PARTS = "gallery"
"""The Ray resource of hosts that hold parts; hosts of the service join the cluster without it."""
_PROBE_S = 60
_LISTED_S = 2.0
"""How long the cluster may take to list its replicas."""
_PACKED = frozenset({"work"})
_GROUPS = {"work": 4, "feed": 1, "look": 1, "upkeep": 1}

_UNREACHED = (
    "The Ray cluster named in IDENTLINK_GALLERY cannot be reached, or refuses the token: "
    "check that Ray also runs on this host, with the same token."
)
_OPEN_QUESTION = (
    "import sys\n"
    "from ray._raylet import GcsClient\n"
    "GcsClient(address=sys.argv[1]).get_all_node_info(timeout=10)\n"
)


class _Held:
    """One replica of one part, in a separate process."""

    def __init__(self, plan: PartPlan, directory: str) -> None:
        self._part = HeldPart(plan, Path(directory))

    @ray.method(concurrency_group="feed")
    def adopt(self, codec: Codec) -> None:
        """See `HeldPart.adopt`."""
        self._part.adopt(codec)

    @ray.method(concurrency_group="work")
    def work(self, packed: bytes) -> bytes:
        """See `HeldPart.work`. Arguments and result are packed as in `RayReplica.call`."""
        return _packed(self._part.work(*_unpacked(packed)))

    @ray.method(concurrency_group="work")
    def cohort(self, *arguments: Any) -> Any:
        """See `HeldPart.cohort`."""
        return self._part.cohort(*arguments)

    @ray.method(concurrency_group="feed")
    def feed(self, *arguments: Any) -> Any:
        """See `HeldPart.feed`."""
        return self._part.feed(*arguments)

    @ray.method(concurrency_group="look")
    def standing(self, _asking: str) -> Any:
        """Return the state of the replica, and the version of its code."""
        return self._part.standing(code_version())

    @ray.method(concurrency_group="look")
    def home(self) -> str:
        """Return the id of the host that runs this actor."""
        return str(ray.get_runtime_context().get_node_id())

    @ray.method(concurrency_group="look")
    def codec(self) -> Any:
        """See `HeldPart.codec`."""
        return self._part.codec

    @ray.method(concurrency_group="look")
    def process(self) -> int:
        """Return the process id, for tests that kill the process."""
        return os.getpid()

    @ray.method(concurrency_group="upkeep")
    def tend(self) -> Any:
        """See `HeldPart.tend`."""
        return self._part.tend()

    @ray.method(concurrency_group="upkeep")
    def verify(self) -> Any:
        """See `HeldPart.verify`."""
        return self._part.verify()


_untyped: Any = ray
_Actor = _untyped.remote(
    num_cpus=0,
    max_restarts=-1,
    max_task_retries=0,
    concurrency_groups=_GROUPS,
)(_Held)


@dataclass(frozen=True, slots=True, eq=False)
class RayReplica:
    """A replica that an actor holds. Steps of searches are packed before they are sent.

    Ray would send a hundred small arrays as separate buffers: more cost to a search than its scan.
    """

    name: str
    actor: Any

    def call(self, method: str, *arguments: Any) -> Future[Any]:
        """Call a method. The future raises ReplicaLostError, or the error that the part raised."""
        answer: Future[Any] = Future()
        is_packed = method in _PACKED
        given = (_packed(arguments),) if is_packed else arguments
        try:
            sent = getattr(self.actor, method).remote(*given).future()
        except RayError as error:
            answer.set_exception(ReplicaLostError(type(error).__name__))
            return answer
        sent.add_done_callback(lambda done: _settle(answer, done, is_packed=is_packed))
        return answer


def _packed(given: Any) -> bytes:
    return pickle.dumps(given, protocol=5)


def _unpacked(packed: bytes) -> Any:
    # Data from a cluster that demands the token, like everything that Ray unpacks itself.
    return pickle.loads(packed)  # noqa: S301


def _settle(answer: Future[Any], done: Future[Any], *, is_packed: bool) -> None:
    error = done.exception()
    cause = getattr(error, "cause", None) if isinstance(error, RayTaskError) else None
    if error is None:
        answer.set_result(_unpacked(done.result()) if is_packed else done.result())
    elif isinstance(cause, LinkingError):
        answer.set_exception(cause)
    else:
        answer.set_exception(ReplicaLostError(type(error).__name__))


class RayCluster:
    """A connection to a cluster, and the replicas in it."""

    def __init__(self, address: str) -> None:
        """Connect with the settings in the environment (`parts_hosting.prepare_environment`).

        Raises ConfigurationError if the cluster cannot be reached or accepts calls without the
        token.
        """
        if not ray.is_initialized():
            connect(address)
        self._handles: dict[str, Any] = {}
        self._names: Repeated[list[str]] = Repeated(ray.util.list_named_actors)

    def replicas(self) -> Sequence[RayReplica]:
        """Return the replicas of all maps; those known before if the cluster does not answer."""
        # Without the control store there are no new replicas, and the known ones still answer.
        with suppress(RayError, ValueError, RuntimeError, TimeoutError):
            found = self._names.answer(_LISTED_S)
            names = {name for name in found if name.startswith("part-")}
            for name in names - self._handles.keys():
                self._handles[name] = in_time(
                    partial(ray.get_actor, name, namespace=NAMESPACE), _LISTED_S
                )
            for name in self._handles.keys() - names:
                del self._handles[name]
        return [RayReplica(name, handle) for name, handle in sorted(self._handles.items())]

    def nodes(self) -> list[str]:
        """Return the running hosts that hold parts: those with the resource `gallery`.

        Raises GalleryError if the cluster does not answer.
        """
        return sorted(
            node["NodeID"]
            for node in _answered(_untyped.nodes)
            if node["Alive"] and node["Resources"].get(_HOSTS_PARTS)
        )

    def start(
        self, name: str, plan: PartPlan, directory: Path, codec: Codec | None, node: str
    ) -> RayReplica:
        """Start a replica on a host, where it stays. Raises GalleryError."""
        options = _Actor.options(
            name=name,
            namespace=NAMESPACE,
            lifetime="detached",
            scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False),
        )
        try:
            actor = in_time(lambda: options.remote(plan, str(directory)), _PROBE_S)
            # Not a constructor argument: a large argument is lost when Ray restarts the actor.
            if codec is not None:
                ray.get(actor.adopt.remote(codec), timeout=_PROBE_S)
            ray.get(actor.standing.remote(""), timeout=_PROBE_S)
        except (RayError, ValueError, TimeoutError) as error:
            raise GalleryError(
                "A part of the gallery could not be created on its host: see the log files of "
                "Ray, the cluster software, on that host."
            ) from error
        self._handles[name] = actor
        return RayReplica(name, actor)

    def stop(self, name: str) -> None:
        """Stop a replica permanently. Its files stay. Raises GalleryError."""
        actor = self._handles.pop(name, None)
        if actor is not None:
            _answered(lambda: ray.kill(actor, no_restart=True))

    def close(self) -> None:
        """Leave the cluster. Its actors keep running."""
        # If the cluster hangs, the end of the process leaves it all the same.
        with suppress(TimeoutError):
            in_time(ray.shutdown, _PROBE_S)


def _answered(question: Callable[[], Any]) -> Any:
    """Return an answer from the control store of the cluster. Raises GalleryError."""
    try:
        return in_time(question, _PROBE_S)
    except (RayError, TimeoutError) as error:
        raise GalleryError(
            "The Ray cluster's global control store (GCS) does not answer: see the log files "
            "of Ray on the head node."
        ) from error


def connect(address: str) -> None:
    """Connect to a running cluster that demands the token. Raises ConfigurationError."""
    # Asked first, in processes that can be killed: if the control store hangs, `init` hangs too.
    demand_token(address)
    context = _connected(address, time.monotonic() + _PROBE_S)
    try:
        demand_no_dashboard(context.dashboard_url)
    except ConfigurationError:
        ray.shutdown()
        raise


def _connected(address: str, ends: float) -> Any:
    """Connect, and retry until `ends`: Ray gives a busy or starting cluster only five seconds."""
    while True:
        try:
            return ray.init(
                address=address,
                namespace=NAMESPACE,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        except ConnectionError as error:
            if time.monotonic() > ends:
                raise ConfigurationError(_UNREACHED) from error
            time.sleep(1.0)
        except (RayError, RuntimeError, ValueError) as error:
            raise ConfigurationError(_UNREACHED) from error


def demand_no_dashboard(url: str | None) -> None:
    """Raise ConfigurationError for a cluster that has a dashboard."""
    if url:
        raise ConfigurationError(
            "The Ray cluster runs a dashboard: restart the cluster with --include-dashboard=false."
        )


def demand_token(address: str) -> None:
    """Raise ConfigurationError for a cluster that is silent, or answers without the token."""
    without = {**os.environ, "RAY_AUTH_MODE": "disabled"}
    without.pop("RAY_AUTH_TOKEN_PATH", None)
    asked = [_asked(address, environment) for environment in (os.environ, without)]
    ends = time.monotonic() + _PROBE_S
    answered, is_open = [_is_answered(one, ends) for one in asked]
    if is_open:
        raise ConfigurationError(
            "The Ray cluster accepts calls without a token: restart the cluster with "
            "RAY_AUTH_MODE=token."
        )
    if not answered:
        raise ConfigurationError(_UNREACHED)


def _asked(address: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # our own interpreter, a fixed program
        [sys.executable, "-c", _OPEN_QUESTION, address],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _is_answered(asked: subprocess.Popen[bytes], ends: float) -> bool:
    """Return whether the cluster answered this process by `ends`; the process has then ended."""
    try:
        return asked.wait(max(0.0, ends - time.monotonic())) == 0
    except subprocess.TimeoutExpired:
        asked.kill()
        asked.wait()
        return False
