// Delta bundles: `patch.json` changes the data of the bundle before it.
// Whether the paths lie in the bundle's roots is bundle.ts's business.
import { getKey, makeObject } from '../engine/value/construct.ts';
import { parseJson } from '../engine/value/json.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import { BundleError } from './bundle-error.ts';

/** One change. `upsert` makes the objects on the way; `replace` and `remove` want something there. */
export interface PatchOperation {
  readonly op: 'upsert' | 'replace' | 'remove';
  /** Keys from the root of `data`; never empty. */
  readonly path: readonly string[];
  readonly value?: Value;
}

const OPERATIONS = ['upsert', 'replace', 'remove'] as const;

/** The operations of a `patch.json`. Throws BundleError with all faults. */
export function parsePatch(text: string): readonly PatchOperation[] {
  let value: Value;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new BundleError('patch_invalid', `patch.json: ${(error as Error).message}`, { cause: error });
  }
  const list = value instanceof RegoObject ? getKey(value, 'data') : undefined;
  if (!Array.isArray(list))
    throw new BundleError('patch_invalid', 'patch.json: data: an array of operations is expected');
  const faults: string[] = [];
  const operations = (list as readonly Value[]).map((item, i) =>
    operation(item, (fault) => faults.push(`patch.json: data[${i}]: ${fault}`)),
  );
  if (faults.length > 0) throw new BundleError('patch_invalid', faults.join('\n'));
  return operations;
}

function operation(item: Value, fault: (text: string) => void): PatchOperation {
  const field = (name: string): Value | undefined => (item instanceof RegoObject ? getKey(item, name) : undefined);
  const op = OPERATIONS.find((name) => name === field('op'));
  if (op === undefined) fault(`op: one of ${OPERATIONS.join(', ')} is expected`);
  const path = field('path');
  const keys = typeof path === 'string' && path.startsWith('/') && path !== '/' ? pointer(path) : [];
  if (keys.length === 0) fault('path: a JSON pointer below the root is expected');
  const value = field('value');
  if (op !== undefined && op !== 'remove' && value === undefined) fault('value: expected');
  return { op: op ?? 'remove', path: keys, ...(value === undefined || op === 'remove' ? {} : { value }) };
}

/** The keys of a JSON pointer (RFC 6901). */
function pointer(text: string): string[] {
  return text
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The data after all operations; the data given stays as it is. Throws BundleError when one does not apply. */
export function applyPatch(data: RegoObject, operations: readonly PatchOperation[]): RegoObject {
  return operations.reduce((current, operation) => apply(current, operation, 0) as RegoObject, data);
}

function apply(target: Value | undefined, operation: PatchOperation, depth: number): Value {
  const { op, path, value } = operation;
  const key = path[depth]!;
  const isLast = depth === path.length - 1;
  if (Array.isArray(target)) return applyToArray(target as readonly Value[], key, isLast, operation, depth);
  if (target !== undefined && !(target instanceof RegoObject)) notFound(operation);
  const object = target ?? makeObject([]);
  const before = getKey(object, key);
  if (before === undefined && op !== 'upsert') notFound(operation);
  const others = object.entries.filter(([name]) => name !== key);
  if (!isLast) return makeObject([...others, [key, apply(before, operation, depth + 1)]]);
  return op === 'remove' ? makeObject(others) : makeObject([...others, [key, value!]]);
}

function applyToArray(
  items: readonly Value[],
  key: string,
  isLast: boolean,
  operation: PatchOperation,
  depth: number,
): Value {
  const { op, value } = operation;
  if (isLast && op === 'upsert' && key === '-') return [...items, value!];
  const index = /^(0|[1-9]\d*)$/.test(key) ? Number(key) : items.length;
  if (index >= items.length) notFound(operation);
  if (!isLast) return items.with(index, apply(items[index], operation, depth + 1));
  if (op === 'remove') return items.toSpliced(index, 1);
  // As in OPA's store, adding at an index moves the items behind it.
  return op === 'upsert' ? items.toSpliced(index, 0, value!) : items.with(index, value!);
}

function notFound({ op, path }: PatchOperation): never {
  throw new BundleError('patch_invalid', `${op} at '/${path.join('/')}': the document does not exist`);
}
