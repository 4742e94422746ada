"""A cluster in this process: hosts are names, replicas threads; tests end and revive them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from indexing.codes.codec import Codec
from indexing.parts.held_part import HeldPart
from indexing.parts.part_protocol import PartPlan
from indexing.parts.replicated import ReplicaLostError


class LocalReplica:
    """A replica on a host that is a name."""

    def __init__(self, name: str, host: str, open_part: Callable[[], HeldPart]) -> None:
        self.name, self.host = name, host
        self._open_part = open_part
        self.part = open_part()
        self.is_dead = False

    def call(self, method: str, *arguments: Any) -> Future[Any]:
        answer: Future[Any] = Future()

        def run() -> None:
            if self.is_dead:
                answer.set_exception(ReplicaLostError("dead"))
                return
            try:
                answer.set_result(self._answer(method, *arguments))
            except Exception as error:  # noqa: BLE001 - handed to the caller
                answer.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return answer

    def _answer(self, method: str, *arguments: Any) -> Any:
        if method == "home":
            return self.host
        if method == "codec":
            return self.part.codec
        return getattr(self.part, method)(*arguments)

    def restart(self) -> None:
        """Lose what was in memory, as a kill does, and open again."""
        self.part.close()
        self.part = self._open_part()
        self.is_dead = False


class LocalCluster:
    """See `service.adapters.parts.parts_hosting.Cluster`."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self.hosts = list(hosts)
        self.held: dict[str, LocalReplica] = {}

    def replicas(self) -> Sequence[LocalReplica]:
        return list(self.held.values())

    def nodes(self) -> list[str]:
        return self.hosts

    def start(
        self, name: str, plan: PartPlan, directory: Path, codec: Codec | None, node: str
    ) -> LocalReplica:
        replica = LocalReplica(name, node, lambda: HeldPart(plan, directory))
        if codec is not None:
            replica.part.adopt(codec)
        self.held[name] = replica
        return replica

    def stop(self, name: str) -> None:
        replica = self.held.pop(name)
        replica.is_dead = True
        replica.part.close()

    def close(self) -> None:
        """Leave it; its replicas live on."""
