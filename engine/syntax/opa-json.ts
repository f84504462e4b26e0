// OPA's JSON form of a module, as `opa parse --format json` prints it and `rego.parse_module` returns it.
// Values here are plain JSON except for numbers, which keep the text of the source.
import { sortedEntries, sortedItems } from '../ast/compare.ts';
import type { Annotations, Body, Comment, Expr, Import, Loc, Module, RefTerm, Rule, Term, With } from '../ast/nodes.ts';
import { headKey, headName, opaLoc } from './opa-text.ts';

/** A number as written in the source. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** JSON with exact numbers. */
export type OpaJson = null | boolean | number | string | JsonNumber | readonly OpaJson[] | OpaJsonObject;
export interface OpaJsonObject {
  readonly [name: string]: OpaJson | undefined;
}

/** What to leave in: locations (with their text, base64) and comments. */
export interface OpaJsonOptions {
  readonly locations?: boolean;
  readonly comments?: boolean;
}

/** The module as OPA writes it in JSON. */
export function moduleToOpaJson(module: Module, options: OpaJsonOptions = {}): OpaJsonObject {
  return new Writer(module.source, options).module(module);
}

/** A term as OPA writes it in JSON, without locations. */
export function termToOpaJson(term: Term): OpaJsonObject {
  return new Writer('', {}).term(term);
}

/** JSON text as OPA's: indented by two, numbers as in the source. */
export function printOpaJson(value: OpaJson): string {
  const pieces: string[] = [];
  print(value, '\n', pieces);
  return pieces.join('');
}

/** A string as Go writes it in JSON: what means something in HTML is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `newline` is a line break with the indentation of the value. */
function print(value: OpaJson, newline: string, pieces: string[]): void {
  if (value instanceof JsonNumber) {
    pieces.push(value.text);
  } else if (value === null || typeof value !== 'object') {
    pieces.push(typeof value === 'string' ? quoted(value) : JSON.stringify(value));
  } else if (Array.isArray(value)) {
    printItems('[]', value as readonly OpaJson[], newline, pieces, (item, inner) => print(item, inner, pieces));
  } else {
    const fields = Object.entries(value as OpaJsonObject).filter(([, item]) => item !== undefined);
    printItems('{}', fields, newline, pieces, ([name, item], inner) => {
      pieces.push(quoted(name), ': ');
      print(item ?? null, inner, pieces);
    });
  }
}

function printItems<T>(
  brackets: string,
  items: readonly T[],
  newline: string,
  pieces: string[],
  printItem: (item: T, newline: string) => void,
): void {
  if (items.length === 0) {
    pieces.push(brackets);
    return;
  }
  const inner = `${newline}  `;
  items.forEach((item, i) => {
    pieces.push(i === 0 ? brackets.slice(0, 1) : ',', inner);
    printItem(item, inner);
  });
  pieces.push(newline, brackets.slice(1));
}

/** Text in base64, by its UTF-8 bytes. */
function base64(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

class Writer {
  private readonly source: string;
  private readonly options: OpaJsonOptions;
  /** Metadata blocks by where they begin. */
  private blocks = new Map<number, Loc>();

  constructor(source: string, options: OpaJsonOptions) {
    this.source = source;
    this.options = options;
  }

  module(module: Module): OpaJsonObject {
    const { locations } = this.options;
    this.blocks = new Map(module.annotations.map((a) => [a.loc.offset, a.loc]));
    const list = <N>(nodes: readonly N[], write: (node: N) => OpaJson): readonly OpaJson[] | undefined =>
      nodes.length === 0 ? undefined : nodes.map(write);
    return {
      package: {
        ...(locations && { location: this.loc(module.package.loc) }),
        path: this.refTerms(module.package.path),
      },
      imports: list(module.imports, (node) => this.import(node)),
      annotations: list(module.annotations, (node) => this.annotations(node)),
      rules: list(module.rules, (rule) => this.rule(rule, headName(rule), headKey(rule))),
      comments: this.options.comments ? list(module.comments, (comment) => this.comment(comment)) : undefined,
    };
  }

  private loc(loc: Loc): OpaJsonObject {
    return {
      file: loc.file,
      row: loc.row,
      col: loc.col,
      text: base64(this.source.slice(loc.offset, loc.end)),
    };
  }

  /** A `location` field, when locations are wanted. */
  private at(loc: Loc): { location?: OpaJsonObject } {
    return this.options.locations ? { location: this.loc(loc) } : {};
  }

  private import({ alias, path, loc }: Import): OpaJsonObject {
    return { ...(alias !== undefined && { alias }), ...this.at(loc), path: this.term(path) };
  }

  private annotations({ fields, loc, scope }: Annotations): OpaJsonObject {
    const all: Record<string, OpaJson | undefined> = {
      ...(fields as OpaJsonObject),
      ...(this.options.locations && fields['schemas'] !== undefined && { schemas: this.placedSchemas(fields, loc) }),
      ...(this.options.locations && { location: this.metadataLoc(loc) }),
      scope,
    };
    return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The references to schemas with places, which OPA counts within the reference's own text. */
  private placedSchemas(fields: Annotations['fields'], loc: Loc): OpaJson {
    const texts = [...this.source.slice(loc.offset, loc.end).matchAll(/^#\s*-\s.*?:\s*['"]?(schema\b.*?)['"]?\s*$/gm)];
    let next = 0;
    return (fields['schemas'] as readonly { readonly schema?: readonly OpaJsonObject[] }[]).map((entry) => {
      if (entry.schema === undefined) return entry as OpaJsonObject;
      const text = texts[next++]?.[1] ?? '';
      const parts = [...text.matchAll(/^schema|(?<=\.)[A-Za-z_]\w*|(?<=\[)(?:"(?:[^"\\]|\\.)*"|[^\]]+)(?=\])/g)];
      const placed = entry.schema.map((term, i) => {
        const part = parts[i];
        if (part === undefined) return term;
        return { location: { file: '', row: 1, col: part.index + 1, text: base64(part[0]) }, ...term };
      });
      return { ...entry, schema: placed } as OpaJsonObject;
    });
  }

  /** A metadata block's text as OPA rebuilds it from the comments. */
  private metadataLoc(loc: Loc): OpaJsonObject {
    const lines = this.source.slice(loc.offset, loc.end).split('\n').slice(1);
    const text = lines.map((line) => `\n# ${line.replace(/^# ?/, '').replace(/\r$/, '')}`);
    return { file: loc.file, row: loc.row, col: loc.col, text: base64(`# METADATA${text.join('')}`) };
  }

  private comment({ text, loc }: Comment): OpaJsonObject {
    const { file, row, col } = loc;
    // The first comment of a metadata block shares the block's place.
    const block = this.blocks.get(loc.offset);
    const place = block === undefined ? this.loc(this.wholeLine(loc)) : this.metadataLoc(block);
    return { Text: text === '' ? null : base64(text), Location: this.options.locations ? place : { file, row, col } };
  }

  /** OPA's text of a comment includes the carriage return that ends its line. */
  private wholeLine(loc: Loc): Loc {
    return this.source[loc.end] === '\r' ? { ...loc, end: loc.end + 1 } : loc;
  }

  private rule(rule: Rule, name: string, key: Term | undefined, isElse = false): OpaJsonObject {
    const { value } = rule.head;
    // The implied body of `p := 1` stands where the value stands.
    const implied = rule.bodyImplied && !rule.isDefault && !isElse && value !== undefined;
    return {
      annotations: rule.annotations.length === 0 ? undefined : rule.annotations.map((a) => this.annotations(a)),
      body: implied ? [this.impliedExpr(this.at(opaLoc(value, this.source)))] : this.body(rule.body),
      default: rule.isDefault ? true : undefined,
      else: rule.else && this.rule(rule.else, name, undefined, true),
      head: this.head(rule, name, key),
      ...this.at(rule.loc),
    };
  }

  private impliedExpr(at: { location?: OpaJsonObject }): OpaJsonObject {
    return { index: 0, ...at, terms: { ...at, type: 'boolean', value: true } };
  }

  private head(rule: Rule, name: string, key: Term | undefined): OpaJsonObject {
    const { head } = rule;
    return {
      name: name === '' ? undefined : name,
      args: head.args && this.terms(head.args),
      key: key && this.term(key),
      value: head.key === undefined ? this.value(rule) : undefined,
      assign: head.assign ? true : undefined,
      ref: this.refTerms(head.ref),
      ...this.at(head.loc),
    };
  }

  private value(rule: Rule): OpaJson {
    const { head } = rule;
    if (head.value !== undefined) return this.term(head.value);
    // OPA places an implied value only where a reference of two has a body after `if`, where there is no
    // body, and for the further bodies of a rule.
    const { operands } = head.ref;
    const chained = this.source[rule.loc.offset] === '{';
    const placed = chained || (rule.usesIf === true ? operands.length === 1 : rule.bodyImplied && !rule.isDefault);
    return { ...(placed && this.at(head.loc)), type: 'boolean', value: true };
  }

  private body(body: Body): readonly OpaJson[] {
    return body.map((expr, index) => this.expr(expr, index));
  }

  private expr(expr: Expr, index: number): OpaJsonObject {
    return {
      index,
      ...this.at(expr.loc),
      negated: 'negated' in expr && expr.negated ? true : undefined,
      terms: this.exprTerms(expr),
      with: expr.with.length === 0 ? undefined : expr.with.map((w) => this.with(w)),
    };
  }

  private exprTerms(expr: Expr): OpaJson {
    switch (expr.kind) {
      case 'termexpr':
        return this.term(expr.term);
      case 'callexpr':
        return this.terms([expr.operator, ...expr.args]);
      case 'some':
        return { ...this.keywordAt(expr.loc, 'some'), symbols: this.terms(expr.symbols) };
      case 'every':
        return {
          body: this.body(expr.body),
          domain: this.term(expr.domain),
          key: expr.key === undefined ? null : this.term(expr.key),
          ...this.keywordAt(expr.loc, 'every'),
          value: this.term(expr.value),
        };
      case 'not':
        return {
          body: this.body(expr.body),
          explicit_body: expr.explicitBody === true,
          type: 'not',
        };
      case 'and':
      case 'or':
        return {
          type: expr.kind,
          lhs: this.body(expr.left),
          rhs: this.body(expr.right),
          explicit_lhs: expr.explicitLeft === true ? true : undefined,
          explicit_rhs: expr.explicitRight === true ? true : undefined,
          ...this.at(expr.loc),
        };
    }
  }

  /** The place of the keyword an expression begins with. */
  private keywordAt(loc: Loc, keyword: string): { location?: OpaJsonObject } {
    const from = this.source.indexOf(keyword, loc.offset);
    return this.at(from === loc.offset ? { ...loc, end: from + keyword.length } : loc);
  }

  private with({ target, value, loc }: With): OpaJsonObject {
    // A bare name that is no root document is a variable for OPA.
    const { head } = target;
    const bare = target.operands.length === 0 && head.kind === 'var' && head.name !== 'input' && head.name !== 'data';
    return { ...this.at(loc), target: this.term(bare ? head : target), value: this.term(value) };
  }

  private terms(terms: readonly Term[]): readonly OpaJson[] {
    return terms.map((term) => this.term(term));
  }

  private refTerms(ref: RefTerm): readonly OpaJson[] {
    return this.terms([ref.head, ...ref.operands]);
  }

  term(term: Term): OpaJsonObject {
    return { ...this.at(opaLoc(term, this.source)), type: term.kind, value: this.termValue(term) };
  }

  private termValue(term: Term): OpaJson {
    switch (term.kind) {
      case 'null':
        return {};
      case 'boolean':
      case 'string':
        return term.value;
      case 'number':
        return new JsonNumber(term.text);
      case 'var':
        return term.name;
      case 'ref':
        return this.refTerms(term);
      case 'array':
        return this.terms(term.items);
      case 'set':
        return this.terms(sortedItems(term));
      case 'object':
        return sortedEntries(term).map(({ key, value }) => this.terms([key, value]));
      case 'arraycomprehension':
      case 'setcomprehension':
        return { term: this.term(term.term), body: this.body(term.body) };
      case 'objectcomprehension':
        return { key: this.term(term.key), value: this.term(term.value), body: this.body(term.body) };
      case 'call':
        return this.terms([term.operator, ...term.args]);
      case 'templatestring':
        return {
          parts: term.parts.length === 0 ? null : term.parts.map((part) => this.part(part)),
          multi_line: term.multiLine,
        };
    }
  }

  /** OPA keeps a scalar in a template string as a term, unless a comment stands before it. */
  private part(part: Expr | Extract<Term, { kind: 'string' }>): OpaJson {
    if (part.kind === 'string') return this.term(part);
    if (part.kind === 'termexpr' && part.with.length === 0 && isScalar(part.term) && !this.afterComment(part.loc)) {
      return this.term(part.term);
    }
    return this.expr(part, 0);
  }

  private afterComment(loc: Loc): boolean {
    const before = this.source.slice(0, loc.offset);
    return before.slice(before.lastIndexOf('{')).includes('#');
  }
}

function isScalar(term: Term): boolean {
  return term.kind === 'null' || term.kind === 'boolean' || term.kind === 'number' || term.kind === 'string';
}
