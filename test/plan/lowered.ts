// A plan in OPA's IR with the declarations of OPA's built-ins, as a reader of plan.json sees it.
import { builtinToJson } from '../../engine/builtins/capabilities.ts';
import { builtinByName } from '../../engine/builtins/table.ts';
import type { Plan } from '../../engine/plan/ir.ts';
import { lowerPlan } from '../../engine/plan/opa-plan.ts';
import type { OpaPolicy } from './opa-ir.ts';

export function lowered(plan: Plan): OpaPolicy {
  const json = lowerPlan(plan, (name) => {
    const builtin = builtinByName(name);
    return (builtin === undefined ? null : builtinToJson(builtin)['decl']) as ReturnType<
      Parameters<typeof lowerPlan>[1]
    >;
  });
  return JSON.parse(JSON.stringify(json)) as OpaPolicy;
}
