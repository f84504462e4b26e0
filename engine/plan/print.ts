// Prints a plan for people and golden files: one statement a line, blocks indented.
// The form other hosts run is made by opa-plan.ts.
import { printTerm } from '../value/rego-text.ts';
import type { Block, Func, Operand, Plan, Stmt } from './ir.ts';

/** The plan as text. Constants are shown by value, locals as `%n`. */
export function printPlan(plan: Plan): string {
  const printer = new Printer(plan);
  const entrypoints = plan.entrypoints.map(
    ({ name, func, resultSet }) => `entrypoint ${name} = ${plan.funcs[func]!.name}${resultSet ? ' (result set)' : ''}`,
  );
  return [...entrypoints, ...plan.funcs.map((func) => printer.func(func))].join('\n') + '\n';
}

class Printer {
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  func(func: Func): string {
    const params = func.params.map((param) => `%${param}`).join(', ');
    const memo = func.memo === undefined ? '' : ` memo ${func.memo}`;
    const lines = func.blocks.flatMap((block) => ['  block', ...this.#block(block, '    ')]);
    return [`func ${func.name}(${params})${memo}`, ...lines].join('\n');
  }

  #block(block: Block, indent: string): string[] {
    return block.stmts.flatMap((stmt) => this.#stmt(stmt, indent));
  }

  #operand(operand: Operand): string {
    switch (operand.kind) {
      case 'local':
        return `%${operand.local}`;
      case 'const':
        return printTerm(this.#plan.constants[operand.const]!);
      case 'input':
      case 'data':
        return operand.kind;
    }
  }

  #list(operands: readonly Operand[]): string {
    return operands.map((operand) => this.#operand(operand)).join(', ');
  }

  #nested(head: string, block: Block, indent: string): string[] {
    return [`${indent}${head}`, ...this.#block(block, `${indent}  `)];
  }

  #stmt(stmt: Stmt, indent: string): string[] {
    const line = (text: string): string[] => [indent + text];
    const operand = (each: Operand): string => this.#operand(each);
    switch (stmt.kind) {
      case 'block':
        return stmt.blocks.flatMap((block) => this.#nested('block', block, indent));
      case 'break':
        return line(`break ${stmt.index}`);
      case 'scan': {
        const bound = [stmt.key, stmt.value].map((local) => (local === undefined ? '_' : `%${local}`));
        return this.#nested(`scan ${operand(stmt.source)} as ${bound.join(', ')}`, stmt.block, indent);
      }
      case 'dot':
        return line(`%${stmt.target} = ${operand(stmt.source)}[${operand(stmt.key)}]`);
      case 'call':
        return line(`%${stmt.target} = call ${this.#plan.funcs[stmt.func]!.name}(${this.#list(stmt.args)})`);
      case 'callbuiltin': {
        const target = stmt.target === undefined ? '' : `%${stmt.target} = `;
        return line(`${target}builtin ${stmt.name}(${this.#list(stmt.args)})`);
      }
      case 'callswitch': {
        const cases = stmt.cases.map(
          ({ values, func }) =>
            `${indent}  ${values.map((value) => operand({ kind: 'const', const: value })).join(', ')}: ${this.#plan.funcs[func]!.name}`,
        );
        return [`${indent}%${stmt.target} = callswitch ${operand(stmt.source)}`, ...cases];
      }
      case 'switch': {
        const cases = stmt.cases.flatMap(({ values, block }) =>
          this.#nested(
            `case ${values.map((value) => operand({ kind: 'const', const: value })).join(', ')}`,
            block,
            `${indent}  `,
          ),
        );
        const otherwise = stmt.otherwise === undefined ? [] : this.#nested('otherwise', stmt.otherwise, `${indent}  `);
        return [`${indent}switch ${operand(stmt.source)}`, ...cases, ...otherwise];
      }
      case 'assignvar':
        return line(`%${stmt.target} = ${operand(stmt.source)}`);
      case 'assignvaronce':
        return line(`%${stmt.target} = once ${operand(stmt.source)} (${stmt.conflict})`);
      case 'resetlocal':
        return line(`reset %${stmt.target}`);
      case 'isdefined':
      case 'isundefined':
      case 'isarray':
      case 'isobject':
      case 'isset':
      case 'istrue':
        return line(`${stmt.kind} ${operand(stmt.source)}`);
      case 'equal':
      case 'notequal':
        return line(`${stmt.kind} ${operand(stmt.a)}, ${operand(stmt.b)}`);
      case 'haslength':
        return line(`haslength ${operand(stmt.source)}, ${stmt.count}`);
      case 'len':
        return line(`%${stmt.target} = len ${operand(stmt.source)}`);
      case 'makearray':
      case 'makeobject':
      case 'makeset':
        return line(`%${stmt.target} = ${stmt.kind} ${stmt.capacity}`);
      case 'arrayappend':
        return line(`append %${stmt.array}, ${operand(stmt.value)}`);
      case 'setadd':
        return line(`add %${stmt.set}, ${operand(stmt.value)}`);
      case 'objectinsert':
        return line(`insert %${stmt.object}[${operand(stmt.key)}] = ${operand(stmt.value)}`);
      case 'objectinsertonce':
        return line(`insertonce %${stmt.object}[${operand(stmt.key)}] = ${operand(stmt.value)}`);
      case 'objectmerge':
        return line(`%${stmt.target} = merge ${operand(stmt.a)}, ${operand(stmt.b)}`);
      case 'not':
        return this.#nested('not', stmt.block, indent);
      case 'with': {
        const patches = (name: string, list: typeof stmt.input): string[] =>
          list.map(({ path, value }) => `${name}[${this.#list(path)}] = ${operand(value)}`);
        const slots = stmt.slots.map(
          ({ slot, value }) => `slot ${slot} = ${typeof value === 'number' ? value : operand(value)}`,
        );
        const changes = [...patches('input', stmt.input), ...patches('data', stmt.data), ...slots];
        return this.#nested(`with ${stmt.id}: ${changes.join('; ')}`, stmt.block, indent);
      }
      case 'without':
        return this.#nested(`without ${stmt.id}`, stmt.block, indent);
      case 'slotis':
        return line(`slotis ${stmt.slot}, ${stmt.value}`);
      case 'slotload':
        return line(`%${stmt.target} = slot ${stmt.slot}`);
      case 'returnlocal':
        return line(`return %${stmt.source}`);
      case 'raise':
        return line(`raise ${stmt.code}: ${stmt.message}`);
      case 'cover':
        return line(`cover ${stmt.index}`);
    }
  }
}
