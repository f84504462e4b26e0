// Tokens, subjects and clients that gates refuse, until a time or for good.

export const revocations = `
CREATE TABLE regate.revocation (
  id text PRIMARY KEY,
  expires_at timestamptz,
  revocation text NOT NULL
);
`;
