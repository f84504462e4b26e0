// From the flags that compiling commands share to options of the compiler: versions, schemas, capabilities, custom built-ins.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pathText } from '../engine/analysis/message-text.ts';
import type { BuiltinDecl } from '../engine/builtins/table.ts';
import type { CompileOptions } from '../engine/compile.ts';
import type { HostBuiltins } from '../engine/host/builtin.ts';
import type { Capabilities } from '../engine/builtins/capabilities.ts';
import type { Type } from '../engine/types/type.ts';
import { CliError, SchemaLoadError } from './errors.ts';
import { FlagError } from './flags.ts';
import { parseDocument } from './load-paths.ts';

/** The flags, as `compilerOptions` of flags.ts declares them. */
export interface CompilerFlags {
  readonly ignore: readonly string[];
  readonly maxErrors?: number;
  readonly schema?: string;
  readonly capabilities?: string;
  readonly builtins?: string;
  readonly v0Compatible?: boolean;
  readonly strict?: boolean;
}

export interface CompilerSetup {
  readonly options: CompileOptions;
  /** Implementations of custom built-ins, for `load`. */
  readonly implementations: HostBuiltins;
  /** The module they come from, for threads of their own. */
  readonly builtinsModule: string | undefined;
}

/** Options for `compile` from the flags. Throws CliError. */
export async function compilerSetup(flags: CompilerFlags): Promise<CompilerSetup> {
  const custom = flags.builtins === undefined ? undefined : await loadBuiltins(flags.builtins);
  const capabilities = flags.capabilities === undefined ? undefined : await readCapabilitiesFile(flags.capabilities);
  return {
    options: {
      version: flags.v0Compatible === true ? 'v0' : 'v1',
      strict: flags.strict ?? false,
      ...(flags.schema === undefined ? {} : { schemas: await readSchemas(flags.schema) }),
      ...(custom === undefined ? {} : { builtins: custom.declarations }),
      ...(capabilities === undefined ? {} : { capabilities }),
    },
    implementations: custom?.implementations ?? {},
    builtinsModule: flags.builtins,
  };
}

/** A release of OPA, or a file. */
async function readCapabilitiesFile(file: string): Promise<Capabilities> {
  const { readCapabilities } = await import('../engine/builtins/capabilities.ts');
  const { opaCapabilities } = await import('./opa-versions.ts');
  const release = opaCapabilities(file);
  if (release === undefined && !existsSync(file))
    throw new FlagError(
      `invalid argument "${file}" for "--capabilities" flag: no such file or capabilities version found: ${file}`,
    );
  const read = readCapabilities(release ?? readJson(file, 'capabilities'));
  if (read.faults !== undefined) throw new CliError(read.faults.map((fault) => `${file}: ${fault}`).join('\n'));
  return read.capabilities;
}

function readJson(file: string, what: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') throw new CliError(`open ${file}: no such file or directory`);
    throw new CliError(`${what} ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A file is the input's schema, `schema`; a directory's files are named by their paths: `schema.dir.name`. JSON or YAML. */
async function readSchemas(path: string): Promise<ReadonlyMap<string, unknown>> {
  const schemas = new Map<string, unknown>();
  const add = async (reference: string, file: string): Promise<void> => {
    const schema = await readSchema(file);
    // An empty document is no schema.
    if (schema !== null) schemas.set(reference, schema);
  };
  const visit = async (at: string): Promise<void> => {
    for (const name of readdirSync(at).sort()) {
      const child = join(at, name);
      if (statSync(child).isDirectory()) await visit(child);
      else {
        const keys = relative(path, child).slice(0, -extname(child).length || undefined);
        await add(pathText(keys.split(/[\\/]/)).replace(/^data/, 'schema'), child);
      }
    }
  };
  try {
    if (statSync(path).isDirectory()) await visit(path);
    else await add('schema', path);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT')
      throw new SchemaLoadError([`stat ${path}: no such file or directory`]);
    throw error;
  }
  return schemas;
}

async function readSchema(file: string): Promise<unknown> {
  const { toJs } = await import('../engine/value/json.ts');
  const text = readFileSync(file, 'utf8');
  try {
    return toJs(await parseDocument(text));
  } catch (error) {
    throw new SchemaLoadError([`${file}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** Built-ins that a JavaScript module supplies: declarations for the compiler and functions for the host. */
export interface CustomBuiltins {
  readonly declarations: ReadonlyMap<string, BuiltinDecl>;
  readonly implementations: HostBuiltins;
}

interface CustomBuiltin {
  readonly name?: unknown;
  readonly args?: unknown;
  readonly result?: unknown;
  readonly nondeterministic?: unknown;
  readonly run?: unknown;
}

/**
 * Loads built-ins from a module whose default export lists them:
 *
 * ```js
 * export default [{ name: 'acme.double', args: ['number'], result: 'number', run: (x) => x * 2 }];
 * ```
 *
 * `undefined` back makes the call undefined; an exception stops the evaluation with its message.
 * Types are names (`string`, `number`, `boolean`, `any`, …) or types in the form of a capabilities file.
 */
export async function loadBuiltins(file: string): Promise<CustomBuiltins> {
  let list: unknown;
  if (!existsSync(file)) throw new CliError(`open ${file}: no such file or directory`);
  try {
    list = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new CliError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(list)) throw new CliError(`${file}: the default export must be an array of built-ins`);
  const { typeFromJson } = await import('../engine/types/type-json.ts');
  const { BuiltinError } = await import('../engine/host/builtin.ts');
  const { fromJs, toJs } = await import('../engine/value/json.ts');
  const declarations = new Map<string, BuiltinDecl>();
  const implementations: Record<string, HostBuiltins[string]> = {};
  (list as readonly CustomBuiltin[]).forEach((each, i) => {
    const { name } = each;
    const label = `${file}: built-in ${typeof name === 'string' ? name : i}`;
    const { declaration, run } = readBuiltin(each, label, typeFromJson);
    declarations.set(declaration.name, declaration);
    implementations[declaration.name] = (_context, ...values) => {
      try {
        const value = run(...values.map(toJs));
        return value === undefined ? undefined : fromJs(value);
      } catch (error) {
        if (error instanceof BuiltinError) throw error;
        // An exception is a fault of the built-in, not of the policy: it must not pass for `undefined`.
        const message = error instanceof Error ? error.message : String(error);
        throw new BuiltinError(message, 'eval_builtin_error', true);
      }
    };
  });
  return { declarations, implementations };
}

/** One entry of the module's list, checked. Throws CliError. */
function readBuiltin(
  { name, args, result, nondeterministic, run }: CustomBuiltin,
  label: string,
  typeFromJson: (json: unknown) => Type | undefined,
): { readonly declaration: BuiltinDecl; readonly run: (...values: unknown[]) => unknown } {
  const fault = (text: string): never => {
    throw new CliError(`${label}: ${text}`);
  };
  if (typeof name !== 'string' || !/^[a-zA-Z_]\w*(\.[a-zA-Z_]\w*)*$/.test(name))
    return fault('name must be a dotted name');
  if (!Array.isArray(args)) return fault('args must be an array of types');
  if (typeof run !== 'function') return fault('run must be a function');
  if (args.length > 4) return fault('at most four arguments');
  const typeOf = (given: unknown): BuiltinDecl['args'][number]['type'] => {
    const type = typeFromJson(typeof given === 'string' ? completeType(given) : given);
    if (type === undefined) return fault(`unknown type ${JSON.stringify(given)}`);
    return type.kind === 'function' ? fault('a function is no type of a value') : type;
  };
  return {
    declaration: {
      name,
      args: (args as readonly unknown[]).map((type) => ({ type: typeOf(type) })),
      result: { type: typeOf(result ?? 'any') },
      ...(nondeterministic === true ? { nondeterministic: true } : {}),
    },
    run: run as (...values: unknown[]) => unknown,
  };
}

/** Types of collections need their parts. */
function completeType(name: string): unknown {
  switch (name) {
    case 'array':
      return { type: 'array', dynamic: { type: 'any' } };
    case 'set':
      return { type: 'set', of: { type: 'any' } };
    case 'object':
      return { type: 'object', dynamic: { key: { type: 'any' }, value: { type: 'any' } } };
    default:
      return { type: name };
  }
}
