// Revisions of MCP: names are dates, so that they sort.

/** The first revision without sessions, whose results say what they are. */
export const MODERN = '2026-07-28';

/** Those whose messages the gate understands. A later one may mean something else by them. */
export const KNOWN_VERSIONS: readonly string[] = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', MODERN];

/** Whether a message is of the stateless protocol. */
export function isModern(protocolVersion: string | null | undefined): boolean {
  return protocolVersion != null && protocolVersion >= MODERN;
}
