"""Accounts with sessions, factors, tokens and clients; drafts, images and minutiae."""

from sqlalchemy import Column, Index, LargeBinary, String, UniqueConstraint

from domain.access.access import Role
from service.storage.tables.about import (
    OF_COMPARISON,
    Kept,
    Seen,
    Via,
    about,
    about_nobody,
    sealed,
)
from service.storage.tables.cases import cases, decisions, is_control
from service.storage.tables.links import links
from service.storage.tables.metadata import (
    Rows,
    big_numbers,
    by_at,
    keys,
    moments,
    number_keys,
    numbers,
    one_of,
    protected,
    refers,
    stored,
    texts,
    truths,
)

accounts = stored(
    "accounts",
    *keys("user_id"),
    *texts("sign_in_name", unique=True),
    *texts("role"),
    Column("force", String(2)),
    *texts("password_hash"),
    *moments("added_at"),
    *truths("is_disabled"),
    # The court's feed is a system and never has an account.
    one_of("role", [one for one in Role if one is not Role.COURT_FEED]),
    info=protected(Rows.MOVING, fixed=("user_id", "sign_in_name", "role", "force", "added_at")),
)

account_subjects = stored(
    "account_subjects",
    *keys("subject_sha256"),
    refers("user_id", "accounts", unique=True),
    *moments("linked_at"),
    *texts("blinding", nullable=True),
    info=protected(Rows.ERASABLE),
)
"""Subjects of the identity provider: one for each account, and one account for each subject."""

sessions = stored(
    "sessions",
    *keys("secret_sha256"),
    refers("user_id", "accounts", index=True),
    *moments("begun_at", "last_seen_at"),
    *moments("ended_at", nullable=True),
    Column("sid_sha256", String, index=True),
    info=protected(Rows.MOVING, fixed=("secret_sha256", "user_id", "begun_at"), may_go=True),
)

kept_pages = stored(
    "kept_pages",
    *keys("token_sha256"),
    Column("session_sha256", String, index=True),
    Column("sealed", LargeBinary, nullable=False),
    *moments("kept_at", index=True),
    info=protected(Rows.ERASABLE),
)
"""Pages that answered a form, for some minutes. The key is made of a secret that only the
visitor's browser holds."""

logout_notices = stored(
    "logout_notices",
    *keys("notice_sha256"),
    *moments("taken_at"),
    info=protected(Rows.ERASABLE),
)
"""Sign-out notices from the identity provider, kept for an hour so that none can be replayed."""

failed_attempts = stored(
    "failed_attempts",
    *keys("key_sha256"),
    *numbers("failures"),
    *moments("first_at"),
    *moments("blocked_until", nullable=True),
    info=protected(Rows.MOVING, fixed=("key_sha256",), may_go=True),
)
"""Counters of failed sign-ins; the name or address cannot be read from them."""

known_sources = stored(
    "known_sources",
    *keys("source_sha256"),
    refers("user_id", "accounts", index=True),
    *moments("seen_at"),
    info=protected(Rows.ERASABLE),
)
"""Sources from which an account has signed in: guesses from elsewhere no longer delay these."""

capture_images = stored(
    "capture_images",
    *keys("owner_id"),
    *number_keys("position"),
    sealed(of=("owner_id", "position")),
    info=about(
        Via("owner_id", "searches", "search_id"),
        Via("owner_id", "encounters", "encounter_id"),
        seen=Seen.AS_PRINTS,
    ),
)
"""`owner_id` is a search or an encounter; both kinds of id are random, so they never coincide."""

capture_minutiae = stored(
    "capture_minutiae",
    *keys("owner_id"),
    *number_keys("position"),
    sealed(of=("owner_id", "position")),
    info=about(
        Via("owner_id", "searches", "search_id"),
        Via("owner_id", "encounters", "encounter_id"),
        seen=Seen.AS_PRINTS,
    ),
)
"""`owner_id` is a search or an encounter, as for images."""

capture_sources = stored(
    "capture_sources",
    refers("encounter_id", "encounters", primary_key=True),
    refers("search_id", "searches"),
)
"""The search from which a capture was enrolled; the capture has the images of that search."""

FORMS_ABOUT_PEOPLE = (
    *(("cases", "case_id"), ("gallery_cases", "case_id"), ("links", "link_id")),
    *(("requests", "request_id"), ("referrals", "referral_id"), ("matters", "matter_id")),
    *(("deletion_cases", "deletion_id"), ("restrictions", "restriction_id")),
    *(("erasure_requests", "erasure_id"), ("conversion_frames", "frame_id")),
    *(("disputes", "dispute_id"), ("persons", "person_id")),
)
FORMS_ABOUT_NOBODY = (("conversion_lots", "lot_id"), ("retention_plans", "plan_id"))
"""The tables and keys of whatever a form of the workbench is about."""

drafts = stored(
    "drafts",
    refers("user_id", "accounts", primary_key=True),
    *keys("step"),
    Column("about_id", String, primary_key=True, index=True),
    sealed(of=("user_id", "step", "about_id")),
    *moments("kept_at"),
    info=protected(Rows.ERASABLE)
    | about(
        *(Via("about_id", table, key) for table, key in FORMS_ABOUT_PEOPLE),
        seen=Seen.OFFICE_WORDS,
        kept=Kept.FOR_DAYS,
        shared=OF_COMPARISON,
        unlogged="a form that its writer is not done with",
    ),
)
"""The unfinished form of a session that ended."""

Index(
    "ix_cases_queue",
    *(cases.c.state, cases.c.priority, cases.c.activity, cases.c.ready_at, cases.c.case_row),
)
Index(
    "ix_cases_claimed_by",
    cases.c.claimed_by,
    sqlite_where=cases.c.claimed_by.is_not(None),
    postgresql_where=cases.c.claimed_by.is_not(None),
)
Index(
    "ix_cases_control",
    cases.c.case_row,
    sqlite_where=is_control(cases),
    postgresql_where=is_control(cases),
)
Index("ix_links_encounter_id", links.c.encounter_id)
Index("ix_decisions_decided_by_decision_row", decisions.c.decided_by, decisions.c.decision_row)


clients = stored(
    "clients",
    *keys("client_id"),
    *texts("name", unique=True),
    Column("force", String(2), nullable=False),
    *texts("scopes"),
    *by_at("added"),
)

client_revocations = stored(
    "client_revocations",
    refers("client_id", "clients", primary_key=True),
    *moments("revoked_at"),
)

client_keys = stored(
    "client_keys",
    *keys("client_key_id"),
    refers("client_id", "clients"),
    *numbers("number"),
    *texts("secret_sha256", unique=True),
    *moments("added_at"),
    UniqueConstraint("client_id", "number"),
)

client_key_revocations = stored(
    "client_key_revocations",
    refers("client_key_id", "client_keys", primary_key=True),
    *moments("revoked_at"),
)

tokens = stored(
    "tokens",
    *keys("token_id"),
    *texts("secret_sha256", unique=True),
    *texts("user_id", "role"),
    Column("force", String(2)),
    *texts("scopes"),
    *moments("issued_at", "expires_at"),
    refers("client_key_id", "client_keys", nullable=True),
)

token_revocations = stored(
    "token_revocations",
    refers("token_id", "tokens", primary_key=True),
    *moments("revoked_at"),
)

idempotency_requests = stored(
    "idempotency_requests",
    *keys("user_id", "key"),
    *texts("request_digest", "resource_id"),
    *moments("at"),
    info=protected(Rows.ERASABLE),
)

second_factors = stored(
    "second_factors",
    *keys("factor_id"),
    refers("user_id", "accounts", index=True),
    sealed(of=("factor_id", "user_id")),
    *moments("added_at"),
    *texts("kind", nullable=True),
    info=about_nobody("the secret of an account; it is erased when the factor is removed"),
)
"""The secret is a payload, erased with the factor; `kind` is empty for authenticators."""

recovery_codes = stored(
    "recovery_codes",
    refers("factor_id", "second_factors", primary_key=True),
    *keys("code_sha256"),
)

second_factor_uses = stored(
    "second_factor_uses",
    *keys("use_id"),
    refers("factor_id", "second_factors", index=True),
    *moments("used_at"),
    *big_numbers("counter", nullable=True),
)
"""`use_id` is a digest of the factor and of the code's own number, so that no code can be used
twice.

`counter` is the number of responses that a security key says it has given; empty for codes.
"""

second_factor_removals = stored(
    "second_factor_removals",
    refers("factor_id", "second_factors", primary_key=True),
    *moments("removed_at"),
)
