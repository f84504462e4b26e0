// The tree of a template, and its nodes as messages show them.
// Left to others: building it (parser.ts), running it (execute.ts).
import { quoteGo } from '../../../value/rego-text.ts';

interface At {
  /** UTF-16 units from the start of the template. */
  readonly position: number;
}

export interface NumberNode extends At {
  readonly kind: 'number';
  readonly text: string;
  /** Undefined when the constant fits no int. */
  readonly int: bigint | undefined;
  /** Set when the constant is written as a float. */
  readonly float: number | undefined;
}

/** What a command is made of. */
export type Operand =
  | (At & { readonly kind: 'dot' | 'nil' })
  | (At & { readonly kind: 'bool'; readonly value: boolean })
  | (At & { readonly kind: 'string'; readonly quoted: string; readonly value: string })
  | NumberNode
  | (At & { readonly kind: 'identifier'; readonly name: string })
  | (At & { readonly kind: 'field' | 'variable'; readonly names: readonly string[] })
  | (At & { readonly kind: 'chain'; readonly node: Operand; readonly names: readonly string[] })
  | Pipeline;

export interface Command extends At {
  readonly kind: 'command';
  readonly args: readonly Operand[];
}

export interface Pipeline extends At {
  readonly kind: 'pipeline';
  readonly variables: readonly string[];
  readonly isAssign: boolean;
  readonly commands: readonly Command[];
}

/** `{{if}}`, `{{with}}`, `{{range}}`. */
export interface ControlNode extends At {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipeline: Pipeline;
  readonly list: readonly Node[];
  readonly otherwise: readonly Node[] | undefined;
}

export type Node =
  | (At & { readonly kind: 'text'; readonly text: string })
  | (At & { readonly kind: 'action'; readonly pipeline: Pipeline })
  | (At & { readonly kind: 'break' | 'continue' })
  | ControlNode
  | (At & { readonly kind: 'template'; readonly name: string; readonly pipeline: Pipeline | undefined });

/** A named template. */
export interface Template {
  readonly name: string;
  readonly nodes: readonly Node[];
}

/** The source of a node, as messages quote it. */
export function describe(node: Node | Operand | Command): string {
  switch (node.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'string':
      return node.quoted;
    case 'number':
    case 'text':
      return node.text;
    case 'identifier':
      return node.name;
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'chain': {
      const inner = describe(node.node);
      return (node.node.kind === 'pipeline' ? `(${inner})` : inner) + node.names.map((name) => `.${name}`).join('');
    }
    case 'command':
      return node.args.map((arg) => (arg.kind === 'pipeline' ? `(${describe(arg)})` : describe(arg))).join(' ');
    case 'pipeline': {
      const declared = node.variables.length === 0 ? '' : `${node.variables.join(', ')} ${node.isAssign ? '=' : ':='} `;
      return declared + node.commands.map(describe).join(' | ');
    }
    case 'action':
      return `{{${describe(node.pipeline)}}}`;
    case 'template':
      return `{{template ${quoteGo(node.name)}${node.pipeline === undefined ? '' : ` ${describe(node.pipeline)}`}}}`;
    case 'if':
    case 'with':
    case 'range': {
      const otherwise = node.otherwise === undefined ? '' : `{{else}}${node.otherwise.map(describe).join('')}`;
      return `{{${node.kind} ${describe(node.pipeline)}}}${node.list.map(describe).join('')}${otherwise}{{end}}`;
    }
    default:
      return `{{${node.kind}}}`;
  }
}
