// Reads values out of a configuration document and collects every fault with its path, so that all are reported at once.
// What the configuration holds is config.ts.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { suggestionList } from '../../engine/builtins/host/graphql/suggestions.ts';

/** All that is wrong with a configuration. `faults` are `PATH: WHAT`; the message has their lines too, where `lineOf` knows them. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(file: string, faults: readonly string[], lineOf: (path: string) => number | undefined = () => undefined) {
    const lines = faults
      .map((fault) => ({ fault, line: lineOf(fault.split(': ', 1)[0]!) }))
      .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
      .map(({ fault, line }) => (line === undefined ? `  ${fault}` : `  line ${line}: ${fault}`));
    super(`${file} is not a valid configuration:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** Where faults go, and what references are resolved against. */
export interface ReadContext {
  readonly faults: string[];
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The files that have been read. */
  readonly sources: string[];
}

/** One object of the document. Every key that is read is known; `end` reports the others. */
export class ObjectReader {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #context: ReadContext;
  readonly #known = new Set<string>();
  /** It has been said already that the object is missing: what is missing in it need not be. */
  readonly #isMissing: boolean;

  constructor(value: unknown, path: string, context: ReadContext) {
    this.#path = path;
    this.#context = context;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.#isMissing = false;
    if (!isObject) this.#fault('', value === undefined ? 'is missing' : 'has to be a mapping');
    this.#isMissing = !isObject;
    this.#value = isObject ? (value as Record<string, unknown>) : {};
  }

  has(key: string): boolean {
    return this.#take(key) !== undefined;
  }

  /** A switch that can only be turned on. */
  isTrue(key: string): boolean {
    const value = this.#take(key);
    if (value !== undefined && value !== true) this.#fault(key, 'has to be true, or absent');
    return value !== undefined;
  }

  text(key: string, fallback?: string, rule?: readonly [RegExp, string]): string {
    const value = this.#take(key) ?? fallback;
    if (typeof value !== 'string' || value === '')
      this.#fault(key, value === undefined ? 'is missing' : 'has to be a text');
    else if (rule !== undefined && !rule[0].test(value)) this.#fault(key, rule[1]);
    return typeof value === 'string' ? value : '';
  }

  optionalText(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined;
  }

  texts(
    key: string,
    fallback?: readonly string[],
    isAccepted?: readonly [(text: string) => boolean, string],
  ): readonly string[] {
    const value = this.#take(key) ?? fallback;
    const list = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(list)) {
      this.#fault(key, value === undefined ? 'is missing' : 'has to be a list of texts');
      return [];
    }
    list.forEach((each: unknown, i) => {
      if (typeof each !== 'string' || each === '') this.#fault(`${key}[${i}]`, 'has to be a text');
      else if (isAccepted !== undefined && !isAccepted[0](each)) this.#fault(`${key}[${i}]`, isAccepted[1]);
    });
    return list.filter((each): each is string => typeof each === 'string');
  }

  /** A list of texts and nulls, or one of either. */
  nullableTexts(key: string, fallback: readonly (string | null)[]): readonly (string | null)[] {
    this.#known.add(key);
    const value = Object.hasOwn(this.#value, key) ? this.#value[key] : fallback;
    const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    const isGood = list.every((each) => each === null || (typeof each === 'string' && each !== ''));
    if (!isGood) this.#fault(key, 'has to be a text, null, or a list of them');
    return isGood ? (list as readonly (string | null)[]) : [];
  }

  /** A mapping from names of the writer's choice to lists of texts; one text stands for a list. */
  textLists(key: string): Readonly<Record<string, readonly string[]>> {
    const value = this.#take(key) ?? {};
    const lists = Object.create(null) as Record<string, readonly string[]>;
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.#fault(key, 'has to be a mapping');
      return lists;
    }
    for (const [name, each] of Object.entries(value)) {
      const list: readonly unknown[] = Array.isArray(each) ? each : [each];
      if (list.length > 0 && list.every((one) => typeof one === 'string' && one !== ''))
        lists[name] = list as readonly string[];
      else this.#fault(`${key}.${name}`, 'has to be a text, or a list of texts that is not empty');
    }
    return lists;
  }

  oneOf<T extends string>(key: string, values: readonly T[], fallback?: T): T {
    const value = this.#take(key) ?? fallback;
    if (values.includes(value as T)) return value as T;
    this.#fault(key, value === undefined ? 'is missing' : `has to be one of ${values.join(', ')}`);
    return values[0]!;
  }

  integer(key: string, fallback: number | undefined, least: number, most: number): number {
    const value = this.#take(key) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    this.#fault(key, value === undefined ? 'is missing' : `has to be an integer from ${least} to ${most}`);
    return least;
  }

  /** A URL that `isAccepted`. */
  url(key: string, isAccepted: (url: string) => boolean, rule: string, fallback?: string): string {
    const text = this.text(key, fallback);
    if (text !== '' && !(URL.canParse(text) && isAccepted(text))) this.#fault(key, rule);
    return text;
  }

  /** A path, from the configuration's directory on. */
  file(key: string): string {
    return resolve(this.#context.directory, this.text(key));
  }

  /** The text of a file with certificates; undefined when the key is absent. */
  optionalPem(key: string): string | undefined {
    if (!this.has(key)) return undefined;
    const text = this.#read(this.file(key));
    if (text === undefined || !text.includes('-----BEGIN ')) this.#fault(key, 'is no file in PEM');
    return text;
  }

  /** A secret that stands in a header, and so in one line. */
  secret(key: string): string {
    const secret = this.secretText(key);
    if (/[^\x20-\x7e]/.test(secret)) this.#fault(key, 'holds characters that no header can');
    return secret;
  }

  /** A secret: `{env: NAME}` or `{file: PATH}`; never the secret itself. */
  secretText(key: string): string {
    if (typeof this.#take(key) === 'string') {
      this.#fault(key, 'has to name the secret by env or file, not to hold it');
      return '';
    }
    const reference = this.object(key);
    const env = reference.optionalText('env');
    const hasFile = reference.has('file');
    const file = hasFile ? reference.file('file') : undefined;
    reference.end();
    if ((env === undefined) === (file === undefined)) {
      this.#fault(key, 'needs either env or file');
      return '';
    }
    const secret = env === undefined ? this.#read(file!) : this.#context.env[env];
    if (secret === undefined || secret === '')
      this.#fault(key, env === undefined ? 'the file cannot be read or is empty' : `the variable ${env} is not set`);
    return secret ?? '';
  }

  object(key: string): ObjectReader {
    return new ObjectReader(this.#take(key), this.#at(key), this.#context);
  }

  /** An object that may be absent: then all of it has to have fallbacks. */
  optionalObject(key: string): ObjectReader {
    return new ObjectReader(this.#take(key) ?? {}, this.#at(key), this.#context);
  }

  objects(key: string): readonly ObjectReader[] {
    const value = this.#take(key);
    if (!Array.isArray(value) || value.length === 0) {
      this.#fault(key, value === undefined ? 'is missing' : 'has to be a list that is not empty');
      return [];
    }
    return value.map((each: unknown, i) => new ObjectReader(each, this.#at(`${key}[${i}]`), this.#context));
  }

  /** Reports keys that nothing has asked for: a misspelt setting would be a silent one. */
  end(): void {
    for (const key of Object.keys(this.#value)) {
      if (this.#known.has(key)) continue;
      const meant = suggestionList(key, [...this.#known]).find((known) => known[0] === key[0]);
      this.#fault(key, meant === undefined ? 'is not a setting' : `is not a setting; perhaps ${meant}`);
    }
  }

  /** Adds a fault of the caller's finding. */
  fault(key: string, text: string): void {
    this.#fault(key, text);
  }

  #read(file: string): string | undefined {
    this.#context.sources.push(file);
    return readSecret(file);
  }

  #take(key: string): unknown {
    this.#known.add(key);
    return this.#value[key] ?? undefined;
  }

  #at(key: string): string {
    return this.#path === '' ? key : key === '' ? this.#path : `${this.#path}.${key}`;
  }

  #fault(key: string, text: string): void {
    if (this.#isMissing) return;
    this.#context.faults.push(`${this.#at(key) || 'the document'}: ${text}`);
  }
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}
