"""Certificates of an application, and the page on which anybody checks one."""

from service.web.certificates import checking, of_request, referrals

ROUTERS = (checking.router, of_request.documents, of_request.router, referrals.router)
