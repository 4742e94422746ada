-- The schema of revision 0047 on PostgreSQL, as the steps before it left it. Frozen: never edit.
-- A statement begins with CREATE, ALTER or INSERT at the start of a line.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TABLE accounts (
    user_id varchar NOT NULL,
    sign_in_name varchar NOT NULL,
    role varchar NOT NULL,
    force varchar(2),
    password_hash varchar NOT NULL,
    added_at timestamptz NOT NULL,
    is_disabled boolean NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (user_id),
    CONSTRAINT uq_accounts_sign_in_name UNIQUE (sign_in_name),
    CONSTRAINT ck_accounts_role_known CHECK (role IN ('force', 'examiner', 'supervisor', 'auditor', 'administrator', 'case-officer', 'public-pages', 'agency', 'keyer', 'reconciler', 'sampler', 'referral-body'))
);
CREATE TRIGGER accounts_fixed BEFORE UPDATE ON accounts FOR EACH ROW WHEN ((new.user_id IS DISTINCT FROM old.user_id) OR (new.sign_in_name IS DISTINCT FROM old.sign_in_name) OR (new.role IS DISTINCT FROM old.role) OR (new.force IS DISTINCT FROM old.force) OR (new.added_at IS DISTINCT FROM old.added_at)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER accounts_no_truncate BEFORE TRUNCATE ON accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE agency_members (
    user_id varchar NOT NULL,
    agency varchar NOT NULL,
    named_by varchar NOT NULL,
    named_at timestamptz NOT NULL,
    CONSTRAINT pk_agency_members PRIMARY KEY (user_id)
);
CREATE TRIGGER agency_members_no_delete BEFORE DELETE ON agency_members FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agency_members_no_truncate BEFORE TRUNCATE ON agency_members FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agency_members_no_update BEFORE UPDATE ON agency_members FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE agreements (
    agency varchar NOT NULL,
    version integer NOT NULL,
    name varchar NOT NULL,
    legal_status varchar NOT NULL,
    purposes varchar NOT NULL,
    reach varchar NOT NULL,
    standing varchar NOT NULL,
    starts_on date NOT NULL,
    review_on date NOT NULL,
    made_by varchar NOT NULL,
    made_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_agreements PRIMARY KEY (agency, version)
);
CREATE TRIGGER agreements_no_delete BEFORE DELETE ON agreements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreements_no_truncate BEFORE TRUNCATE ON agreements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreements_no_update BEFORE UPDATE ON agreements FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE application_drafts (
    application_id varchar NOT NULL,
    reference varchar NOT NULL,
    access_digest varchar NOT NULL,
    kind varchar NOT NULL,
    version integer NOT NULL,
    started_at timestamptz NOT NULL,
    saved_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_application_drafts PRIMARY KEY (application_id),
    CONSTRAINT uq_application_drafts_access_digest UNIQUE (access_digest),
    CONSTRAINT uq_application_drafts_reference UNIQUE (reference)
);
CREATE INDEX ix_application_drafts_saved_at ON application_drafts (saved_at);
CREATE TRIGGER application_drafts_fixed BEFORE UPDATE ON application_drafts FOR EACH ROW WHEN ((new.application_id IS DISTINCT FROM old.application_id) OR (new.reference IS DISTINCT FROM old.reference) OR (new.access_digest IS DISTINCT FROM old.access_digest) OR (new.kind IS DISTINCT FROM old.kind) OR (new.started_at IS DISTINCT FROM old.started_at)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER application_drafts_growing BEFORE UPDATE ON application_drafts FOR EACH ROW WHEN (new.version < old.version) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER application_drafts_no_truncate BEFORE TRUNCATE ON application_drafts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE application_uploads (
    document_id varchar NOT NULL,
    application_id varchar NOT NULL,
    number integer NOT NULL,
    slot varchar NOT NULL,
    media_type varchar NOT NULL,
    size_bytes integer NOT NULL,
    added_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_application_uploads PRIMARY KEY (document_id)
);
CREATE INDEX ix_application_uploads_application_id_number ON application_uploads (application_id, number);
CREATE TRIGGER application_uploads_no_update BEFORE UPDATE ON application_uploads FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE asn_results (
    result_id varchar NOT NULL,
    asn varchar NOT NULL,
    fate varchar NOT NULL,
    request_id varchar,
    result_on date NOT NULL,
    received_by varchar NOT NULL,
    received_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_asn_results PRIMARY KEY (result_id)
);
CREATE INDEX ix_asn_results_asn ON asn_results (asn);
CREATE TRIGGER asn_results_no_delete BEFORE DELETE ON asn_results FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER asn_results_no_truncate BEFORE TRUNCATE ON asn_results FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER asn_results_no_update BEFORE UPDATE ON asn_results FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE batches (
    batch_row bigint GENERATED BY DEFAULT AS IDENTITY,
    batch_id varchar NOT NULL,
    force varchar(2) NOT NULL,
    submitted_by varchar NOT NULL,
    on_behalf_of varchar NOT NULL,
    purpose varchar NOT NULL,
    request_id varchar NOT NULL,
    priority varchar NOT NULL,
    submitted_at timestamptz NOT NULL,
    lines bigint NOT NULL,
    cancelled_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT pk_batches PRIMARY KEY (batch_row),
    CONSTRAINT uq_batches_batch_id UNIQUE (batch_id)
);
CREATE INDEX ix_batches_force_batch_row ON batches (force, batch_row);
ALTER TABLE batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE batches FORCE ROW LEVEL SECURITY;
CREATE POLICY own_force ON batches USING ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force)) WITH CHECK ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force));
CREATE TRIGGER batches_fixed BEFORE UPDATE ON batches FOR EACH ROW WHEN ((new.batch_id IS DISTINCT FROM old.batch_id) OR (new.force IS DISTINCT FROM old.force) OR (new.submitted_by IS DISTINCT FROM old.submitted_by) OR (new.on_behalf_of IS DISTINCT FROM old.on_behalf_of) OR (new.purpose IS DISTINCT FROM old.purpose) OR (new.submitted_at IS DISTINCT FROM old.submitted_at)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batches_no_truncate BEFORE TRUNCATE ON batches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE capture_images (
    owner_id varchar NOT NULL,
    "position" integer NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_capture_images PRIMARY KEY (owner_id, "position")
);
CREATE TRIGGER capture_images_no_delete BEFORE DELETE ON capture_images FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_images_no_truncate BEFORE TRUNCATE ON capture_images FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_images_no_update BEFORE UPDATE ON capture_images FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE capture_minutiae (
    owner_id varchar NOT NULL,
    "position" integer NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_capture_minutiae PRIMARY KEY (owner_id, "position")
);
CREATE TRIGGER capture_minutiae_no_delete BEFORE DELETE ON capture_minutiae FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_minutiae_no_truncate BEFORE TRUNCATE ON capture_minutiae FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_minutiae_no_update BEFORE UPDATE ON capture_minutiae FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE checkpoints (
    size bigint NOT NULL,
    note bytea NOT NULL,
    signed_at timestamptz NOT NULL,
    CONSTRAINT pk_checkpoints PRIMARY KEY (size)
);
ALTER TABLE checkpoints ALTER COLUMN note SET STATISTICS 0;
CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoints_no_truncate BEFORE TRUNCATE ON checkpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE client_references (
    reference_row bigint GENERATED BY DEFAULT AS IDENTITY,
    owner_id varchar NOT NULL,
    force varchar(2) NOT NULL,
    keyed_digest varchar NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_client_references PRIMARY KEY (reference_row),
    CONSTRAINT uq_client_references_owner_id UNIQUE (owner_id)
);
CREATE INDEX ix_client_references_force_keyed_digest ON client_references (force, keyed_digest);
ALTER TABLE client_references ENABLE ROW LEVEL SECURITY;
ALTER TABLE client_references FORCE ROW LEVEL SECURITY;
CREATE POLICY own_force ON client_references USING ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force)) WITH CHECK ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force));
CREATE TRIGGER client_references_no_delete BEFORE DELETE ON client_references FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER client_references_no_truncate BEFORE TRUNCATE ON client_references FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER client_references_no_update BEFORE UPDATE ON client_references FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE clients (
    client_id varchar NOT NULL,
    name varchar NOT NULL,
    force varchar(2) NOT NULL,
    scopes varchar NOT NULL,
    added_by varchar NOT NULL,
    added_at timestamptz NOT NULL,
    CONSTRAINT pk_clients PRIMARY KEY (client_id),
    CONSTRAINT uq_clients_name UNIQUE (name)
);
CREATE TRIGGER clients_no_delete BEFORE DELETE ON clients FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER clients_no_truncate BEFORE TRUNCATE ON clients FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER clients_no_update BEFORE UPDATE ON clients FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_lots (
    lot_row bigint GENERATED BY DEFAULT AS IDENTITY,
    lot_id varchar NOT NULL,
    label varchar NOT NULL,
    kind varchar NOT NULL,
    medium varchar NOT NULL,
    ppi integer NOT NULL,
    generation integer NOT NULL,
    opened_by varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    CONSTRAINT pk_conversion_lots PRIMARY KEY (lot_row),
    CONSTRAINT uq_conversion_lots_label UNIQUE (label),
    CONSTRAINT uq_conversion_lots_lot_id UNIQUE (lot_id)
);
CREATE TRIGGER conversion_lots_no_delete BEFORE DELETE ON conversion_lots FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_lots_no_truncate BEFORE TRUNCATE ON conversion_lots FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_lots_no_update BEFORE UPDATE ON conversion_lots FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE countable_facts (
    fact_row bigint GENERATED BY DEFAULT AS IDENTITY,
    subject_id varchar NOT NULL,
    number integer NOT NULL,
    stage varchar NOT NULL,
    service varchar NOT NULL,
    counted_on date NOT NULL,
    quarter varchar(6) NOT NULL,
    outcome varchar NOT NULL,
    timeliness varchar NOT NULL,
    asker varchar NOT NULL,
    party varchar NOT NULL,
    days integer NOT NULL,
    CONSTRAINT pk_countable_facts PRIMARY KEY (fact_row),
    CONSTRAINT uq_countable_facts_once UNIQUE (subject_id, number, stage)
);
CREATE INDEX ix_countable_facts_cube ON countable_facts (quarter, stage, service, outcome, timeliness, asker, party, days);
CREATE TRIGGER countable_facts_no_delete BEFORE DELETE ON countable_facts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER countable_facts_no_truncate BEFORE TRUNCATE ON countable_facts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER countable_facts_no_update BEFORE UPDATE ON countable_facts FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE events (
    seq bigint NOT NULL,
    event_id varchar NOT NULL,
    event_type varchar NOT NULL,
    at timestamptz NOT NULL,
    actor varchar NOT NULL,
    force varchar(2),
    case_id varchar,
    body bytea NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (seq),
    CONSTRAINT uq_events_event_id UNIQUE (event_id),
    CONSTRAINT ck_events_seq_from_zero CHECK (seq >= 0)
);
ALTER TABLE events ALTER COLUMN body SET STATISTICS 0;
CREATE INDEX ix_events_actor ON events (actor);
CREATE INDEX ix_events_at ON events (at);
CREATE INDEX ix_events_case_id ON events (case_id);
CREATE TRIGGER events_no_delete BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_no_update BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_exemptions (
    exemption_id varchar NOT NULL,
    record_id varchar NOT NULL,
    item_id varchar NOT NULL,
    version bigint NOT NULL,
    state varchar(3) NOT NULL,
    code varchar NOT NULL,
    payload_id bigint NOT NULL,
    exempted_by varchar NOT NULL,
    exempted_at timestamptz NOT NULL,
    CONSTRAINT pk_exchange_exemptions PRIMARY KEY (exemption_id),
    CONSTRAINT uq_exchange_exemptions_duty UNIQUE (record_id, item_id, version, state)
);
CREATE TRIGGER exchange_exemptions_no_delete BEFORE DELETE ON exchange_exemptions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_exemptions_no_truncate BEFORE TRUNCATE ON exchange_exemptions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_exemptions_no_update BEFORE UPDATE ON exchange_exemptions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_nonces (
    sender varchar(3) NOT NULL,
    nonce varchar NOT NULL,
    signed_at timestamptz NOT NULL,
    CONSTRAINT pk_exchange_nonces PRIMARY KEY (sender, nonce)
);
CREATE INDEX ix_exchange_nonces_signed_at ON exchange_nonces (signed_at);
CREATE TRIGGER exchange_nonces_no_update BEFORE UPDATE ON exchange_nonces FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_partners (
    partner_row bigint GENERATED BY DEFAULT AS IDENTITY,
    partner_id varchar NOT NULL,
    state varchar(3) NOT NULL,
    transport varchar NOT NULL,
    address varchar NOT NULL,
    key_id varchar NOT NULL,
    public_key varchar NOT NULL,
    registered_by varchar NOT NULL,
    registered_at timestamptz NOT NULL,
    CONSTRAINT pk_exchange_partners PRIMARY KEY (partner_row),
    CONSTRAINT uq_exchange_partners_partner_id UNIQUE (partner_id)
);
CREATE TRIGGER exchange_partners_no_delete BEFORE DELETE ON exchange_partners FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_partners_no_truncate BEFORE TRUNCATE ON exchange_partners FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_partners_no_update BEFORE UPDATE ON exchange_partners FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_received (
    received_row bigint GENERATED BY DEFAULT AS IDENTITY,
    message_id varchar NOT NULL,
    sender varchar(3) NOT NULL,
    kind varchar(3) NOT NULL,
    response_to varchar,
    conviction_ref varchar,
    version bigint,
    received_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_exchange_received PRIMARY KEY (received_row),
    CONSTRAINT uq_exchange_received_message_id UNIQUE (message_id)
);
CREATE INDEX ix_exchange_received_response_to ON exchange_received (response_to);
CREATE INDEX ix_exchange_received_sender_conviction_ref_version ON exchange_received (sender, conviction_ref, version);
CREATE TRIGGER exchange_received_no_delete BEFORE DELETE ON exchange_received FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_received_no_truncate BEFORE TRUNCATE ON exchange_received FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_received_no_update BEFORE UPDATE ON exchange_received FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE failed_attempts (
    key_sha256 varchar NOT NULL,
    failures integer NOT NULL,
    first_at timestamptz NOT NULL,
    blocked_until timestamptz,
    CONSTRAINT pk_failed_attempts PRIMARY KEY (key_sha256)
);
CREATE TRIGGER failed_attempts_fixed BEFORE UPDATE ON failed_attempts FOR EACH ROW WHEN (new.key_sha256 IS DISTINCT FROM old.key_sha256) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER failed_attempts_no_truncate BEFORE TRUNCATE ON failed_attempts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE finding_policies (
    policy_id varchar NOT NULL,
    version integer NOT NULL,
    mark_point_pairs integer NOT NULL,
    needs_prints boolean NOT NULL,
    set_by varchar NOT NULL,
    set_at timestamptz NOT NULL,
    tenprint_point_pairs integer,
    analysed_minutiae integer,
    CONSTRAINT pk_finding_policies PRIMARY KEY (policy_id),
    CONSTRAINT uq_finding_policies_version UNIQUE (version)
);
CREATE TRIGGER finding_policies_no_delete BEFORE DELETE ON finding_policies FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_policies_no_truncate BEFORE TRUNCATE ON finding_policies FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_policies_no_update BEFORE UPDATE ON finding_policies FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE findings (
    finding_row bigint GENERATED BY DEFAULT AS IDENTITY,
    finding_id varchar NOT NULL,
    kind varchar NOT NULL,
    series varchar NOT NULL,
    actor varchar NOT NULL,
    force varchar(2),
    subject_ref varchar NOT NULL,
    count integer NOT NULL,
    found_at timestamptz NOT NULL,
    CONSTRAINT pk_findings PRIMARY KEY (finding_row),
    CONSTRAINT uq_findings_finding_id UNIQUE (finding_id),
    CONSTRAINT uq_findings_kind_series UNIQUE (kind, series)
);
CREATE TRIGGER findings_no_delete BEFORE DELETE ON findings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER findings_no_truncate BEFORE TRUNCATE ON findings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER findings_no_update BEFORE UPDATE ON findings FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE hosts (
    host varchar NOT NULL,
    version varchar NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT pk_hosts PRIMARY KEY (host)
);
CREATE TRIGGER hosts_fixed BEFORE UPDATE ON hosts FOR EACH ROW WHEN (new.host IS DISTINCT FROM old.host) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hosts_no_truncate BEFORE TRUNCATE ON hosts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE idempotency_requests (
    user_id varchar NOT NULL,
    key varchar NOT NULL,
    request_digest varchar NOT NULL,
    resource_id varchar NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_idempotency_requests PRIMARY KEY (user_id, key)
);
CREATE TRIGGER idempotency_requests_no_update BEFORE UPDATE ON idempotency_requests FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE jobs (
    job_row bigint GENERATED BY DEFAULT AS IDENTITY,
    job_id varchar NOT NULL,
    kind varchar NOT NULL,
    group_id varchar NOT NULL,
    number bigint NOT NULL,
    force varchar(2) NOT NULL,
    topic varchar NOT NULL,
    subject_ref varchar NOT NULL,
    payload_id bigint NOT NULL,
    place integer NOT NULL,
    turn_at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    state varchar NOT NULL,
    attempts integer NOT NULL,
    lease_id varchar,
    leased_until timestamptz,
    result_ref varchar NOT NULL,
    problem varchar NOT NULL,
    settled_at timestamptz,
    CONSTRAINT pk_jobs PRIMARY KEY (job_row),
    CONSTRAINT uq_jobs_job_id UNIQUE (job_id),
    CONSTRAINT uq_jobs_kind_group_id_number UNIQUE (kind, group_id, number)
);
CREATE INDEX ix_jobs_group_id_state ON jobs (group_id, state);
CREATE INDEX ix_jobs_group_turn ON jobs (group_id, turn_at, job_row) WHERE (state = 'waiting');
CREATE INDEX ix_jobs_lease ON jobs (leased_until) WHERE (state = 'leased');
CREATE INDEX ix_jobs_payload_id ON jobs (payload_id);
CREATE INDEX ix_jobs_turn ON jobs (kind, turn_at, job_row) WHERE (state = 'waiting');
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY own_force ON jobs USING ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force)) WITH CHECK ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force));
CREATE TRIGGER jobs_fixed BEFORE UPDATE ON jobs FOR EACH ROW WHEN ((new.job_id IS DISTINCT FROM old.job_id) OR (new.kind IS DISTINCT FROM old.kind) OR (new.group_id IS DISTINCT FROM old.group_id) OR (new.number IS DISTINCT FROM old.number) OR (new.force IS DISTINCT FROM old.force) OR (new.topic IS DISTINCT FROM old.topic) OR (new.subject_ref IS DISTINCT FROM old.subject_ref)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER jobs_no_truncate BEFORE TRUNCATE ON jobs FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE law_sketches (
    week date NOT NULL,
    asker_force varchar NOT NULL,
    account varchar NOT NULL,
    model_digest varchar NOT NULL,
    kind varchar NOT NULL,
    finger integer NOT NULL,
    band integer NOT NULL,
    impressions bigint NOT NULL,
    mean double precision NOT NULL,
    mean_squares double precision NOT NULL,
    spread double precision NOT NULL,
    quality double precision NOT NULL,
    CONSTRAINT pk_law_sketches PRIMARY KEY (week, asker_force, account, model_digest, kind, finger, band)
);
CREATE TRIGGER law_sketches_fixed BEFORE UPDATE ON law_sketches FOR EACH ROW WHEN ((new.week IS DISTINCT FROM old.week) OR (new.asker_force IS DISTINCT FROM old.asker_force) OR (new.account IS DISTINCT FROM old.account) OR (new.model_digest IS DISTINCT FROM old.model_digest) OR (new.kind IS DISTINCT FROM old.kind) OR (new.finger IS DISTINCT FROM old.finger) OR (new.band IS DISTINCT FROM old.band)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER law_sketches_growing BEFORE UPDATE ON law_sketches FOR EACH ROW WHEN (new.impressions < old.impressions) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER law_sketches_no_delete BEFORE DELETE ON law_sketches FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER law_sketches_no_truncate BEFORE TRUNCATE ON law_sketches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE law_states (
    state_id varchar NOT NULL,
    number integer NOT NULL,
    asker_force varchar NOT NULL,
    account varchar NOT NULL,
    model_digest varchar NOT NULL,
    state varchar NOT NULL,
    searches bigint NOT NULL,
    evidence_log10 integer NOT NULL,
    set_by varchar NOT NULL,
    set_at timestamptz NOT NULL,
    CONSTRAINT pk_law_states PRIMARY KEY (state_id),
    CONSTRAINT uq_law_states_number UNIQUE (number)
);
CREATE TRIGGER law_states_no_delete BEFORE DELETE ON law_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER law_states_no_truncate BEFORE TRUNCATE ON law_states FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER law_states_no_update BEFORE UPDATE ON law_states FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE law_streams (
    asker_force varchar NOT NULL,
    account varchar NOT NULL,
    model_digest varchar NOT NULL,
    grown varchar NOT NULL,
    searches bigint NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT pk_law_streams PRIMARY KEY (asker_force, account, model_digest)
);
CREATE TRIGGER law_streams_fixed BEFORE UPDATE ON law_streams FOR EACH ROW WHEN ((new.asker_force IS DISTINCT FROM old.asker_force) OR (new.account IS DISTINCT FROM old.account) OR (new.model_digest IS DISTINCT FROM old.model_digest)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER law_streams_no_delete BEFORE DELETE ON law_streams FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER law_streams_no_truncate BEFORE TRUNCATE ON law_streams FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE log_followers (
    follower varchar NOT NULL,
    next_seq bigint NOT NULL,
    CONSTRAINT pk_log_followers PRIMARY KEY (follower)
);
CREATE TRIGGER log_followers_fixed BEFORE UPDATE ON log_followers FOR EACH ROW WHEN (new.follower IS DISTINCT FROM old.follower) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_followers_growing BEFORE UPDATE ON log_followers FOR EACH ROW WHEN (new.next_seq < old.next_seq) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_followers_no_delete BEFORE DELETE ON log_followers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_followers_no_truncate BEFORE TRUNCATE ON log_followers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE log_head (
    head integer NOT NULL,
    size bigint NOT NULL,
    frontier bytea NOT NULL,
    change_seq bigint NOT NULL,
    last_at timestamptz,
    record_seq bigint DEFAULT '0' NOT NULL,
    CONSTRAINT pk_log_head PRIMARY KEY (head),
    CONSTRAINT ck_log_head_one_row CHECK (head = 1)
);
ALTER TABLE log_head ALTER COLUMN frontier SET STATISTICS 0;
INSERT INTO log_head (head, size, frontier, change_seq, record_seq) VALUES (1, 0, '', 0, 0);
CREATE TRIGGER log_head_fixed BEFORE UPDATE ON log_head FOR EACH ROW WHEN (new.head IS DISTINCT FROM old.head) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_head_growing BEFORE UPDATE ON log_head FOR EACH ROW WHEN ((new.size < old.size) OR (new.change_seq < old.change_seq) OR (new.record_seq < old.record_seq)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_head_no_truncate BEFORE TRUNCATE ON log_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE log_lease (
    lease integer NOT NULL,
    epoch bigint NOT NULL,
    host varchar NOT NULL,
    held_until timestamptz,
    CONSTRAINT pk_log_lease PRIMARY KEY (lease),
    CONSTRAINT ck_log_lease_one_lease CHECK (lease = 1)
);
CREATE TRIGGER log_lease_fixed BEFORE UPDATE ON log_lease FOR EACH ROW WHEN (new.lease IS DISTINCT FROM old.lease) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_lease_growing BEFORE UPDATE ON log_lease FOR EACH ROW WHEN (new.epoch < old.epoch) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_lease_no_delete BEFORE DELETE ON log_lease FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_lease_no_truncate BEFORE TRUNCATE ON log_lease FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE log_nodes (
    level integer NOT NULL,
    node_index bigint NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT pk_log_nodes PRIMARY KEY (level, node_index),
    CONSTRAINT ck_log_nodes_digest_is_sha256 CHECK (length(digest) = 32)
);
ALTER TABLE log_nodes ALTER COLUMN digest SET STATISTICS 0;
CREATE TRIGGER log_nodes_no_delete BEFORE DELETE ON log_nodes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_nodes_no_truncate BEFORE TRUNCATE ON log_nodes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_nodes_no_update BEFORE UPDATE ON log_nodes FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE logout_notices (
    notice_sha256 varchar NOT NULL,
    taken_at timestamptz NOT NULL,
    CONSTRAINT pk_logout_notices PRIMARY KEY (notice_sha256)
);
CREATE TRIGGER logout_notices_no_update BEFORE UPDATE ON logout_notices FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE model_choices (
    choice_id varchar NOT NULL,
    number integer NOT NULL,
    model_digest varchar NOT NULL,
    previous_digest varchar NOT NULL,
    searches integer NOT NULL,
    changed integer NOT NULL,
    chosen_by varchar NOT NULL,
    chosen_at timestamptz NOT NULL,
    CONSTRAINT pk_model_choices PRIMARY KEY (choice_id),
    CONSTRAINT uq_model_choices_number UNIQUE (number)
);
CREATE TRIGGER model_choices_no_delete BEFORE DELETE ON model_choices FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER model_choices_no_truncate BEFORE TRUNCATE ON model_choices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER model_choices_no_update BEFORE UPDATE ON model_choices FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE payloads (
    payload_id bigint GENERATED BY DEFAULT AS IDENTITY,
    kind varchar NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT pk_payloads PRIMARY KEY (payload_id)
) WITH (toast_tuple_target='8160');
ALTER TABLE payloads ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE payloads ALTER COLUMN body SET STATISTICS 0;
CREATE TRIGGER payloads_no_update BEFORE UPDATE ON payloads FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE persons (
    person_row bigint GENERATED BY DEFAULT AS IDENTITY,
    person_id varchar NOT NULL,
    CONSTRAINT pk_persons PRIMARY KEY (person_row),
    CONSTRAINT uq_persons_person_id UNIQUE (person_id)
);
CREATE TRIGGER persons_no_delete BEFORE DELETE ON persons FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER persons_no_truncate BEFORE TRUNCATE ON persons FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER persons_no_update BEFORE UPDATE ON persons FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE rehearsals (
    rehearsal_id varchar NOT NULL,
    number integer NOT NULL,
    source varchar NOT NULL,
    template_format varchar NOT NULL,
    extractor varchar NOT NULL,
    index_digest varchar NOT NULL,
    persons bigint NOT NULL,
    searches bigint NOT NULL,
    counts varchar NOT NULL,
    made_by varchar NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT pk_rehearsals PRIMARY KEY (rehearsal_id),
    CONSTRAINT uq_rehearsals_number UNIQUE (number)
);
CREATE TRIGGER rehearsals_no_delete BEFORE DELETE ON rehearsals FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rehearsals_no_truncate BEFORE TRUNCATE ON rehearsals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rehearsals_no_update BEFORE UPDATE ON rehearsals FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE requests (
    request_row bigint GENERATED BY DEFAULT AS IDENTITY,
    request_id varchar NOT NULL,
    kind varchar NOT NULL,
    channel varchar NOT NULL,
    asker_kind varchar NOT NULL,
    asker_code varchar NOT NULL,
    purpose varchar NOT NULL,
    legal_basis varchar NOT NULL,
    received_on date NOT NULL,
    received_by varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    message_id varchar,
    about varchar,
    keyed_digest varchar,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_requests PRIMARY KEY (request_row),
    CONSTRAINT uq_requests_message UNIQUE (asker_kind, asker_code, message_id),
    CONSTRAINT uq_requests_request_id UNIQUE (request_id)
);
CREATE INDEX ix_requests_about ON requests (about);
CREATE INDEX ix_requests_keyed_digest ON requests (keyed_digest);
CREATE TRIGGER requests_no_delete BEFORE DELETE ON requests FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER requests_no_truncate BEFORE TRUNCATE ON requests FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER requests_no_update BEFORE UPDATE ON requests FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE retention_plans (
    plan_row bigint GENERATED BY DEFAULT AS IDENTITY,
    plan_id varchar NOT NULL,
    on_day date NOT NULL,
    rules varchar NOT NULL,
    people integer NOT NULL,
    due integer NOT NULL,
    kept integer NOT NULL,
    reviews integer NOT NULL,
    added integer NOT NULL,
    gone integer NOT NULL,
    refusal varchar,
    made_by varchar NOT NULL,
    made_at timestamptz NOT NULL,
    previous_id varchar,
    CONSTRAINT pk_retention_plans PRIMARY KEY (plan_row),
    CONSTRAINT uq_retention_plans_plan_id UNIQUE (plan_id)
);
CREATE TRIGGER retention_plans_no_delete BEFORE DELETE ON retention_plans FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_plans_no_truncate BEFORE TRUNCATE ON retention_plans FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_plans_no_update BEFORE UPDATE ON retention_plans FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE sketch_packs (
    pack_row bigint GENERATED BY DEFAULT AS IDENTITY,
    force varchar(2) NOT NULL,
    from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT pk_sketch_packs PRIMARY KEY (pack_row)
);
ALTER TABLE sketch_packs ALTER COLUMN content SET STATISTICS 0;
CREATE INDEX ix_sketch_packs_force_to_at ON sketch_packs (force, to_at);
CREATE INDEX ix_sketch_packs_from_at ON sketch_packs (from_at);
ALTER TABLE sketch_packs ENABLE ROW LEVEL SECURITY;
ALTER TABLE sketch_packs FORCE ROW LEVEL SECURITY;
CREATE POLICY own_force ON sketch_packs USING ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force)) WITH CHECK ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force));
CREATE TRIGGER sketch_packs_no_update BEFORE UPDATE ON sketch_packs FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE statistics_releases (
    release_row bigint GENERATED BY DEFAULT AS IDENTITY,
    release_id varchar NOT NULL,
    quarter varchar(6) NOT NULL,
    version integer NOT NULL,
    content text NOT NULL,
    content_sha256 varchar NOT NULL,
    log_size bigint NOT NULL,
    log_root varchar NOT NULL,
    note varchar NOT NULL,
    released_by varchar NOT NULL,
    released_at timestamptz NOT NULL,
    CONSTRAINT pk_statistics_releases PRIMARY KEY (release_row),
    CONSTRAINT uq_statistics_releases_release_id UNIQUE (release_id),
    CONSTRAINT uq_statistics_releases_version UNIQUE (quarter, version),
    CONSTRAINT ck_statistics_releases_version_from_one CHECK (version >= 1)
);
CREATE TRIGGER statistics_releases_no_delete BEFORE DELETE ON statistics_releases FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statistics_releases_no_truncate BEFORE TRUNCATE ON statistics_releases FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statistics_releases_no_update BEFORE UPDATE ON statistics_releases FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE template_generations (
    generation_id varchar NOT NULL,
    tools varchar NOT NULL,
    begun_by varchar NOT NULL,
    begun_at timestamptz NOT NULL,
    CONSTRAINT pk_template_generations PRIMARY KEY (generation_id)
);
CREATE TRIGGER template_generations_no_delete BEFORE DELETE ON template_generations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER template_generations_no_truncate BEFORE TRUNCATE ON template_generations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER template_generations_no_update BEFORE UPDATE ON template_generations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE webhook_endpoints (
    endpoint_row bigint GENERATED BY DEFAULT AS IDENTITY,
    endpoint_id varchar NOT NULL,
    force varchar(2) NOT NULL,
    url varchar NOT NULL,
    topics varchar NOT NULL,
    added_by varchar NOT NULL,
    added_at timestamptz NOT NULL,
    secret_version integer NOT NULL,
    secret_changed_at timestamptz,
    is_paused boolean NOT NULL,
    removed_at timestamptz,
    failures integer DEFAULT 0 NOT NULL,
    last_fault varchar DEFAULT '' NOT NULL,
    failing_since timestamptz,
    circuit_since timestamptz,
    next_attempt_at timestamptz,
    last_attempt_at timestamptz,
    CONSTRAINT pk_webhook_endpoints PRIMARY KEY (endpoint_row),
    CONSTRAINT uq_webhook_endpoints_endpoint_id UNIQUE (endpoint_id)
);
CREATE INDEX ix_webhook_endpoints_force_endpoint_row ON webhook_endpoints (force, endpoint_row);
ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY own_force ON webhook_endpoints USING ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force)) WITH CHECK ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force));
CREATE TRIGGER webhook_endpoints_fixed BEFORE UPDATE ON webhook_endpoints FOR EACH ROW WHEN ((new.endpoint_id IS DISTINCT FROM old.endpoint_id) OR (new.force IS DISTINCT FROM old.force) OR (new.url IS DISTINCT FROM old.url) OR (new.topics IS DISTINCT FROM old.topics) OR (new.added_by IS DISTINCT FROM old.added_by) OR (new.added_at IS DISTINCT FROM old.added_at)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER webhook_endpoints_growing BEFORE UPDATE ON webhook_endpoints FOR EACH ROW WHEN (new.secret_version < old.secret_version) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER webhook_endpoints_no_delete BEFORE DELETE ON webhook_endpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER webhook_endpoints_no_truncate BEFORE TRUNCATE ON webhook_endpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE withheld_payloads (
    payload_id bigint NOT NULL,
    kind varchar NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT pk_withheld_payloads PRIMARY KEY (payload_id)
);
ALTER TABLE withheld_payloads ALTER COLUMN body SET STATISTICS 0;
CREATE TRIGGER withheld_payloads_no_update BEFORE UPDATE ON withheld_payloads FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE account_subjects (
    subject_sha256 varchar NOT NULL,
    user_id varchar NOT NULL,
    linked_at timestamptz NOT NULL,
    blinding varchar,
    CONSTRAINT pk_account_subjects PRIMARY KEY (subject_sha256),
    CONSTRAINT uq_account_subjects_user_id UNIQUE (user_id),
    CONSTRAINT fk_account_subjects_user_id FOREIGN KEY (user_id) REFERENCES accounts(user_id)
);
CREATE TRIGGER account_subjects_no_update BEFORE UPDATE ON account_subjects FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE applications (
    application_id varchar NOT NULL,
    number integer NOT NULL,
    reference varchar NOT NULL,
    access_digest varchar NOT NULL,
    content_digest varchar NOT NULL,
    kind varchar NOT NULL,
    request_id varchar NOT NULL,
    submitted_by varchar NOT NULL,
    submitted_at timestamptz NOT NULL,
    CONSTRAINT pk_applications PRIMARY KEY (application_id),
    CONSTRAINT uq_applications_access_digest UNIQUE (access_digest),
    CONSTRAINT uq_applications_reference UNIQUE (reference),
    CONSTRAINT uq_applications_request_id UNIQUE (request_id),
    CONSTRAINT fk_applications_request_id FOREIGN KEY (request_id) REFERENCES requests(request_id)
);
CREATE INDEX ix_applications_content_digest ON applications (content_digest);
CREATE TRIGGER applications_no_delete BEFORE DELETE ON applications FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER applications_no_truncate BEFORE TRUNCATE ON applications FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER applications_no_update BEFORE UPDATE ON applications FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE asns (
    asn varchar NOT NULL,
    year integer NOT NULL,
    sequence integer NOT NULL,
    request_id varchar NOT NULL,
    agency varchar NOT NULL,
    issued_by varchar NOT NULL,
    issued_at timestamptz NOT NULL,
    CONSTRAINT pk_asns PRIMARY KEY (asn),
    CONSTRAINT uq_asns_request_id UNIQUE (request_id),
    CONSTRAINT uq_asns_sequence UNIQUE (year, sequence),
    CONSTRAINT fk_asns_request_id FOREIGN KEY (request_id) REFERENCES requests(request_id)
);
CREATE TRIGGER asns_no_delete BEFORE DELETE ON asns FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER asns_no_truncate BEFORE TRUNCATE ON asns FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER asns_no_update BEFORE UPDATE ON asns FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE client_keys (
    client_key_id varchar NOT NULL,
    client_id varchar NOT NULL,
    number integer NOT NULL,
    secret_sha256 varchar NOT NULL,
    added_at timestamptz NOT NULL,
    CONSTRAINT pk_client_keys PRIMARY KEY (client_key_id),
    CONSTRAINT uq_client_keys_client_id_number UNIQUE (client_id, number),
    CONSTRAINT uq_client_keys_secret_sha256 UNIQUE (secret_sha256),
    CONSTRAINT fk_client_keys_client_id FOREIGN KEY (client_id) REFERENCES clients(client_id)
);
CREATE TRIGGER client_keys_no_delete BEFORE DELETE ON client_keys FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER client_keys_no_truncate BEFORE TRUNCATE ON client_keys FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER client_keys_no_update BEFORE UPDATE ON client_keys FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE client_revocations (
    client_id varchar NOT NULL,
    revoked_at timestamptz NOT NULL,
    CONSTRAINT pk_client_revocations PRIMARY KEY (client_id),
    CONSTRAINT fk_client_revocations_client_id FOREIGN KEY (client_id) REFERENCES clients(client_id)
);
CREATE TRIGGER client_revocations_no_delete BEFORE DELETE ON client_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER client_revocations_no_truncate BEFORE TRUNCATE ON client_revocations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER client_revocations_no_update BEFORE UPDATE ON client_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_draws (
    lot_id varchar NOT NULL,
    round integer NOT NULL,
    draw integer NOT NULL,
    seed bigint NOT NULL,
    units integer NOT NULL,
    seeded integer NOT NULL,
    drawn_by varchar NOT NULL,
    drawn_at timestamptz NOT NULL,
    CONSTRAINT pk_conversion_draws PRIMARY KEY (lot_id, round, draw),
    CONSTRAINT fk_conversion_draws_lot_id FOREIGN KEY (lot_id) REFERENCES conversion_lots(lot_id)
);
CREATE TRIGGER conversion_draws_no_delete BEFORE DELETE ON conversion_draws FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_draws_no_truncate BEFORE TRUNCATE ON conversion_draws FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_draws_no_update BEFORE UPDATE ON conversion_draws FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_frames (
    frame_row bigint GENERATED BY DEFAULT AS IDENTITY,
    frame_id varchar NOT NULL,
    lot_id varchar NOT NULL,
    number integer NOT NULL,
    part integer NOT NULL,
    sha256 varchar NOT NULL,
    media_type varchar NOT NULL,
    received_by varchar NOT NULL,
    received_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_conversion_frames PRIMARY KEY (frame_row),
    CONSTRAINT uq_conversion_frames_frame_id UNIQUE (frame_id),
    CONSTRAINT uq_conversion_frames_place UNIQUE (lot_id, number, part),
    CONSTRAINT fk_conversion_frames_lot_id FOREIGN KEY (lot_id) REFERENCES conversion_lots(lot_id)
);
CREATE TRIGGER conversion_frames_no_delete BEFORE DELETE ON conversion_frames FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_frames_no_truncate BEFORE TRUNCATE ON conversion_frames FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_frames_no_update BEFORE UPDATE ON conversion_frames FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_lot_decisions (
    lot_id varchar NOT NULL,
    round integer NOT NULL,
    decision varchar NOT NULL,
    draw integer NOT NULL,
    decided_by varchar NOT NULL,
    decided_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_conversion_lot_decisions PRIMARY KEY (lot_id, round, decision, draw),
    CONSTRAINT fk_conversion_lot_decisions_lot_id FOREIGN KEY (lot_id) REFERENCES conversion_lots(lot_id)
);
CREATE TRIGGER conversion_lot_decisions_no_delete BEFORE DELETE ON conversion_lot_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_lot_decisions_no_truncate BEFORE TRUNCATE ON conversion_lot_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_lot_decisions_no_update BEFORE UPDATE ON conversion_lot_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_lot_states (
    lot_id varchar NOT NULL,
    state varchar NOT NULL,
    round integer NOT NULL,
    CONSTRAINT pk_conversion_lot_states PRIMARY KEY (lot_id),
    CONSTRAINT fk_conversion_lot_states_lot_id FOREIGN KEY (lot_id) REFERENCES conversion_lots(lot_id)
);
CREATE TRIGGER conversion_lot_states_fixed BEFORE UPDATE ON conversion_lot_states FOR EACH ROW WHEN (new.lot_id IS DISTINCT FROM old.lot_id) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_lot_states_growing BEFORE UPDATE ON conversion_lot_states FOR EACH ROW WHEN (new.round < old.round) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_lot_states_no_delete BEFORE DELETE ON conversion_lot_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_lot_states_no_truncate BEFORE TRUNCATE ON conversion_lot_states FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE cosignatures (
    size bigint NOT NULL,
    witness varchar NOT NULL,
    note bytea NOT NULL,
    CONSTRAINT pk_cosignatures PRIMARY KEY (size, witness),
    CONSTRAINT fk_cosignatures_size FOREIGN KEY (size) REFERENCES checkpoints(size)
);
ALTER TABLE cosignatures ALTER COLUMN note SET STATISTICS 0;
CREATE TRIGGER cosignatures_no_delete BEFORE DELETE ON cosignatures FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cosignatures_no_truncate BEFORE TRUNCATE ON cosignatures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cosignatures_no_update BEFORE UPDATE ON cosignatures FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE deletion_cases (
    case_row bigint GENERATED BY DEFAULT AS IDENTITY,
    deletion_id varchar NOT NULL,
    request_id varchar NOT NULL,
    person_row bigint NOT NULL,
    record_id varchar NOT NULL,
    item_id varchar NOT NULL,
    owner varchar(2) NOT NULL,
    asks_entry boolean NOT NULL,
    asks_prints boolean NOT NULL,
    ground varchar NOT NULL,
    opened_by varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_deletion_cases PRIMARY KEY (case_row),
    CONSTRAINT uq_deletion_cases_deletion_id UNIQUE (deletion_id),
    CONSTRAINT uq_deletion_cases_once UNIQUE (request_id, record_id, item_id),
    CONSTRAINT fk_deletion_cases_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT fk_deletion_cases_request_id FOREIGN KEY (request_id) REFERENCES requests(request_id)
);
CREATE INDEX ix_deletion_cases_owner ON deletion_cases (owner);
CREATE INDEX ix_deletion_cases_person_row ON deletion_cases (person_row);
CREATE TRIGGER deletion_cases_no_delete BEFORE DELETE ON deletion_cases FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletion_cases_no_truncate BEFORE TRUNCATE ON deletion_cases FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletion_cases_no_update BEFORE UPDATE ON deletion_cases FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE drafts (
    user_id varchar NOT NULL,
    step varchar NOT NULL,
    about_id varchar NOT NULL,
    payload_id bigint NOT NULL,
    kept_at timestamptz NOT NULL,
    CONSTRAINT pk_drafts PRIMARY KEY (user_id, step, about_id),
    CONSTRAINT fk_drafts_user_id FOREIGN KEY (user_id) REFERENCES accounts(user_id)
);
CREATE INDEX ix_drafts_about_id ON drafts (about_id);
CREATE TRIGGER drafts_no_update BEFORE UPDATE ON drafts FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE encounters (
    encounter_row bigint GENERATED BY DEFAULT AS IDENTITY,
    encounter_id varchar NOT NULL,
    person_row bigint NOT NULL,
    force varchar(2) NOT NULL,
    gallery smallint NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_encounters PRIMARY KEY (encounter_row),
    CONSTRAINT uq_encounters_encounter_id UNIQUE (encounter_id),
    CONSTRAINT fk_encounters_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT ck_encounters_gallery_known CHECK ((gallery >= 0) AND (gallery <= 2))
);
CREATE INDEX ix_encounters_person_row ON encounters (person_row);
CREATE TRIGGER encounters_no_delete BEFORE DELETE ON encounters FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER encounters_no_truncate BEFORE TRUNCATE ON encounters FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER encounters_no_update BEFORE UPDATE ON encounters FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE erasure_requests (
    request_row bigint GENERATED BY DEFAULT AS IDENTITY,
    erasure_id varchar NOT NULL,
    person_row bigint NOT NULL,
    basis varchar NOT NULL,
    authority varchar NOT NULL,
    order_payload_id bigint NOT NULL,
    asked_by varchar NOT NULL,
    asked_at timestamptz NOT NULL,
    CONSTRAINT pk_erasure_requests PRIMARY KEY (request_row),
    CONSTRAINT uq_erasure_requests_asked_by UNIQUE (erasure_id, asked_by),
    CONSTRAINT uq_erasure_requests_erasure_id UNIQUE (erasure_id),
    CONSTRAINT fk_erasure_requests_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE TRIGGER erasure_requests_no_delete BEFORE DELETE ON erasure_requests FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasure_requests_no_truncate BEFORE TRUNCATE ON erasure_requests FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasure_requests_no_update BEFORE UPDATE ON erasure_requests FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE event_subjects (
    subject_ref varchar NOT NULL,
    seq bigint NOT NULL,
    CONSTRAINT pk_event_subjects PRIMARY KEY (subject_ref, seq),
    CONSTRAINT fk_event_subjects_seq FOREIGN KEY (seq) REFERENCES events(seq)
);
CREATE TRIGGER event_subjects_no_delete BEFORE DELETE ON event_subjects FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_subjects_no_truncate BEFORE TRUNCATE ON event_subjects FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_subjects_no_update BEFORE UPDATE ON event_subjects FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_messages (
    message_row bigint GENERATED BY DEFAULT AS IDENTITY,
    message_id varchar NOT NULL,
    kind varchar(3) NOT NULL,
    receiver varchar(3) NOT NULL,
    response_to varchar,
    record_id varchar,
    item_id varchar,
    version bigint,
    person_row bigint,
    due_on varchar(10),
    queued_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_exchange_messages PRIMARY KEY (message_row),
    CONSTRAINT uq_exchange_messages_duty UNIQUE (record_id, item_id, version, receiver),
    CONSTRAINT uq_exchange_messages_message_id UNIQUE (message_id),
    CONSTRAINT fk_exchange_messages_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE INDEX ix_exchange_messages_person_row ON exchange_messages (person_row);
CREATE INDEX ix_exchange_messages_response_to ON exchange_messages (response_to);
CREATE TRIGGER exchange_messages_no_delete BEFORE DELETE ON exchange_messages FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_messages_no_truncate BEFORE TRUNCATE ON exchange_messages FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_messages_no_update BEFORE UPDATE ON exchange_messages FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_partner_ends (
    partner_id varchar NOT NULL,
    ended_by varchar NOT NULL,
    ended_at timestamptz NOT NULL,
    CONSTRAINT pk_exchange_partner_ends PRIMARY KEY (partner_id),
    CONSTRAINT fk_exchange_partner_ends_partner_id FOREIGN KEY (partner_id) REFERENCES exchange_partners(partner_id)
);
CREATE TRIGGER exchange_partner_ends_no_delete BEFORE DELETE ON exchange_partner_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_partner_ends_no_truncate BEFORE TRUNCATE ON exchange_partner_ends FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_partner_ends_no_update BEFORE UPDATE ON exchange_partner_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE known_sources (
    source_sha256 varchar NOT NULL,
    user_id varchar NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT pk_known_sources PRIMARY KEY (source_sha256),
    CONSTRAINT fk_known_sources_user_id FOREIGN KEY (user_id) REFERENCES accounts(user_id)
);
CREATE INDEX ix_known_sources_user_id ON known_sources (user_id);
CREATE TRIGGER known_sources_no_update BEFORE UPDATE ON known_sources FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE loads (
    source_digest varchar NOT NULL,
    chunk bigint NOT NULL,
    done_seq bigint NOT NULL,
    first_change bigint DEFAULT '0' NOT NULL,
    last_change bigint DEFAULT '0' NOT NULL,
    CONSTRAINT pk_loads PRIMARY KEY (source_digest, chunk),
    CONSTRAINT fk_loads_done_seq FOREIGN KEY (done_seq) REFERENCES events(seq)
);
CREATE TRIGGER loads_no_delete BEFORE DELETE ON loads FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER loads_no_truncate BEFORE TRUNCATE ON loads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER loads_no_update BEFORE UPDATE ON loads FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE own_answers (
    answer_row bigint GENERATED BY DEFAULT AS IDENTITY,
    answer_id varchar NOT NULL,
    request_id varchar NOT NULL,
    number integer NOT NULL,
    outcome varchar NOT NULL,
    basis varchar NOT NULL,
    prepared_by varchar NOT NULL,
    prepared_at timestamptz NOT NULL,
    person_row bigint,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_own_answers PRIMARY KEY (answer_row),
    CONSTRAINT uq_own_answers_answer_id UNIQUE (answer_id),
    CONSTRAINT fk_own_answers_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT fk_own_answers_request_id FOREIGN KEY (request_id) REFERENCES requests(request_id)
);
CREATE INDEX ix_own_answers_person_row ON own_answers (person_row);
CREATE INDEX ix_own_answers_request_id_number ON own_answers (request_id, number);
CREATE TRIGGER own_answers_no_delete BEFORE DELETE ON own_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER own_answers_no_truncate BEFORE TRUNCATE ON own_answers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER own_answers_no_update BEFORE UPDATE ON own_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE person_erasures (
    person_row bigint NOT NULL,
    CONSTRAINT pk_person_erasures PRIMARY KEY (person_row),
    CONSTRAINT fk_person_erasures_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE TRIGGER person_erasures_no_delete BEFORE DELETE ON person_erasures FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER person_erasures_no_truncate BEFORE TRUNCATE ON person_erasures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER person_erasures_no_update BEFORE UPDATE ON person_erasures FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE person_merges (
    merge_row bigint GENERATED BY DEFAULT AS IDENTITY,
    merge_id varchar NOT NULL,
    surviving_row bigint NOT NULL,
    absorbed_row bigint NOT NULL,
    undoes varchar,
    proposed_by varchar NOT NULL,
    proposed_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_person_merges PRIMARY KEY (merge_row),
    CONSTRAINT uq_person_merges_merge_id UNIQUE (merge_id),
    CONSTRAINT uq_person_merges_merge_id_proposed_by UNIQUE (merge_id, proposed_by),
    CONSTRAINT fk_person_merges_absorbed_row FOREIGN KEY (absorbed_row) REFERENCES persons(person_row),
    CONSTRAINT fk_person_merges_surviving_row FOREIGN KEY (surviving_row) REFERENCES persons(person_row),
    CONSTRAINT fk_person_merges_undoes FOREIGN KEY (undoes) REFERENCES person_merges(merge_id),
    CONSTRAINT ck_person_merges_two_rows CHECK (surviving_row <> absorbed_row)
);
CREATE INDEX ix_person_merges_absorbed_row ON person_merges (absorbed_row);
CREATE INDEX ix_person_merges_surviving_row ON person_merges (surviving_row);
CREATE TRIGGER person_merges_no_delete BEFORE DELETE ON person_merges FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER person_merges_no_truncate BEFORE TRUNCATE ON person_merges FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER person_merges_no_update BEFORE UPDATE ON person_merges FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE proof_checks (
    proof_row bigint GENERATED BY DEFAULT AS IDENTITY,
    proof_id varchar NOT NULL,
    request_id varchar NOT NULL,
    claim varchar NOT NULL,
    document_id varchar NOT NULL,
    verdict varchar NOT NULL,
    checked_by varchar NOT NULL,
    checked_at timestamptz NOT NULL,
    CONSTRAINT pk_proof_checks PRIMARY KEY (proof_row),
    CONSTRAINT uq_proof_checks_proof_id UNIQUE (proof_id),
    CONSTRAINT fk_proof_checks_request_id FOREIGN KEY (request_id) REFERENCES requests(request_id)
);
CREATE INDEX ix_proof_checks_request_id ON proof_checks (request_id);
CREATE TRIGGER proof_checks_no_delete BEFORE DELETE ON proof_checks FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proof_checks_no_truncate BEFORE TRUNCATE ON proof_checks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proof_checks_no_update BEFORE UPDATE ON proof_checks FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE record_changes (
    change_seq bigint NOT NULL,
    person_row bigint NOT NULL,
    CONSTRAINT pk_record_changes PRIMARY KEY (change_seq),
    CONSTRAINT fk_record_changes_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE TRIGGER record_changes_no_delete BEFORE DELETE ON record_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER record_changes_no_truncate BEFORE TRUNCATE ON record_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER record_changes_no_update BEFORE UPDATE ON record_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE records (
    record_row bigint GENERATED BY DEFAULT AS IDENTITY,
    record_id varchar NOT NULL,
    version bigint NOT NULL,
    person_row bigint NOT NULL,
    force varchar(2) NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_records PRIMARY KEY (record_row),
    CONSTRAINT uq_records_record_id_version UNIQUE (record_id, version),
    CONSTRAINT fk_records_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT ck_records_version_from_one CHECK (version >= 1)
);
CREATE INDEX ix_records_force_record_row ON records (force, record_row);
CREATE INDEX ix_records_person_row ON records (person_row);
ALTER TABLE records ENABLE ROW LEVEL SECURITY;
ALTER TABLE records FORCE ROW LEVEL SECURITY;
CREATE POLICY own_force ON records FOR INSERT WITH CHECK ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force));
CREATE POLICY read_all ON records FOR SELECT USING (true);
CREATE TRIGGER records_no_delete BEFORE DELETE ON records FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER records_no_truncate BEFORE TRUNCATE ON records FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER records_no_update BEFORE UPDATE ON records FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE referrals (
    referral_row bigint GENERATED BY DEFAULT AS IDENTITY,
    referral_id varchar NOT NULL,
    request_id varchar NOT NULL,
    number integer NOT NULL,
    made_by varchar NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT pk_referrals PRIMARY KEY (referral_row),
    CONSTRAINT uq_referrals_referral_id UNIQUE (referral_id),
    CONSTRAINT fk_referrals_request_id FOREIGN KEY (request_id) REFERENCES requests(request_id)
);
CREATE INDEX ix_referrals_request_id ON referrals (request_id);
CREATE TRIGGER referrals_no_delete BEFORE DELETE ON referrals FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER referrals_no_truncate BEFORE TRUNCATE ON referrals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER referrals_no_update BEFORE UPDATE ON referrals FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE request_entries (
    request_id varchar NOT NULL,
    number integer NOT NULL,
    step varchar NOT NULL,
    state varchar NOT NULL,
    entered_by varchar NOT NULL,
    entered_at timestamptz NOT NULL,
    counts_on date NOT NULL,
    outcome varchar NOT NULL,
    ground varchar NOT NULL,
    rule varchar NOT NULL,
    proposed_by varchar,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_request_entries PRIMARY KEY (request_id, number),
    CONSTRAINT fk_request_entries_request_id FOREIGN KEY (request_id) REFERENCES requests(request_id),
    CONSTRAINT ck_request_entries_number_from_one CHECK (number >= 1),
    CONSTRAINT ck_request_entries_two_people CHECK ((proposed_by IS NULL) OR (proposed_by <> entered_by))
);
CREATE TRIGGER request_entries_no_delete BEFORE DELETE ON request_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER request_entries_no_truncate BEFORE TRUNCATE ON request_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER request_entries_no_update BEFORE UPDATE ON request_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE restrictions (
    restriction_row bigint GENERATED BY DEFAULT AS IDENTITY,
    restriction_id varchar NOT NULL,
    person_row bigint NOT NULL,
    ground varchar NOT NULL,
    holder varchar(2) NOT NULL,
    begun_by varchar NOT NULL,
    begun_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    record_id varchar,
    item_id varchar,
    version integer,
    CONSTRAINT pk_restrictions PRIMARY KEY (restriction_row),
    CONSTRAINT uq_restrictions_restriction_id UNIQUE (restriction_id),
    CONSTRAINT fk_restrictions_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE INDEX ix_restrictions_holder ON restrictions (holder);
CREATE INDEX ix_restrictions_person_row ON restrictions (person_row);
CREATE TRIGGER restrictions_no_delete BEFORE DELETE ON restrictions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER restrictions_no_truncate BEFORE TRUNCATE ON restrictions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER restrictions_no_update BEFORE UPDATE ON restrictions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE retention_plan_lines (
    plan_id varchar NOT NULL,
    person_row bigint NOT NULL,
    provision varchar NOT NULL,
    last_day date,
    CONSTRAINT pk_retention_plan_lines PRIMARY KEY (plan_id, person_row),
    CONSTRAINT fk_retention_plan_lines_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT fk_retention_plan_lines_plan_id FOREIGN KEY (plan_id) REFERENCES retention_plans(plan_id)
);
CREATE TRIGGER retention_plan_lines_no_delete BEFORE DELETE ON retention_plan_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_plan_lines_no_truncate BEFORE TRUNCATE ON retention_plan_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_plan_lines_no_update BEFORE UPDATE ON retention_plan_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE retention_recounts (
    recount_row bigint GENERATED BY DEFAULT AS IDENTITY,
    recount_id varchar NOT NULL,
    plan_id varchar NOT NULL,
    due integer NOT NULL,
    missing integer NOT NULL,
    beyond integer NOT NULL,
    reviews integer NOT NULL,
    counted_by varchar NOT NULL,
    counted_at timestamptz NOT NULL,
    CONSTRAINT pk_retention_recounts PRIMARY KEY (recount_row),
    CONSTRAINT uq_retention_recounts_recount_id UNIQUE (recount_id),
    CONSTRAINT fk_retention_recounts_plan_id FOREIGN KEY (plan_id) REFERENCES retention_plans(plan_id)
);
CREATE INDEX ix_retention_recounts_plan_id ON retention_recounts (plan_id);
CREATE TRIGGER retention_recounts_no_delete BEFORE DELETE ON retention_recounts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_recounts_no_truncate BEFORE TRUNCATE ON retention_recounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_recounts_no_update BEFORE UPDATE ON retention_recounts FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE retention_releases (
    plan_id varchar NOT NULL,
    number integer NOT NULL,
    released_by varchar NOT NULL,
    released_at timestamptz NOT NULL,
    first_number integer,
    first_by varchar,
    CONSTRAINT pk_retention_releases PRIMARY KEY (plan_id, number),
    CONSTRAINT uq_retention_releases_by UNIQUE (plan_id, number, released_by),
    CONSTRAINT fk_retention_releases_first FOREIGN KEY (plan_id, first_number, first_by) REFERENCES retention_releases(plan_id, number, released_by),
    CONSTRAINT fk_retention_releases_plan_id FOREIGN KEY (plan_id) REFERENCES retention_plans(plan_id),
    CONSTRAINT ck_retention_releases_number_known CHECK (number IN (1, 2)),
    CONSTRAINT ck_retention_releases_second_names_first CHECK (((number = 1) AND (first_number IS NULL) AND (first_by IS NULL)) OR ((number = 2) AND (first_number = 1) AND (first_by IS NOT NULL))),
    CONSTRAINT ck_retention_releases_two_people CHECK ((first_by IS NULL) OR (first_by <> released_by))
);
CREATE TRIGGER retention_releases_no_delete BEFORE DELETE ON retention_releases FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_releases_no_truncate BEFORE TRUNCATE ON retention_releases FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_releases_no_update BEFORE UPDATE ON retention_releases FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE retention_reviews (
    request_id varchar NOT NULL,
    person_row bigint NOT NULL,
    decision varchar NOT NULL,
    ground varchar NOT NULL,
    next_on date,
    versions varchar NOT NULL,
    decided_by varchar NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk_retention_reviews PRIMARY KEY (request_id),
    CONSTRAINT fk_retention_reviews_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT fk_retention_reviews_request_id FOREIGN KEY (request_id) REFERENCES requests(request_id),
    CONSTRAINT ck_retention_reviews_next_review CHECK ((decision = 'erase') = (next_on IS NULL))
);
CREATE INDEX ix_retention_reviews_person_row ON retention_reviews (person_row);
CREATE TRIGGER retention_reviews_no_delete BEFORE DELETE ON retention_reviews FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_reviews_no_truncate BEFORE TRUNCATE ON retention_reviews FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_reviews_no_update BEFORE UPDATE ON retention_reviews FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE second_factors (
    factor_id varchar NOT NULL,
    user_id varchar NOT NULL,
    payload_id bigint NOT NULL,
    added_at timestamptz NOT NULL,
    kind varchar,
    CONSTRAINT pk_second_factors PRIMARY KEY (factor_id),
    CONSTRAINT fk_second_factors_user_id FOREIGN KEY (user_id) REFERENCES accounts(user_id)
);
CREATE INDEX ix_second_factors_user_id ON second_factors (user_id);
CREATE TRIGGER second_factors_no_delete BEFORE DELETE ON second_factors FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER second_factors_no_truncate BEFORE TRUNCATE ON second_factors FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER second_factors_no_update BEFORE UPDATE ON second_factors FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE sessions (
    secret_sha256 varchar NOT NULL,
    user_id varchar NOT NULL,
    begun_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    sid_sha256 varchar,
    CONSTRAINT pk_sessions PRIMARY KEY (secret_sha256),
    CONSTRAINT fk_sessions_user_id FOREIGN KEY (user_id) REFERENCES accounts(user_id)
);
CREATE INDEX ix_sessions_sid_sha256 ON sessions (sid_sha256);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE TRIGGER sessions_fixed BEFORE UPDATE ON sessions FOR EACH ROW WHEN ((new.secret_sha256 IS DISTINCT FROM old.secret_sha256) OR (new.user_id IS DISTINCT FROM old.user_id) OR (new.begun_at IS DISTINCT FROM old.begun_at)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sessions_no_truncate BEFORE TRUNCATE ON sessions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE staff_persons (
    person_id varchar NOT NULL,
    user_id varchar NOT NULL,
    added_by varchar NOT NULL,
    added_at timestamptz NOT NULL,
    CONSTRAINT pk_staff_persons PRIMARY KEY (person_id),
    CONSTRAINT fk_staff_persons_person_id FOREIGN KEY (person_id) REFERENCES persons(person_id)
);
CREATE INDEX ix_staff_persons_user_id ON staff_persons (user_id);
CREATE TRIGGER staff_persons_no_update BEFORE UPDATE ON staff_persons FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE template_switches (
    generation_id varchar NOT NULL,
    after_change bigint NOT NULL,
    switched_by varchar NOT NULL,
    switched_at timestamptz NOT NULL,
    CONSTRAINT pk_template_switches PRIMARY KEY (generation_id),
    CONSTRAINT uq_template_switches_after_change UNIQUE (after_change),
    CONSTRAINT fk_template_switches_generation_id FOREIGN KEY (generation_id) REFERENCES template_generations(generation_id)
);
CREATE TRIGGER template_switches_no_delete BEFORE DELETE ON template_switches FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER template_switches_no_truncate BEFORE TRUNCATE ON template_switches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER template_switches_no_update BEFORE UPDATE ON template_switches FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE application_answers (
    answer_id varchar NOT NULL,
    application_id varchar NOT NULL,
    request_id varchar NOT NULL,
    number integer NOT NULL,
    answered_by varchar NOT NULL,
    answered_at timestamptz NOT NULL,
    CONSTRAINT pk_application_answers PRIMARY KEY (answer_id),
    CONSTRAINT uq_application_answers_number UNIQUE (application_id, number),
    CONSTRAINT fk_application_answers_application_id FOREIGN KEY (application_id) REFERENCES applications(application_id)
);
CREATE TRIGGER application_answers_no_delete BEFORE DELETE ON application_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER application_answers_no_truncate BEFORE TRUNCATE ON application_answers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER application_answers_no_update BEFORE UPDATE ON application_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE client_key_revocations (
    client_key_id varchar NOT NULL,
    revoked_at timestamptz NOT NULL,
    CONSTRAINT pk_client_key_revocations PRIMARY KEY (client_key_id),
    CONSTRAINT fk_client_key_revocations_client_key_id FOREIGN KEY (client_key_id) REFERENCES client_keys(client_key_id)
);
CREATE TRIGGER client_key_revocations_no_delete BEFORE DELETE ON client_key_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER client_key_revocations_no_truncate BEFORE TRUNCATE ON client_key_revocations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER client_key_revocations_no_update BEFORE UPDATE ON client_key_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_codings (
    frame_id varchar NOT NULL,
    round integer NOT NULL,
    coded_by varchar NOT NULL,
    coded_at timestamptz NOT NULL,
    left_as_text integer NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_conversion_codings PRIMARY KEY (frame_id, round),
    CONSTRAINT fk_conversion_codings_frame_id FOREIGN KEY (frame_id) REFERENCES conversion_frames(frame_id)
);
CREATE TRIGGER conversion_codings_no_delete BEFORE DELETE ON conversion_codings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_codings_no_truncate BEFORE TRUNCATE ON conversion_codings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_codings_no_update BEFORE UPDATE ON conversion_codings FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_destructions (
    frame_id varchar NOT NULL,
    provision varchar NOT NULL,
    destroyed_by varchar NOT NULL,
    destroyed_at timestamptz NOT NULL,
    CONSTRAINT pk_conversion_destructions PRIMARY KEY (frame_id),
    CONSTRAINT fk_conversion_destructions_frame_id FOREIGN KEY (frame_id) REFERENCES conversion_frames(frame_id)
);
CREATE TRIGGER conversion_destructions_no_delete BEFORE DELETE ON conversion_destructions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_destructions_no_truncate BEFORE TRUNCATE ON conversion_destructions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_destructions_no_update BEFORE UPDATE ON conversion_destructions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_draw_units (
    lot_id varchar NOT NULL,
    round integer NOT NULL,
    draw integer NOT NULL,
    place integer NOT NULL,
    frame_id varchar NOT NULL,
    field varchar NOT NULL,
    error_class varchar NOT NULL,
    is_seeded boolean NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_conversion_draw_units PRIMARY KEY (lot_id, round, draw, place),
    CONSTRAINT fk_conversion_draw_units_draw FOREIGN KEY (lot_id, round, draw) REFERENCES conversion_draws(lot_id, round, draw),
    CONSTRAINT fk_conversion_draw_units_frame_id FOREIGN KEY (frame_id) REFERENCES conversion_frames(frame_id)
);
CREATE TRIGGER conversion_draw_units_no_delete BEFORE DELETE ON conversion_draw_units FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_draw_units_no_truncate BEFORE TRUNCATE ON conversion_draw_units FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_draw_units_no_update BEFORE UPDATE ON conversion_draw_units FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_frame_states (
    frame_id varchar NOT NULL,
    lot_id varchar NOT NULL,
    number integer NOT NULL,
    state varchar NOT NULL,
    round integer NOT NULL,
    CONSTRAINT pk_conversion_frame_states PRIMARY KEY (frame_id),
    CONSTRAINT fk_conversion_frame_states_frame_id FOREIGN KEY (frame_id) REFERENCES conversion_frames(frame_id),
    CONSTRAINT fk_conversion_frame_states_lot_id FOREIGN KEY (lot_id) REFERENCES conversion_lots(lot_id)
);
CREATE INDEX ix_conversion_frame_states_lot_id_state_number ON conversion_frame_states (lot_id, state, number);
CREATE TRIGGER conversion_frame_states_fixed BEFORE UPDATE ON conversion_frame_states FOR EACH ROW WHEN ((new.frame_id IS DISTINCT FROM old.frame_id) OR (new.lot_id IS DISTINCT FROM old.lot_id) OR (new.number IS DISTINCT FROM old.number)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_frame_states_growing BEFORE UPDATE ON conversion_frame_states FOR EACH ROW WHEN (new.round < old.round) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_frame_states_no_delete BEFORE DELETE ON conversion_frame_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_frame_states_no_truncate BEFORE TRUNCATE ON conversion_frame_states FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_keyings (
    frame_id varchar NOT NULL,
    round integer NOT NULL,
    place integer NOT NULL,
    keyed_by varchar NOT NULL,
    keyed_at timestamptz NOT NULL,
    fault varchar NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_conversion_keyings PRIMARY KEY (frame_id, round, place),
    CONSTRAINT uq_conversion_keyings_two_people UNIQUE (frame_id, round, keyed_by),
    CONSTRAINT fk_conversion_keyings_frame_id FOREIGN KEY (frame_id) REFERENCES conversion_frames(frame_id),
    CONSTRAINT ck_conversion_keyings_twice CHECK (place IN (1, 2))
);
CREATE TRIGGER conversion_keyings_no_delete BEFORE DELETE ON conversion_keyings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_keyings_no_truncate BEFORE TRUNCATE ON conversion_keyings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_keyings_no_update BEFORE UPDATE ON conversion_keyings FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_matches (
    frame_id varchar NOT NULL,
    round integer NOT NULL,
    number integer NOT NULL,
    outcome varchar NOT NULL,
    basis varchar NOT NULL,
    search_id varchar NOT NULL,
    link_id varchar,
    person_row bigint,
    other_row bigint,
    candidates integer NOT NULL,
    proposed_by varchar NOT NULL,
    proposed_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_conversion_matches PRIMARY KEY (frame_id, round, number),
    CONSTRAINT fk_conversion_matches_frame_id FOREIGN KEY (frame_id) REFERENCES conversion_frames(frame_id),
    CONSTRAINT fk_conversion_matches_other_row FOREIGN KEY (other_row) REFERENCES persons(person_row),
    CONSTRAINT fk_conversion_matches_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE INDEX ix_conversion_matches_person_row ON conversion_matches (person_row);
CREATE TRIGGER conversion_matches_no_delete BEFORE DELETE ON conversion_matches FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_matches_no_truncate BEFORE TRUNCATE ON conversion_matches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_matches_no_update BEFORE UPDATE ON conversion_matches FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_searches (
    frame_id varchar NOT NULL,
    round integer NOT NULL,
    number integer NOT NULL,
    basis varchar NOT NULL,
    search_id varchar NOT NULL,
    started_by varchar NOT NULL,
    started_at timestamptz NOT NULL,
    CONSTRAINT pk_conversion_searches PRIMARY KEY (frame_id, round, number),
    CONSTRAINT fk_conversion_searches_frame_id FOREIGN KEY (frame_id) REFERENCES conversion_frames(frame_id)
);
CREATE TRIGGER conversion_searches_no_delete BEFORE DELETE ON conversion_searches FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_searches_no_truncate BEFORE TRUNCATE ON conversion_searches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_searches_no_update BEFORE UPDATE ON conversion_searches FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_settlements (
    frame_id varchar NOT NULL,
    round integer NOT NULL,
    settled_by varchar,
    settled_at timestamptz NOT NULL,
    first_keyer varchar NOT NULL,
    second_keyer varchar NOT NULL,
    fault varchar NOT NULL,
    differing varchar NOT NULL,
    overruled_first varchar NOT NULL,
    overruled_second varchar NOT NULL,
    uncoded integer NOT NULL,
    provision varchar NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_conversion_settlements PRIMARY KEY (frame_id, round),
    CONSTRAINT fk_conversion_settlements_frame_id FOREIGN KEY (frame_id) REFERENCES conversion_frames(frame_id),
    CONSTRAINT ck_conversion_settlements_third_person CHECK ((settled_by IS NULL) OR ((settled_by <> first_keyer) AND (settled_by <> second_keyer))),
    CONSTRAINT ck_conversion_settlements_two_keyers CHECK (first_keyer <> second_keyer)
);
CREATE TRIGGER conversion_settlements_no_delete BEFORE DELETE ON conversion_settlements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_settlements_no_truncate BEFORE TRUNCATE ON conversion_settlements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_settlements_no_update BEFORE UPDATE ON conversion_settlements FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_takebacks (
    frame_id varchar NOT NULL,
    round integer NOT NULL,
    version bigint,
    taken_by varchar NOT NULL,
    taken_at timestamptz NOT NULL,
    CONSTRAINT pk_conversion_takebacks PRIMARY KEY (frame_id, round),
    CONSTRAINT fk_conversion_takebacks_frame_id FOREIGN KEY (frame_id) REFERENCES conversion_frames(frame_id)
);
CREATE TRIGGER conversion_takebacks_no_delete BEFORE DELETE ON conversion_takebacks FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_takebacks_no_truncate BEFORE TRUNCATE ON conversion_takebacks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_takebacks_no_update BEFORE UPDATE ON conversion_takebacks FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_writings (
    frame_id varchar NOT NULL,
    round integer NOT NULL,
    record_id varchar NOT NULL,
    person_row bigint NOT NULL,
    version bigint NOT NULL,
    is_new boolean NOT NULL,
    written_by varchar NOT NULL,
    written_at timestamptz NOT NULL,
    CONSTRAINT pk_conversion_writings PRIMARY KEY (frame_id, round),
    CONSTRAINT fk_conversion_writings_frame_id FOREIGN KEY (frame_id) REFERENCES conversion_frames(frame_id),
    CONSTRAINT fk_conversion_writings_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE INDEX ix_conversion_writings_person_row ON conversion_writings (person_row);
CREATE INDEX ix_conversion_writings_record_id ON conversion_writings (record_id);
CREATE TRIGGER conversion_writings_no_delete BEFORE DELETE ON conversion_writings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_writings_no_truncate BEFORE TRUNCATE ON conversion_writings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_writings_no_update BEFORE UPDATE ON conversion_writings FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conviction_versions (
    record_row bigint NOT NULL,
    item_id varchar NOT NULL,
    record_id varchar NOT NULL,
    version bigint NOT NULL,
    change varchar NOT NULL,
    CONSTRAINT pk_conviction_versions PRIMARY KEY (record_row, item_id),
    CONSTRAINT fk_conviction_versions_record_row FOREIGN KEY (record_row) REFERENCES records(record_row)
);
CREATE INDEX ix_conviction_versions_record_id_item_id ON conviction_versions (record_id, item_id);
CREATE TRIGGER conviction_versions_no_delete BEFORE DELETE ON conviction_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conviction_versions_no_truncate BEFORE TRUNCATE ON conviction_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conviction_versions_no_update BEFORE UPDATE ON conviction_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE deletion_captures (
    deletion_id varchar NOT NULL,
    encounter_id varchar NOT NULL,
    CONSTRAINT pk_deletion_captures PRIMARY KEY (deletion_id, encounter_id),
    CONSTRAINT fk_deletion_captures_deletion_id FOREIGN KEY (deletion_id) REFERENCES deletion_cases(deletion_id),
    CONSTRAINT fk_deletion_captures_encounter_id FOREIGN KEY (encounter_id) REFERENCES encounters(encounter_id)
);
CREATE TRIGGER deletion_captures_no_delete BEFORE DELETE ON deletion_captures FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletion_captures_no_truncate BEFORE TRUNCATE ON deletion_captures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletion_captures_no_update BEFORE UPDATE ON deletion_captures FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE deletion_chases (
    deletion_id varchar NOT NULL,
    number integer NOT NULL,
    chased_on date NOT NULL,
    CONSTRAINT pk_deletion_chases PRIMARY KEY (deletion_id, number),
    CONSTRAINT fk_deletion_chases_deletion_id FOREIGN KEY (deletion_id) REFERENCES deletion_cases(deletion_id)
);
CREATE TRIGGER deletion_chases_no_delete BEFORE DELETE ON deletion_chases FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletion_chases_no_truncate BEFORE TRUNCATE ON deletion_chases FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletion_chases_no_update BEFORE UPDATE ON deletion_chases FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE deletion_decisions (
    deletion_id varchar NOT NULL,
    number integer NOT NULL,
    approves_entry boolean NOT NULL,
    approves_prints boolean NOT NULL,
    ground varchar NOT NULL,
    decided_by varchar NOT NULL,
    decided_at timestamptz NOT NULL,
    first_by varchar,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_deletion_decisions PRIMARY KEY (deletion_id, number),
    CONSTRAINT fk_deletion_decisions_deletion_id FOREIGN KEY (deletion_id) REFERENCES deletion_cases(deletion_id),
    CONSTRAINT ck_deletion_decisions_another_officer CHECK ((first_by IS NULL) OR (first_by <> decided_by)),
    CONSTRAINT ck_deletion_decisions_decided_and_reviewed_once CHECK (number IN (1, 2)),
    CONSTRAINT ck_deletion_decisions_review_names_first CHECK ((number = 1) = (first_by IS NULL))
);
CREATE TRIGGER deletion_decisions_no_delete BEFORE DELETE ON deletion_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletion_decisions_no_truncate BEFORE TRUNCATE ON deletion_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletion_decisions_no_update BEFORE UPDATE ON deletion_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE deletions_done (
    deletion_id varchar NOT NULL,
    done_by varchar NOT NULL,
    done_at timestamptz NOT NULL,
    CONSTRAINT pk_deletions_done PRIMARY KEY (deletion_id),
    CONSTRAINT fk_deletions_done_deletion_id FOREIGN KEY (deletion_id) REFERENCES deletion_cases(deletion_id)
);
CREATE TRIGGER deletions_done_no_delete BEFORE DELETE ON deletions_done FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletions_done_no_truncate BEFORE TRUNCATE ON deletions_done FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deletions_done_no_update BEFORE UPDATE ON deletions_done FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE disclosures (
    disclosure_row bigint GENERATED BY DEFAULT AS IDENTITY,
    disclosure_id varchar NOT NULL,
    request_id varchar NOT NULL,
    number integer NOT NULL,
    recipient_kind varchar NOT NULL,
    recipient_code varchar NOT NULL,
    purpose varchar NOT NULL,
    form varchar NOT NULL,
    outcome varchar NOT NULL,
    sent_by varchar NOT NULL,
    sent_at timestamptz NOT NULL,
    person_row bigint,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_disclosures PRIMARY KEY (disclosure_row),
    CONSTRAINT uq_disclosures_disclosure_id UNIQUE (disclosure_id),
    CONSTRAINT fk_disclosures_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT fk_disclosures_request_id_number FOREIGN KEY (request_id, number) REFERENCES request_entries(request_id, number)
);
CREATE INDEX ix_disclosures_person_row ON disclosures (person_row);
CREATE INDEX ix_disclosures_request_id ON disclosures (request_id);
CREATE TRIGGER disclosures_no_delete BEFORE DELETE ON disclosures FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosures_no_truncate BEFORE TRUNCATE ON disclosures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosures_no_update BEFORE UPDATE ON disclosures FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE erasure_confirmations (
    erasure_id varchar NOT NULL,
    asked_by varchar NOT NULL,
    confirmed_by varchar NOT NULL,
    confirmed_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    CONSTRAINT pk_erasure_confirmations PRIMARY KEY (erasure_id),
    CONSTRAINT fk_erasure_confirmations_erasure_id_asked_by FOREIGN KEY (erasure_id, asked_by) REFERENCES erasure_requests(erasure_id, asked_by),
    CONSTRAINT ck_erasure_confirmations_two_people CHECK (confirmed_by <> asked_by)
);
CREATE TRIGGER erasure_confirmations_no_delete BEFORE DELETE ON erasure_confirmations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasure_confirmations_no_truncate BEFORE TRUNCATE ON erasure_confirmations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasure_confirmations_no_update BEFORE UPDATE ON erasure_confirmations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE erasure_ends (
    erasure_id varchar NOT NULL,
    outcome varchar NOT NULL,
    ended_by varchar NOT NULL,
    ended_at timestamptz NOT NULL,
    CONSTRAINT pk_erasure_ends PRIMARY KEY (erasure_id),
    CONSTRAINT fk_erasure_ends_erasure_id FOREIGN KEY (erasure_id) REFERENCES erasure_requests(erasure_id),
    CONSTRAINT ck_erasure_ends_outcome_known CHECK (outcome IN ('called-back', 'carried-out'))
);
CREATE TRIGGER erasure_ends_no_delete BEFORE DELETE ON erasure_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasure_ends_no_truncate BEFORE TRUNCATE ON erasure_ends FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasure_ends_no_update BEFORE UPDATE ON erasure_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_answers (
    answer_id varchar NOT NULL,
    message_id varchar NOT NULL,
    kind varchar(3) NOT NULL,
    fault varchar,
    answered_at timestamptz NOT NULL,
    CONSTRAINT pk_exchange_answers PRIMARY KEY (answer_id),
    CONSTRAINT fk_exchange_answers_message_id FOREIGN KEY (message_id) REFERENCES exchange_messages(message_id)
);
CREATE INDEX ix_exchange_answers_message_id ON exchange_answers (message_id);
CREATE TRIGGER exchange_answers_no_delete BEFORE DELETE ON exchange_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_answers_no_truncate BEFORE TRUNCATE ON exchange_answers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_answers_no_update BEFORE UPDATE ON exchange_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_queue (
    message_row bigint NOT NULL,
    receiver varchar(3) NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    CONSTRAINT pk_exchange_queue PRIMARY KEY (message_row),
    CONSTRAINT fk_exchange_queue_message_row FOREIGN KEY (message_row) REFERENCES exchange_messages(message_row)
);
CREATE INDEX ix_exchange_queue_receiver_message_row ON exchange_queue (receiver, message_row);
CREATE TRIGGER exchange_queue_fixed BEFORE UPDATE ON exchange_queue FOR EACH ROW WHEN ((new.message_row IS DISTINCT FROM old.message_row) OR (new.receiver IS DISTINCT FROM old.receiver)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_queue_growing BEFORE UPDATE ON exchange_queue FOR EACH ROW WHEN (new.attempts < old.attempts) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_queue_no_truncate BEFORE TRUNCATE ON exchange_queue FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_sent (
    message_id varchar NOT NULL,
    sent_at timestamptz NOT NULL,
    CONSTRAINT pk_exchange_sent PRIMARY KEY (message_id),
    CONSTRAINT fk_exchange_sent_message_id FOREIGN KEY (message_id) REFERENCES exchange_messages(message_id)
);
CREATE TRIGGER exchange_sent_no_delete BEFORE DELETE ON exchange_sent FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_sent_no_truncate BEFORE TRUNCATE ON exchange_sent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_sent_no_update BEFORE UPDATE ON exchange_sent FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE exchange_surveys (
    record_row bigint NOT NULL,
    surveyed_at timestamptz NOT NULL,
    CONSTRAINT pk_exchange_surveys PRIMARY KEY (record_row),
    CONSTRAINT fk_exchange_surveys_record_row FOREIGN KEY (record_row) REFERENCES records(record_row)
);
CREATE INDEX ix_exchange_surveys_surveyed_at ON exchange_surveys (surveyed_at);
CREATE TRIGGER exchange_surveys_no_delete BEFORE DELETE ON exchange_surveys FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_surveys_no_truncate BEFORE TRUNCATE ON exchange_surveys FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_surveys_no_update BEFORE UPDATE ON exchange_surveys FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE gallery_cases (
    case_row bigint GENERATED BY DEFAULT AS IDENTITY,
    case_id varchar NOT NULL,
    doubt varchar NOT NULL,
    subject varchar NOT NULL,
    prints varchar NOT NULL,
    person_id varchar NOT NULL,
    other_person_id varchar,
    encounter_id varchar NOT NULL,
    other_encounter_id varchar NOT NULL,
    "position" smallint,
    other_position smallint,
    opened_at timestamptz NOT NULL,
    CONSTRAINT pk_gallery_cases PRIMARY KEY (case_row),
    CONSTRAINT uq_gallery_cases_case_id UNIQUE (case_id),
    CONSTRAINT uq_gallery_cases_doubt_subject_prints UNIQUE (doubt, subject, prints),
    CONSTRAINT fk_gallery_cases_encounter_id FOREIGN KEY (encounter_id) REFERENCES encounters(encounter_id),
    CONSTRAINT fk_gallery_cases_other_encounter_id FOREIGN KEY (other_encounter_id) REFERENCES encounters(encounter_id),
    CONSTRAINT fk_gallery_cases_other_person_id FOREIGN KEY (other_person_id) REFERENCES persons(person_id),
    CONSTRAINT fk_gallery_cases_person_id FOREIGN KEY (person_id) REFERENCES persons(person_id)
);
CREATE TRIGGER gallery_cases_no_delete BEFORE DELETE ON gallery_cases FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER gallery_cases_no_truncate BEFORE TRUNCATE ON gallery_cases FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER gallery_cases_no_update BEFORE UPDATE ON gallery_cases FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE gallery_changes (
    change_seq bigint NOT NULL,
    encounter_row bigint NOT NULL,
    kind smallint NOT NULL,
    CONSTRAINT pk_gallery_changes PRIMARY KEY (change_seq),
    CONSTRAINT fk_gallery_changes_encounter_row FOREIGN KEY (encounter_row) REFERENCES encounters(encounter_row),
    CONSTRAINT ck_gallery_changes_kind_known CHECK ((kind >= 0) AND (kind <= 3))
);
CREATE INDEX ix_gallery_changes_encounter_row ON gallery_changes (encounter_row);
CREATE UNIQUE INDEX uq_gallery_changes_once ON gallery_changes (encounter_row, kind) WHERE (kind < 2);
CREATE TRIGGER gallery_changes_no_delete BEFORE DELETE ON gallery_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER gallery_changes_no_truncate BEFORE TRUNCATE ON gallery_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER gallery_changes_no_update BEFORE UPDATE ON gallery_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE handovers (
    handover_row bigint GENERATED BY DEFAULT AS IDENTITY,
    handover_id varchar NOT NULL,
    application_id varchar NOT NULL,
    request_id varchar NOT NULL,
    source_id varchar NOT NULL,
    name varchar NOT NULL,
    media_type varchar NOT NULL,
    document_sha256 varchar NOT NULL,
    handed_by varchar NOT NULL,
    size_bytes integer NOT NULL,
    handed_at timestamptz NOT NULL,
    last_day date NOT NULL,
    person_row bigint,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_handovers PRIMARY KEY (handover_row),
    CONSTRAINT uq_handovers_handover_id UNIQUE (handover_id),
    CONSTRAINT fk_handovers_application_id FOREIGN KEY (application_id) REFERENCES applications(application_id),
    CONSTRAINT fk_handovers_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE INDEX ix_handovers_application_id ON handovers (application_id);
CREATE INDEX ix_handovers_last_day ON handovers (last_day);
CREATE INDEX ix_handovers_person_row ON handovers (person_row);
CREATE TRIGGER handovers_no_delete BEFORE DELETE ON handovers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handovers_no_truncate BEFORE TRUNCATE ON handovers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handovers_no_update BEFORE UPDATE ON handovers FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE information_answers (
    request_id varchar NOT NULL,
    number integer NOT NULL,
    outcome varchar NOT NULL,
    exemptions varchar NOT NULL,
    matter varchar NOT NULL,
    hours integer NOT NULL,
    answered_on date NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_information_answers PRIMARY KEY (request_id, number),
    CONSTRAINT fk_information_answers_request_id_number FOREIGN KEY (request_id, number) REFERENCES request_entries(request_id, number)
);
CREATE INDEX ix_information_answers_matter ON information_answers (matter);
CREATE TRIGGER information_answers_no_delete BEFORE DELETE ON information_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER information_answers_no_truncate BEFORE TRUNCATE ON information_answers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER information_answers_no_update BEFORE UPDATE ON information_answers FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE live_records (
    record_id varchar NOT NULL,
    person_row bigint NOT NULL,
    record_row bigint NOT NULL,
    CONSTRAINT pk_live_records PRIMARY KEY (record_id),
    CONSTRAINT uq_live_records_person_row UNIQUE (person_row),
    CONSTRAINT uq_live_records_record_row UNIQUE (record_row),
    CONSTRAINT fk_live_records_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT fk_live_records_record_row FOREIGN KEY (record_row) REFERENCES records(record_row)
);
CREATE TRIGGER live_records_fixed BEFORE UPDATE ON live_records FOR EACH ROW WHEN ((new.record_id IS DISTINCT FROM old.record_id) OR (new.person_row IS DISTINCT FROM old.person_row)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER live_records_no_truncate BEFORE TRUNCATE ON live_records FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE merge_confirmations (
    merge_id varchar NOT NULL,
    proposed_by varchar NOT NULL,
    confirmed_by varchar NOT NULL,
    confirmed_at timestamptz NOT NULL,
    CONSTRAINT pk_merge_confirmations PRIMARY KEY (merge_id),
    CONSTRAINT fk_merge_confirmations_merge_id_proposed_by FOREIGN KEY (merge_id, proposed_by) REFERENCES person_merges(merge_id, proposed_by),
    CONSTRAINT ck_merge_confirmations_two_persons CHECK (confirmed_by <> proposed_by)
);
CREATE TRIGGER merge_confirmations_no_delete BEFORE DELETE ON merge_confirmations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER merge_confirmations_no_truncate BEFORE TRUNCATE ON merge_confirmations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER merge_confirmations_no_update BEFORE UPDATE ON merge_confirmations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE open_erasures (
    person_row bigint NOT NULL,
    erasure_id varchar NOT NULL,
    CONSTRAINT pk_open_erasures PRIMARY KEY (person_row),
    CONSTRAINT uq_open_erasures_erasure_id UNIQUE (erasure_id),
    CONSTRAINT fk_open_erasures_erasure_id FOREIGN KEY (erasure_id) REFERENCES erasure_requests(erasure_id),
    CONSTRAINT fk_open_erasures_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE TRIGGER open_erasures_fixed BEFORE UPDATE ON open_erasures FOR EACH ROW WHEN ((new.person_row IS DISTINCT FROM old.person_row) OR (new.erasure_id IS DISTINCT FROM old.erasure_id)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER open_erasures_no_truncate BEFORE TRUNCATE ON open_erasures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE own_answer_removals (
    answer_id varchar NOT NULL,
    place varchar NOT NULL,
    ground varchar NOT NULL,
    CONSTRAINT pk_own_answer_removals PRIMARY KEY (answer_id, place),
    CONSTRAINT fk_own_answer_removals_answer_id FOREIGN KEY (answer_id) REFERENCES own_answers(answer_id)
);
CREATE TRIGGER own_answer_removals_no_delete BEFORE DELETE ON own_answer_removals FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER own_answer_removals_no_truncate BEFORE TRUNCATE ON own_answer_removals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER own_answer_removals_no_update BEFORE UPDATE ON own_answer_removals FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE record_amendments (
    record_row bigint NOT NULL,
    log_size bigint NOT NULL,
    reason varchar NOT NULL,
    source varchar NOT NULL,
    amended_by varchar NOT NULL,
    amended_at timestamptz NOT NULL,
    CONSTRAINT pk_record_amendments PRIMARY KEY (record_row),
    CONSTRAINT fk_record_amendments_record_row FOREIGN KEY (record_row) REFERENCES records(record_row)
);
CREATE INDEX ix_record_amendments_log_size ON record_amendments (log_size);
CREATE TRIGGER record_amendments_no_delete BEFORE DELETE ON record_amendments FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER record_amendments_no_truncate BEFORE TRUNCATE ON record_amendments FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER record_amendments_no_update BEFORE UPDATE ON record_amendments FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE recovery_codes (
    factor_id varchar NOT NULL,
    code_sha256 varchar NOT NULL,
    CONSTRAINT pk_recovery_codes PRIMARY KEY (factor_id, code_sha256),
    CONSTRAINT fk_recovery_codes_factor_id FOREIGN KEY (factor_id) REFERENCES second_factors(factor_id)
);
CREATE TRIGGER recovery_codes_no_delete BEFORE DELETE ON recovery_codes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_codes_no_truncate BEFORE TRUNCATE ON recovery_codes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_codes_no_update BEFORE UPDATE ON recovery_codes FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE referral_replies (
    referral_id varchar NOT NULL,
    request_id varchar NOT NULL,
    verdict varchar NOT NULL,
    answered_by varchar NOT NULL,
    answered_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_referral_replies PRIMARY KEY (referral_id),
    CONSTRAINT fk_referral_replies_referral_id FOREIGN KEY (referral_id) REFERENCES referrals(referral_id),
    CONSTRAINT fk_referral_replies_request_id FOREIGN KEY (request_id) REFERENCES requests(request_id)
);
CREATE INDEX ix_referral_replies_request_id ON referral_replies (request_id);
CREATE TRIGGER referral_replies_no_delete BEFORE DELETE ON referral_replies FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER referral_replies_no_truncate BEFORE TRUNCATE ON referral_replies FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER referral_replies_no_update BEFORE UPDATE ON referral_replies FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE remade_templates (
    remake_id varchar NOT NULL,
    encounter_id varchar NOT NULL,
    generation_id varchar NOT NULL,
    person_row bigint NOT NULL,
    is_kept boolean NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_remade_templates PRIMARY KEY (remake_id),
    CONSTRAINT uq_remade_templates_encounter_id_generation_id UNIQUE (encounter_id, generation_id),
    CONSTRAINT fk_remade_templates_encounter_id FOREIGN KEY (encounter_id) REFERENCES encounters(encounter_id),
    CONSTRAINT fk_remade_templates_generation_id FOREIGN KEY (generation_id) REFERENCES template_generations(generation_id),
    CONSTRAINT fk_remade_templates_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE INDEX ix_remade_templates_generation_id ON remade_templates (generation_id);
CREATE INDEX ix_remade_templates_person_row ON remade_templates (person_row);
CREATE TRIGGER remade_templates_no_delete BEFORE DELETE ON remade_templates FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remade_templates_no_truncate BEFORE TRUNCATE ON remade_templates FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remade_templates_no_update BEFORE UPDATE ON remade_templates FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE request_convictions (
    request_id varchar NOT NULL,
    number integer NOT NULL,
    record_id varchar NOT NULL,
    item_id varchar NOT NULL,
    version bigint NOT NULL,
    verdict varchar NOT NULL,
    standing varchar NOT NULL,
    rule varchar NOT NULL,
    CONSTRAINT pk_request_convictions PRIMARY KEY (request_id, number, record_id, item_id),
    CONSTRAINT fk_request_convictions_request_id_number FOREIGN KEY (request_id, number) REFERENCES request_entries(request_id, number)
);
CREATE TRIGGER request_convictions_no_delete BEFORE DELETE ON request_convictions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER request_convictions_no_truncate BEFORE TRUNCATE ON request_convictions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER request_convictions_no_update BEFORE UPDATE ON request_convictions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE request_identities (
    request_id varchar NOT NULL,
    number integer NOT NULL,
    basis varchar NOT NULL,
    outcome varchar,
    person_row bigint,
    search_id varchar,
    link_id varchar,
    candidates integer NOT NULL,
    CONSTRAINT pk_request_identities PRIMARY KEY (request_id, number),
    CONSTRAINT fk_request_identities_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT fk_request_identities_request_id_number FOREIGN KEY (request_id, number) REFERENCES request_entries(request_id, number)
);
CREATE INDEX ix_request_identities_link_id ON request_identities (link_id);
CREATE INDEX ix_request_identities_person_row ON request_identities (person_row);
CREATE TRIGGER request_identities_no_delete BEFORE DELETE ON request_identities FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER request_identities_no_truncate BEFORE TRUNCATE ON request_identities FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER request_identities_no_update BEFORE UPDATE ON request_identities FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE restricted_persons (
    person_row bigint NOT NULL,
    restriction_id varchar NOT NULL,
    CONSTRAINT pk_restricted_persons PRIMARY KEY (person_row),
    CONSTRAINT fk_restricted_persons_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT fk_restricted_persons_restriction_id FOREIGN KEY (restriction_id) REFERENCES restrictions(restriction_id)
);
CREATE INDEX ix_restricted_persons_restriction_id ON restricted_persons (restriction_id);
CREATE TRIGGER restricted_persons_fixed BEFORE UPDATE ON restricted_persons FOR EACH ROW WHEN ((new.person_row IS DISTINCT FROM old.person_row) OR (new.restriction_id IS DISTINCT FROM old.restriction_id)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER restricted_persons_no_truncate BEFORE TRUNCATE ON restricted_persons FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE restriction_ends (
    restriction_id varchar NOT NULL,
    told_on date NOT NULL,
    lifted_by varchar NOT NULL,
    lifted_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_restriction_ends PRIMARY KEY (restriction_id),
    CONSTRAINT fk_restriction_ends_restriction_id FOREIGN KEY (restriction_id) REFERENCES restrictions(restriction_id)
);
CREATE TRIGGER restriction_ends_no_delete BEFORE DELETE ON restriction_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER restriction_ends_no_truncate BEFORE TRUNCATE ON restriction_ends FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER restriction_ends_no_update BEFORE UPDATE ON restriction_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE retention_proposals (
    request_id varchar NOT NULL,
    number integer NOT NULL,
    decision varchar NOT NULL,
    ground varchar NOT NULL,
    next_on date,
    versions varchar NOT NULL,
    CONSTRAINT pk_retention_proposals PRIMARY KEY (request_id, number),
    CONSTRAINT fk_retention_proposals_request_id_number FOREIGN KEY (request_id, number) REFERENCES request_entries(request_id, number)
);
CREATE TRIGGER retention_proposals_no_delete BEFORE DELETE ON retention_proposals FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_proposals_no_truncate BEFORE TRUNCATE ON retention_proposals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_proposals_no_update BEFORE UPDATE ON retention_proposals FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE retention_settlements (
    settlement_id varchar NOT NULL,
    plan_id varchar NOT NULL,
    person_row bigint NOT NULL,
    outcome varchar NOT NULL,
    erasure_id varchar,
    settled_at timestamptz NOT NULL,
    CONSTRAINT pk_retention_settlements PRIMARY KEY (settlement_id),
    CONSTRAINT uq_retention_settlements_once UNIQUE (plan_id, person_row),
    CONSTRAINT fk_retention_settlements_erasure_id FOREIGN KEY (erasure_id) REFERENCES erasure_requests(erasure_id),
    CONSTRAINT fk_retention_settlements_line FOREIGN KEY (plan_id, person_row) REFERENCES retention_plan_lines(plan_id, person_row)
);
CREATE TRIGGER retention_settlements_no_delete BEFORE DELETE ON retention_settlements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_settlements_no_truncate BEFORE TRUNCATE ON retention_settlements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_settlements_no_update BEFORE UPDATE ON retention_settlements FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE searches (
    search_row bigint GENERATED BY DEFAULT AS IDENTITY,
    search_id varchar NOT NULL,
    search_type varchar NOT NULL,
    force varchar(2) NOT NULL,
    submitted_by varchar NOT NULL,
    on_behalf_of varchar NOT NULL,
    purpose varchar NOT NULL,
    submitted_at timestamptz NOT NULL,
    model_name varchar NOT NULL,
    model_version varchar NOT NULL,
    model_digest varchar NOT NULL,
    index_generation bigint NOT NULL,
    index_digest varchar NOT NULL,
    configuration_digest varchar NOT NULL,
    code_version varchar NOT NULL,
    encounter_id varchar,
    payload_id bigint NOT NULL,
    index_cursor bigint DEFAULT '0' NOT NULL,
    gallery_size bigint DEFAULT '0' NOT NULL,
    thresholds varchar DEFAULT '' NOT NULL,
    arithmetic varchar DEFAULT '' NOT NULL,
    probe_commitment varchar DEFAULT '' NOT NULL,
    blinding varchar,
    CONSTRAINT pk_searches PRIMARY KEY (search_row),
    CONSTRAINT uq_searches_search_id UNIQUE (search_id),
    CONSTRAINT fk_searches_encounter_id FOREIGN KEY (encounter_id) REFERENCES encounters(encounter_id)
);
CREATE INDEX ix_searches_encounter_id ON searches (encounter_id);
CREATE INDEX ix_searches_force_search_row ON searches (force, search_row);
ALTER TABLE searches ENABLE ROW LEVEL SECURITY;
ALTER TABLE searches FORCE ROW LEVEL SECURITY;
CREATE POLICY own_force ON searches USING ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force)) WITH CHECK ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force));
CREATE TRIGGER searches_no_delete BEFORE DELETE ON searches FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER searches_no_truncate BEFORE TRUNCATE ON searches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER searches_no_update BEFORE UPDATE ON searches FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE second_factor_removals (
    factor_id varchar NOT NULL,
    removed_at timestamptz NOT NULL,
    CONSTRAINT pk_second_factor_removals PRIMARY KEY (factor_id),
    CONSTRAINT fk_second_factor_removals_factor_id FOREIGN KEY (factor_id) REFERENCES second_factors(factor_id)
);
CREATE TRIGGER second_factor_removals_no_delete BEFORE DELETE ON second_factor_removals FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER second_factor_removals_no_truncate BEFORE TRUNCATE ON second_factor_removals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER second_factor_removals_no_update BEFORE UPDATE ON second_factor_removals FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE second_factor_uses (
    use_id varchar NOT NULL,
    factor_id varchar NOT NULL,
    used_at timestamptz NOT NULL,
    counter bigint,
    CONSTRAINT pk_second_factor_uses PRIMARY KEY (use_id),
    CONSTRAINT fk_second_factor_uses_factor_id FOREIGN KEY (factor_id) REFERENCES second_factors(factor_id)
);
CREATE INDEX ix_second_factor_uses_factor_id ON second_factor_uses (factor_id);
CREATE TRIGGER second_factor_uses_no_delete BEFORE DELETE ON second_factor_uses FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER second_factor_uses_no_truncate BEFORE TRUNCATE ON second_factor_uses FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER second_factor_uses_no_update BEFORE UPDATE ON second_factor_uses FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE tokens (
    token_id varchar NOT NULL,
    secret_sha256 varchar NOT NULL,
    user_id varchar NOT NULL,
    role varchar NOT NULL,
    force varchar(2),
    scopes varchar NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    client_key_id varchar,
    CONSTRAINT pk_tokens PRIMARY KEY (token_id),
    CONSTRAINT uq_tokens_secret_sha256 UNIQUE (secret_sha256),
    CONSTRAINT tokens_client_key_id_fkey FOREIGN KEY (client_key_id) REFERENCES client_keys(client_key_id)
);
CREATE TRIGGER tokens_no_delete BEFORE DELETE ON tokens FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tokens_no_truncate BEFORE TRUNCATE ON tokens FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tokens_no_update BEFORE UPDATE ON tokens FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE candidates (
    candidate_id varchar NOT NULL,
    search_id varchar NOT NULL,
    person_id varchar NOT NULL,
    record_id varchar,
    encounter_id varchar,
    rank integer NOT NULL,
    posterior double precision NOT NULL,
    band varchar NOT NULL,
    payload_id bigint NOT NULL,
    record_version bigint,
    total_millibits bigint DEFAULT '0' NOT NULL,
    CONSTRAINT pk_candidates PRIMARY KEY (candidate_id),
    CONSTRAINT uq_candidates_search_id_candidate_id UNIQUE (search_id, candidate_id),
    CONSTRAINT uq_candidates_search_id_rank UNIQUE (search_id, rank),
    CONSTRAINT fk_candidates_encounter_id FOREIGN KEY (encounter_id) REFERENCES encounters(encounter_id),
    CONSTRAINT fk_candidates_person_id FOREIGN KEY (person_id) REFERENCES persons(person_id),
    CONSTRAINT fk_candidates_search_id FOREIGN KEY (search_id) REFERENCES searches(search_id),
    CONSTRAINT ck_candidates_rank_from_one CHECK (rank >= 1)
);
CREATE INDEX ix_candidates_person_id ON candidates (person_id);
CREATE TRIGGER candidates_no_delete BEFORE DELETE ON candidates FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER candidates_no_truncate BEFORE TRUNCATE ON candidates FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER candidates_no_update BEFORE UPDATE ON candidates FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE capture_sources (
    encounter_id varchar NOT NULL,
    search_id varchar NOT NULL,
    CONSTRAINT pk_capture_sources PRIMARY KEY (encounter_id),
    CONSTRAINT fk_capture_sources_encounter_id FOREIGN KEY (encounter_id) REFERENCES encounters(encounter_id),
    CONSTRAINT fk_capture_sources_search_id FOREIGN KEY (search_id) REFERENCES searches(search_id)
);
CREATE TRIGGER capture_sources_no_delete BEFORE DELETE ON capture_sources FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_sources_no_truncate BEFORE TRUNCATE ON capture_sources FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER capture_sources_no_update BEFORE UPDATE ON capture_sources FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE cases (
    case_row bigint GENERATED BY DEFAULT AS IDENTITY,
    case_id varchar NOT NULL,
    search_id varchar NOT NULL,
    force varchar(2) NOT NULL,
    activity varchar NOT NULL,
    state varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    revision varchar NOT NULL,
    claimed_by varchar,
    priority varchar DEFAULT 'routine' NOT NULL,
    ready_at timestamptz DEFAULT '1970-01-01 00:00:00+00' NOT NULL,
    CONSTRAINT pk_cases PRIMARY KEY (case_row),
    CONSTRAINT uq_cases_case_id UNIQUE (case_id),
    CONSTRAINT uq_cases_case_id_search_id UNIQUE (case_id, search_id),
    CONSTRAINT uq_cases_search_id UNIQUE (search_id),
    CONSTRAINT fk_cases_search_id FOREIGN KEY (search_id) REFERENCES searches(search_id),
    CONSTRAINT ck_cases_state_known CHECK (state IN ('waiting', 'verifying', 'differing', 'linked', 'not linked'))
);
CREATE INDEX ix_cases_claimed_by ON cases (claimed_by) WHERE (claimed_by IS NOT NULL);
CREATE INDEX ix_cases_control ON cases (case_row) WHERE (force = '00');
CREATE INDEX ix_cases_queue ON cases (state, priority, activity, ready_at, case_row);
CREATE INDEX ix_cases_revision ON cases (revision);
CREATE INDEX ix_cases_state_case_row ON cases (state, case_row);
CREATE TRIGGER cases_fixed BEFORE UPDATE ON cases FOR EACH ROW WHEN ((new.case_row IS DISTINCT FROM old.case_row) OR (new.case_id IS DISTINCT FROM old.case_id) OR (new.search_id IS DISTINCT FROM old.search_id) OR (new.force IS DISTINCT FROM old.force) OR (new.activity IS DISTINCT FROM old.activity) OR (new.opened_at IS DISTINCT FROM old.opened_at)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cases_no_truncate BEFORE TRUNCATE ON cases FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE certificates (
    certificate_row bigint GENERATED BY DEFAULT AS IDENTITY,
    certificate_id varchar NOT NULL,
    number varchar NOT NULL,
    kind varchar NOT NULL,
    disclosure_id varchar NOT NULL,
    outcome varchar NOT NULL,
    basis varchar NOT NULL,
    rule varchar NOT NULL,
    code_digest varchar NOT NULL,
    status_list integer NOT NULL,
    status_index integer NOT NULL,
    key varchar NOT NULL,
    document_sha256 varchar NOT NULL,
    issued_by varchar NOT NULL,
    issued_at timestamptz NOT NULL,
    person_row bigint,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_certificates PRIMARY KEY (certificate_row),
    CONSTRAINT uq_certificates_certificate_id UNIQUE (certificate_id),
    CONSTRAINT uq_certificates_code_digest UNIQUE (code_digest),
    CONSTRAINT uq_certificates_disclosure_id UNIQUE (disclosure_id),
    CONSTRAINT uq_certificates_number UNIQUE (number),
    CONSTRAINT uq_certificates_status UNIQUE (status_list, status_index),
    CONSTRAINT fk_certificates_disclosure_id FOREIGN KEY (disclosure_id) REFERENCES disclosures(disclosure_id),
    CONSTRAINT fk_certificates_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificates_no_truncate BEFORE TRUNCATE ON certificates FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_match_readings (
    frame_id varchar NOT NULL,
    round integer NOT NULL,
    number integer NOT NULL,
    agrees boolean NOT NULL,
    proposed_by varchar NOT NULL,
    read_by varchar NOT NULL,
    read_at timestamptz NOT NULL,
    link_id varchar,
    CONSTRAINT pk_conversion_match_readings PRIMARY KEY (frame_id, round, number),
    CONSTRAINT fk_conversion_match_readings_match FOREIGN KEY (frame_id, round, number) REFERENCES conversion_matches(frame_id, round, number),
    CONSTRAINT ck_conversion_match_readings_two_people CHECK ((link_id IS NOT NULL) OR (read_by <> proposed_by))
);
CREATE TRIGGER conversion_match_readings_no_delete BEFORE DELETE ON conversion_match_readings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_match_readings_no_truncate BEFORE TRUNCATE ON conversion_match_readings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_match_readings_no_update BEFORE UPDATE ON conversion_match_readings FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_unit_readings (
    lot_id varchar NOT NULL,
    round integer NOT NULL,
    draw integer NOT NULL,
    place integer NOT NULL,
    is_right boolean NOT NULL,
    read_by varchar NOT NULL,
    read_at timestamptz NOT NULL,
    CONSTRAINT pk_conversion_unit_readings PRIMARY KEY (lot_id, round, draw, place),
    CONSTRAINT fk_conversion_unit_readings_unit FOREIGN KEY (lot_id, round, draw, place) REFERENCES conversion_draw_units(lot_id, round, draw, place)
);
CREATE TRIGGER conversion_unit_readings_no_delete BEFORE DELETE ON conversion_unit_readings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_unit_readings_no_truncate BEFORE TRUNCATE ON conversion_unit_readings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_unit_readings_no_update BEFORE UPDATE ON conversion_unit_readings FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE conversion_written_items (
    frame_id varchar NOT NULL,
    round integer NOT NULL,
    item_id varchar NOT NULL,
    is_second_source boolean NOT NULL,
    CONSTRAINT pk_conversion_written_items PRIMARY KEY (frame_id, round, item_id),
    CONSTRAINT fk_conversion_written_items_writing FOREIGN KEY (frame_id, round) REFERENCES conversion_writings(frame_id, round)
);
CREATE TRIGGER conversion_written_items_no_delete BEFORE DELETE ON conversion_written_items FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_written_items_no_truncate BEFORE TRUNCATE ON conversion_written_items FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER conversion_written_items_no_update BEFORE UPDATE ON conversion_written_items FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE deleted_captures (
    encounter_row bigint NOT NULL,
    deletion_id varchar NOT NULL,
    CONSTRAINT pk_deleted_captures PRIMARY KEY (encounter_row),
    CONSTRAINT fk_deleted_captures_deletion_id FOREIGN KEY (deletion_id) REFERENCES deletions_done(deletion_id),
    CONSTRAINT fk_deleted_captures_encounter_row FOREIGN KEY (encounter_row) REFERENCES encounters(encounter_row)
);
CREATE INDEX ix_deleted_captures_deletion_id ON deleted_captures (deletion_id);
CREATE TRIGGER deleted_captures_no_delete BEFORE DELETE ON deleted_captures FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deleted_captures_no_truncate BEFORE TRUNCATE ON deleted_captures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deleted_captures_no_update BEFORE UPDATE ON deleted_captures FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE deleted_versions (
    record_row bigint NOT NULL,
    deletion_id varchar NOT NULL,
    CONSTRAINT pk_deleted_versions PRIMARY KEY (record_row),
    CONSTRAINT fk_deleted_versions_deletion_id FOREIGN KEY (deletion_id) REFERENCES deletions_done(deletion_id),
    CONSTRAINT fk_deleted_versions_record_row FOREIGN KEY (record_row) REFERENCES records(record_row)
);
CREATE INDEX ix_deleted_versions_deletion_id ON deleted_versions (deletion_id);
CREATE TRIGGER deleted_versions_no_delete BEFORE DELETE ON deleted_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deleted_versions_no_truncate BEFORE TRUNCATE ON deleted_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deleted_versions_no_update BEFORE UPDATE ON deleted_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE disclosure_acknowledgements (
    disclosure_id varchar NOT NULL,
    acknowledged_by varchar NOT NULL,
    acknowledged_at timestamptz NOT NULL,
    CONSTRAINT pk_disclosure_acknowledgements PRIMARY KEY (disclosure_id),
    CONSTRAINT fk_disclosure_acknowledgements_disclosure_id FOREIGN KEY (disclosure_id) REFERENCES disclosures(disclosure_id)
);
CREATE TRIGGER disclosure_acknowledgements_no_delete BEFORE DELETE ON disclosure_acknowledgements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosure_acknowledgements_no_truncate BEFORE TRUNCATE ON disclosure_acknowledgements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosure_acknowledgements_no_update BEFORE UPDATE ON disclosure_acknowledgements FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE disclosure_items (
    disclosure_id varchar NOT NULL,
    record_id varchar NOT NULL,
    item_id varchar NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_disclosure_items PRIMARY KEY (disclosure_id, record_id, item_id),
    CONSTRAINT fk_disclosure_items_disclosure_id FOREIGN KEY (disclosure_id) REFERENCES disclosures(disclosure_id)
);
CREATE INDEX ix_disclosure_items_record_id_item_id ON disclosure_items (record_id, item_id);
CREATE TRIGGER disclosure_items_no_delete BEFORE DELETE ON disclosure_items FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosure_items_no_truncate BEFORE TRUNCATE ON disclosure_items FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosure_items_no_update BEFORE UPDATE ON disclosure_items FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE disclosure_notices (
    notice_row bigint GENERATED BY DEFAULT AS IDENTITY,
    notice_id varchar NOT NULL,
    disclosure_id varchar NOT NULL,
    kind varchar NOT NULL,
    about varchar NOT NULL,
    version bigint NOT NULL,
    given_on date NOT NULL,
    CONSTRAINT pk_disclosure_notices PRIMARY KEY (notice_row),
    CONSTRAINT uq_disclosure_notices_notice_id UNIQUE (notice_id),
    CONSTRAINT uq_disclosure_notices_once UNIQUE (disclosure_id, kind, about, version),
    CONSTRAINT fk_disclosure_notices_disclosure_id FOREIGN KEY (disclosure_id) REFERENCES disclosures(disclosure_id)
);
CREATE TRIGGER disclosure_notices_no_delete BEFORE DELETE ON disclosure_notices FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosure_notices_no_truncate BEFORE TRUNCATE ON disclosure_notices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosure_notices_no_update BEFORE UPDATE ON disclosure_notices FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE encounter_successors (
    encounter_row bigint NOT NULL,
    successor_row bigint NOT NULL,
    merge_id varchar NOT NULL,
    CONSTRAINT pk_encounter_successors PRIMARY KEY (encounter_row),
    CONSTRAINT uq_encounter_successors_successor_row UNIQUE (successor_row),
    CONSTRAINT fk_encounter_successors_encounter_row FOREIGN KEY (encounter_row) REFERENCES encounters(encounter_row),
    CONSTRAINT fk_encounter_successors_merge_id FOREIGN KEY (merge_id) REFERENCES merge_confirmations(merge_id),
    CONSTRAINT fk_encounter_successors_successor_row FOREIGN KEY (successor_row) REFERENCES encounters(encounter_row)
);
CREATE INDEX ix_encounter_successors_merge_id ON encounter_successors (merge_id);
CREATE TRIGGER encounter_successors_no_delete BEFORE DELETE ON encounter_successors FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER encounter_successors_no_truncate BEFORE TRUNCATE ON encounter_successors FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER encounter_successors_no_update BEFORE UPDATE ON encounter_successors FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE gallery_conclusions (
    case_id varchar NOT NULL,
    outcome varchar NOT NULL,
    merge_id varchar,
    concluded_by varchar NOT NULL,
    concluded_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_gallery_conclusions PRIMARY KEY (case_id),
    CONSTRAINT fk_gallery_conclusions_case_id FOREIGN KEY (case_id) REFERENCES gallery_cases(case_id),
    CONSTRAINT fk_gallery_conclusions_merge_id FOREIGN KEY (merge_id) REFERENCES person_merges(merge_id)
);
CREATE TRIGGER gallery_conclusions_no_delete BEFORE DELETE ON gallery_conclusions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER gallery_conclusions_no_truncate BEFORE TRUNCATE ON gallery_conclusions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER gallery_conclusions_no_update BEFORE UPDATE ON gallery_conclusions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE handover_fetches (
    fetch_id varchar NOT NULL,
    handover_id varchar NOT NULL,
    number integer NOT NULL,
    fetched_by varchar NOT NULL,
    fetched_at timestamptz NOT NULL,
    CONSTRAINT pk_handover_fetches PRIMARY KEY (fetch_id),
    CONSTRAINT uq_handover_fetches_number UNIQUE (handover_id, number),
    CONSTRAINT fk_handover_fetches_handover_id FOREIGN KEY (handover_id) REFERENCES handovers(handover_id)
);
CREATE TRIGGER handover_fetches_no_delete BEFORE DELETE ON handover_fetches FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handover_fetches_no_truncate BEFORE TRUNCATE ON handover_fetches FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handover_fetches_no_update BEFORE UPDATE ON handover_fetches FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE merged_persons (
    absorbed_row bigint NOT NULL,
    surviving_row bigint NOT NULL,
    merge_id varchar NOT NULL,
    CONSTRAINT pk_merged_persons PRIMARY KEY (absorbed_row),
    CONSTRAINT fk_merged_persons_absorbed_row FOREIGN KEY (absorbed_row) REFERENCES persons(person_row),
    CONSTRAINT fk_merged_persons_merge_id FOREIGN KEY (merge_id) REFERENCES merge_confirmations(merge_id),
    CONSTRAINT fk_merged_persons_surviving_row FOREIGN KEY (surviving_row) REFERENCES persons(person_row),
    CONSTRAINT ck_merged_persons_two_rows CHECK (surviving_row <> absorbed_row)
);
CREATE INDEX ix_merged_persons_surviving_row ON merged_persons (surviving_row);
CREATE TRIGGER merged_persons_fixed BEFORE UPDATE ON merged_persons FOR EACH ROW WHEN ((new.absorbed_row IS DISTINCT FROM old.absorbed_row) OR (new.surviving_row IS DISTINCT FROM old.surviving_row) OR (new.merge_id IS DISTINCT FROM old.merge_id)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER merged_persons_no_truncate BEFORE TRUNCATE ON merged_persons FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE print_purges (
    settlement_id varchar NOT NULL,
    due_at timestamptz NOT NULL,
    CONSTRAINT pk_print_purges PRIMARY KEY (settlement_id),
    CONSTRAINT fk_print_purges_settlement_id FOREIGN KEY (settlement_id) REFERENCES retention_settlements(settlement_id)
);
CREATE INDEX ix_print_purges_due_at ON print_purges (due_at);
CREATE TRIGGER print_purges_no_delete BEFORE DELETE ON print_purges FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER print_purges_no_truncate BEFORE TRUNCATE ON print_purges FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER print_purges_no_update BEFORE UPDATE ON print_purges FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE probe_sketches (
    search_id varchar NOT NULL,
    force varchar(2) NOT NULL,
    at timestamptz NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT pk_probe_sketches PRIMARY KEY (search_id),
    CONSTRAINT fk_probe_sketches_search_id FOREIGN KEY (search_id) REFERENCES searches(search_id)
);
ALTER TABLE probe_sketches ALTER COLUMN body SET STATISTICS 0;
CREATE INDEX ix_probe_sketches_at ON probe_sketches (at);
CREATE INDEX ix_probe_sketches_force_at ON probe_sketches (force, at);
ALTER TABLE probe_sketches ENABLE ROW LEVEL SECURITY;
ALTER TABLE probe_sketches FORCE ROW LEVEL SECURITY;
CREATE POLICY own_force ON probe_sketches USING ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force)) WITH CHECK ((current_setting('identlink.force', true) = '*') OR (current_setting('identlink.force', true) = force));
CREATE TRIGGER probe_sketches_no_update BEFORE UPDATE ON probe_sketches FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE rehearsal_doubts (
    rehearsal_id varchar NOT NULL,
    case_id varchar NOT NULL,
    kind varchar NOT NULL,
    step integer NOT NULL,
    searches integer NOT NULL,
    CONSTRAINT pk_rehearsal_doubts PRIMARY KEY (rehearsal_id, case_id, kind, step),
    CONSTRAINT fk_rehearsal_doubts_case_id FOREIGN KEY (case_id) REFERENCES gallery_cases(case_id),
    CONSTRAINT fk_rehearsal_doubts_rehearsal_id FOREIGN KEY (rehearsal_id) REFERENCES rehearsals(rehearsal_id)
);
CREATE TRIGGER rehearsal_doubts_no_delete BEFORE DELETE ON rehearsal_doubts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rehearsal_doubts_no_truncate BEFORE TRUNCATE ON rehearsal_doubts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rehearsal_doubts_no_update BEFORE UPDATE ON rehearsal_doubts FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE remade_minutiae (
    remake_id varchar NOT NULL,
    "position" integer NOT NULL,
    person_row bigint NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_remade_minutiae PRIMARY KEY (remake_id, "position"),
    CONSTRAINT fk_remade_minutiae_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row),
    CONSTRAINT fk_remade_minutiae_remake_id FOREIGN KEY (remake_id) REFERENCES remade_templates(remake_id)
);
CREATE INDEX ix_remade_minutiae_person_row ON remade_minutiae (person_row);
CREATE TRIGGER remade_minutiae_no_delete BEFORE DELETE ON remade_minutiae FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remade_minutiae_no_truncate BEFORE TRUNCATE ON remade_minutiae FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER remade_minutiae_no_update BEFORE UPDATE ON remade_minutiae FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE token_revocations (
    token_id varchar NOT NULL,
    revoked_at timestamptz NOT NULL,
    CONSTRAINT pk_token_revocations PRIMARY KEY (token_id),
    CONSTRAINT fk_token_revocations_token_id FOREIGN KEY (token_id) REFERENCES tokens(token_id)
);
CREATE TRIGGER token_revocations_no_delete BEFORE DELETE ON token_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER token_revocations_no_truncate BEFORE TRUNCATE ON token_revocations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER token_revocations_no_update BEFORE UPDATE ON token_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE withheld_persons (
    person_row bigint NOT NULL,
    erasure_id varchar NOT NULL,
    CONSTRAINT pk_withheld_persons PRIMARY KEY (person_row),
    CONSTRAINT fk_withheld_persons_erasure_id FOREIGN KEY (erasure_id) REFERENCES erasure_confirmations(erasure_id),
    CONSTRAINT fk_withheld_persons_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE TRIGGER withheld_persons_fixed BEFORE UPDATE ON withheld_persons FOR EACH ROW WHEN ((new.person_row IS DISTINCT FROM old.person_row) OR (new.erasure_id IS DISTINCT FROM old.erasure_id)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER withheld_persons_no_truncate BEFORE TRUNCATE ON withheld_persons FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE analyses (
    case_id varchar NOT NULL,
    examiner varchar NOT NULL,
    is_of_value boolean NOT NULL,
    sealed_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    markup_id bigint,
    CONSTRAINT pk_analyses PRIMARY KEY (case_id, examiner),
    CONSTRAINT fk_analyses_case_id FOREIGN KEY (case_id) REFERENCES cases(case_id)
);
CREATE TRIGGER analyses_no_delete BEFORE DELETE ON analyses FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER analyses_no_truncate BEFORE TRUNCATE ON analyses FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER analyses_no_update BEFORE UPDATE ON analyses FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE certificate_people (
    certificate_id varchar NOT NULL,
    person_row bigint NOT NULL,
    CONSTRAINT pk_certificate_people PRIMARY KEY (certificate_id, person_row),
    CONSTRAINT fk_certificate_people_certificate_id FOREIGN KEY (certificate_id) REFERENCES certificates(certificate_id),
    CONSTRAINT fk_certificate_people_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE INDEX ix_certificate_people_person_row ON certificate_people (person_row);
CREATE TRIGGER certificate_people_no_delete BEFORE DELETE ON certificate_people FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_people_no_truncate BEFORE TRUNCATE ON certificate_people FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_people_no_update BEFORE UPDATE ON certificate_people FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE certificate_records (
    certificate_id varchar NOT NULL,
    record_id varchar NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_certificate_records PRIMARY KEY (certificate_id, record_id),
    CONSTRAINT fk_certificate_records_certificate_id FOREIGN KEY (certificate_id) REFERENCES certificates(certificate_id)
);
CREATE TRIGGER certificate_records_no_delete BEFORE DELETE ON certificate_records FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_records_no_truncate BEFORE TRUNCATE ON certificate_records FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_records_no_update BEFORE UPDATE ON certificate_records FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE certificate_revocations (
    certificate_id varchar NOT NULL,
    ground varchar NOT NULL,
    revoked_by varchar NOT NULL,
    revoked_at timestamptz NOT NULL,
    person_row bigint,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_certificate_revocations PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificate_revocations_certificate_id FOREIGN KEY (certificate_id) REFERENCES certificates(certificate_id),
    CONSTRAINT fk_certificate_revocations_person_row FOREIGN KEY (person_row) REFERENCES persons(person_row)
);
CREATE TRIGGER certificate_revocations_no_delete BEFORE DELETE ON certificate_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_revocations_no_truncate BEFORE TRUNCATE ON certificate_revocations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_revocations_no_update BEFORE UPDATE ON certificate_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE comparisons (
    comparison_row bigint GENERATED BY DEFAULT AS IDENTITY,
    case_id varchar NOT NULL,
    examiner varchar NOT NULL,
    label varchar NOT NULL,
    candidate_id varchar NOT NULL,
    outcome varchar NOT NULL,
    sealed_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    fingers_compared varchar,
    fingers_identified varchar,
    policy_version integer,
    points_marked integer,
    points_added integer,
    CONSTRAINT pk_comparisons PRIMARY KEY (comparison_row),
    CONSTRAINT uq_comparisons_case_id_examiner_candidate_id UNIQUE (case_id, examiner, candidate_id),
    CONSTRAINT uq_comparisons_case_id_examiner_label UNIQUE (case_id, examiner, label),
    CONSTRAINT fk_comparisons_candidate_id FOREIGN KEY (candidate_id) REFERENCES candidates(candidate_id),
    CONSTRAINT fk_comparisons_case_id FOREIGN KEY (case_id) REFERENCES cases(case_id),
    CONSTRAINT ck_comparisons_outcome_known CHECK (outcome IN ('identified', 'excluded', 'inconclusive', 'insufficient'))
);
CREATE INDEX ix_comparisons_candidate_id ON comparisons (candidate_id);
CREATE TRIGGER comparisons_no_delete BEFORE DELETE ON comparisons FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER comparisons_no_truncate BEFORE TRUNCATE ON comparisons FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER comparisons_no_update BEFORE UPDATE ON comparisons FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE decisions (
    decision_row bigint GENERATED BY DEFAULT AS IDENTITY,
    decision_id varchar NOT NULL,
    case_id varchar NOT NULL,
    decided_by varchar NOT NULL,
    kind varchar NOT NULL,
    outcome varchar NOT NULL,
    candidate_id varchar,
    sealed_at timestamptz NOT NULL,
    shuffle_seed bigint NOT NULL,
    payload_id bigint NOT NULL,
    fingers_compared varchar,
    fingers_identified varchar,
    CONSTRAINT pk_decisions PRIMARY KEY (decision_row),
    CONSTRAINT uq_decisions_case_id_decided_by UNIQUE (case_id, decided_by),
    CONSTRAINT uq_decisions_case_id_decision_id_decided_by UNIQUE (case_id, decision_id, decided_by),
    CONSTRAINT uq_decisions_case_id_decision_id_decided_by_candidate_id UNIQUE (case_id, decision_id, decided_by, candidate_id),
    CONSTRAINT uq_decisions_decision_id UNIQUE (decision_id),
    CONSTRAINT fk_decisions_candidate_id FOREIGN KEY (candidate_id) REFERENCES candidates(candidate_id),
    CONSTRAINT fk_decisions_case_id FOREIGN KEY (case_id) REFERENCES cases(case_id),
    CONSTRAINT ck_decisions_candidate_if_identified CHECK ((outcome = 'identified') = (candidate_id IS NOT NULL)),
    CONSTRAINT ck_decisions_kind_known CHECK (kind IN ('examination', 'resolution')),
    CONSTRAINT ck_decisions_outcome_known CHECK (outcome IN ('identified', 'excluded', 'inconclusive', 'insufficient'))
);
CREATE INDEX ix_decisions_decided_by_decision_row ON decisions (decided_by, decision_row);
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decisions_no_truncate BEFORE TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE examinations (
    case_id varchar NOT NULL,
    examiner varchar NOT NULL,
    shuffle_seed bigint NOT NULL,
    begun_at timestamptz NOT NULL,
    CONSTRAINT pk_examinations PRIMARY KEY (case_id, examiner),
    CONSTRAINT fk_examinations_case_id FOREIGN KEY (case_id) REFERENCES cases(case_id)
);
CREATE TRIGGER examinations_no_delete BEFORE DELETE ON examinations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER examinations_no_truncate BEFORE TRUNCATE ON examinations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER examinations_no_update BEFORE UPDATE ON examinations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE notice_acknowledgements (
    notice_id varchar NOT NULL,
    acknowledged_by varchar NOT NULL,
    acknowledged_at timestamptz NOT NULL,
    CONSTRAINT pk_notice_acknowledgements PRIMARY KEY (notice_id),
    CONSTRAINT fk_notice_acknowledgements_notice_id FOREIGN KEY (notice_id) REFERENCES disclosure_notices(notice_id)
);
CREATE TRIGGER notice_acknowledgements_no_delete BEFORE DELETE ON notice_acknowledgements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_acknowledgements_no_truncate BEFORE TRUNCATE ON notice_acknowledgements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_acknowledgements_no_update BEFORE UPDATE ON notice_acknowledgements FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE print_purge_ends (
    settlement_id varchar NOT NULL,
    outcome varchar NOT NULL,
    ended_by varchar NOT NULL,
    ended_at timestamptz NOT NULL,
    CONSTRAINT pk_print_purge_ends PRIMARY KEY (settlement_id),
    CONSTRAINT fk_print_purge_ends_settlement_id FOREIGN KEY (settlement_id) REFERENCES print_purges(settlement_id),
    CONSTRAINT ck_print_purge_ends_outcome_known CHECK (outcome IN ('called back', 'destroyed'))
);
CREATE TRIGGER print_purge_ends_no_delete BEFORE DELETE ON print_purge_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER print_purge_ends_no_truncate BEFORE TRUNCATE ON print_purge_ends FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER print_purge_ends_no_update BEFORE UPDATE ON print_purge_ends FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE prints_shown (
    case_id varchar NOT NULL,
    viewer varchar NOT NULL,
    label varchar NOT NULL,
    "position" integer NOT NULL,
    content varchar NOT NULL,
    shown_at timestamptz NOT NULL,
    print_id varchar,
    CONSTRAINT pk_prints_shown PRIMARY KEY (case_id, viewer, label, "position", content),
    CONSTRAINT fk_prints_shown_case_id FOREIGN KEY (case_id) REFERENCES cases(case_id)
);
CREATE UNIQUE INDEX ix_prints_shown_print_id ON prints_shown (print_id);
CREATE TRIGGER prints_shown_no_delete BEFORE DELETE ON prints_shown FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER prints_shown_no_truncate BEFORE TRUNCATE ON prints_shown FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER prints_shown_no_update BEFORE UPDATE ON prints_shown FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE purged_captures (
    settlement_id varchar NOT NULL,
    encounter_row bigint NOT NULL,
    CONSTRAINT pk_purged_captures PRIMARY KEY (settlement_id, encounter_row),
    CONSTRAINT fk_purged_captures_encounter_row FOREIGN KEY (encounter_row) REFERENCES encounters(encounter_row),
    CONSTRAINT fk_purged_captures_settlement_id FOREIGN KEY (settlement_id) REFERENCES print_purges(settlement_id)
);
CREATE INDEX ix_purged_captures_encounter_row ON purged_captures (encounter_row);
CREATE TRIGGER purged_captures_no_delete BEFORE DELETE ON purged_captures FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purged_captures_no_truncate BEFORE TRUNCATE ON purged_captures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purged_captures_no_update BEFORE UPDATE ON purged_captures FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE withdrawn_exemplars (
    candidate_id varchar NOT NULL,
    case_id varchar NOT NULL,
    cause varchar NOT NULL,
    withdrawn_at timestamptz NOT NULL,
    CONSTRAINT pk_withdrawn_exemplars PRIMARY KEY (candidate_id),
    CONSTRAINT fk_withdrawn_exemplars_candidate_id FOREIGN KEY (candidate_id) REFERENCES candidates(candidate_id),
    CONSTRAINT fk_withdrawn_exemplars_case_id FOREIGN KEY (case_id) REFERENCES cases(case_id)
);
CREATE INDEX ix_withdrawn_exemplars_case_id ON withdrawn_exemplars (case_id);
CREATE TRIGGER withdrawn_exemplars_no_delete BEFORE DELETE ON withdrawn_exemplars FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER withdrawn_exemplars_no_truncate BEFORE TRUNCATE ON withdrawn_exemplars FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER withdrawn_exemplars_no_update BEFORE UPDATE ON withdrawn_exemplars FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE comparison_revisions (
    revision_row bigint GENERATED BY DEFAULT AS IDENTITY,
    revision_id varchar NOT NULL,
    case_id varchar NOT NULL,
    examiner varchar NOT NULL,
    label varchar NOT NULL,
    candidate_id varchar NOT NULL,
    outcome varchar NOT NULL,
    sealed_at timestamptz NOT NULL,
    payload_id bigint NOT NULL,
    fingers_compared varchar NOT NULL,
    fingers_identified varchar NOT NULL,
    policy_version integer NOT NULL,
    number integer NOT NULL,
    points_marked integer,
    points_added integer,
    CONSTRAINT pk_comparison_revisions PRIMARY KEY (revision_row),
    CONSTRAINT uq_comparison_revisions_case_id_examiner_label_number UNIQUE (case_id, examiner, label, number),
    CONSTRAINT uq_comparison_revisions_revision_id UNIQUE (revision_id),
    CONSTRAINT fk_comparison_revisions_case_id_examiner_label FOREIGN KEY (case_id, examiner, label) REFERENCES comparisons(case_id, examiner, label),
    CONSTRAINT ck_comparison_revisions_outcome_known CHECK (outcome IN ('identified', 'excluded', 'inconclusive', 'insufficient'))
);
CREATE INDEX ix_comparison_revisions_candidate_id ON comparison_revisions (candidate_id);
CREATE TRIGGER comparison_revisions_no_delete BEFORE DELETE ON comparison_revisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER comparison_revisions_no_truncate BEFORE TRUNCATE ON comparison_revisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER comparison_revisions_no_update BEFORE UPDATE ON comparison_revisions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE examination_exemplars (
    case_id varchar NOT NULL,
    examiner varchar NOT NULL,
    "position" integer NOT NULL,
    label varchar NOT NULL,
    candidate_id varchar NOT NULL,
    CONSTRAINT pk_examination_exemplars PRIMARY KEY (case_id, examiner, "position"),
    CONSTRAINT uq_examination_exemplars_case_id_examiner_candidate_id UNIQUE (case_id, examiner, candidate_id),
    CONSTRAINT uq_examination_exemplars_case_id_examiner_label UNIQUE (case_id, examiner, label),
    CONSTRAINT fk_examination_exemplars_candidate_id FOREIGN KEY (candidate_id) REFERENCES candidates(candidate_id),
    CONSTRAINT fk_examination_exemplars_case_id_examiner FOREIGN KEY (case_id, examiner) REFERENCES examinations(case_id, examiner)
);
CREATE TRIGGER examination_exemplars_no_delete BEFORE DELETE ON examination_exemplars FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER examination_exemplars_no_truncate BEFORE TRUNCATE ON examination_exemplars FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER examination_exemplars_no_update BEFORE UPDATE ON examination_exemplars FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE links (
    link_id varchar NOT NULL,
    case_id varchar NOT NULL,
    search_id varchar NOT NULL,
    candidate_id varchar NOT NULL,
    person_id varchar NOT NULL,
    record_id varchar,
    encounter_id varchar,
    force varchar(2) NOT NULL,
    linked_at timestamptz NOT NULL,
    first_decision_id varchar NOT NULL,
    first_decided_by varchar NOT NULL,
    second_decision_id varchar NOT NULL,
    second_decided_by varchar NOT NULL,
    fingers_compared varchar,
    fingers_identified varchar,
    CONSTRAINT pk_links PRIMARY KEY (link_id),
    CONSTRAINT uq_links_case_id UNIQUE (case_id),
    CONSTRAINT uq_links_link_id_case_id UNIQUE (link_id, case_id),
    CONSTRAINT fk_links_case_id_search_id FOREIGN KEY (case_id, search_id) REFERENCES cases(case_id, search_id),
    CONSTRAINT fk_links_encounter_id FOREIGN KEY (encounter_id) REFERENCES encounters(encounter_id),
    CONSTRAINT fk_links_first_decision FOREIGN KEY (case_id, first_decision_id, first_decided_by, candidate_id) REFERENCES decisions(case_id, decision_id, decided_by, candidate_id),
    CONSTRAINT fk_links_person_id FOREIGN KEY (person_id) REFERENCES persons(person_id),
    CONSTRAINT fk_links_search_id_candidate_id FOREIGN KEY (search_id, candidate_id) REFERENCES candidates(search_id, candidate_id),
    CONSTRAINT fk_links_second_decision FOREIGN KEY (case_id, second_decision_id, second_decided_by, candidate_id) REFERENCES decisions(case_id, decision_id, decided_by, candidate_id),
    CONSTRAINT ck_links_two_persons CHECK (first_decided_by <> second_decided_by)
);
CREATE INDEX ix_links_encounter_id ON links (encounter_id);
CREATE INDEX ix_links_person_id ON links (person_id);
CREATE INDEX ix_links_search_id ON links (search_id);
CREATE TRIGGER links_no_control BEFORE INSERT ON links FOR EACH ROW WHEN (new.force = '00') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER links_no_delete BEFORE DELETE ON links FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER links_no_truncate BEFORE TRUNCATE ON links FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER links_no_update BEFORE UPDATE ON links FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE link_decisions (
    link_id varchar NOT NULL,
    "position" integer NOT NULL,
    case_id varchar NOT NULL,
    decision_id varchar NOT NULL,
    decided_by varchar NOT NULL,
    CONSTRAINT pk_link_decisions PRIMARY KEY (link_id, "position"),
    CONSTRAINT uq_link_decisions_link_id_decided_by UNIQUE (link_id, decided_by),
    CONSTRAINT uq_link_decisions_link_id_decision_id UNIQUE (link_id, decision_id),
    CONSTRAINT fk_link_decisions_case_id_decision_id_decided_by FOREIGN KEY (case_id, decision_id, decided_by) REFERENCES decisions(case_id, decision_id, decided_by),
    CONSTRAINT fk_link_decisions_link_id_case_id FOREIGN KEY (link_id, case_id) REFERENCES links(link_id, case_id)
);
CREATE TRIGGER link_decisions_no_delete BEFORE DELETE ON link_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER link_decisions_no_truncate BEFORE TRUNCATE ON link_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER link_decisions_no_update BEFORE UPDATE ON link_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE link_recipients (
    link_id varchar NOT NULL,
    force varchar(2) NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT pk_link_recipients PRIMARY KEY (link_id, force),
    CONSTRAINT fk_link_recipients_link_id FOREIGN KEY (link_id) REFERENCES links(link_id)
);
CREATE TRIGGER link_recipients_no_delete BEFORE DELETE ON link_recipients FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER link_recipients_no_truncate BEFORE TRUNCATE ON link_recipients FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER link_recipients_no_update BEFORE UPDATE ON link_recipients FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE link_revocations (
    link_id varchar NOT NULL,
    revoked_at timestamptz NOT NULL,
    revoked_by varchar NOT NULL,
    payload_id bigint NOT NULL,
    CONSTRAINT pk_link_revocations PRIMARY KEY (link_id),
    CONSTRAINT fk_link_revocations_link_id FOREIGN KEY (link_id) REFERENCES links(link_id)
);
CREATE TRIGGER link_revocations_no_delete BEFORE DELETE ON link_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER link_revocations_no_truncate BEFORE TRUNCATE ON link_revocations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER link_revocations_no_update BEFORE UPDATE ON link_revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE notices (
    notice_row bigint GENERATED BY DEFAULT AS IDENTITY,
    notice_id varchar NOT NULL,
    link_id varchar NOT NULL,
    force varchar(2) NOT NULL,
    noticed_at timestamptz NOT NULL,
    CONSTRAINT pk_notices PRIMARY KEY (notice_row),
    CONSTRAINT uq_notices_link_id_force UNIQUE (link_id, force),
    CONSTRAINT uq_notices_notice_id UNIQUE (notice_id),
    CONSTRAINT fk_notices_link_id FOREIGN KEY (link_id) REFERENCES link_revocations(link_id),
    CONSTRAINT fk_notices_link_id_force FOREIGN KEY (link_id, force) REFERENCES link_recipients(link_id, force)
);
CREATE INDEX ix_notices_force_notice_row ON notices (force, notice_row);
CREATE TRIGGER notices_no_delete BEFORE DELETE ON notices FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notices_no_truncate BEFORE TRUNCATE ON notices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notices_no_update BEFORE UPDATE ON notices FOR EACH ROW EXECUTE FUNCTION refuse_change();
