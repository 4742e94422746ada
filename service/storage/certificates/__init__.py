"""Certificates: written once, their standing read from the rows that they stood on."""

from __future__ import annotations

from service.storage.certificates.certificates import Certificates, Referrals
from service.storage.transaction import InTransaction, Repository


class CertificatesRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    certificates = Repository(Certificates)
    referrals = Repository(Referrals)
