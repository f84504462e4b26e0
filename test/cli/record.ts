// Rewrites what the golden sessions expect; the difference is for review. Names as arguments choose some.
// node test/cli/record.ts [NAME…]
import { expectedOf, readSessions, runSession, writeExpected } from './session.ts';

const names = process.argv.slice(2);
for (const session of readSessions()) {
  if (names.length > 0 && !names.includes(session.name)) continue;
  const text = await runSession(session);
  if (text === expectedOf(session)) continue;
  writeExpected(session, text);
  console.log(`rewritten: ${session.name}`);
}
