#!/usr/bin/env node
// Starts the command line. Plain JavaScript that any Node parses, so that an old one gets a sentence, not a stack trace.
import * as nodeModule from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  console.error(`regate needs Node.js 22.22 or newer; this is ${process.version}.`);
  process.exit(1);
}
// Compiled code is kept between runs: a short command spends most of its time on loading.
nodeModule.enableCompileCache();
const { main } = await import('../dist/main.js');
await main(process.argv.slice(2));
