// One request on its way through the line: what each step has found, for the steps after it, the log and the answer.
// It has no behaviour; the order in which it is filled is line.ts.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionConfig } from './config/connections.ts';
import type { Decision } from './decision/decision.ts';
import type { LoadedPolicy } from './decision/policy.ts';
import type { GateError } from './errors.ts';
import type { HeldStream } from './hold/held-stream.ts';
import type { IssuersWord } from './identity/authenticate.ts';
import type { PreparedLine } from './log/event.ts';
import type { ResumedEvent } from './mcp/event-id.ts';
import type { TraceOfExchange } from './operate/tracing.ts';
import type { Json, JsonObject } from './request/strict-json.ts';
import type { CredentialSource } from './upstream/credential-source.ts';

/** Who calls, as a verified token says. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly client_id: string | null;
  readonly scopes: readonly string[];
  readonly groups: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
  /** The token's `jti`. */
  readonly token_id: string | null;
}

/** An MCP message, read from the body and nothing else. */
export interface McpMessage {
  readonly kind: 'request' | 'notification' | 'response' | 'none';
  readonly method: string | null;
  /** JSON-RPC id of a request: a string or a number, as it came. */
  readonly id: Json | undefined;
  readonly tool: string | null;
  readonly resource: string | null;
  readonly prompt: string | null;
  readonly arguments: Json;
  readonly protocolVersion: string | null;
  /** The upstream's session id, taken out of the gate's. */
  readonly sessionId: string | null;
}

/** What the gate's session id stands for. */
export interface Session {
  /** The upstream's own id; null when it has none, and the client got one for the sake of what follows. */
  readonly id: string | null;
  /** Whether the client has declared elicitation of mode `url`. */
  readonly opensUrls: boolean;
}

/** A target that can be understood in one way only. */
export interface Target {
  /** Decoded nowhere: percent-encoded as it will be sent. */
  readonly path: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** The query written anew from what was read, with `?`, or empty. */
  readonly search: string;
}

/** What a request for a WebSocket leaves besides its head. */
export interface Upgrade {
  readonly socket: Socket;
  readonly head: Buffer;
}

export interface Exchange {
  readonly decisionId: string;
  readonly startedAt: Date;
  /** The same on the monotonic clock. */
  readonly startedMs: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly remoteAddress: string;
  /** Aborts when the client goes away, or when the exchange is cut; then its reason is the error. */
  readonly signal: AbortSignal;
  /** Ends the exchange at once, whatever it waits for. */
  readonly cut: (error: GateError) => void;
  /** Set for a request for a WebSocket. */
  upgrade?: Upgrade;
  target?: Target;
  connection?: ConnectionConfig;
  /** The path below the connection's, beginning with `/` or empty. */
  restPath?: string;
  identity?: Identity;
  /** Whose token came, though it may be one that is refused: for the log, and for nothing else. */
  tokenOwner?: Identity;
  /** The headers with what the upstream is shown in the caller's place. */
  credential?: Readonly<Record<string, string>>;
  /** Where that is from, for the case that the upstream refuses it. A closure set in its place made V8 keep exchanges until a full collection. */
  credentialSource?: CredentialSource;
  /** Set where the issuer is asked about the token. */
  issuersWord?: IssuersWord;
  /** When the caller's token was issued, in seconds since the epoch. */
  tokenIssuedAt?: number | undefined;
  /** The caller's token, only where it is to be exchanged for one of his at the upstream; never logged, never forwarded. */
  subjectToken?: string;
  /** The body as JSON; undefined when there is none. */
  body?: Json;
  /** All of the body has been taken from the request, though the parser may not have said that this was all. */
  isBodyRead?: boolean;
  message?: McpMessage;
  /** What the client's session id stands for. */
  session?: Session;
  /** The gate's own `requestState`, taken out of the message: the client comes back for a held call. */
  requestState?: string;
  /** The person has declined to see the page about the held call that the client comes back for. */
  hasDeclined?: boolean;
  /** The answer of a held call, begun already. */
  heldStream?: HeldStream;
  /** What the client's Last-Event-ID stands for. */
  resumed?: ResumedEvent;
  /** Items of a list that the caller sees, and those kept from him. */
  listed?: { shown: number; hidden: number };
  /** The policy that decides, and masks the log. */
  loaded?: LoadedPolicy | undefined;
  input?: JsonObject;
  /** The input as the policy got it, and the body in it, as JSON; undefined once a mask has changed them. */
  printed?: { readonly input: string; readonly body: string } | undefined;
  decision?: Decision;
  /** The policy's result as it came, for the log. */
  result?: Json;
  /** The log's line, as far as it is known while the upstream works. */
  preparedLine?: PreparedLine | undefined;
  /** W3C trace context, when there is one. */
  trace?: TraceOfExchange | undefined;
  /** Whether the decision is only logged, not enforced. */
  readonly isDryRun: boolean;
  /** In a dry run: what would have been answered instead. */
  spared?: GateError;
  /** Nanoseconds, by OPA's names. */
  readonly metrics: Record<string, number>;
  isLogged: boolean;
  /** Whether metrics and traces have it. */
  isObserved?: boolean;
}
