// An MCP server for conformance runs, on MCP's own server package: the sessions of 2025-11-25 and the stateless protocol of 2026-07-28 at one address.
// Its tools are tools.ts.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import {
  acceptedContent,
  createMcpHandler,
  createRequestStateCodec,
  inputRequired,
  isLegacyRequest,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  hostHeaderValidationResponse,
  originValidationResponse,
  ProtocolError,
  ProtocolErrorCode,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
  type EventStore,
  type JSONRPCMessage,
  type McpHttpHandler,
} from '@modelcontextprotocol/server';
import { callTool, PNG, TOOLS } from './tools.ts';

const RESOURCES = [
  { uri: 'test://static-text', name: 'Static text', mimeType: 'text/plain' },
  { uri: 'test://static-binary', name: 'Static image', mimeType: 'image/png' },
  { uri: 'test://watched-resource', name: 'Watched', mimeType: 'text/plain' },
];
const PROMPTS = [
  { name: 'test_simple_prompt', description: 'A prompt without arguments' },
  {
    name: 'test_prompt_with_arguments',
    description: 'A prompt with arguments',
    arguments: ['arg1', 'arg2'].map((name) => ({ name, required: true })),
  },
  {
    name: 'test_prompt_with_embedded_resource',
    description: 'A prompt with a resource',
    arguments: [{ name: 'resourceUri', required: true }],
  },
  { name: 'test_prompt_with_image', description: 'A prompt with an image' },
  { name: 'test_input_required_result_prompt', description: 'A prompt that asks first' },
];
const HINT = { ttlMs: 1000, cacheScope: 'public' } as const;

export interface ConformanceServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the server on loopback. */
export async function startConformanceServer(): Promise<ConformanceServer> {
  const state = createRequestStateCodec({ key: randomBytes(32) });
  let modern: McpHttpHandler;
  const build = (isModern: boolean): McpServer => buildServer(isModern, state, () => modern);
  modern = createMcpHandler(({ era }) => build(era === 'modern'), { legacy: 'reject' });
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();

  const legacy = async (request: Request): Promise<Response> => {
    const id = request.headers.get('mcp-session-id');
    const known = id === null ? undefined : sessions.get(id);
    if (id !== null && known === undefined) return new Response(null, { status: 404 });
    if (known !== undefined) return known.handleRequest(request);
    const transport: WebStandardStreamableHTTPServerTransport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (session) => void sessions.set(session, transport),
      onsessionclosed: (session) => void sessions.delete(session),
      eventStore: memoryEvents(),
      retryInterval: 200,
    });
    await build(false).connect(transport);
    return transport.handleRequest(request);
  };
  const server = createServer(async (request, response) => {
    const web = toWeb(request, response);
    const refused =
      hostHeaderValidationResponse(web, localhostAllowedHostnames()) ??
      originValidationResponse(web, localhostAllowedOrigins());
    const answer = refused ?? ((await isLegacyRequest(web)) ? await legacy(web) : await modern.fetch(web));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body === null) response.end();
    else {
      response.flushHeaders();
      const body = Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream);
      body.on('error', () => response.destroy()).pipe(response);
      response.on('close', () => body.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    async close() {
      await modern.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toWeb(request: IncomingMessage, response: ServerResponse): Request {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, String(value));
  const hasBody = request.method === 'POST';
  return new Request(`http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`, {
    method: request.method!,
    headers,
    signal: gone.signal,
    ...(hasBody ? { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' } : {}),
  } as RequestInit);
}

/** The package checks `Mcp-Param-*` headers against what this says of a tool. */
class FixtureServer extends McpServer {
  override toolInputSchemaJson(name: string): Record<string, unknown> | undefined {
    return Object.hasOwn(TOOLS, name) ? { type: 'object', ...TOOLS[name]!.inputSchema } : undefined;
  }
}

function buildServer(
  isModern: boolean,
  state: ReturnType<typeof createRequestStateCodec>,
  modern: () => McpHttpHandler,
): McpServer {
  const mcp = new FixtureServer(
    { name: 'conformance-fixture', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        completions: {},
        logging: {},
      },
      cacheHints: {
        'tools/list': HINT,
        'prompts/list': HINT,
        'resources/list': HINT,
        'resources/templates/list': HINT,
        'resources/read': HINT,
        'server/discover': HINT,
      },
      requestState: { verify: state.verify },
    },
  );
  // The handlers are set below the layer that would make schemas of its own.
  const { server } = mcp;
  server.setRequestHandler('tools/list', () => ({
    tools: Object.entries(TOOLS).map(([name, { inputSchema = { type: 'object' } }]) => ({
      name,
      description: `Answers as ${name} has to`,
      inputSchema: inputSchema as { type: 'object' },
    })),
  }));
  server.setRequestHandler('tools/call', ({ params }, request) =>
    callTool(params.name, params.arguments ?? {}, { request, isModern, state, notify: modern().notify }),
  );
  server.setRequestHandler('resources/list', () => ({ resources: RESOURCES }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'Template', mimeType: 'application/json' }],
  }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) => ({ contents: [readResource(uri)] }));
  server.setRequestHandler('prompts/list', () => ({ prompts: PROMPTS }));
  server.setRequestHandler('prompts/get', ({ params }, { mcpReq }) => {
    if (params.name === 'test_input_required_result_prompt') {
      const answer = acceptedContent<{ context?: unknown }>(mcpReq.inputResponses, 'user_context');
      if (answer === undefined)
        return inputRequired({
          inputRequests: {
            user_context: inputRequired.elicit({
              message: 'What context should the prompt use?',
              requestedSchema: { type: 'object', properties: { context: { type: 'string' } }, required: ['context'] },
            }),
          },
        });
      return { messages: [userText(`Context: ${String(answer.context)}`)] };
    }
    return { messages: promptMessages(params.name, params.arguments ?? {}) };
  });
  server.setRequestHandler('completion/complete', () => ({ completion: { values: ['paris', 'park'], total: 2 } }));
  if (!isModern) {
    server.setRequestHandler('logging/setLevel', () => ({}));
    server.setRequestHandler('resources/subscribe', () => ({}));
    server.setRequestHandler('resources/unsubscribe', () => ({}));
  }
  return mcp;
}

function readResource(
  uri: string,
): { uri: string; mimeType: string; text: string } | { uri: string; mimeType: string; blob: string } {
  if (uri === 'test://static-text')
    return { uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' };
  if (uri === 'test://static-binary') return { uri, mimeType: 'image/png', blob: PNG };
  if (uri === 'test://watched-resource') return { uri, mimeType: 'text/plain', text: 'Watched.' };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Resource not found', { uri });
  const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
  return { uri, mimeType: 'application/json', text };
}

function userText(text: string): { role: 'user'; content: { type: 'text'; text: string } } {
  return { role: 'user', content: { type: 'text', text } };
}

type PromptMessages = readonly {
  role: 'user';
  content:
    | { type: 'text'; text: string }
    | { type: 'image'; data: string; mimeType: string }
    | { type: 'resource'; resource: { uri: string; mimeType: string; text: string } };
}[];

function promptMessages(name: string, args: Readonly<Record<string, string>>): [...PromptMessages] {
  switch (name) {
    case 'test_simple_prompt':
      return [userText('This is a simple prompt for testing.')];
    case 'test_prompt_with_arguments':
      return [userText(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`)];
    case 'test_prompt_with_embedded_resource': {
      const resource = {
        uri: args.resourceUri ?? '',
        mimeType: 'text/plain',
        text: 'Embedded resource content for testing.',
      };
      return [
        { role: 'user', content: { type: 'resource', resource } },
        userText('Please process the embedded resource above.'),
      ];
    }
    case 'test_prompt_with_image':
      return [
        { role: 'user', content: { type: 'image', data: PNG, mimeType: 'image/png' } },
        userText('Please analyze the image above.'),
      ];
    default:
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown prompt: ${name}`);
  }
}

/** Events by stream, so that a client can come back. */
function memoryEvents(): EventStore {
  const events: { id: string; stream: string; message: JSONRPCMessage }[] = [];
  return {
    storeEvent(stream, message) {
      const id = `${stream}_${events.length}`;
      events.push({ id, stream, message });
      return Promise.resolve(id);
    },
    async replayEventsAfter(lastEventId, { send }) {
      const at = events.findIndex(({ id }) => id === lastEventId);
      if (at === -1) return '';
      const { stream } = events[at]!;
      for (const event of events.slice(at + 1))
        if (event.stream === stream && Object.keys(event.message).length > 0) await send(event.id, event.message);
      return stream;
    },
  };
}
