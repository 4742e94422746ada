#!/bin/sh
# Runs once, when the database is made: the role of the service owns it and is no superuser.
# With REPLICATION_PASSWORD also what a standby needs; from the next start a commit waits for it.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$POSTGRES_PASSWORD" -U postgres <<'SQL'
CREATE ROLE identlink LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE identlink OWNER identlink;
SQL
if [ -n "${REPLICATION_PASSWORD:-}" ]; then
  echo "host replication copying all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  psql -v ON_ERROR_STOP=1 -v password="$REPLICATION_PASSWORD" -U postgres <<'SQL'
CREATE ROLE copying LOGIN REPLICATION PASSWORD :'password';
ALTER SYSTEM SET max_connections = 200;
ALTER SYSTEM SET wal_keep_size = '1GB';
ALTER SYSTEM SET wal_sender_timeout = '10s';
ALTER SYSTEM SET wal_receiver_timeout = '10s';
ALTER SYSTEM SET synchronous_standby_names = '*';
SQL
fi
