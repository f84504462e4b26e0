// Golden sessions of the command line: folders with input files, the arguments (`cmd`) and what must come out.
// `cmd` has a command line a row; `#` begins a comment, `# compare` marks a session in which OPA must say the same.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Session {
  readonly name: string;
  readonly folder: string;
  /** Lists of arguments, run one after the other in the same copy of the folder. */
  readonly commands: readonly (readonly string[])[];
  readonly isComparable: boolean;
}

const ROOT = new URL('./sessions/', import.meta.url).pathname;
const PLAY = new URL('./play.ts', import.meta.url).pathname;

/** The sessions, sorted by name. */
export function readSessions(): readonly Session[] {
  return readdirSync(ROOT)
    .sort()
    .filter((name) => existsSync(join(ROOT, name, 'cmd')))
    .map((name) => {
      const folder = join(ROOT, name);
      const lines = readFileSync(join(folder, 'cmd'), 'utf8').split('\n');
      return {
        name,
        folder,
        commands: lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).map(splitArguments),
        isComparable: lines.includes('# compare'),
      };
    });
}

/** Words of a line; quotes keep spaces, as in a shell. */
function splitArguments(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g))
    words.push(match[0].replace(/'([^']*)'|"([^"]*)"/g, (_, single: string, double: string) => single ?? double));
  return words;
}

/** Standard output, standard error and exit code of all commands, in one text, durations masked. */
export async function runSession(session: Session, binary?: string): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), 'regate-session-'));
  try {
    cpSync(session.folder, place, { recursive: true, filter: (path) => !/\/(cmd|expected)$/.test(path) });
    const results =
      binary === undefined ? await play(session.commands, place) : await replay(session.commands, place, binary);
    const out: string[] = [];
    results.forEach(({ stdout, stderr, code }, i) => {
      out.push(`$ ${session.commands[i]!.join(' ')}\n${stdout}`);
      if (stderr !== '') out.push(`--- stderr\n${stderr}`);
      out.push(`--- exit ${code}\n`);
    });
    return mask(out.map((part) => (part.endsWith('\n') ? part : `${part}\n`)).join(''));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** All commands in one process (play.ts): starting one takes longer than most commands. */
async function play(commands: Session['commands'], place: string): Promise<readonly CommandResult[]> {
  const { stdout, stderr } = await run(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', PLAY, JSON.stringify(commands)],
    place,
  );
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout) as readonly CommandResult[];
}

async function replay(commands: Session['commands'], place: string, binary: string): Promise<readonly CommandResult[]> {
  const results: CommandResult[] = [];
  for (const command of commands) results.push(await run(binary, command, place));
  return results;
}

function run(file: string, args: readonly string[], cwd: string): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), code: code ?? -1 }),
    );
  });
}

/** Durations differ from run to run, and how a command is used is each program's own. */
function mask(text: string): string {
  return text
    .replace(/\((?:\d+(?:\.\d+)?(?:ns|µs|ms|s|m|h))+\)/g, '(TIME)')
    .replace(/"duration": \d+/g, '"duration": 0')
    .replace(/time="[\d.]+"/g, 'time="0"')
    .replace(/"(total_time_ns|timer_\w+_ns)": \d+/g, '"$1": 0')
    .replace(/(Error: [^\n]*\n)Usage:[^]*?(?=--- exit)/g, '$1');
}

/** What the session must print. */
export function expectedOf({ folder }: Session): string | undefined {
  const file = join(folder, 'expected');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Writes what the session prints now. */
export function writeExpected({ folder }: Session, text: string): void {
  writeFileSync(join(folder, 'expected'), text);
}
