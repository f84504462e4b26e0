// YAML text to values, by way of JSON as sigs.k8s.io/yaml has it: YAML 1.1, keys become text, only the first document counts.
// Left to others: the grammar (parser.ts), scalars (resolve.ts).
import { makeObject } from '../value/construct.ts';
import { formatFloat } from '../value/go-strconv.ts';
import { fromBigInt } from '../value/number.ts';
import { quoteGo } from '../value/rego-text.ts';
import { RegoNumber, type Value } from '../value/value.ts';
import { parseDocument } from './parser.ts';
import type { MappingNode, ScalarNode, YamlNode } from './parser.ts';
import { resolveScalar } from './resolve.ts';
import type { YamlScalar } from './resolve.ts';
import { YamlError } from './token.ts';

/** Decoded YAML before it becomes JSON: mappings keep the types of their keys. */
export type Decoded = YamlScalar | readonly Decoded[] | ReadonlyMap<string, readonly [YamlScalar, Decoded]>;
type DecodedMap = Map<string, readonly [YamlScalar, Decoded]>;

const MERGE_TAG = 'tag:yaml.org,2002:merge';

/**
 * The value of the first document of a YAML text; null when there is none. Integers of 64 bits are exact, other numbers
 * doubles. Throws YamlError with the texts of Go's packages.
 */
export function parseYaml(text: string): Value {
  return guarded(() => toValue(decodeYaml(text)));
}

/** The first document before it becomes a value; null when there is none. Throws YamlError. */
export function decodeYaml(text: string): Decoded {
  return guarded(() => {
    const root = parseDocument(text);
    return root === undefined ? null : new Decoder().decode(root);
  });
}

function guarded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    // Nesting is bounded, but the stack may end before the bound.
    if (error instanceof RangeError) throw new YamlError('yaml: exceeded max depth of 10000');
    throw error;
  }
}

class Decoder {
  #decoded = 0;
  #aliased = 0;
  #aliasDepth = 0;
  readonly #open = new Set<YamlNode>();

  decode(node: YamlNode): Decoded {
    this.#count();
    switch (node.kind) {
      case 'scalar':
        return resolveScalar(node.value, node.tag, node.implicit);
      case 'sequence':
        return node.items.map((item) => this.decode(item));
      case 'mapping':
        return this.#mapping(node, new Map());
      case 'alias':
        return this.#alias(node.name, node.target, () => this.decode(node.target));
    }
  }

  /** Refuses documents that grow out of all proportion by their aliases; the bounds are go-yaml's. */
  #count(): void {
    this.#decoded++;
    if (this.#aliasDepth > 0) this.#aliased++;
    const grown = Math.min(Math.max((this.#decoded - 400_000) / 3_600_000, 0), 1);
    if (this.#aliased > 100 && this.#decoded > 1000 && this.#aliased / this.#decoded > 0.99 - 0.89 * grown) {
      throw new YamlError('yaml: document contains excessive aliasing');
    }
  }

  #alias<T>(name: string, target: YamlNode, decode: () => T): T {
    if (this.#open.has(target)) throw new YamlError(`yaml: anchor '${name}' value contains itself`);
    this.#open.add(target);
    this.#aliasDepth++;
    const result = decode();
    this.#aliasDepth--;
    this.#open.delete(target);
    return result;
  }

  /** Entries in the order of the text: later ones replace earlier ones, merged or not. */
  #mapping(node: MappingNode, into: DecodedMap): DecodedMap {
    for (const [key, value] of node.entries) {
      if (isMerge(key)) {
        this.#merge(value, into);
        continue;
      }
      const decodedKey = this.decode(key);
      if (!isScalar(decodedKey)) throw new YamlError(`yaml: invalid map key: ${goSyntax(decodedKey)}`);
      into.set(goSyntax(decodedKey), [decodedKey, this.decode(value)]);
    }
    return into;
  }

  #merge(node: YamlNode, into: DecodedMap): void {
    if (node.kind === 'sequence') {
      // Earlier mappings take precedence.
      for (const item of node.items.toReversed()) this.#mergeOne(item, into);
    } else {
      this.#mergeOne(node, into);
    }
  }

  #mergeOne(node: YamlNode, into: DecodedMap): void {
    this.#count();
    const target = node.kind === 'alias' ? node.target : node;
    if (target.kind !== 'mapping') throw new YamlError('yaml: map merge requires map or sequence of maps as the value');
    if (node.kind === 'alias') this.#alias(node.name, target, () => this.#mapping(target, into));
    else this.#mapping(target, into);
  }
}

function isMerge(node: YamlNode): node is ScalarNode {
  return node.kind === 'scalar' && node.value === '<<' && (node.implicit || node.tag === MERGE_TAG);
}

/** Whether it is neither a sequence nor a mapping. */
export function isScalar(value: Decoded): value is YamlScalar {
  return !Array.isArray(value) && !(value instanceof Map);
}

/** Whether it is a float. */
export function isFloat(value: YamlScalar): value is { readonly float: number } {
  return typeof value === 'object' && value !== null;
}

/** A value as Go's `%#v` writes it. */
function goSyntax(value: Decoded, nested = false): string {
  const inner = (item: Decoded): string => goSyntax(item, true);
  if (Array.isArray(value)) return `[]interface {}{${(value as readonly Decoded[]).map(inner).join(', ')}}`;
  if (value instanceof Map) {
    const entries = [...(value as DecodedMap)].sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[interface {}]interface {}{${entries.map(([, [key, item]]) => `${inner(key)}:${inner(item)}`).join(', ')}}`;
  }
  const scalar = value as YamlScalar;
  if (scalar === null) return nested ? 'interface {}(nil)' : '<nil>';
  if (typeof scalar === 'string') return quoteGo(scalar);
  if (typeof scalar === 'bigint') return isUnsigned(scalar) ? `0x${scalar.toString(16)}` : String(scalar);
  return isFloat(scalar) ? formatFloat(scalar.float, 'g', -1) : String(scalar);
}

/** Whether the integer needs Go's uint64. */
function isUnsigned(integer: bigint): boolean {
  return integer >= 1n << 63n;
}

/** The text of a float as a key: the shortest that tells it from other floats of 32 bits (`1.5`, `1e+06`, `.inf`). */
function floatText(float: number): string {
  const single = Math.fround(float);
  if (Object.is(single, -0)) return '-0';
  if (Number.isNaN(single)) return '.nan';
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  let digits = 0;
  while (digits < 9 && Math.fround(Number(single.toExponential(digits))) !== single) digits++;
  const [mantissa = '', exponent = ''] = single.toExponential(digits).split('e');
  const power = Number(exponent);
  if (single === 0 || (power >= -4 && power < 6)) return single.toFixed(Math.max(0, digits - power));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function keyText(key: YamlScalar, value: Decoded): string {
  if (typeof key === 'string') return key;
  if (key === null || (typeof key === 'bigint' && isUnsigned(key))) {
    const type = key === null ? '%!s(<nil>)' : 'uint64';
    throw new YamlError(`unsupported map key of type: ${type}, key: ${goSyntax(key)}, value: ${goSyntax(value)}`);
  }
  return isFloat(key) ? floatText(key.float) : String(key);
}

function toValue(value: Decoded): Value {
  if (Array.isArray(value)) return (value as readonly Decoded[]).map(toValue);
  if (value instanceof Map) {
    const entries = [...(value as DecodedMap).values()];
    return makeObject(entries.map(([key, item]) => [keyText(key, item), toValue(item)] as const));
  }
  const scalar = value as YamlScalar;
  if (typeof scalar === 'bigint') return fromBigInt(scalar);
  if (!isFloat(scalar)) return scalar;
  const { float } = scalar;
  if (Number.isNaN(float)) throw new YamlError('json: unsupported value: NaN');
  if (!Number.isFinite(float)) throw new YamlError(`json: unsupported value: ${float > 0 ? '+' : '-'}Inf`);
  // Go writes large and small floats as JavaScript does; other numbers are printed alike.
  const text = Object.is(float, -0) ? '-0' : String(float);
  return text === '-0' || text.includes('e') ? new RegoNumber(text) : float;
}
