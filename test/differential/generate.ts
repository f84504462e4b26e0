// Random Rego modules: mostly valid, full of the constructs that interact (iteration, negation, comprehensions, `with`,
// rules of every shape, unification). The same seed gives the same module.

import { Random } from './random.ts';

export interface Generated {
  readonly module: string;
  readonly data: unknown;
  readonly input: unknown;
}

const KEYS = ['a', 'b', 'c', 'd'];
const NUMBERS = ['0', '1', '2', '3', '-1', '1.5', '10', '1e2', '12345678901234567890'];

interface RuleShape {
  readonly name: string;
  readonly kind: 'complete' | 'set' | 'object' | 'function' | 'deep';
}

/** A module of package `test`, with data and input for it. */
export function generate(seed: number): Generated {
  return new ModuleGenerator(new Random(seed * 2654435761)).run();
}

class ModuleGenerator {
  readonly #random: Random;
  readonly #rules: RuleShape[] = [];
  #vars: string[] = [];
  #fresh = 0;
  #declared: string[] = [];
  /** Inside `not` and templates a wildcard is unsafe. */
  #wild = true;
  /** Rules a body may refer to: those before it, so that nothing is recursive. */
  #visible = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  run(): Generated {
    const random = this.#random;
    const count = 2 + random.below(5);
    for (let i = 0; i < count; i++) {
      const kind = random.pick(['complete', 'complete', 'set', 'object', 'function', 'deep'] as const);
      this.#rules.push({ name: `r${i}`, kind });
    }
    const texts = this.#rules.map((rule, i) => {
      this.#visible = i;
      return this.#rule(rule);
    });
    const main = ['complete', 'set', 'object'].map((kind, i) => {
      this.#visible = this.#rules.length;
      return this.#rule({ name: `main${i}`, kind: kind as 'complete' });
    });
    return {
      module: ['package test', ...texts, ...main].join('\n\n') + '\n',
      data: { d: this.#json(3), e: this.#json(2), list: [1, 2, { a: 1 }, 'a', [1, 2]] },
      input: this.#json(3),
    };
  }

  #json(depth: number): unknown {
    const random = this.#random;
    if (depth === 0 || random.chance(0.2))
      return random.pick<unknown>([0, 1, 2, 3, 'a', 'b', 'x y', true, false, null, 1.5, -1]);
    if (random.chance(0.4)) return Array.from({ length: random.below(4) }, () => this.#json(depth - 1));
    return Object.fromEntries(KEYS.filter(() => random.chance(0.7)).map((key) => [key, this.#json(depth - 1)]));
  }

  #tame(text: () => string): string {
    const before = this.#wild;
    this.#wild = false;
    const made = text();
    this.#wild = before;
    return made;
  }

  #newVar(): string {
    return `v${this.#fresh++}`;
  }

  #rule(rule: RuleShape): string {
    const random = this.#random;
    const definitions: string[] = [];
    if ((rule.kind === 'complete' || rule.kind === 'function') && random.chance(0.3))
      definitions.push(`default ${rule.name}${rule.kind === 'function' ? '(_)' : ''} := ${this.#scalar()}`);
    const count = 1 + random.below(3);
    for (let i = 0; i < count; i++) definitions.push(this.#definition(rule, i));
    return definitions.join('\n\n');
  }

  #definition({ name, kind }: RuleShape, index: number): string {
    const random = this.#random;
    this.#vars = [];
    if (kind === 'function') {
      const arg = random.chance(0.2) ? this.#scalar() : random.chance(0.2) ? '[p, _]' : 'p';
      if (arg.includes('p')) this.#vars.push('p');
      const body = this.#body(1 + random.below(2));
      return `${name}(${arg}) := ${this.#term(1)} if {\n${body}\n}`;
    }
    const body = this.#body(1 + random.below(3));
    switch (kind) {
      case 'set':
        return `${name} contains ${this.#term(1)} if {\n${body}\n}`;
      case 'object':
        return `${name}[${this.#term(0)}] := ${this.#term(1)} if {\n${body}\n}`;
      case 'deep':
        return random.chance(0.5)
          ? `${name}[${this.#term(0)}].k${index % 2}[${this.#term(0)}] := ${this.#term(0)} if {\n${body}\n}`
          : `${name}[${this.#term(0)}].s contains ${this.#term(0)} if {\n${body}\n}`;
      case 'complete': {
        const head = `${name} := ${this.#term(1)} if {\n${body}\n}`;
        if (!random.chance(0.25)) return head;
        this.#vars = [];
        const other = this.#body(1);
        return `${head} else := ${this.#term(0)} if {\n${other}\n}`;
      }
    }
  }

  #body(count: number): string {
    const lines: string[] = [];
    this.#declared = [];
    for (let i = 0; i < count; i++) lines.push(`\t${this.#expr()}`);
    // A declared variable that nothing uses is a fault.
    for (const name of this.#declared) lines.push(`\t${name} != "nothing has this value"`);
    // Order must not matter: sometimes the lines are turned round (`:=` after a use is a fault, and stays a rare one).
    if (this.#random.chance(0.005)) lines.reverse();
    return lines.join('\n');
  }

  #expr(): string {
    const random = this.#random;
    switch (random.below(16)) {
      case 0:
      case 1:
      case 2: {
        const term = this.#term(2);
        const name = this.#newVar();
        this.#vars.push(name);
        return `${name} := ${term}`;
      }
      case 3:
      case 4: {
        const source = this.#collection();
        const name = this.#newVar();
        const key = this.#newVar();
        const text = random.chance(0.5) ? `some ${name} in ${source}` : `some ${key}, ${name} in ${source}`;
        if (text.includes(key)) {
          this.#vars.push(key);
          this.#declared.push(key);
        }
        this.#vars.push(name);
        this.#declared.push(name);
        return text;
      }
      case 5: {
        const collection = this.#reference();
        const name = this.#newVar();
        const value = this.#newVar();
        this.#vars.push(name, value);
        return `${value} = ${collection}[${name}]`;
      }
      case 6:
        return `${this.#term(1)} ${random.pick(['==', '!=', '<', '<=', '>', '>='])} ${this.#anything()}`;
      case 7:
        return this.#tame(() => `not ${this.#test()}`);
      case 8:
        return `${this.#term(1)} in ${this.#collection()}`;
      case 9: {
        const name = this.#newVar();
        const before = [...this.#vars];
        const domain = this.#collection();
        this.#vars.push(name);
        const inner = this.#tame(() => this.#test());
        this.#vars = before;
        return `every ${name} in ${domain} { ${name} != "z"; ${inner} }`;
      }
      case 10: {
        const pattern = this.#newVar();
        const other = this.#newVar();
        const source = this.#anything();
        this.#vars.push(pattern, other);
        return random.chance(0.5)
          ? `[${pattern}, ${other}] = ${source}`
          : `{"a": ${pattern}, "b": ${other}} = ${source}`;
      }
      case 11:
      case 12:
        return this.#with();
      case 13: {
        const name = this.#newVar();
        const text = this.#tame(() => `$"{${this.#term(0)}}-{${this.#term(0)}}"`);
        this.#vars.push(name);
        return `${name} := ${text}`;
      }
      default:
        return this.#test();
    }
  }

  #with(): string {
    const random = this.#random;
    const rule = this.#ruleOf(['complete', 'set', 'object']);
    const targets = [`input as ${this.#term(1)}`, `input.a as ${this.#scalar()}`, `data.d as ${this.#term(1)}`];
    if (rule !== undefined) targets.push(`data.test.${rule.name} as ${this.#term(1)}`);
    const func = this.#ruleOf(['function']);
    if (func !== undefined) targets.push(`data.test.${func.name} as ${this.#scalar()}`);
    const item = random.pick(targets);
    const called = this.#ruleOf(['complete', 'set', 'object', 'deep']);
    const subject = called === undefined ? 'input.a' : `data.test.${called.name}`;
    const name = this.#newVar();
    this.#vars.push(name);
    return `${name} := ${subject} with ${item}`;
  }

  #ruleOf(kinds: readonly RuleShape['kind'][]): RuleShape | undefined {
    const found = this.#rules.slice(0, this.#visible).filter((rule) => kinds.includes(rule.kind));
    return found.length === 0 ? undefined : this.#random.pick(found);
  }

  #test(): string {
    const random = this.#random;
    switch (random.below(6)) {
      case 0:
        return `is_number(${this.#term(1)})`;
      case 1:
        return `count(${random.chance(0.5) ? this.#comprehension() : this.#anything()}) > ${random.below(4)}`;
      case 2:
        return `${this.#term(1)} == ${this.#anything()}`;
      case 3:
        return `startswith(${this.#anything()}, "a")`;
      default:
        return this.#reference();
    }
  }

  #scalar(): string {
    const random = this.#random;
    return random.pick([random.pick(NUMBERS), `"${random.pick(KEYS)}"`, 'true', 'false', 'null', '"x y"']);
  }

  /** A reference whose type no checker knows. */
  #anything(): string {
    const random = this.#random;
    let text = random.pick(['input', 'data.d', 'data.e', 'data.list', 'input.a', 'input.b']);
    for (let i = random.below(3); i > 0; i--)
      text += random.chance(0.6)
        ? `.${random.pick(KEYS)}`
        : this.#wild && random.chance(0.5)
          ? '[_]'
          : `[${random.below(3)}]`;
    return text;
  }

  #reference(): string {
    const random = this.#random;
    const rule = this.#ruleOf(['complete', 'set', 'object', 'deep']);
    const roots = ['input', 'data.d', 'data.e', 'data.list'];
    if (rule !== undefined) {
      // What a rule's value has in it is known to the type checker: mostly it is taken whole.
      const whole = random.pick([rule.name, `data.test.${rule.name}`]);
      if (random.chance(0.4)) return !this.#wild || random.chance(0.5) ? whole : `${whole}[_]`;
      if (random.chance(0.1)) roots.push(whole);
    }
    if (this.#vars.length > 0 && random.chance(0.3)) {
      const name = random.pick(this.#vars);
      if (random.chance(0.8)) return name;
      roots.push(name);
    }
    let text = random.pick(roots);
    const depth = random.below(3);
    for (let i = 0; i < depth; i++) {
      const step = random.below(10);
      if (step < 5) text += `.${random.pick(KEYS)}`;
      else if (step < 7) text += this.#wild ? '[_]' : '[0]';
      else if (step < 8 && this.#vars.length > 0) text += `[${random.pick(this.#vars)}]`;
      else text += `[${random.below(3)}]`;
    }
    return text;
  }

  #collection(): string {
    const random = this.#random;
    switch (random.below(5)) {
      case 0:
        return `[${this.#term(0)}, ${this.#term(0)}, ${this.#scalar()}]`;
      case 1:
        return `{${this.#scalar()}, ${this.#term(0)}}`;
      case 2:
        return this.#comprehension();
      default:
        return this.#reference();
    }
  }

  #comprehension(): string {
    const random = this.#random;
    const before = [...this.#vars];
    const name = this.#newVar();
    const head = `some ${name} in ${this.#reference()}; ${name} != "z"`;
    this.#vars.push(name);
    const more = random.chance(0.4) ? `; ${this.#test()}` : '';
    const outer = before.length > 0 && random.chance(0.5) ? random.pick(before) : undefined;
    const value = this.#term(0);
    if (outer !== undefined) {
      const side = random.pick([name, `${name}.a`, `${name}[0]`]);
      this.#vars = before;
      return random.pick([
        `[${value} | ${head}; ${side} == ${outer}]`,
        `{${value} | ${head}${more}; ${outer} = ${side}}`,
        `[${name} | ${head}; ${this.#anything()}[${outer}] == ${name}]`,
      ]);
    }
    const text = random.pick([
      `[${value} | ${head}${more}]`,
      `{${value} | ${head}${more}}`,
      `{${name}: ${value} | ${head}${more}}`,
    ]);
    this.#vars = before;
    return text;
  }

  #term(depth: number): string {
    const random = this.#random;
    if (this.#vars.length > 0 && random.chance(0.4)) return random.pick(this.#vars);
    if (depth === 0) return random.chance(0.6) ? this.#scalar() : this.#reference();
    switch (random.below(12)) {
      case 0:
        return `[${this.#term(depth - 1)}, ${this.#term(depth - 1)}]`;
      case 1:
        return `{"a": ${this.#term(depth - 1)}, "b": ${this.#term(depth - 1)}}`;
      case 2:
        return `{${this.#term(depth - 1)}, ${this.#scalar()}}`;
      case 3:
        return this.#comprehension();
      case 4:
        return `${random.pick(['count', 'sum', 'max', 'sort', 'type_name', 'to_number', 'lower', 'json.marshal'])}(${this.#anything()})`;
      case 5:
        return `(${random.chance(0.4) ? random.pick(NUMBERS) : this.#anything()} ${random.pick(['+', '-', '*', '/', '%'])} ${random.chance(0.4) ? random.pick(NUMBERS) : this.#anything()})`;
      case 6:
        return `object.get(${this.#anything()}, ${this.#scalar()}, ${this.#scalar()})`;
      case 7: {
        const func = this.#ruleOf(['function']);
        return func === undefined ? this.#scalar() : `${func.name}(${this.#term(depth - 1)})`;
      }
      case 8:
        return `({${this.#scalar()}, ${this.#scalar()}} ${random.pick(['|', '&', '-'])} {${this.#term(0)}})`;
      case 9:
        return `concat(",", [${this.#anything()}, "z"])`;
      default:
        return this.#reference();
    }
  }
}
