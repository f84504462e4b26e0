// The thread in which bundles are read, verified, compiled and tried: nothing of it holds up the calling thread, and what
// an archive can exhaust is this thread's memory. The other side is activation-thread.ts.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import {
  type ActivationReply,
  type ActivationRequest,
  type Payload,
  type ReadReply,
  type ReadRequest,
  share,
} from './activation-protocol.ts';
import { type ArchiveFile, DEFAULT_ARCHIVE_LIMITS, readArchive, writeArchive } from './archive.ts';
import { type Bundle, readBundle, readDirectory } from './bundle.ts';
import { BundleError } from './bundle-error.ts';
import { Composer } from './composer.ts';
import { applyDelta } from './delta.ts';
import { verifyFiles } from './verify.ts';

interface Held {
  readonly bundle: Bundle;
  readonly digest: string;
  /** Of a directory, until they are packed. */
  readonly files?: readonly ArchiveFile[];
}

const held = new Map<number, Held>();

const composer = new Composer();

async function answer(request: ActivationRequest): Promise<ActivationReply> {
  switch (request.kind) {
    case 'read':
      return read(request);
    case 'compose':
      return composer.compose(
        request.bundles.map(({ name, id }) => ({ name, bundle: find(id).bundle })),
        request.evaluation,
      );
    case 'pack': {
      const { files, bundle, digest } = find(request.id);
      held.set(request.id, { bundle, digest });
      return { kind: 'pack', bytes: share(writeArchive(files ?? [])) };
    }
    case 'forget':
      for (const id of request.ids) held.delete(id);
      return { kind: 'forget' };
  }
}

function find(id: number): Held {
  const found = held.get(id);
  if (found === undefined) throw new BundleError('not_available', `bundle ${id} is not held`);
  return found;
}

async function read(request: ReadRequest): Promise<ReadReply> {
  const started = process.hrtime.bigint();
  const { payload } = request;
  const first = await readPayload(payload, request);
  let current: Held = { bundle: first.bundle, digest: first.digest, ...(first.files && { files: first.files }) };
  let type: ReadReply['type'] = 'snapshot';
  if (current.bundle.patch !== undefined) {
    if (request.baseId === undefined)
      throw new BundleError('patch_invalid', 'a delta bundle came before the bundle it changes');
    current = withDelta(find(request.baseId), current);
    type = 'delta';
  }
  for (const bytes of payload.kind === 'archive' ? payload.deltas : []) {
    const delta = await readPayload({ kind: 'archive', bytes, deltas: [] }, request);
    current = withDelta(current, delta);
    type = 'delta';
  }
  held.set(request.id, current);
  return {
    kind: 'read',
    digest: current.digest,
    revision: current.bundle.manifest.revision,
    type,
    size: first.size,
    ...(payload.kind === 'file' ? { bytes: share(first.bytes!) } : {}),
    readNs: Number(process.hrtime.bigint() - started),
  };
}

function withDelta(base: Held, delta: Held): Held {
  const digest = createHash('sha256').update(`${base.digest}\n${delta.digest}`).digest('hex');
  return { bundle: applyDelta(base.bundle, delta.bundle), digest };
}

interface ReadPayload extends Held {
  readonly size: number;
  readonly bytes?: Uint8Array;
}

/** Verified before any of it is parsed. */
async function readPayload(payload: Payload, { verification, limits }: ReadRequest): Promise<ReadPayload> {
  if (payload.kind === 'directory') {
    const files = readSource(payload.directory, () =>
      readDirectory(payload.directory, { ignore: HIDDEN_FILES, limits }),
    );
    await verifyFiles(files, { ...verification, directory: verification.directory ?? payload.directory });
    const used = files.filter(({ name }) => BUNDLE_FILE.test(name) && !name.endsWith('_test.rego'));
    const hash = createHash('sha256');
    for (const { name, content } of used) hash.update(`${name}\0${content.length}\0`).update(content);
    const size = used.reduce((sum, { content }) => sum + content.length, 0);
    // Packed, a signed directory needs all that was signed.
    return {
      bundle: readBundle(used),
      digest: hash.digest('hex'),
      files: verification.keys.length > 0 ? files : used,
      size,
    };
  }
  const bytes =
    payload.kind === 'file'
      ? readSource(payload.file, () => readBounded(payload.file, limits.maxCompressedBytes))
      : new Uint8Array(payload.bytes);
  const files = readArchive(bytes, limits);
  await verifyFiles(files, verification);
  return {
    bundle: readBundle(files),
    digest: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    bytes,
  };
}

/** The manifest and the signatures are the only hidden files that mean something; a ConfigMap's `..data` holds all files once more. */
const HIDDEN_FILES = ['.!(manifest|signatures.json)'];

/** Others lie in a directory too, and may change without changing the policy. */
const BUNDLE_FILE =
  /\.rego$|\/(?:data\.(?:json|ya?ml)|policy\.wasm|plan\.json|patch\.json|\.manifest|\.signatures\.json)$/;

function readBounded(file: string, maxBytes = DEFAULT_ARCHIVE_LIMITS.maxCompressedBytes): Uint8Array {
  const { size } = statSync(file);
  if (size > maxBytes)
    throw new BundleError('archive_too_large', `the archive has ${size} bytes, the limit is ${maxBytes}`);
  return readFileSync(file);
}

function readSource<T>(path: string, get: () => T): T {
  try {
    return get();
  } catch (error) {
    if (error instanceof BundleError) throw error;
    throw new BundleError('source_unavailable', `${path}: ${(error as Error).message}`, { cause: error });
  }
}

let last: Promise<void> = Promise.resolve();

/** One request after the other. A fault that is no BundleError is ours: it is reported as what it is, and the thread goes on. */
async function handle(request: ActivationRequest): Promise<void> {
  let reply: ActivationReply;
  try {
    reply = await answer(request);
  } catch (error) {
    const isKnown = error instanceof BundleError;
    const message = error instanceof Error ? error.message : String(error);
    reply = {
      kind: 'failed',
      code: isKnown ? error.code : 'internal_error',
      message,
      // More than anyone reads; each is cloned.
      diagnostics: isKnown ? error.diagnostics.slice(0, 100) : [],
    };
  }
  parentPort!.postMessage(reply, reply.kind === 'compose' ? [reply.data.buffer as ArrayBuffer] : []);
}

parentPort!.on('message', (request: ActivationRequest) => {
  last = last.then(() => handle(request));
});
parentPort!.postMessage({ kind: 'ready' } satisfies ActivationReply);
