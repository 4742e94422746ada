"""Certificates for people as PDF/A-3a and PDF/UA-1, made with typst, credential attached.

Tagged to PDF/UA-1 but not validated with veraPDF. The credential has names of any script
unchanged. On paper, a script that the available fonts lack is transliterated, and the document
says so.
"""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from domain.countries import country_name
from domain.office_days import office_day
from domain.people.partial_dates import PartialDate
from domain.requests.certificates import CertificateContent, StatedMatter
from domain.requests.requests import IdentityBasis
from service.adapters.documents.typesetting import typeset
from service.ports.signing import Printed


def certificate_pdf(content: CertificateContent, printed: Printed) -> bytes:
    """Return a certificate as PDF. Raises PdfNotInstalledError without the extra `documents`."""
    stated = _stated(content, printed)
    try:
        return _typeset(stated, printed)
    except RuntimeError as error:
        # typst refuses a letter that no font has, instead of printing a box in its place.
        if "font" not in str(error):
            raise
        return _typeset(_transliterated(stated), printed)


def _typeset(stated: dict[str, Any], printed: Printed) -> bytes:
    inputs = {"certificate": json.dumps(stated), "credential": printed.credential.decode()}
    return typeset(
        "certificate.typ", inputs, printed.issued_at, standards=("a-3a", "ua-1"), fonts=(_fonts(),)
    )


def _fonts() -> Path:
    """Return the fonts of matplotlib (DejaVu), for use beside the fonts inside typst."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to load, and only documents need it

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


def _transliterated(stated: dict[str, Any]) -> dict[str, Any]:
    from anyascii import anyascii  # noqa: PLC0415 - only documents need it

    facts = [[name, anyascii(text)] for name, text in stated["facts"]]
    facts.append(["Letters", "Transliterated; the signed credential has them as stated"])
    others = {
        part: [[anyascii(cell) for cell in row] for row in stated[part]]
        for part in ("matters", "pending")
    }
    return stated | {"facts": facts, "holder": anyascii(stated["holder"])} | others


def _stated(content: CertificateContent, printed: Printed) -> dict[str, Any]:
    return {
        "title": content.title,
        "office": printed.office,
        "number": content.number,
        "code": printed.code,
        "address": printed.address,
        "qr": _qr(f"{printed.address}#{content.number}/{printed.code}"),
        "short": _qr(printed.short),
        "facts": _facts(content),
        "holder": content.holder.name,
        "portrait": list(_portrait(printed.portrait)) if printed.portrait else [],
        "issued": _day(office_day(printed.issued_at)),
        "signatory": printed.signatory,
        "searched": _searched(content, printed),
        "outcome": content.outcome.value,
        "sentences": list(content.statements),
        "markers": list(content.markers),
        "matters": list(map(_matter_row, content.matters)),
        "pending": [[_day(one.since), one.offence, one.state] for one in content.pending],
    }


def _matter_row(matter: StatedMatter) -> list[str]:
    offences, sanctions = "; ".join(matter.offences), "; ".join(matter.sanctions)
    return [_day(matter.decided_on), matter.court, offences, sanctions]


def _searched(content: CertificateContent, printed: Printed) -> str:
    """Return what was searched and what not, by which means, and up to which date."""
    means = "fingerprints" if content.basis is IdentityBasis.PRINTS else "the details above"
    return (
        f"Searched by {means}: convictions, cautions and open matters in the records held by"
        f" {printed.office}, up to {_day(content.as_of)}. Records that only other"
        " offices or countries hold were not searched."
    )


def _day(day: date) -> str:
    return day.strftime("%-d %B %Y")


def _portrait(picture: bytes) -> bytes:
    """Return a photograph at its printed size: 35 by 45 mm at 300 pixels per inch."""
    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as opened:
        printed = ImageOps.fit(opened.convert("RGB"), (413, 531))
    kept = io.BytesIO()
    printed.save(kept, format="JPEG", quality=88)
    return kept.getvalue()


def _facts(content: CertificateContent) -> list[list[str]]:
    holder = content.holder
    stated = [
        ("Name", holder.name),
        ("Other names", "; ".join(holder.other_names)),
        ("Date of birth", PartialDate.parse(holder.born_on).words if holder.born_on else ""),
        ("Place of birth", holder.place_of_birth),
        ("Sex", holder.sex.capitalize()),
        ("Nationality", ", ".join(map(country_name, holder.nationalities))),
        (
            "Passport",
            ", ".join(
                filter(None, (holder.passport_number, country_name(holder.passport_country)))
            ),
        ),
        ("Address", holder.address),
        ("Identity", content.basis_words),
        ("For use in", ", ".join(map(country_name, content.countries))),
        ("Certificate number", content.number),
        ("Disclosure rules", content.rule_words),
    ]
    return [[name, text] for name, text in stated if text]


def _qr(text: str) -> str:
    import segno  # noqa: PLC0415 - only documents need it

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode()
