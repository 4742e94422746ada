"""Kinds of sentences, orders and cautions, as the law of rehabilitation tells them apart."""

from __future__ import annotations

from enum import StrEnum


class SentenceKind(StrEnum):
    """Kinds of sentences and orders that the Act distinguishes."""

    LIFE = "life"
    PUBLIC_PROTECTION = "public protection"
    EXTENDED = "extended"
    CUSTODY = "custody"
    """Custody, whether suspended or not."""
    SERVICE_DETENTION = "service detention"
    DISMISSAL = "dismissal from service"
    FINE = "fine"
    ENDORSED_FINE = "endorsed motoring fine"
    ENDORSED_PENALTY = "endorsed fixed penalty"
    PENALTY_POINTS = "penalty points"
    REPRIMAND = "service reprimand"
    COMMUNITY_ORDER = "community order"
    """Youth rehabilitation orders as well."""
    RELEVANT_ORDER = "relevant order"
    """Conditional discharge, bind-over, hospital order, referral order and their like."""
    ATTENDANCE_CENTRE = "attendance centre order"
    SUPERVISION = "supervision order"
    REPARATION = "reparation order"
    PROHIBITION = "prohibition"
    """Disqualification, disability, prohibition: never extends another period."""
    COMPENSATION = "compensation"
    ABSOLUTE_DISCHARGE = "absolute discharge"
    CAUTION = "caution"
    CONDITIONAL_CAUTION = "conditional caution"
    UNSTRUCTURED = "unstructured"
    """Known as a sentence only in words, or foreign without an equivalent stated by a person."""


CAUTIONS = frozenset({SentenceKind.CAUTION, SentenceKind.CONDITIONAL_CAUTION})
