"""Certificates of an application, and the page on which anybody checks one."""

from service.web.certificates import checking

ROUTERS = (checking.router, checking.documents, checking.of_request, checking.referrals)
