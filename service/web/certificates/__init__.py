"""Certificates of an application, and the page on which anybody checks one.

- `checking`: the page on which anybody checks a certificate; needs no sign-in
- `of_request`: certificates of an application: issued, read and revoked
- `referrals`: referrals made by case officers, read and answered by a body outside the office
"""

from __future__ import annotations

from service.web.certificates import checking, of_request, referrals

ROUTERS = (checking.router, of_request.documents, of_request.router, referrals.router)
