// What golden sessions cannot hold: the interactive loop, watching, completion, colours, permissions.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildProgram, commandNames } from '../../cli/main.ts';

const START = new URL('./start.ts', import.meta.url).pathname;
const ARGS = ['--disable-warning=ExperimentalWarning', START];

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'regate-terminal-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(place, name), text);
}

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

function regate(args: readonly string[], input = ''): Run {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...ARGS, ...args], {
    cwd: place,
    input,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: undefined, FORCE_COLOR: undefined },
  });
  return { stdout, stderr, code: status };
}

describe('repl through a pipe', () => {
  test('evaluates expressions, rules and imports', () => {
    write('p.rego', 'package p\n\nx := 41\n');
    const lines = ['1 + 1', 'y := data.p.x + 1', 'y', 'q contains n if some n in [1, 2]', 'q', ':json', '{"a": y}'];
    const { stdout, code } = regate(['repl', 'p.rego'], `${lines.join('\n')}\n`);
    expect(stdout).toMatch(/^2\n/);
    expect(stdout).toContain('42');
    expect(stdout).toContain('"a": 42');
    expect(code).toBe(0);
  });

  test('goes on after a fault', () => {
    const { stdout, stderr } = regate(['repl'], '1 +\n\n2 + 3\n');
    expect(stderr + stdout).toContain('rego_parse_error');
    expect(stdout).toContain('5');
  });
});

/** Resolves with the milliseconds it took until the text came `count` times. */
async function waitFor(output: () => string, text: string, count: number): Promise<number> {
  const start = performance.now();
  while (output().split(text).length - 1 < count) {
    if (performance.now() - start > 20_000) throw new Error(`"${text}" did not come ${count} times:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - start;
}

test('test --watch runs again when a file changes, and goes on after a broken one', async () => {
  write('p_test.rego', 'package p\n\ntest_a if 1 == 1\n');
  const child: ChildProcess = spawn(process.execPath, [...ARGS, 'test', '--watch', '.'], {
    cwd: place,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    let output = '';
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await waitFor(() => output, 'Watching for changes', 1);
    expect(output).toContain('PASS: 1/1');
    write('p_test.rego', 'package p\n\ntest_a if 1 == 2\n');
    const again = await waitFor(() => output, 'Watching for changes', 2);
    expect(output).toContain('FAIL: 1/1');
    // Well under a second on a quiet machine; the limit leaves room for a busy one.
    expect(again).toBeLessThan(3_000);
    write('p_test.rego', 'package p\n\ntest_a if {\n');
    await waitFor(() => output, 'Watching for changes', 3);
    expect(output).toContain('rego_parse_error');
    write('p_test.rego', 'package p\n\ntest_a if 3 == 3\ntest_b if true\n');
    await waitFor(() => output, 'PASS: 2/2', 1);
  } finally {
    child.kill();
    await ended;
  }
}, 60_000);

describe('completion', () => {
  const complete = (words: string, at: number): string[] => {
    const script = regate(['completion', 'bash']).stdout;
    const { stdout } = spawnSync(
      'bash',
      ['-c', `${script}\nCOMP_WORDS=(${words}); COMP_CWORD=${at}; _regate; printf '%s\\n' "\${COMPREPLY[@]}"`],
      { cwd: place, encoding: 'utf8' },
    );
    return stdout.split('\n').filter((line) => line !== '');
  };

  test('of commands, flags and files in bash', () => {
    write('policy.rego', 'package p\n');
    expect(complete('regate ev', 1)).toEqual(['eval']);
    expect(complete('regate eval --expl', 2)).toEqual(['--explain']);
    expect(complete('regate check pol', 2)).toEqual(['policy.rego']);
  });

  test('a script that the shell accepts', () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout, code } = regate(['completion', shell]);
      expect(code).toBe(0);
      if (shell === 'bash') expect(spawnSync('bash', ['-n'], { input: stdout }).status).toBe(0);
      for (const name of commandNames) expect(stdout).toContain(name);
    }
  });
});

test('every command has examples in its help, or its subcommands do', async () => {
  const program = await buildProgram(undefined);
  const hasExamples = (command: (typeof program.commands)[number]): boolean => {
    let text = '';
    command.configureOutput({ writeOut: (part) => (text += part) });
    command.outputHelp();
    return /\nExamples?:\n {2}/.test(text);
  };
  const without = program.commands.filter(
    (command) => !hasExamples(command) && !(command.commands.length > 0 && command.commands.every(hasExamples)),
  );
  expect(without.map((command) => command.name())).toEqual([]);
});

test('without arguments the help, as with opa; --version as people try it', () => {
  const { stdout, code } = regate([]);
  expect([code, stdout]).toEqual([0, expect.stringContaining('Policies:\n')]);
  for (const name of commandNames) expect(stdout).toContain(`\n  ${name} `);
  expect(regate(['--version'])).toEqual(regate(['version']));
});

describe('colours', () => {
  const script = spawnSync('script', ['--version']).status === 0;

  test('none in a pipe', () => {
    write('bad.rego', 'package p\n\nx := y\n');
    const { stderr, code } = regate(['check', '--format', 'frames', 'bad.rego']);
    expect(stderr).toContain('var y is unsafe');
    expect(stderr).not.toContain('\u001b[');
    expect(code).toBe(1);
  });

  (script ? test : test.skip)('on a terminal, unless NO_COLOR says otherwise (needs `script`)', () => {
    write('bad.rego', 'package p\n\nx := y\n');
    const onTerminal = (environment: NodeJS.ProcessEnv): string =>
      spawnSync(
        'script',
        ['-qec', [process.execPath, ...ARGS, 'check', '-f', 'frames', 'bad.rego'].join(' '), '/dev/null'],
        {
          cwd: place,
          encoding: 'utf8',
          env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: undefined, ...environment },
        },
      ).stdout;
    expect(onTerminal({})).toContain('\u001b[');
    expect(onTerminal({ NO_COLOR: '1' })).not.toContain('\u001b[');
  });
});

// Root reads everything.
(process.getuid?.() === 0 ? test.skip : test)(
  'a directory that cannot be read is one fault of several (not as root)',
  () => {
    mkdirSync(join(place, 'locked'));
    write('broken.json', '{');
    chmodSync(join(place, 'locked'), 0);
    try {
      const { stderr, code } = regate(['eval', '-d', '.', '1', '--format', 'pretty']);
      expect(stderr).toContain('locked');
      expect(stderr).toContain('broken.json');
      expect(code).toBe(2);
    } finally {
      chmodSync(join(place, 'locked'), 0o700);
    }
  },
);
