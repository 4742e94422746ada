"""Certificates for people as PDF, by typst: PDF/A-3a and PDF/UA-1 in one, with the credential.

Tagged to PDF/UA-1, not validated by veraPDF. Names of any script reach the credential as they are;
on paper a script that the fonts at hand lack is transliterated, and the document says so.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from domain.certificates.content import CertificateContent, StatedMatter
from domain.errors import PdfNotInstalledError
from service.ports.certifying import Printed

_TEMPLATE = Path(__file__).with_name("certificate.typ")
_STANDARDS = ["a-3a", "ua-1"]


def certificate_pdf(content: CertificateContent, printed: Printed) -> bytes:
    """Return a certificate as PDF; raises PdfNotInstalledError without the extra `documents`.

    The content goes in as data: nothing in a name is markup, and nothing touches the disk.
    """
    try:
        import typst  # noqa: PLC0415 - an extra: an installation without certificates needs none
    except ImportError as error:
        raise PdfNotInstalledError(
            "Certificates as PDF need the package typst: install identlink[documents]."
        ) from error
    stated = _stated(content, printed)
    try:
        return _compiled(typst, stated, printed)
    except RuntimeError as error:
        # typst refuses a letter that no font has, rather than print a box in its place.
        if "font" not in str(error):
            raise
        return _compiled(typst, _transliterated(stated), printed)


def _compiled(typst: Any, stated: dict[str, Any], printed: Printed) -> bytes:
    return bytes(
        typst.compile(
            _TEMPLATE.read_bytes(),
            sys_inputs={
                "certificate": json.dumps(stated),
                "credential": printed.credential.decode(),
            },
            pdf_standards=_STANDARDS,
            font_paths=[_fonts()],
            ignore_system_fonts=True,
            timestamp=int(printed.issued_at.timestamp()),
        )
    )


def _fonts() -> Path:
    """Return the fonts that come with matplotlib: DejaVu, beside those inside typst."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to load, and needed for documents alone

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


def _transliterated(stated: dict[str, Any]) -> dict[str, Any]:
    from anyascii import anyascii  # noqa: PLC0415 - needed for documents alone

    facts = [[name, anyascii(text)] for name, text in stated["facts"]]
    facts.append(["Letters", "Transliterated; the signed credential has them as stated"])
    others = {
        part: [[anyascii(cell) for cell in row] for row in stated[part]]
        for part in ("matters", "pending")
    }
    return stated | {"facts": facts} | others


def _stated(content: CertificateContent, printed: Printed) -> dict[str, Any]:
    return {
        "title": content.title,
        "office": printed.office,
        "number": content.number,
        "code": printed.code,
        "address": printed.address,
        "qr": _qr(f"{printed.address}#{content.number}/{printed.code}"),
        "short": _qr(printed.short),
        "facts": _facts(content, printed),
        "outcome": content.outcome.value,
        "sentences": list(content.statements),
        "markers": list(content.markers),
        "matters": list(map(_matter_row, content.matters)),
        "pending": [[one.since.isoformat(), one.offence, one.state] for one in content.pending],
    }


def _matter_row(matter: StatedMatter) -> list[str]:
    offences, sanctions = "; ".join(matter.offences), "; ".join(matter.sanctions)
    return [matter.decided_on.isoformat(), matter.court, offences, sanctions]


def _facts(content: CertificateContent, printed: Printed) -> list[list[str]]:
    holder = content.holder
    stated = [
        ("Number", content.number),
        ("Name", holder.name),
        ("Other names", "; ".join(holder.other_names)),
        ("Born on", holder.born_on),
        ("Place of birth", holder.place_of_birth),
        ("Nationalities", ", ".join(holder.nationalities)),
        ("For", ", ".join(content.countries)),
        ("As of", content.as_of.isoformat()),
        ("Issued on", printed.issued_at.date().isoformat()),
        ("Identity", content.basis_words),
        ("Rules", content.rule_words),
    ]
    return [[name, text] for name, text in stated if text]


def _qr(text: str) -> str:
    import segno  # noqa: PLC0415 - needed for documents alone

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode()
