// The gate between parties that are not ours: MCP's SDK at both ends.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
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

describe("MCP's SDK", () => {
  let world: World;

  beforeAll(async () => {
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
      if (known === undefined) await toolServer().connect(transport);
      await transport.handleRequest(request, response);
    });
    world = await startWorld({ policy: POLICY, upstream: `${await listen(upstream)}/mcp` });
  });
  afterAll(() => world.close());

  function toolServer(): Server {
    const server = new Server({ name: 'upstream', version: '1.0.0' }, { capabilities: { tools: {} } });
    const inputSchema = { type: 'object' as const };
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: ['free', 'masked', 'other'].map((name) => ({ name, inputSchema })),
    }));
    server.setRequestHandler(CallToolRequestSchema, () => {
      const structuredContent = { secret: 'hunter2', open: 1 };
      return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
    });
    return server;
  }

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
