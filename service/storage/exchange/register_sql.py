"""The queries of the register: those that read the database, and those on its working database."""

from sqlalchemy import and_, bindparam, exists, func, select

from service.storage.tables.disclosure import restricted_versions
from service.storage.tables.erasures import (
    erasure_ends,
    erasure_requests,
    gone_persons,
    withheld_payloads,
)
from service.storage.tables.exchange import (
    exchange_answers,
    exchange_exemptions,
    exchange_messages,
    exchange_sent,
)
from service.storage.tables.links import merge_confirmations, merged_persons
from service.storage.tables.people import (
    encounters,
    payloads,
    person_erasures,
    record_amendments,
    records,
)

_PAGE = 2_000

_messages = exchange_messages.c
_is_told = exchange_answers.c.message_id == _messages.message_id
_KEPT = (
    select(withheld_payloads.c.body)
    .where(
        withheld_payloads.c.payload_id == records.c.payload_id,
        exists().where(restricted_versions.c.record_row == records.c.record_row),
        ~exists().where(gone_persons.c.person_row == records.c.person_row),
    )
    .scalar_subquery()
)
VERSIONS = (
    select(
        records.c.record_row,
        records.c.record_id,
        records.c.version,
        records.c.force,
        records.c.payload_id,
        # For versions withheld because of one item: the duties for the other items remain.
        func.coalesce(payloads.c.body, _KEPT).label("body"),
        record_amendments.c.amended_at,
        exists().where(encounters.c.person_row == records.c.person_row).label("has_prints"),
    )
    .outerjoin(payloads, payloads.c.payload_id == records.c.payload_id)
    .outerjoin(record_amendments, record_amendments.c.record_row == records.c.record_row)
    .where(records.c.record_row > bindparam("last"))
    .order_by(records.c.record_row)
    .limit(_PAGE)
)
MESSAGES = (
    select(
        _messages.record_id,
        _messages.item_id,
        _messages.version,
        _messages.receiver,
        _messages.kind,
        exchange_sent.c.sent_at,
        exists().where(_is_told, exchange_answers.c.kind == "ACK"),
        exists().where(_is_told, exchange_answers.c.kind == "FLT"),
    )
    .outerjoin(exchange_sent, exchange_sent.c.message_id == _messages.message_id)
    .where(_messages.record_id.is_not(None))
)
ERASURES = (
    select(
        records.c.record_id,
        func.min(records.c.force).label("force"),
        func.max(erasure_ends.c.ended_at).label("ended_at"),
    )
    .join(person_erasures, person_erasures.c.person_row == records.c.person_row)
    .outerjoin(erasure_requests, erasure_requests.c.person_row == records.c.person_row)
    .outerjoin(
        erasure_ends,
        and_(
            erasure_ends.c.erasure_id == erasure_requests.c.erasure_id,
            erasure_ends.c.outcome == "carried-out",
        ),
    )
    .group_by(records.c.record_id)
)
_absorbed, _surviving = records.alias("absorbed"), records.alias("surviving")
MERGES = (
    select(
        _absorbed.c.record_id.label("absorbed"),
        _surviving.c.record_id.label("surviving"),
        merge_confirmations.c.confirmed_at,
    )
    .select_from(merged_persons)
    .join(_absorbed, _absorbed.c.person_row == merged_persons.c.absorbed_row)
    .join(_surviving, _surviving.c.person_row == merged_persons.c.surviving_row)
    .join(merge_confirmations, merge_confirmations.c.merge_id == merged_persons.c.merge_id)
    .distinct()
)
"""Merges in force."""
_exemptions = exchange_exemptions.c
EXEMPTIONS = select(
    _exemptions.record_id, _exemptions.item_id, _exemptions.version, _exemptions.state
)


TABLES = """
CREATE TABLE versions (record_id TEXT, version INTEGER, amended_on TEXT, force TEXT,
    is_dual INTEGER, has_prints INTEGER, PRIMARY KEY (record_id, version)) WITHOUT ROWID;
CREATE TABLE held (record_id TEXT, item_id TEXT, version INTEGER, state TEXT, content BLOB,
    recorded_on TEXT, PRIMARY KEY (record_id, item_id, version, state)) WITHOUT ROWID;
CREATE TABLE erased (record_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE ended (record_id TEXT PRIMARY KEY, force TEXT, erased_on TEXT) WITHOUT ROWID;
CREATE TABLE messages (record_id TEXT, item_id TEXT, version INTEGER, state TEXT, kind TEXT,
    sent_on TEXT, is_acknowledged INTEGER, is_faulted INTEGER);
CREATE TABLE exemptions (record_id TEXT, item_id TEXT, version INTEGER, state TEXT,
    PRIMARY KEY (record_id, item_id, version, state)) WITHOUT ROWID;
CREATE TABLE nationals (record_id TEXT, version INTEGER, state TEXT,
    PRIMARY KEY (record_id, version, state)) WITHOUT ROWID;
CREATE TABLE merged_versions (record_id TEXT, version INTEGER, is_convicted INTEGER,
    PRIMARY KEY (record_id, version)) WITHOUT ROWID;
CREATE TABLE merged (record_id TEXT, other_id TEXT, merged_on TEXT);
CREATE TABLE members (state TEXT, first TEXT, last TEXT);
"""

REQUIRED = """
CREATE TABLE required AS
SELECT now.record_id, now.item_id, now.version, now.state,
    coalesce(v.amended_on, now.recorded_on) AS began
FROM held now JOIN versions v USING (record_id, version)
LEFT JOIN held past ON past.record_id = now.record_id AND past.item_id = now.item_id
    AND past.version = now.version - 1 AND past.state = now.state
WHERE past.record_id IS NULL OR past.content <> now.content
UNION ALL
SELECT past.record_id, past.item_id, v.version, past.state,
    coalesce(v.amended_on, past.recorded_on)
FROM held past JOIN versions v ON v.record_id = past.record_id AND v.version = past.version + 1
LEFT JOIN held now ON now.record_id = past.record_id AND now.item_id = past.item_id
    AND now.version = v.version AND now.state = past.state
WHERE now.record_id IS NULL
"""
"""Every duty, for every nationality except our own, whether or not a message was made for it."""

LAST_TOLD = """
CREATE TABLE last_told AS
SELECT t.record_id, t.item_id, t.state, max(t.version) AS version, max(t.sent_on) AS sent_on
FROM messages t JOIN ended USING (record_id) WHERE t.kind IN ('NOT', 'UPD')
GROUP BY t.record_id, t.item_id, t.state
"""

ERASED_VERSIONS = """
INSERT OR IGNORE INTO versions
SELECT record_id, l.version + 1, e.erased_on, e.force, 0, 0 FROM last_told l
JOIN ended e USING (record_id)
"""

ERASED_REQUIRED = """
INSERT INTO required
SELECT l.record_id, l.item_id, l.version + 1, l.state, coalesce(e.erased_on, l.sent_on, :today)
FROM last_told l JOIN ended e USING (record_id)
WHERE NOT EXISTS (SELECT 1 FROM messages d WHERE d.record_id = l.record_id
    AND d.item_id = l.item_id AND d.state = l.state AND d.kind = 'DEL'
    AND d.version > l.version + 1)
"""
"""The duties for erased people: a deletion of each conviction that was notified, unless a deletion
was already sent."""

REQUIRED_BY_KEY = "CREATE INDEX required_by_key ON required (record_id, item_id, version, state)"

STANDINGS = """
CREATE TABLE standings AS
WITH told AS (
    SELECT record_id, item_id, version, state, min(sent_on) AS sent_on,
        max(is_acknowledged) AS is_acknowledged, max(is_faulted) AS is_faulted
    FROM messages GROUP BY record_id, item_id, version, state),
known AS (
    SELECT r.*, v.force, v.is_dual, v.has_prints, date(r.began, :days) AS due_on,
        t.sent_on, coalesce(t.is_acknowledged, 0) AS is_acknowledged,
        coalesce(t.is_faulted, 0) AS is_faulted,
        e.record_id IS NOT NULL OR r.began < :since OR NOT EXISTS (
            SELECT 1 FROM members m WHERE m.state = r.state AND m.first <= r.began
                AND r.began <= m.last) AS is_exempt
    FROM required r JOIN versions v USING (record_id, version)
    LEFT JOIN told t USING (record_id, item_id, version, state)
    LEFT JOIN exemptions e USING (record_id, item_id, version, state))
SELECT *, CASE WHEN is_acknowledged THEN 'acknowledged'
    WHEN sent_on IS NOT NULL AND NOT is_faulted THEN 'sent'
    WHEN is_exempt THEN 'exempt' ELSE 'pending' END AS standing
FROM known
"""
"""Each duty with exactly one status.

A duty that the other State refused with a fault is not met.
"""

FIGURES = """
SELECT {name} AS name,
    sum(standing <> 'exempt'),
    sum(standing = 'acknowledged'), sum(standing = 'sent'), sum(standing = 'pending'),
    sum(standing = 'exempt'),
    sum(standing IN ('acknowledged', 'sent') AND sent_on > due_on),
    sum(standing = 'pending' AND due_on < :today),
    min(CASE WHEN standing = 'pending' THEN due_on END),
    sum(standing <> 'exempt' AND due_on < :today)
FROM standings GROUP BY 1 ORDER BY 1
"""

STRATA = (
    "'all'",
    "CASE WHEN is_dual THEN 'several nationalities' ELSE 'one nationality' END",
    "CASE WHEN has_prints THEN 'prints on file' ELSE 'no prints on file' END",
    "'force ' || force",
    "'State ' || state",
)
"""The groupings, each named by an SQL expression; the first groups all duties together."""

UNEXPECTED = """
SELECT count(*) FROM messages m WHERE NOT EXISTS (
    SELECT 1 FROM required r WHERE r.record_id = m.record_id AND r.item_id = m.item_id
        AND r.version = m.version AND r.state = m.state)
    AND m.record_id NOT IN (SELECT record_id FROM erased)
"""

DOUBLED = """
SELECT count(*) FROM (SELECT 1 FROM messages GROUP BY record_id, item_id, version, state
    HAVING count(*) > 1)
"""

FAULTED = "SELECT count(*) FROM messages WHERE is_faulted AND NOT is_acknowledged"

OVERDUE = """
SELECT record_id, item_id, version, state, due_on FROM standings
WHERE standing = 'pending' ORDER BY due_on, record_id, item_id, version, state LIMIT :most
"""

UNTOLD_MERGES = """
WITH newest AS (SELECT record_id, max(version) AS version FROM merged_versions
    GROUP BY record_id),
lacking AS (
    SELECT DISTINCT m.record_id, o.state, m.merged_on
    FROM merged m JOIN newest n ON n.record_id = m.record_id
    JOIN newest k ON k.record_id = m.other_id
    JOIN nationals o ON o.record_id = m.other_id AND o.version = k.version
    WHERE o.state <> :own
        AND EXISTS (SELECT 1 FROM merged_versions c WHERE c.record_id = m.record_id
            AND c.version = n.version AND c.is_convicted)
        AND NOT EXISTS (SELECT 1 FROM nationals p WHERE p.record_id = m.record_id
            AND p.version = n.version AND p.state = o.state))
SELECT record_id, state, date(merged_on, :days) AS due_on FROM lacking
WHERE EXISTS (SELECT 1 FROM members s WHERE s.state = lacking.state
    AND s.first <= merged_on AND merged_on <= s.last)
ORDER BY due_on, record_id, state
"""
"""Records with a notifiable conviction that lack a nationality which a merge shows the person to
have."""
