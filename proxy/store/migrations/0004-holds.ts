// Calls that wait for an approval, what approvers said of them, and who is waiting. `caller` is the whole principal: issuer, subject and
// client; `client_id` is empty when the token names none. A hold that is live answers the same call of the same caller; there is one at most.

export const holds = `
CREATE TABLE regate.hold (
  id text PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'used', 'expired', 'superseded')),
  issuer text NOT NULL,
  subject text NOT NULL,
  client_id text NOT NULL,
  connection text NOT NULL,
  method text NOT NULL,
  target text NOT NULL,
  digest text NOT NULL,
  revision text NOT NULL,
  approvers text[] NOT NULL,
  required integer NOT NULL CHECK (required > 0),
  reason text,
  summary text NOT NULL,
  decision_id text NOT NULL,
  leg integer NOT NULL DEFAULT 0,
  is_live boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  grant_ms integer NOT NULL,
  valid_until timestamptz NOT NULL,
  decided_at timestamptz,
  used_at timestamptz,
  used_by text
);
CREATE UNIQUE INDEX hold_live ON regate.hold (connection, digest, subject, client_id, issuer)
  WHERE is_live;
CREATE INDEX hold_by_caller ON regate.hold (subject, issuer) WHERE state = 'pending';
CREATE INDEX hold_by_time ON regate.hold (created_at);
CREATE TABLE regate.hold_verdict (
  hold_id text NOT NULL REFERENCES regate.hold ON DELETE CASCADE,
  issuer text NOT NULL,
  subject text NOT NULL,
  client_id text NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('approve', 'deny')),
  reason text,
  groups text[] NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (hold_id, subject)
);
CREATE TABLE regate.hold_wait (
  id text PRIMARY KEY,
  hold_id text NOT NULL REFERENCES regate.hold ON DELETE CASCADE,
  connection text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  session_id text NOT NULL,
  request_id text NOT NULL,
  gate text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  is_cancelled boolean NOT NULL DEFAULT false
);
CREATE INDEX hold_wait_by_hold ON regate.hold_wait (hold_id);
CREATE INDEX hold_wait_by_request ON regate.hold_wait (subject, request_id);
`;
