"""The notes on a certificate on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pypdfium2

from domain.requests.certificates import CertificateContent, CertificateOutcome, Holder
from domain.requests.requests import IdentityBasis
from service.adapters.documents.certificate_pdf import certificate_pdf
from service.ports.signing import Printed

OFFICE = "Records Office of Elmet"


def certificate() -> bytes:
    content = CertificateContent(
        *("police-certificate", "Police certificate", "0A1B2-C3D4E"),
        CertificateOutcome.NO_TRACE,
        Holder("Zoë Example", "1984-03-12", "Leeds", ("GBR",)),
        *(IdentityBasis.DOCUMENTS, "documents seen", date(2026, 12, 2)),
        *("step-down-synthetic/1", "Synthetic rules"),
        statements=("There is no trace.",),
    )
    at = datetime(2026, 12, 2, 9, tzinfo=UTC)
    return certificate_pdf(
        content,
        Printed(OFFICE, "https://check.example", "0" * 26, "SHORT", b"{}", at, "Head of Records"),
    )


def test_the_holder_is_told_whom_to_ask_if_something_is_wrong() -> None:
    pages = pypdfium2.PdfDocument(certificate())

    text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)

    assert len(pages) == 1
    assert (
        f"If something on it is wrong, its holder can ask {OFFICE} to correct it, giving the"
        " number of this certificate."
    ) in text
