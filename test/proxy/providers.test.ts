// The gate between parties that are not ours: MCP's SDK at both ends.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { parseAllDocuments } from 'yaml';
import { startWorld, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

const servers: HttpServer[] = [];

async function listen(server: HttpServer): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server of the SDK with these tools; its URL. */
async function startUpstream(tools: readonly string[]): Promise<string> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const upstream = createServer(async (request, response) => {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    const transport: StreamableHTTPServerTransport =
      known ??
      new StreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (session) => void sessions.set(session, transport),
      });
    if (known === undefined) await toolServer(tools).connect(transport);
    await transport.handleRequest(request, response);
  });
  return `${await listen(upstream)}/mcp`;
}

function toolServer(tools: readonly string[]): Server {
  const server = new Server({ name: 'upstream', version: '1.0.0' }, { capabilities: { tools: {} } });
  const inputSchema = { type: 'object' as const };
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map((name) => ({ name, inputSchema })),
  }));
  server.setRequestHandler(CallToolRequestSchema, () => {
    const structuredContent = { secret: 'hunter2', open: 1 };
    return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
  });
  return server;
}

describe("MCP's SDK", () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ policy: POLICY, upstream: await startUpstream(['free', 'masked', 'other']) });
  });
  afterAll(() => world.close());

  test('lists, calls, is masked and denied, and ends its session', async () => {
    const transport = new StreamableHTTPClientTransport(new URL(`${world.url}/mcp/tools`), {
      requestInit: { headers: { authorization: `Bearer ${await world.token()}` } },
    });
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(transport);
    expect(client.getServerVersion()).toMatchObject({ name: 'upstream' });
    // Of three tools, those that the policy lets him call.
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['free', 'masked']);
    expect(await client.callTool({ name: 'free' })).toMatchObject({
      structuredContent: { secret: 'hunter2', open: 1 },
    });
    const masked = await client.callTool({ name: 'masked' });
    expect(masked.structuredContent).toEqual({ secret: '[redacted]', open: 1 });
    expect(JSON.stringify(masked)).not.toContain('hunter2');
    const denied = await client.callTool({ name: 'other' });
    expect(denied.isError).toBe(true);
    expect(JSON.stringify(denied.content)).toContain('policy_denied');
    await expect(client.listPrompts()).rejects.toThrow();
    await transport.terminateSession();
    await client.close();
  });
});

const kubernetes = parseAllDocuments(readFileSync('docs/kubernetes.yaml', 'utf8'))
  .map((each) => each.toJS() as { metadata: { name: string }; data: Record<string, string> })
  .find(({ metadata }) => metadata.name === 'regate-policies')!.data['gateway.rego']!;
const smallest = /^```rego\n(package gateway\n.*?"echo".*?)^```$/ms.exec(readFileSync('docs/decision.md', 'utf8'))![1]!;

test.each([
  ['docs/kubernetes.yaml', kubernetes, 'get_customer'],
  ['docs/decision.md', smallest, 'echo'],
])("the policy of %s serves MCP's SDK", async (_, policy, tool) => {
  const world = await startWorld({
    policy: { 'gateway.rego': policy },
    upstream: await startUpstream([tool, 'other']),
  });
  try {
    const transport = new StreamableHTTPClientTransport(new URL(`${world.url}/mcp/tools`), {
      requestInit: { headers: { authorization: `Bearer ${await world.token({ groups: ['support'] })}` } },
    });
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(transport);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual([tool]);
    expect(await client.callTool({ name: tool })).not.toHaveProperty('isError', true);
    expect(await client.callTool({ name: 'other' })).toHaveProperty('isError', true);
    await transport.terminateSession();
    await client.close();
    expect(world.log().filter(({ result }) => result?.action === 'deny')).toHaveLength(1);
  } finally {
    await world.close();
  }
});
