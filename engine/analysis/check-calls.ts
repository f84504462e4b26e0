// Passes over calls: functions that do not exist or get the wrong number of arguments; built-ins that are forbidden or deprecated.
// The arguments' types are engine/types's.
import type { Body, CallExpr, Expr, Term } from '../ast/nodes.ts';
import { type AnalysisContext, HAS_DOUBTFUL_BUILTIN, HAS_DOUBTFUL_CALL, isV1, type LocalNames } from './context.ts';
import { type CoreRule, operatorName } from './core.ts';
import { refText } from './message-text.ts';
import { isOperator } from './terms.ts';

/** Calls `f` with every call expression in a body, closures included; `f` says whether to look into its arguments. */
export function forEachCall(body: Body, f: (call: CallExpr) => boolean): void {
  const inTerm = (term: Term): void => {
    switch (term.kind) {
      case 'ref':
        inTerm(term.head);
        for (const operand of term.operands) inTerm(operand);
        return;
      case 'array':
      case 'set':
        for (const item of term.items) inTerm(item);
        return;
      case 'object':
        for (const entry of term.entries) {
          inTerm(entry.key);
          inTerm(entry.value);
        }
        return;
      case 'arraycomprehension':
      case 'setcomprehension':
      case 'objectcomprehension':
        inBody(term.body);
        return;
      default:
        return;
    }
  };
  const inExpr = (expr: Expr): void => {
    switch (expr.kind) {
      case 'termexpr':
        inTerm(expr.term);
        break;
      case 'callexpr':
        if (!f(expr)) return;
        for (const arg of expr.args) inTerm(arg);
        break;
      case 'every':
        inTerm(expr.domain);
        inBody(expr.body);
        break;
      case 'not':
        inBody(expr.body);
        break;
      case 'and':
      case 'or':
        inBody(expr.left);
        inBody(expr.right);
        break;
      case 'some':
        break;
    }
    for (const modifier of expr.with) inTerm(modifier.value);
  };
  const inBody = (inner: Body): void => {
    for (const expr of inner) inExpr(expr);
  };
  inBody(body);
}

/** Whether the call has as many arguments as the function takes; a generated one has one more, for the result. */
function takes(call: CallExpr, arity: number): boolean {
  const given = call.args.length;
  return given === arity + 1 || (given === arity && call.generated !== true);
}

/** Whether a variable hides the function. Generated calls stand for operators and calls in terms, which are checked where they stood. */
function isHidden(call: CallExpr, names: LocalNames): boolean {
  const { head, operands } = call.operator;
  return head.kind === 'var' && operands.length === 0 && call.generated !== true && names.isCalledVariable(head.name);
}

/** Reports the calls in a body that call nothing, or with the wrong number of arguments. */
export function checkFunctions(body: Body, names: LocalNames, context: AnalysisContext): void {
  forEachCall(body, (call) => {
    const hidden = isHidden(call, names);
    const builtin = context.builtin(call.operator);
    if (!hidden && builtin !== undefined) {
      if (isOperator(call.operator, 'eq') || takes(call, builtin.arity)) return true;
      const { arityFault } = context.options;
      if (arityFault !== undefined) context.diagnostics.push(arityFault(call));
      else context.report('rego_type_error', call.loc, `${refText(call.operator)}: arity mismatch`);
      return false;
    }
    const rename = (name: string): string => names.userName(name);
    const arity = hidden ? undefined : context.arity(call.operator);
    if (arity === undefined) {
      context.report('rego_type_error', call.loc, `undefined function ${refText(call.operator, rename)}`);
      return false;
    }
    if (takes(call, arity)) return true;
    const got = call.args.length - (call.generated === true ? 1 : 0);
    context.report(
      'rego_type_error',
      call.loc,
      `function ${refText(call.operator, rename)} has arity ${arity}, got ${got} argument${got === 1 ? '' : 's'}`,
    );
    return false;
  });
}

export function checkRuleFunctions(rule: CoreRule, context: AnalysisContext): void {
  if ((context.namesOf(rule).features & HAS_DOUBTFUL_CALL) === 0) return;
  checkFunctions(rule.body, context.namesOf(rule), context);
}

/** Reports calls of rules that are no functions. */
export function checkCalledRules(rule: CoreRule, context: AnalysisContext): void {
  if ((context.namesOf(rule).features & HAS_DOUBTFUL_CALL) === 0) return;
  forEachCall(rule.body, (call) => {
    if (context.builtin(call.operator) === undefined && context.arity(call.operator) === 0) {
      context.report('rego_type_error', call.loc, `undefined function ${refText(call.operator)}`);
    }
    return true;
  });
}

/** Reports built-ins that must not be called. */
export function checkUnsafeBuiltins(body: Body, context: AnalysisContext): void {
  const unsafe = context.options.unsafeBuiltins;
  if (unsafe === undefined || unsafe.size === 0) return;
  forEachCall(body, (call) => {
    const name = operatorName(call.operator);
    if (unsafe.has(name)) {
      context.report('rego_type_error', call.loc, `unsafe built-in function calls in expression: ${name}`);
    }
    return true;
  });
}

/** Reports built-ins that Rego v1 has deprecated. */
export function checkDeprecatedBuiltins(body: Body, context: AnalysisContext): void {
  forEachCall(body, (call) => {
    if (!isOperator(call.operator, 'eq') && context.builtin(call.operator)?.deprecated === true) {
      context.report(
        'rego_type_error',
        call.loc,
        `deprecated built-in function calls in expression: ${operatorName(call.operator)}`,
      );
    }
    return true;
  });
}

export function checkRuleBuiltins(rule: CoreRule, context: AnalysisContext): void {
  if ((context.namesOf(rule).features & HAS_DOUBTFUL_BUILTIN) === 0) return;
  checkUnsafeBuiltins(rule.body, context);
  if (context.options.strict === true || isV1(rule.module)) checkDeprecatedBuiltins(rule.body, context);
}
