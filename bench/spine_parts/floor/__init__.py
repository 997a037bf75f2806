"""
The floor: the same durable steps as the platform, bare: eventlet.wsgi, psycopg2 and py-amqp, dicts and
JSON, no checks, no retries.

Like the platform it batches commits and confirms, writes an outbox row for every message in the transaction
that made it true, marks it after the broker's confirm, and knows every message it has dealt with. (py-amqp
instead of pika: pika's blocking channel waits for each confirm, which would make the floor lower than it
is.)

``python -m spine_parts.floor ROLE PORT AMQP_URL DATABASE_URL`` with ROLE http, follow, route or notify.
"""

from __future__ import annotations

from spine_parts.floor.bus import amqp_connection, declare

__all__ = ["TABLES", "amqp_connection", "declare"]

TABLES = """
CREATE TABLE cases (no text primary key, state text, title text, body text, district text, head text,
    version int, filed_at timestamptz, more jsonb);
CREATE TABLE timeline (case_no text, seq int, kind text, data jsonb, prev_hash text, hash text, at timestamptz,
    primary key (case_no, seq));
CREATE TABLE jobs (no text primary key, state text, title text, body text, version int, at timestamptz);
CREATE TABLE decisions (id text primary key, case_no text, decision jsonb, at timestamptz);
CREATE TABLE dispatches (id text primary key, case_no text, party text, state text, due_at timestamptz, version int);
CREATE TABLE clocks (id text primary key, case_no text, due_at timestamptz, next_at timestamptz, version int);
CREATE TABLE notices (id text primary key, case_no text, purpose text, state text, at timestamptz);
CREATE TABLE inbox (consumer text, message_id text, at timestamptz, primary key (consumer, message_id));
CREATE TABLE outbox (id text primary key, key text, body text, created_at timestamptz, published_at timestamptz);
CREATE INDEX outbox_due ON outbox (id) WHERE published_at IS NULL;
"""
