// The abstract syntax tree of Rego: readonly nodes with a string `kind` and a location each.
// Facts found by later phases go into side tables, never into these nodes.

/** A place in a source file. `row` and `col` start at 1 and `col` counts Unicode code points, as in OPA's messages; `offset` and `end` are UTF-16 indices into the source text. */
export interface Loc {
  readonly file: string;
  readonly row: number;
  readonly col: number;
  readonly offset: number;
  readonly end: number;
}

export type RegoVersion = 'v0' | 'v1';

export interface NullTerm {
  readonly kind: 'null';
  readonly loc: Loc;
}
export interface BooleanTerm {
  readonly kind: 'boolean';
  readonly value: boolean;
  readonly loc: Loc;
}
/** `text` is the literal as written (JSON grammar), never rounded. */
export interface NumberTerm {
  readonly kind: 'number';
  readonly text: string;
  readonly loc: Loc;
}
/** `value` is the decoded string; `raw` is true for a back-quoted literal (needed by the formatter only). */
export interface StringTerm {
  readonly kind: 'string';
  readonly value: string;
  readonly raw?: boolean;
  readonly loc: Loc;
}
/** A variable. Wildcards `_` are numbered by the parser: `$0`, `$1`, … unique within a module. Generated locals are `__local0__`, …. */
export interface VarTerm {
  readonly kind: 'var';
  readonly name: string;
  readonly loc: Loc;
}
/** `head` then `operands`: `data.foo[x]` is head var `data`, operands string `foo`, var `x`. The head may be any term (`{"a": 1}[x]`, `f(x).y`). */
export interface RefTerm {
  readonly kind: 'ref';
  readonly head: Term;
  readonly operands: readonly Term[];
  readonly loc: Loc;
}
export interface ArrayTerm {
  readonly kind: 'array';
  readonly items: readonly Term[];
  readonly loc: Loc;
}
export interface ObjectEntry {
  readonly key: Term;
  readonly value: Term;
}
export interface ObjectTerm {
  readonly kind: 'object';
  readonly entries: readonly ObjectEntry[];
  readonly loc: Loc;
}
export interface SetTerm {
  readonly kind: 'set';
  readonly items: readonly Term[];
  readonly loc: Loc;
}
export interface ArrayComprehension {
  readonly kind: 'arraycomprehension';
  readonly term: Term;
  readonly body: Body;
  readonly loc: Loc;
}
export interface SetComprehension {
  readonly kind: 'setcomprehension';
  readonly term: Term;
  readonly body: Body;
  readonly loc: Loc;
}
export interface ObjectComprehension {
  readonly kind: 'objectcomprehension';
  readonly key: Term;
  readonly value: Term;
  readonly body: Body;
  readonly loc: Loc;
}
/** A call in term position. Infix operators are calls too (`x + 1` is `plus(x, 1)`, `x in xs` is `internal.member_2(x, xs)`); `infix` keeps the operator as written, for printing. */
export interface CallTerm {
  readonly kind: 'call';
  /** `count`, `data.pkg.f`, `io.jwt.decode`: head var and string operands. */
  readonly operator: RefTerm;
  readonly args: readonly Term[];
  readonly infix?: string;
  readonly loc: Loc;
}
/** `$"…{expr}…"`: parts are literal strings and expressions in turn. */
export interface TemplateString {
  readonly kind: 'templatestring';
  readonly parts: readonly (StringTerm | Expr)[];
  readonly multiLine: boolean;
  readonly loc: Loc;
}

export type ScalarTerm = NullTerm | BooleanTerm | NumberTerm | StringTerm;
export type Comprehension = ArrayComprehension | SetComprehension | ObjectComprehension;
export type Term =
  ScalarTerm | VarTerm | RefTerm | ArrayTerm | ObjectTerm | SetTerm | Comprehension | CallTerm | TemplateString;

export type Body = readonly Expr[];

export interface With {
  readonly kind: 'with';
  readonly target: RefTerm;
  readonly value: Term;
  readonly loc: Loc;
}

/** An expression that is one term: it holds when the term is defined and not false. */
export interface TermExpr {
  readonly kind: 'termexpr';
  readonly negated: boolean;
  readonly term: Term;
  readonly with: readonly With[];
  /** True when a pass made it: it has no source of its own. */
  readonly generated?: boolean;
  readonly loc: Loc;
}
/** An expression that is a call: `f(x, y)`, and every infix form (`x = y` is operator `eq`, `x := y` is `assign`, `x == y` is `equal`, `x < y` is `lt`, …). After analysis the result may be captured by one more argument than the function takes. */
export interface CallExpr {
  readonly kind: 'callexpr';
  readonly negated: boolean;
  readonly operator: RefTerm;
  readonly args: readonly Term[];
  readonly infix?: string;
  readonly with: readonly With[];
  readonly generated?: boolean;
  readonly loc: Loc;
}
/** `some x, y` (symbols are vars) or `some k, v in xs` (one symbol: the call term `internal.member_2/3`). */
export interface SomeExpr {
  readonly kind: 'some';
  readonly symbols: readonly Term[];
  readonly with: readonly With[];
  readonly loc: Loc;
}
/** `every k, v in domain { body }`; `key` is undefined when not written. */
export interface EveryExpr {
  readonly kind: 'every';
  readonly negated: boolean;
  readonly key?: Term;
  readonly value: Term;
  readonly domain: Term;
  readonly body: Body;
  readonly with: readonly With[];
  readonly loc: Loc;
}
/** `not { body }` (import future.keywords.not). */
export interface NotExpr {
  readonly kind: 'not';
  readonly body: Body;
  /** Braces were written around the body; for printing. */
  readonly explicitBody?: boolean;
  readonly with: readonly With[];
  readonly loc: Loc;
}
/** `a and b`, `a or b` (import future.keywords.and / .or): value-less, short-circuit; each side a body. */
export interface LogicalExpr {
  readonly kind: 'and' | 'or';
  readonly left: Body;
  readonly right: Body;
  /** Braces were written around a side: it is a body with variables of its own. */
  readonly explicitLeft?: boolean;
  readonly explicitRight?: boolean;
  readonly with: readonly With[];
  readonly loc: Loc;
}
export type Expr = TermExpr | CallExpr | SomeExpr | EveryExpr | NotExpr | LogicalExpr;

/**
 * The head of a rule as the parser gives it.
 * `ref` is the whole reference: `p`, `p.q[x]`, … (head var, then operands).
 * `p contains x` has `key: x` and no value; `p[x] := v` and `p.q := v` keep everything in `ref`;
 * a v0 partial set `p[x] { … }` is normalised to `key: x`.
 * `value` undefined means `true` was implied.
 */
export interface Head {
  readonly kind: 'head';
  readonly ref: RefTerm;
  readonly args?: readonly Term[];
  readonly key?: Term;
  readonly value?: Term;
  /** `:=` (true) or `=` (false) between reference and value; for printing and strict checks. */
  readonly assign: boolean;
  readonly loc: Loc;
}

export interface Rule {
  readonly kind: 'rule';
  readonly isDefault: boolean;
  readonly head: Head;
  readonly body: Body;
  /** The body was not written (`p := 1`): it is `true`, generated. */
  readonly bodyImplied: boolean;
  /** `if` was written before the body; for printing. */
  readonly usesIf?: boolean;
  /** `else := v { … }` chain; the head repeats the rule's reference and arguments. */
  readonly else?: Rule;
  readonly annotations: readonly Annotations[];
  readonly loc: Loc;
}

export interface Package {
  readonly kind: 'package';
  /** Always starts with the var `data`: `package a.b` is `data.a.b`. */
  readonly path: RefTerm;
  readonly loc: Loc;
}

export interface Import {
  readonly kind: 'import';
  readonly path: RefTerm;
  readonly alias?: string;
  readonly loc: Loc;
}

export interface Comment {
  readonly kind: 'comment';
  /** The text after `#`. */
  readonly text: string;
  readonly loc: Loc;
}

/** A `# METADATA` block, parsed: scope, title, entrypoint, schemas, custom, …, in OPA's JSON form. */
export interface Annotations {
  readonly kind: 'annotations';
  readonly scope: 'rule' | 'document' | 'package' | 'subpackages';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly loc: Loc;
}

export interface Module {
  readonly kind: 'module';
  readonly package: Package;
  readonly imports: readonly Import[];
  readonly rules: readonly Rule[];
  readonly annotations: readonly Annotations[];
  readonly comments: readonly Comment[];
  readonly version: RegoVersion;
  readonly file: string;
  readonly source: string;
  readonly loc: Loc;
}

export type Node = Term | With | Expr | Head | Rule | Package | Import | Comment | Annotations | Module;
