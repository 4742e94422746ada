-- The statements on the working database of the register, each below its name.

-- name: tables
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

-- name: required
-- Every duty, for every nationality except our own, whether or not a message was made for it.
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

-- name: last_told
CREATE TABLE last_told AS
SELECT t.record_id, t.item_id, t.state, max(t.version) AS version, max(t.sent_on) AS sent_on
FROM messages t JOIN ended USING (record_id) WHERE t.kind IN ('NOT', 'UPD')
GROUP BY t.record_id, t.item_id, t.state

-- name: erased_versions
INSERT OR IGNORE INTO versions
SELECT record_id, l.version + 1, e.erased_on, e.force, 0, 0 FROM last_told l
JOIN ended e USING (record_id)

-- name: erased_required
-- The duties for erased people: a deletion of each conviction that was notified, unless a deletion
-- was already sent.
INSERT INTO required
SELECT l.record_id, l.item_id, l.version + 1, l.state, coalesce(e.erased_on, l.sent_on, :today)
FROM last_told l JOIN ended e USING (record_id)
WHERE NOT EXISTS (SELECT 1 FROM messages d WHERE d.record_id = l.record_id
    AND d.item_id = l.item_id AND d.state = l.state AND d.kind = 'DEL'
    AND d.version > l.version + 1)

-- name: required_by_key
CREATE INDEX required_by_key ON required (record_id, item_id, version, state)

-- name: standings
-- Each duty with exactly one status.
-- A duty that the other State refused with a fault is not met.
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

-- name: figures
SELECT {name} AS name,
    sum(standing <> 'exempt'),
    sum(standing = 'acknowledged'), sum(standing = 'sent'), sum(standing = 'pending'),
    sum(standing = 'exempt'),
    sum(standing IN ('acknowledged', 'sent') AND sent_on > due_on),
    sum(standing = 'pending' AND due_on < :today),
    min(CASE WHEN standing = 'pending' THEN due_on END),
    sum(standing <> 'exempt' AND due_on < :today)
FROM standings GROUP BY 1 ORDER BY 1

-- name: unexpected
SELECT count(*) FROM messages m WHERE NOT EXISTS (
    SELECT 1 FROM required r WHERE r.record_id = m.record_id AND r.item_id = m.item_id
        AND r.version = m.version AND r.state = m.state)
    AND m.record_id NOT IN (SELECT record_id FROM erased)

-- name: doubled
SELECT count(*) FROM (SELECT 1 FROM messages GROUP BY record_id, item_id, version, state
    HAVING count(*) > 1)

-- name: faulted
SELECT count(*) FROM messages WHERE is_faulted AND NOT is_acknowledged

-- name: overdue
SELECT record_id, item_id, version, state, due_on FROM standings
WHERE standing = 'pending' ORDER BY due_on, record_id, item_id, version, state LIMIT :most

-- name: untold_merges
-- Records with a notifiable conviction that lack a nationality which a merge shows the person to
-- have.
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
