// Running a template of Go's text/template, with its error texts.
// Left to others: the tree (parser.ts), the functions (functions.ts).
import { BuiltinError } from '../../../host/builtin.ts';
import { quoteGo } from '../../../value/rego-text.ts';
import { printGoValue } from '../go-format.ts';
import { goType } from '../go-value.ts';
import type { GoValue } from '../go-value.ts';
import { boxed, FunctionError, FUNCTIONS, isTrue, unbox } from './functions.ts';
import type { Item, Signature } from './functions.ts';
import { describe } from './nodes.ts';
import type { Command, ControlNode, Node, NumberNode, Operand, Pipeline, Template } from './nodes.ts';
import { parseTemplates, ROOT } from './parser.ts';

const MAX_DEPTH = 100_000;
/** The most nodes and rounds of loops that one rendering goes through: `{{range 1000000000}}` is a short text. */
const MAX_STEPS = 2_000_000;
/** The most characters that a template gives. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/** Thrown by `{{break}}` and `{{continue}}`. */
class LoopControl extends Error {
  readonly kind: 'break' | 'continue';
  constructor(kind: 'break' | 'continue') {
    super(kind);
    this.kind = kind;
  }
}

/** The text of a template with `data` as its dot. Throws BuiltinError with Go's texts. */
export function renderTemplate(source: string, data: GoValue): string {
  const templates = parseBounded(source);
  const execution = new Execution(source, templates);
  execution.run(templates.get(ROOT)!, { value: data, boxed: false });
  return execution.output;
}

/** The stack bounds how deep parentheses and blocks nest. */
function parseBounded(source: string): ReadonlyMap<string, Template> {
  try {
    return parseTemplates(source);
  } catch (error) {
    if (error instanceof RangeError) throw new BuiltinError(`template: ${ROOT}:1: max expression depth exceeded`);
    throw error;
  }
}

type Expected = 'string' | 'interface {}' | 'reflect.Value';

/** Marks that nothing is piped into a command. */
const MISSING = Symbol('missing');
type Final = Item | typeof MISSING;

class Execution {
  readonly #source: string;
  readonly #templates: ReadonlyMap<string, Template>;
  output = '';
  #template = ROOT;
  #node: Node | Operand | Command | undefined;
  #variables: { readonly name: string; value: Item }[] = [];
  #depth = 0;
  #steps = 0;

  constructor(source: string, templates: ReadonlyMap<string, Template>) {
    this.#source = source;
    this.#templates = templates;
  }

  run(template: Template, dot: Item): void {
    const [name, variables] = [this.#template, this.#variables];
    this.#template = template.name;
    this.#variables = [{ name: '$', value: dot }];
    this.#depth++;
    try {
      this.#walkList(dot, template.nodes);
    } catch (error) {
      // The stack may end before Go's bound on nesting.
      if (error instanceof RangeError) this.#fail(`exceeded maximum template depth (${MAX_DEPTH})`);
      throw error;
    }
    this.#depth--;
    this.#template = name;
    this.#variables = variables;
  }

  #fail(message: string): never {
    const node = this.#node;
    if (node === undefined) throw new BuiltinError(`template: ${this.#template}: ${message}`);
    const before = this.#source.slice(0, node.position);
    const lineStart = before.lastIndexOf('\n') + 1;
    const line = before.split('\n').length;
    const column = Buffer.byteLength(before.slice(lineStart));
    const where = `template: ${ROOT}:${line}:${column}: executing ${quoteGo(this.#template)} at <${describe(node)}>`;
    throw new BuiltinError(`${where}: ${message}`);
  }

  #step(): void {
    if (++this.#steps > MAX_STEPS) this.#fail('too many steps');
  }

  #write(text: string): void {
    if (this.output.length + text.length > MAX_OUTPUT) this.#fail('output is too long');
    this.output += text;
  }

  #walkList(dot: Item, nodes: readonly Node[]): void {
    for (const node of nodes) this.#walk(dot, node);
  }

  #walk(dot: Item, node: Node): void {
    this.#step();
    this.#node = node;
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        break;
      case 'action': {
        const value = this.#pipeline(dot, node.pipeline);
        if (node.pipeline.variables.length === 0) this.#write(printItem(value));
        break;
      }
      case 'break':
      case 'continue':
        throw new LoopControl(node.kind);
      case 'if':
      case 'with': {
        const mark = this.#variables.length;
        const value = this.#pipeline(dot, node.pipeline);
        if (isTrue(value)) this.#walkList(node.kind === 'with' ? value : dot, node.list);
        else if (node.otherwise !== undefined) this.#walkList(dot, node.otherwise);
        this.#variables.length = mark;
        break;
      }
      case 'range':
        this.#range(dot, node);
        break;
      case 'template': {
        const template = this.#templates.get(node.name);
        if (template === undefined) this.#fail(`template ${quoteGo(node.name)} not defined`);
        if (this.#depth > MAX_DEPTH) this.#fail(`exceeded maximum template depth (${MAX_DEPTH})`);
        this.run(template, node.pipeline === undefined ? undefined : this.#pipeline(dot, node.pipeline));
        break;
      }
    }
  }

  #range(dot: Item, node: ControlNode): void {
    const outer = this.#variables.length;
    const { variables, isAssign } = node.pipeline;
    const value = unbox(this.#pipeline(dot, node.pipeline));
    const mark = this.#variables.length;
    const elements = this.#elements(value, variables.length);
    let ran = false;
    for (const [index, element] of elements) {
      ran = true;
      this.#step();
      const bound = variables.length > 1 ? [index, element] : [element];
      variables.forEach((name, i) => {
        if (isAssign) this.#setVariable(name, bound[i]);
        else this.#variables[mark - variables.length + i]!.value = bound[i];
      });
      try {
        this.#walkList(element, node.list);
      } catch (error) {
        if (!(error instanceof LoopControl)) throw error;
        if (error.kind === 'break') break;
      } finally {
        this.#variables.length = mark;
      }
    }
    if (!ran && node.otherwise !== undefined) this.#walkList(dot, node.otherwise);
    this.#variables.length = outer;
  }

  #elements(value: GoValue | undefined, variables: number): Iterable<readonly [Item, Item]> {
    const plain = (item: GoValue): Item => ({ value: item, boxed: false });
    if (value === undefined) return [];
    switch (value.kind) {
      case 'slice':
        return value.items.map((item, i) => [plain({ kind: 'int', value: BigInt(i) }), boxed(item)] as const);
      case 'map':
        return [...value.entries].map(([key, item]) => [plain({ kind: 'string', value: key }), boxed(item)] as const);
      case 'int':
        if (variables > 1) this.#fail(`can't use ${value.value} to iterate over more than one variable`);
        return count(value.value, (i) => plain({ ...value, value: i }));
    }
    return this.#fail(`range can't iterate over ${printGoValue(value)}`);
  }

  #setVariable(name: string, value: Item): void {
    const variable = this.#variables.findLast((item) => item.name === name);
    if (variable === undefined) this.#fail(`undefined variable: ${name}`);
    variable.value = value;
  }

  #pipeline(dot: Item, pipeline: Pipeline): Item {
    this.#node = pipeline;
    let value: Final = MISSING;
    for (const command of pipeline.commands) {
      const result = this.#command(dot, command, value);
      const inner = unbox(result);
      value = inner === undefined ? undefined : { value: inner, boxed: false };
    }
    const result = value === MISSING ? undefined : value;
    for (const name of pipeline.variables) {
      if (pipeline.isAssign) this.#setVariable(name, result);
      else this.#variables.push({ name, value: result });
    }
    return result;
  }

  #command(dot: Item, command: Command, final: Final): Item {
    const first = command.args[0]!;
    switch (first.kind) {
      case 'field':
        return this.#field(dot, first, command.args.length > 1 || final !== MISSING);
      case 'chain':
        return this.#chain(dot, first, command.args.length > 1 || final !== MISSING);
      case 'variable':
        return this.#variable(first, command.args, final);
      case 'identifier':
        return this.#call(dot, first, command, command.args.slice(1), final);
      case 'pipeline':
        this.#noArguments(command.args, final);
        return this.#pipeline(dot, first);
    }
    this.#node = first;
    this.#noArguments(command.args, final);
    if (first.kind === 'nil') this.#fail('nil is not a command');
    return this.#literal(dot, first);
  }

  #noArguments(args: readonly Operand[], final: Final): void {
    if (args.length > 1 || final !== MISSING) this.#fail(`can't give argument to non-function ${describe(args[0]!)}`);
  }

  #literal(
    dot: Item,
    node: Exclude<Operand, { kind: 'field' | 'chain' | 'variable' | 'identifier' | 'pipeline' }>,
  ): Item {
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'bool':
        return { value: { kind: 'bool', value: node.value }, boxed: false };
      case 'string':
        return { value: { kind: 'string', value: node.value }, boxed: false };
      case 'number':
        return this.#constant(node);
      case 'nil':
        return undefined;
    }
  }

  #constant({ text, int, float }: NumberNode): Item {
    if (float !== undefined) return { value: { kind: 'float64', value: float }, boxed: false };
    if (int === undefined) this.#fail(`${text} overflows int`);
    return { value: { kind: 'int', value: int }, boxed: false };
  }

  #field(dot: Item, node: Extract<Operand, { kind: 'field' | 'variable' }>, hasArgs: boolean): Item {
    this.#node = node;
    return this.#fields(dot, node.names, hasArgs);
  }

  #chain(dot: Item, node: Extract<Operand, { kind: 'chain' }>, hasArgs: boolean): Item {
    this.#node = node;
    if (node.node.kind === 'nil') this.#fail(`indirection through explicit nil in ${describe(node)}`);
    const receiver = this.#argument(dot, node.node, undefined);
    return this.#fields(receiver, node.names, hasArgs);
  }

  #variable(node: Extract<Operand, { kind: 'field' | 'variable' }>, args: readonly Operand[], final: Final): Item {
    this.#node = node;
    const [name = '', ...names] = node.names;
    const { value } =
      this.#variables.findLast((item) => item.name === name) ?? this.#fail(`undefined variable: ${name}`);
    if (names.length === 0) {
      this.#noArguments(args, final);
      return value;
    }
    return this.#fields(value, names, args.length > 1 || final !== MISSING);
  }

  #fields(receiver: Item, names: readonly string[], hasArgs: boolean): Item {
    return names.reduce<Item>((item, name, i) => this.#member(item, name, hasArgs && i === names.length - 1), receiver);
  }

  #member(receiver: Item, name: string, hasArgs: boolean): Item {
    if (receiver === undefined) return undefined;
    const { value } = receiver;
    const type = receiver.boxed ? 'interface {}' : goType(value);
    if (value.kind === 'nil') this.#fail(`nil pointer evaluating ${type}.${name}`);
    if (value.kind === 'map') {
      if (hasArgs) this.#fail(`${name} is not a method but has arguments`);
      return boxed(value.entries.get(name));
    }
    if (value.kind === 'string' && value.type === 'json.Number') {
      const result = this.#numberMethod(value.value, name);
      if (result !== undefined) return result;
    }
    this.#fail(`can't evaluate field ${name} in type ${type}`);
  }

  /** The methods of Go's json.Number. */
  #numberMethod(text: string, name: string): Item {
    switch (name) {
      case 'String':
        return { value: { kind: 'string', value: text }, boxed: false };
      case 'Float64':
        return { value: { kind: 'float64', value: Number(text) }, boxed: false };
      case 'Int64': {
        if (!/^-?\d+$/.test(text)) {
          this.#fail(`error calling Int64: strconv.ParseInt: parsing ${quoteGo(text)}: invalid syntax`);
        }
        const integer = BigInt(text);
        if (BigInt.asIntN(64, integer) !== integer) {
          this.#fail(`error calling Int64: strconv.ParseInt: parsing ${quoteGo(text)}: value out of range`);
        }
        return { value: { kind: 'int', type: 'int64', value: integer }, boxed: false };
      }
      default:
        return undefined;
    }
  }

  #call(
    dot: Item,
    node: Extract<Operand, { kind: 'identifier' }>,
    at: Command | Operand,
    args: readonly Operand[],
    final: Final,
  ): Item {
    this.#node = node;
    const { name } = node;
    const signature = FUNCTIONS[name]!;
    const count = args.length + (final === MISSING ? 0 : 1);
    if (signature.variadic ? count < signature.fixed : count !== signature.fixed) {
      const wanted = signature.variadic
        ? `at least ${signature.fixed} got ${args.length}`
        : `${signature.fixed} got ${count}`;
      this.#fail(`wrong number of args for ${name}: want ${wanted}`);
    }
    if (name === 'and' || name === 'or') return this.#shortCircuit(dot, name, args, final);
    const values = args.map((arg, i) => this.#argument(dot, arg, expectedOf(signature, i)));
    if (final !== MISSING) values.push(this.#checked(final, expectedOf(signature, args.length)));
    try {
      if (name === 'call') callee(values[0], args.length === 0 ? reflected(values[0]) : describe(args[0]!));
      return signature.call(values);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      this.#node = at;
      this.#fail(`error calling ${name}: ${error.message}`);
    }
  }

  #shortCircuit(dot: Item, name: 'and' | 'or', args: readonly Operand[], final: Final): Item {
    let value: Item;
    for (const arg of args) {
      value = this.#argument(dot, arg, 'reflect.Value');
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === MISSING ? value : final;
  }

  #argument(dot: Item, node: Operand, expected: Expected | undefined): Item {
    this.#node = node;
    switch (node.kind) {
      case 'dot':
        return this.#checked(dot, expected);
      case 'nil':
        if (expected === 'string') this.#fail('cannot assign nil to string');
        return expected === 'interface {}' ? { value: { kind: 'nil' }, boxed: true } : undefined;
      case 'field':
        return this.#checked(this.#field(dot, node, false), expected);
      case 'variable':
        return this.#checked(this.#variable(node, [node], MISSING), expected);
      case 'pipeline':
        return this.#checked(this.#pipeline(dot, node), expected);
      case 'identifier':
        return this.#checked(this.#call(dot, node, node, [], MISSING), expected);
      case 'chain':
        return this.#checked(this.#chain(dot, node, false), expected);
    }
    if (expected === 'string' && node.kind !== 'string') this.#fail(`expected string; found ${describe(node)}`);
    return this.#literal(dot, node);
  }

  /** An argument as the parameter takes it. */
  #checked(item: Item, expected: Expected | undefined): Item {
    if (item === undefined) {
      if (expected === 'string') this.#fail('invalid value; expected string');
      return expected === 'interface {}' ? { value: { kind: 'nil' }, boxed: true } : undefined;
    }
    if (expected !== 'string') return item;
    const { value } = item;
    if (value.kind === 'string' && value.type === undefined) return item;
    const type = value.kind === 'nil' ? 'interface {}' : goType(value);
    return this.#fail(`wrong type for value; expected string; got ${type}`);
  }
}

function expectedOf(signature: Signature, index: number): Expected {
  if (signature.format && index === 0) return 'string';
  return signature.reflective ? 'reflect.Value' : 'interface {}';
}

/** No value of JSON can be called. */
function callee(item: Item, name: string): never {
  const value = unbox(item);
  if (value === undefined) throw new FunctionError('call of nil');
  throw new FunctionError(`non-function ${name} of type ${goType(value)}`);
}

/** A value as reflection prints it: a string as it is, anything else by its type. */
function reflected(item: Item): string {
  if (item === undefined) return '<invalid Value>';
  return item.value.kind === 'string' ? item.value.value : `<${goType(item.value)} Value>`;
}

function* count(limit: bigint, item: (i: bigint) => Item): Generator<readonly [Item, Item]> {
  for (let i = 0n; i < limit; i++) yield [undefined, item(i)];
}

function printItem(item: Item): string {
  const value = unbox(item);
  return value === undefined ? '<no value>' : printGoValue(value);
}
