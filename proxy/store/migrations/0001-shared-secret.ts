// Secrets that all gates on this database share, by purpose.

export const sharedSecret = `
CREATE TABLE regate.shared_secret (
  purpose text PRIMARY KEY,
  secret bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
`;
