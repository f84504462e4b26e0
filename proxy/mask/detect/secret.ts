// Detectors of credentials: JWTs and JWEs (RFC 7515, RFC 7516), PEM blocks (RFC 7468), and the keys and tokens of clouds and forges, by the
// prefixes their makers gave them to be found by.
import type { Span } from './detect.ts';
import { isAlphanumeric, isWordAt, runs } from './runs.ts';

/** `{"` in base64url, which every header begins with; blanks after the brace are rare, and begin otherwise. */
const HEADER = /^(?:eyJ|ewo|ewk|eyAi|ew0K)/;
const PART_LEAST = 8;

/** Three or five parts in base64url with dots between them. */
export function* findJwts(text: string): Generator<Span> {
  const isMember = (code: number): boolean => isAlphanumeric(code) || code === 0x2d || code === 0x5f || code === 0x2e;
  for (const { start, end } of runs(text, isMember)) {
    if (end - start < 3 * PART_LEAST) continue;
    const parts = text.slice(start, end).split('.');
    let at = start;
    for (let i = 0; i < parts.length; i++) {
      const head = parts[i]!.search(/eyJ|ewo|ewk|eyAi|ew0K/);
      const isToken =
        head !== -1 &&
        HEADER.test(parts[i]!.slice(head)) &&
        parts[i]!.length - head >= PART_LEAST &&
        (parts[i + 1]?.length ?? 0) >= PART_LEAST &&
        parts[i + 2] !== undefined;
      if (!isToken) {
        at += parts[i]!.length + 1;
        continue;
      }
      // A JWE has two more, and its second may be empty; whatever hangs on goes with it.
      const isEncrypted = parts.length - i >= 5;
      const taken = parts.slice(i, i + (isEncrypted ? 5 : 3)).join('.');
      yield { start: at + head, end: at + taken.length };
      i += isEncrypted ? 4 : 2;
      at += taken.length + 1;
    }
  }
}

/** From `-----BEGIN` to the end of its `-----END` line, or of the text. */
export function* findPemBlocks(text: string): Generator<Span> {
  const begin = /-----BEGIN [A-Z0-9 ]{1,60}-----/g;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const end = /-----END [A-Z0-9 ]{1,60}-----/g;
    end.lastIndex = begin.lastIndex;
    const found = end.exec(text);
    yield { start: match.index, end: found === null ? text.length : end.lastIndex };
    // An end that is not there is not there for the next one either.
    if (found === null) return;
    begin.lastIndex = end.lastIndex;
  }
}

/** Prefixes and the characters after them. Each is bounded: no text makes one of them read far. */
const KEYS: readonly RegExp[] = [
  // Amazon: ids of access keys, session keys and the like; and secrets next to their name.
  /(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AIPA|ANPA|ANVA|AROA|APKA)[A-Z2-7]{16}/g,
  /(?<=secret_?(?:access_?)?key["']?\s{0,3}[:=]\s{0,3}["']?)[A-Za-z0-9/+]{40}/gi,
  // Google: API keys, OAuth tokens and client secrets.
  /AIza[A-Za-z0-9_-]{35}/g,
  /ya29\.[A-Za-z0-9_-]{20,500}/g,
  /GOCSPX-[A-Za-z0-9_-]{28}/g,
  // Azure: storage accounts and shared access signatures.
  /(?<=AccountKey=)[A-Za-z0-9+/]{86}==/g,
  /(?<=[?&]sig=)[A-Za-z0-9%+/=]{40,120}/g,
  // Forges and registries.
  /gh[pousr]_[A-Za-z0-9]{36,255}/g,
  /github_pat_[A-Za-z0-9_]{60,255}/g,
  /glpat-[A-Za-z0-9_-]{20,64}/g,
  /npm_[A-Za-z0-9]{36}/g,
  /pypi-[A-Za-z0-9_-]{50,500}/g,
  // Services whose keys are money or everything.
  /[sr]k_(?:live|test)_[A-Za-z0-9]{16,255}/g,
  /xox[abeprs]-[A-Za-z0-9-]{10,255}/g,
  /sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,255}/g,
  /SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g,
  /dop_v1_[a-f0-9]{64}/g,
  /hv[sb]\.[A-Za-z0-9_-]{24,255}/g,
];

/** Where keys and tokens of clouds and forges stand; each begins a word. */
export function* findKeys(text: string): Generator<Span> {
  for (const pattern of KEYS) {
    for (const { index, 0: found } of text.matchAll(pattern)) {
      if (!isWordAt(text, index - 1)) yield { start: index, end: index + found.length };
    }
  }
}
