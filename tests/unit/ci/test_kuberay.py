"""The hosts of a gallery on Kubernetes are closed, apart from each other, and fit the product.

No cluster, no operator and no validator of its schemas takes part: these checks read the file.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.cli.gallery import rebalance

ROOT = Path(__file__).parents[3]
FILE = ROOT / "deploy" / "kuberay" / "gallery.yaml"
SET = {"RAY_AUTH_MODE": "token", "RAY_USE_TLS": "1", "RAY_USAGE_STATS_ENABLED": "0"}
PATHS = ("RAY_AUTH_TOKEN_PATH", "RAY_TLS_SERVER_CERT", "RAY_TLS_SERVER_KEY", "RAY_TLS_CA_CERT")


def read() -> list[Any]:
    """Return the documents of the file."""
    return list(yaml.safe_load_all(FILE.read_text()))


def faults(documents: list[Any]) -> list[str]:
    """Return what is open or does not fit."""
    cluster, network = documents
    kinds = [(one["apiVersion"], one["kind"]) for one in documents]
    found = []
    if kinds != [("ray.io/v1", "RayCluster"), ("networking.k8s.io/v1", "NetworkPolicy")]:
        found.append("other kinds")
    head, workers = cluster["spec"]["headGroupSpec"], cluster["spec"]["workerGroupSpecs"]
    if head["rayStartParams"].get("include-dashboard") != "false":
        found.append("a dashboard")
    for group in (head, *workers):
        found += [*_of_pod(group["template"]), *_of_network(group["template"], network)]
    for group in workers:
        found += _of_parts(group)
    return found


def _of_pod(template: Any) -> Iterator[str]:
    (container,) = template["spec"]["containers"]
    given = {one["name"]: one["value"] for one in container["env"]}
    yield from (
        f"{name} is not {value}" for name, value in SET.items() if given.get(name) != value
    )
    mounts = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
    volumes = {one["name"]: one for one in template["spec"]["volumes"]}
    if not set(mounts.values()) <= set(volumes):
        yield "a volume is missing"
    for name in PATHS:
        volume = volumes.get(mounts.get(str(Path(given.get(name, "/")).parent), ""), {})
        if "secret" not in volume:
            yield f"{name} lies in no secret"
    if "limits" not in container["resources"]:
        yield "no limit of memory"
    if not {"readinessProbe", "livenessProbe"} <= container.keys():
        yield "probes of the operator, which ask the dashboard"
    if not template["spec"]["securityContext"].get("runAsNonRoot"):
        yield "root"
    if container["securityContext"].get("capabilities") != {"drop": ["ALL"]}:
        yield "capabilities"


def _of_network(template: Any, network: Any) -> Iterator[str]:
    labels = template["metadata"]["labels"].items()
    if not network["spec"]["podSelector"]["matchLabels"].items() <= labels:
        yield "the network policy selects no pod"
    callers = [one for rule in network["spec"]["ingress"] for one in rule["from"]]
    selected = [one.get("podSelector", {}).get("matchLabels", {}) for one in callers]
    if not all(selected) or not any(one.items() <= labels for one in selected):
        yield "open to other pods, or closed to its own"


def _of_parts(group: Any) -> Iterator[str]:
    given = json.loads(json.loads(group["rayStartParams"]["resources"]))
    if given != {"gallery": 1}:
        yield "its hosts are not those of parts"
    wanted = "requiredDuringSchedulingIgnoredDuringExecution"
    apart = (
        group["template"]["spec"].get("affinity", {}).get("podAntiAffinity", {}).get(wanted, [])
    )
    if [one["topologyKey"] for one in apart] != ["kubernetes.io/hostname"]:
        yield "two replicas may be on one machine"
    (container,) = group["template"]["spec"]["containers"]
    default = rebalance.__kwdefaults__["directory"]
    if str(default) not in {one["mountPath"] for one in container["volumeMounts"]}:
        yield "parts lie in no volume"
    port = int(group["rayStartParams"]["node-manager-port"])
    if container["readinessProbe"]["tcpSocket"]["port"] != port:
        yield "a probe of another port"


def test_the_file_fits() -> None:
    assert faults(read()) == []


def test_it_runs_the_version_of_ray_that_is_locked() -> None:
    locked = re.search(r"^ray==(\S+)", (ROOT / "requirements-dev.lock").read_text(), re.MULTILINE)
    assert locked is not None
    assert read()[0]["spec"]["rayVersion"] == locked[1]


def _head(documents: list[Any]) -> Any:
    return documents[0]["spec"]["headGroupSpec"]


def _parts(documents: list[Any]) -> Any:
    return documents[0]["spec"]["workerGroupSpecs"][0]


def _container(group: Any) -> Any:
    return group["template"]["spec"]["containers"][0]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda d: _head(d)["rayStartParams"].pop("include-dashboard"), "a dashboard"),
        (lambda d: _container(_head(d))["env"].pop(0), "RAY_AUTH_MODE is not token"),
        (lambda d: _container(_head(d))["env"].pop(1), "RAY_AUTH_TOKEN_PATH lies in no secret"),
        (lambda d: _container(_parts(d))["resources"].pop("limits"), "no limit of memory"),
        (lambda d: _container(_parts(d)).pop("livenessProbe"), "probes of the operator"),
        (lambda d: _parts(d)["template"]["spec"].pop("affinity"), "two replicas may be"),
        (lambda d: _container(_parts(d))["volumeMounts"].pop(), "parts lie in no volume"),
        (
            lambda d: d[1]["spec"]["ingress"][0]["from"].append({"podSelector": {}}),
            "open to other",
        ),
        (lambda d: d[1].update(apiVersion="v1"), "other kinds"),
    ],
)
def test_a_change_that_opens_it_is_found(change: Callable[[list[Any]], Any], fault: str) -> None:
    documents = copy.deepcopy(read())
    change(documents)
    assert any(one.startswith(fault) for one in faults(documents))
