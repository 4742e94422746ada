"""`identlink certificate verify`: checks a certificate offline, statement by statement."""

from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from service.cli.context import Group
from service.cli.refusals import REFUSED
from service.provenance.credentials.checking import TrustedKeys, check_file
from service.provenance.credentials.data_integrity import public_key, verified_text

app = Group(help="Certificates, checked without a store and without a connection.")

_File = Annotated[Path, typer.Argument(help="The PDF, or its credential as JSON.", exists=True)]
_Key = Annotated[
    str,
    typer.Option(help="The office's key, z6Mk..., as published at /v1/certificates/keys."),
]
_LogKey = Annotated[
    str,
    typer.Option(help="Key of the office's log, to check that the certificate is recorded in it."),
]


@app.command("read")
def read(
    text: Annotated[str, typer.Argument(help="The text of the second QR code, CERT1:...")],
    key: _Key,
) -> None:
    """Read the signed short text of a certificate from its second QR code."""
    short = verified_text(text, public_key(key))
    for one in fields(short):
        typer.echo(f"{one.name.replace('_', ' ')}: {getattr(short, one.name)}")


@app.command("verify")
def verify(file: _File, key: _Key, log_key: _LogKey = "") -> None:
    """Check each statement of a certificate.

    To learn whether the certificate was revoked or superseded later, ask the office with its
    number and code.
    """
    found = check_file(file.read_bytes(), TrustedKeys(key, log_key))
    for one in found.statements:
        typer.echo(f"{'holds' if one.holds else 'FAILS'}  {one.name}: {one.words}")
    if not log_key:
        typer.echo("not checked  log: give the log's key with --log-key.")
    if not found.holds:
        raise typer.Exit(REFUSED)
