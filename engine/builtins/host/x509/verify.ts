// Chains of certificates: from a leaf over intermediates to a root that is trusted, as Go's Certificate.Verify finds them.
// Left to others: revocation, and where the certificates come from.
import type { Certificate } from './certificate.ts';
import { matchesHost } from './domains.ts';
import { SUBJECT_ALT_NAME } from './extensions.ts';
import { allowsNames } from './name-constraints.ts';
import { hasValidPolicies } from './policies.ts';
import { PUBLIC_KEY_ALGORITHMS } from './public-key.ts';
import { verifySignature } from './signature-algorithms.ts';

export interface VerifyOptions {
  /** Host name or IP address that the leaf must be for. */
  readonly dnsName?: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Numbers of Go's ExtKeyUsage; none: server authentication. */
  readonly keyUsages?: readonly number[];
}

const ANY_USAGE = 0;
const SERVER_AUTH = 1;
const CERT_SIGN = 1 << 5;
const MAX_SIGNATURE_CHECKS = 100;

/** Most comparisons of names with constraints. */
const MAX_COMPARISONS = 250_000;

/** A chain, leaf first, root last; undefined when there is none. */
export function verifyChain(
  root: Certificate,
  intermediates: readonly Certificate[],
  leaf: Certificate,
  options: VerifyOptions,
): readonly Certificate[] | undefined {
  const search = new ChainSearch(root, intermediates, options);
  if (!search.isAcceptable('leaf', leaf, [])) return undefined;
  if (options.dnsName !== undefined && options.dnsName !== '' && !matchesHost(leaf, options.dnsName)) return undefined;
  const chains = isSame(root, leaf) ? [[leaf]] : search.chains([leaf]);
  const valid = chains.filter(hasValidPolicies);
  const wanted = options.keyUsages ?? [];
  if (wanted.includes(ANY_USAGE)) return valid[0];
  return valid.find((chain) => allowsUsage(chain, wanted.length === 0 ? [SERVER_AUTH] : wanted));
}

type Role = 'leaf' | 'intermediate' | 'root';

class ChainSearch {
  readonly #root: Certificate;
  readonly #intermediates: readonly Certificate[];
  readonly #options: VerifyOptions;
  #signatureChecks = 0;
  #comparisons = 0;

  constructor(root: Certificate, intermediates: readonly Certificate[], options: VerifyOptions) {
    this.#root = root;
    this.#intermediates = intermediates.filter(
      (item, i) => intermediates.findIndex((other) => isSame(item, other)) === i,
    );
    this.#options = options;
  }

  /** Every chain from the end of `chain` to the root. */
  chains(chain: readonly Certificate[]): (readonly Certificate[])[] {
    const last = chain.at(-1)!;
    const found: (readonly Certificate[])[] = [];
    if (isIssuerOf(this.#root, last) && this.#mayFollow('root', this.#root, chain)) found.push([...chain, this.#root]);
    const parents = this.#intermediates.filter((candidate) => isIssuerOf(candidate, last));
    parents.sort((a, b) => keyIdRank(a, last) - keyIdRank(b, last));
    for (const parent of parents)
      if (this.#mayFollow('intermediate', parent, chain)) found.push(...this.chains([...chain, parent]));
    return found;
  }

  #mayFollow(role: Role, candidate: Certificate, chain: readonly Certificate[]): boolean {
    if ((PUBLIC_KEY_ALGORITHMS[candidate.publicKey.algorithm.oid] ?? 0) === 0) return false;
    if (chain.some((other) => isSameEntity(other, candidate))) return false;
    // A bound, so that crafted intermediates cannot ask for unlimited work.
    if (++this.#signatureChecks > MAX_SIGNATURE_CHECKS) return false;
    return isSignedBy(chain.at(-1)!, candidate) && this.isAcceptable(role, candidate, chain);
  }

  /** Whether the certificate may stand in the role above `below` (which it may issue for). */
  isAcceptable(role: Role, certificate: Certificate, below: readonly Certificate[]): boolean {
    const child = below.at(-1);
    const { time } = this.#options;
    if (certificate.unhandledCriticalExtensions !== undefined) return false;
    if (child !== undefined && Buffer.compare(child.rawIssuer, certificate.rawSubject) !== 0) return false;
    if (time < certificate.notBefore || time > certificate.notAfter) return false;
    if (role !== 'leaf' && !this.#allowsNamesBelow(certificate, below)) return false;
    if (role === 'intermediate' && !(certificate.basicConstraintsValid && certificate.isCa)) return false;
    const { basicConstraintsValid, maxPathLen } = certificate;
    return !(basicConstraintsValid && maxPathLen >= 0 && below.length - 1 > maxPathLen);
  }

  #allowsNamesBelow({ nameConstraints }: Certificate, below: readonly Certificate[]): boolean {
    if (nameConstraints === undefined) return true;
    for (const certificate of below) {
      const { permitted, excluded } = nameConstraints;
      const lists = [...Object.values(permitted), ...Object.values(excluded)] as readonly (readonly unknown[])[];
      const names = [certificate.dnsNames, certificate.emailAddresses, certificate.ipAddresses, certificate.uris];
      const constraints = lists.reduce((sum, list) => sum + list.length, 0);
      this.#comparisons += constraints * names.reduce((sum, list) => sum + (list?.length ?? 0), 0);
      if (this.#comparisons > MAX_COMPARISONS) return false;
      if (!allowsNames(nameConstraints, certificate)) return false;
    }
    return true;
  }
}

function isSame(a: Certificate, b: Certificate): boolean {
  return Buffer.compare(a.raw, b.raw) === 0;
}

function isIssuerOf(parent: Certificate, child: Certificate): boolean {
  return Buffer.compare(parent.rawSubject, child.rawIssuer) === 0;
}

/** Parents whose key identifier is the one asked for come first, those with another one last. */
function keyIdRank(parent: Certificate, child: Certificate): number {
  const own = Buffer.from(parent.subjectKeyId ?? []);
  const wanted = Buffer.from(child.authorityKeyId ?? []);
  if (own.equals(wanted)) return 0;
  return own.length === 0 || wanted.length === 0 ? 1 : 2;
}

/** The same subject, key and names: such a certificate must not come up twice in a chain (RFC 4158, section 2.4.1). */
function isSameEntity(a: Certificate, b: Certificate): boolean {
  const names = (certificate: Certificate): Uint8Array | undefined =>
    certificate.extensions.find(({ oid }) => oid === SUBJECT_ALT_NAME)?.value;
  return (
    Buffer.compare(a.rawSubject, b.rawSubject) === 0 &&
    Buffer.compare(a.publicKey.der, b.publicKey.der) === 0 &&
    Buffer.compare(names(a) ?? Buffer.alloc(0), names(b) ?? Buffer.alloc(0)) === 0
  );
}

function isSignedBy(child: Certificate, parent: Certificate): boolean {
  const isNoCa = parent.version === 3 && !parent.basicConstraintsValid;
  if (isNoCa || (parent.basicConstraintsValid && !parent.isCa)) return false;
  if (parent.keyUsage !== 0 && (parent.keyUsage & CERT_SIGN) === 0) return false;
  return verifySignature(child.signatureAlgorithm, child.rawTbs, child.signature, parent.publicKey);
}

/** Whether one of the usages is allowed by every certificate of the chain. */
function allowsUsage(chain: readonly Certificate[], wanted: readonly number[]): boolean {
  let usages = wanted;
  for (const { extKeyUsage, unknownExtKeyUsage } of chain.toReversed()) {
    if (extKeyUsage === undefined && unknownExtKeyUsage === undefined) continue;
    if (extKeyUsage?.includes(ANY_USAGE) === true) continue;
    usages = usages.filter((usage) => extKeyUsage?.includes(usage) === true);
    if (usages.length === 0) return false;
  }
  return true;
}
