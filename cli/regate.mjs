#!/usr/bin/env node
// Starts the command line. Plain JavaScript that any Node parses, so that an old one gets a sentence, not a stack trace.
// Compiled code is kept between runs, a file per command: a short command spends most of its time on compiling what it runs.
import * as nodeModule from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  console.error(`regate needs Node.js 22.22 or newer; this is ${process.version}.`);
  process.exit(1);
}
// An import would run all that these modules load lazily.
const fs = process.getBuiltinModule('node:fs');
const { join } = process.getBuiltinModule('node:path');
const vm = process.getBuiltinModule('node:vm');

/** All but `serve`: what stands in the way of traffic runs no code but the installed one. */
const KEEPING = new Set(
  [
    'approvals backtest bench build bundle capabilities check completion config deps eval fmt help init inspect',
    'parse repl revocations sessions sign test tools verify version',
  ].flatMap((names) => names.split(' ')),
);
/** Kept code that is so old was made by a program that is gone, or is cheap to make again. */
const LONGEST_MS = 30 * 24 * 60 * 60 * 1000;

const dist = join(import.meta.dirname, '..', 'dist');
const name = fs.readdirSync(dist).find((file) => /^main-\w+\.cjs$/.test(file));
const command = process.argv[2];
const kept = keptFile();
if (kept !== undefined) nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? kept.directory);
await load(join(dist, name)).main(process.argv.slice(2));

/** Where the code of this command is kept; undefined where it is not to be kept, or where others could write what is run here. */
function keptFile() {
  if (!KEEPING.has(command) || process.env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  try {
    const { REGATE_CACHE_DIR, XDG_CACHE_HOME } = process.env;
    const cache =
      REGATE_CACHE_DIR ??
      join(XDG_CACHE_HOME ?? join(process.getBuiltinModule('node:os').homedir(), '.cache'), 'regate');
    const directory = join(cache, 'code');
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
    const user = process.getuid?.();
    for (const each of [cache, directory]) {
      const { uid, mode } = fs.statSync(each);
      if (user !== undefined && (uid !== user || (mode & 0o022) !== 0)) return undefined;
    }
    return { directory, path: join(directory, `${command}-${name}-${process.version}-${process.arch}`) };
  } catch {
    return undefined;
  }
}

/** The exports of a file of CommonJS. */
function load(file) {
  const parameters = 'exports, require, module, __filename, __dirname, importModule';
  const source = `(function (${parameters}) {${fs.readFileSync(file, 'latin1')}\n})`;
  const cachedData = kept === undefined ? undefined : readKept(kept.path);
  const script = new vm.Script(source, {
    filename: file,
    cachedData,
  });
  if (kept !== undefined && (cachedData === undefined || script.cachedDataRejected))
    process.once('exit', () => keep(kept, script.createCachedData()));
  const module = { exports: {} };
  const require = nodeModule.createRequire(file);
  script.runInThisContext()(module.exports, require, module, file, dist, (specifier) => import(specifier));
  return module.exports;
}

/** Kept code, if it is whole: V8 does not look. */
function readKept(path) {
  try {
    const bytes = fs.readFileSync(path);
    const code = bytes.subarray(4);
    return bytes.length > 4 && bytes.readUInt32LE(0) === checksum(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** What cannot be written is not kept. */
function keep({ directory, path }, code) {
  const temporary = `${path}.${process.pid}`;
  try {
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(checksum(code));
    fs.writeFileSync(temporary, Buffer.concat([sum, code]), { mode: 0o600 });
    fs.renameSync(temporary, path);
    for (const each of fs.readdirSync(directory, { withFileTypes: true }))
      if (each.isFile() && Date.now() - fs.statSync(join(directory, each.name)).mtimeMs > LONGEST_MS)
        fs.rmSync(join(directory, each.name), { force: true });
  } catch {
    fs.rmSync(temporary, { force: true });
  }
}

/** Of the length and of a word in eight: files are damaged by the block, and all words would take longer than half the gain. */
function checksum(bytes) {
  let sum = bytes.length;
  for (let i = 0; i + 4 <= bytes.length; i += 32) sum = Math.imul(sum ^ bytes.readUInt32LE(i), 0x01000193);
  return sum >>> 0;
}
