"""Certificates: written once, their standing read from the rows that they stood on."""

from __future__ import annotations

from service.storage.certificates.certificates import Certificates
from service.storage.certificates.referrals import Referrals
from service.storage.repository import InTransaction, Repository


class CertificatesRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    certificates = Repository(Certificates)
    referrals = Repository(Referrals)
