"""The files for Kubernetes fit each other, the container and the service.

No cluster takes part: these checks read the files. `tests/interop` validates them by the schemas.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from service.main import app as command_line
from service.settings import ENVIRONMENT_PREFIX, Settings

ROOT = Path(__file__).parents[3]
DIRECTORY = ROOT / "deploy" / "kubernetes"
VERSIONS = {
    "Namespace": "v1",
    "Service": "v1",
    "StatefulSet": "apps/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "PodDisruptionBudget": "policy/v1",
}
_SHARED = ("DATABASE", "VAULT")
_PLACES = ("IDENTLINK_STORE", "IDENTLINK_KEYS")
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
PATHS = {"/healthz", "/readyz"}
WRITTEN = {"/var/lib/identlink", "/var/lib/identlink-keys", "/tmp"}  # noqa: S108 - in a container

Files = dict[str, list[Any]]


def read() -> Files:
    """Return the documents of each file by its name."""
    return {
        path.name: list(yaml.safe_load_all(path.read_text()))
        for path in sorted(DIRECTORY.glob("*.yaml"))
    }


def faults(files: Files) -> list[str]:
    """Return what does not fit."""
    objects = [
        one for name, found in files.items() if name != "kustomization.yaml" for one in found
    ]
    (kustomization,) = files["kustomization.yaml"]
    found = [*_of_kustomization(kustomization, files), *_of_kinds(objects)]
    for office in (one for one in objects if one["kind"] == "StatefulSet"):
        found += [*_of_labels(office, objects), *_of_pod(office), *_of_ports(office, objects)]
        found += _of_hosts(office, objects)
    return found


def _of_kustomization(kustomization: Any, files: Files) -> Iterator[str]:
    listed = set(kustomization["resources"])
    yield from (
        f"{name} is not listed" for name in sorted({*files} - listed - {"kustomization.yaml"})
    )
    yield from (f"{name} is listed and missing" for name in sorted(listed - {*files}))
    namespaces = [one["metadata"]["name"] for one in files.get("namespace.yaml", [])]
    if namespaces != [kustomization["namespace"]]:
        yield "another namespace"


def _of_kinds(objects: list[Any]) -> Iterator[str]:
    kinds = [one["kind"] for one in objects]
    yield from (f"{kind} is missing" for kind in VERSIONS if kind not in kinds)
    for one in objects:
        if VERSIONS.get(one["kind"]) != one["apiVersion"]:
            yield f"{one['kind']} of {one['apiVersion']}"
        if "secret" in one["kind"].lower():
            yield "a secret is in the repository"


def _of_labels(office: Any, objects: list[Any]) -> Iterator[str]:
    labels = office["spec"]["template"]["metadata"]["labels"].items()
    selectors = {
        "StatefulSet": lambda one: one["spec"]["selector"]["matchLabels"],
        "Service": lambda one: one["spec"]["selector"],
        "NetworkPolicy": lambda one: one["spec"]["podSelector"]["matchLabels"],
        "PodDisruptionBudget": lambda one: one["spec"]["selector"]["matchLabels"],
    }
    for one in objects:
        select = selectors.get(one["kind"])
        if select and not select(one).items() <= labels:
            yield f"{one['kind']} selects no pod"


def _of_hosts(office: Any, objects: list[Any]) -> Iterator[str]:
    """Tell what two hosts on one database lack."""
    hosts, template = office["spec"]["replicas"], office["spec"]["template"]
    if hosts < 2:
        yield "one host"
    for one in (one for one in objects if one["kind"] == "PodDisruptionBudget"):
        if one["spec"]["maxUnavailable"] >= hosts:
            yield "all hosts may leave at once"
    apart = template["spec"].get("affinity", {}).get("podAntiAffinity", {})
    (rule,) = apart.get("requiredDuringSchedulingIgnoredDuringExecution", [{}])
    selected = rule.get("labelSelector", {}).get("matchLabels", {})
    on_nodes = rule.get("topologyKey") == "kubernetes.io/hostname"
    if not (on_nodes and selected and selected.items() <= template["metadata"]["labels"].items()):
        yield "hosts on one node"
    for one in _containers(office):
        told = {variable["name"]: variable for variable in one["env"]}
        secrets = [told.get(f"IDENTLINK_{name}_URL", {}).get("valueFrom") for name in _SHARED]
        if secrets[0] is None or secrets[0] != secrets[1]:
            yield f"{one['name']} keeps keys of payloads elsewhere"


def _containers(office: Any) -> list[Any]:
    pod = office["spec"]["template"]["spec"]
    return [*pod["initContainers"], *pod["containers"]]


def _of_pod(office: Any) -> Iterator[str]:
    pod, settings = office["spec"]["template"]["spec"], Settings.model_fields
    user = re.search(r"--uid (\d+)", (ROOT / "deploy" / "Containerfile").read_text())
    assert user is not None
    if pod["securityContext"].get("runAsUser") != int(user[1]):
        yield "not the user of the container"
    stop_s = _drain_s(office) + settings["shutdown_timeout_s"].default
    if pod["terminationGracePeriodSeconds"] <= stop_s:
        yield "killed before it has stopped"
    if not _drain_s(office):
        yield "stops while calls come"
    claims = {one["metadata"]["name"] for one in office["spec"]["volumeClaimTemplates"]}
    volumes = claims | {one["name"] for one in pod["volumes"]}
    for one in _containers(office):
        yield from _of_container(one, volumes)


def _drain_s(office: Any) -> int:
    (server,) = (one for one in _containers(office) if one.get("args") == ["serve"])
    told = {variable["name"]: variable.get("value") for variable in server["env"]}
    return int(told.get("IDENTLINK_DRAIN_S") or 0)


def _of_container(one: Any, volumes: set[str]) -> Iterator[str]:
    closed = one.get("securityContext", {})
    if (closed.get("allowPrivilegeEscalation"), closed.get("readOnlyRootFilesystem")) != (
        False,
        True,
    ):
        yield f"{one['name']} is not closed"
    if "command" not in one and not _is_command(one["args"]):
        yield f"no command {one['args']}"
    yield from _of_mounts(one, volumes)
    yield from _of_environment(one)
    for probe in PROBES:
        if probe in one and one[probe]["httpGet"]["path"] not in PATHS:
            yield f"{probe} asks for nothing that exists"


def _of_mounts(one: Any, volumes: set[str]) -> Iterator[str]:
    mounted = {mount["name"]: mount["mountPath"] for mount in one["volumeMounts"]}
    yield from (f"no volume {name}" for name in sorted({*mounted} - volumes))
    written = {
        mount["mountPath"] for mount in one["volumeMounts"] if not mount.get("readOnly", False)
    }
    if not (written <= WRITTEN if "command" in one else written == WRITTEN):
        yield f"{one['name']} writes outside its volumes"


def _of_environment(one: Any) -> Iterator[str]:
    for variable in one["env"]:
        name = variable["name"]
        if name.removeprefix(ENVIRONMENT_PREFIX).lower() not in Settings.model_fields:
            yield f"no setting {name}"
        if "value" in variable and "URL" in name:
            yield f"{name} is written down"
        if name in _PLACES and str(Path(variable["value"]).parent) not in WRITTEN:
            yield f"{name} is on no volume"


def _is_command(words: list[str]) -> bool:
    found: Any = typer.main.get_command(command_line)
    for word in words:
        found = getattr(found, "commands", {}).get(word)
        if found is None:
            return False
    return True


def _of_ports(office: Any, objects: list[Any]) -> Iterator[str]:
    ports = {
        port["name"]: port["containerPort"]
        for one in _containers(office)
        for port in one.get("ports", [])
    }
    if ports.get("http") != Settings.model_fields["port"].default:
        yield "another port than the service listens on"
    asked = [
        *(
            p["targetPort"]
            for one in objects
            if one["kind"] == "Service"
            for p in one["spec"]["ports"]
        ),
        *(
            p["port"]
            for one in objects
            if one["kind"] == "NetworkPolicy"
            for rule in one["spec"]["ingress"]
            for p in rule["ports"]
        ),
        *(
            one[probe]["httpGet"]["port"]
            for one in _containers(office)
            for probe in PROBES
            if probe in one
        ),
    ]
    yield from (f"no port {name}" for name in asked if name not in ports)


def test_the_files_fit_each_other_and_the_service() -> None:
    assert faults(read()) == []


def _pod(files: Files) -> Any:
    return files["office.yaml"][0]["spec"]["template"]["spec"]


def _server(files: Files) -> Any:
    return _pod(files)["containers"][0]


SPOILED: dict[str, Callable[[Files], Any]] = {
    "office.yaml is not listed": lambda f: f["kustomization.yaml"][0]["resources"].remove(
        "office.yaml"
    ),
    "other.yaml is listed and missing": lambda f: f["kustomization.yaml"][0]["resources"].append(
        "other.yaml"
    ),
    "another namespace": lambda f: f["kustomization.yaml"][0].update(namespace="default"),
    "NetworkPolicy is missing": lambda f: f["network.yaml"].clear(),
    "StatefulSet of apps/v1beta1": lambda f: f["office.yaml"][0].update(apiVersion="apps/v1beta1"),
    "a secret is in the repository": lambda f: f["service.yaml"].append(
        {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "x"}}
    ),
    "Service selects no pod": lambda f: f["service.yaml"][0]["spec"]["selector"].update(app="x"),
    "not the user of the container": lambda f: _pod(f)["securityContext"].update(runAsUser=0),
    "killed before it has stopped": lambda f: _pod(f).update(terminationGracePeriodSeconds=40),
    "stops while calls come": lambda f: _server(f)["env"].pop(),
    "one host": lambda f: f["office.yaml"][0]["spec"].update(replicas=1),
    "PodDisruptionBudget is missing": lambda f: f["disruption.yaml"].clear(),
    "all hosts may leave at once": lambda f: f["disruption.yaml"][0]["spec"].update(
        maxUnavailable=2
    ),
    "hosts on one node": lambda f: _pod(f).pop("affinity"),
    "server keeps keys of payloads elsewhere": lambda f: _server(f)["env"].pop(1),
    "IDENTLINK_KEYS is on no volume": lambda f: _server(f)["env"][3].update(value="/keys"),
    "no volume store": lambda f: f["office.yaml"][0]["spec"]["volumeClaimTemplates"].pop(0),
    "worker is not closed": lambda f: _pod(f)["containers"][1].update(securityContext={}),
    "worker writes outside its volumes": lambda f: _pod(f)["containers"][1].update(
        volumeMounts=[{"name": "store", "mountPath": "/var/lib/identlink"}]
    ),
    "no command ['work']": lambda f: _pod(f)["containers"][1].update(args=["work"]),
    "no setting IDENTLINK_DATABASE": lambda f: _pod(f)["containers"][0]["env"].append(
        {"name": "IDENTLINK_DATABASE", "value": "x"}
    ),
    "IDENTLINK_DATABASE_URL is written down": lambda f: _pod(f)["containers"][0]["env"].append(
        {"name": "IDENTLINK_DATABASE_URL", "value": "postgresql://"}
    ),
    "readinessProbe asks for nothing that exists": lambda f: _pod(f)["containers"][0][
        "readinessProbe"
    ]["httpGet"].update(path="/ready"),
    "another port than the service listens on": lambda f: _pod(f)["containers"][0]["ports"][
        0
    ].update(containerPort=80),
    "no port web": lambda f: f["service.yaml"][0]["spec"]["ports"][0].update(targetPort="web"),
}


@pytest.mark.parametrize("fault", SPOILED)
def test_each_check_finds_its_fault(fault: str) -> None:
    files = copy.deepcopy(read())

    SPOILED[fault](files)

    assert fault in faults(files)
