// Records of exchanges in their chain, and what they are found by; sessions as sums over them.

export const records = `
CREATE TABLE regate.record (
  seq bigint PRIMARY KEY,
  id text NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  session text NOT NULL,
  connection text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  client text NOT NULL,
  method text NOT NULL,
  name text NOT NULL,
  action text NOT NULL,
  code text NOT NULL,
  status integer,
  duration_ms double precision NOT NULL,
  body text NOT NULL,
  hash bytea NOT NULL,
  UNIQUE (id, kind)
);
CREATE INDEX record_principal ON regate.record (subject, issuer, at DESC, seq DESC);
CREATE INDEX record_connection ON regate.record (connection, at DESC, seq DESC);
CREATE INDEX record_at ON regate.record (at DESC, seq DESC);
CREATE INDEX record_session ON regate.record (session, seq);
CREATE TABLE regate.record_chain (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  base_seq bigint NOT NULL,
  base_hash bytea NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  seal bytea NOT NULL
);
CREATE TABLE regate.session (
  id text PRIMARY KEY,
  connection text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  client text NOT NULL,
  started_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  exchanges bigint NOT NULL,
  refused bigint NOT NULL
);
CREATE INDEX session_principal ON regate.session (subject, issuer, last_at DESC);
CREATE INDEX session_last ON regate.session (last_at DESC);
`;
