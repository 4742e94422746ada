"""`identlink log witness`: a second party's program, with its own key and its own memory.

It needs no store, no database and no settings of the service. It checks each checkpoint against
the log's public key and against the last checkpoint that it saw.
"""

import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import httpx2
import typer

from domain.access.access import Purpose
from domain.errors import InvalidInputError, WitnessRefusedError
from service.adapters.custody.files import read_key
from service.cli.context import AnswerCall
from service.provenance.durable_files import replace
from service.provenance.log import note_keys
from service.provenance.log.checkpoints import Note, open_checkpoint
from service.provenance.log.witness import (
    CosignRequest,
    Witness,
    cosign_first,
    cosign_next,
    last_seen,
    parse_request,
)

TOKEN_VARIABLE = "IDENTLINK_TOKEN"  # noqa: S105 - the name of a variable, not a secret
_TIMEOUT_S = 30.0


def witness(  # noqa: PLR0913 - one parameter for each option of the command
    call: AnswerCall,
    *,
    state: Annotated[Path, typer.Option(help="File with the last checkpoint seen.")],
    log_key: Annotated[str, typer.Option(help="Public key (vkey) of the log.")],
    key: Annotated[Path, typer.Option(help="File of the witness's own key, made on first use.")],
    name: Annotated[
        str, typer.Option(help="Name of the witness, for a new key.")
    ] = "witness.example",
    url: Annotated[
        str | None,
        typer.Option(help="Address of the service; put the token in IDENTLINK_TOKEN."),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="File with a request."),
    ] = None,
    every: Annotated[
        float | None,
        typer.Option(min=1.0, help="Run as a service: repeat after this many seconds."),
    ] = None,
    start: Annotated[
        bool,
        typer.Option(
            "--start", help="Start a new memory, for a log that this witness has not seen."
        ),
    ] = False,
    out: Annotated[Path | None, typer.Option(help="File for the cosigned note.")] = None,
) -> None:
    """Cosign the log's newest checkpoint if it continues the last one seen; exit code 1 if not.

    With --every it runs until the log does not continue, and survives outages of the service.
    """
    if (url is None) == (checkpoint is None):
        raise typer.BadParameter("Give either --url or --checkpoint.")
    if every is not None and (url is None or start):
        raise typer.BadParameter(
            "With --every, give --url as well, and first run the witness once with --start."
        )
    me = Witness(_own_key(key, name), note_keys.parse_verifier_key(log_key))
    cosign = partial(_cosigned, me, state, url, checkpoint, start=start)
    if every is not None and url is not None:
        _serve(me, cosign, out, every_s=every)
        return
    note = cosign()
    if out is not None:
        _publish(out, note)
    _tell(call, me, note)


def _cosigned(
    me: Witness, state: Path, url: str | None, checkpoint: Path | None, *, start: bool
) -> Note:
    seen = 0 if start else last_seen(state, me).checkpoint.size
    request = _fetched(url, me, seen) if url else _from_file(checkpoint)
    cosign = cosign_first if start else cosign_next
    return cosign(state, me, request, at=datetime.now(UTC))


def _serve(me: Witness, cosign: Callable[[], Note], out: Path | None, *, every_s: float) -> None:
    """Cosign repeatedly. Ends with an error if the log does not continue the last checkpoint."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set():
        try:
            note = cosign()
        except InvalidInputError as away:
            typer.echo(away.detail, err=True)
        else:
            if out is not None:
                _publish(out, note)
            size = open_checkpoint(note.encode(), me.log_key).checkpoint.size
            typer.echo(f"Cosigned {size} events.")
            sys.stdout.flush()
        stopping.wait(every_s)


def _publish(out: Path, note: Note) -> None:
    """Replace the earlier note with a new one; it is public, so everybody may read the file."""
    replace(out, note.encode())
    out.chmod(0o644)


def _tell(call: AnswerCall, me: Witness, note: Note) -> None:
    size = open_checkpoint(note.encode(), me.log_key).checkpoint.size
    facts = {"size": size, "note": note.encode().decode(), "witness_key": str(me.key.verifier)}
    call.say(note.encode().decode().rstrip(), facts)


def _own_key(path: Path, name: str) -> note_keys.SigningKey:
    key = read_key(
        path,
        make=lambda: note_keys.SigningKey(
            name, secrets.token_bytes(note_keys.KEY_BYTES), note_keys.SignatureType.COSIGNATURE
        ),
    )
    if not key.signature_type.is_witness:
        raise InvalidInputError("This is the key of a log: name the file of a witness's key.")
    return key


def _from_file(path: Path | None) -> CosignRequest:
    if path is None:
        raise InvalidInputError(
            "The witness needs a checkpoint to sign: name its file with --checkpoint."
        )
    return parse_request(path.read_bytes())


def _fetched(url: str, me: Witness, seen: int) -> CosignRequest:
    """Fetch the newest checkpoint, and the proof that it continues the last one seen."""
    headers = {
        "Authorization": f"Bearer {os.environ.get(TOKEN_VARIABLE, '')}",
        "X-Purpose": Purpose.AUDIT.value,
    }
    try:
        with httpx2.Client(base_url=url, headers=headers, timeout=_TIMEOUT_S) as client:
            note = client.get("/v1/log/checkpoint").raise_for_status().content
            size = open_checkpoint(note, me.log_key).checkpoint.size
            if size < seen:
                raise WitnessRefusedError(
                    "The log is shorter than at the last checkpoint seen: events are missing."
                )
            asked = {"from": seen, "to": size}
            proof = client.get("/v1/log/proofs/consistency", params=asked).raise_for_status()
            steps = tuple(note_keys.decode_base64(step) for step in proof.json()["proof"])
    except httpx2.HTTPError as error:
        raise InvalidInputError(
            "The answer did not come from a log: check --url and the token."
        ) from error
    return CosignRequest(seen, steps, note)
