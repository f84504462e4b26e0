// `regate repl`: queries, rules and imports line by line; each input is compiled with all that was said before.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { compile, type Source } from '../../engine/compile.ts';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { toOpaErrorText } from '../../engine/diagnostics/render.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import { parseModule, parseQuery } from '../../engine/syntax/parse.ts';
import { makeObject } from '../../engine/value/construct.ts';
import { dumpJson } from '../../engine/value/json.ts';
import { RegoObject } from '../../engine/value/value.ts';
import { compilerSetup, type CompilerFlags, type CompilerSetup } from '../compile-options.ts';
import { CliError } from '../errors.ts';
import { compilerOptions, oneOf } from '../flags.ts';
import { loadPaths } from '../load-paths.ts';
import { mergeDocuments } from '../merge-documents.ts';
import { write } from '../output.ts';
import { runtimeDocument } from '../runtime-document.ts';
import { formatResults, toResults } from '../results.ts';

interface ReplFlags extends CompilerFlags {
  readonly format: 'pretty' | 'json';
  readonly bundle?: boolean;
  readonly history: string;
}

const PACKAGE = 'repl';
const HISTORY_LINES = 1000;

const HELP = `Rego:
  1 + 2                a query; its value or bindings are printed
  x := 7               a rule, kept for later queries
  p if { … }           over several lines, until the braces are closed
  import data.lib      an import, kept for later queries
Commands:
  :load PATH           files or a directory
  :input FILE          the input document; :input alone drops it
  :json, :pretty       how results are printed
  :show                the rules and imports so far
  :reset               forget them
  :help, :exit`;

/** Adds `repl` to the program. */
export function replCommand(program: Command): void {
  const command = program
    .command('repl')
    .description('Evaluate queries interactively, or line by line from a pipe')
    .argument('[paths...]', 'files and directories to load')
    .option('-b, --bundle', 'load paths as bundles')
    .option('-f, --format <format>', 'pretty or json', oneOf('-f, --format', ['pretty', 'json']), 'pretty')
    .option('-H, --history <file>', 'where lines are kept', join(homedir(), '.regate_history'));
  compilerOptions(command)
    .addHelpText('after', `\n${HELP}\n\nExample:\n  regate repl policies\n`)
    .action((paths: readonly string[], flags: ReplFlags) => repl(paths, flags));
}

async function repl(paths: readonly string[], flags: ReplFlags): Promise<void> {
  const session = new Session(await compilerSetup(flags), flags.format);
  if (paths.length > 0) await session.load(paths, flags.bundle ?? false);
  const isTerminal = process.stdin.isTTY;
  const history = isTerminal && existsSync(flags.history) ? readFileSync(flags.history, 'utf8').split('\n') : [];
  const lines = createInterface({
    input: process.stdin,
    output: isTerminal ? process.stdout : undefined,
    terminal: isTerminal,
    history: history.filter((line) => line !== ''),
    historySize: HISTORY_LINES,
    prompt: '> ',
  });
  lines.on('history', (kept: string[]) => writeFileSync(flags.history, kept.join('\n')));
  if (isTerminal) lines.prompt();
  let pending = '';
  for await (const line of lines) {
    pending = pending === '' ? line : `${pending}\n${line}`;
    // An empty line ends what is not complete.
    if (line.trim() !== '' && isOpen(pending)) {
      if (isTerminal) lines.setPrompt('| ');
    } else {
      const text = pending;
      pending = '';
      if (await session.run(text.trim())) break;
      if (isTerminal) lines.setPrompt('> ');
    }
    if (isTerminal) lines.prompt();
  }
  if (pending.trim() !== '') await session.run(pending.trim());
  lines.close();
}

/** Whether brackets are open, strings and comments aside. */
function isOpen(text: string): boolean {
  const plain = text.replace(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|#.*/g, '');
  if ((plain.match(/`/g)?.length ?? 0) % 2 === 1) return true;
  let depth = 0;
  for (const c of plain) depth += '{[('.includes(c) ? 1 : '}])'.includes(c) ? -1 : 0;
  return depth > 0;
}

class Session {
  readonly #setup: CompilerSetup;
  #format: 'pretty' | 'json';
  readonly #sources: Source[] = [];
  #data: RegoObject = makeObject([]);
  #input: Uint8Array | undefined;
  #imports: string[] = [];
  #rules: string[] = [];

  constructor(setup: CompilerSetup, format: 'pretty' | 'json') {
    this.#setup = setup;
    this.#format = format;
  }

  async load(paths: readonly string[], bundle = false): Promise<void> {
    const loaded = await loadPaths(paths, { bundle });
    const merged = mergeDocuments(this.#data, loaded.data);
    if (merged === undefined) throw new CliError('merge error');
    const sources = [...this.#sources, ...loaded.sources];
    const { diagnostics } = compile(sources, this.#setup.options);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new CliError(toOpaErrorText(errors));
    this.#data = merged;
    this.#sources.push(...loaded.sources);
  }

  /** Runs one input; true when the session is to end. */
  async run(text: string): Promise<boolean> {
    if (text === '') return false;
    try {
      if (text.startsWith(':')) return await this.#command(text);
      if (text === 'exit' || text === 'quit') return true;
      if (text === 'help') write(HELP);
      else if (/^import\s/.test(text)) this.#import(text);
      else if (this.#isQuery(text)) this.#query(text);
      else this.#define(text);
    } catch (error) {
      if (!(error instanceof CliError || error instanceof EvaluationError)) throw error;
      console.error(error instanceof CliError ? error.message : `1 error occurred: ${error.message}`);
    }
    return false;
  }

  async #command(text: string): Promise<boolean> {
    const [name, ...words] = text.slice(1).split(/\s+/);
    const rest = words.join(' ');
    switch (name) {
      case 'exit':
      case 'quit':
      case 'q':
        return true;
      case 'help':
        write(HELP);
        break;
      case 'json':
      case 'pretty':
        this.#format = name;
        break;
      case 'load':
        if (words.length === 0) throw new CliError(':load needs a path');
        await this.load(words);
        break;
      case 'input': {
        const { inputText } = await import('../read-input.ts');
        this.#input = rest === '' ? undefined : await inputText({ input: rest });
        break;
      }
      case 'show':
        write(this.#module(this.#rules));
        break;
      case 'reset':
        this.#imports = [];
        this.#rules = [];
        break;
      default:
        throw new CliError(`unknown command :${name} (:help lists them)`);
    }
    return false;
  }

  #module(rules: readonly string[], imports: readonly string[] = this.#imports): string {
    return [`package ${PACKAGE}`, ...imports, ...rules].join('\n\n');
  }

  /** Assignments, and what only a module can hold, are definitions; all else is a query. */
  #isQuery(text: string): boolean {
    const { body } = parseQuery(text, { file: '' });
    if (body === undefined) return false;
    const [only] = body;
    const defines =
      body.length === 1 && only?.kind === 'callexpr' && only.infix === ':=' && !only.negated && only.with.length === 0;
    return !(defines && only.args[0]?.kind === 'var');
  }

  #import(text: string): void {
    const imports = [...this.#imports, text];
    this.#check(this.#module(this.#rules, imports));
    this.#imports = imports;
  }

  #define(text: string): void {
    // `x := 8` takes the place of what x was.
    const name = /^([a-zA-Z_]\w*)\s*:=/.exec(text)?.[1];
    const kept =
      name === undefined ? this.#rules : this.#rules.filter((rule) => !new RegExp(`^${name}\\s*:=`).test(rule));
    const query = parseQuery(text, { file: '' });
    const { module, diagnostics } = parseModule(this.#module([text], []), { file: '' });
    if (module === undefined) {
      // Neither a query nor a rule: say what is wrong with it as a query, whose places are those of the line.
      throw new CliError(toOpaErrorText(query.diagnostics.length > 0 ? query.diagnostics : diagnostics));
    }
    const rules = [...kept, text];
    this.#check(this.#module(rules));
    this.#rules = rules;
    write(
      `Rule '${module.rules[0]?.head.ref.head.kind === 'var' ? module.rules[0].head.ref.head.name : ''}' defined in package ${PACKAGE}. Type ':show' to see rules.`,
    );
  }

  #check(text: string): void {
    const { diagnostics } = compile([...this.#sources, { file: PACKAGE, text }], this.#setup.options);
    refuse(diagnostics);
  }

  #query(text: string): void {
    const name = 'query';
    const { wasm, diagnostics, expressions } = compile(
      [...this.#sources, { file: PACKAGE, text: this.#module(this.#rules) }],
      {
        ...this.#setup.options,
        queries: [
          {
            name,
            text,
            captureExpressions: true,
            package: PACKAGE,
            imports: this.#imports.map((line) => line.replace(/^import\s+/, '')),
          },
        ],
      },
    );
    refuse(diagnostics);
    const policy = loadSync(wasm!, {
      print: (line) => console.error(line),
      runtime: runtimeDocument(),
      builtins: this.#setup.implementations,
    });
    policy.setData(new TextEncoder().encode(dumpJson(this.#data)));
    const results = toResults(policy.evaluateText(name, this.#input), expressions!.get(name)!);
    const output = formatResults(results, this.#format);
    if (output !== undefined) write(output);
  }
}

function refuse(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const own = errors.map((each) => ({
    ...each,
    message: each.message.replace(/\b__expression\d+\b/, '_'),
    loc: each.loc.file === 'query' ? { ...each.loc, file: '' } : each.loc,
  }));
  throw new CliError(toOpaErrorText(own));
}
