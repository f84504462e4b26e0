// Pass: `rego.metadata.rule()` and `rego.metadata.chain()` become constants: the annotations that apply to the rule they stand in.
// Parsing annotations, and what may be written in them, is the parser's.
import type { Annotations, Body, CallExpr, Expr, Loc, Module, ObjectEntry, Term } from '../ast/nodes.ts';
import { type AnalysisContext, HAS_METADATA } from './context.ts';
import { type CoreRule, operatorName } from './core.ts';
import { forEachCall } from './check-calls.ts';
import { mapBranches, packagePath } from './lower-rules.ts';
import { mapExpr, mapShared, mapTerm } from './rewriting.ts';
import { generatedEquality, isScalar, stringTerm, termExpr } from './terms.ts';

const CHAIN = 'rego.metadata.chain';
const RULE = 'rego.metadata.rule';

/** A place that annotations apply to, and the annotations, if any. */
interface Link {
  readonly path: readonly Term[];
  readonly annotations?: Annotations;
}

function keyOf(path: readonly string[]): string {
  return path.join('\0');
}

/** The annotations of all modules, by what they apply to. */
class AnnotationIndex {
  private readonly packages = new Map<string, Annotations[]>();
  private readonly subpackages = new Map<string, Annotations[]>();
  private readonly documents = new Map<string, Annotations[]>();

  constructor(rules: readonly CoreRule[], modules: readonly Module[]) {
    for (const module of modules) {
      const key = keyOf(packagePath(module));
      for (const item of module.annotations) {
        if (item.scope === 'package') add(this.packages, key, item);
        else if (item.scope === 'subpackages') add(this.subpackages, key, item);
      }
    }
    for (const rule of rules) {
      for (const item of rule.annotations) {
        if (item.scope === 'document') add(this.documents, keyOf(rule.path), item);
      }
    }
  }

  /** The chain of a rule: its own annotations, its document's, its package's, then those of the packages around, from the inside out. */
  chain(rule: CoreRule): readonly Link[] {
    const links: Link[] = [];
    const loc = rule.loc;
    const rulePath = stringTerms(rule.path, loc);
    for (const term of rule.suffix) {
      if (!isScalar(term)) break;
      rulePath.push(term);
    }
    const own = rule.annotations.filter((item) => item.scope === 'rule');
    // Those nearest to the rule come first.
    for (const item of [...own].sort((a, b) => b.loc.row - a.loc.row)) {
      links.push({ path: rulePath, annotations: item });
    }
    if (links.length === 0) links.push({ path: rulePath });
    for (const item of this.documents.get(keyOf(rule.path)) ?? []) links.push({ path: rulePath, annotations: item });
    const inPackage = packagePath(rule.module);
    const packageTerms = stringTerms(inPackage, loc);
    for (const item of this.packages.get(keyOf(inPackage)) ?? []) links.push({ path: packageTerms, annotations: item });
    for (let length = inPackage.length; length >= 0; length--) {
      const around = inPackage.slice(0, length);
      for (const item of this.subpackages.get(keyOf(around)) ?? []) {
        links.push({ path: stringTerms(around, loc), annotations: item });
      }
    }
    return links;
  }
}

function add(map: Map<string, Annotations[]>, key: string, item: Annotations): void {
  const group = map.get(key);
  if (group === undefined) map.set(key, [item]);
  else if (!group.includes(item)) group.push(item);
}

function stringTerms(path: readonly string[], loc: Loc): Term[] {
  return path.map((part) => stringTerm(part, loc));
}

/** JSON as a term. */
function jsonTerm(value: unknown, loc: Loc): Term {
  if (value === null || value === undefined) return { kind: 'null', loc };
  if (typeof value === 'boolean') return { kind: 'boolean', value, loc };
  if (typeof value === 'number') return { kind: 'number', text: String(value), loc };
  if (typeof value === 'bigint') return { kind: 'number', text: String(value), loc };
  if (typeof value === 'string') return stringTerm(value, loc);
  if (Array.isArray(value)) return { kind: 'array', items: value.map((item) => jsonTerm(item, loc)), loc };
  if (typeof value === 'object') {
    if ('text' in value && typeof value.text === 'string' && Object.keys(value).length === 1) {
      return { kind: 'number', text: value.text, loc };
    }
    const entries: ObjectEntry[] = Object.entries(value).map(([key, item]) => ({
      key: stringTerm(key, loc),
      value: jsonTerm(item, loc),
    }));
    return { kind: 'object', entries, loc };
  }
  return { kind: 'null', loc };
}

function annotationsTerm(item: Annotations, loc: Loc): Term {
  const { schemas } = item.fields;
  const fields = Array.isArray(schemas) ? { ...item.fields, schemas: schemas.map(schemaAsPolicySees) } : item.fields;
  return jsonTerm({ scope: item.scope, ...fields }, loc);
}

/** A schema annotation's references are lists of their parts to policies. */
function schemaAsPolicySees(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  return Object.fromEntries(
    Object.entries(item).map(([key, value]: [string, unknown]) => [
      key,
      (key === 'path' || key === 'schema') && Array.isArray(value) ? value.map(partValue) : value,
    ]),
  );
}

function partValue(part: unknown): unknown {
  return typeof part === 'object' && part !== null && 'value' in part ? part.value : part;
}

function chainTerm(links: readonly Link[], loc: Loc): Term {
  const items = links.map((link): Term => {
    const entries: ObjectEntry[] = [{ key: stringTerm('path', loc), value: { kind: 'array', items: link.path, loc } }];
    if (link.annotations !== undefined) {
      entries.push({ key: stringTerm('annotations', loc), value: annotationsTerm(link.annotations, loc) });
    }
    return { kind: 'object', entries, loc };
  });
  return { kind: 'array', items, loc };
}

/** What the two calls became in one rule. */
interface Constants {
  readonly chain: Term | undefined;
  readonly rule: Term | undefined;
}

function replace(call: CallExpr, value: Term): Expr {
  const [result] = call.args;
  const replaced: Expr = result === undefined ? termExpr(value, call.loc) : generatedEquality(result, value, call.loc);
  return { ...replaced, negated: call.negated, with: call.with, generated: true };
}

function rewriteCalls(body: Body, constants: Constants): Body {
  const inBody = (inner: Body): Body => mapShared(inner, inExpr);
  const inTerm = (term: Term): Term => mapTerm(term, inTerm, inBody);
  const inExpr = (expr: Expr): Expr => {
    if (expr.kind === 'callexpr') {
      const name = operatorName(expr.operator);
      if (name === CHAIN && constants.chain !== undefined) return replace(expr, constants.chain);
      if (name === RULE && constants.rule !== undefined) return replace(expr, constants.rule);
    }
    return mapExpr(expr, inTerm, inBody);
  };
  return inBody(body);
}

function rewriteRule(rule: CoreRule, index: AnnotationIndex, context: AnalysisContext): CoreRule {
  const names = context.namesOf(rule);
  let chainCall: CallExpr | undefined;
  let ruleCall: CallExpr | undefined;
  forEachCall(rule.body, (call) => {
    const name = operatorName(call.operator);
    if (name === CHAIN) chainCall ??= call;
    else if (name === RULE) ruleCall ??= call;
    return true;
  });
  if (chainCall === undefined && ruleCall === undefined) return rule;
  const before: Expr[] = [];
  const bind = (term: Term): Term => {
    const local = names.freshVar(term.loc);
    before.push(generatedEquality(local, term, term.loc));
    return local;
  };
  const chain = chainCall === undefined ? undefined : bind(chainTerm(index.chain(rule), chainCall.loc));
  let own: Term | undefined;
  if (ruleCall !== undefined) {
    const nearest = rule.annotations.filter((item) => item.scope === 'rule').sort((a, b) => b.loc.row - a.loc.row)[0];
    own = bind(
      nearest === undefined
        ? { kind: 'object', entries: [], loc: ruleCall.loc }
        : annotationsTerm(nearest, ruleCall.loc),
    );
  }
  return { ...rule, body: [...before, ...rewriteCalls(rule.body, { chain, rule: own })] };
}

/** Rewrites the metadata calls of all rules. */
export function rewriteMetadata(
  rules: readonly CoreRule[],
  modules: readonly Module[],
  context: AnalysisContext,
): readonly CoreRule[] {
  let index: AnnotationIndex | undefined;
  return mapShared(rules, (rule) => {
    if ((context.namesOf(rule).features & HAS_METADATA) === 0) return rule;
    index ??= new AnnotationIndex(rules, modules);
    const annotations = index;
    return mapBranches(rule, (branch) => rewriteRule(branch, annotations, context), context);
  });
}
