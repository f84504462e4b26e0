// The gate between parts that others have made: MCP's clients of both generations, the inspector, and its servers for files and for everything.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { startConformanceServer, type ConformanceServer } from './conformance/server.ts';
import { startWorld, type World } from './harness.ts';

const run = promisify(execFile);
const POLICY = {
  'gateway.rego': `package gateway

import data.gateway.tools

default decision := {"action": "deny", "reason": "not one of the tools"}

decision := {"action": "allow", "mask": {"response": masks}} if allowed

allowed if not input.mcp.method == "tools/call"
allowed if input.mcp.tool in tools

masks := [{"detect": ["email"]}] if input.mcp.method == "tools/call"
masks := [] if not input.mcp.method == "tools/call"
`,
};
const policyFor = (...tools: string[]): Record<string, string> => ({
  ...POLICY,
  'gateway/data.json': JSON.stringify({ tools }),
});

const children: ChildProcess[] = [];
afterAll(async () => {
  await Promise.all(
    children.map((child) => {
      if (child.exitCode !== null || child.signalCode !== null) return undefined;
      const isGone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      return isGone;
    }),
  );
});

/** A server in a process of its own that listens on a port it is told. */
async function startServer(args: readonly string[], portOf: (port: number) => Record<string, string>): Promise<number> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    args.map((arg) => arg.replace('PORT', String(port))),
    {
      env: { ...process.env, NODE_OPTIONS: '', ...portOf(port) },
      stdio: ['ignore', 'ignore', 'ignore'],
    },
  );
  children.push(child);
  for (let i = 0; i < 300; i++) {
    const isUp = await fetch(`http://127.0.0.1:${port}/mcp`).then(
      () => true,
      () => false,
    );
    if (isUp) return port;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${args[0]} does not start`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

const authorized = async (world: World): Promise<{ requestInit: RequestInit }> => ({
  requestInit: { headers: { authorization: `Bearer ${await world.token()}` } },
});

async function oldClient(world: World): Promise<OldClient> {
  const client = new OldClient({ name: 'old', version: '1.0.0' });
  await client.connect(new OldTransport(new URL(`${world.url}/mcp/tools`), await authorized(world)));
  return client;
}

type Content = readonly { readonly type: string; readonly text?: string }[];
const textOf = (result: unknown): string => (result as { content: Content }).content[0]?.text ?? '';

describe('clients of the second generation', () => {
  let server: ConformanceServer;
  let world: World;
  beforeAll(async () => {
    server = await startConformanceServer();
    world = await startWorld({
      policy: policyFor(
        'test_simple_text',
        'test_input_required_result_elicitation',
        'test_elicitation',
        'test_tool_with_progress',
      ),
      upstream: server.url,
    });
  });
  afterAll(async () => {
    await world.close();
    await server.close();
  });

  test.each([
    ['the sessions of old', undefined, '2025-11-25'],
    ['the stateless protocol', { mode: 'auto' as const }, '2026-07-28'],
  ])('speak %s', async (_, versionNegotiation, version) => {
    const client = new Client(
      { name: 'new', version: '1.0.0' },
      { capabilities: { elicitation: {} }, ...(versionNegotiation === undefined ? {} : { versionNegotiation }) },
    );
    client.setRequestHandler('elicitation/create', () => ({
      action: 'accept' as const,
      content: { name: 'Ada', username: 'ada', email: 'ada@example.com' },
    }));
    await client.connect(new StreamableHTTPClientTransport(new URL(`${world.url}/mcp/tools`), await authorized(world)));
    expect(client.getServerVersion()).toMatchObject({ name: 'conformance-fixture' });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      'test_elicitation',
      'test_input_required_result_elicitation',
      'test_simple_text',
      'test_tool_with_progress',
    ]);
    expect(textOf(await client.callTool({ name: 'test_simple_text' }))).toContain('simple text response');
    const denied = await client.callTool({ name: 'test_error_handling' });
    expect([denied.isError, textOf(denied)]).toEqual([true, expect.stringContaining('not one of the tools')]);
    const progress: number[] = [];
    await client.callTool(
      { name: 'test_tool_with_progress' },
      { onprogress: (each: { progress: number }) => progress.push(each.progress) },
    );
    expect(progress).toEqual([0, 50, 100]);
    if (versionNegotiation === undefined) {
      const answer = await client.callTool({ name: 'test_elicitation', arguments: { message: 'Who?' } });
      expect(textOf(answer)).toContain('"username":"ada","email":"[redacted email]"');
    } else {
      expect(textOf(await client.callTool({ name: 'test_input_required_result_elicitation' }))).toBe('Hello, Ada!');
    }
    expect(world.log().at(-1)!.input.mcp).toMatchObject({ protocol_version: version });
    await client.close();
  });

  test('and the inspector lists and calls', async () => {
    const inspect = async (...args: string[]): Promise<string> => {
      const { stdout } = await run(
        process.execPath,
        [
          'node_modules/@modelcontextprotocol/inspector/' + (await inspectorBin()),
          '--cli',
          `${world.url}/mcp/tools`,
          '--transport',
          'http',
          '--header',
          `Authorization: Bearer ${await world.token()}`,
          ...args,
        ],
        { env: { ...process.env, NODE_OPTIONS: '' } },
      );
      return stdout;
    };
    const listed = await inspect('--method', 'tools/list');
    expect(listed).toContain('test_simple_text');
    expect(listed).not.toContain('test_error_handling');
    expect(await inspect('--method', 'tools/call', '--tool-name', 'test_simple_text')).toContain(
      'simple text response',
    );
  });
});

async function inspectorBin(): Promise<string> {
  const { default: manifest } = (await import('@modelcontextprotocol/inspector/package.json', {
    with: { type: 'json' },
  })) as { default: { bin: Readonly<Record<string, string>> } };
  return manifest.bin['mcp-inspector']!;
}

test('the server for everything', async () => {
  const port = await startServer(
    ['node_modules/@modelcontextprotocol/server-everything/dist/index.js', 'streamableHttp'],
    (each) => ({ PORT: String(each) }),
  );
  const world = await startWorld({ policy: policyFor('echo', 'get-sum'), upstream: `http://127.0.0.1:${port}/mcp` });
  try {
    const client = await oldClient(world);
    expect((await client.listTools()).tools.map(({ name }) => name).sort()).toEqual(['echo', 'get-sum']);
    const echo = await client.callTool({ name: 'echo', arguments: { message: 'mail ada@example.com' } });
    expect(textOf(echo)).toBe('Echo: mail [redacted email]');
    expect(textOf(await client.callTool({ name: 'get-sum', arguments: { a: 2, b: 3 } }))).toContain('5');
    const denied = await client.callTool({ name: 'get-env' });
    expect([denied.isError, textOf(denied)]).toEqual([true, expect.stringContaining('not one of the tools')]);
    expect((await client.listResources()).resources.length).toBeGreaterThan(0);
    expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0);
    await client.close();
  } finally {
    await world.close();
  }
});

test('the server for files, behind mcp-proxy', async () => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'regate-files-')));
  writeFileSync(join(directory, 'note.txt'), 'Write to ada@example.com.');
  const port = await startServer(
    [
      'node_modules/mcp-proxy/dist/bin/mcp-proxy.mjs',
      '--port',
      'PORT',
      '--host',
      '127.0.0.1',
      '--server',
      'stream',
      '--',
      process.execPath,
      'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js',
      directory,
    ],
    () => ({}),
  );
  const world = await startWorld({
    policy: policyFor('read_text_file', 'list_directory'),
    upstream: `http://127.0.0.1:${port}/mcp`,
  });
  try {
    const client = await oldClient(world);
    expect((await client.listTools()).tools.map(({ name }) => name).sort()).toEqual([
      'list_directory',
      'read_text_file',
    ]);
    const path = join(directory, 'note.txt');
    const read = await client.callTool({ name: 'read_text_file', arguments: { path } });
    expect(JSON.stringify(read)).not.toContain('ada@example');
    expect(textOf(read)).toBe('Write to [redacted email].');
    const written = await client.callTool({ name: 'write_file', arguments: { path, content: 'x' } });
    expect([written.isError, textOf(written)]).toEqual([true, expect.stringContaining('not one of the tools')]);
    await client.close();
  } finally {
    await world.close();
  }
});
