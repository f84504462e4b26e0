// What the tools of each connection were when they were seen first or accepted last, and what they have become since.

export const toolPins = `
CREATE TABLE regate.tool_pin (
  connection text NOT NULL,
  name text NOT NULL,
  digest text NOT NULL,
  definition text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  accepted_at timestamptz,
  accepted_by text,
  pending_digest text,
  pending_definition text,
  pending_at timestamptz,
  PRIMARY KEY (connection, name)
);
`;
