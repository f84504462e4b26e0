#!/usr/bin/env node
// Starts the command line. Plain JavaScript that any Node parses, so that an old one gets a sentence, not a stack trace.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  console.error(`regate needs Node.js 22.22 or newer; this is ${process.version}.`);
  process.exit(1);
}
// What V8 has compiled is kept for the next start, in the user's own folder: whoever writes to it decides what runs.
const { enableCompileCache } = await import('node:module');
const { homedir } = await import('node:os');
const { join } = await import('node:path');
enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regate', 'compiled'));
const { main } = await import('../dist/cli/main.js');
await main(process.argv.slice(2));
