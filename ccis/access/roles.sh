#!/bin/sh
# Run once by PostgreSQL's image when the database is first made: the logins of the service.
# ccis_owner owns the tables and migrates; the others serve and own nothing.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set=owner="$OWNER_PASSWORD" --set=web="$WEB_PASSWORD" --set=worker="$WORKER_PASSWORD" \
  --set=portal="$PORTAL_PASSWORD" <<'SQL'
CREATE ROLE ccis_owner LOGIN CREATEDB PASSWORD :'owner';
CREATE ROLE ccis_web LOGIN PASSWORD :'web';
CREATE ROLE ccis_worker LOGIN PASSWORD :'worker';
-- Organisations' lists are read by this one, and nothing else may be (docs/adr/0049).
CREATE ROLE ccis_portal LOGIN PASSWORD :'portal';
-- Nothing signs in as this one yet.
CREATE ROLE ccis_reporting NOLOGIN;
GRANT ccis_web, ccis_worker, ccis_portal, ccis_reporting TO ccis_owner;
CREATE DATABASE ccis OWNER ccis_owner;
SQL
