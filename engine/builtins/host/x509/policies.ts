// Certificate policies along a chain (RFC 5280, section 6.1, with the policy graph of RFC 9618).
// Left to others: building the chain (verify.ts). Any policy of the user's is acceptable.
import type { Certificate } from './certificate.ts';

const ANY_POLICY = '2.5.29.32.0';

/** A node of the graph at one depth: a policy, what it may be called one further down, and the nodes above that led to it. */
interface PolicyNode {
  readonly policy: string;
  expected: Set<string>;
  readonly parents: Set<PolicyNode>;
}

type Level = Map<string, PolicyNode>;

function newNode(policy: string, parents: Iterable<PolicyNode>): PolicyNode {
  return { policy, expected: new Set([policy]), parents: new Set(parents) };
}

/** Whether the chain (leaf first) is valid as far as policies go. */
export function hasValidPolicies(chain: readonly Certificate[]): boolean {
  if (chain.length === 1) return true;
  const n = chain.length - 1;
  let levels: Level[] | undefined = [new Map([[ANY_POLICY, newNode(ANY_POLICY, [])]])];
  let [inhibitAnyPolicy, explicitPolicy, policyMapping] = [n + 1, n + 1, n + 1];
  for (let i = n - 1; i >= 0; i--) {
    const certificate = chain[i]!;
    const isSelfIssued = Buffer.compare(certificate.rawIssuer, certificate.rawSubject) === 0;
    if (certificate.policies === undefined) levels = undefined;
    if (explicitPolicy === 0 && levels === undefined) return false;
    if (levels !== undefined) {
      const mayBeAny = inhibitAnyPolicy > 0 || (i > 0 && isSelfIssued);
      levels.push(nextLevel(levels.at(-1)!, certificate.policies ?? [], mayBeAny));
      prune(levels);
      if (i > 0 && !mapPolicies(levels, certificate, policyMapping > 0)) return false;
      if (levels.at(-1)!.size === 0) levels = undefined;
    }
    if (i > 0) {
      if (!isSelfIssued) {
        explicitPolicy = Math.max(0, explicitPolicy - 1);
        policyMapping = Math.max(0, policyMapping - 1);
        inhibitAnyPolicy = Math.max(0, inhibitAnyPolicy - 1);
      }
      explicitPolicy = Math.min(explicitPolicy, certificate.requireExplicitPolicy ?? Infinity);
      policyMapping = Math.min(policyMapping, certificate.inhibitPolicyMapping ?? Infinity);
      inhibitAnyPolicy = Math.min(inhibitAnyPolicy, certificate.inhibitAnyPolicy ?? Infinity);
    }
  }
  explicitPolicy = Math.max(0, explicitPolicy - 1);
  if (chain[0]!.requireExplicitPolicy === 0) explicitPolicy = 0;
  return explicitPolicy > 0 || levels !== undefined;
}

/** Section 6.1.3 (d), (1) and (2). */
function nextLevel(above: Level, policies: readonly string[], mayBeAny: boolean): Level {
  const level: Level = new Map();
  const any = above.get(ANY_POLICY);
  const expecting = (policy: string): PolicyNode[] => [...above.values()].filter((node) => node.expected.has(policy));
  for (const policy of policies) {
    if (policy === ANY_POLICY) continue;
    const parents = expecting(policy);
    if (parents.length === 0 && any !== undefined) parents.push(any);
    if (parents.length > 0) level.set(policy, newNode(policy, parents));
  }
  if (policies.includes(ANY_POLICY) && mayBeAny) {
    for (const node of above.values())
      for (const policy of node.expected) if (!level.has(policy)) level.set(policy, newNode(policy, expecting(policy)));
  }
  return level;
}

/** Section 6.1.3 (d) (3): nodes that nothing below follows from go. */
function prune(levels: Level[]): void {
  for (let depth = levels.length - 2; depth >= 0; depth--) {
    const used = new Set([...levels[depth + 1]!.values()].flatMap((node) => [...node.parents]));
    for (const [policy, node] of levels[depth]!) if (!used.has(node)) levels[depth]!.delete(policy);
  }
}

/** Section 6.1.4 (a) and (b); false when a mapping is not allowed. */
function mapPolicies(levels: Level[], certificate: Certificate, isAllowed: boolean): boolean {
  const level = levels.at(-1)!;
  const mappings = new Map<string, Set<string>>();
  for (const { issuer, subject } of certificate.policyMappings ?? []) {
    if (issuer === ANY_POLICY || subject === ANY_POLICY) return false;
    if (isAllowed) mappings.set(issuer, (mappings.get(issuer) ?? new Set()).add(subject));
    else level.delete(issuer);
  }
  for (const [issuer, subjects] of mappings) {
    const any = level.get(ANY_POLICY);
    const node = level.get(issuer) ?? (any === undefined ? undefined : newNode(issuer, any.parents));
    if (node === undefined) continue;
    node.expected = subjects;
    level.set(issuer, node);
  }
  if (!isAllowed) prune(levels);
  return true;
}
