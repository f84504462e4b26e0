// Gates that hold calls: a world with a store and an admin listener, an MCP server behind it that counts what runs, approvers with tokens,
// and the SDKs' clients of each era.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { startWorld, type World, type WorldOptions } from '../harness.ts';

/** Each tool's name says what it takes to have it run. */
export const POLICY: Readonly<Record<string, string>> = {
  'gateway.rego': `package gateway

default decision := {"action": "deny", "reason": "default"}

decision := {"action": "allow"} if {
	input.connection in {"tools", "sessions"}
	input.mcp.tool == null
}

decision := {"action": "allow"} if input.mcp.tool == "free"

decision := {"action": "approve", "reason": "money moves", "approval": terms[input.mcp.tool]} if terms[input.mcp.tool]

decision := {"action": "approve", "approval": {"approvers": ["leads"], "expires_in": "1m"}} if {
	input.connection in {"api", "waiting"}
}

terms := {
	"wire": {"approvers": ["leads"], "expires_in": "1m"},
	"short": {"approvers": ["leads"], "expires_in": "1s"},
	"two": {"approvers": ["leads", "risk"], "required": 2, "expires_in": "1m"},
}
`,
};

export const SETTINGS = `
admin: {port: 0, groups: [gate-admins]}
sessionSecret: {env: UPSTREAM}
approvals: {legMs: 300, silentMs: 1500, progressMs: 100, pollMs: 200, grantMs: 5000}
`;

export interface ToolServer {
  readonly url: string;
  /** Tool and arguments of each call that ran. */
  readonly ran: { readonly tool: string; readonly arguments: unknown }[];
  close(): Promise<void>;
}

/** A server of both eras, without sessions. */
export async function startTools(): Promise<ToolServer> {
  const ran: ToolServer['ran'] = [];
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bank', version: '1' });
    for (const tool of ['wire', 'short', 'two', 'free'])
      server.registerTool(
        tool,
        {
          inputSchema: fromJsonSchema<{ amount: number }>({
            type: 'object',
            properties: { amount: { type: 'number' } },
          }),
        },
        (args) => {
          ran.push({ tool, arguments: args });
          return { content: [{ type: 'text', text: `done ${JSON.stringify(args)}` }] };
        },
      );
    return server;
  });
  const server = createServer(async (request, response) => {
    const answer = await handler.fetch(toWeb(request, response));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body === null) response.end();
    else Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    ran,
    async close() {
      await handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toWeb(request: IncomingMessage, response: ServerResponse): Request {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const body = request.method === 'POST' ? { body: Readable.toWeb(request), duplex: 'half' } : {};
  return new Request(`http://127.0.0.1${request.url}`, {
    method: request.method!,
    headers,
    signal: gone.signal,
    ...body,
  } as RequestInit);
}

/** A gate with a store. */
export function startHoldWorld(store: string, tools: ToolServer, options: Partial<WorldOptions> = {}): Promise<World> {
  return startWorld({
    policy: POLICY,
    upstream: tools.url,
    ...options,
    settings: `${options.settings ?? SETTINGS}\nstore: ${store}\n`,
  });
}

export interface ToolClient {
  call(
    tool: string,
    args: Record<string, unknown>,
    options?: { timeoutMs?: number; signal?: AbortSignal },
  ): Promise<string>;
  close(): Promise<void>;
}

export type Era = 'v1' | 'v2 legacy' | 'v2 modern';
export const ERAS: readonly Era[] = ['v1', 'v2 legacy', 'v2 modern'];

/** What a person does who is asked to open a page. */
export type OpenPage = (page: { readonly url: string; readonly message: string }) => 'accept' | 'decline' | 'cancel';

/**
 * A client of an SDK; what it calls comes back as text, errors of tools with `error: ` before it. With `openPage` it declares that it can be
 * asked to open one.
 */
export async function connect(world: World, era: Era, token: string, openPage?: OpenPage): Promise<ToolClient> {
  const url = new URL(`${world.url}/mcp/tools`);
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  const capabilities = openPage === undefined ? {} : { elicitation: { url: {} } };
  const client =
    era === 'v1' ? new ClientV1({ name: 'c', version: '1' }, { capabilities }) : newClient(era, capabilities);
  if (client instanceof Client && openPage !== undefined)
    client.setRequestHandler('elicitation/create', ({ params }) => ({
      action: openPage(params as Parameters<OpenPage>[0]),
    }));
  if (client instanceof ClientV1) await client.connect(new TransportV1(url, { requestInit }));
  else await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return {
    async call(tool, args, { timeoutMs = 20_000, signal } = {}) {
      const options = { timeout: timeoutMs, ...(signal === undefined ? {} : { signal }) };
      const request = { name: tool, arguments: args };
      const result =
        client instanceof ClientV1
          ? await client.callTool(request, undefined, options)
          : await client.callTool(request, options);
      const [first] = result.content as readonly { readonly text: string }[];
      return `${result.isError === true ? 'error: ' : ''}${first!.text}`;
    },
    close: () => client.close(),
  };
}

function newClient(era: Era, capabilities: ClientOptions['capabilities']): Client {
  const negotiation = era === 'v2 modern' ? { versionNegotiation: { mode: 'auto' as const } } : {};
  return new Client({ name: 'c', version: '1' }, { capabilities, ...negotiation });
}

export interface Approval {
  readonly id: string;
  readonly state: string;
  readonly target: string;
  readonly attended: boolean;
  readonly input?: unknown;
  readonly verdicts: readonly { readonly subject: string; readonly verdict: string }[];
}

/** An approver at a gate's admin API. */
export class Approver {
  readonly #world: World;
  readonly #token: string;

  constructor(world: World, token: string) {
    this.#world = world;
    this.#token = token;
  }

  static async of(world: World, subject: string, groups: readonly string[] = ['leads']): Promise<Approver> {
    return new Approver(world, await world.token({ sub: subject, groups: [...groups] }));
  }

  async request(path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.#world.adminUrl}/v1/approvals${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async list(state = 'pending'): Promise<readonly Approval[]> {
    const { status, body } = await this.request(`?state=${state}&limit=500`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body.approvals as readonly Approval[];
  }

  /** Waits until a call is pending, and returns it. */
  async pending(besides: readonly string[] = []): Promise<Approval> {
    let found: Approval | undefined;
    await until(async () => {
      found = (await this.list()).find(({ id }) => !besides.includes(id));
      return found !== undefined;
    });
    return found!;
  }

  async state(id: string): Promise<string> {
    return ((await this.request(`/${id}`)).body.approval as Approval).state;
  }

  approve(id: string, reason = 'fine'): Promise<{ status: number; body: Record<string, unknown> }> {
    return this.request(`/${id}/approve`, { reason });
  }

  deny(id: string, reason = 'no'): Promise<{ status: number; body: Record<string, unknown> }> {
    return this.request(`/${id}/deny`, { reason });
  }
}

export async function until(isTrue: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('it did not happen in time');
    await pause(20);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}
