// `npm start`: the gate with everything around it on this machine: an issuer, an MCP server and the sample policies. Prints what to try.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../config/reader.ts';
import { parseConfig } from '../config/config.ts';
import { openGate } from '../gate.ts';
import { listen } from '../listen.ts';
import { DEMO_SECRET, startDemoIssuer } from './issuer.ts';
import { startDemoUpstream } from './upstream.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const port = Number(process.env.PORT ?? 8080);
const publicUrl = `http://127.0.0.1:${port}`;

const upstreamToken = randomBytes(24).toString('base64url');
const issuer = await startDemoIssuer(publicUrl);
const upstream = await startDemoUpstream(upstreamToken);

const settings = `listen: {port: ${port}}
publicUrl: ${publicUrl}
policy: {directory: policies}
issuers:
  - issuer: ${issuer.url}
    audience: ${publicUrl}
    algorithms: [ES256]
connections:
  - name: shop
    kind: mcp
    path: /mcp/shop
    upstream: ${upstream.url}
    credential: {kind: bearer, token: {env: SHOP_TOKEN}}
    requiredScopes: [mcp]
decisionLog: {stdout: true, labels: [environment=demo], mask: [/input/identity/claims]}
`;

try {
  const config = parseConfig(settings, `${root}/demo.yaml`, { SHOP_TOKEN: upstreamToken });
  const listener = await listen(await openGate(config));
  process.stdout.write(instructions());
  const stop = (): void =>
    void Promise.all([listener.close(), issuer.close(), upstream.close()]).then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
} catch (error) {
  const code = (error as NodeJS.ErrnoException).code;
  const text = code === 'EADDRINUSE' ? `Port ${port} is taken; choose another with PORT=8081 npm start` : String(error);
  console.error(error instanceof ConfigError ? error.message : text);
  process.exit(1);
}

function instructions(): string {
  const call = (id: number, method: string, params?: unknown): string =>
    `curl -s ${publicUrl}/mcp/shop -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\\n` +
    `  -H 'accept: application/json, text/event-stream' -d '${JSON.stringify({ jsonrpc: '2.0', id, method, params })}'`;
  return `Regate is listening at ${publicUrl}/mcp/shop, with the policies in policies/. Decisions are logged below.

# ada of support (grace is of finance); tokens live for an hour
TOKEN=$(curl -s ${issuer.url}/token -d grant_type=client_credentials -d client_id=ada -d client_secret=${DEMO_SECRET} \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

# no token: 401, and where to get one
curl -si ${publicUrl}/mcp/shop -d '{}'

# what the server offers
${call(1, 'tools/list')}

# a customer: the card's number is masked for ada, not for grace
${call(2, 'tools/call', { name: 'get_customer', arguments: { id: 7 } })}

# a refund: denied for ada; for grace it passes, without the note, and needs an approval from 500 on
${call(3, 'tools/call', { name: 'refund', arguments: { id: 7, amount: 20, internal_note: 'angry caller' } })}

`;
}
