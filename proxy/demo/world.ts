// The demo's world on this machine: an issuer, an MCP server that trusts the gate alone, the sample policies, and a gate with all its parts
// (administration, an embedded store for approvals, a decision log). It lives in a temporary directory for as long as the process.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseConfig } from '../config/config.ts';
import { openGate } from '../gate.ts';
import { listen } from '../listen.ts';
import type { Report } from '../operate/logger.ts';
import { startDemoIssuer } from './issuer.ts';
import { freePort } from './loopback.ts';
import { startDemoUpstream } from './upstream.ts';

const root = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../..' : '../..', import.meta.url));

export interface DemoWorld {
  /** The MCP endpoint at the gate. */
  readonly url: string;
  readonly adminUrl: string;
  readonly issuer: string;
  readonly logFile: string;
  close(): Promise<void>;
}

/** Starts everything; port 0 is any that is free. Rejects with what the gate says, or when a port is taken. */
export async function startDemoWorld(wantedPort: number, adminPort: number, report: Report): Promise<DemoWorld> {
  // Tokens name the gate's URL, so that its port has to be known before it listens.
  const port = wantedPort === 0 ? await freePort() : wantedPort;
  const directory = mkdtempSync(join(tmpdir(), 'regate-demo-'));
  const publicUrl = `http://127.0.0.1:${port}`;
  const upstreamToken = randomBytes(24).toString('base64url');
  const issuer = await startDemoIssuer(publicUrl);
  const upstream = await startDemoUpstream(upstreamToken);
  const settings = `listen: {port: ${port}}
admin: {port: ${adminPort}, requiredScopes: [admin]}
publicUrl: ${publicUrl}
policy: {directory: ${JSON.stringify(join(root, 'policies'))}}
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
store: {kind: embedded, directory: store}
approvals: {approvers: [leads]}
decisionLog: {file: decisions.jsonl, labels: [environment=demo], mask: [/input/identity/claims]}
`;
  const close = async (): Promise<void> => {
    await Promise.all([issuer.close(), upstream.close()]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const config = parseConfig(settings, join(directory, 'demo.yaml'), { SHOP_TOKEN: upstreamToken });
    const gate = await openGate(config, report);
    const listener = await listen(gate).catch(async (error: unknown) => {
      await gate.close();
      throw error;
    });
    return {
      url: `http://127.0.0.1:${listener.port}/mcp/shop`,
      adminUrl: `http://127.0.0.1:${listener.adminPort}`,
      issuer: issuer.url,
      logFile: join(directory, 'decisions.jsonl'),
      async close() {
        await listener.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
