// For traces and profiles: every expression of every body is preceded by a call of `internal.trace`, which tells the host the
// number of the place that is reached. What happened in between (failures, backtracking) follows from the order of these.
import { pathText } from './message-text.ts';
import type { Body, Expr, Loc, Node, Term } from '../ast/nodes.ts';
import { rewrite } from '../ast/walk.ts';
import { type CoreModule, type CoreRule, operatorName } from './core.ts';
import { withBody } from './lower-rules.ts';
import { builtinOperator } from './terms.ts';

/** A body that is evaluated on its own: that of a rule, of the query, or one within an expression. */
export interface TracedBody {
  readonly kind: 'rule' | 'query' | 'inner';
  /** What is entered, as text. */
  readonly text: string;
  readonly loc: Loc;
  /** The rule has one value: the first solution ends the search. */
  readonly isComplete: boolean;
  /** Nothing is tried after the first solution. */
  readonly isEarly: boolean;
}

/** A place that is told to the host. */
export interface TracedPlace {
  /** Index of its body. */
  readonly body: number;
  /** Position of its expression in the body; that behind the last one for the end. */
  readonly position: number;
  /** Absent at the end of a body. */
  readonly expr?: TracedExpr;
}

/** An expression as it stands in the source; one that a pass has lifted out by the text of the term. */
export interface TracedExpr {
  readonly text: string;
  readonly loc: Loc;
  /** What is negated. */
  readonly negated?: string;
  /** A call of `trace`: the message comes with the place. */
  readonly isNote: boolean;
}

export interface Traced {
  readonly modules: readonly CoreModule[];
  readonly queries: readonly Body[];
  readonly bodies: readonly TracedBody[];
  readonly places: readonly TracedPlace[];
}

/** The modules and queries with the calls put in. */
export function traceBodies(
  modules: readonly CoreModule[],
  queries: readonly Body[],
  sourceOf: (file: string) => string,
): Traced {
  const tracer = new Tracer(sourceOf);
  return {
    queries: queries.map((body) => tracer.query(body)),
    modules: modules.map((module) => ({ ...module, rules: module.rules.map((rule) => tracer.rule(rule)) })),
    bodies: tracer.bodies,
    places: tracer.places,
  };
}

class Tracer {
  readonly bodies: TracedBody[] = [];
  readonly places: TracedPlace[] = [];
  readonly #sourceOf: (file: string) => string;

  constructor(sourceOf: (file: string) => string) {
    this.#sourceOf = sourceOf;
  }

  query(body: Body): Body {
    const text = body.filter(isShown).map((expr) => this.#describe(expr).text);
    return this.body(body, { kind: 'query', text: text.join('; '), isComplete: false, isEarly: false });
  }

  rule(rule: CoreRule): CoreRule {
    const isComplete = rule.kind !== 'set' && rule.suffix.length === 0;
    const text = pathText(rule.path);
    const body = this.body(
      rule.body,
      { kind: 'rule', text, isComplete, isEarly: rule.kind === 'complete' && isComplete },
      rule.loc,
    );
    const traced = withBody(rule, body);
    return rule.else === undefined ? traced : { ...traced, else: this.rule(rule.else) };
  }

  body(body: Body, about: Omit<TracedBody, 'loc'>, at?: Loc): Body {
    const index = this.bodies.length;
    const loc = at ?? body[0]?.loc ?? NOWHERE;
    this.bodies.push({ ...about, loc });
    const out: Expr[] = [];
    let position = 0;
    for (const expr of body) {
      const note = noteOf(expr);
      if (isShown(expr))
        out.push(this.#call({ body: index, position: position++, expr: this.#describe(expr) }, expr.loc, note));
      out.push(this.#inner(expr));
    }
    out.push(this.#call({ body: index, position }, loc));
    return out;
  }

  /** An expression with the bodies within it traced. */
  #inner(expr: Expr): Expr {
    return rewrite(expr, (node) => {
      switch (node.kind) {
        case 'arraycomprehension':
        case 'setcomprehension':
        case 'objectcomprehension':
        case 'every':
        case 'not':
          return { ...node, body: this.#closure(node.body) } as Node;
        case 'and':
        case 'or':
          return { ...node, left: this.#closure(node.left), right: this.#closure(node.right) };
        default:
          return node;
      }
    });
  }

  #closure(body: Body): Body {
    const places = body.filter(isShown).map(({ loc }) => loc);
    const offset = Math.min(...places.map((loc) => loc.offset));
    const end = Math.max(...places.map((loc) => loc.end));
    const text = places.length === 0 ? '' : this.#slice({ ...places[0]!, offset, end });
    return this.body(body, { kind: 'inner', text, isComplete: false, isEarly: false });
  }

  #describe(expr: Expr): TracedExpr {
    const isTrue = expr.kind === 'termexpr' && expr.term.kind === 'boolean' && expr.term.value;
    const isResult =
      expr.kind === 'callexpr' && expr.args[0]?.kind === 'var' && expr.args[0].name.startsWith('__expression');
    const text = isTrue ? 'true' : this.#slice(expr.loc) + (isResult ? ' = _' : '');
    const isNegated = 'negated' in expr && expr.negated;
    return {
      text,
      loc: expr.loc,
      ...(isNegated ? { negated: text.replace(/^not\s+/, '') } : {}),
      isNote: noteOf(expr) !== undefined,
    };
  }

  /** The source on one line, without comments. */
  #slice(loc: Loc): string {
    const text = this.#sourceOf(loc.file).slice(loc.offset, loc.end);
    return text.includes('\n') ? text.replace(/\s*(#[^\n]*)?\n\s*/g, ' ').trim() : text.trim();
  }

  #call(place: TracedPlace, at: Loc, note?: Term): Expr {
    const loc = { ...at, file: '' };
    const number = this.places.push(place) - 1;
    return {
      kind: 'callexpr',
      negated: false,
      operator: builtinOperator('internal.trace', loc),
      args: [
        { kind: 'number', text: String(number), loc },
        { kind: 'array', items: note === undefined ? [] : [note], loc },
      ],
      with: [],
      loc,
      generated: true,
    };
  }
}

const NOWHERE: Loc = { file: '', row: 1, col: 1, offset: 0, end: 0 };

/** The message of a call of `trace`. */
function noteOf(expr: Expr): Term | undefined {
  return expr.kind === 'callexpr' && operatorName(expr.operator) === 'trace' ? expr.args[0] : undefined;
}

/** What a pass has added for its own ends (a check of a query's value, calls of this file) is no step of the policy. */
function isShown(expr: Expr): boolean {
  if (expr.kind === 'some') return false;
  if (expr.kind === 'callexpr') return !operatorName(expr.operator).startsWith('internal.t');
  return !(expr.kind === 'termexpr' && expr.generated === true && expr.term.kind === 'var');
}
