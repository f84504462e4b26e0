// Statements of a file in order (package, imports, rules, bodies) and the module they make.
// After a faulty statement parsing goes on at the next line that begins in the first column.
import { builtinByName } from '../builtins/table.ts';
import type { Body, Import, Loc, Module, Package, RefTerm, Rule, StringTerm, Term } from '../ast/nodes.ts';
import { attachAnnotations, parseAnnotations } from './annotations.ts';
import { BODIES, parseStatementBody } from './bodies.ts';
import { lex } from './lexer.ts';
import type { TokenTable } from './lexer.ts';
import { printTerm } from './print.ts';
import { parseRules, ruleFromBody } from './rules.ts';
import type { RuleFacts } from './rules.ts';
import { Keywords, ParserState } from './state.ts';
import type { Fault, Features } from './state.ts';
import { parseTerm } from './terms.ts';
import { T, V1_KEYWORDS, WORDS, isBaseKeyword } from './tokens.ts';
import type { Token } from './tokens.ts';
import { checkV1 } from './versions.ts';

/** Faulty statements after which parsing gives up. */
const MAX_FAULTY_STATEMENTS = 20;

/** Faults reported of a file. */
const MAX_FAULTS = 50;

/** Keywords that v1 files must import too. */

type Statement =
  | { readonly kind: 'package'; readonly node: Package }
  | { readonly kind: 'import'; readonly node: Import }
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  | { readonly kind: 'body'; readonly body: Body; readonly loc: Loc };

interface Parsed {
  readonly statements: readonly Statement[];
  readonly faults: Fault[];
  readonly facts: Map<Rule, RuleFacts>;
  /** The file obeys Rego v1: by its version, or because it imports `rego.v1`. */
  readonly v1: boolean;
}

function keywordTokens(words: readonly string[]): Token[] {
  return words.map((word) => WORDS.get(word) ?? T.ident);
}

function isBuiltin(name: string): boolean {
  return builtinByName(name) !== undefined;
}

/** Parses a file's text. `module` is there when there are no faults. */
export function parseModuleText(
  source: string,
  file: string,
  features: Features,
  withAnnotations = true,
  bothVersions = false,
): { module?: Module; faults: readonly Fault[] } {
  const tokens = lex(source);
  const found = parseStatements(tokens, file, features, false);
  const parsed = bothVersions ? { ...found, v1: true } : found;
  if (parsed.faults.length > 0) return { faults: parsed.faults };
  const annotations = withAnnotations ? parseAnnotations(tokens, file) : { blocks: [], faults: [] };
  if (annotations.faults.length > 0) return { faults: annotations.faults };
  const [first] = parsed.statements;
  if (first === undefined) {
    const [block] = annotations.blocks;
    const loc = block?.loc ?? { file, row: 0, col: 0, offset: 0, end: 0 };
    return { faults: [{ message: block === undefined ? 'empty module' : 'package expected', loc }] };
  }
  const { module, faults } = assemble(parsed, tokens, file);
  if (module === undefined || faults.length > 0) return { faults };
  const attached = attachAnnotations(module, annotations.blocks);
  return attached.faults.length > 0 ? { faults: attached.faults } : { module: attached.module, faults: [] };
}

/** The module of a file's statements, without annotations. */
function assemble(parsed: Parsed, tokens: TokenTable, file: string): { module?: Module; faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const imports: Import[] = [];
  const rules: Rule[] = [];
  let pkg: Package | undefined;
  parsed.statements.forEach((statement, i) => {
    if (i === 0) {
      if (statement.kind === 'package') pkg = statement.node;
      else faults.push({ message: 'package expected', loc: statementLoc(statement) });
      return;
    }
    switch (statement.kind) {
      case 'package':
        faults.push({ message: 'unexpected package', loc: statement.node.loc });
        break;
      case 'import':
        imports.push(statement.node);
        break;
      case 'rules':
        rules.push(...statement.rules);
        break;
      case 'body': {
        const rule = ruleFromBody(statement.body, isBuiltin, parsed.facts);
        if (typeof rule === 'string') faults.push({ message: rule, loc: statement.loc });
        else rules.push(rule);
      }
    }
  });
  if (parsed.v1) for (const rule of rules) faults.push(...checkV1(rule, parsed.facts));
  if (pkg === undefined || faults.length > 0) return { faults };
  const module: Module = {
    kind: 'module',
    package: pkg,
    imports,
    rules,
    annotations: [],
    comments: tokens.comments.map(({ offset, end, row, col }) => ({
      kind: 'comment',
      text: tokens.source.slice(offset + 1, end),
      loc: { file, row, col, offset, end },
    })),
    version: parsed.v1 ? 'v1' : 'v0',
    file,
    source: tokens.source,
    loc: { file, row: 1, col: 1, offset: 0, end: tokens.source.length },
  };
  return { module, faults };
}

function statementLoc(statement: Statement): Loc {
  switch (statement.kind) {
    case 'package':
    case 'import':
      return statement.node.loc;
    case 'rules':
      return statement.rules[0]?.loc ?? { file: '', row: 0, col: 0, offset: 0, end: 0 };
    case 'body':
      return statement.loc;
  }
}

/** Parses a query: bodies only, one after the other. */
export function parseQueryText(
  source: string,
  file: string,
  features: Features,
): { body?: Body; imports: readonly Import[]; faults: readonly Fault[] } {
  const { statements, faults } = parseStatements(lex(source), file, features, true);
  const imports = statements.flatMap((s) => (s.kind === 'import' ? [s.node] : []));
  if (faults.length > 0) return { imports, faults };
  const other = statements.find((s) => s.kind === 'package');
  if (other !== undefined) {
    return { imports, faults: [{ message: 'expected body but got *ast.Package', loc: statementLoc(other) }] };
  }
  return { body: statements.flatMap((s) => (s.kind === 'body' ? s.body : [])), imports, faults };
}

function parseStatements(tokens: TokenTable, file: string, features: Features, query: boolean): Parsed {
  const { version } = features;
  const keywords = new Keywords(version === 'v1' ? keywordTokens(V1_KEYWORDS) : []);
  const p = new ParserState(file, tokens, features, keywords, BODIES);
  const statements: Statement[] = [];
  const facts = new Map<Rule, RuleFacts>();
  const faults: Fault[] = [];
  let v1 = version === 'v1';
  let faulty = 0;
  /** Where the last fault is: what is read anew may come upon it again. */
  let reached = -1;
  while (p.tok !== T.eof || p.faultCount > 0) {
    const start = p.index;
    const statement = p.faultCount > 0 ? undefined : parseStatement(p, query, facts);
    if (p.faultCount === 0 && statement?.kind === 'import') {
      v1 = applyImport(p, statement.node, keywords) || v1;
    }
    if (p.faultCount > 0 || statement === undefined) {
      const before = reached;
      for (const fault of p.faults) {
        if (fault.loc.offset > before) faults.push(fault);
        reached = Math.max(reached, fault.loc.offset);
      }
      if (++faulty >= MAX_FAULTY_STATEMENTS || !recover(p, start)) break;
      continue;
    }
    statements.push(statement);
    p.forget();
  }
  return { statements, faults: faults.slice(0, MAX_FAULTS), facts, v1 };
}

/** Goes to the first token after `start` that begins a line; false at the end of the file. */
function recover(p: ParserState, start: number): boolean {
  const { tokens } = p;
  p.clearFaults();
  for (let i = start + 1; i < tokens.count - 1; i++) {
    if (tokens.col[i] !== 1) continue;
    const kind = tokens.kind[i];
    if (kind === T.ident || kind === T.default || kind === T.import) {
      p.jump(i);
      return true;
    }
  }
  return false;
}

function parseStatement(p: ParserState, query: boolean, facts: Map<Rule, RuleFacts>): Statement | undefined {
  const saved = p.save();
  const pkg = parsePackage(p);
  if (pkg !== undefined) return { kind: 'package', node: pkg };
  if (p.faultCount > 0) return undefined;
  p.restore(saved);
  const imported = parseImport(p);
  if (imported !== undefined) return { kind: 'import', node: imported };
  if (p.faultCount > 0) return undefined;
  p.restore(saved);
  if (!query) {
    const rules = parseRules(p, facts);
    if (rules !== undefined) return { kind: 'rules', rules };
    if (p.faultCount > 0) return undefined;
    p.restore(saved);
  }
  const loc = p.loc();
  const body = parseStatementBody(p);
  return body && { kind: 'body', body, loc: body[0]?.loc ?? loc };
}

function parsePackage(p: ParserState): Package | undefined {
  if (p.tok !== T.package) return undefined;
  const loc = p.loc();
  p.scanSpace();
  if (p.tok === T.dot || p.tok === T.lbrack) return undefined;
  if (p.tok === T.whitespace) p.scan();
  if (!p.keywordAsIdent()) {
    p.illegal();
    return undefined;
  }
  const term = parseTerm(p);
  if (term === undefined) {
    if (p.faultCount === 0) p.error(p.loc(), 'expected path');
    return undefined;
  }
  const path = packagePath(p, term);
  return path && { kind: 'package', path, loc };
}

function packagePath(p: ParserState, term: Term): RefTerm | undefined {
  const root = (at: Loc): Term => ({ kind: 'var', name: 'data', loc: at });
  const text = (value: string, at: Loc): StringTerm => ({ kind: 'string', value, loc: at });
  switch (term.kind) {
    case 'var':
      return { kind: 'ref', head: root(term.loc), operands: [text(term.name, term.loc)], loc: term.loc };
    case 'ref': {
      const { head } = term;
      if (head.kind !== 'var') {
        p.error(head.loc, `unexpected ${head.kind} token: expecting var`);
        return undefined;
      }
      for (const operand of term.operands) {
        if (operand.kind !== 'string') {
          p.error(operand.loc, `unexpected ${operand.kind} token: expecting string`);
          return undefined;
        }
      }
      return {
        kind: 'ref',
        head: root(head.loc),
        operands: [text(head.name, head.loc), ...term.operands],
        loc: term.loc,
      };
    }
    default:
      p.illegal();
      return undefined;
  }
}

function parseImport(p: ParserState): Import | undefined {
  if (p.tok !== T.import) return undefined;
  const loc = p.loc();
  p.scanSpace();
  if (p.tok === T.dot || p.tok === T.lbrack) return undefined;
  if (p.tok === T.whitespace) p.scan();
  if (!p.keywordAsIdent()) {
    p.illegal();
    return undefined;
  }
  // Future keywords are names here, imported or not.
  const term = p.withKeywords(new Keywords([]), () => parseTerm(p));
  p.futureKeywordAsIdent();
  const path = importPath(p, term);
  if (path === undefined) return undefined;
  if (p.tok === T.as) {
    p.scan();
    const alias = p.tok === T.ident ? parseTerm(p) : undefined;
    if (alias?.kind !== 'var') {
      p.illegal('expected var');
      return undefined;
    }
    return { kind: 'import', path, alias: alias.name, loc };
  }
  checkImportName(p, path);
  return { kind: 'import', path, loc };
}

const IMPORT_ROOTS = ['data', 'future', 'input', 'rego'];

function importPath(p: ParserState, term: Term | undefined): RefTerm | undefined {
  let path: RefTerm | undefined;
  if (term?.kind === 'var') {
    path = { kind: 'ref', head: term, operands: [], loc: term.loc };
  } else if (term?.kind === 'ref') {
    for (const operand of term.operands) {
      if (operand.kind !== 'string') {
        p.error(operand.loc, `unexpected ${operand.kind} token: expecting string`);
        return undefined;
      }
    }
    path = term;
  }
  if (path === undefined) {
    p.error(p.loc(), 'expected path');
    return undefined;
  }
  const { head } = path;
  if (head.kind === 'var' && IMPORT_ROOTS.includes(head.name)) return path;
  p.hint('if this is unexpected, try updating OPA');
  p.error(
    path.loc,
    `unexpected import path, must begin with one of: {${IMPORT_ROOTS.join(', ')}}, got: ${printTerm(head)}`,
  );
  return undefined;
}

/** An import's last name becomes a variable, so it must be no keyword. */
function checkImportName(p: ParserState, path: RefTerm): void {
  if (path.head.kind === 'var' && path.head.name === 'future') return;
  const last = path.operands.at(-1) ?? path.head;
  const name = last.kind === 'var' ? last.name : last.kind === 'string' ? last.value : '';
  const token = WORDS.get(name);
  if (token === undefined) return;
  if (!isBaseKeyword(token) && !(p.features.version === 'v1' && V1_KEYWORDS.includes(name))) return;
  p.hint('import a different path or use an alias');
  p.error(last.loc, `unexpected import path, must not end with a keyword, got: ${name}`);
}

/** Turns on what `import future.keywords…` and `import rego.v1` bring; true when the file now obeys v1. */
function applyImport(p: ParserState, node: Import, keywords: Keywords): boolean {
  const { path } = node;
  const root = path.head.kind === 'var' ? path.head.name : '';
  const names = path.operands.map((o) => (o.kind === 'string' ? o.value : ''));
  if (root === 'future') applyFuture(p, node, names, keywords);
  return root === 'rego' && applyRegoV1(p, node, names, keywords);
}

function applyFuture(p: ParserState, node: Import, names: readonly string[], keywords: Keywords): void {
  const { loc } = node.path;
  if (names[0] !== 'keywords') {
    p.error(loc, 'invalid import, must be `future.keywords`');
    return;
  }
  if (node.alias !== undefined) {
    p.error(loc, '`future` imports cannot be aliased');
    return;
  }
  const add = (word: string): void => {
    for (const token of keywordTokens([word])) keywords.add(token);
    // `every` needs `in`.
    if (word === 'every') keywords.add(T.in);
  };
  const [, word] = names;
  if (names.length === 1) {
    // `not` changes its meaning only when asked for by name.
    for (const each of p.features.futureKeywords) if (each !== 'not') add(each);
  } else if (word !== undefined && names.length === 2) {
    if (p.features.futureKeywords.has(word)) add(word);
    else p.error(loc, `unexpected keyword, must be one of [${[...p.features.futureKeywords].toSorted().join(' ')}]`);
  }
}

function applyRegoV1(p: ParserState, node: Import, names: readonly string[], keywords: Keywords): boolean {
  const { loc } = node.path;
  if (names.length !== 1 || names[0] !== 'v1') {
    p.error(loc, `invalid import \`${printTerm(node.path)}\`, must be \`rego.v1\``);
    return false;
  }
  if (p.features.version === 'v1') return true;
  if (!p.features.regoV1Import) {
    p.error(loc, 'invalid import, `rego.v1` is not supported by current capabilities');
    return false;
  }
  if (node.alias !== undefined) {
    p.error(loc, '`rego` imports cannot be aliased');
    return false;
  }
  for (const token of keywordTokens(V1_KEYWORDS)) keywords.add(token);
  return true;
}
