// Passes over calls: functions that do not exist or get the wrong number of arguments; built-ins that are forbidden or deprecated.
// The arguments' types, and with them the arity of built-ins, are engine/types's.
import type { Body, CallExpr, Expr, Term } from '../ast/nodes.ts';
import { type AnalysisContext, isV1, type LocalNames } from './context.ts';
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

/** Reports the calls in a body that call nothing, or a rule with the wrong number of arguments. */
export function checkFunctions(body: Body, names: LocalNames, context: AnalysisContext): void {
  forEachCall(body, (call) => {
    const builtin = context.builtin(call.operator);
    if (builtin !== undefined) return true;
    const rename = (name: string): string => names.userName(name);
    const arity = context.arity(call.operator);
    if (arity === undefined) {
      context.report('rego_type_error', call.loc, `undefined function ${refText(call.operator, rename)}`);
      return false;
    }
    const given = call.args.length;
    const right = call.generated === true ? given === arity + 1 : given === arity || given === arity + 1;
    if (right) return true;
    const got = call.generated === true ? given - 1 : given;
    context.report(
      'rego_type_error',
      call.loc,
      `function ${refText(call.operator, rename)} has arity ${arity}, got ${got} argument${got === 1 ? '' : 's'}`,
    );
    return false;
  });
}

export function checkRuleFunctions(rule: CoreRule, context: AnalysisContext): void {
  checkFunctions(rule.body, context.namesOf(rule), context);
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
  checkUnsafeBuiltins(rule.body, context);
  if (context.options.strict === true || isV1(rule.module)) checkDeprecatedBuiltins(rule.body, context);
}
