// URLs as Go's net/url reads, resolves and prints them: OPA's errors and signatures depend on its exact rules (RFC 3986 with leniencies).
// Texts are byte strings: one UTF-16 unit per UTF-8 byte; `toBytes` and `fromBytes` convert. Fetching is left to others.
import { AddressError, readAddress } from './ip-address.ts';
import { bytesOf, textOf } from '../../host/bytes.ts';
import { quoteGo } from '../../value/rego-text.ts';

/** A URL in parts. `path` and `fragment` are decoded; `rawPath` and `rawFragment` are set only when encoding them again would not give the original. */
export interface GoUrl {
  scheme: string;
  opaque: string;
  user: string | undefined;
  password: string | undefined;
  host: string;
  path: string;
  rawPath: string;
  forceQuery: boolean;
  rawQuery: string;
  fragment: string;
  rawFragment: string;
  omitHost: boolean;
}

/** Why a text is no URL; `message` is Go's text, `parse "…": …`. */
export class GoUrlError extends Error {}

type Mode = 'path' | 'host' | 'zone' | 'userPassword' | 'fragment';

/** The bytes of a text as a byte string. */
export function toBytes(text: string): string {
  return bytesOf(text).toString('latin1');
}

/** The text that a byte string encodes. */
export function fromBytes(bytes: string): string {
  return textOf(Buffer.from(bytes, 'latin1'));
}

/**
 * The URL in `text` (an ordinary string). Throws GoUrlError.
 *
 * @example parseGoUrl('https://example.com/a%2Fb?x=1#top').rawPath // '/a%2Fb'
 */
export function parseGoUrl(text: string): GoUrl {
  const raw = toBytes(text);
  const [main, fragment] = cut(raw, '#');
  const url = attempt(main, () => parseMain(main));
  if (fragment !== '') attempt(raw, () => setFragment(url, fragment));
  return url;
}

function attempt<T>(raw: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof GoUrlError)) throw error;
    throw new GoUrlError(`parse ${quoteBytes(raw)}: ${error.message}`);
  }
}

/** A byte string as Go's %q prints it: bytes that are no UTF-8 as `\xff`. */
export function quoteBytes(bytes: string): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const lead = bytes.charCodeAt(i);
    const sequence = bytes.slice(i, i + (lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4));
    const decoded = fromBytes(sequence);
    const isWhole = toBytes(decoded) === sequence;
    text += isWhole ? quoteGo(decoded).slice(1, -1) : `\\x${hex(lead)}`;
    i += isWhole ? sequence.length : 1;
  }
  return `"${text}"`;
}

function hex(code: number): string {
  return code.toString(16).padStart(2, '0');
}

function cut(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function parseMain(raw: string): GoUrl {
  if (/[\x00-\x1f\x7f]/.test(raw)) throw new GoUrlError('net/url: invalid control character in URL');
  const url: GoUrl = {
    scheme: '',
    opaque: '',
    user: undefined,
    password: undefined,
    host: '',
    path: '',
    rawPath: '',
    forceQuery: false,
    rawQuery: '',
    fragment: '',
    rawFragment: '',
    omitHost: false,
  };
  if (raw === '*') {
    url.path = '*';
    return url;
  }
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(raw);
  if (raw.startsWith(':')) throw new GoUrlError('missing protocol scheme');
  let rest = raw;
  if (scheme !== null) {
    url.scheme = scheme[1]!.toLowerCase();
    rest = raw.slice(scheme[0].length);
  }
  if (rest.endsWith('?') && rest.indexOf('?') === rest.length - 1) {
    url.forceQuery = true;
    rest = rest.slice(0, -1);
  } else {
    [rest, url.rawQuery] = cut(rest, '?');
  }
  if (!rest.startsWith('/')) {
    if (url.scheme !== '') {
      url.opaque = rest;
      return url;
    }
    if (cut(rest, '/')[0].includes(':')) throw new GoUrlError('first path segment in URL cannot contain colon');
  }
  if ((url.scheme !== '' || !rest.startsWith('///')) && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    rest = slash < 0 ? '' : rest.slice(slash);
    parseAuthority(url, authority);
  } else if (url.scheme !== '' && rest.startsWith('/')) {
    url.omitHost = true;
  }
  url.path = unescape(rest, 'path');
  url.rawPath = escape(url.path, 'path') === rest ? '' : rest;
  return url;
}

function setFragment(url: GoUrl, raw: string): void {
  url.fragment = unescape(raw, 'fragment');
  url.rawFragment = escape(url.fragment, 'fragment') === raw ? '' : raw;
}

function parseAuthority(url: GoUrl, authority: string): void {
  const at = authority.lastIndexOf('@');
  url.host = parseHost(authority.slice(at + 1));
  if (at < 0) return;
  const userinfo = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) throw new GoUrlError('net/url: invalid userinfo');
  const colon = userinfo.indexOf(':');
  url.user = unescape(colon < 0 ? userinfo : userinfo.slice(0, colon), 'userPassword');
  if (colon >= 0) url.password = unescape(userinfo.slice(colon + 1), 'userPassword');
}

function parseHost(host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) throw new GoUrlError('invalid IP-literal');
  if (open < 0) {
    const colon = host.lastIndexOf(':');
    if (colon >= 0) checkPort(host.slice(colon));
    return unescape(host, 'host');
  }
  const close = host.lastIndexOf(']');
  if (close < 0) throw new GoUrlError("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const literal = host.slice(1, close);
  const zone = literal.indexOf('%25');
  const address =
    zone < 0
      ? unescape(literal, 'host')
      : unescape(literal.slice(0, zone), 'host') + unescape(literal.slice(zone), 'zone');
  checkAddress(address);
  return `[${address}]${unescape(port, 'host')}`;
}

/** Brackets hold an IPv6 address and nothing else. */
function checkAddress(address: string): void {
  try {
    if (readAddress(fromBytes(address)).written === 4) throw new GoUrlError('invalid IP-literal');
  } catch (error) {
    if (error instanceof AddressError) throw new GoUrlError(`invalid host: ${error.message}`);
    throw error;
  }
}

function checkPort(port: string): void {
  if (!/^(?::[0-9]*)?$/.test(port)) throw new GoUrlError(`invalid port ${quoteBytes(port)} after host`);
}

function unescape(text: string, mode: Mode): string {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '%') {
      const digits = text.slice(i + 1, i + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(digits) || !mayEscape(digits, mode)) {
        throw new GoUrlError(`invalid URL escape ${quoteBytes(text.slice(i, i + 3))}`);
      }
      result += String.fromCharCode(Number.parseInt(digits, 16));
      i += 2;
    } else {
      if ((mode === 'host' || mode === 'zone') && character < '\x80' && shouldEscape(character, mode))
        throw new GoUrlError(`invalid character ${quoteBytes(character)} in host name`);
      result += character;
    }
  }
  return result;
}

/** RFC 6874: in a host only bytes outside ASCII may be percent-encoded, in a zone only what may stand there as it is. */
function mayEscape(digits: string, mode: Mode): boolean {
  if (digits === '25') return true;
  if (mode === 'host') return !/^[0-7]/.test(digits);
  const character = String.fromCharCode(Number.parseInt(digits, 16));
  return mode !== 'zone' || character === ' ' || !shouldEscape(character, 'host');
}

function shouldEscape(character: string, mode: Mode): boolean {
  if (/[A-Za-z0-9\-_.~]/.test(character)) return false;
  if (mode === 'host' || mode === 'zone') return !'!$&\'()*+,;=:[]<>"'.includes(character);
  if ('$&+,/:;=?@'.includes(character)) {
    if (mode === 'path') return character === '?';
    return mode === 'userPassword' && '@/?:'.includes(character);
  }
  return !(mode === 'fragment' && "!()*'".includes(character));
}

/** `text` with every byte that may not stand in this part of a URL percent-encoded, in capitals. */
function escape(text: string, mode: Mode): string {
  return text.replace(/[^A-Za-z0-9\-_.~]/g, (character) =>
    shouldEscape(character, mode) ? `%${hex(character.charCodeAt(0)).toUpperCase()}` : character,
  );
}

/** Whether `raw` is an encoding of this part that may stand as it is. */
function isValidEncoded(raw: string, mode: Mode): boolean {
  for (const character of raw)
    if (!"!$&'()*+,;=:@[]%".includes(character) && shouldEscape(character, mode)) return false;
  return true;
}

function encoded(raw: string, decoded: string, mode: Mode): string {
  if (raw !== '' && isValidEncoded(raw, mode) && unescape(raw, mode) === decoded) return raw;
  return decoded === '*' && mode === 'path' ? '*' : escape(decoded, mode);
}

/** The path, percent-encoded: as it was written where that is valid. */
export function escapedPath(url: GoUrl): string {
  return encoded(url.rawPath, url.path, 'path');
}

/** The URL as text (an ordinary string). */
export function printGoUrl(url: GoUrl): string {
  let text = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.opaque !== '') {
    text += url.opaque;
  } else {
    if ((url.scheme !== '' || url.host !== '' || url.user !== undefined) && !isHostless(url)) {
      if (url.host !== '' || url.path !== '' || url.user !== undefined) text += '//';
      if (url.user !== undefined) {
        text += escape(url.user, 'userPassword');
        if (url.password !== undefined) text += `:${escape(url.password, 'userPassword')}`;
        text += '@';
      }
      text += escape(url.host, 'host');
    }
    const path = escapedPath(url);
    if (path !== '' && !path.startsWith('/') && url.host !== '') text += '/';
    if (text === '' && cut(path, '/')[0].includes(':')) text += './';
    text += path;
  }
  if (url.forceQuery || url.rawQuery !== '') text += `?${url.rawQuery}`;
  if (url.fragment !== '') text += `#${encoded(url.rawFragment, url.fragment, 'fragment')}`;
  return fromBytes(text);
}

function isHostless(url: GoUrl): boolean {
  return url.omitHost && url.host === '' && url.user === undefined;
}

/** `reference` resolved against `base` (RFC 3986, section 5.2). */
export function resolveGoUrl(base: GoUrl, reference: GoUrl): GoUrl {
  const url = { ...reference };
  if (reference.scheme === '') url.scheme = base.scheme;
  if (reference.scheme !== '' || reference.host !== '' || reference.user !== undefined)
    return setEscapedPath(url, resolvePath(escapedPath(reference), ''));
  if (reference.opaque !== '') return { ...url, user: undefined, password: undefined, host: '', path: '' };
  if (reference.path === '' && !reference.forceQuery && reference.rawQuery === '') {
    url.rawQuery = base.rawQuery;
    if (reference.fragment === '') {
      url.fragment = base.fragment;
      url.rawFragment = base.rawFragment;
    }
  }
  if (reference.path === '' && base.opaque !== '')
    return { ...url, opaque: base.opaque, user: undefined, password: undefined, host: '', path: '' };
  url.host = base.host;
  url.user = base.user;
  url.password = base.password;
  return setEscapedPath(url, resolvePath(escapedPath(base), escapedPath(reference)));
}

function setEscapedPath(url: GoUrl, path: string): GoUrl {
  url.path = unescape(path, 'path');
  url.rawPath = escape(url.path, 'path') === path ? '' : path;
  return url;
}

function resolvePath(base: string, reference: string): string {
  const full =
    reference === ''
      ? base
      : reference.startsWith('/')
        ? reference
        : base.slice(0, base.lastIndexOf('/') + 1) + reference;
  if (full === '') return '';
  const kept: string[] = [];
  const segments = full.split('/');
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === '.' || last === '..') kept.push('');
  const path = kept.join('/');
  return `/${path.replace(/^\//, '')}`;
}
