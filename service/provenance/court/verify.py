"""Check a court bundle of identlink: `python verify.py [FOLDER] [--log-key VKEY]`.

Needs Python 3.11 or newer and the package `cryptography`; no network and no other software. It
prints one line for each statement. The exit code is 0 if all statements hold, and 1 if any fails.

Give the public key of the log with --log-key, as the office publishes it, and the keys of
witnesses with --witness-key, as they publish them. If you use the keys in the bundle, the check
proves only that the bundle agrees with itself.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MANIFEST = "manifest.json"
SEALED_BY = "court-bundle-made"
"""The type of the event that states the digest of the manifest."""

Check = tuple[str, Callable[[], str]]
"""A statement, and the function that returns its fault; an empty text if it holds."""

_LINE = re.compile(r"[A-Za-z0-9+/]+={0,2}\n", re.ASCII)


class Bundle:
    """The files of a bundle, read once."""

    def __init__(self, folder: Path, log_key: str | None, witness_keys: list[str]) -> None:
        self.files = {
            str(path.relative_to(folder).as_posix()): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }
        self.log_key = log_key or self.text("log/log.vkey").removesuffix("\n")
        self.witness_keys = witness_keys
        self.manifest: dict[str, Any] = {}
        self.events: dict[int, dict[str, Any]] = {}
        self.size = 0
        self.root = b""

    def text(self, name: str) -> str:
        """Return a file as text; raises KeyError if the file is missing."""
        return self.files[name].decode()

    def event(self, number: int) -> dict[str, Any]:
        """Return an event that was proved to be in the log."""
        if number not in self.events:
            raise ValueError(f"event {number} has no proof")
        return self.events[number]


def checks(bundle: Bundle) -> Iterator[Check]:
    """Yield every statement of a bundle, each after the statements that it depends on."""
    yield "The key of the log signed the checkpoint", partial(_checkpoint, bundle)
    numbers = sorted(_event_number(name) for name in bundle.files)
    for number in numbers:
        if number >= 0:
            yield f"Event {number} is in the log that was signed", partial(_proof, bundle, number)
    yield "The log states the list of files and statements", partial(_manifest, bundle)
    for name, digest in bundle.manifest.get("files", {}).items():
        yield f"{name} is unchanged", partial(_file, bundle, name, digest)
    yield "There is no file besides those listed", partial(_extra, bundle)
    yield from _listed(bundle, bundle.manifest)
    yield (
        "The link is based on two people who identified the same candidate",
        partial(_two, bundle),
    )


def _listed(bundle: Bundle, listed: dict[str, Any]) -> Iterator[Check]:
    for one in listed.get("witnesses", []):
        if not bundle.witness_keys or one["key"] in bundle.witness_keys:
            yield _cosigned(one), partial(_witness, bundle, one)
    for one in listed.get("statements", []):
        yield f"{one['says']} [event {one['event']}]", partial(_stated, bundle, one)
    for one in listed.get("rows", []):
        says = f"{one['file']} is what event {one['event']} committed to"
        yield says, partial(_row, bundle, one)
    for one in listed.get("payloads", []):
        says = f"{one['file']} ({one['says']}) is what event {one['event']} committed to"
        yield says, partial(_payload, bundle, one)


def _cosigned(one: dict[str, Any]) -> str:
    name, at = one["key"].split("+")[0], datetime.fromtimestamp(one["at_s"], UTC)
    return f"The witness {name} cosigned the first {one['size']} events, {at:%Y-%m-%d %H:%M} UTC"


def _event_number(name: str) -> int:
    found = re.fullmatch(r"log/([0-9]{1,15})\.json", name)
    return int(found[1]) if found else -1


def _checkpoint(bundle: Bundle) -> str:
    text, signatures = _note(bundle.text("log/checkpoint.note"))
    size, root = _head(bundle, text, signatures)
    if len(signatures) != 1:
        return "there are signatures by others as well"
    bundle.size, bundle.root = size, root
    return ""


def _note(note: str) -> tuple[str, dict[bytes, bytes]]:
    """Return the text of a note, and its signatures keyed by the name and id of their keys."""
    text, _, tail = note.rpartition("\n\n")
    found: dict[bytes, bytes] = {}
    for line in tail.removesuffix("\n").split("\n"):
        dash, name, signature = line.split(" ")
        signed = _decoded(signature)
        if f"{dash} {name} {signature}" != line or dash != "\u2014":
            raise ValueError("a signature is malformed")
        found[name.encode() + signed[:4]] = signed[4:]
    return f"{text}\n", found


def _decoded(text: str) -> bytes:
    """Decode base64 in its canonical spelling only: the last character has spare bits."""
    decoded = base64.b64decode(text, validate=True)
    if base64.b64encode(decoded).decode() != text:
        raise ValueError("the value is not canonical base64")
    return decoded


def _key(vkey: str, kind: int) -> tuple[str, bytes, bytes]:
    """Return the name of a key of this kind, its name and id as in `_note`, and its 32 bytes."""
    name, key_id, material = vkey.split("+", 2)
    key = _decoded(material)
    expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    if key[0] != kind or key_id != expected.hex():
        raise ValueError("the key is malformed")
    return name, name.encode() + expected, key[1:]


def _head(bundle: Bundle, text: str, signatures: dict[bytes, bytes]) -> tuple[int, bytes]:
    """Return the size and the root in a checkpoint that the log signed."""
    name, place, key = _key(bundle.log_key, 1)
    origin, size, root, end = text.split("\n", 3)
    if origin != name or end:
        raise ValueError("the checkpoint belongs to another log")
    Ed25519PublicKey.from_public_bytes(key).verify(signatures[place], text.encode())
    return int(size), _decoded(root)


def _witness(bundle: Bundle, stated: dict[str, Any]) -> str:
    """Check a cosignature (C2SP tlog-cosignature), and that the log grew from that checkpoint."""
    text, signatures = _note(bundle.text(stated["file"]))
    size, root = _head(bundle, text, signatures)
    _, place, key = _key(stated["key"], 4)
    at_s, signature = int.from_bytes(signatures[place][:8], "big"), signatures[place][8:]
    signed = f"cosignature/v1\ntime {at_s}\n{text}".encode()
    Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    if (size, at_s) != (stated["size"], stated["at_s"]):
        return "the witness cosigned another size, or at another time"
    steps = [_decoded(line) for line in bundle.text(stated["proof"]).split("\n")[:-1]]
    return "" if _grew(bundle, size, root, steps) else "the log did not grow from that checkpoint"


def _grew(bundle: Bundle, first: int, root: bytes, steps: list[bytes]) -> bool:
    """Whether a consistency proof leads from an earlier root to ours (RFC 9162, 2.1.4.2)."""
    if first == bundle.size:
        return not steps and root == bundle.root
    node, last = first - 1, bundle.size - 1
    steps = [root, *steps] if first & node == 0 else steps
    while node % 2:
        node, last = node // 2, last // 2
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node % 2 or node == last:
            old = hashlib.sha256(b"\x01" + step + old).digest()
            new = hashlib.sha256(b"\x01" + step + new).digest()
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            new = hashlib.sha256(b"\x01" + new + step).digest()
        node, last = node // 2, last // 2
    return (last, old, new) == (0, root, bundle.root)


def _proof(bundle: Bundle, number: int) -> str:
    """Check an event with its proof, as in RFC 9162, 2.1.3.2."""
    body, proof = bundle.files[f"log/{number}.json"], bundle.text(f"log/{number}.proof")
    lines = _LINE.findall(proof)
    if "".join(lines) != proof:
        return "the proof is malformed"
    steps = [_decoded(line.removesuffix("\n")) for line in lines]
    if number >= bundle.size or _root(body, number, bundle.size, steps) != bundle.root:
        return "the proof does not lead to the checkpoint"
    event = json.loads(body)
    if event["seq"] != number:
        return "the event has another number"
    bundle.events[number] = event
    return ""


def _root(body: bytes, first: int, size: int, steps: list[bytes]) -> bytes:
    """Return the root to which a proof leads; empty if the proof has the wrong length."""
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
        return "no event of the log states the digest of the list"
    manifest = json.loads(bundle.files[MANIFEST])
    if not any(manifest["link_id"] in one["subject_refs"] for one in stating):
        return "the list belongs to another link"
    bundle.manifest = manifest
    return ""


def _file(bundle: Bundle, name: str, digest: str) -> str:
    if name not in bundle.files:
        return "the file is missing"
    return (
        "" if hashlib.sha256(bundle.files[name]).hexdigest() == digest else "the file was changed"
    )


def _extra(bundle: Bundle) -> str:
    listed = {MANIFEST, "log/log.vkey", "log/checkpoint.note", *bundle.manifest.get("files", {})}
    listed |= {one["proof"] for one in bundle.manifest.get("witnesses", [])}
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
    payload = _decoded(opened["payload"])
    found = hmac.digest(bytes.fromhex(opened["commitment_key"]), payload, "sha256").hex()
    committed = {
        (one["payload_ref"], one["payload_commitment"])
        for one in bundle.event(stated["event"])["payloads"]
    }
    return (
        ""
        if (opened["payload_ref"], found) in committed
        else "the file differs from what the event committed to"
    )


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
    return "" if len(people) >= 2 else "there are no two such decisions by two different people"


def _fault(check: Callable[[], str]) -> str:
    try:
        return check()
    except InvalidSignature:
        return "the signature does not verify"
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, RecursionError) as error:
        return f"the data cannot be read ({type(error).__name__})"


def run(arguments: list[str], write: Callable[[str], object]) -> int:
    """Check the bundle, write one line per statement, and return the exit code."""
    parser = argparse.ArgumentParser(description="Check a court bundle of identlink.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--log-key", help="public key of the log, as the office publishes it")
    parser.add_argument(
        "--witness-key",
        action="append",
        default=[],
        help="public key of a witness; may be repeated",
    )
    given = parser.parse_args(arguments)
    try:
        bundle = Bundle(given.folder, given.log_key, given.witness_key)
    except (OSError, KeyError, ValueError):
        write("FAILED  The folder does not contain a court bundle.\n")
        return 1
    failed = 0
    for says, check in checks(bundle):
        fault = _fault(check)
        failed += bool(fault)
        write(f"FAILED  {says}: {fault}.\n" if fault else f"ok      {says}.\n")
    if not given.log_key:
        write("Note: the log's key came from the bundle; give the published key with --log-key.\n")
    held = [one["key"] for one in bundle.manifest.get("witnesses", [])]
    for key in sorted(set(given.witness_key) - {*held}):
        write(f"Note: the bundle has no cosignature by {key.split('+')[0]}.\n")
    if held and not given.witness_key:
        write(
            "Note: the witnesses' keys came from the bundle; give their published"
            " keys"
            " with --witness-key.\n"
        )
    write(f"{failed} statements fail.\n" if failed else "Every statement holds.\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], sys.stdout.write))
