// Revisions of MCP: names are dates, so that they sort.

/** The first revision without sessions, whose results say what they are. */
export const MODERN = '2026-07-28';

/** Whether a message is of the stateless protocol. */
export function isModern(protocolVersion: string | null | undefined): boolean {
  return protocolVersion != null && protocolVersion >= MODERN;
}
