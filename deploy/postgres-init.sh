#!/bin/sh
# Runs once, when the database is made: the role of the service owns it and is no superuser.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$POSTGRES_PASSWORD" -U postgres <<'SQL'
CREATE ROLE identlink LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE identlink OWNER identlink;
SQL
