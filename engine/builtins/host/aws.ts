// providers.aws.sign_req: requests signed with AWS Signature Version 4.
// Left to others: sending them (http.ts) and reading URLs (go-url.ts).
import { createHash, createHmac } from 'node:crypto';
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { getKey, makeObject } from '../../value/construct.ts';
import { numberText, toBigInt } from '../../value/number.ts';
import { RegoObject } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';
import { escapedPath, fromBytes, GoUrlError, parseGoUrl } from './go-url.ts';
import type { GoUrl } from './go-url.ts';
import { jsonBody, printNames, requestOperand } from './http-request.ts';
import { numberOperand, objectOperand, operandError, operandTypeError } from './operands.ts';

const REQUIRED_CONFIG = ['aws_access_key', 'aws_region', 'aws_secret_access_key', 'aws_service'] as const;

/** Headers that proxies may change, so that signatures leave them out. */
const UNSIGNED_HEADERS: ReadonlySet<string> = new Set(['authorization', 'user-agent', 'x-amzn-trace-id']);

interface Credentials {
  readonly service: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  readonly sessionToken: string;
}

interface Request {
  readonly method: string;
  readonly url: GoUrl;
  readonly headers: ReadonlyMap<string, string>;
  /** SHA-256 of the body as hexadecimal digits, or what stands for an unsigned one. */
  readonly contentHash: string;
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

function credentialsOf(config: RegoObject): Credentials {
  const missing = REQUIRED_CONFIG.filter((name) => getKey(config, name) === undefined);
  if (missing.length > 0) throw operandError(2, `missing required AWS config parameters(s): ${printNames(missing)}`);
  const invalid = REQUIRED_CONFIG.filter((name) => typeof getKey(config, name) !== 'string');
  if (invalid.length > 0)
    throw operandError(2, `invalid values for required AWS config parameters(s): ${printNames(invalid)}`);
  return {
    service: textOf(getKey(config, 'aws_service')),
    accessKey: textOf(getKey(config, 'aws_access_key')),
    secretKey: textOf(getKey(config, 'aws_secret_access_key')),
    region: textOf(getKey(config, 'aws_region')),
    sessionToken: textOf(getKey(config, 'aws_session_token')),
  };
}

/** The moment in UTC, `20060102T150405Z`. */
function stamp(nanoseconds: bigint): string {
  return new Date(Number(nanoseconds / 1_000_000n)).toISOString().replace(/[-:]|\.\d+/g, '');
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

/** Orders by UTF-8 bytes. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

/** The headers that a signed request has besides its own: the signature and what AWS needs to check it. */
function sign(request: Request, credentials: Credentials, time: string): Map<string, string> {
  const { service, region, sessionToken } = credentials;
  const added = new Map([
    ['host', fromBytes(request.url.host)],
    ['x-amz-date', time],
  ]);
  if (service === 's3' || service === 'glacier') added.set('x-amz-content-sha256', request.contentHash);
  if (sessionToken !== '') added.set('x-amz-security-token', sessionToken);

  const signed = new Map(added);
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (!UNSIGNED_HEADERS.has(lower)) signed.set(lower, value);
  }
  const names = [...signed.keys()].sort(compareBytes);
  const nameList = names.join(';');
  const canonicalRequest = [
    request.method,
    fromBytes(escapedPath(request.url)),
    fromBytes(request.url.rawQuery),
    ...names.map((name) => `${name}:${signed.get(name)!}`),
    '',
    nameList,
    request.contentHash,
  ].join('\n');

  const date = time.slice(0, 8);
  const scope = `${date}/${region}/${service}/aws4_request`;
  let key = hmac(`AWS4${credentials.secretKey}`, date);
  for (const part of [region, service, 'aws4_request']) key = hmac(key, part);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest)].join('\n'));
  const authorization = [
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKey}/${scope}`,
    `SignedHeaders=${nameList}`,
    `Signature=${signature.toString('hex')}`,
  ].join(',');
  return new Map([['Authorization', authorization], ...added]);
}

function bodyOf(request: RegoObject): string {
  const raw = getKey(request, 'raw_body');
  if (raw !== undefined) return textOf(raw);
  const body = getKey(request, 'body');
  return body === undefined ? '' : jsonBody(body);
}

function signRequest(operand: Value, configOperand: Value, timeOperand: Value): Value {
  const object = objectOperand(operand, 1);
  // The positions are OPA's.
  const config = objectOperand(configOperand, 1);
  const credentials = credentialsOf(config);
  const number = numberOperand(timeOperand, 1);
  const nanoseconds = /[.eE]/.test(numberText(number)) ? undefined : toBigInt(number, 20);
  // No time before 1970: OPA refuses such a time when it is written with an exponent, and no such signature is of use.
  if (nanoseconds === undefined || nanoseconds < 0n || BigInt.asIntN(64, nanoseconds) !== nanoseconds)
    throw operandError(3, 'could not convert time_ns value into a unix timestamp');
  requestOperand(operand, 1);

  const headersTerm = getKey(object, 'headers');
  if (headersTerm !== undefined && !(headersTerm instanceof RegoObject))
    throw operandTypeError(0, headersTerm, 'object');
  const invalid = ['url', 'method'].filter((name) => typeof getKey(object, name) !== 'string');
  if (invalid.length > 0)
    throw operandError(1, `invalid values for required request parameters(s): ${printNames(invalid)}`);
  let url: GoUrl;
  try {
    url = parseGoUrl(textOf(getKey(object, 'url')));
  } catch (error) {
    if (error instanceof GoUrlError) throw new BuiltinError(error.message);
    throw error;
  }
  const isUnsigned = getKey(config, 'disable_payload_signing');
  if (isUnsigned !== undefined && typeof isUnsigned !== 'boolean')
    throw operandError(2, "invalid value for 'disable_payload_signing' in AWS config");

  const headers = new Map((headersTerm?.entries ?? []).map(([name, value]) => [textOf(name), textOf(value)]));
  const request: Request = {
    method: textOf(getKey(object, 'method')),
    url,
    headers,
    contentHash: isUnsigned === true ? 'UNSIGNED-PAYLOAD' : sha256(bodyOf(object)),
  };
  const signed = sign(request, credentials, stamp(nanoseconds));
  return makeObject([...object.entries, ['headers', makeObject([...headers, ...signed])]]);
}

/** The built-ins for requests to AWS. */
export const AWS_BUILTINS: HostBuiltins = {
  'providers.aws.sign_req': (_context, request, config, time) => signRequest(request!, config!, time!),
};
