// The configuration's JSON schema, made by the readers themselves: they are run over a reader that notes what they ask for and answers
// with something that would do. Each value of each choice is run once, so what depends on a choice is seen too.
import { ObjectReader } from './reader.ts';

export type JsonSchema = { readonly [key: string]: unknown };

interface Property {
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** Something that the rest of the document may depend on: which of its values a key has, or whether it is there. */
interface Choice {
  readonly object: string;
  readonly key: string;
  /** The first is what a run takes that is not told otherwise. */
  readonly values: readonly string[];
  readonly fallback: string | undefined;
}

/** The values of the choice whether a key is there. */
const PRESENCE = ['present', 'absent'] as const;

/** What one run has seen: for each object, by its path, its properties; and the choices it has met. */
interface Run {
  readonly choices: ReadonlyMap<string, string>;
  readonly objects: Map<string, Map<string, Property>>;
  readonly met: Map<string, Choice>;
}

/** How many choices of one object are varied together. */
const TOGETHER = 3;

/** The schema of what `read` reads. */
export function describe(read: (root: ObjectReader) => unknown): JsonSchema {
  const runs: Run[] = [];
  const queue: ReadonlyMap<string, string>[] = [new Map()];
  const known = new Set<string>();
  /** The choices by which an object was come to first. */
  const ways = new Map<string, ReadonlyMap<string, string>>();
  for (let choices = queue.shift(); choices !== undefined; choices = queue.shift()) {
    const run: Run = { choices, objects: new Map(), met: new Map() };
    read(new DescribingReader('', run));
    runs.push(run);
    for (const path of run.objects.keys()) if (!ways.has(path)) ways.set(path, choices);
    for (const [site, { object, values }] of run.met) {
      const own = [...choices].filter(([other]) => run.met.get(other)?.object === object);
      if (choices.has(site) || own.length === TOGETHER) continue;
      for (const value of values.slice(1)) {
        const next = [...new Map([...ways.get(object)!, ...own, [site, value] as const])].sort(([a], [b]) =>
          a < b ? -1 : 1,
        );
        const name = JSON.stringify(next);
        if (known.has(name)) continue;
        known.add(name);
        queue.push(new Map(next));
      }
    }
  }
  return { ...objectSchema('', runs), $defs: DEFINITIONS };
}

const TEXT = { type: 'string', minLength: 1 } as const;
const DEFINITIONS = {
  secret: {
    description: 'A secret: by the name of an environment variable or the path of a file.',
    oneOf: [
      { type: 'object', additionalProperties: false, required: ['env'], properties: { env: TEXT } },
      { type: 'object', additionalProperties: false, required: ['file'], properties: { file: TEXT } },
    ],
  },
} as const;

/** A text, or a list of such texts. */
const textOrList = (text: JsonSchema): JsonSchema => ({ anyOf: [text, { type: 'array', items: text }] });

class DescribingReader extends ObjectReader {
  readonly #path: string;
  readonly #run: Run;
  readonly #properties: Map<string, Property>;
  /** What has been asked whether it is there: it may be absent. */
  readonly #optional = new Set<string>();

  constructor(path: string, run: Run) {
    super({}, path, { faults: [], directory: '/', env: {}, sources: [] });
    this.#path = path;
    this.#run = run;
    this.#properties = run.objects.get(path) ?? new Map<string, Property>();
    run.objects.set(path, this.#properties);
  }

  override has(key: string): boolean {
    this.#optional.add(key);
    return (
      this.#choose(`${this.#path}.${key}?`, { object: this.#path, key, values: PRESENCE, fallback: 'absent' }) ===
      'present'
    );
  }

  override isTrue(key: string): boolean {
    this.#note(key, { const: true }, false);
    return true;
  }

  override text(key: string, fallback?: string, rule?: readonly [RegExp, string]): string {
    const schema = rule === undefined ? TEXT : { ...TEXT, pattern: rule[0].source, description: rule[1] };
    this.#note(key, withDefault(schema, fallback), fallback === undefined);
    return fallback ?? 'text';
  }

  override optionalText(key: string): string | undefined {
    this.#note(key, TEXT, false);
    return 'text';
  }

  override texts(
    key: string,
    fallback?: readonly string[],
    isAccepted?: readonly [(text: string) => boolean, string],
  ): readonly string[] {
    const schema = textOrList(isAccepted === undefined ? TEXT : { ...TEXT, description: isAccepted[1] });
    this.#note(key, withDefault(schema, fallback), fallback === undefined);
    return fallback ?? ['text'];
  }

  override nullableTexts(key: string, fallback: readonly (string | null)[]): readonly (string | null)[] {
    const text = { type: ['string', 'null'], minLength: 1 };
    this.#note(key, withDefault(textOrList(text), fallback), false);
    return fallback;
  }

  override textLists(key: string): Readonly<Record<string, readonly string[]>> {
    this.#note(key, { type: 'object', additionalProperties: textOrList(TEXT) }, false);
    return {};
  }

  override oneOf<T extends string>(key: string, values: readonly T[], fallback?: T): T {
    this.#note(key, withDefault({ enum: [...values] }, fallback), fallback === undefined);
    return this.#choose(`${this.#path}.${key}`, { object: this.#path, key, values, fallback }) as T;
  }

  override integer(key: string, fallback: number | undefined, minimum: number, maximum: number): number {
    this.#note(key, withDefault({ type: 'integer', minimum, maximum }, fallback), fallback === undefined);
    return fallback ?? minimum;
  }

  override url(key: string, _isAccepted: (url: string) => boolean, rule: string, fallback?: string): string {
    this.#note(key, { ...TEXT, format: 'uri', description: rule }, fallback === undefined);
    return fallback ?? 'https://example.com';
  }

  override file(key: string): string {
    this.#note(key, { ...TEXT, description: 'a path, from the folder of this file on' }, true);
    return '/file';
  }

  override optionalPem(key: string): string | undefined {
    this.#note(key, { ...TEXT, description: 'a file in PEM' }, false);
    return '';
  }

  override secretText(key: string): string {
    this.#note(key, { $ref: '#/$defs/secret' }, true);
    return '';
  }

  override object(key: string): ObjectReader {
    this.#note(key, { $ref: this.#at(key) }, true);
    return new DescribingReader(this.#at(key), this.#run);
  }

  override optionalObject(key: string): ObjectReader {
    this.#note(key, { $ref: this.#at(key) }, false);
    return new DescribingReader(this.#at(key), this.#run);
  }

  override objects(key: string): readonly ObjectReader[] {
    const path = `${this.#at(key)}[]`;
    this.#note(key, { type: 'array', minItems: 1, items: { $ref: path } }, true);
    return [new DescribingReader(path, this.#run)];
  }

  override end(): void {}

  override fault(): void {}

  #choose(site: string, choice: Choice): string {
    this.#run.met.set(site, choice);
    return this.#run.choices.get(site) ?? choice.values[0]!;
  }

  #at(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }

  #note(key: string, schema: JsonSchema, isRequired: boolean): void {
    this.#properties.set(key, { schema, isRequired: isRequired && !this.#optional.has(key) });
  }
}

function withDefault(schema: JsonSchema, fallback: unknown): JsonSchema {
  return fallback === undefined ? schema : { ...schema, default: fallback };
}

/** The schema of the object at a path: its properties in all runs, and what its own choices make of them. */
function objectSchema(path: string, runs: readonly Run[]): JsonSchema {
  const seen = runs.filter(({ objects }) => objects.has(path));
  const names = [...new Set(seen.flatMap(({ objects }) => [...objects.get(path)!.keys()]))];
  const properties = Object.fromEntries(names.map((name) => [name, propertySchema(path, name, seen)]));
  const required = names.filter((name) => isAlwaysRequired(path, name, seen));
  const choices = choicesOf(path, seen);
  const conditions = [...choices.keys()].flatMap((site) => conditionsOf(path, site, names, required, choices, seen));
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties,
    ...(conditions.length === 0 ? {} : { allOf: conditions }),
  };
}

function propertySchema(path: string, name: string, runs: readonly Run[]): JsonSchema {
  const variants = new Map<string, JsonSchema>();
  for (const { objects } of runs) {
    const property = objects.get(path)!.get(name);
    if (property !== undefined) variants.set(JSON.stringify(property.schema), property.schema);
  }
  const schemas = [...variants.values()].map((schema) => resolve(schema, runs));
  return schemas.length === 1 ? schemas[0]! : { anyOf: schemas };
}

/** Puts the schemas of inner objects in their places. */
function resolve(schema: JsonSchema, runs: readonly Run[]): JsonSchema {
  const { $ref: reference, items, ...rest } = schema;
  if (typeof reference === 'string') return reference.startsWith('#') ? schema : objectSchema(reference, runs);
  const isList = typeof items === 'object' && items !== null;
  return isList ? { ...rest, items: resolve(items as JsonSchema, runs) } : schema;
}

function isAlwaysRequired(path: string, name: string, runs: readonly Run[]): boolean {
  return runs.every(({ objects }) => objects.get(path)!.get(name)?.isRequired === true);
}

/** The choices of an object itself, by their sites. */
function choicesOf(path: string, runs: readonly Run[]): ReadonlyMap<string, Choice> {
  const choices = new Map<string, Choice>();
  for (const { met } of runs) for (const [site, choice] of met) if (choice.object === path) choices.set(site, choice);
  return choices;
}

function conditionsOf(
  path: string,
  site: string,
  names: readonly string[],
  required: readonly string[],
  choices: ReadonlyMap<string, Choice>,
  runs: readonly Run[],
): readonly JsonSchema[] {
  const { key, values } = choices.get(site)!;
  const asked = runs.filter(({ met }) => met.has(site));
  const context = contextOf(choices, asked, runs);
  if (context === undefined) return [];
  const varying = names.filter((name) => name !== key && variesBy(site, path, name, runs));
  return values.flatMap((value) => {
    const chosen = asked.filter((run) => valueOf(site, choices, run) === value);
    const absent = varying.filter((name) => chosen.every(({ objects }) => !objects.get(path)!.has(name)));
    const needed = varying.filter((name) => !required.includes(name) && isAlwaysRequired(path, name, chosen));
    if (absent.length + needed.length === 0) return [];
    const when = [...context, conditionFor(choices.get(site)!, value)];
    return [
      {
        if: when.length === 1 ? when[0]! : { allOf: when },
        then: {
          ...(needed.length === 0 ? {} : { required: needed }),
          ...(absent.length === 0 ? {} : { properties: Object.fromEntries(absent.map((name) => [name, false])) }),
        },
      },
    ];
  });
}

/** When a choice is asked for at all, by other choices of its object; undefined when that cannot be said. */
function contextOf(
  choices: ReadonlyMap<string, Choice>,
  asked: readonly Run[],
  runs: readonly Run[],
): readonly JsonSchema[] | undefined {
  if (asked.length === runs.length) return [];
  const fixed = [...choices].flatMap(([site, choice]) => {
    const taken = new Set(asked.map((run) => (run.met.has(site) ? valueOf(site, choices, run) : undefined)));
    const [value] = taken;
    return taken.size === 1 && value !== undefined && choice.values.length > 1 ? [{ site, choice, value }] : [];
  });
  const isComplete = runs
    .filter((run) => fixed.every(({ site, value }) => run.met.has(site) && valueOf(site, choices, run) === value))
    .every((run) => asked.includes(run));
  return isComplete ? fixed.map(({ choice, value }) => conditionFor(choice, value)) : undefined;
}

function valueOf(site: string, choices: ReadonlyMap<string, Choice>, run: Run): string {
  return run.choices.get(site) ?? choices.get(site)!.values[0]!;
}

function conditionFor({ key, values, fallback }: Choice, value: string): JsonSchema {
  const has = { required: [key] };
  if (values === PRESENCE) return value === 'present' ? has : { not: has };
  return { properties: { [key]: { const: value } }, ...(value === fallback ? {} : has) };
}

/** Whether a property depends on a choice, and not only on another that both depend on: compares runs that differ in nothing else. */
function variesBy(site: string, path: string, name: string, runs: readonly Run[]): boolean {
  const stateOf = ({ objects }: Run): string => JSON.stringify(objects.get(path)!.get(name)?.isRequired ?? null);
  const without = ({ choices }: Run): string => JSON.stringify([...choices].filter(([other]) => other !== site));
  const bases = new Map(runs.filter(({ choices }) => !choices.has(site)).map((run) => [without(run), stateOf(run)]));
  return runs.some((run) => {
    const base = run.choices.has(site) ? bases.get(without(run)) : undefined;
    return base !== undefined && base !== stateOf(run);
  });
}
