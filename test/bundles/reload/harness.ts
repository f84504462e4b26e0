// Reload under load: bundles of every kind arrive one after the other while the policy is asked without a pause.
// The short version is a test, the long one `npm run reload`.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ArchiveFile, writeArchive } from '../../../bundles/archive.ts';
import { verificationKeys } from '../../../bundles/keys.ts';
import { openPolicySource } from '../../../bundles/policy-source.ts';
import { signaturesText, signedFiles, signFiles } from '../../../bundles/sign.ts';

/** What is wrong with a bundle, and the code by which it has to be refused. */
const FAULTS = {
  'broken Rego': 'policy_invalid',
  'bad signature': 'signature_invalid',
  'changed after signing': 'signature_mismatch',
  'truncated archive': 'archive_invalid',
  'wrong roots': 'roots_conflict',
  'missing entry point': 'entrypoint_invalid',
} as const;

type Kind = 'good' | keyof typeof FAULTS;
const KINDS = ['good', ...Object.keys(FAULTS)] as readonly Kind[];

export interface ReloadResult {
  readonly bundles: number;
  readonly calls: number;
  /** Calls that threw or had no answer. */
  readonly failed: number;
  /** Answers of which one part came of another bundle than the rest. */
  readonly mixed: number;
  /** Bad bundles that were not refused for what is wrong with them. */
  readonly unreported: readonly string[];
  /** Times that another revision than the last good one was in force. */
  readonly wrong: readonly string[];
}

/** Serves `count` bundles, good and bad in turn. */
export async function runReload(count: number): Promise<ReloadResult> {
  const own = generateKeyPairSync('ed25519');
  const foreign = generateKeyPairSync('ed25519');
  const pem = own.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  let archive = new Uint8Array();
  const server = createServer((_, response) => response.end(archive));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let lastLine = '';
  const source = openPolicySource(
    {
      bundles: [
        {
          name: 'main',
          source: { kind: 'http', url: `http://127.0.0.1:${port}/b`, minDelayMs: 600_000, maxDelayMs: 600_000 },
          verification: { keys: verificationKeys(pem, { id: 'k', algorithm: 'EdDSA' }) },
        },
      ],
      evaluation: { entrypoints: ['a/rego', 'a/base'] },
    },
    { report: (line) => (lastLine = line) },
  );
  const tally = { calls: 0, failed: 0, mixed: 0 };
  const [unreported, wrong]: [string[], string[]] = [[], []];
  let isDone = false;
  const input = new TextEncoder().encode('{"user": "ada"}');
  /** As a request does it: one snapshot, several questions, time passing in between. */
  const ask = async (): Promise<void> => {
    while (!isDone) {
      const policy = source.current;
      if (policy !== undefined) {
        tally.calls++;
        try {
          const first = text(policy.evaluateJson('a/rego', input));
          await new Promise((resolve) => void setImmediate(resolve));
          const second = text(policy.evaluateJson('a/base', input));
          if (first === undefined || second === undefined) tally.failed++;
          else if (first !== second || first !== policy.revisions['main']) tally.mixed++;
        } catch {
          tally.failed++;
        }
      }
      await new Promise((resolve) => void setImmediate(resolve));
    }
  };
  const asking = [ask(), ask(), ask()];
  let good: string | undefined;
  for (let i = 0; i < count; i++) {
    const kind = i === 0 || i === count - 1 ? 'good' : KINDS[i % KINDS.length]!;
    archive = await bundleOf(kind, String(i), own.privateKey, foreign.privateKey);
    await source.refresh();
    if (kind === 'good') good = String(i);
    else if (!lastLine.includes(`: ${FAULTS[kind]}: `)) unreported.push(`${i} (${kind}): ${lastLine}`);
    if (source.current?.revisions['main'] !== good) wrong.push(`${i} (${kind}): ${source.current?.revisions['main']}`);
  }
  isDone = true;
  await Promise.all(asking);
  await source.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { bundles: count, ...tally, unreported, wrong };
}

function text(result: Uint8Array | undefined): string | undefined {
  return result === undefined ? undefined : new TextDecoder().decode(result);
}

/** A bundle whose rules and data both say its revision. */
async function bundleOf(
  kind: Kind,
  revision: string,
  own: KeyObject,
  foreign: KeyObject,
): Promise<Uint8Array<ArrayBuffer>> {
  const manifest = { revision, roots: kind === 'wrong roots' ? ['b'] : [''] };
  const rego = `package a\n\nrego := ${revision} if input.user == ${kind === 'broken Rego' ? 'who' : '"ada"'}\n`;
  const contents: Record<string, string> = {
    '.manifest': JSON.stringify(manifest),
    'data.json': JSON.stringify({ n: Number(revision) }),
    'a.rego': rego,
    ...(kind === 'missing entry point' ? {} : { 'b.rego': 'package a\n\nbase := data.n if input.user\n' }),
  };
  const files = Object.entries(contents).map(([name, content]) => ({
    name: `/${name}`,
    content: new TextEncoder().encode(content),
  }));
  const key = kind === 'bad signature' ? foreign : own;
  const token = await signFiles(signedFiles(files), { key, algorithm: 'EdDSA', keyId: 'k' });
  const sent = kind === 'changed after signing' ? files.map(changed) : files;
  const archive = writeArchive([
    ...sent,
    { name: '/.signatures.json', content: new TextEncoder().encode(signaturesText(token)) },
  ]);
  return new Uint8Array(kind === 'truncated archive' ? archive.subarray(0, archive.length - 40) : archive);
}

function changed({ name, content }: ArchiveFile): ArchiveFile {
  return {
    name,
    content: name === '/a.rego' ? new TextEncoder().encode(`${new TextDecoder().decode(content)}\n`) : content,
  };
}
