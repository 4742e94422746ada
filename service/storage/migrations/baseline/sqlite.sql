-- The schema of revision 0047 on SQLite, as the steps before it left it. Frozen: never edit.
-- A statement begins with CREATE, ALTER or INSERT at the start of a line.

CREATE TABLE accounts (
    user_id VARCHAR NOT NULL,
    sign_in_name VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    force VARCHAR(2),
    password_hash VARCHAR NOT NULL,
    added_at DATETIME NOT NULL,
    is_disabled BOOLEAN NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (user_id),
    CONSTRAINT ck_accounts_role_known CHECK (role IN ('force', 'examiner', 'supervisor', 'auditor', 'administrator', 'case-officer', 'referral-body', 'keyer', 'reconciler', 'sampler', 'agency', 'public-pages')),
    CONSTRAINT uq_accounts_sign_in_name UNIQUE (sign_in_name)
);
CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'append-only: accounts'); END;
CREATE TRIGGER accounts_fixed BEFORE UPDATE OF user_id, sign_in_name, role, force, added_at ON accounts BEGIN SELECT RAISE(ABORT, 'append-only: accounts'); END;

CREATE TABLE agency_members (
    user_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    named_by VARCHAR NOT NULL,
    named_at DATETIME NOT NULL,
    CONSTRAINT pk_agency_members PRIMARY KEY (user_id)
);
CREATE TRIGGER agency_members_no_update BEFORE UPDATE ON agency_members BEGIN SELECT RAISE(ABORT, 'append-only: agency_members'); END;
CREATE TRIGGER agency_members_no_delete BEFORE DELETE ON agency_members BEGIN SELECT RAISE(ABORT, 'append-only: agency_members'); END;

CREATE TABLE agreements (
    agency VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    legal_status VARCHAR NOT NULL,
    purposes VARCHAR NOT NULL,
    reach VARCHAR NOT NULL,
    standing VARCHAR NOT NULL,
    starts_on DATE NOT NULL,
    review_on DATE NOT NULL,
    made_by VARCHAR NOT NULL,
    made_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_agreements PRIMARY KEY (agency, version)
);
CREATE TRIGGER agreements_no_update BEFORE UPDATE ON agreements BEGIN SELECT RAISE(ABORT, 'append-only: agreements'); END;
CREATE TRIGGER agreements_no_delete BEFORE DELETE ON agreements BEGIN SELECT RAISE(ABORT, 'append-only: agreements'); END;

CREATE TABLE application_drafts (
    application_id VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    access_digest VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    started_at DATETIME NOT NULL,
    saved_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_application_drafts PRIMARY KEY (application_id),
    CONSTRAINT uq_application_drafts_reference UNIQUE (reference),
    CONSTRAINT uq_application_drafts_access_digest UNIQUE (access_digest)
);
CREATE INDEX ix_application_drafts_saved_at ON application_drafts (saved_at);
CREATE TRIGGER application_drafts_fixed BEFORE UPDATE OF application_id, reference, access_digest, kind, started_at ON application_drafts BEGIN SELECT RAISE(ABORT, 'append-only: application_drafts'); END;
CREATE TRIGGER application_drafts_growing BEFORE UPDATE ON application_drafts WHEN NEW.version < OLD.version BEGIN SELECT RAISE(ABORT, 'append-only: application_drafts'); END;

CREATE TABLE application_uploads (
    document_id VARCHAR NOT NULL,
    application_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    slot VARCHAR NOT NULL,
    media_type VARCHAR NOT NULL,
    size_bytes INTEGER NOT NULL,
    added_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_application_uploads PRIMARY KEY (document_id)
);
CREATE INDEX ix_application_uploads_application_id_number ON application_uploads (application_id, number);
CREATE TRIGGER application_uploads_no_update BEFORE UPDATE ON application_uploads BEGIN SELECT RAISE(ABORT, 'append-only: application_uploads'); END;

CREATE TABLE asn_results (
    result_id VARCHAR NOT NULL,
    asn VARCHAR NOT NULL,
    fate VARCHAR NOT NULL,
    request_id VARCHAR,
    result_on DATE NOT NULL,
    received_by VARCHAR NOT NULL,
    received_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_asn_results PRIMARY KEY (result_id)
);
CREATE TRIGGER asn_results_no_update BEFORE UPDATE ON asn_results BEGIN SELECT RAISE(ABORT, 'append-only: asn_results'); END;
CREATE TRIGGER asn_results_no_delete BEFORE DELETE ON asn_results BEGIN SELECT RAISE(ABORT, 'append-only: asn_results'); END;
CREATE INDEX ix_asn_results_asn ON asn_results (asn);

CREATE TABLE batches (
    batch_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    batch_id VARCHAR NOT NULL,
    force VARCHAR(2) NOT NULL,
    submitted_by VARCHAR NOT NULL,
    on_behalf_of VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    priority VARCHAR NOT NULL,
    submitted_at DATETIME NOT NULL,
    lines BIGINT NOT NULL,
    cancelled_at DATETIME,
    finished_at DATETIME,
    CONSTRAINT uq_batches_batch_id UNIQUE (batch_id)
);
CREATE INDEX ix_batches_force_batch_row ON batches (force, batch_row);
CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches BEGIN SELECT RAISE(ABORT, 'append-only: batches'); END;
CREATE TRIGGER batches_fixed BEFORE UPDATE OF batch_id, force, submitted_by, on_behalf_of, purpose, submitted_at ON batches BEGIN SELECT RAISE(ABORT, 'append-only: batches'); END;

CREATE TABLE capture_images (
    owner_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_capture_images PRIMARY KEY (owner_id, position)
);
CREATE TRIGGER capture_images_no_update BEFORE UPDATE ON capture_images BEGIN SELECT RAISE(ABORT, 'append-only: capture_images'); END;
CREATE TRIGGER capture_images_no_delete BEFORE DELETE ON capture_images BEGIN SELECT RAISE(ABORT, 'append-only: capture_images'); END;

CREATE TABLE capture_minutiae (
    owner_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_capture_minutiae PRIMARY KEY (owner_id, position)
);
CREATE TRIGGER capture_minutiae_no_update BEFORE UPDATE ON capture_minutiae BEGIN SELECT RAISE(ABORT, 'append-only: capture_minutiae'); END;
CREATE TRIGGER capture_minutiae_no_delete BEFORE DELETE ON capture_minutiae BEGIN SELECT RAISE(ABORT, 'append-only: capture_minutiae'); END;

CREATE TABLE checkpoints (
    size BIGINT NOT NULL,
    note BLOB NOT NULL,
    signed_at DATETIME NOT NULL,
    CONSTRAINT pk_checkpoints PRIMARY KEY (size)
);
CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'append-only: checkpoints'); END;
CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'append-only: checkpoints'); END;

CREATE TABLE client_references (
    reference_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    owner_id VARCHAR NOT NULL,
    force VARCHAR(2) NOT NULL,
    keyed_digest VARCHAR NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_client_references_owner_id UNIQUE (owner_id)
);
CREATE INDEX ix_client_references_force_keyed_digest ON client_references (force, keyed_digest);
CREATE TRIGGER client_references_no_update BEFORE UPDATE ON client_references BEGIN SELECT RAISE(ABORT, 'append-only: client_references'); END;
CREATE TRIGGER client_references_no_delete BEFORE DELETE ON client_references BEGIN SELECT RAISE(ABORT, 'append-only: client_references'); END;

CREATE TABLE clients (
    client_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    force VARCHAR(2) NOT NULL,
    scopes VARCHAR NOT NULL,
    added_by VARCHAR NOT NULL,
    added_at DATETIME NOT NULL,
    CONSTRAINT pk_clients PRIMARY KEY (client_id),
    CONSTRAINT uq_clients_name UNIQUE (name)
);
CREATE TRIGGER clients_no_update BEFORE UPDATE ON clients BEGIN SELECT RAISE(ABORT, 'append-only: clients'); END;
CREATE TRIGGER clients_no_delete BEFORE DELETE ON clients BEGIN SELECT RAISE(ABORT, 'append-only: clients'); END;

CREATE TABLE conversion_lots (
    lot_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    lot_id VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    medium VARCHAR NOT NULL,
    ppi INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    opened_by VARCHAR NOT NULL,
    opened_at DATETIME NOT NULL,
    CONSTRAINT uq_conversion_lots_lot_id UNIQUE (lot_id),
    CONSTRAINT uq_conversion_lots_label UNIQUE (label)
);
CREATE TRIGGER conversion_lots_no_update BEFORE UPDATE ON conversion_lots BEGIN SELECT RAISE(ABORT, 'append-only: conversion_lots'); END;
CREATE TRIGGER conversion_lots_no_delete BEFORE DELETE ON conversion_lots BEGIN SELECT RAISE(ABORT, 'append-only: conversion_lots'); END;

CREATE TABLE countable_facts (
    fact_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    subject_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    stage VARCHAR NOT NULL,
    service VARCHAR NOT NULL,
    counted_on DATE NOT NULL,
    quarter VARCHAR(6) NOT NULL,
    outcome VARCHAR NOT NULL,
    timeliness VARCHAR NOT NULL,
    asker VARCHAR NOT NULL,
    party VARCHAR NOT NULL,
    days INTEGER NOT NULL,
    CONSTRAINT uq_countable_facts_once UNIQUE (subject_id, number, stage)
);
CREATE INDEX ix_countable_facts_cube ON countable_facts (quarter, stage, service, outcome, timeliness, asker, party, days);
CREATE TRIGGER countable_facts_no_update BEFORE UPDATE ON countable_facts BEGIN SELECT RAISE(ABORT, 'append-only: countable_facts'); END;
CREATE TRIGGER countable_facts_no_delete BEFORE DELETE ON countable_facts BEGIN SELECT RAISE(ABORT, 'append-only: countable_facts'); END;

CREATE TABLE events (
    seq INTEGER NOT NULL,
    event_id VARCHAR NOT NULL,
    event_type VARCHAR NOT NULL,
    at DATETIME NOT NULL,
    actor VARCHAR NOT NULL,
    force VARCHAR(2),
    case_id VARCHAR,
    body BLOB NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (seq),
    CONSTRAINT ck_events_seq_from_zero CHECK (seq >= 0),
    CONSTRAINT uq_events_event_id UNIQUE (event_id)
);
CREATE INDEX ix_events_actor ON events (actor);
CREATE INDEX ix_events_at ON events (at);
CREATE INDEX ix_events_case_id ON events (case_id);
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'append-only: events'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append-only: events'); END;

CREATE TABLE exchange_exemptions (
    exemption_id VARCHAR NOT NULL,
    record_id VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    state VARCHAR(3) NOT NULL,
    code VARCHAR NOT NULL,
    payload_id INTEGER NOT NULL,
    exempted_by VARCHAR NOT NULL,
    exempted_at DATETIME NOT NULL,
    CONSTRAINT pk_exchange_exemptions PRIMARY KEY (exemption_id),
    CONSTRAINT uq_exchange_exemptions_duty UNIQUE (record_id, item_id, version, state)
);
CREATE TRIGGER exchange_exemptions_no_update BEFORE UPDATE ON exchange_exemptions BEGIN SELECT RAISE(ABORT, 'append-only: exchange_exemptions'); END;
CREATE TRIGGER exchange_exemptions_no_delete BEFORE DELETE ON exchange_exemptions BEGIN SELECT RAISE(ABORT, 'append-only: exchange_exemptions'); END;

CREATE TABLE exchange_nonces (
    sender VARCHAR(3) NOT NULL,
    nonce VARCHAR NOT NULL,
    signed_at DATETIME NOT NULL,
    CONSTRAINT pk_exchange_nonces PRIMARY KEY (sender, nonce)
);
CREATE INDEX ix_exchange_nonces_signed_at ON exchange_nonces (signed_at);
CREATE TRIGGER exchange_nonces_no_update BEFORE UPDATE ON exchange_nonces BEGIN SELECT RAISE(ABORT, 'append-only: exchange_nonces'); END;

CREATE TABLE exchange_partners (
    partner_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    partner_id VARCHAR NOT NULL,
    state VARCHAR(3) NOT NULL,
    transport VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    key_id VARCHAR NOT NULL,
    public_key VARCHAR NOT NULL,
    registered_by VARCHAR NOT NULL,
    registered_at DATETIME NOT NULL,
    CONSTRAINT uq_exchange_partners_partner_id UNIQUE (partner_id)
);
CREATE TRIGGER exchange_partners_no_update BEFORE UPDATE ON exchange_partners BEGIN SELECT RAISE(ABORT, 'append-only: exchange_partners'); END;
CREATE TRIGGER exchange_partners_no_delete BEFORE DELETE ON exchange_partners BEGIN SELECT RAISE(ABORT, 'append-only: exchange_partners'); END;

CREATE TABLE exchange_received (
    received_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    message_id VARCHAR NOT NULL,
    sender VARCHAR(3) NOT NULL,
    kind VARCHAR(3) NOT NULL,
    response_to VARCHAR,
    conviction_ref VARCHAR,
    version INTEGER,
    received_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_exchange_received_message_id UNIQUE (message_id)
);
CREATE INDEX ix_exchange_received_sender_conviction_ref_version ON exchange_received (sender, conviction_ref, version);
CREATE INDEX ix_exchange_received_response_to ON exchange_received (response_to);
CREATE TRIGGER exchange_received_no_update BEFORE UPDATE ON exchange_received BEGIN SELECT RAISE(ABORT, 'append-only: exchange_received'); END;
CREATE TRIGGER exchange_received_no_delete BEFORE DELETE ON exchange_received BEGIN SELECT RAISE(ABORT, 'append-only: exchange_received'); END;

CREATE TABLE failed_attempts (
    key_sha256 VARCHAR NOT NULL,
    failures INTEGER NOT NULL,
    first_at DATETIME NOT NULL,
    blocked_until DATETIME,
    CONSTRAINT pk_failed_attempts PRIMARY KEY (key_sha256)
);
CREATE TRIGGER failed_attempts_fixed BEFORE UPDATE OF key_sha256 ON failed_attempts BEGIN SELECT RAISE(ABORT, 'append-only: failed_attempts'); END;

CREATE TABLE finding_policies (
    policy_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    mark_point_pairs INTEGER NOT NULL,
    needs_prints BOOLEAN NOT NULL,
    set_by VARCHAR NOT NULL,
    set_at DATETIME NOT NULL,
    tenprint_point_pairs INTEGER,
    analysed_minutiae INTEGER,
    CONSTRAINT pk_finding_policies PRIMARY KEY (policy_id),
    CONSTRAINT uq_finding_policies_version UNIQUE (version)
);
CREATE TRIGGER finding_policies_no_update BEFORE UPDATE ON finding_policies BEGIN SELECT RAISE(ABORT, 'append-only: finding_policies'); END;
CREATE TRIGGER finding_policies_no_delete BEFORE DELETE ON finding_policies BEGIN SELECT RAISE(ABORT, 'append-only: finding_policies'); END;

CREATE TABLE findings (
    finding_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    finding_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    series VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    force VARCHAR(2),
    subject_ref VARCHAR NOT NULL,
    count INTEGER NOT NULL,
    found_at DATETIME NOT NULL,
    CONSTRAINT uq_findings_kind_series UNIQUE (kind, series),
    CONSTRAINT uq_findings_finding_id UNIQUE (finding_id)
);
CREATE TRIGGER findings_no_update BEFORE UPDATE ON findings BEGIN SELECT RAISE(ABORT, 'append-only: findings'); END;
CREATE TRIGGER findings_no_delete BEFORE DELETE ON findings BEGIN SELECT RAISE(ABORT, 'append-only: findings'); END;

CREATE TABLE hosts (
    host VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_hosts PRIMARY KEY (host)
);
CREATE TRIGGER hosts_fixed BEFORE UPDATE OF host ON hosts BEGIN SELECT RAISE(ABORT, 'append-only: hosts'); END;

CREATE TABLE idempotency_requests (
    user_id VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    request_digest VARCHAR NOT NULL,
    resource_id VARCHAR NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_idempotency_requests PRIMARY KEY (user_id, "key")
);
CREATE TRIGGER idempotency_requests_no_update BEFORE UPDATE ON idempotency_requests BEGIN SELECT RAISE(ABORT, 'append-only: idempotency_requests'); END;

CREATE TABLE jobs (
    job_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    job_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    group_id VARCHAR NOT NULL,
    number BIGINT NOT NULL,
    force VARCHAR(2) NOT NULL,
    topic VARCHAR NOT NULL,
    subject_ref VARCHAR NOT NULL,
    payload_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    turn_at DATETIME NOT NULL,
    not_before DATETIME NOT NULL,
    state VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    lease_id VARCHAR,
    leased_until DATETIME,
    result_ref VARCHAR NOT NULL,
    problem VARCHAR NOT NULL,
    settled_at DATETIME,
    CONSTRAINT uq_jobs_kind_group_id_number UNIQUE (kind, group_id, number),
    CONSTRAINT uq_jobs_job_id UNIQUE (job_id)
);
CREATE INDEX ix_jobs_turn ON jobs (kind, turn_at, job_row) WHERE state = 'waiting';
CREATE INDEX ix_jobs_lease ON jobs (leased_until) WHERE state = 'leased';
CREATE INDEX ix_jobs_group_id_state ON jobs (group_id, state);
CREATE INDEX ix_jobs_payload_id ON jobs (payload_id);
CREATE TRIGGER jobs_fixed BEFORE UPDATE OF job_id, kind, group_id, number, force, topic, subject_ref ON jobs BEGIN SELECT RAISE(ABORT, 'append-only: jobs'); END;
CREATE INDEX ix_jobs_group_turn ON jobs (group_id, turn_at, job_row) WHERE state = 'waiting';

CREATE TABLE law_sketches (
    week DATE NOT NULL,
    asker_force VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    model_digest VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    finger INTEGER NOT NULL,
    band INTEGER NOT NULL,
    impressions BIGINT NOT NULL,
    mean FLOAT NOT NULL,
    mean_squares FLOAT NOT NULL,
    spread FLOAT NOT NULL,
    quality FLOAT NOT NULL,
    CONSTRAINT pk_law_sketches PRIMARY KEY (week, asker_force, account, model_digest, kind, finger, band)
);
CREATE TRIGGER law_sketches_no_delete BEFORE DELETE ON law_sketches BEGIN SELECT RAISE(ABORT, 'append-only: law_sketches'); END;
CREATE TRIGGER law_sketches_fixed BEFORE UPDATE OF week, asker_force, account, model_digest, kind, finger, band ON law_sketches BEGIN SELECT RAISE(ABORT, 'append-only: law_sketches'); END;
CREATE TRIGGER law_sketches_growing BEFORE UPDATE ON law_sketches WHEN NEW.impressions < OLD.impressions BEGIN SELECT RAISE(ABORT, 'append-only: law_sketches'); END;

CREATE TABLE law_states (
    state_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    asker_force VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    model_digest VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    searches BIGINT NOT NULL,
    evidence_log10 INTEGER NOT NULL,
    set_by VARCHAR NOT NULL,
    set_at DATETIME NOT NULL,
    CONSTRAINT pk_law_states PRIMARY KEY (state_id),
    CONSTRAINT uq_law_states_number UNIQUE (number)
);
CREATE TRIGGER law_states_no_update BEFORE UPDATE ON law_states BEGIN SELECT RAISE(ABORT, 'append-only: law_states'); END;
CREATE TRIGGER law_states_no_delete BEFORE DELETE ON law_states BEGIN SELECT RAISE(ABORT, 'append-only: law_states'); END;

CREATE TABLE law_streams (
    asker_force VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    model_digest VARCHAR NOT NULL,
    grown VARCHAR NOT NULL,
    searches BIGINT NOT NULL,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_law_streams PRIMARY KEY (asker_force, account, model_digest)
);
CREATE TRIGGER law_streams_no_delete BEFORE DELETE ON law_streams BEGIN SELECT RAISE(ABORT, 'append-only: law_streams'); END;
CREATE TRIGGER law_streams_fixed BEFORE UPDATE OF asker_force, account, model_digest ON law_streams BEGIN SELECT RAISE(ABORT, 'append-only: law_streams'); END;

CREATE TABLE log_followers (
    follower VARCHAR NOT NULL,
    next_seq BIGINT NOT NULL,
    CONSTRAINT pk_log_followers PRIMARY KEY (follower)
);
CREATE TRIGGER log_followers_no_delete BEFORE DELETE ON log_followers BEGIN SELECT RAISE(ABORT, 'append-only: log_followers'); END;
CREATE TRIGGER log_followers_fixed BEFORE UPDATE OF follower ON log_followers BEGIN SELECT RAISE(ABORT, 'append-only: log_followers'); END;
CREATE TRIGGER log_followers_growing BEFORE UPDATE ON log_followers WHEN NEW.next_seq < OLD.next_seq BEGIN SELECT RAISE(ABORT, 'append-only: log_followers'); END;

CREATE TABLE log_head (
    head INTEGER NOT NULL,
    size BIGINT NOT NULL,
    frontier BLOB NOT NULL,
    change_seq BIGINT NOT NULL,
    last_at DATETIME,
    record_seq BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_log_head PRIMARY KEY (head),
    CONSTRAINT ck_log_head_one_row CHECK (head = 1)
);
CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head BEGIN SELECT RAISE(ABORT, 'append-only: log_head'); END;
CREATE TRIGGER log_head_fixed BEFORE UPDATE OF head ON log_head BEGIN SELECT RAISE(ABORT, 'append-only: log_head'); END;
CREATE TRIGGER log_head_growing BEFORE UPDATE ON log_head WHEN NEW.size < OLD.size OR NEW.change_seq < OLD.change_seq OR NEW.record_seq < OLD.record_seq BEGIN SELECT RAISE(ABORT, 'append-only: log_head'); END;
INSERT INTO log_head (head, size, frontier, change_seq, record_seq) VALUES (1, 0, x'', 0, 0);

CREATE TABLE log_lease (
    lease INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    host VARCHAR NOT NULL,
    held_until DATETIME,
    CONSTRAINT pk_log_lease PRIMARY KEY (lease),
    CONSTRAINT ck_log_lease_one_lease CHECK (lease = 1)
);
CREATE TRIGGER log_lease_no_delete BEFORE DELETE ON log_lease BEGIN SELECT RAISE(ABORT, 'append-only: log_lease'); END;
CREATE TRIGGER log_lease_fixed BEFORE UPDATE OF lease ON log_lease BEGIN SELECT RAISE(ABORT, 'append-only: log_lease'); END;
CREATE TRIGGER log_lease_growing BEFORE UPDATE ON log_lease WHEN NEW.epoch < OLD.epoch BEGIN SELECT RAISE(ABORT, 'append-only: log_lease'); END;

CREATE TABLE log_nodes (
    level INTEGER NOT NULL,
    node_index BIGINT NOT NULL,
    digest BLOB NOT NULL,
    CONSTRAINT pk_log_nodes PRIMARY KEY (level, node_index),
    CONSTRAINT ck_log_nodes_digest_is_sha256 CHECK (length(digest) = 32)
) WITHOUT ROWID;
CREATE TRIGGER log_nodes_no_update BEFORE UPDATE ON log_nodes BEGIN SELECT RAISE(ABORT, 'append-only: log_nodes'); END;
CREATE TRIGGER log_nodes_no_delete BEFORE DELETE ON log_nodes BEGIN SELECT RAISE(ABORT, 'append-only: log_nodes'); END;

CREATE TABLE logout_notices (
    notice_sha256 VARCHAR NOT NULL,
    taken_at DATETIME NOT NULL,
    CONSTRAINT pk_logout_notices PRIMARY KEY (notice_sha256)
);
CREATE TRIGGER logout_notices_no_update BEFORE UPDATE ON logout_notices BEGIN SELECT RAISE(ABORT, 'append-only: logout_notices'); END;

CREATE TABLE model_choices (
    choice_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    model_digest VARCHAR NOT NULL,
    previous_digest VARCHAR NOT NULL,
    searches INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    chosen_by VARCHAR NOT NULL,
    chosen_at DATETIME NOT NULL,
    CONSTRAINT pk_model_choices PRIMARY KEY (choice_id),
    CONSTRAINT uq_model_choices_number UNIQUE (number)
);
CREATE TRIGGER model_choices_no_update BEFORE UPDATE ON model_choices BEGIN SELECT RAISE(ABORT, 'append-only: model_choices'); END;
CREATE TRIGGER model_choices_no_delete BEFORE DELETE ON model_choices BEGIN SELECT RAISE(ABORT, 'append-only: model_choices'); END;

CREATE TABLE payloads (
    payload_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind VARCHAR NOT NULL,
    body BLOB NOT NULL
);
CREATE TRIGGER payloads_no_update BEFORE UPDATE ON payloads BEGIN SELECT RAISE(ABORT, 'append-only: payloads'); END;

CREATE TABLE persons (
    person_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id VARCHAR NOT NULL,
    CONSTRAINT uq_persons_person_id UNIQUE (person_id)
);
CREATE TRIGGER persons_no_update BEFORE UPDATE ON persons BEGIN SELECT RAISE(ABORT, 'append-only: persons'); END;
CREATE TRIGGER persons_no_delete BEFORE DELETE ON persons BEGIN SELECT RAISE(ABORT, 'append-only: persons'); END;

CREATE TABLE rehearsals (
    rehearsal_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    template_format VARCHAR NOT NULL,
    extractor VARCHAR NOT NULL,
    index_digest VARCHAR NOT NULL,
    persons BIGINT NOT NULL,
    searches BIGINT NOT NULL,
    counts VARCHAR NOT NULL,
    made_by VARCHAR NOT NULL,
    made_at DATETIME NOT NULL,
    CONSTRAINT pk_rehearsals PRIMARY KEY (rehearsal_id),
    CONSTRAINT uq_rehearsals_number UNIQUE (number)
);
CREATE TRIGGER rehearsals_no_update BEFORE UPDATE ON rehearsals BEGIN SELECT RAISE(ABORT, 'append-only: rehearsals'); END;
CREATE TRIGGER rehearsals_no_delete BEFORE DELETE ON rehearsals BEGIN SELECT RAISE(ABORT, 'append-only: rehearsals'); END;

CREATE TABLE requests (
    request_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    request_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    asker_kind VARCHAR NOT NULL,
    asker_code VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    legal_basis VARCHAR NOT NULL,
    received_on DATE NOT NULL,
    received_by VARCHAR NOT NULL,
    opened_at DATETIME NOT NULL,
    message_id VARCHAR,
    about VARCHAR,
    keyed_digest VARCHAR,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_requests_request_id UNIQUE (request_id),
    CONSTRAINT uq_requests_message UNIQUE (asker_kind, asker_code, message_id)
);
CREATE INDEX ix_requests_keyed_digest ON requests (keyed_digest);
CREATE INDEX ix_requests_about ON requests (about);
CREATE TRIGGER requests_no_update BEFORE UPDATE ON requests BEGIN SELECT RAISE(ABORT, 'append-only: requests'); END;
CREATE TRIGGER requests_no_delete BEFORE DELETE ON requests BEGIN SELECT RAISE(ABORT, 'append-only: requests'); END;

CREATE TABLE retention_plans (
    plan_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    plan_id VARCHAR NOT NULL,
    on_day DATE NOT NULL,
    rules VARCHAR NOT NULL,
    people INTEGER NOT NULL,
    due INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    reviews INTEGER NOT NULL,
    added INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    refusal VARCHAR,
    made_by VARCHAR NOT NULL,
    made_at DATETIME NOT NULL,
    previous_id VARCHAR,
    CONSTRAINT uq_retention_plans_plan_id UNIQUE (plan_id)
);
CREATE TRIGGER retention_plans_no_update BEFORE UPDATE ON retention_plans BEGIN SELECT RAISE(ABORT, 'append-only: retention_plans'); END;
CREATE TRIGGER retention_plans_no_delete BEFORE DELETE ON retention_plans BEGIN SELECT RAISE(ABORT, 'append-only: retention_plans'); END;

CREATE TABLE sketch_packs (
    pack_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    force VARCHAR(2) NOT NULL,
    from_at DATETIME NOT NULL,
    to_at DATETIME NOT NULL,
    content BLOB NOT NULL
);
CREATE INDEX ix_sketch_packs_force_to_at ON sketch_packs (force, to_at);
CREATE INDEX ix_sketch_packs_from_at ON sketch_packs (from_at);
CREATE TRIGGER sketch_packs_no_update BEFORE UPDATE ON sketch_packs BEGIN SELECT RAISE(ABORT, 'append-only: sketch_packs'); END;

CREATE TABLE statistics_releases (
    release_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    release_id VARCHAR NOT NULL,
    quarter VARCHAR(6) NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    content_sha256 VARCHAR NOT NULL,
    log_size BIGINT NOT NULL,
    log_root VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    released_by VARCHAR NOT NULL,
    released_at DATETIME NOT NULL,
    CONSTRAINT uq_statistics_releases_version UNIQUE (quarter, version),
    CONSTRAINT ck_statistics_releases_version_from_one CHECK (version >= 1),
    CONSTRAINT uq_statistics_releases_release_id UNIQUE (release_id)
);
CREATE TRIGGER statistics_releases_no_update BEFORE UPDATE ON statistics_releases BEGIN SELECT RAISE(ABORT, 'append-only: statistics_releases'); END;
CREATE TRIGGER statistics_releases_no_delete BEFORE DELETE ON statistics_releases BEGIN SELECT RAISE(ABORT, 'append-only: statistics_releases'); END;

CREATE TABLE template_generations (
    generation_id VARCHAR NOT NULL,
    tools VARCHAR NOT NULL,
    begun_by VARCHAR NOT NULL,
    begun_at DATETIME NOT NULL,
    CONSTRAINT pk_template_generations PRIMARY KEY (generation_id)
);
CREATE TRIGGER template_generations_no_update BEFORE UPDATE ON template_generations BEGIN SELECT RAISE(ABORT, 'append-only: template_generations'); END;
CREATE TRIGGER template_generations_no_delete BEFORE DELETE ON template_generations BEGIN SELECT RAISE(ABORT, 'append-only: template_generations'); END;

CREATE TABLE webhook_endpoints (
    endpoint_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    endpoint_id VARCHAR NOT NULL,
    force VARCHAR(2) NOT NULL,
    url VARCHAR NOT NULL,
    topics VARCHAR NOT NULL,
    added_by VARCHAR NOT NULL,
    added_at DATETIME NOT NULL,
    secret_version INTEGER NOT NULL,
    secret_changed_at DATETIME,
    is_paused BOOLEAN NOT NULL,
    removed_at DATETIME,
    failures INTEGER DEFAULT '0' NOT NULL,
    last_fault VARCHAR DEFAULT '' NOT NULL,
    failing_since DATETIME,
    circuit_since DATETIME,
    next_attempt_at DATETIME,
    last_attempt_at DATETIME,
    CONSTRAINT uq_webhook_endpoints_endpoint_id UNIQUE (endpoint_id)
);
CREATE INDEX ix_webhook_endpoints_force_endpoint_row ON webhook_endpoints (force, endpoint_row);
CREATE TRIGGER webhook_endpoints_no_delete BEFORE DELETE ON webhook_endpoints BEGIN SELECT RAISE(ABORT, 'append-only: webhook_endpoints'); END;
CREATE TRIGGER webhook_endpoints_fixed BEFORE UPDATE OF endpoint_id, force, url, topics, added_by, added_at ON webhook_endpoints BEGIN SELECT RAISE(ABORT, 'append-only: webhook_endpoints'); END;
CREATE TRIGGER webhook_endpoints_growing BEFORE UPDATE ON webhook_endpoints WHEN NEW.secret_version < OLD.secret_version BEGIN SELECT RAISE(ABORT, 'append-only: webhook_endpoints'); END;

CREATE TABLE withheld_payloads (
    payload_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    body BLOB NOT NULL,
    CONSTRAINT pk_withheld_payloads PRIMARY KEY (payload_id)
);
CREATE TRIGGER withheld_payloads_no_update BEFORE UPDATE ON withheld_payloads BEGIN SELECT RAISE(ABORT, 'append-only: withheld_payloads'); END;

CREATE TABLE account_subjects (
    subject_sha256 VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    linked_at DATETIME NOT NULL,
    blinding VARCHAR,
    CONSTRAINT pk_account_subjects PRIMARY KEY (subject_sha256),
    CONSTRAINT uq_account_subjects_user_id UNIQUE (user_id),
    CONSTRAINT fk_account_subjects_user_id FOREIGN KEY(user_id) REFERENCES accounts (user_id)
);
CREATE TRIGGER account_subjects_no_update BEFORE UPDATE ON account_subjects BEGIN SELECT RAISE(ABORT, 'append-only: account_subjects'); END;

CREATE TABLE applications (
    application_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    reference VARCHAR NOT NULL,
    access_digest VARCHAR NOT NULL,
    content_digest VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    submitted_by VARCHAR NOT NULL,
    submitted_at DATETIME NOT NULL,
    CONSTRAINT pk_applications PRIMARY KEY (application_id),
    CONSTRAINT uq_applications_reference UNIQUE (reference),
    CONSTRAINT uq_applications_access_digest UNIQUE (access_digest),
    CONSTRAINT uq_applications_request_id UNIQUE (request_id),
    CONSTRAINT fk_applications_request_id FOREIGN KEY(request_id) REFERENCES requests (request_id)
);
CREATE INDEX ix_applications_content_digest ON applications (content_digest);
CREATE TRIGGER applications_no_update BEFORE UPDATE ON applications BEGIN SELECT RAISE(ABORT, 'append-only: applications'); END;
CREATE TRIGGER applications_no_delete BEFORE DELETE ON applications BEGIN SELECT RAISE(ABORT, 'append-only: applications'); END;

CREATE TABLE asns (
    asn VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    request_id VARCHAR NOT NULL,
    agency VARCHAR NOT NULL,
    issued_by VARCHAR NOT NULL,
    issued_at DATETIME NOT NULL,
    CONSTRAINT pk_asns PRIMARY KEY (asn),
    CONSTRAINT uq_asns_request_id UNIQUE (request_id),
    CONSTRAINT uq_asns_sequence UNIQUE (year, sequence),
    CONSTRAINT fk_asns_request_id FOREIGN KEY(request_id) REFERENCES requests (request_id)
);
CREATE TRIGGER asns_no_update BEFORE UPDATE ON asns BEGIN SELECT RAISE(ABORT, 'append-only: asns'); END;
CREATE TRIGGER asns_no_delete BEFORE DELETE ON asns BEGIN SELECT RAISE(ABORT, 'append-only: asns'); END;

CREATE TABLE client_keys (
    client_key_id VARCHAR NOT NULL,
    client_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    secret_sha256 VARCHAR NOT NULL,
    added_at DATETIME NOT NULL,
    CONSTRAINT pk_client_keys PRIMARY KEY (client_key_id),
    CONSTRAINT uq_client_keys_client_id_number UNIQUE (client_id, number),
    CONSTRAINT fk_client_keys_client_id FOREIGN KEY(client_id) REFERENCES clients (client_id),
    CONSTRAINT uq_client_keys_secret_sha256 UNIQUE (secret_sha256)
);
CREATE TRIGGER client_keys_no_update BEFORE UPDATE ON client_keys BEGIN SELECT RAISE(ABORT, 'append-only: client_keys'); END;
CREATE TRIGGER client_keys_no_delete BEFORE DELETE ON client_keys BEGIN SELECT RAISE(ABORT, 'append-only: client_keys'); END;

CREATE TABLE client_revocations (
    client_id VARCHAR NOT NULL,
    revoked_at DATETIME NOT NULL,
    CONSTRAINT pk_client_revocations PRIMARY KEY (client_id),
    CONSTRAINT fk_client_revocations_client_id FOREIGN KEY(client_id) REFERENCES clients (client_id)
);
CREATE TRIGGER client_revocations_no_update BEFORE UPDATE ON client_revocations BEGIN SELECT RAISE(ABORT, 'append-only: client_revocations'); END;
CREATE TRIGGER client_revocations_no_delete BEFORE DELETE ON client_revocations BEGIN SELECT RAISE(ABORT, 'append-only: client_revocations'); END;

CREATE TABLE conversion_draws (
    lot_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    draw INTEGER NOT NULL,
    seed BIGINT NOT NULL,
    units INTEGER NOT NULL,
    seeded INTEGER NOT NULL,
    drawn_by VARCHAR NOT NULL,
    drawn_at DATETIME NOT NULL,
    CONSTRAINT pk_conversion_draws PRIMARY KEY (lot_id, round, draw),
    CONSTRAINT fk_conversion_draws_lot_id FOREIGN KEY(lot_id) REFERENCES conversion_lots (lot_id)
);
CREATE TRIGGER conversion_draws_no_update BEFORE UPDATE ON conversion_draws BEGIN SELECT RAISE(ABORT, 'append-only: conversion_draws'); END;
CREATE TRIGGER conversion_draws_no_delete BEFORE DELETE ON conversion_draws BEGIN SELECT RAISE(ABORT, 'append-only: conversion_draws'); END;

CREATE TABLE conversion_frames (
    frame_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    frame_id VARCHAR NOT NULL,
    lot_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    part INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL,
    media_type VARCHAR NOT NULL,
    received_by VARCHAR NOT NULL,
    received_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_conversion_frames_frame_id UNIQUE (frame_id),
    CONSTRAINT uq_conversion_frames_place UNIQUE (lot_id, number, part),
    CONSTRAINT fk_conversion_frames_lot_id FOREIGN KEY(lot_id) REFERENCES conversion_lots (lot_id)
);
CREATE TRIGGER conversion_frames_no_update BEFORE UPDATE ON conversion_frames BEGIN SELECT RAISE(ABORT, 'append-only: conversion_frames'); END;
CREATE TRIGGER conversion_frames_no_delete BEFORE DELETE ON conversion_frames BEGIN SELECT RAISE(ABORT, 'append-only: conversion_frames'); END;

CREATE TABLE conversion_lot_decisions (
    lot_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    decision VARCHAR NOT NULL,
    draw INTEGER NOT NULL,
    decided_by VARCHAR NOT NULL,
    decided_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_conversion_lot_decisions PRIMARY KEY (lot_id, round, decision, draw),
    CONSTRAINT fk_conversion_lot_decisions_lot_id FOREIGN KEY(lot_id) REFERENCES conversion_lots (lot_id)
);
CREATE TRIGGER conversion_lot_decisions_no_update BEFORE UPDATE ON conversion_lot_decisions BEGIN SELECT RAISE(ABORT, 'append-only: conversion_lot_decisions'); END;
CREATE TRIGGER conversion_lot_decisions_no_delete BEFORE DELETE ON conversion_lot_decisions BEGIN SELECT RAISE(ABORT, 'append-only: conversion_lot_decisions'); END;

CREATE TABLE conversion_lot_states (
    lot_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    CONSTRAINT pk_conversion_lot_states PRIMARY KEY (lot_id),
    CONSTRAINT fk_conversion_lot_states_lot_id FOREIGN KEY(lot_id) REFERENCES conversion_lots (lot_id)
);
CREATE TRIGGER conversion_lot_states_no_delete BEFORE DELETE ON conversion_lot_states BEGIN SELECT RAISE(ABORT, 'append-only: conversion_lot_states'); END;
CREATE TRIGGER conversion_lot_states_fixed BEFORE UPDATE OF lot_id ON conversion_lot_states BEGIN SELECT RAISE(ABORT, 'append-only: conversion_lot_states'); END;
CREATE TRIGGER conversion_lot_states_growing BEFORE UPDATE ON conversion_lot_states WHEN NEW.round < OLD.round BEGIN SELECT RAISE(ABORT, 'append-only: conversion_lot_states'); END;

CREATE TABLE cosignatures (
    size BIGINT NOT NULL,
    witness VARCHAR NOT NULL,
    note BLOB NOT NULL,
    CONSTRAINT pk_cosignatures PRIMARY KEY (size, witness),
    CONSTRAINT fk_cosignatures_size FOREIGN KEY(size) REFERENCES checkpoints (size)
);
CREATE TRIGGER cosignatures_no_update BEFORE UPDATE ON cosignatures BEGIN SELECT RAISE(ABORT, 'append-only: cosignatures'); END;
CREATE TRIGGER cosignatures_no_delete BEFORE DELETE ON cosignatures BEGIN SELECT RAISE(ABORT, 'append-only: cosignatures'); END;

CREATE TABLE deletion_cases (
    case_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    deletion_id VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    record_id VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    owner VARCHAR(2) NOT NULL,
    asks_entry BOOLEAN NOT NULL,
    asks_prints BOOLEAN NOT NULL,
    ground VARCHAR NOT NULL,
    opened_by VARCHAR NOT NULL,
    opened_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_deletion_cases_deletion_id UNIQUE (deletion_id),
    CONSTRAINT uq_deletion_cases_once UNIQUE (request_id, record_id, item_id),
    CONSTRAINT fk_deletion_cases_request_id FOREIGN KEY(request_id) REFERENCES requests (request_id),
    CONSTRAINT fk_deletion_cases_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_deletion_cases_person_row ON deletion_cases (person_row);
CREATE INDEX ix_deletion_cases_owner ON deletion_cases (owner);
CREATE TRIGGER deletion_cases_no_update BEFORE UPDATE ON deletion_cases BEGIN SELECT RAISE(ABORT, 'append-only: deletion_cases'); END;
CREATE TRIGGER deletion_cases_no_delete BEFORE DELETE ON deletion_cases BEGIN SELECT RAISE(ABORT, 'append-only: deletion_cases'); END;

CREATE TABLE drafts (
    user_id VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    about_id VARCHAR NOT NULL,
    payload_id INTEGER NOT NULL,
    kept_at DATETIME NOT NULL,
    CONSTRAINT pk_drafts PRIMARY KEY (user_id, step, about_id),
    CONSTRAINT fk_drafts_user_id FOREIGN KEY(user_id) REFERENCES accounts (user_id)
);
CREATE INDEX ix_drafts_about_id ON drafts (about_id);
CREATE TRIGGER drafts_no_update BEFORE UPDATE ON drafts BEGIN SELECT RAISE(ABORT, 'append-only: drafts'); END;

CREATE TABLE encounters (
    encounter_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    encounter_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    force VARCHAR(2) NOT NULL,
    gallery SMALLINT NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT ck_encounters_gallery_known CHECK (gallery BETWEEN 0 AND 2),
    CONSTRAINT uq_encounters_encounter_id UNIQUE (encounter_id),
    CONSTRAINT fk_encounters_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_encounters_person_row ON encounters (person_row);
CREATE TRIGGER encounters_no_update BEFORE UPDATE ON encounters BEGIN SELECT RAISE(ABORT, 'append-only: encounters'); END;
CREATE TRIGGER encounters_no_delete BEFORE DELETE ON encounters BEGIN SELECT RAISE(ABORT, 'append-only: encounters'); END;

CREATE TABLE erasure_requests (
    request_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    erasure_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    basis VARCHAR NOT NULL,
    authority VARCHAR NOT NULL,
    order_payload_id INTEGER NOT NULL,
    asked_by VARCHAR NOT NULL,
    asked_at DATETIME NOT NULL,
    CONSTRAINT uq_erasure_requests_asked_by UNIQUE (erasure_id, asked_by),
    CONSTRAINT uq_erasure_requests_erasure_id UNIQUE (erasure_id),
    CONSTRAINT fk_erasure_requests_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE TRIGGER erasure_requests_no_update BEFORE UPDATE ON erasure_requests BEGIN SELECT RAISE(ABORT, 'append-only: erasure_requests'); END;
CREATE TRIGGER erasure_requests_no_delete BEFORE DELETE ON erasure_requests BEGIN SELECT RAISE(ABORT, 'append-only: erasure_requests'); END;

CREATE TABLE event_subjects (
    subject_ref VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_event_subjects PRIMARY KEY (subject_ref, seq),
    CONSTRAINT fk_event_subjects_seq FOREIGN KEY(seq) REFERENCES events (seq)
) WITHOUT ROWID;
CREATE TRIGGER event_subjects_no_update BEFORE UPDATE ON event_subjects BEGIN SELECT RAISE(ABORT, 'append-only: event_subjects'); END;
CREATE TRIGGER event_subjects_no_delete BEFORE DELETE ON event_subjects BEGIN SELECT RAISE(ABORT, 'append-only: event_subjects'); END;

CREATE TABLE exchange_messages (
    message_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    message_id VARCHAR NOT NULL,
    kind VARCHAR(3) NOT NULL,
    receiver VARCHAR(3) NOT NULL,
    response_to VARCHAR,
    record_id VARCHAR,
    item_id VARCHAR,
    version INTEGER,
    person_row INTEGER,
    due_on VARCHAR(10),
    queued_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_exchange_messages_message_id UNIQUE (message_id),
    CONSTRAINT uq_exchange_messages_duty UNIQUE (record_id, item_id, version, receiver),
    CONSTRAINT fk_exchange_messages_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_exchange_messages_response_to ON exchange_messages (response_to);
CREATE INDEX ix_exchange_messages_person_row ON exchange_messages (person_row);
CREATE TRIGGER exchange_messages_no_update BEFORE UPDATE ON exchange_messages BEGIN SELECT RAISE(ABORT, 'append-only: exchange_messages'); END;
CREATE TRIGGER exchange_messages_no_delete BEFORE DELETE ON exchange_messages BEGIN SELECT RAISE(ABORT, 'append-only: exchange_messages'); END;

CREATE TABLE exchange_partner_ends (
    partner_id VARCHAR NOT NULL,
    ended_by VARCHAR NOT NULL,
    ended_at DATETIME NOT NULL,
    CONSTRAINT pk_exchange_partner_ends PRIMARY KEY (partner_id),
    CONSTRAINT fk_exchange_partner_ends_partner_id FOREIGN KEY(partner_id) REFERENCES exchange_partners (partner_id)
);
CREATE TRIGGER exchange_partner_ends_no_update BEFORE UPDATE ON exchange_partner_ends BEGIN SELECT RAISE(ABORT, 'append-only: exchange_partner_ends'); END;
CREATE TRIGGER exchange_partner_ends_no_delete BEFORE DELETE ON exchange_partner_ends BEGIN SELECT RAISE(ABORT, 'append-only: exchange_partner_ends'); END;

CREATE TABLE known_sources (
    source_sha256 VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_known_sources PRIMARY KEY (source_sha256),
    CONSTRAINT fk_known_sources_user_id FOREIGN KEY(user_id) REFERENCES accounts (user_id)
);
CREATE INDEX ix_known_sources_user_id ON known_sources (user_id);
CREATE TRIGGER known_sources_no_update BEFORE UPDATE ON known_sources BEGIN SELECT RAISE(ABORT, 'append-only: known_sources'); END;

CREATE TABLE loads (
    source_digest VARCHAR NOT NULL,
    chunk BIGINT NOT NULL,
    done_seq INTEGER NOT NULL,
    first_change BIGINT DEFAULT '0' NOT NULL,
    last_change BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_loads PRIMARY KEY (source_digest, chunk),
    CONSTRAINT fk_loads_done_seq FOREIGN KEY(done_seq) REFERENCES events (seq)
);
CREATE TRIGGER loads_no_update BEFORE UPDATE ON loads BEGIN SELECT RAISE(ABORT, 'append-only: loads'); END;
CREATE TRIGGER loads_no_delete BEFORE DELETE ON loads BEGIN SELECT RAISE(ABORT, 'append-only: loads'); END;

CREATE TABLE own_answers (
    answer_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    answer_id VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    prepared_by VARCHAR NOT NULL,
    prepared_at DATETIME NOT NULL,
    person_row INTEGER,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_own_answers_answer_id UNIQUE (answer_id),
    CONSTRAINT fk_own_answers_request_id FOREIGN KEY(request_id) REFERENCES requests (request_id),
    CONSTRAINT fk_own_answers_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_own_answers_request_id_number ON own_answers (request_id, number);
CREATE INDEX ix_own_answers_person_row ON own_answers (person_row);
CREATE TRIGGER own_answers_no_update BEFORE UPDATE ON own_answers BEGIN SELECT RAISE(ABORT, 'append-only: own_answers'); END;
CREATE TRIGGER own_answers_no_delete BEFORE DELETE ON own_answers BEGIN SELECT RAISE(ABORT, 'append-only: own_answers'); END;

CREATE TABLE person_erasures (
    person_row INTEGER NOT NULL,
    CONSTRAINT pk_person_erasures PRIMARY KEY (person_row),
    CONSTRAINT fk_person_erasures_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE TRIGGER person_erasures_no_update BEFORE UPDATE ON person_erasures BEGIN SELECT RAISE(ABORT, 'append-only: person_erasures'); END;
CREATE TRIGGER person_erasures_no_delete BEFORE DELETE ON person_erasures BEGIN SELECT RAISE(ABORT, 'append-only: person_erasures'); END;

CREATE TABLE person_merges (
    merge_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    merge_id VARCHAR NOT NULL,
    surviving_row INTEGER NOT NULL,
    absorbed_row INTEGER NOT NULL,
    undoes VARCHAR,
    proposed_by VARCHAR NOT NULL,
    proposed_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_person_merges_merge_id_proposed_by UNIQUE (merge_id, proposed_by),
    CONSTRAINT ck_person_merges_two_rows CHECK (surviving_row <> absorbed_row),
    CONSTRAINT uq_person_merges_merge_id UNIQUE (merge_id),
    CONSTRAINT fk_person_merges_surviving_row FOREIGN KEY(surviving_row) REFERENCES persons (person_row),
    CONSTRAINT fk_person_merges_absorbed_row FOREIGN KEY(absorbed_row) REFERENCES persons (person_row),
    CONSTRAINT fk_person_merges_undoes FOREIGN KEY(undoes) REFERENCES person_merges (merge_id)
);
CREATE INDEX ix_person_merges_absorbed_row ON person_merges (absorbed_row);
CREATE INDEX ix_person_merges_surviving_row ON person_merges (surviving_row);
CREATE TRIGGER person_merges_no_update BEFORE UPDATE ON person_merges BEGIN SELECT RAISE(ABORT, 'append-only: person_merges'); END;
CREATE TRIGGER person_merges_no_delete BEFORE DELETE ON person_merges BEGIN SELECT RAISE(ABORT, 'append-only: person_merges'); END;

CREATE TABLE proof_checks (
    proof_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    proof_id VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    claim VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    checked_by VARCHAR NOT NULL,
    checked_at DATETIME NOT NULL,
    CONSTRAINT uq_proof_checks_proof_id UNIQUE (proof_id),
    CONSTRAINT fk_proof_checks_request_id FOREIGN KEY(request_id) REFERENCES requests (request_id)
);
CREATE INDEX ix_proof_checks_request_id ON proof_checks (request_id);
CREATE TRIGGER proof_checks_no_update BEFORE UPDATE ON proof_checks BEGIN SELECT RAISE(ABORT, 'append-only: proof_checks'); END;
CREATE TRIGGER proof_checks_no_delete BEFORE DELETE ON proof_checks BEGIN SELECT RAISE(ABORT, 'append-only: proof_checks'); END;

CREATE TABLE record_changes (
    change_seq INTEGER NOT NULL,
    person_row INTEGER NOT NULL,
    CONSTRAINT pk_record_changes PRIMARY KEY (change_seq),
    CONSTRAINT fk_record_changes_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE TRIGGER record_changes_no_update BEFORE UPDATE ON record_changes BEGIN SELECT RAISE(ABORT, 'append-only: record_changes'); END;
CREATE TRIGGER record_changes_no_delete BEFORE DELETE ON record_changes BEGIN SELECT RAISE(ABORT, 'append-only: record_changes'); END;

CREATE TABLE records (
    record_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    record_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    person_row INTEGER NOT NULL,
    force VARCHAR(2) NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_records_record_id_version UNIQUE (record_id, version),
    CONSTRAINT ck_records_version_from_one CHECK (version >= 1),
    CONSTRAINT fk_records_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_records_person_row ON records (person_row);
CREATE TRIGGER records_no_update BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'append-only: records'); END;
CREATE TRIGGER records_no_delete BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'append-only: records'); END;
CREATE INDEX ix_records_force_record_row ON records (force, record_row);

CREATE TABLE referrals (
    referral_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    referral_id VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    made_by VARCHAR NOT NULL,
    made_at DATETIME NOT NULL,
    CONSTRAINT uq_referrals_referral_id UNIQUE (referral_id),
    CONSTRAINT fk_referrals_request_id FOREIGN KEY(request_id) REFERENCES requests (request_id)
);
CREATE INDEX ix_referrals_request_id ON referrals (request_id);
CREATE TRIGGER referrals_no_update BEFORE UPDATE ON referrals BEGIN SELECT RAISE(ABORT, 'append-only: referrals'); END;
CREATE TRIGGER referrals_no_delete BEFORE DELETE ON referrals BEGIN SELECT RAISE(ABORT, 'append-only: referrals'); END;

CREATE TABLE request_entries (
    request_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    step VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    entered_by VARCHAR NOT NULL,
    entered_at DATETIME NOT NULL,
    counts_on DATE NOT NULL,
    outcome VARCHAR NOT NULL,
    ground VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    proposed_by VARCHAR,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_request_entries PRIMARY KEY (request_id, number),
    CONSTRAINT ck_request_entries_number_from_one CHECK (number >= 1),
    CONSTRAINT ck_request_entries_two_people CHECK (proposed_by IS NULL OR proposed_by <> entered_by),
    CONSTRAINT fk_request_entries_request_id FOREIGN KEY(request_id) REFERENCES requests (request_id)
);
CREATE TRIGGER request_entries_no_update BEFORE UPDATE ON request_entries BEGIN SELECT RAISE(ABORT, 'append-only: request_entries'); END;
CREATE TRIGGER request_entries_no_delete BEFORE DELETE ON request_entries BEGIN SELECT RAISE(ABORT, 'append-only: request_entries'); END;

CREATE TABLE restrictions (
    restriction_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    restriction_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    ground VARCHAR NOT NULL,
    holder VARCHAR(2) NOT NULL,
    begun_by VARCHAR NOT NULL,
    begun_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    record_id VARCHAR,
    item_id VARCHAR,
    version INTEGER,
    CONSTRAINT uq_restrictions_restriction_id UNIQUE (restriction_id),
    CONSTRAINT fk_restrictions_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_restrictions_person_row ON restrictions (person_row);
CREATE INDEX ix_restrictions_holder ON restrictions (holder);
CREATE TRIGGER restrictions_no_update BEFORE UPDATE ON restrictions BEGIN SELECT RAISE(ABORT, 'append-only: restrictions'); END;
CREATE TRIGGER restrictions_no_delete BEFORE DELETE ON restrictions BEGIN SELECT RAISE(ABORT, 'append-only: restrictions'); END;

CREATE TABLE retention_plan_lines (
    plan_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    provision VARCHAR NOT NULL,
    last_day DATE,
    CONSTRAINT pk_retention_plan_lines PRIMARY KEY (plan_id, person_row),
    CONSTRAINT fk_retention_plan_lines_plan_id FOREIGN KEY(plan_id) REFERENCES retention_plans (plan_id),
    CONSTRAINT fk_retention_plan_lines_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE TRIGGER retention_plan_lines_no_update BEFORE UPDATE ON retention_plan_lines BEGIN SELECT RAISE(ABORT, 'append-only: retention_plan_lines'); END;
CREATE TRIGGER retention_plan_lines_no_delete BEFORE DELETE ON retention_plan_lines BEGIN SELECT RAISE(ABORT, 'append-only: retention_plan_lines'); END;

CREATE TABLE retention_recounts (
    recount_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    recount_id VARCHAR NOT NULL,
    plan_id VARCHAR NOT NULL,
    due INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    beyond INTEGER NOT NULL,
    reviews INTEGER NOT NULL,
    counted_by VARCHAR NOT NULL,
    counted_at DATETIME NOT NULL,
    CONSTRAINT uq_retention_recounts_recount_id UNIQUE (recount_id),
    CONSTRAINT fk_retention_recounts_plan_id FOREIGN KEY(plan_id) REFERENCES retention_plans (plan_id)
);
CREATE INDEX ix_retention_recounts_plan_id ON retention_recounts (plan_id);
CREATE TRIGGER retention_recounts_no_update BEFORE UPDATE ON retention_recounts BEGIN SELECT RAISE(ABORT, 'append-only: retention_recounts'); END;
CREATE TRIGGER retention_recounts_no_delete BEFORE DELETE ON retention_recounts BEGIN SELECT RAISE(ABORT, 'append-only: retention_recounts'); END;

CREATE TABLE retention_releases (
    plan_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    released_by VARCHAR NOT NULL,
    released_at DATETIME NOT NULL,
    first_number INTEGER,
    first_by VARCHAR,
    CONSTRAINT pk_retention_releases PRIMARY KEY (plan_id, number),
    CONSTRAINT uq_retention_releases_by UNIQUE (plan_id, number, released_by),
    CONSTRAINT fk_retention_releases_first FOREIGN KEY(plan_id, first_number, first_by) REFERENCES retention_releases (plan_id, number, released_by),
    CONSTRAINT ck_retention_releases_number_known CHECK (number IN (1, 2)),
    CONSTRAINT ck_retention_releases_second_names_first CHECK ((number = 1 AND first_number IS NULL AND first_by IS NULL) OR (number = 2 AND first_number = 1 AND first_by IS NOT NULL)),
    CONSTRAINT ck_retention_releases_two_people CHECK (first_by IS NULL OR first_by <> released_by),
    CONSTRAINT fk_retention_releases_plan_id FOREIGN KEY(plan_id) REFERENCES retention_plans (plan_id)
);
CREATE TRIGGER retention_releases_no_update BEFORE UPDATE ON retention_releases BEGIN SELECT RAISE(ABORT, 'append-only: retention_releases'); END;
CREATE TRIGGER retention_releases_no_delete BEFORE DELETE ON retention_releases BEGIN SELECT RAISE(ABORT, 'append-only: retention_releases'); END;

CREATE TABLE retention_reviews (
    request_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    decision VARCHAR NOT NULL,
    ground VARCHAR NOT NULL,
    next_on DATE,
    versions VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,
    decided_at DATETIME NOT NULL,
    CONSTRAINT pk_retention_reviews PRIMARY KEY (request_id),
    CONSTRAINT ck_retention_reviews_next_review CHECK ((decision = 'erase') = (next_on IS NULL)),
    CONSTRAINT fk_retention_reviews_request_id FOREIGN KEY(request_id) REFERENCES requests (request_id),
    CONSTRAINT fk_retention_reviews_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_retention_reviews_person_row ON retention_reviews (person_row);
CREATE TRIGGER retention_reviews_no_update BEFORE UPDATE ON retention_reviews BEGIN SELECT RAISE(ABORT, 'append-only: retention_reviews'); END;
CREATE TRIGGER retention_reviews_no_delete BEFORE DELETE ON retention_reviews BEGIN SELECT RAISE(ABORT, 'append-only: retention_reviews'); END;

CREATE TABLE second_factors (
    factor_id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    payload_id INTEGER NOT NULL,
    added_at DATETIME NOT NULL,
    kind VARCHAR,
    CONSTRAINT pk_second_factors PRIMARY KEY (factor_id),
    CONSTRAINT fk_second_factors_user_id FOREIGN KEY(user_id) REFERENCES accounts (user_id)
);
CREATE INDEX ix_second_factors_user_id ON second_factors (user_id);
CREATE TRIGGER second_factors_no_update BEFORE UPDATE ON second_factors BEGIN SELECT RAISE(ABORT, 'append-only: second_factors'); END;
CREATE TRIGGER second_factors_no_delete BEFORE DELETE ON second_factors BEGIN SELECT RAISE(ABORT, 'append-only: second_factors'); END;

CREATE TABLE sessions (
    secret_sha256 VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    begun_at DATETIME NOT NULL,
    last_seen_at DATETIME NOT NULL,
    ended_at DATETIME,
    sid_sha256 VARCHAR,
    CONSTRAINT pk_sessions PRIMARY KEY (secret_sha256),
    CONSTRAINT fk_sessions_user_id FOREIGN KEY(user_id) REFERENCES accounts (user_id)
);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE TRIGGER sessions_fixed BEFORE UPDATE OF secret_sha256, user_id, begun_at ON sessions BEGIN SELECT RAISE(ABORT, 'append-only: sessions'); END;
CREATE INDEX ix_sessions_sid_sha256 ON sessions (sid_sha256);

CREATE TABLE staff_persons (
    person_id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    added_by VARCHAR NOT NULL,
    added_at DATETIME NOT NULL,
    CONSTRAINT pk_staff_persons PRIMARY KEY (person_id),
    CONSTRAINT fk_staff_persons_person_id FOREIGN KEY(person_id) REFERENCES persons (person_id)
);
CREATE INDEX ix_staff_persons_user_id ON staff_persons (user_id);
CREATE TRIGGER staff_persons_no_update BEFORE UPDATE ON staff_persons BEGIN SELECT RAISE(ABORT, 'append-only: staff_persons'); END;

CREATE TABLE template_switches (
    generation_id VARCHAR NOT NULL,
    after_change INTEGER NOT NULL,
    switched_by VARCHAR NOT NULL,
    switched_at DATETIME NOT NULL,
    CONSTRAINT pk_template_switches PRIMARY KEY (generation_id),
    CONSTRAINT uq_template_switches_after_change UNIQUE (after_change),
    CONSTRAINT fk_template_switches_generation_id FOREIGN KEY(generation_id) REFERENCES template_generations (generation_id)
);
CREATE TRIGGER template_switches_no_update BEFORE UPDATE ON template_switches BEGIN SELECT RAISE(ABORT, 'append-only: template_switches'); END;
CREATE TRIGGER template_switches_no_delete BEFORE DELETE ON template_switches BEGIN SELECT RAISE(ABORT, 'append-only: template_switches'); END;

CREATE TABLE application_answers (
    answer_id VARCHAR NOT NULL,
    application_id VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    answered_by VARCHAR NOT NULL,
    answered_at DATETIME NOT NULL,
    CONSTRAINT pk_application_answers PRIMARY KEY (answer_id),
    CONSTRAINT uq_application_answers_number UNIQUE (application_id, number),
    CONSTRAINT fk_application_answers_application_id FOREIGN KEY(application_id) REFERENCES applications (application_id)
);
CREATE TRIGGER application_answers_no_update BEFORE UPDATE ON application_answers BEGIN SELECT RAISE(ABORT, 'append-only: application_answers'); END;
CREATE TRIGGER application_answers_no_delete BEFORE DELETE ON application_answers BEGIN SELECT RAISE(ABORT, 'append-only: application_answers'); END;

CREATE TABLE client_key_revocations (
    client_key_id VARCHAR NOT NULL,
    revoked_at DATETIME NOT NULL,
    CONSTRAINT pk_client_key_revocations PRIMARY KEY (client_key_id),
    CONSTRAINT fk_client_key_revocations_client_key_id FOREIGN KEY(client_key_id) REFERENCES client_keys (client_key_id)
);
CREATE TRIGGER client_key_revocations_no_update BEFORE UPDATE ON client_key_revocations BEGIN SELECT RAISE(ABORT, 'append-only: client_key_revocations'); END;
CREATE TRIGGER client_key_revocations_no_delete BEFORE DELETE ON client_key_revocations BEGIN SELECT RAISE(ABORT, 'append-only: client_key_revocations'); END;

CREATE TABLE conversion_codings (
    frame_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    coded_by VARCHAR NOT NULL,
    coded_at DATETIME NOT NULL,
    left_as_text INTEGER NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_conversion_codings PRIMARY KEY (frame_id, round),
    CONSTRAINT fk_conversion_codings_frame_id FOREIGN KEY(frame_id) REFERENCES conversion_frames (frame_id)
);
CREATE TRIGGER conversion_codings_no_update BEFORE UPDATE ON conversion_codings BEGIN SELECT RAISE(ABORT, 'append-only: conversion_codings'); END;
CREATE TRIGGER conversion_codings_no_delete BEFORE DELETE ON conversion_codings BEGIN SELECT RAISE(ABORT, 'append-only: conversion_codings'); END;

CREATE TABLE conversion_destructions (
    frame_id VARCHAR NOT NULL,
    provision VARCHAR NOT NULL,
    destroyed_by VARCHAR NOT NULL,
    destroyed_at DATETIME NOT NULL,
    CONSTRAINT pk_conversion_destructions PRIMARY KEY (frame_id),
    CONSTRAINT fk_conversion_destructions_frame_id FOREIGN KEY(frame_id) REFERENCES conversion_frames (frame_id)
);
CREATE TRIGGER conversion_destructions_no_update BEFORE UPDATE ON conversion_destructions BEGIN SELECT RAISE(ABORT, 'append-only: conversion_destructions'); END;
CREATE TRIGGER conversion_destructions_no_delete BEFORE DELETE ON conversion_destructions BEGIN SELECT RAISE(ABORT, 'append-only: conversion_destructions'); END;

CREATE TABLE conversion_draw_units (
    lot_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    draw INTEGER NOT NULL,
    place INTEGER NOT NULL,
    frame_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    error_class VARCHAR NOT NULL,
    is_seeded BOOLEAN NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_conversion_draw_units PRIMARY KEY (lot_id, round, draw, place),
    CONSTRAINT fk_conversion_draw_units_draw FOREIGN KEY(lot_id, round, draw) REFERENCES conversion_draws (lot_id, round, draw),
    CONSTRAINT fk_conversion_draw_units_frame_id FOREIGN KEY(frame_id) REFERENCES conversion_frames (frame_id)
);
CREATE TRIGGER conversion_draw_units_no_update BEFORE UPDATE ON conversion_draw_units BEGIN SELECT RAISE(ABORT, 'append-only: conversion_draw_units'); END;
CREATE TRIGGER conversion_draw_units_no_delete BEFORE DELETE ON conversion_draw_units BEGIN SELECT RAISE(ABORT, 'append-only: conversion_draw_units'); END;

CREATE TABLE conversion_frame_states (
    frame_id VARCHAR NOT NULL,
    lot_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    CONSTRAINT pk_conversion_frame_states PRIMARY KEY (frame_id),
    CONSTRAINT fk_conversion_frame_states_frame_id FOREIGN KEY(frame_id) REFERENCES conversion_frames (frame_id),
    CONSTRAINT fk_conversion_frame_states_lot_id FOREIGN KEY(lot_id) REFERENCES conversion_lots (lot_id)
);
CREATE INDEX ix_conversion_frame_states_lot_id_state_number ON conversion_frame_states (lot_id, state, number);
CREATE TRIGGER conversion_frame_states_no_delete BEFORE DELETE ON conversion_frame_states BEGIN SELECT RAISE(ABORT, 'append-only: conversion_frame_states'); END;
CREATE TRIGGER conversion_frame_states_fixed BEFORE UPDATE OF frame_id, lot_id, number ON conversion_frame_states BEGIN SELECT RAISE(ABORT, 'append-only: conversion_frame_states'); END;
CREATE TRIGGER conversion_frame_states_growing BEFORE UPDATE ON conversion_frame_states WHEN NEW.round < OLD.round BEGIN SELECT RAISE(ABORT, 'append-only: conversion_frame_states'); END;

CREATE TABLE conversion_keyings (
    frame_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    place INTEGER NOT NULL,
    keyed_by VARCHAR NOT NULL,
    keyed_at DATETIME NOT NULL,
    fault VARCHAR NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_conversion_keyings PRIMARY KEY (frame_id, round, place),
    CONSTRAINT ck_conversion_keyings_twice CHECK (place IN (1, 2)),
    CONSTRAINT uq_conversion_keyings_two_people UNIQUE (frame_id, round, keyed_by),
    CONSTRAINT fk_conversion_keyings_frame_id FOREIGN KEY(frame_id) REFERENCES conversion_frames (frame_id)
);
CREATE TRIGGER conversion_keyings_no_update BEFORE UPDATE ON conversion_keyings BEGIN SELECT RAISE(ABORT, 'append-only: conversion_keyings'); END;
CREATE TRIGGER conversion_keyings_no_delete BEFORE DELETE ON conversion_keyings BEGIN SELECT RAISE(ABORT, 'append-only: conversion_keyings'); END;

CREATE TABLE conversion_matches (
    frame_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    number INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    search_id VARCHAR NOT NULL,
    link_id VARCHAR,
    person_row INTEGER,
    other_row INTEGER,
    candidates INTEGER NOT NULL,
    proposed_by VARCHAR NOT NULL,
    proposed_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_conversion_matches PRIMARY KEY (frame_id, round, number),
    CONSTRAINT fk_conversion_matches_frame_id FOREIGN KEY(frame_id) REFERENCES conversion_frames (frame_id),
    CONSTRAINT fk_conversion_matches_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row),
    CONSTRAINT fk_conversion_matches_other_row FOREIGN KEY(other_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_conversion_matches_person_row ON conversion_matches (person_row);
CREATE TRIGGER conversion_matches_no_update BEFORE UPDATE ON conversion_matches BEGIN SELECT RAISE(ABORT, 'append-only: conversion_matches'); END;
CREATE TRIGGER conversion_matches_no_delete BEFORE DELETE ON conversion_matches BEGIN SELECT RAISE(ABORT, 'append-only: conversion_matches'); END;

CREATE TABLE conversion_searches (
    frame_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    number INTEGER NOT NULL,
    basis VARCHAR NOT NULL,
    search_id VARCHAR NOT NULL,
    started_by VARCHAR NOT NULL,
    started_at DATETIME NOT NULL,
    CONSTRAINT pk_conversion_searches PRIMARY KEY (frame_id, round, number),
    CONSTRAINT fk_conversion_searches_frame_id FOREIGN KEY(frame_id) REFERENCES conversion_frames (frame_id)
);
CREATE TRIGGER conversion_searches_no_update BEFORE UPDATE ON conversion_searches BEGIN SELECT RAISE(ABORT, 'append-only: conversion_searches'); END;
CREATE TRIGGER conversion_searches_no_delete BEFORE DELETE ON conversion_searches BEGIN SELECT RAISE(ABORT, 'append-only: conversion_searches'); END;

CREATE TABLE conversion_settlements (
    frame_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    settled_by VARCHAR,
    settled_at DATETIME NOT NULL,
    first_keyer VARCHAR NOT NULL,
    second_keyer VARCHAR NOT NULL,
    fault VARCHAR NOT NULL,
    differing VARCHAR NOT NULL,
    overruled_first VARCHAR NOT NULL,
    overruled_second VARCHAR NOT NULL,
    uncoded INTEGER NOT NULL,
    provision VARCHAR NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_conversion_settlements PRIMARY KEY (frame_id, round),
    CONSTRAINT ck_conversion_settlements_third_person CHECK (settled_by IS NULL OR (settled_by <> first_keyer AND settled_by <> second_keyer)),
    CONSTRAINT ck_conversion_settlements_two_keyers CHECK (first_keyer <> second_keyer),
    CONSTRAINT fk_conversion_settlements_frame_id FOREIGN KEY(frame_id) REFERENCES conversion_frames (frame_id)
);
CREATE TRIGGER conversion_settlements_no_update BEFORE UPDATE ON conversion_settlements BEGIN SELECT RAISE(ABORT, 'append-only: conversion_settlements'); END;
CREATE TRIGGER conversion_settlements_no_delete BEFORE DELETE ON conversion_settlements BEGIN SELECT RAISE(ABORT, 'append-only: conversion_settlements'); END;

CREATE TABLE conversion_takebacks (
    frame_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    version INTEGER,
    taken_by VARCHAR NOT NULL,
    taken_at DATETIME NOT NULL,
    CONSTRAINT pk_conversion_takebacks PRIMARY KEY (frame_id, round),
    CONSTRAINT fk_conversion_takebacks_frame_id FOREIGN KEY(frame_id) REFERENCES conversion_frames (frame_id)
);
CREATE TRIGGER conversion_takebacks_no_update BEFORE UPDATE ON conversion_takebacks BEGIN SELECT RAISE(ABORT, 'append-only: conversion_takebacks'); END;
CREATE TRIGGER conversion_takebacks_no_delete BEFORE DELETE ON conversion_takebacks BEGIN SELECT RAISE(ABORT, 'append-only: conversion_takebacks'); END;

CREATE TABLE conversion_writings (
    frame_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    record_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    version INTEGER NOT NULL,
    is_new BOOLEAN NOT NULL,
    written_by VARCHAR NOT NULL,
    written_at DATETIME NOT NULL,
    CONSTRAINT pk_conversion_writings PRIMARY KEY (frame_id, round),
    CONSTRAINT fk_conversion_writings_frame_id FOREIGN KEY(frame_id) REFERENCES conversion_frames (frame_id),
    CONSTRAINT fk_conversion_writings_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_conversion_writings_record_id ON conversion_writings (record_id);
CREATE INDEX ix_conversion_writings_person_row ON conversion_writings (person_row);
CREATE TRIGGER conversion_writings_no_update BEFORE UPDATE ON conversion_writings BEGIN SELECT RAISE(ABORT, 'append-only: conversion_writings'); END;
CREATE TRIGGER conversion_writings_no_delete BEFORE DELETE ON conversion_writings BEGIN SELECT RAISE(ABORT, 'append-only: conversion_writings'); END;

CREATE TABLE conviction_versions (
    record_row INTEGER NOT NULL,
    item_id VARCHAR NOT NULL,
    record_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    change VARCHAR NOT NULL,
    CONSTRAINT pk_conviction_versions PRIMARY KEY (record_row, item_id),
    CONSTRAINT fk_conviction_versions_record_row FOREIGN KEY(record_row) REFERENCES records (record_row)
);
CREATE INDEX ix_conviction_versions_record_id_item_id ON conviction_versions (record_id, item_id);
CREATE TRIGGER conviction_versions_no_update BEFORE UPDATE ON conviction_versions BEGIN SELECT RAISE(ABORT, 'append-only: conviction_versions'); END;
CREATE TRIGGER conviction_versions_no_delete BEFORE DELETE ON conviction_versions BEGIN SELECT RAISE(ABORT, 'append-only: conviction_versions'); END;

CREATE TABLE deletion_captures (
    deletion_id VARCHAR NOT NULL,
    encounter_id VARCHAR NOT NULL,
    CONSTRAINT pk_deletion_captures PRIMARY KEY (deletion_id, encounter_id),
    CONSTRAINT fk_deletion_captures_deletion_id FOREIGN KEY(deletion_id) REFERENCES deletion_cases (deletion_id),
    CONSTRAINT fk_deletion_captures_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounters (encounter_id)
);
CREATE TRIGGER deletion_captures_no_update BEFORE UPDATE ON deletion_captures BEGIN SELECT RAISE(ABORT, 'append-only: deletion_captures'); END;
CREATE TRIGGER deletion_captures_no_delete BEFORE DELETE ON deletion_captures BEGIN SELECT RAISE(ABORT, 'append-only: deletion_captures'); END;

CREATE TABLE deletion_chases (
    deletion_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    chased_on DATE NOT NULL,
    CONSTRAINT pk_deletion_chases PRIMARY KEY (deletion_id, number),
    CONSTRAINT fk_deletion_chases_deletion_id FOREIGN KEY(deletion_id) REFERENCES deletion_cases (deletion_id)
);
CREATE TRIGGER deletion_chases_no_update BEFORE UPDATE ON deletion_chases BEGIN SELECT RAISE(ABORT, 'append-only: deletion_chases'); END;
CREATE TRIGGER deletion_chases_no_delete BEFORE DELETE ON deletion_chases BEGIN SELECT RAISE(ABORT, 'append-only: deletion_chases'); END;

CREATE TABLE deletion_decisions (
    deletion_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    approves_entry BOOLEAN NOT NULL,
    approves_prints BOOLEAN NOT NULL,
    ground VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,
    decided_at DATETIME NOT NULL,
    first_by VARCHAR,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_deletion_decisions PRIMARY KEY (deletion_id, number),
    CONSTRAINT ck_deletion_decisions_decided_and_reviewed_once CHECK (number IN (1, 2)),
    CONSTRAINT ck_deletion_decisions_review_names_first CHECK ((number = 1) = (first_by IS NULL)),
    CONSTRAINT ck_deletion_decisions_another_officer CHECK (first_by IS NULL OR first_by <> decided_by),
    CONSTRAINT fk_deletion_decisions_deletion_id FOREIGN KEY(deletion_id) REFERENCES deletion_cases (deletion_id)
);
CREATE TRIGGER deletion_decisions_no_update BEFORE UPDATE ON deletion_decisions BEGIN SELECT RAISE(ABORT, 'append-only: deletion_decisions'); END;
CREATE TRIGGER deletion_decisions_no_delete BEFORE DELETE ON deletion_decisions BEGIN SELECT RAISE(ABORT, 'append-only: deletion_decisions'); END;

CREATE TABLE deletions_done (
    deletion_id VARCHAR NOT NULL,
    done_by VARCHAR NOT NULL,
    done_at DATETIME NOT NULL,
    CONSTRAINT pk_deletions_done PRIMARY KEY (deletion_id),
    CONSTRAINT fk_deletions_done_deletion_id FOREIGN KEY(deletion_id) REFERENCES deletion_cases (deletion_id)
);
CREATE TRIGGER deletions_done_no_update BEFORE UPDATE ON deletions_done BEGIN SELECT RAISE(ABORT, 'append-only: deletions_done'); END;
CREATE TRIGGER deletions_done_no_delete BEFORE DELETE ON deletions_done BEGIN SELECT RAISE(ABORT, 'append-only: deletions_done'); END;

CREATE TABLE disclosures (
    disclosure_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    disclosure_id VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    recipient_kind VARCHAR NOT NULL,
    recipient_code VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    form VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    sent_by VARCHAR NOT NULL,
    sent_at DATETIME NOT NULL,
    person_row INTEGER,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_disclosures_disclosure_id UNIQUE (disclosure_id),
    CONSTRAINT fk_disclosures_request_id_number FOREIGN KEY(request_id, number) REFERENCES request_entries (request_id, number),
    CONSTRAINT fk_disclosures_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_disclosures_request_id ON disclosures (request_id);
CREATE INDEX ix_disclosures_person_row ON disclosures (person_row);
CREATE TRIGGER disclosures_no_update BEFORE UPDATE ON disclosures BEGIN SELECT RAISE(ABORT, 'append-only: disclosures'); END;
CREATE TRIGGER disclosures_no_delete BEFORE DELETE ON disclosures BEGIN SELECT RAISE(ABORT, 'append-only: disclosures'); END;

CREATE TABLE erasure_confirmations (
    erasure_id VARCHAR NOT NULL,
    asked_by VARCHAR NOT NULL,
    confirmed_by VARCHAR NOT NULL,
    confirmed_at DATETIME NOT NULL,
    due_at DATETIME NOT NULL,
    CONSTRAINT pk_erasure_confirmations PRIMARY KEY (erasure_id),
    CONSTRAINT fk_erasure_confirmations_erasure_id_asked_by FOREIGN KEY(erasure_id, asked_by) REFERENCES erasure_requests (erasure_id, asked_by),
    CONSTRAINT ck_erasure_confirmations_two_people CHECK (confirmed_by <> asked_by)
);
CREATE TRIGGER erasure_confirmations_no_update BEFORE UPDATE ON erasure_confirmations BEGIN SELECT RAISE(ABORT, 'append-only: erasure_confirmations'); END;
CREATE TRIGGER erasure_confirmations_no_delete BEFORE DELETE ON erasure_confirmations BEGIN SELECT RAISE(ABORT, 'append-only: erasure_confirmations'); END;

CREATE TABLE erasure_ends (
    erasure_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    ended_by VARCHAR NOT NULL,
    ended_at DATETIME NOT NULL,
    CONSTRAINT pk_erasure_ends PRIMARY KEY (erasure_id),
    CONSTRAINT ck_erasure_ends_outcome_known CHECK (outcome IN ('called-back', 'carried-out')),
    CONSTRAINT fk_erasure_ends_erasure_id FOREIGN KEY(erasure_id) REFERENCES erasure_requests (erasure_id)
);
CREATE TRIGGER erasure_ends_no_update BEFORE UPDATE ON erasure_ends BEGIN SELECT RAISE(ABORT, 'append-only: erasure_ends'); END;
CREATE TRIGGER erasure_ends_no_delete BEFORE DELETE ON erasure_ends BEGIN SELECT RAISE(ABORT, 'append-only: erasure_ends'); END;

CREATE TABLE exchange_answers (
    answer_id VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    kind VARCHAR(3) NOT NULL,
    fault VARCHAR,
    answered_at DATETIME NOT NULL,
    CONSTRAINT pk_exchange_answers PRIMARY KEY (answer_id),
    CONSTRAINT fk_exchange_answers_message_id FOREIGN KEY(message_id) REFERENCES exchange_messages (message_id)
);
CREATE INDEX ix_exchange_answers_message_id ON exchange_answers (message_id);
CREATE TRIGGER exchange_answers_no_update BEFORE UPDATE ON exchange_answers BEGIN SELECT RAISE(ABORT, 'append-only: exchange_answers'); END;
CREATE TRIGGER exchange_answers_no_delete BEFORE DELETE ON exchange_answers BEGIN SELECT RAISE(ABORT, 'append-only: exchange_answers'); END;

CREATE TABLE exchange_queue (
    message_row INTEGER NOT NULL,
    receiver VARCHAR(3) NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at DATETIME NOT NULL,
    CONSTRAINT pk_exchange_queue PRIMARY KEY (message_row),
    CONSTRAINT fk_exchange_queue_message_row FOREIGN KEY(message_row) REFERENCES exchange_messages (message_row)
);
CREATE INDEX ix_exchange_queue_receiver_message_row ON exchange_queue (receiver, message_row);
CREATE TRIGGER exchange_queue_fixed BEFORE UPDATE OF message_row, receiver ON exchange_queue BEGIN SELECT RAISE(ABORT, 'append-only: exchange_queue'); END;
CREATE TRIGGER exchange_queue_growing BEFORE UPDATE ON exchange_queue WHEN NEW.attempts < OLD.attempts BEGIN SELECT RAISE(ABORT, 'append-only: exchange_queue'); END;

CREATE TABLE exchange_sent (
    message_id VARCHAR NOT NULL,
    sent_at DATETIME NOT NULL,
    CONSTRAINT pk_exchange_sent PRIMARY KEY (message_id),
    CONSTRAINT fk_exchange_sent_message_id FOREIGN KEY(message_id) REFERENCES exchange_messages (message_id)
);
CREATE TRIGGER exchange_sent_no_update BEFORE UPDATE ON exchange_sent BEGIN SELECT RAISE(ABORT, 'append-only: exchange_sent'); END;
CREATE TRIGGER exchange_sent_no_delete BEFORE DELETE ON exchange_sent BEGIN SELECT RAISE(ABORT, 'append-only: exchange_sent'); END;

CREATE TABLE exchange_surveys (
    record_row INTEGER NOT NULL,
    surveyed_at DATETIME NOT NULL,
    CONSTRAINT pk_exchange_surveys PRIMARY KEY (record_row),
    CONSTRAINT fk_exchange_surveys_record_row FOREIGN KEY(record_row) REFERENCES records (record_row)
);
CREATE INDEX ix_exchange_surveys_surveyed_at ON exchange_surveys (surveyed_at);
CREATE TRIGGER exchange_surveys_no_update BEFORE UPDATE ON exchange_surveys BEGIN SELECT RAISE(ABORT, 'append-only: exchange_surveys'); END;
CREATE TRIGGER exchange_surveys_no_delete BEFORE DELETE ON exchange_surveys BEGIN SELECT RAISE(ABORT, 'append-only: exchange_surveys'); END;

CREATE TABLE gallery_cases (
    case_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    case_id VARCHAR NOT NULL,
    doubt VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    prints VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL,
    other_person_id VARCHAR,
    encounter_id VARCHAR NOT NULL,
    other_encounter_id VARCHAR NOT NULL,
    position SMALLINT,
    other_position SMALLINT,
    opened_at DATETIME NOT NULL,
    CONSTRAINT uq_gallery_cases_doubt_subject_prints UNIQUE (doubt, subject, prints),
    CONSTRAINT uq_gallery_cases_case_id UNIQUE (case_id),
    CONSTRAINT fk_gallery_cases_person_id FOREIGN KEY(person_id) REFERENCES persons (person_id),
    CONSTRAINT fk_gallery_cases_other_person_id FOREIGN KEY(other_person_id) REFERENCES persons (person_id),
    CONSTRAINT fk_gallery_cases_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounters (encounter_id),
    CONSTRAINT fk_gallery_cases_other_encounter_id FOREIGN KEY(other_encounter_id) REFERENCES encounters (encounter_id)
);
CREATE TRIGGER gallery_cases_no_update BEFORE UPDATE ON gallery_cases BEGIN SELECT RAISE(ABORT, 'append-only: gallery_cases'); END;
CREATE TRIGGER gallery_cases_no_delete BEFORE DELETE ON gallery_cases BEGIN SELECT RAISE(ABORT, 'append-only: gallery_cases'); END;

CREATE TABLE gallery_changes (
    change_seq INTEGER NOT NULL,
    encounter_row INTEGER NOT NULL,
    kind SMALLINT NOT NULL,
    CONSTRAINT pk_gallery_changes_new PRIMARY KEY (change_seq),
    CONSTRAINT ck_gallery_changes_kind_known CHECK (kind BETWEEN 0 AND 3),
    CONSTRAINT fk_gallery_changes_new_encounter_row FOREIGN KEY(encounter_row) REFERENCES encounters (encounter_row)
);
CREATE TRIGGER gallery_changes_no_update BEFORE UPDATE ON gallery_changes BEGIN SELECT RAISE(ABORT, 'append-only: gallery_changes'); END;
CREATE TRIGGER gallery_changes_no_delete BEFORE DELETE ON gallery_changes BEGIN SELECT RAISE(ABORT, 'append-only: gallery_changes'); END;
CREATE UNIQUE INDEX uq_gallery_changes_once ON gallery_changes (encounter_row, kind) WHERE kind < 2;
CREATE INDEX ix_gallery_changes_encounter_row ON gallery_changes (encounter_row);

CREATE TABLE handovers (
    handover_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    handover_id VARCHAR NOT NULL,
    application_id VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    media_type VARCHAR NOT NULL,
    document_sha256 VARCHAR NOT NULL,
    handed_by VARCHAR NOT NULL,
    size_bytes INTEGER NOT NULL,
    handed_at DATETIME NOT NULL,
    last_day DATE NOT NULL,
    person_row INTEGER,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_handovers_handover_id UNIQUE (handover_id),
    CONSTRAINT fk_handovers_application_id FOREIGN KEY(application_id) REFERENCES applications (application_id),
    CONSTRAINT fk_handovers_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_handovers_application_id ON handovers (application_id);
CREATE INDEX ix_handovers_person_row ON handovers (person_row);
CREATE INDEX ix_handovers_last_day ON handovers (last_day);
CREATE TRIGGER handovers_no_update BEFORE UPDATE ON handovers BEGIN SELECT RAISE(ABORT, 'append-only: handovers'); END;
CREATE TRIGGER handovers_no_delete BEFORE DELETE ON handovers BEGIN SELECT RAISE(ABORT, 'append-only: handovers'); END;

CREATE TABLE information_answers (
    request_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,
    exemptions VARCHAR NOT NULL,
    matter VARCHAR NOT NULL,
    hours INTEGER NOT NULL,
    answered_on DATE NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_information_answers PRIMARY KEY (request_id, number),
    CONSTRAINT fk_information_answers_request_id_number FOREIGN KEY(request_id, number) REFERENCES request_entries (request_id, number)
);
CREATE INDEX ix_information_answers_matter ON information_answers (matter);
CREATE TRIGGER information_answers_no_update BEFORE UPDATE ON information_answers BEGIN SELECT RAISE(ABORT, 'append-only: information_answers'); END;
CREATE TRIGGER information_answers_no_delete BEFORE DELETE ON information_answers BEGIN SELECT RAISE(ABORT, 'append-only: information_answers'); END;

CREATE TABLE live_records (
    record_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    record_row INTEGER NOT NULL,
    CONSTRAINT pk_live_records PRIMARY KEY (record_id),
    CONSTRAINT uq_live_records_person_row UNIQUE (person_row),
    CONSTRAINT fk_live_records_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row),
    CONSTRAINT uq_live_records_record_row UNIQUE (record_row),
    CONSTRAINT fk_live_records_record_row FOREIGN KEY(record_row) REFERENCES records (record_row)
);
CREATE TRIGGER live_records_fixed BEFORE UPDATE OF record_id, person_row ON live_records BEGIN SELECT RAISE(ABORT, 'append-only: live_records'); END;

CREATE TABLE merge_confirmations (
    merge_id VARCHAR NOT NULL,
    proposed_by VARCHAR NOT NULL,
    confirmed_by VARCHAR NOT NULL,
    confirmed_at DATETIME NOT NULL,
    CONSTRAINT pk_merge_confirmations PRIMARY KEY (merge_id),
    CONSTRAINT fk_merge_confirmations_merge_id_proposed_by FOREIGN KEY(merge_id, proposed_by) REFERENCES person_merges (merge_id, proposed_by),
    CONSTRAINT ck_merge_confirmations_two_persons CHECK (confirmed_by <> proposed_by)
);
CREATE TRIGGER merge_confirmations_no_update BEFORE UPDATE ON merge_confirmations BEGIN SELECT RAISE(ABORT, 'append-only: merge_confirmations'); END;
CREATE TRIGGER merge_confirmations_no_delete BEFORE DELETE ON merge_confirmations BEGIN SELECT RAISE(ABORT, 'append-only: merge_confirmations'); END;

CREATE TABLE open_erasures (
    person_row INTEGER NOT NULL,
    erasure_id VARCHAR NOT NULL,
    CONSTRAINT pk_open_erasures PRIMARY KEY (person_row),
    CONSTRAINT fk_open_erasures_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row),
    CONSTRAINT uq_open_erasures_erasure_id UNIQUE (erasure_id),
    CONSTRAINT fk_open_erasures_erasure_id FOREIGN KEY(erasure_id) REFERENCES erasure_requests (erasure_id)
);
CREATE TRIGGER open_erasures_fixed BEFORE UPDATE OF person_row, erasure_id ON open_erasures BEGIN SELECT RAISE(ABORT, 'append-only: open_erasures'); END;

CREATE TABLE own_answer_removals (
    answer_id VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    ground VARCHAR NOT NULL,
    CONSTRAINT pk_own_answer_removals PRIMARY KEY (answer_id, place),
    CONSTRAINT fk_own_answer_removals_answer_id FOREIGN KEY(answer_id) REFERENCES own_answers (answer_id)
);
CREATE TRIGGER own_answer_removals_no_update BEFORE UPDATE ON own_answer_removals BEGIN SELECT RAISE(ABORT, 'append-only: own_answer_removals'); END;
CREATE TRIGGER own_answer_removals_no_delete BEFORE DELETE ON own_answer_removals BEGIN SELECT RAISE(ABORT, 'append-only: own_answer_removals'); END;

CREATE TABLE record_amendments (
    record_row INTEGER NOT NULL,
    log_size BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    amended_by VARCHAR NOT NULL,
    amended_at DATETIME NOT NULL,
    CONSTRAINT pk_record_amendments PRIMARY KEY (record_row),
    CONSTRAINT fk_record_amendments_record_row FOREIGN KEY(record_row) REFERENCES records (record_row)
);
CREATE INDEX ix_record_amendments_log_size ON record_amendments (log_size);
CREATE TRIGGER record_amendments_no_update BEFORE UPDATE ON record_amendments BEGIN SELECT RAISE(ABORT, 'append-only: record_amendments'); END;
CREATE TRIGGER record_amendments_no_delete BEFORE DELETE ON record_amendments BEGIN SELECT RAISE(ABORT, 'append-only: record_amendments'); END;

CREATE TABLE recovery_codes (
    factor_id VARCHAR NOT NULL,
    code_sha256 VARCHAR NOT NULL,
    CONSTRAINT pk_recovery_codes PRIMARY KEY (factor_id, code_sha256),
    CONSTRAINT fk_recovery_codes_factor_id FOREIGN KEY(factor_id) REFERENCES second_factors (factor_id)
);
CREATE TRIGGER recovery_codes_no_update BEFORE UPDATE ON recovery_codes BEGIN SELECT RAISE(ABORT, 'append-only: recovery_codes'); END;
CREATE TRIGGER recovery_codes_no_delete BEFORE DELETE ON recovery_codes BEGIN SELECT RAISE(ABORT, 'append-only: recovery_codes'); END;

CREATE TABLE referral_replies (
    referral_id VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    answered_by VARCHAR NOT NULL,
    answered_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_referral_replies PRIMARY KEY (referral_id),
    CONSTRAINT fk_referral_replies_referral_id FOREIGN KEY(referral_id) REFERENCES referrals (referral_id),
    CONSTRAINT fk_referral_replies_request_id FOREIGN KEY(request_id) REFERENCES requests (request_id)
);
CREATE INDEX ix_referral_replies_request_id ON referral_replies (request_id);
CREATE TRIGGER referral_replies_no_update BEFORE UPDATE ON referral_replies BEGIN SELECT RAISE(ABORT, 'append-only: referral_replies'); END;
CREATE TRIGGER referral_replies_no_delete BEFORE DELETE ON referral_replies BEGIN SELECT RAISE(ABORT, 'append-only: referral_replies'); END;

CREATE TABLE remade_templates (
    remake_id VARCHAR NOT NULL,
    encounter_id VARCHAR NOT NULL,
    generation_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    is_kept BOOLEAN NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_remade_templates PRIMARY KEY (remake_id),
    CONSTRAINT uq_remade_templates_encounter_id_generation_id UNIQUE (encounter_id, generation_id),
    CONSTRAINT fk_remade_templates_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounters (encounter_id),
    CONSTRAINT fk_remade_templates_generation_id FOREIGN KEY(generation_id) REFERENCES template_generations (generation_id),
    CONSTRAINT fk_remade_templates_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_remade_templates_generation_id ON remade_templates (generation_id);
CREATE INDEX ix_remade_templates_person_row ON remade_templates (person_row);
CREATE TRIGGER remade_templates_no_update BEFORE UPDATE ON remade_templates BEGIN SELECT RAISE(ABORT, 'append-only: remade_templates'); END;
CREATE TRIGGER remade_templates_no_delete BEFORE DELETE ON remade_templates BEGIN SELECT RAISE(ABORT, 'append-only: remade_templates'); END;

CREATE TABLE request_convictions (
    request_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    record_id VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    verdict VARCHAR NOT NULL,
    standing VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    CONSTRAINT pk_request_convictions PRIMARY KEY (request_id, number, record_id, item_id),
    CONSTRAINT fk_request_convictions_request_id_number FOREIGN KEY(request_id, number) REFERENCES request_entries (request_id, number)
);
CREATE TRIGGER request_convictions_no_update BEFORE UPDATE ON request_convictions BEGIN SELECT RAISE(ABORT, 'append-only: request_convictions'); END;
CREATE TRIGGER request_convictions_no_delete BEFORE DELETE ON request_convictions BEGIN SELECT RAISE(ABORT, 'append-only: request_convictions'); END;

CREATE TABLE request_identities (
    request_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    basis VARCHAR NOT NULL,
    outcome VARCHAR,
    person_row INTEGER,
    search_id VARCHAR,
    link_id VARCHAR,
    candidates INTEGER NOT NULL,
    CONSTRAINT pk_request_identities PRIMARY KEY (request_id, number),
    CONSTRAINT fk_request_identities_request_id_number FOREIGN KEY(request_id, number) REFERENCES request_entries (request_id, number),
    CONSTRAINT fk_request_identities_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_request_identities_person_row ON request_identities (person_row);
CREATE INDEX ix_request_identities_link_id ON request_identities (link_id);
CREATE TRIGGER request_identities_no_update BEFORE UPDATE ON request_identities BEGIN SELECT RAISE(ABORT, 'append-only: request_identities'); END;
CREATE TRIGGER request_identities_no_delete BEFORE DELETE ON request_identities BEGIN SELECT RAISE(ABORT, 'append-only: request_identities'); END;

CREATE TABLE restricted_persons (
    person_row INTEGER NOT NULL,
    restriction_id VARCHAR NOT NULL,
    CONSTRAINT pk_restricted_persons PRIMARY KEY (person_row),
    CONSTRAINT fk_restricted_persons_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row),
    CONSTRAINT fk_restricted_persons_restriction_id FOREIGN KEY(restriction_id) REFERENCES restrictions (restriction_id)
);
CREATE INDEX ix_restricted_persons_restriction_id ON restricted_persons (restriction_id);
CREATE TRIGGER restricted_persons_fixed BEFORE UPDATE OF person_row, restriction_id ON restricted_persons BEGIN SELECT RAISE(ABORT, 'append-only: restricted_persons'); END;

CREATE TABLE restriction_ends (
    restriction_id VARCHAR NOT NULL,
    told_on DATE NOT NULL,
    lifted_by VARCHAR NOT NULL,
    lifted_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_restriction_ends PRIMARY KEY (restriction_id),
    CONSTRAINT fk_restriction_ends_restriction_id FOREIGN KEY(restriction_id) REFERENCES restrictions (restriction_id)
);
CREATE TRIGGER restriction_ends_no_update BEFORE UPDATE ON restriction_ends BEGIN SELECT RAISE(ABORT, 'append-only: restriction_ends'); END;
CREATE TRIGGER restriction_ends_no_delete BEFORE DELETE ON restriction_ends BEGIN SELECT RAISE(ABORT, 'append-only: restriction_ends'); END;

CREATE TABLE retention_proposals (
    request_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    decision VARCHAR NOT NULL,
    ground VARCHAR NOT NULL,
    next_on DATE,
    versions VARCHAR NOT NULL,
    CONSTRAINT pk_retention_proposals PRIMARY KEY (request_id, number),
    CONSTRAINT fk_retention_proposals_request_id_number FOREIGN KEY(request_id, number) REFERENCES request_entries (request_id, number)
);
CREATE TRIGGER retention_proposals_no_update BEFORE UPDATE ON retention_proposals BEGIN SELECT RAISE(ABORT, 'append-only: retention_proposals'); END;
CREATE TRIGGER retention_proposals_no_delete BEFORE DELETE ON retention_proposals BEGIN SELECT RAISE(ABORT, 'append-only: retention_proposals'); END;

CREATE TABLE retention_settlements (
    settlement_id VARCHAR NOT NULL,
    plan_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,
    erasure_id VARCHAR,
    settled_at DATETIME NOT NULL,
    CONSTRAINT pk_retention_settlements PRIMARY KEY (settlement_id),
    CONSTRAINT uq_retention_settlements_once UNIQUE (plan_id, person_row),
    CONSTRAINT fk_retention_settlements_line FOREIGN KEY(plan_id, person_row) REFERENCES retention_plan_lines (plan_id, person_row),
    CONSTRAINT fk_retention_settlements_erasure_id FOREIGN KEY(erasure_id) REFERENCES erasure_requests (erasure_id)
);
CREATE TRIGGER retention_settlements_no_update BEFORE UPDATE ON retention_settlements BEGIN SELECT RAISE(ABORT, 'append-only: retention_settlements'); END;
CREATE TRIGGER retention_settlements_no_delete BEFORE DELETE ON retention_settlements BEGIN SELECT RAISE(ABORT, 'append-only: retention_settlements'); END;

CREATE TABLE searches (
    search_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    search_id VARCHAR NOT NULL,
    search_type VARCHAR NOT NULL,
    force VARCHAR(2) NOT NULL,
    submitted_by VARCHAR NOT NULL,
    on_behalf_of VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    submitted_at DATETIME NOT NULL,
    model_name VARCHAR NOT NULL,
    model_version VARCHAR NOT NULL,
    model_digest VARCHAR NOT NULL,
    index_generation BIGINT NOT NULL,
    index_digest VARCHAR NOT NULL,
    configuration_digest VARCHAR NOT NULL,
    code_version VARCHAR NOT NULL,
    encounter_id VARCHAR,
    payload_id INTEGER NOT NULL,
    index_cursor BIGINT DEFAULT '0' NOT NULL,
    gallery_size BIGINT DEFAULT '0' NOT NULL,
    thresholds VARCHAR DEFAULT '' NOT NULL,
    arithmetic VARCHAR DEFAULT '' NOT NULL,
    probe_commitment VARCHAR DEFAULT '' NOT NULL,
    blinding VARCHAR,
    CONSTRAINT uq_searches_search_id UNIQUE (search_id),
    CONSTRAINT fk_searches_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounters (encounter_id)
);
CREATE INDEX ix_searches_encounter_id ON searches (encounter_id);
CREATE INDEX ix_searches_force_search_row ON searches (force, search_row);
CREATE TRIGGER searches_no_update BEFORE UPDATE ON searches BEGIN SELECT RAISE(ABORT, 'append-only: searches'); END;
CREATE TRIGGER searches_no_delete BEFORE DELETE ON searches BEGIN SELECT RAISE(ABORT, 'append-only: searches'); END;

CREATE TABLE second_factor_removals (
    factor_id VARCHAR NOT NULL,
    removed_at DATETIME NOT NULL,
    CONSTRAINT pk_second_factor_removals PRIMARY KEY (factor_id),
    CONSTRAINT fk_second_factor_removals_factor_id FOREIGN KEY(factor_id) REFERENCES second_factors (factor_id)
);
CREATE TRIGGER second_factor_removals_no_update BEFORE UPDATE ON second_factor_removals BEGIN SELECT RAISE(ABORT, 'append-only: second_factor_removals'); END;
CREATE TRIGGER second_factor_removals_no_delete BEFORE DELETE ON second_factor_removals BEGIN SELECT RAISE(ABORT, 'append-only: second_factor_removals'); END;

CREATE TABLE second_factor_uses (
    use_id VARCHAR NOT NULL,
    factor_id VARCHAR NOT NULL,
    used_at DATETIME NOT NULL,
    counter BIGINT,
    CONSTRAINT pk_second_factor_uses PRIMARY KEY (use_id),
    CONSTRAINT fk_second_factor_uses_factor_id FOREIGN KEY(factor_id) REFERENCES second_factors (factor_id)
);
CREATE INDEX ix_second_factor_uses_factor_id ON second_factor_uses (factor_id);
CREATE TRIGGER second_factor_uses_no_update BEFORE UPDATE ON second_factor_uses BEGIN SELECT RAISE(ABORT, 'append-only: second_factor_uses'); END;
CREATE TRIGGER second_factor_uses_no_delete BEFORE DELETE ON second_factor_uses BEGIN SELECT RAISE(ABORT, 'append-only: second_factor_uses'); END;

CREATE TABLE tokens (
    token_id VARCHAR NOT NULL,
    secret_sha256 VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    force VARCHAR(2),
    scopes VARCHAR NOT NULL,
    issued_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    client_key_id VARCHAR REFERENCES client_keys (client_key_id),
    CONSTRAINT pk_tokens PRIMARY KEY (token_id),
    CONSTRAINT uq_tokens_secret_sha256 UNIQUE (secret_sha256)
);
CREATE TRIGGER tokens_no_update BEFORE UPDATE ON tokens BEGIN SELECT RAISE(ABORT, 'append-only: tokens'); END;
CREATE TRIGGER tokens_no_delete BEFORE DELETE ON tokens BEGIN SELECT RAISE(ABORT, 'append-only: tokens'); END;

CREATE TABLE candidates (
    candidate_id VARCHAR NOT NULL,
    search_id VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL,
    record_id VARCHAR,
    encounter_id VARCHAR,
    rank INTEGER NOT NULL,
    posterior FLOAT NOT NULL,
    band VARCHAR NOT NULL,
    payload_id INTEGER NOT NULL,
    record_version BIGINT,
    total_millibits BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_candidates PRIMARY KEY (candidate_id),
    CONSTRAINT uq_candidates_search_id_rank UNIQUE (search_id, rank),
    CONSTRAINT uq_candidates_search_id_candidate_id UNIQUE (search_id, candidate_id),
    CONSTRAINT ck_candidates_rank_from_one CHECK (rank >= 1),
    CONSTRAINT fk_candidates_search_id FOREIGN KEY(search_id) REFERENCES searches (search_id),
    CONSTRAINT fk_candidates_person_id FOREIGN KEY(person_id) REFERENCES persons (person_id),
    CONSTRAINT fk_candidates_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounters (encounter_id)
);
CREATE INDEX ix_candidates_person_id ON candidates (person_id);
CREATE TRIGGER candidates_no_update BEFORE UPDATE ON candidates BEGIN SELECT RAISE(ABORT, 'append-only: candidates'); END;
CREATE TRIGGER candidates_no_delete BEFORE DELETE ON candidates BEGIN SELECT RAISE(ABORT, 'append-only: candidates'); END;

CREATE TABLE capture_sources (
    encounter_id VARCHAR NOT NULL,
    search_id VARCHAR NOT NULL,
    CONSTRAINT pk_capture_sources PRIMARY KEY (encounter_id),
    CONSTRAINT fk_capture_sources_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounters (encounter_id),
    CONSTRAINT fk_capture_sources_search_id FOREIGN KEY(search_id) REFERENCES searches (search_id)
);
CREATE TRIGGER capture_sources_no_update BEFORE UPDATE ON capture_sources BEGIN SELECT RAISE(ABORT, 'append-only: capture_sources'); END;
CREATE TRIGGER capture_sources_no_delete BEFORE DELETE ON capture_sources BEGIN SELECT RAISE(ABORT, 'append-only: capture_sources'); END;

CREATE TABLE cases (
    case_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    case_id VARCHAR NOT NULL,
    search_id VARCHAR NOT NULL,
    force VARCHAR(2) NOT NULL,
    activity VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    opened_at DATETIME NOT NULL,
    revision VARCHAR NOT NULL,
    claimed_by VARCHAR,
    priority VARCHAR DEFAULT 'routine' NOT NULL,
    ready_at DATETIME DEFAULT '1970-01-01 00:00:00.000000' NOT NULL,
    CONSTRAINT uq_cases_case_id_search_id UNIQUE (case_id, search_id),
    CONSTRAINT ck_cases_state_known CHECK (state IN ('waiting', 'verifying', 'differing', 'linked', 'not linked')),
    CONSTRAINT uq_cases_case_id UNIQUE (case_id),
    CONSTRAINT uq_cases_search_id UNIQUE (search_id),
    CONSTRAINT fk_cases_search_id FOREIGN KEY(search_id) REFERENCES searches (search_id)
);
CREATE INDEX ix_cases_state_case_row ON cases (state, case_row);
CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases BEGIN SELECT RAISE(ABORT, 'append-only: cases'); END;
CREATE TRIGGER cases_fixed BEFORE UPDATE OF case_row, case_id, search_id, force, activity, opened_at ON cases BEGIN SELECT RAISE(ABORT, 'append-only: cases'); END;
CREATE INDEX ix_cases_claimed_by ON cases (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX ix_cases_control ON cases (case_row) WHERE force = '00';
CREATE INDEX ix_cases_queue ON cases (state, priority, activity, ready_at, case_row);
CREATE INDEX ix_cases_revision ON cases (revision);

CREATE TABLE certificates (
    certificate_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    certificate_id VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    disclosure_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    code_digest VARCHAR NOT NULL,
    status_list INTEGER NOT NULL,
    status_index INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    document_sha256 VARCHAR NOT NULL,
    issued_by VARCHAR NOT NULL,
    issued_at DATETIME NOT NULL,
    person_row INTEGER,
    payload_id INTEGER NOT NULL,
    CONSTRAINT uq_certificates_certificate_id UNIQUE (certificate_id),
    CONSTRAINT uq_certificates_number UNIQUE (number),
    CONSTRAINT uq_certificates_disclosure_id UNIQUE (disclosure_id),
    CONSTRAINT uq_certificates_code_digest UNIQUE (code_digest),
    CONSTRAINT uq_certificates_status UNIQUE (status_list, status_index),
    CONSTRAINT fk_certificates_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (disclosure_id),
    CONSTRAINT fk_certificates_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates BEGIN SELECT RAISE(ABORT, 'append-only: certificates'); END;
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates BEGIN SELECT RAISE(ABORT, 'append-only: certificates'); END;

CREATE TABLE conversion_match_readings (
    frame_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    number INTEGER NOT NULL,
    agrees BOOLEAN NOT NULL,
    proposed_by VARCHAR NOT NULL,
    read_by VARCHAR NOT NULL,
    read_at DATETIME NOT NULL,
    link_id VARCHAR,
    CONSTRAINT pk_conversion_match_readings PRIMARY KEY (frame_id, round, number),
    CONSTRAINT fk_conversion_match_readings_match FOREIGN KEY(frame_id, round, number) REFERENCES conversion_matches (frame_id, round, number),
    CONSTRAINT ck_conversion_match_readings_two_people CHECK (link_id IS NOT NULL OR read_by <> proposed_by)
);
CREATE TRIGGER conversion_match_readings_no_update BEFORE UPDATE ON conversion_match_readings BEGIN SELECT RAISE(ABORT, 'append-only: conversion_match_readings'); END;
CREATE TRIGGER conversion_match_readings_no_delete BEFORE DELETE ON conversion_match_readings BEGIN SELECT RAISE(ABORT, 'append-only: conversion_match_readings'); END;

CREATE TABLE conversion_unit_readings (
    lot_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    draw INTEGER NOT NULL,
    place INTEGER NOT NULL,
    is_right BOOLEAN NOT NULL,
    read_by VARCHAR NOT NULL,
    read_at DATETIME NOT NULL,
    CONSTRAINT pk_conversion_unit_readings PRIMARY KEY (lot_id, round, draw, place),
    CONSTRAINT fk_conversion_unit_readings_unit FOREIGN KEY(lot_id, round, draw, place) REFERENCES conversion_draw_units (lot_id, round, draw, place)
);
CREATE TRIGGER conversion_unit_readings_no_update BEFORE UPDATE ON conversion_unit_readings BEGIN SELECT RAISE(ABORT, 'append-only: conversion_unit_readings'); END;
CREATE TRIGGER conversion_unit_readings_no_delete BEFORE DELETE ON conversion_unit_readings BEGIN SELECT RAISE(ABORT, 'append-only: conversion_unit_readings'); END;

CREATE TABLE conversion_written_items (
    frame_id VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    item_id VARCHAR NOT NULL,
    is_second_source BOOLEAN NOT NULL,
    CONSTRAINT pk_conversion_written_items PRIMARY KEY (frame_id, round, item_id),
    CONSTRAINT fk_conversion_written_items_writing FOREIGN KEY(frame_id, round) REFERENCES conversion_writings (frame_id, round)
);
CREATE TRIGGER conversion_written_items_no_update BEFORE UPDATE ON conversion_written_items BEGIN SELECT RAISE(ABORT, 'append-only: conversion_written_items'); END;
CREATE TRIGGER conversion_written_items_no_delete BEFORE DELETE ON conversion_written_items BEGIN SELECT RAISE(ABORT, 'append-only: conversion_written_items'); END;

CREATE TABLE deleted_captures (
    encounter_row INTEGER NOT NULL,
    deletion_id VARCHAR NOT NULL,
    CONSTRAINT pk_deleted_captures PRIMARY KEY (encounter_row),
    CONSTRAINT fk_deleted_captures_encounter_row FOREIGN KEY(encounter_row) REFERENCES encounters (encounter_row),
    CONSTRAINT fk_deleted_captures_deletion_id FOREIGN KEY(deletion_id) REFERENCES deletions_done (deletion_id)
);
CREATE INDEX ix_deleted_captures_deletion_id ON deleted_captures (deletion_id);
CREATE TRIGGER deleted_captures_no_update BEFORE UPDATE ON deleted_captures BEGIN SELECT RAISE(ABORT, 'append-only: deleted_captures'); END;
CREATE TRIGGER deleted_captures_no_delete BEFORE DELETE ON deleted_captures BEGIN SELECT RAISE(ABORT, 'append-only: deleted_captures'); END;

CREATE TABLE deleted_versions (
    record_row INTEGER NOT NULL,
    deletion_id VARCHAR NOT NULL,
    CONSTRAINT pk_deleted_versions PRIMARY KEY (record_row),
    CONSTRAINT fk_deleted_versions_record_row FOREIGN KEY(record_row) REFERENCES records (record_row),
    CONSTRAINT fk_deleted_versions_deletion_id FOREIGN KEY(deletion_id) REFERENCES deletions_done (deletion_id)
);
CREATE INDEX ix_deleted_versions_deletion_id ON deleted_versions (deletion_id);
CREATE TRIGGER deleted_versions_no_update BEFORE UPDATE ON deleted_versions BEGIN SELECT RAISE(ABORT, 'append-only: deleted_versions'); END;
CREATE TRIGGER deleted_versions_no_delete BEFORE DELETE ON deleted_versions BEGIN SELECT RAISE(ABORT, 'append-only: deleted_versions'); END;

CREATE TABLE disclosure_acknowledgements (
    disclosure_id VARCHAR NOT NULL,
    acknowledged_by VARCHAR NOT NULL,
    acknowledged_at DATETIME NOT NULL,
    CONSTRAINT pk_disclosure_acknowledgements PRIMARY KEY (disclosure_id),
    CONSTRAINT fk_disclosure_acknowledgements_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (disclosure_id)
);
CREATE TRIGGER disclosure_acknowledgements_no_update BEFORE UPDATE ON disclosure_acknowledgements BEGIN SELECT RAISE(ABORT, 'append-only: disclosure_acknowledgements'); END;
CREATE TRIGGER disclosure_acknowledgements_no_delete BEFORE DELETE ON disclosure_acknowledgements BEGIN SELECT RAISE(ABORT, 'append-only: disclosure_acknowledgements'); END;

CREATE TABLE disclosure_items (
    disclosure_id VARCHAR NOT NULL,
    record_id VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_disclosure_items PRIMARY KEY (disclosure_id, record_id, item_id),
    CONSTRAINT fk_disclosure_items_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (disclosure_id)
);
CREATE INDEX ix_disclosure_items_record_id_item_id ON disclosure_items (record_id, item_id);
CREATE TRIGGER disclosure_items_no_update BEFORE UPDATE ON disclosure_items BEGIN SELECT RAISE(ABORT, 'append-only: disclosure_items'); END;
CREATE TRIGGER disclosure_items_no_delete BEFORE DELETE ON disclosure_items BEGIN SELECT RAISE(ABORT, 'append-only: disclosure_items'); END;

CREATE TABLE disclosure_notices (
    notice_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    notice_id VARCHAR NOT NULL,
    disclosure_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    about VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    given_on DATE NOT NULL,
    CONSTRAINT uq_disclosure_notices_notice_id UNIQUE (notice_id),
    CONSTRAINT uq_disclosure_notices_once UNIQUE (disclosure_id, kind, about, version),
    CONSTRAINT fk_disclosure_notices_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (disclosure_id)
);
CREATE TRIGGER disclosure_notices_no_update BEFORE UPDATE ON disclosure_notices BEGIN SELECT RAISE(ABORT, 'append-only: disclosure_notices'); END;
CREATE TRIGGER disclosure_notices_no_delete BEFORE DELETE ON disclosure_notices BEGIN SELECT RAISE(ABORT, 'append-only: disclosure_notices'); END;

CREATE TABLE encounter_successors (
    encounter_row INTEGER NOT NULL,
    successor_row INTEGER NOT NULL,
    merge_id VARCHAR NOT NULL,
    CONSTRAINT pk_encounter_successors PRIMARY KEY (encounter_row),
    CONSTRAINT fk_encounter_successors_encounter_row FOREIGN KEY(encounter_row) REFERENCES encounters (encounter_row),
    CONSTRAINT uq_encounter_successors_successor_row UNIQUE (successor_row),
    CONSTRAINT fk_encounter_successors_successor_row FOREIGN KEY(successor_row) REFERENCES encounters (encounter_row),
    CONSTRAINT fk_encounter_successors_merge_id FOREIGN KEY(merge_id) REFERENCES merge_confirmations (merge_id)
);
CREATE INDEX ix_encounter_successors_merge_id ON encounter_successors (merge_id);
CREATE TRIGGER encounter_successors_no_update BEFORE UPDATE ON encounter_successors BEGIN SELECT RAISE(ABORT, 'append-only: encounter_successors'); END;
CREATE TRIGGER encounter_successors_no_delete BEFORE DELETE ON encounter_successors BEGIN SELECT RAISE(ABORT, 'append-only: encounter_successors'); END;

CREATE TABLE gallery_conclusions (
    case_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    merge_id VARCHAR,
    concluded_by VARCHAR NOT NULL,
    concluded_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_gallery_conclusions PRIMARY KEY (case_id),
    CONSTRAINT fk_gallery_conclusions_case_id FOREIGN KEY(case_id) REFERENCES gallery_cases (case_id),
    CONSTRAINT fk_gallery_conclusions_merge_id FOREIGN KEY(merge_id) REFERENCES person_merges (merge_id)
);
CREATE TRIGGER gallery_conclusions_no_update BEFORE UPDATE ON gallery_conclusions BEGIN SELECT RAISE(ABORT, 'append-only: gallery_conclusions'); END;
CREATE TRIGGER gallery_conclusions_no_delete BEFORE DELETE ON gallery_conclusions BEGIN SELECT RAISE(ABORT, 'append-only: gallery_conclusions'); END;

CREATE TABLE handover_fetches (
    fetch_id VARCHAR NOT NULL,
    handover_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    fetched_by VARCHAR NOT NULL,
    fetched_at DATETIME NOT NULL,
    CONSTRAINT pk_handover_fetches PRIMARY KEY (fetch_id),
    CONSTRAINT uq_handover_fetches_number UNIQUE (handover_id, number),
    CONSTRAINT fk_handover_fetches_handover_id FOREIGN KEY(handover_id) REFERENCES handovers (handover_id)
);
CREATE TRIGGER handover_fetches_no_update BEFORE UPDATE ON handover_fetches BEGIN SELECT RAISE(ABORT, 'append-only: handover_fetches'); END;
CREATE TRIGGER handover_fetches_no_delete BEFORE DELETE ON handover_fetches BEGIN SELECT RAISE(ABORT, 'append-only: handover_fetches'); END;

CREATE TABLE merged_persons (
    absorbed_row INTEGER NOT NULL,
    surviving_row INTEGER NOT NULL,
    merge_id VARCHAR NOT NULL,
    CONSTRAINT pk_merged_persons PRIMARY KEY (absorbed_row),
    CONSTRAINT ck_merged_persons_two_rows CHECK (surviving_row <> absorbed_row),
    CONSTRAINT fk_merged_persons_absorbed_row FOREIGN KEY(absorbed_row) REFERENCES persons (person_row),
    CONSTRAINT fk_merged_persons_surviving_row FOREIGN KEY(surviving_row) REFERENCES persons (person_row),
    CONSTRAINT fk_merged_persons_merge_id FOREIGN KEY(merge_id) REFERENCES merge_confirmations (merge_id)
);
CREATE INDEX ix_merged_persons_surviving_row ON merged_persons (surviving_row);
CREATE TRIGGER merged_persons_fixed BEFORE UPDATE OF absorbed_row, surviving_row, merge_id ON merged_persons BEGIN SELECT RAISE(ABORT, 'append-only: merged_persons'); END;

CREATE TABLE print_purges (
    settlement_id VARCHAR NOT NULL,
    due_at DATETIME NOT NULL,
    CONSTRAINT pk_print_purges PRIMARY KEY (settlement_id),
    CONSTRAINT fk_print_purges_settlement_id FOREIGN KEY(settlement_id) REFERENCES retention_settlements (settlement_id)
);
CREATE INDEX ix_print_purges_due_at ON print_purges (due_at);
CREATE TRIGGER print_purges_no_update BEFORE UPDATE ON print_purges BEGIN SELECT RAISE(ABORT, 'append-only: print_purges'); END;
CREATE TRIGGER print_purges_no_delete BEFORE DELETE ON print_purges BEGIN SELECT RAISE(ABORT, 'append-only: print_purges'); END;

CREATE TABLE probe_sketches (
    search_id VARCHAR NOT NULL,
    force VARCHAR(2) NOT NULL,
    at DATETIME NOT NULL,
    body BLOB NOT NULL,
    CONSTRAINT pk_probe_sketches PRIMARY KEY (search_id),
    CONSTRAINT fk_probe_sketches_search_id FOREIGN KEY(search_id) REFERENCES searches (search_id)
) WITHOUT ROWID;
CREATE INDEX ix_probe_sketches_force_at ON probe_sketches (force, at);
CREATE INDEX ix_probe_sketches_at ON probe_sketches (at);
CREATE TRIGGER probe_sketches_no_update BEFORE UPDATE ON probe_sketches BEGIN SELECT RAISE(ABORT, 'append-only: probe_sketches'); END;

CREATE TABLE rehearsal_doubts (
    rehearsal_id VARCHAR NOT NULL,
    case_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    step INTEGER NOT NULL,
    searches INTEGER NOT NULL,
    CONSTRAINT pk_rehearsal_doubts PRIMARY KEY (rehearsal_id, case_id, kind, step),
    CONSTRAINT fk_rehearsal_doubts_rehearsal_id FOREIGN KEY(rehearsal_id) REFERENCES rehearsals (rehearsal_id),
    CONSTRAINT fk_rehearsal_doubts_case_id FOREIGN KEY(case_id) REFERENCES gallery_cases (case_id)
);
CREATE TRIGGER rehearsal_doubts_no_update BEFORE UPDATE ON rehearsal_doubts BEGIN SELECT RAISE(ABORT, 'append-only: rehearsal_doubts'); END;
CREATE TRIGGER rehearsal_doubts_no_delete BEFORE DELETE ON rehearsal_doubts BEGIN SELECT RAISE(ABORT, 'append-only: rehearsal_doubts'); END;

CREATE TABLE remade_minutiae (
    remake_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    person_row INTEGER NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_remade_minutiae PRIMARY KEY (remake_id, position),
    CONSTRAINT fk_remade_minutiae_remake_id FOREIGN KEY(remake_id) REFERENCES remade_templates (remake_id),
    CONSTRAINT fk_remade_minutiae_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_remade_minutiae_person_row ON remade_minutiae (person_row);
CREATE TRIGGER remade_minutiae_no_update BEFORE UPDATE ON remade_minutiae BEGIN SELECT RAISE(ABORT, 'append-only: remade_minutiae'); END;
CREATE TRIGGER remade_minutiae_no_delete BEFORE DELETE ON remade_minutiae BEGIN SELECT RAISE(ABORT, 'append-only: remade_minutiae'); END;

CREATE TABLE token_revocations (
    token_id VARCHAR NOT NULL,
    revoked_at DATETIME NOT NULL,
    CONSTRAINT pk_token_revocations PRIMARY KEY (token_id),
    CONSTRAINT fk_token_revocations_token_id FOREIGN KEY(token_id) REFERENCES tokens (token_id)
);
CREATE TRIGGER token_revocations_no_update BEFORE UPDATE ON token_revocations BEGIN SELECT RAISE(ABORT, 'append-only: token_revocations'); END;
CREATE TRIGGER token_revocations_no_delete BEFORE DELETE ON token_revocations BEGIN SELECT RAISE(ABORT, 'append-only: token_revocations'); END;

CREATE TABLE withheld_persons (
    person_row INTEGER NOT NULL,
    erasure_id VARCHAR NOT NULL,
    CONSTRAINT pk_withheld_persons PRIMARY KEY (person_row),
    CONSTRAINT fk_withheld_persons_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row),
    CONSTRAINT fk_withheld_persons_erasure_id FOREIGN KEY(erasure_id) REFERENCES erasure_confirmations (erasure_id)
);
CREATE TRIGGER withheld_persons_fixed BEFORE UPDATE OF person_row, erasure_id ON withheld_persons BEGIN SELECT RAISE(ABORT, 'append-only: withheld_persons'); END;

CREATE TABLE analyses (
    case_id VARCHAR NOT NULL,
    examiner VARCHAR NOT NULL,
    is_of_value BOOLEAN NOT NULL,
    sealed_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    markup_id INTEGER,
    CONSTRAINT pk_analyses PRIMARY KEY (case_id, examiner),
    CONSTRAINT fk_analyses_case_id FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE TRIGGER analyses_no_update BEFORE UPDATE ON analyses BEGIN SELECT RAISE(ABORT, 'append-only: analyses'); END;
CREATE TRIGGER analyses_no_delete BEFORE DELETE ON analyses BEGIN SELECT RAISE(ABORT, 'append-only: analyses'); END;

CREATE TABLE certificate_people (
    certificate_id VARCHAR NOT NULL,
    person_row INTEGER NOT NULL,
    CONSTRAINT pk_certificate_people PRIMARY KEY (certificate_id, person_row),
    CONSTRAINT fk_certificate_people_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificates (certificate_id),
    CONSTRAINT fk_certificate_people_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE INDEX ix_certificate_people_person_row ON certificate_people (person_row);
CREATE TRIGGER certificate_people_no_update BEFORE UPDATE ON certificate_people BEGIN SELECT RAISE(ABORT, 'append-only: certificate_people'); END;
CREATE TRIGGER certificate_people_no_delete BEFORE DELETE ON certificate_people BEGIN SELECT RAISE(ABORT, 'append-only: certificate_people'); END;

CREATE TABLE certificate_records (
    certificate_id VARCHAR NOT NULL,
    record_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_certificate_records PRIMARY KEY (certificate_id, record_id),
    CONSTRAINT fk_certificate_records_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificates (certificate_id)
);
CREATE TRIGGER certificate_records_no_update BEFORE UPDATE ON certificate_records BEGIN SELECT RAISE(ABORT, 'append-only: certificate_records'); END;
CREATE TRIGGER certificate_records_no_delete BEFORE DELETE ON certificate_records BEGIN SELECT RAISE(ABORT, 'append-only: certificate_records'); END;

CREATE TABLE certificate_revocations (
    certificate_id VARCHAR NOT NULL,
    ground VARCHAR NOT NULL,
    revoked_by VARCHAR NOT NULL,
    revoked_at DATETIME NOT NULL,
    person_row INTEGER,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_certificate_revocations PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificate_revocations_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificates (certificate_id),
    CONSTRAINT fk_certificate_revocations_person_row FOREIGN KEY(person_row) REFERENCES persons (person_row)
);
CREATE TRIGGER certificate_revocations_no_update BEFORE UPDATE ON certificate_revocations BEGIN SELECT RAISE(ABORT, 'append-only: certificate_revocations'); END;
CREATE TRIGGER certificate_revocations_no_delete BEFORE DELETE ON certificate_revocations BEGIN SELECT RAISE(ABORT, 'append-only: certificate_revocations'); END;

CREATE TABLE comparisons (
    comparison_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    case_id VARCHAR NOT NULL,
    examiner VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    candidate_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    sealed_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    fingers_compared VARCHAR,
    fingers_identified VARCHAR,
    policy_version INTEGER,
    points_marked INTEGER,
    points_added INTEGER,
    CONSTRAINT uq_comparisons_case_id_examiner_label UNIQUE (case_id, examiner, label),
    CONSTRAINT uq_comparisons_case_id_examiner_candidate_id UNIQUE (case_id, examiner, candidate_id),
    CONSTRAINT ck_comparisons_outcome_known CHECK (outcome IN ('identified', 'excluded', 'inconclusive', 'insufficient')),
    CONSTRAINT fk_comparisons_case_id FOREIGN KEY(case_id) REFERENCES cases (case_id),
    CONSTRAINT fk_comparisons_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id)
);
CREATE INDEX ix_comparisons_candidate_id ON comparisons (candidate_id);
CREATE TRIGGER comparisons_no_update BEFORE UPDATE ON comparisons BEGIN SELECT RAISE(ABORT, 'append-only: comparisons'); END;
CREATE TRIGGER comparisons_no_delete BEFORE DELETE ON comparisons BEGIN SELECT RAISE(ABORT, 'append-only: comparisons'); END;

CREATE TABLE decisions (
    decision_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    decision_id VARCHAR NOT NULL,
    case_id VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    candidate_id VARCHAR,
    sealed_at DATETIME NOT NULL,
    shuffle_seed BIGINT NOT NULL,
    payload_id INTEGER NOT NULL,
    fingers_compared VARCHAR,
    fingers_identified VARCHAR,
    CONSTRAINT uq_decisions_case_id_decided_by UNIQUE (case_id, decided_by),
    CONSTRAINT uq_decisions_case_id_decision_id_decided_by UNIQUE (case_id, decision_id, decided_by),
    CONSTRAINT uq_decisions_case_id_decision_id_decided_by_candidate_id UNIQUE (case_id, decision_id, decided_by, candidate_id),
    CONSTRAINT ck_decisions_kind_known CHECK (kind IN ('examination', 'resolution')),
    CONSTRAINT ck_decisions_outcome_known CHECK (outcome IN ('identified', 'excluded', 'inconclusive', 'insufficient')),
    CONSTRAINT ck_decisions_candidate_if_identified CHECK ((outcome = 'identified') = (candidate_id IS NOT NULL)),
    CONSTRAINT uq_decisions_decision_id UNIQUE (decision_id),
    CONSTRAINT fk_decisions_case_id FOREIGN KEY(case_id) REFERENCES cases (case_id),
    CONSTRAINT fk_decisions_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id)
);
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'append-only: decisions'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'append-only: decisions'); END;
CREATE INDEX ix_decisions_decided_by_decision_row ON decisions (decided_by, decision_row);

CREATE TABLE examinations (
    case_id VARCHAR NOT NULL,
    examiner VARCHAR NOT NULL,
    shuffle_seed BIGINT NOT NULL,
    begun_at DATETIME NOT NULL,
    CONSTRAINT pk_examinations PRIMARY KEY (case_id, examiner),
    CONSTRAINT fk_examinations_case_id FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE TRIGGER examinations_no_update BEFORE UPDATE ON examinations BEGIN SELECT RAISE(ABORT, 'append-only: examinations'); END;
CREATE TRIGGER examinations_no_delete BEFORE DELETE ON examinations BEGIN SELECT RAISE(ABORT, 'append-only: examinations'); END;

CREATE TABLE notice_acknowledgements (
    notice_id VARCHAR NOT NULL,
    acknowledged_by VARCHAR NOT NULL,
    acknowledged_at DATETIME NOT NULL,
    CONSTRAINT pk_notice_acknowledgements PRIMARY KEY (notice_id),
    CONSTRAINT fk_notice_acknowledgements_notice_id FOREIGN KEY(notice_id) REFERENCES disclosure_notices (notice_id)
);
CREATE TRIGGER notice_acknowledgements_no_update BEFORE UPDATE ON notice_acknowledgements BEGIN SELECT RAISE(ABORT, 'append-only: notice_acknowledgements'); END;
CREATE TRIGGER notice_acknowledgements_no_delete BEFORE DELETE ON notice_acknowledgements BEGIN SELECT RAISE(ABORT, 'append-only: notice_acknowledgements'); END;

CREATE TABLE print_purge_ends (
    settlement_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    ended_by VARCHAR NOT NULL,
    ended_at DATETIME NOT NULL,
    CONSTRAINT pk_print_purge_ends PRIMARY KEY (settlement_id),
    CONSTRAINT ck_print_purge_ends_outcome_known CHECK (outcome IN ('called back', 'destroyed')),
    CONSTRAINT fk_print_purge_ends_settlement_id FOREIGN KEY(settlement_id) REFERENCES print_purges (settlement_id)
);
CREATE TRIGGER print_purge_ends_no_update BEFORE UPDATE ON print_purge_ends BEGIN SELECT RAISE(ABORT, 'append-only: print_purge_ends'); END;
CREATE TRIGGER print_purge_ends_no_delete BEFORE DELETE ON print_purge_ends BEGIN SELECT RAISE(ABORT, 'append-only: print_purge_ends'); END;

CREATE TABLE prints_shown (
    case_id VARCHAR NOT NULL,
    viewer VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    content VARCHAR NOT NULL,
    shown_at DATETIME NOT NULL,
    print_id VARCHAR,
    CONSTRAINT pk_prints_shown PRIMARY KEY (case_id, viewer, label, position, content),
    CONSTRAINT fk_prints_shown_case_id FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE TRIGGER prints_shown_no_update BEFORE UPDATE ON prints_shown BEGIN SELECT RAISE(ABORT, 'append-only: prints_shown'); END;
CREATE UNIQUE INDEX ix_prints_shown_print_id ON prints_shown (print_id);
CREATE TRIGGER prints_shown_no_delete BEFORE DELETE ON prints_shown BEGIN SELECT RAISE(ABORT, 'append-only: prints_shown'); END;

CREATE TABLE purged_captures (
    settlement_id VARCHAR NOT NULL,
    encounter_row INTEGER NOT NULL,
    CONSTRAINT pk_purged_captures PRIMARY KEY (settlement_id, encounter_row),
    CONSTRAINT fk_purged_captures_settlement_id FOREIGN KEY(settlement_id) REFERENCES print_purges (settlement_id),
    CONSTRAINT fk_purged_captures_encounter_row FOREIGN KEY(encounter_row) REFERENCES encounters (encounter_row)
);
CREATE INDEX ix_purged_captures_encounter_row ON purged_captures (encounter_row);
CREATE TRIGGER purged_captures_no_update BEFORE UPDATE ON purged_captures BEGIN SELECT RAISE(ABORT, 'append-only: purged_captures'); END;
CREATE TRIGGER purged_captures_no_delete BEFORE DELETE ON purged_captures BEGIN SELECT RAISE(ABORT, 'append-only: purged_captures'); END;

CREATE TABLE withdrawn_exemplars (
    candidate_id VARCHAR NOT NULL,
    case_id VARCHAR NOT NULL,
    cause VARCHAR NOT NULL,
    withdrawn_at DATETIME NOT NULL,
    CONSTRAINT pk_withdrawn_exemplars PRIMARY KEY (candidate_id),
    CONSTRAINT fk_withdrawn_exemplars_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id),
    CONSTRAINT fk_withdrawn_exemplars_case_id FOREIGN KEY(case_id) REFERENCES cases (case_id)
);
CREATE INDEX ix_withdrawn_exemplars_case_id ON withdrawn_exemplars (case_id);
CREATE TRIGGER withdrawn_exemplars_no_update BEFORE UPDATE ON withdrawn_exemplars BEGIN SELECT RAISE(ABORT, 'append-only: withdrawn_exemplars'); END;
CREATE TRIGGER withdrawn_exemplars_no_delete BEFORE DELETE ON withdrawn_exemplars BEGIN SELECT RAISE(ABORT, 'append-only: withdrawn_exemplars'); END;

CREATE TABLE comparison_revisions (
    revision_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    revision_id VARCHAR NOT NULL,
    case_id VARCHAR NOT NULL,
    examiner VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    candidate_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    sealed_at DATETIME NOT NULL,
    payload_id INTEGER NOT NULL,
    fingers_compared VARCHAR NOT NULL,
    fingers_identified VARCHAR NOT NULL,
    policy_version INTEGER NOT NULL,
    number INTEGER NOT NULL,
    points_marked INTEGER,
    points_added INTEGER,
    CONSTRAINT uq_comparison_revisions_revision_id UNIQUE (revision_id),
    CONSTRAINT uq_comparison_revisions_case_id_examiner_label_number UNIQUE (case_id, examiner, label, number),
    CONSTRAINT fk_comparison_revisions_case_id_examiner_label FOREIGN KEY(case_id, examiner, label) REFERENCES comparisons (case_id, examiner, label),
    CONSTRAINT ck_comparison_revisions_outcome_known CHECK (outcome IN ('identified', 'excluded', 'inconclusive', 'insufficient'))
);
CREATE INDEX ix_comparison_revisions_candidate_id ON comparison_revisions (candidate_id);
CREATE TRIGGER comparison_revisions_no_update BEFORE UPDATE ON comparison_revisions BEGIN SELECT RAISE(ABORT, 'append-only: comparison_revisions'); END;
CREATE TRIGGER comparison_revisions_no_delete BEFORE DELETE ON comparison_revisions BEGIN SELECT RAISE(ABORT, 'append-only: comparison_revisions'); END;

CREATE TABLE examination_exemplars (
    case_id VARCHAR NOT NULL,
    examiner VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    label VARCHAR NOT NULL,
    candidate_id VARCHAR NOT NULL,
    CONSTRAINT pk_examination_exemplars PRIMARY KEY (case_id, examiner, position),
    CONSTRAINT uq_examination_exemplars_case_id_examiner_label UNIQUE (case_id, examiner, label),
    CONSTRAINT uq_examination_exemplars_case_id_examiner_candidate_id UNIQUE (case_id, examiner, candidate_id),
    CONSTRAINT fk_examination_exemplars_case_id_examiner FOREIGN KEY(case_id, examiner) REFERENCES examinations (case_id, examiner),
    CONSTRAINT fk_examination_exemplars_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidates (candidate_id)
);
CREATE TRIGGER examination_exemplars_no_update BEFORE UPDATE ON examination_exemplars BEGIN SELECT RAISE(ABORT, 'append-only: examination_exemplars'); END;
CREATE TRIGGER examination_exemplars_no_delete BEFORE DELETE ON examination_exemplars BEGIN SELECT RAISE(ABORT, 'append-only: examination_exemplars'); END;

CREATE TABLE links (
    link_id VARCHAR NOT NULL,
    case_id VARCHAR NOT NULL,
    search_id VARCHAR NOT NULL,
    candidate_id VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL,
    record_id VARCHAR,
    encounter_id VARCHAR,
    force VARCHAR(2) NOT NULL,
    linked_at DATETIME NOT NULL,
    first_decision_id VARCHAR NOT NULL,
    first_decided_by VARCHAR NOT NULL,
    second_decision_id VARCHAR NOT NULL,
    second_decided_by VARCHAR NOT NULL,
    fingers_compared VARCHAR,
    fingers_identified VARCHAR,
    CONSTRAINT pk_links PRIMARY KEY (link_id),
    CONSTRAINT uq_links_link_id_case_id UNIQUE (link_id, case_id),
    CONSTRAINT ck_links_two_persons CHECK (first_decided_by <> second_decided_by),
    CONSTRAINT fk_links_case_id_search_id FOREIGN KEY(case_id, search_id) REFERENCES cases (case_id, search_id),
    CONSTRAINT fk_links_search_id_candidate_id FOREIGN KEY(search_id, candidate_id) REFERENCES candidates (search_id, candidate_id),
    CONSTRAINT fk_links_first_decision FOREIGN KEY(case_id, first_decision_id, first_decided_by, candidate_id) REFERENCES decisions (case_id, decision_id, decided_by, candidate_id),
    CONSTRAINT fk_links_second_decision FOREIGN KEY(case_id, second_decision_id, second_decided_by, candidate_id) REFERENCES decisions (case_id, decision_id, decided_by, candidate_id),
    CONSTRAINT uq_links_case_id UNIQUE (case_id),
    CONSTRAINT fk_links_person_id FOREIGN KEY(person_id) REFERENCES persons (person_id),
    CONSTRAINT fk_links_encounter_id FOREIGN KEY(encounter_id) REFERENCES encounters (encounter_id)
);
CREATE INDEX ix_links_person_id ON links (person_id);
CREATE INDEX ix_links_search_id ON links (search_id);
CREATE TRIGGER links_no_update BEFORE UPDATE ON links BEGIN SELECT RAISE(ABORT, 'append-only: links'); END;
CREATE TRIGGER links_no_delete BEFORE DELETE ON links BEGIN SELECT RAISE(ABORT, 'append-only: links'); END;
CREATE INDEX ix_links_encounter_id ON links (encounter_id);
CREATE TRIGGER links_no_control BEFORE INSERT ON links WHEN NEW.force = '00' BEGIN SELECT RAISE(ABORT, 'append-only: a control item makes no link'); END;

CREATE TABLE link_decisions (
    link_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    case_id VARCHAR NOT NULL,
    decision_id VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,
    CONSTRAINT pk_link_decisions PRIMARY KEY (link_id, position),
    CONSTRAINT uq_link_decisions_link_id_decided_by UNIQUE (link_id, decided_by),
    CONSTRAINT uq_link_decisions_link_id_decision_id UNIQUE (link_id, decision_id),
    CONSTRAINT fk_link_decisions_link_id_case_id FOREIGN KEY(link_id, case_id) REFERENCES links (link_id, case_id),
    CONSTRAINT fk_link_decisions_case_id_decision_id_decided_by FOREIGN KEY(case_id, decision_id, decided_by) REFERENCES decisions (case_id, decision_id, decided_by)
);
CREATE TRIGGER link_decisions_no_update BEFORE UPDATE ON link_decisions BEGIN SELECT RAISE(ABORT, 'append-only: link_decisions'); END;
CREATE TRIGGER link_decisions_no_delete BEFORE DELETE ON link_decisions BEGIN SELECT RAISE(ABORT, 'append-only: link_decisions'); END;

CREATE TABLE link_recipients (
    link_id VARCHAR NOT NULL,
    force VARCHAR(2) NOT NULL,
    told_at DATETIME NOT NULL,
    CONSTRAINT pk_link_recipients PRIMARY KEY (link_id, force),
    CONSTRAINT fk_link_recipients_link_id FOREIGN KEY(link_id) REFERENCES links (link_id)
);
CREATE TRIGGER link_recipients_no_update BEFORE UPDATE ON link_recipients BEGIN SELECT RAISE(ABORT, 'append-only: link_recipients'); END;
CREATE TRIGGER link_recipients_no_delete BEFORE DELETE ON link_recipients BEGIN SELECT RAISE(ABORT, 'append-only: link_recipients'); END;

CREATE TABLE link_revocations (
    link_id VARCHAR NOT NULL,
    revoked_at DATETIME NOT NULL,
    revoked_by VARCHAR NOT NULL,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_link_revocations PRIMARY KEY (link_id),
    CONSTRAINT fk_link_revocations_link_id FOREIGN KEY(link_id) REFERENCES links (link_id)
);
CREATE TRIGGER link_revocations_no_update BEFORE UPDATE ON link_revocations BEGIN SELECT RAISE(ABORT, 'append-only: link_revocations'); END;
CREATE TRIGGER link_revocations_no_delete BEFORE DELETE ON link_revocations BEGIN SELECT RAISE(ABORT, 'append-only: link_revocations'); END;

CREATE TABLE notices (
    notice_row INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    notice_id VARCHAR NOT NULL,
    link_id VARCHAR NOT NULL,
    force VARCHAR(2) NOT NULL,
    noticed_at DATETIME NOT NULL,
    CONSTRAINT uq_notices_link_id_force UNIQUE (link_id, force),
    CONSTRAINT fk_notices_link_id_force FOREIGN KEY(link_id, force) REFERENCES link_recipients (link_id, force),
    CONSTRAINT uq_notices_notice_id UNIQUE (notice_id),
    CONSTRAINT fk_notices_link_id FOREIGN KEY(link_id) REFERENCES link_revocations (link_id)
);
CREATE INDEX ix_notices_force_notice_row ON notices (force, notice_row);
CREATE TRIGGER notices_no_update BEFORE UPDATE ON notices BEGIN SELECT RAISE(ABORT, 'append-only: notices'); END;
CREATE TRIGGER notices_no_delete BEFORE DELETE ON notices BEGIN SELECT RAISE(ABORT, 'append-only: notices'); END;
