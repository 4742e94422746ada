"""The files of a court bundle, and the archive that holds them.

    page.html, page.css    the link for readers, with the prints (`prints/`)
    filters.js             the filters with which examiners can view a print, as a program
    manifest.json          statements, each with the event that supports it, and file digests
    rows/, payloads/       the data that events committed to: rows of the database, opened payloads
    witnesses/             earlier checkpoints that witnesses cosigned
    log/                   events with their proofs, the signed checkpoint, the public key, and
                           proofs that the log grew from the checkpoints of the witnesses
    verify.py, README.txt  the program that checks all this, and how to run it

An event of the log states the digest of the manifest, so that no byte of the bundle can change
unnoticed. The archive is the same for the same content.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.provenance.canonical import EventBody, moment
from service.provenance.court import verify
from service.provenance.log.note_keys import VerifierKey
from service.provenance.log.proofs import Receipt
from service.provenance.vault.vault import Opening

FORMAT = "identlink-court-bundle/1"

_README = """Court bundle of identlink, link {link_id}.

Open page.html in a browser. It shows the link, the examiners' conclusions on the prints, the
strength of the evidence of the prints (if there is a model for them), the prints, and the events
of the log that support all this. None of it uses details of people, and no probability is stated
that the two prints are from the same person. The rows and the payload that contain such a
probability stay at the office, which can disclose them if the court orders it.

The file filters.js is the program of the filters that compute each pixel of a view (local
contrast, background, equalising, sharpening). It is there to be read; page.html does not run it.

To check it, with Python 3.11 or newer and the package `cryptography`, without a network:

    python verify.py --log-key VKEY

VKEY is the public key of the log, as the office publishes it. To check the cosignature of a
witness, add --witness-key VKEY with the key that the witness publishes. Each statement is checked
separately. If any byte is changed, the statement that depends on it fails.

The payloads here are personal data. They stay readable in this copy even after an erasure at the
office. The office knows that this copy exists: an event of the log records it.
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence about an event of the log."""

    says: str
    event: EventBody


@dataclass(frozen=True, slots=True)
class OpenedPayload:
    """A payload that an event committed to, with the key of the commitment."""

    says: str
    seq: int
    opening: Opening


@dataclass(frozen=True, slots=True)
class Cosigned:
    """An earlier checkpoint with the cosignature of a witness."""

    key: VerifierKey
    note: bytes
    size: int
    at_s: int
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Court:
    """The content of a court bundle, before its manifest is made."""

    link_id: str
    statements: tuple[Statement, ...]
    rows: tuple[tuple[int, str], ...]
    """Pairs of the event's number, and the text whose digest the event states."""
    payloads: tuple[OpenedPayload, ...]
    files: Mapping[str, bytes]
    """The page and the prints by name."""
    witnesses: tuple[Cosigned, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a bundle, whose digest an event states, with the files that it lists."""

    content: bytes
    files: Mapping[str, bytes]
    sizes: Mapping[str, int]
    """For each file with a growth proof, the size from which the log grew."""

    @property
    def sha256(self) -> str:
        """The digest of the manifest, which the event states."""
        return hashlib.sha256(self.content).hexdigest()


def manifest_of(court: Court) -> Manifest:
    """Return the manifest of a bundle, canonical for its content."""
    rows = {f"rows/{seq}-{n}.txt": (seq, text) for n, (seq, text) in enumerate(court.rows, 1)}
    payloads = {f"payloads/{one.opening.ref}.json": one for one in court.payloads}
    files = {
        **court.files,
        "README.txt": _README.format(link_id=court.link_id).encode(),
        "verify.py": Path(verify.__file__).read_bytes(),
        **{name: text.encode() for name, (_, text) in rows.items()},
        **{name: _opened(one.opening) for name, one in payloads.items()},
        **{f"witnesses/{n}.note": one.note for n, one in enumerate(court.witnesses, 1)},
    }
    listed = {
        "format": FORMAT,
        "link_id": court.link_id,
        "statements": [_stated(one) for one in court.statements],
        "rows": [{"file": name, "event": seq} for name, (seq, _) in rows.items()],
        "payloads": [
            {"file": name, "event": one.seq, "says": one.says} for name, one in payloads.items()
        ],
        "witnesses": [_cosigned(n, one) for n, one in enumerate(court.witnesses, 1)],
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    sizes = {f"log/witness-{n}.proof": one.size for n, one in enumerate(court.witnesses, 1)}
    return Manifest(json.dumps(listed, indent=1, sort_keys=True).encode(), files, sizes)


def _cosigned(number: int, cosigned: Cosigned) -> dict[str, object]:
    return {
        "file": f"witnesses/{number}.note",
        "proof": f"log/witness-{number}.proof",
        "key": str(cosigned.key),
        "size": cosigned.size,
        "at_s": cosigned.at_s,
    }


def _stated(statement: Statement) -> dict[str, object]:
    event = statement.event
    return {
        "says": statement.says,
        "event": event.seq,
        "type": str(event.event_type),
        "at": moment(event.at),
        "actor": event.actor,
        "force": event.force or "",
        "facts": dict(event.facts),
        "subjects": list(event.subject_refs),
    }


def _opened(opening: Opening) -> bytes:
    stated = {
        "payload_ref": opening.ref,
        "commitment_key": opening.commitment_key.hex(),
        "payload": base64.b64encode(opening.payload).decode(),
    }
    return json.dumps(stated, indent=1).encode()


def _steps(proof: Sequence[bytes]) -> bytes:
    return "".join(f"{base64.b64encode(step).decode()}\n" for step in proof).encode()


def archive(
    manifest: Manifest,
    receipts: Sequence[Receipt],
    log_key: str,
    growths: Mapping[str, Sequence[bytes]],
) -> bytes:
    """Return the bundle as a zip file; all receipts and growth proofs share one checkpoint."""
    files = {
        **manifest.files,
        verify.MANIFEST: manifest.content,
        "log/log.vkey": f"{log_key}\n".encode(),
        "log/checkpoint.note": receipts[0].checkpoint,
    }
    for one in receipts:
        files[f"log/{one.index}.json"] = one.body
        files[f"log/{one.index}.proof"] = _steps(one.proof)
    files |= {name: _steps(proof) for name, proof in growths.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(files):
            made.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return target.getvalue()
