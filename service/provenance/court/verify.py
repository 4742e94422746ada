"""Check a court bundle of identlink: `python verify.py [FOLDER] [--log-key VKEY]`.

Needs Python 3.11 or newer and the package `cryptography`; no network, no other software. It
prints one line for each statement and ends with exit code 0 when all hold, 1 when one fails.

Give the public key of the log with --log-key, as the office publishes it. With the key that lies
in the bundle, the check proves only that the bundle agrees with itself.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MANIFEST = "manifest.json"
SEALED_BY = "court-bundle-made"
"""The type of the event that states the digest of the manifest."""

Check = tuple[str, Callable[[], str]]
"""A statement, and the function that returns its fault: empty when it holds."""

_LINE = re.compile(r"[A-Za-z0-9+/]+={0,2}\n", re.ASCII)


class Bundle:
    """The files of a bundle, read once."""

    def __init__(self, folder: Path, log_key: str | None) -> None:
        self.files = {
            str(path.relative_to(folder).as_posix()): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }
        self.log_key = log_key or self.text("log/log.vkey").removesuffix("\n")
        self.manifest: dict[str, Any] = {}
        self.events: dict[int, dict[str, Any]] = {}
        self.size = 0
        self.root = b""

    def text(self, name: str) -> str:
        """Return a file as text; KeyError for one that is missing."""
        return self.files[name].decode()

    def event(self, number: int) -> dict[str, Any]:
        """Return an event that was proved to be in the log."""
        if number not in self.events:
            raise ValueError(f"event {number} is not proved")
        return self.events[number]


def checks(bundle: Bundle) -> Iterator[Check]:
    """Yield every statement of a bundle in the order in which they rest on each other."""
    yield "The key of the log signed the checkpoint", partial(_checkpoint, bundle)
    numbers = sorted(_event_number(name) for name in bundle.files)
    for number in numbers:
        if number >= 0:
            yield f"Event {number} is in the log that was signed", partial(_proof, bundle, number)
    yield "The log states the list of files and statements", partial(_manifest, bundle)
    listed = bundle.manifest
    for name, digest in listed.get("files", {}).items():
        yield f"{name} is unchanged", partial(_file, bundle, name, digest)
    yield "There is no file beside those that are listed", partial(_extra, bundle)
    for one in listed.get("statements", []):
        yield f"{one['says']} [event {one['event']}]", partial(_stated, bundle, one)
    for one in listed.get("rows", []):
        says = f"{one['file']} is what event {one['event']} committed to"
        yield says, partial(_row, bundle, one)
    for one in listed.get("payloads", []):
        says = f"{one['file']} ({one['says']}) is what event {one['event']} committed to"
        yield says, partial(_payload, bundle, one)
    yield "The link rests on two people who identified the same candidate", partial(_two, bundle)


def _event_number(name: str) -> int:
    found = re.fullmatch(r"log/([0-9]{1,15})\.json", name)
    return int(found[1]) if found else -1


def _checkpoint(bundle: Bundle) -> str:
    text, _, signatures = bundle.text("log/checkpoint.note").rpartition("\n\n")
    text += "\n"
    name, key_id, material = bundle.log_key.split("+", 2)
    key = base64.b64decode(material, validate=True)
    expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    if key[0] != 1 or key_id != expected.hex():
        return "the key of the log is malformed"
    origin, size, root, end = text.split("\n", 3)
    if origin != name or end:
        return "the checkpoint is of another log"
    signature = base64.b64decode(signatures.removesuffix("\n").split(" ")[-1], validate=True)
    line = f"\u2014 {name} {base64.b64encode(signature).decode()}\n"
    if signatures != line or signature[:4] != expected:
        return "the log did not sign it"
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], text.encode())
    bundle.size, bundle.root = int(size), base64.b64decode(root, validate=True)
    return ""


def _proof(bundle: Bundle, number: int) -> str:
    """Check an event by its proof, as in RFC 9162, 2.1.3.2."""
    body, proof = bundle.files[f"log/{number}.json"], bundle.text(f"log/{number}.proof")
    lines = _LINE.findall(proof)
    if "".join(lines) != proof:
        return "the proof is malformed"
    steps = [base64.b64decode(line) for line in lines]
    if number >= bundle.size or _root(body, number, bundle.size, steps) != bundle.root:
        return "the proof does not lead to the checkpoint"
    event = json.loads(body)
    if event["seq"] != number:
        return "it has another number"
    bundle.events[number] = event
    return ""


def _root(body: bytes, first: int, size: int, steps: list[bytes]) -> bytes:
    """Return the root that a proof leads to, empty for a proof of another length."""
    last = size - 1
    found = hashlib.sha256(b"\x00" + body).digest()
    for step in steps:
        if last == 0:
            return b""
        if first % 2 or first == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while first % 2 == 0 and first:
                first, last = first // 2, last // 2
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        first, last = first // 2, last // 2
    return b"" if last else found


def _manifest(bundle: Bundle) -> str:
    digest = hashlib.sha256(bundle.files[MANIFEST]).hexdigest()
    stating = [one for one in bundle.events.values() if one["type"] == SEALED_BY]
    if not any(one["facts"].get("manifest_sha256") == digest for one in stating):
        return "no event of the log states its digest"
    manifest = json.loads(bundle.files[MANIFEST])
    if not any(manifest["link_id"] in one["subject_refs"] for one in stating):
        return "it is of another link"
    bundle.manifest = manifest
    return ""


def _file(bundle: Bundle, name: str, digest: str) -> str:
    if name not in bundle.files:
        return "it is missing"
    return "" if hashlib.sha256(bundle.files[name]).hexdigest() == digest else "it was changed"


def _extra(bundle: Bundle) -> str:
    listed = {MANIFEST, "log/log.vkey", "log/checkpoint.note", *bundle.manifest.get("files", {})}
    for number in bundle.events:
        listed |= {f"log/{number}.json", f"log/{number}.proof"}
    extra = sorted(bundle.files.keys() - listed)
    return f"not listed: {', '.join(extra[:5])}" if extra else ""


def _stated(bundle: Bundle, stated: dict[str, Any]) -> str:
    event = bundle.event(stated["event"])
    for name in ("type", "at", "actor", "force"):
        if event[name] != stated[name]:
            return f"the event has another {name}"
    if any(event["facts"].get(name) != value for name, value in stated["facts"].items()):
        return "the event states other facts"
    return "" if event["subject_refs"] == stated["subjects"] else "the event has other subjects"


def _row(bundle: Bundle, row: dict[str, Any]) -> str:
    digest = hashlib.sha256(bundle.files[row["file"]]).hexdigest()
    facts = bundle.event(row["event"])["facts"]
    stated = [value for name, value in facts.items() if name.startswith("rows_sha256_")]
    return "" if digest in stated else "the event committed to another row"


def _payload(bundle: Bundle, stated: dict[str, Any]) -> str:
    opened = json.loads(bundle.files[stated["file"]])
    payload = base64.b64decode(opened["payload"], validate=True)
    found = hmac.digest(bytes.fromhex(opened["commitment_key"]), payload, "sha256").hex()
    committed = {
        (one["payload_ref"], one["payload_commitment"])
        for one in bundle.event(stated["event"])["payloads"]
    }
    return "" if (opened["payload_ref"], found) in committed else "it is not what was committed to"


def _two(bundle: Bundle) -> str:
    link_id = bundle.manifest["link_id"]
    linked = [
        one
        for one in bundle.events.values()
        if one["type"] == "linked" and one["subject_refs"][0] == link_id
    ]
    if len(linked) != 1:
        return "no event makes the link"
    candidate, decisions = linked[0]["subject_refs"][1], linked[0]["subject_refs"][2:]
    people = {
        one["actor"]
        for one in bundle.events.values()
        if one["type"] == "decision-sealed"
        and one["subject_refs"][0] in decisions
        and one["facts"]["outcome"] == "identified"
        and candidate in one["subject_refs"]
        and one["seq"] < linked[0]["seq"]
    }
    return "" if len(people) >= 2 else "there are not two such decisions by two people"


def _fault(check: Callable[[], str]) -> str:
    try:
        return check()
    except InvalidSignature:
        return "the signature does not verify"
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        return f"it cannot be read ({type(error).__name__})"


def run(arguments: list[str], write: Callable[[str], object]) -> int:
    """Check the bundle of the arguments, write a line for each statement, return the exit code."""
    parser = argparse.ArgumentParser(description="Check a court bundle of identlink.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--log-key", help="public key of the log, as the office publishes it")
    given = parser.parse_args(arguments)
    try:
        bundle = Bundle(given.folder, given.log_key)
    except (OSError, KeyError, ValueError):
        write("FAILED  The folder holds no court bundle.\n")
        return 1
    failed = 0
    for says, check in checks(bundle):
        fault = _fault(check)
        failed += bool(fault)
        write(f"FAILED  {says}: {fault}.\n" if fault else f"ok      {says}.\n")
    if not given.log_key:
        write("Note: the key lay in the bundle; give the published one with --log-key.\n")
    write(f"{failed} statements fail.\n" if failed else "Every statement holds.\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], sys.stdout.write))
