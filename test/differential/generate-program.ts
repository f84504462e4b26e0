// Random programs of several packages: documents over documents, functions and built-ins replaced by `with`, rules with references of
// every shape as heads. Most are free of faults: what a rule gives is washed of its type before it is used.
import { Random } from './random.ts';

/** A program, with data and input for it. */
export interface GeneratedProgram {
  readonly modules: readonly string[];
  readonly data: unknown;
  readonly input: unknown;
}

interface Rule {
  /** `data.lib.a.r0`. */
  readonly path: string;
  readonly kind: 'complete' | 'set' | 'object' | 'function' | 'nested' | 'nestedset';
  readonly arity: number;
}

const KEYS = ['a', 'b', 'c'];
const SCALARS = ['0', '1', '2', '"a"', '"b"', '"c"', 'true', 'false', 'null', '1.5'];
/** Each after those it may refer to; the query is for the last. */
const PACKAGES = ['lib.a', 'lib', 'test.sub', 'test'];
const WASH = `package util

w(x) := y if walk([x], [[0], y])
`;

export function generateProgram(seed: number): GeneratedProgram {
  return new ProgramGenerator(new Random(seed * 40503 + 7)).run();
}

class ProgramGenerator {
  readonly #random: Random;
  readonly #rules: Rule[] = [];
  /** Packages whose whole documents may be read. */
  #documents: string[] = [];
  #vars: string[] = [];
  #fresh = 0;
  #count = 0;
  /** Inside `not`, heads and the like nothing may be bound anew. */
  #closed = false;

  constructor(random: Random) {
    this.#random = random;
  }

  run(): GeneratedProgram {
    const random = this.#random;
    const modules = [WASH];
    for (const name of PACKAGES) {
      const texts = Array.from({ length: 1 + random.below(name === 'test' ? 4 : 3) }, () => this.#rule(name));
      modules.push([`package ${name}`, 'import data.util.w', ...texts].join('\n\n') + '\n');
      this.#documents.push(`data.${name}`);
      if (name === 'lib') this.#documents.push('data.lib[_]');
    }
    return {
      modules,
      data: {
        base: this.#json(3),
        lib: { base: this.#json(2), a: { base: this.#json(1) } },
        list: [1, 'a', { a: 'b' }],
      },
      input: this.#json(3),
    };
  }

  #json(depth: number): unknown {
    const random = this.#random;
    if (depth === 0 || random.chance(0.1))
      return random.pick<unknown>([0, 1, 2, 'a', 'b', 'c', true, false, null, 1.5]);
    if (random.chance(0.35)) return Array.from({ length: random.below(4) }, () => this.#json(depth - 1));
    return Object.fromEntries(KEYS.filter(() => random.chance(0.8)).map((key) => [key, this.#json(depth - 1)]));
  }

  #newVar(): string {
    return `v${this.#fresh++}`;
  }

  /** Runs `text` with variables of its own, and without binding any when `closed`. */
  #scoped(closed: boolean, text: () => string): string {
    const [vars, before] = [this.#vars, this.#closed];
    this.#vars = [...vars];
    this.#closed = closed;
    const made = text();
    this.#vars = vars;
    this.#closed = before;
    return made;
  }

  #rule(inPackage: string): string {
    const random = this.#random;
    const name = `r${this.#count++}`;
    const kind = random.pick(['complete', 'set', 'object', 'function', 'function', 'nested', 'nestedset'] as const);
    const arity = kind === 'function' ? 1 + random.below(2) : 0;
    const texts: string[] = [];
    if ((kind === 'complete' || kind === 'function') && random.chance(0.3))
      texts.push(`default ${name}${arity > 0 ? `(${'_, '.repeat(arity).slice(0, -2)})` : ''} := ${this.#scalar()}`);
    const heads = kind === 'complete' ? 1 + random.below(1.3) : 1 + random.below(3);
    for (let i = 0; i < heads; i++) texts.push(this.#definition(name, kind, arity, i));
    this.#rules.push({ path: `data.${inPackage}.${name}`, kind, arity });
    return texts.join('\n\n');
  }

  #definition(name: string, kind: Rule['kind'], arity: number, index: number): string {
    const random = this.#random;
    this.#vars = [];
    const args: string[] = [];
    for (let i = 0; i < arity; i++) {
      const arg = random.pick([`p${i}`, `p${i}`, `p${i}`, '_', `[p${i}, _]`, `{"a": p${i}}`, this.#scalar()]);
      if (arg.includes('p')) this.#vars.push(`p${i}`);
      args.push(arg);
    }
    const body = this.#body(1 + random.below(3));
    const term = (): string => this.#scoped(true, () => this.#term(1));
    const key = (): string => this.#scoped(true, () => (random.chance(0.6) ? this.#term(0) : `"${random.pick(KEYS)}"`));
    switch (kind) {
      case 'set':
        return `${name} contains ${term()} if {\n${body}\n}`;
      case 'object':
        return `${name}[${key()}] := ${term()} if {\n${body}\n}`;
      case 'nested':
        return random.pick([
          (): string => `${name}[${key()}][${key()}] := ${key()} if {\n${body}\n}`,
          (): string => `${name}.k${index % 2}[${key()}] := ${term()} if {\n${body}\n}`,
          (): string => `${name}[${key()}].k${index % 2} := ${key()} if {\n${body}\n}`,
        ])();
      case 'nestedset':
        return `${name}[${key()}] contains ${term()} if {\n${body}\n}`;
      case 'complete':
      case 'function': {
        const parameters = arity > 0 ? `(${args.join(', ')})` : '';
        let text = `${name}${parameters} := ${term()} if {\n${body}\n}`;
        for (let i = random.below(3) - 1; i > 0; i--) {
          this.#vars = this.#vars.filter((each) => each.startsWith('p'));
          const other = this.#body(1);
          text += ` else := ${term()} if {\n${other}\n}`;
        }
        return text;
      }
    }
  }

  #body(count: number): string {
    const lines: string[] = [];
    for (let i = 0; i < count; i++) lines.push(`\t${this.#expr()}`);
    return lines.join('\n');
  }

  #expr(): string {
    const random = this.#random;
    if (this.#closed) return this.#test();
    // What `with` puts in place may use what was bound before, not what its own expression binds.
    const modifiers = this.#with();
    switch (random.below(16)) {
      case 13: {
        const text = this.#template();
        return random.chance(0.3) ? `print(${this.#any()}, ${text})` : `${this.#bind()} := ${text}${modifiers}`;
      }
      case 14: {
        const source = this.#any();
        const [key, value] = [this.#bind(), this.#bind()];
        return `some ${key}, ${value}; ${value} = ${source}[${key}]${modifiers}`;
      }
      case 15: {
        const domain = this.#collection();
        const pattern = random.pick([
          (): string => `[${this.#bind()}, _]`,
          (): string => `{"a": ${this.#bind()}}`,
          (): string => `${this.#bind()}, [${this.#bind()}]`,
        ])();
        return `some ${pattern} in ${domain}${modifiers}`;
      }
      case 0:
      case 1: {
        const term = random.chance(0.8) ? `w(${this.#term(2)})` : this.#term(2);
        return `${this.#bind()} := ${term}${modifiers}`;
      }
      case 2: {
        const domain = this.#collection();
        return random.chance(0.5)
          ? `some ${this.#bind()} in ${domain}${modifiers}`
          : `some ${this.#bind()}, ${this.#bind()} in ${domain}${modifiers}`;
      }
      case 3: {
        const source = this.#any();
        return `${this.#pattern()} = ${source}${modifiers}`;
      }
      case 4:
      case 5:
        return this.#iteration() + modifiers;
      case 6: {
        const domain = this.#collection();
        return this.#scoped(true, () => {
          const name = this.#newVar();
          this.#vars.push(name);
          return `every ${name} in ${domain} { ${name} != "zz"; ${this.#test()} }`;
        });
      }
      case 7:
        return this.#scoped(true, () => `not ${this.#test()}${modifiers}`);
      default:
        return this.#test() + modifiers;
    }
  }

  #template(): string {
    const part = (): string => this.#scoped(true, () => `{${this.#random.chance(0.3) ? this.#term(1) : this.#any()}}`);
    return this.#random.chance(0.2) ? `$\`<${part()}>\`` : `$"${part()}-${part()}"`;
  }

  #bind(): string {
    const name = this.#newVar();
    this.#vars.push(name);
    return name;
  }

  #pattern(): string {
    const random = this.#random;
    const one = (): string =>
      random.chance(0.25) ? this.#scalar() : random.chance(0.3) ? this.#anyVar() : this.#bind();
    return random.pick([
      (): string => `[${one()}, ${one()}]`,
      (): string => `{"a": ${one()}}`,
      (): string => `[${one()}]`,
      one,
    ])();
  }

  #anyVar(): string {
    return this.#vars.length > 0 ? this.#random.pick(this.#vars) : this.#scalar();
  }

  /** A reference into documents that binds what it goes over. */
  #iteration(): string {
    const random = this.#random;
    const step = (): string =>
      random.pick([
        (): string => `[${this.#bind()}]`,
        (): string => `[${this.#bind()}]`,
        (): string => `[${this.#anyVar()}]`,
        (): string => '[_]',
        (): string => `.${random.pick(KEYS)}`,
      ])();
    const rule = this.#ruleOf(['set', 'object', 'nested', 'nestedset']);
    const [root, most] =
      rule !== undefined && random.chance(0.6)
        ? [rule.path, rule.kind.startsWith('nested') ? 2 : 1]
        : random.chance(0.3) && this.#documents.length > 0
          ? [random.pick(this.#documents), 1]
          : [random.pick(['data.base', 'input', 'data.lib.base', 'data.list']), 2];
    let text = root;
    for (let i = 1 + random.below(most); i > 0; i--) text += step();
    return random.chance(0.3) ? `${this.#bind()} = ${text}` : text;
  }

  #with(): string {
    const random = this.#random;
    if (!random.chance(0.2)) return '';
    const value = (): string => this.#scoped(true, () => this.#term(1));
    const targets = [
      (): string => `input as ${value()}`,
      (): string => `input.a as ${value()}`,
      (): string => `input.b.c as ${value()}`,
      (): string => `data.base as ${value()}`,
      (): string => `data.base.a as ${value()}`,
      (): string => `data.lib.base.b as ${value()}`,
      (): string => `count as ${random.pick(['3', '"x"', 'false', 'data.util.w', 'type_name'])}`,
      (): string => `upper as ${random.pick(['"U"', 'lower', 'true'])}`,
    ];
    const rule = this.#ruleOf(['complete', 'set', 'object']);
    if (rule !== undefined) targets.push((): string => `${rule.path} as ${value()}`);
    const func = this.#ruleOf(['function']);
    if (func !== undefined) {
      const other = this.#rules.find((each) => each.kind === 'function' && each.arity === func.arity && each !== func);
      targets.push(
        (): string => `${func.path} as ${other !== undefined && random.chance(0.5) ? other.path : this.#scalar()}`,
      );
    }
    const first = random.pick(targets)();
    return ` with ${first}${random.chance(0.25) ? ` with ${random.pick(targets)()}` : ''}`;
  }

  #ruleOf(kinds: readonly Rule['kind'][]): Rule | undefined {
    const found = this.#rules.filter((rule) => kinds.includes(rule.kind));
    return found.length === 0 ? undefined : this.#random.pick(found);
  }

  #test(): string {
    const random = this.#random;
    switch (random.below(9)) {
      case 0:
        return `${this.#term(1)} ${random.pick(['==', '!=', '<', '<=', '>', '>='])} ${this.#any()}`;
      case 1:
        return `${this.#any()} in ${this.#collection()}`;
      case 2:
        return `count(${this.#any()}) > ${random.below(3)}`;
      case 3: {
        const rule = this.#ruleOf(['set']);
        return rule === undefined ? 'input.a' : `${rule.path}[${this.#term(1)}]`;
      }
      case 4: {
        const rule = this.#ruleOf(['object', 'nested', 'nestedset']);
        return rule === undefined ? 'data.base.a' : `w(${rule.path})[${this.#any()}]`;
      }
      case 5:
        return `${random.pick(['is_string', 'is_set', 'is_object'])}(${this.#any()})`;
      default:
        return this.#any();
    }
  }

  #scalar(): string {
    return this.#random.pick(SCALARS);
  }

  /** A term of a type that is not known. */
  #any(): string {
    const random = this.#random;
    switch (random.below(7)) {
      case 0:
        if (this.#vars.length > 0) return random.pick(this.#vars);
        return 'input.a';
      case 1: {
        const rule = this.#ruleOf(['complete', 'set', 'object', 'nested', 'nestedset']);
        return rule === undefined ? 'data.base' : `w(${rule.path})`;
      }
      case 2: {
        const rule = this.#ruleOf(['function']);
        if (rule === undefined) return 'input';
        const args = Array.from({ length: rule.arity }, () => `w(${this.#anyOrScalar()})`);
        return `w(${rule.path}(${args.join(', ')}))`;
      }
      case 3:
        if (this.#documents.length > 0 && random.chance(0.5)) {
          const document = random.pick(this.#documents);
          if (!document.includes('_')) return `w(${document})`;
        }
        return 'data.list[2].a';
      default: {
        let text = random.pick(['input', 'data.base', 'data.lib.base']);
        for (let i = random.below(3); i > 0; i--)
          text += random.pick([`.${random.pick(KEYS)}`, `.${random.pick(KEYS)}`, `[${random.below(3)}]`]);
        return text;
      }
    }
  }

  #anyOrScalar(): string {
    return this.#random.chance(0.5) ? this.#any() : this.#scalar();
  }

  #collection(): string {
    const random = this.#random;
    switch (random.below(5)) {
      case 0:
        return `[${this.#term(0)}, ${this.#any()}]`;
      case 1:
        return `{${this.#scalar()}, ${this.#any()}}`;
      case 2:
        return this.#comprehension();
      default:
        return this.#any();
    }
  }

  #comprehension(): string {
    const random = this.#random;
    return this.#scoped(false, () => {
      const lines = Array.from({ length: 1 + random.below(2) }, () => this.#expr());
      const term = this.#scoped(true, () => this.#term(0));
      const other = this.#scoped(true, () => this.#term(0));
      const body = lines.join('; ');
      return random.pick([`[${term} | ${body}]`, `{${term} | ${body}}`, `{${term}: ${other} | ${body}}`]);
    });
  }

  #term(depth: number): string {
    const random = this.#random;
    if (this.#vars.length > 0 && random.chance(0.35)) return random.pick(this.#vars);
    if (depth === 0) return this.#anyOrScalar();
    switch (random.below(11)) {
      case 0:
        return `[${this.#term(depth - 1)}, ${this.#term(depth - 1)}]`;
      case 1:
        return `{"a": ${this.#term(depth - 1)}, "b": ${this.#term(depth - 1)}}`;
      case 2:
        return `{${this.#term(depth - 1)}, ${this.#term(depth - 1)}}`;
      case 3:
        return this.#comprehension();
      case 4:
        return `${random.pick(['count', 'upper', 'type_name', 'sort', 'max', 'json.marshal'])}(${this.#any()})`;
      case 5:
        return `(${this.#any()} ${random.pick(['+', '-', '*'])} ${this.#any()})`;
      case 6:
        return `object.get(${this.#any()}, ${this.#any()}, ${this.#scalar()})`;
      case 7:
        return `(${this.#any()} ${random.pick(['==', '<', '!='])} ${this.#any()})`;
      default:
        return this.#any();
    }
  }
}
