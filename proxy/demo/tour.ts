// `npm run demo:tour`: one call through each outcome, with a real MCP client, and what the decision log says of it.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { DEMO_SECRET } from './issuer.ts';
import { bold, cyan, dim, followLog, green, red, type ShownEvent, showEvent } from './show.ts';
import { type DemoWorld, startDemoWorld } from './world.ts';

const events: ShownEvent[] = [];
let stepNumber = 0;

/** Says what happens, lets it happen, and shows what the client gets and what the log says. */
async function step(title: string, act: () => Promise<string>): Promise<void> {
  const before = events.length;
  console.log(`\n${bold(`${++stepNumber}. ${title}`)}`);
  const said = await act();
  console.log(`   ${dim('client')}  ${said}`);
  const shown = (): ShownEvent[] => events.slice(before).filter(isOfStep);
  await until(() => shown().length > 0);
  for (const event of shown()) {
    console.log(`   ${dim('log')}     ${showEvent(event)}\n           ${dim(shorten(event))}`);
  }
}

/** Not what a client does by itself to open a session. */
function isOfStep({ input: { mcp, request } }: ShownEvent): boolean {
  return mcp?.method !== 'initialize' && mcp?.method?.startsWith('notifications/') !== true && request.method !== 'GET';
}

function shorten({ decision_id, input, result, error, erased, masked }: ShownEvent): string {
  const { tool, method, arguments: args } = input.mcp ?? {};
  const who = input.identity?.subject ?? null;
  return JSON.stringify({
    decision_id,
    input: { identity: { subject: who }, mcp: { method, tool, arguments: args } },
    result,
    error,
    erased,
    masked,
  });
}

async function until(isDone: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!isDone() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 25));
}

async function tokenOf(world: DemoWorld, user: string): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: user, client_secret: DEMO_SECRET });
  const answer = await fetch(`${world.issuer}/token`, { method: 'POST', body: form });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function connect(world: DemoWorld, token: string): Promise<Client> {
  const client = new Client({ name: 'regate-tour', version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(
    new StreamableHTTPClientTransport(new URL(world.url), { requestInit }) as Parameters<Client['connect']>[0],
  );
  return client;
}

async function call(client: Client, name: string, args: Record<string, unknown>): Promise<string> {
  const result = await client.callTool({ name, arguments: args }, undefined, {
    onprogress: () => {},
    resetTimeoutOnProgress: true,
  });
  const [first] = result.content as { text?: string }[];
  return result.isError === true ? red(first?.text ?? 'an error') : green(first?.text ?? 'no text');
}

async function admin<T>(world: DemoWorld, token: string, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${world.adminUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

// Ports of its own, beside a world that `npm start` keeps.
const world = await startDemoWorld(Number(process.env.PORT ?? 0), Number(process.env.ADMIN_PORT ?? 0), () => {});
const unfollow = followLog(world.logFile, (event) => events.push(event));
try {
  console.log(`A tour of ${cyan(world.url)}: ada is of support, grace of finance, lin leads and administers.`);
  const tokens = {
    ada: await tokenOf(world, 'ada'),
    grace: await tokenOf(world, 'grace'),
    lin: await tokenOf(world, 'lin'),
  };
  const ada = await connect(world, tokens.ada);
  const grace = await connect(world, tokens.grace);

  await step('Allowed: ada asks for the tools; the list is filtered by the same policy', async () => {
    const { tools } = await ada.listTools();
    return green(tools.map(({ name }) => name).join(', '));
  });
  await step('Allowed: ada looks at orders', () => call(ada, 'list_orders', { id: 7 }));
  await step("Masked: ada sees a customer without the card's number", () => call(ada, 'get_customer', { id: 7 }));
  await step('Denied: ada may not refund, and is told so in a way that her model can read', () =>
    call(ada, 'refund', { id: 7, amount: 20 }),
  );
  await step('Allowed and masked on the way: grace refunds; the note never reaches the server', () =>
    call(grace, 'refund', { id: 7, amount: 20, internal_note: 'angry caller' }),
  );
  await step('Held: grace refunds much, lin approves, the call goes on', async () => {
    const waiting = call(grace, 'refund', { id: 7, amount: 900 });
    let id: string | undefined;
    const end = Date.now() + 10_000;
    while (id === undefined && Date.now() < end) {
      const { approvals } = await admin<{ approvals: { id: string }[] }>(
        world,
        tokens.lin,
        'GET',
        '/v1/approvals?state=pending',
      );
      id = approvals[0]?.id;
      if (id === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (id === undefined) throw new Error('no approval is waiting');
    console.log(`   ${dim('lin')}     approves ${id}`);
    await admin(world, tokens.lin, 'POST', `/v1/approvals/${id}/approve`, { reason: 'a good customer' });
    return waiting;
  });
  await step("Revoked: lin revokes ada's token; her next call is refused", async () => {
    const { jti } = JSON.parse(Buffer.from(tokens.ada.split('.')[1]!, 'base64url').toString()) as { jti: string };
    await admin(world, tokens.lin, 'POST', '/v1/revocations', { token: jti, reason: 'laptop lost' });
    return call(ada, 'list_orders', { id: 7 }).catch((error: Error) => red(error.message));
  });
  console.log(`\nEvery line was written before its answer left. ${dim('npm start keeps such a world running.')}`);
  await Promise.allSettled([ada.close(), grace.close()]);
} finally {
  unfollow();
  await world.close();
}
process.exit();
