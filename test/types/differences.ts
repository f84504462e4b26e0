// Policies on which the findings differ from the reference's on purpose, each with the reason.
// The comparison fails when one of them starts to agree.
export const differences: ReadonlyMap<string, string> = new Map([
  [
    'arity_and_functions_16',
    'the reference gives references to one rule the place of the last of them; ours is where each stands',
  ],
  ['arity_and_functions_18', 'as above: the place of a reference'],
  ['schemas_b_07', 'the reference changes a definition that an allOf refers to, for all other references to it'],
]);

/** Of these, the ones where the reference goes over a map, and so now and then agrees. */
export const unsteady: ReadonlySet<string> = new Set(['schemas_b_07']);
