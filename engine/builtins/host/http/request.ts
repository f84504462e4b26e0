// A request as a policy writes it, read and checked member by member with OPA's texts.
// Left to others: sending it (send.ts).
import { readFileSync } from 'node:fs';
import { getCACertificates, rootCertificates } from 'node:tls';
import { BuiltinError } from '../../../host/builtin.ts';
import type { BuiltinContext } from '../../../host/builtin.ts';
import { getKey } from '../../../value/construct.ts';
import { isInteger, numberText, toBigInt } from '../../../value/number.ts';
import { kindName } from '../../../value/compare.ts';
import { printTerm, quoteGo } from '../../../value/rego-text.ts';
import { RegoNumber, RegoObject, RegoSet } from '../../../value/value.ts';
import type { Value } from '../../../value/value.ts';
import { parseDuration } from '../go-duration.ts';
import { GoUrlError, parseGoUrl } from '../go-url.ts';
import type { GoUrl } from '../go-url.ts';
import { jsonBody } from '../http-request.ts';
import { operandError } from '../operands.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { pemBlocks } from '../x509/pem.ts';
import { parseKeyPair } from '../x509/tls-key-pair.ts';
import { isAllowedHost } from './allowed-hosts.ts';
import type { TlsSettings } from './exchange.ts';
import { RequestError } from './failures.ts';

/** OPA's default. */
const DEFAULT_TIMEOUT_MS = 5000;
/** No request takes longer, whatever a policy says: all else waits for it. */
const MAX_TIMEOUT_MS = 60_000;

const TEXT_MEMBERS: ReadonlySet<string> = new Set([
  'method',
  'url',
  'raw_body',
  'tls_ca_cert',
  'tls_ca_cert_file',
  'tls_ca_cert_env_variable',
  'tls_client_cert',
  'tls_client_cert_file',
  'tls_client_cert_env_variable',
  'tls_client_key',
  'tls_client_key_file',
  'tls_client_key_env_variable',
  'tls_server_name',
]);

/** A request, ready to be sent. */
export interface HttpRequest {
  readonly method: string;
  readonly url: GoUrl;
  /** Canonical names to values. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  readonly timeoutMs: number;
  readonly followsRedirects: boolean;
  readonly tls?: TlsSettings;
}

/** Throws RequestError unless the host allows calls to the URL's host. */
export function checkHost(context: BuiltinContext, url: GoUrl): void {
  const { name, port } = hostAndPort(url);
  if (!isAllowedHost(context.httpHosts, name, port)) throw new RequestError(`unallowed host: ${name}`);
}

/** The host's name, or address without brackets, and the port. */
export function hostAndPort(url: GoUrl): { readonly name: string; readonly port: number } {
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(url.host);
  const name = (parts?.[1] ?? url.host).replace(/^\[|\]$/g, '');
  return { name, port: parts?.[2] ? Number(parts[2]) : url.scheme === 'https' ? 443 : 80 };
}

/** The URL, or RequestError with Go's text. */
function readUrl(text: string): GoUrl {
  try {
    return parseGoUrl(text);
  } catch (error) {
    if (error instanceof GoUrlError) throw new RequestError(error.message);
    throw error;
  }
}

/** `true`, `1` and their kind, as Go reads booleans out of a term's text. */
function readBoolean(value: Value): boolean {
  const text = printTerm(value);
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new RequestError(`strconv.ParseBool: parsing ${quoteGo(text)}: invalid syntax`);
}

/** Milliseconds, at most MAX_TIMEOUT_MS. */
function readTimeout(value: Value): number {
  let nanoseconds: bigint | undefined;
  if (typeof value === 'number' || value instanceof RegoNumber) {
    nanoseconds = isInteger(value) ? toBigInt(value, 20) : undefined;
    if (nanoseconds === undefined || BigInt.asIntN(64, nanoseconds) !== nanoseconds)
      throw new RequestError(`invalid timeout number value ${numberText(value)}, must be int64`);
  } else if (typeof value === 'string') {
    if (/^[+-]?\d{1,18}$/.test(value)) nanoseconds = BigInt(value.replace('+', ''));
    else {
      try {
        nanoseconds = parseDuration(value);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        throw new RequestError(`invalid timeout value ${quoteGo(value)}: ${error.message}`);
      }
    }
  } else throw operandError(1, `'timeout' must be one of {string, number} but got ${kindName(value)}`);
  // As in Go, none or less means no timeout of its own.
  if (nanoseconds <= 0n) return MAX_TIMEOUT_MS;
  const milliseconds = nanoseconds / 1_000_000n;
  return milliseconds > BigInt(MAX_TIMEOUT_MS) ? MAX_TIMEOUT_MS : Number(milliseconds);
}

/** A value as Go's %q prints it out of JSON. */
function quoteAny(value: Value): string {
  if (value === null) return '%!q(<nil>)';
  if (typeof value === 'boolean') return `%!q(bool=${value})`;
  if (typeof value === 'string') return quoteGo(value);
  if (typeof value === 'number' || value instanceof RegoNumber) return quoteGo(numberText(value));
  if (value instanceof RegoObject)
    return `map[${value.entries.map(([key, item]) => `${quoteAny(key)}:${quoteAny(item)}`).join(' ')}]`;
  const items = value instanceof RegoSet ? value.items : value;
  return `[${items.map(quoteAny).join(' ')}]`;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether the text is a token (RFC 9110). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** `content-type` to `Content-Type`; what is no name stays as it is. */
function canonicalHeader(name: string): string {
  if (!isToken(name)) return name;
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

function readHeaders(value: Value | undefined): Map<string, string> {
  const headers = new Map<string, string>();
  if (value === undefined) return headers;
  for (const [name, item] of (value as RegoObject).entries) {
    if (typeof item !== 'string') throw new RequestError(`invalid type for headers value ${quoteAny(item)}`);
    headers.set(canonicalHeader(typeof name === 'string' ? name : jsonBody(name)), item);
  }
  return headers;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const text = code === 'ENOENT' ? 'no such file or directory' : code === 'EACCES' ? 'permission denied' : code;
    throw new RequestError(`open ${path}: ${text}`);
  }
}

/** The certificates in a text of PEM blocks. */
function readAuthorities(pem: string): string[] {
  const certificates: string[] = [];
  for (const { type, bytes } of pemBlocks(pem)) {
    if (type !== 'CERTIFICATE') continue;
    try {
      parseCertificate(bytes);
    } catch (error) {
      if (error instanceof BuiltinError) continue;
      throw error;
    }
    const lines = Buffer.from(bytes).toString('base64').replace(/.{64}/g, '$&\n');
    certificates.push(`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`);
  }
  if (certificates.length === 0) throw new RequestError('could not append certificates');
  return certificates;
}

function checkKeyPair(certificate: string, key: string, describe: (text: string) => string = (text) => text): void {
  try {
    // Only PEM: parseKeyPair alone would take base64, too.
    const isPem = /-----BEGIN /.test(certificate);
    if (!isPem) throw new BuiltinError('tls: failed to find any PEM data in certificate input');
    if (!/-----BEGIN /.test(key)) throw new BuiltinError('tls: failed to find any PEM data in key input');
    parseKeyPair(certificate.slice(certificate.indexOf('-----BEGIN ')), key.slice(key.indexOf('-----BEGIN ')));
  } catch (error) {
    if (error instanceof BuiltinError) throw new RequestError(describe(error.message));
    throw error;
  }
}

/** TLS settings, if the request has any: members in the order in which OPA looks at them. */
function readTls(
  texts: ReadonlyMap<string, string>,
  flags: { readonly isInsecure: boolean; readonly usesSystem: boolean },
  hostHeader: string | undefined,
  env: Readonly<Record<string, string>>,
): TlsSettings | undefined {
  const text = (name: string): string => texts.get(name) ?? '';
  const certificates: string[] = [];
  const keys: string[] = [];
  const addPair = (certificate: string, key: string, describe?: (cause: string) => string): void => {
    checkKeyPair(certificate, key, describe);
    certificates.push(certificate);
    keys.push(key);
  };
  if (text('tls_client_cert') !== '' && text('tls_client_key') !== '')
    addPair(text('tls_client_cert'), text('tls_client_key'));
  if (text('tls_client_cert_file') !== '' && text('tls_client_key_file') !== '')
    addPair(readFile(text('tls_client_cert_file')), readFile(text('tls_client_key_file')));
  const certificateName = text('tls_client_cert_env_variable');
  const keyName = text('tls_client_key_env_variable');
  if (certificateName !== '' && keyName !== '')
    addPair(envText(env, certificateName), envText(env, keyName), (cause) => {
      return `cannot extract public/private key pair from envvars ${quoteGo(certificateName)}, ${quoteGo(keyName)}: ${cause}`;
    });

  let authorities: string[] | undefined;
  if (flags.usesSystem) authorities = [...rootCertificates, ...getCACertificates('system')];
  const addAuthorities = (pem: string): void => {
    authorities = [...(authorities ?? []), ...readAuthorities(pem)];
  };
  if (text('tls_ca_cert') !== '') addAuthorities(text('tls_ca_cert').replaceAll('\\n', '\n'));
  if (text('tls_ca_cert_file') !== '') addAuthorities(readFile(text('tls_ca_cert_file')));
  const authorityName = text('tls_ca_cert_env_variable');
  if (authorityName !== '') {
    try {
      addAuthorities(envText(env, authorityName));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw new RequestError(`could not add CA certificates from envvar ${quoteGo(authorityName)}: ${error.message}`);
    }
  }
  const serverName = text('tls_server_name') || hostHeader;
  if (!flags.isInsecure && certificates.length === 0 && !authorities && serverName === undefined) return undefined;
  return {
    isInsecure: flags.isInsecure,
    ...(certificates.length > 0 && { cert: certificates, key: keys }),
    ...(authorities && { ca: authorities }),
    ...(serverName !== undefined && { serverName }),
  };
}

function envText(env: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(env, name) ? env[name]! : '';
}

/** Reads and checks a request. Throws RequestError or BuiltinError. */
export function readRequest(context: BuiltinContext, request: RegoObject): HttpRequest {
  const texts = new Map<string, string>();
  let url: GoUrl | undefined;
  let followsRedirects = false;
  let isInsecure = false;
  let usesSystem = false;
  let timeoutMs = DEFAULT_TIMEOUT_MS;
  let headersTerm: Value | undefined;
  for (const [key, value] of request.entries) {
    const name = key as string;
    // Quotes around a text are not part of it, as OPA has it.
    if (typeof value === 'string') texts.set(name, value.replace(/^"+|"+$/g, ''));
    else if (TEXT_MEMBERS.has(name)) throw new RequestError(`${quoteGo(name)} must be a string`);
    if (name === 'url') {
      url = readUrl(texts.get('url')!);
      checkHost(context, url);
    } else if (name === 'enable_redirect') followsRedirects = readBoolean(value);
    else if (name === 'tls_use_system_certs') usesSystem = readBoolean(value);
    else if (name === 'tls_insecure_skip_verify') isInsecure = readBoolean(value);
    else if (name === 'timeout') timeoutMs = readTimeout(value);
    else if (name === 'headers') {
      if (!(value instanceof RegoObject)) throw new RequestError('invalid type for headers key');
      headersTerm = value;
    }
  }
  const hostTerm = (headersTerm as RegoObject | undefined)?.entries.find(
    ([name]) => typeof name === 'string' && canonicalHeader(name) === 'Host',
  )?.[1];
  const hostHeader = typeof hostTerm === 'string' ? hostTerm : undefined;
  const tls = readTls(texts, { isInsecure, usesSystem }, hostHeader, context.env);
  const method = texts.get('method')!.toUpperCase();
  if (method !== '' && !isToken(method)) throw new RequestError(`net/http: invalid method ${quoteGo(method)}`);
  const bodyTerm = getKey(request, 'body');
  const body = texts.get('raw_body') ?? (bodyTerm === undefined ? '' : jsonBody(bodyTerm));
  return {
    method: method === '' ? 'GET' : method,
    url: url!,
    headers: readHeaders(headersTerm),
    body: Buffer.from(body, 'utf8'),
    timeoutMs,
    followsRedirects,
    ...(tls && { tls }),
  };
}
