// The demo's MCP server: Streamable HTTP with JSON answers, a shop with three tools and a token of its own. It trusts the gate alone.
import { createServer } from 'node:http';
import { closeServer, listenOnLoopback, readText, type DemoServer } from './loopback.ts';

interface Call {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: Readonly<Record<string, unknown>>;
    readonly protocolVersion?: string;
  };
}

const VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'];
const id = { type: 'integer', description: "the customer's number" };

const TOOLS = [
  {
    name: 'get_customer',
    description: 'A customer, with the card on file',
    inputSchema: { type: 'object', properties: { id }, required: ['id'] },
  },
  {
    name: 'list_orders',
    description: "A customer's orders",
    inputSchema: { type: 'object', properties: { id }, required: ['id'] },
  },
  {
    name: 'refund',
    description: 'Pays money back',
    inputSchema: {
      type: 'object',
      properties: { id, amount: { type: 'number' }, internal_note: { type: 'string' } },
      required: ['id', 'amount'],
    },
  },
];

/** Starts the server; it answers those only who show `token`. */
export async function startDemoUpstream(token: string): Promise<DemoServer> {
  const server = createServer(async (request, response) => {
    const text = await readText(request);
    if (request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end();
      return;
    }
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST' }).end();
      return;
    }
    const call = JSON.parse(text) as Call;
    if (call.id === undefined) {
      response.writeHead(202).end();
      return;
    }
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...answer(call) }));
  });
  const url = await listenOnLoopback(server);
  return { url: `${url}/mcp`, close: () => closeServer(server) };
}

function answer({ method, params }: Call): { result: unknown } | { error: unknown } {
  switch (method) {
    case 'initialize':
      return {
        result: {
          protocolVersion: VERSIONS.find((version) => version === params?.protocolVersion) ?? VERSIONS[0],
          capabilities: { tools: {} },
          serverInfo: { name: 'demo-shop', version: '1.0.0' },
        },
      };
    case 'ping':
      return { result: {} };
    case 'tools/list':
      return { result: { tools: TOOLS } };
    case 'tools/call':
      return call(params?.name, params?.arguments ?? {});
    default:
      return { error: { code: -32601, message: 'Method not found' } };
  }
}

function call(
  name: string | undefined,
  args: Readonly<Record<string, unknown>>,
): { result: unknown } | { error: unknown } {
  switch (name) {
    case 'get_customer':
      return toolResult({ id: args.id, name: 'Grete Hermann', card_number: '4111 1111 1111 1111' });
    case 'list_orders':
      return toolResult({ orders: [{ number: 'A-17', total: 42.5 }] });
    case 'refund':
      return toolResult({ refunded: args.amount, seen: Object.keys(args) });
    default:
      return { error: { code: -32602, message: 'Unknown tool' } };
  }
}

/** The same facts as text and as structure, as the specification wants it. */
function toolResult(structuredContent: unknown): { result: unknown } {
  return { result: { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent } };
}
