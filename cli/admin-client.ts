// Talks to a gate's admin listener: where it is, a token for it (given, or got by a key: no secret has to be kept), and its answers.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { defaultAlgorithm, parseKey } from '../proxy/config/oauth-client.ts';
import { requestToken } from '../proxy/oauth/token-endpoint.ts';
import { CliError } from './errors.ts';

export interface AdminFlags {
  readonly admin?: string;
  readonly tokenFile?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly clientKey?: string;
  readonly tokenScope?: string;
  readonly tokenResource?: string;
}

const ENVIRONMENT = `
The gate and the token may also come from the environment: REGATE_ADMIN,
REGATE_TOKEN, or REGATE_ISSUER, REGATE_CLIENT_ID and REGATE_CLIENT_KEY (a file
with a private key), by which a token is asked for (client credentials,
private_key_jwt).`;

/** Adds the flags that say where the gate is and who asks. */
export function adminOptions(command: Command): Command {
  return command
    .option('--admin <url>', "the gate's admin listener, like https://gate.example:9090")
    .option('--token-file <file>', 'a file with the access token')
    .option('--issuer <url>', 'where to get a token')
    .option('--client-id <id>', 'as whom')
    .option('--client-key <file>', 'by which private key (PEM or JWK)')
    .option('--token-scope <scopes>', 'scopes to ask for')
    .option('--token-resource <uri>', 'the resource to ask for (RFC 8707)')
    .addHelpText('after', ENVIRONMENT);
}

/** What the gate has refused, with its words. */
export class AdminRefused extends CliError {
  readonly status: number;
  constructor(status: number, message: string) {
    super(`error: ${message}`);
    this.status = status;
  }
}

/** A gate to ask. */
export interface AdminClient {
  /** The answer as JSON. Throws CliError, and AdminRefused when the gate says no. */
  json<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** The answer's lines as they come. */
  lines(path: string): AsyncIterable<string>;
}

/** Finds out where and who. Throws CliError. */
export async function openAdmin(flags: AdminFlags, env = process.env): Promise<AdminClient> {
  const base = flags.admin ?? env.REGATE_ADMIN;
  if (base === undefined || !URL.canParse(base))
    throw new CliError('error: say where the gate is administered: --admin URL or REGATE_ADMIN');
  const origin = base.replace(/\/$/, '');
  const token = await readToken(flags, env);
  const ask = async (method: string, path: string, body: unknown): Promise<Response> => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    let answer: Response;
    try {
      answer = await fetch(`${origin}${path}`, {
        method,
        headers,
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new CliError(`error: ${origin} cannot be reached: ${causeOf(error)}`);
    }
    if (!answer.ok) throw await refusal(answer);
    return answer;
  };
  return {
    json: async <T>(method: string, path: string, body?: unknown) =>
      (await (await ask(method, path, body)).json()) as T,
    async *lines(path) {
      const { body } = await ask('GET', path, undefined);
      const decoder = new TextDecoder();
      let rest = '';
      for await (const piece of body!) {
        const lines = (rest + decoder.decode(piece as Uint8Array, { stream: true })).split('\n');
        rest = lines.pop()!;
        yield* lines;
      }
      if (rest !== '') yield rest;
    },
  };
}

async function refusal(answer: Response): Promise<AdminRefused> {
  const text = await answer.text();
  let message = `the gate answers ${answer.status}`;
  try {
    const { error, message: said } = JSON.parse(text) as { error?: unknown; message?: unknown };
    if (typeof said === 'string') message = typeof error === 'string' ? `${said} (${error})` : said;
  } catch {
    // Something else than a gate, perhaps.
  }
  return new AdminRefused(answer.status, message);
}

async function readToken(flags: AdminFlags, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (flags.tokenFile !== undefined) return readText(flags.tokenFile).trim();
  const issuer = flags.issuer ?? env.REGATE_ISSUER;
  const id = flags.clientId ?? env.REGATE_CLIENT_ID;
  const keyFile = flags.clientKey ?? env.REGATE_CLIENT_KEY;
  if (issuer === undefined || id === undefined || keyFile === undefined) return env.REGATE_TOKEN?.trim();
  const { key, keyId } = parseKey(readText(keyFile)) ?? {};
  if (key === undefined) throw new CliError(`error: ${keyFile} holds no private key (PKCS #8 in PEM, or a JWK)`);
  try {
    const { value } = await requestToken(
      {
        issuer,
        tokenEndpoint: undefined,
        client: {
          id,
          method: 'private_key_jwt',
          key,
          algorithm: defaultAlgorithm(key),
          keyId,
          assertionAudience: undefined,
        },
        scopes: flags.tokenScope?.split(/[ ,]+/) ?? [],
        resource: flags.tokenResource,
        audience: undefined,
        ca: undefined,
      },
      { grant_type: 'client_credentials' },
    );
    return value;
  } catch (error) {
    throw new CliError(`error: no token from ${issuer}: ${causeOf(error)}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(`error: ${(error as Error).message}`);
  }
}

/** Failures of fetch say why in their cause. */
function causeOf(error: unknown): string {
  const { cause, message } = error as { cause?: unknown; message?: string };
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(message);
}
