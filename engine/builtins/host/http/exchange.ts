// What passes between an evaluation and the thread that does its HTTP exchanges.
// Left to others: doing them (worker.ts), waiting for them (sync-client.ts).

/** TLS beyond the defaults; such connections are not kept. */
export interface TlsSettings {
  readonly ca?: readonly string[];
  readonly cert?: readonly string[];
  readonly key?: readonly string[];
  readonly serverName?: string;
  readonly isInsecure: boolean;
}

/** One request, without following redirects. Texts are byte strings. */
export interface ExchangeRequest {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method: string;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  /** Asked for gzip on its own account, so that the body is unpacked. */
  readonly unpacksGzip: boolean;
  readonly tls?: TlsSettings;
  /** For everything up to the end of the body. */
  readonly timeoutMs: number;
  /** Of the body, unpacked. */
  readonly maxBytes: number;
}

/** A whole response. */
export interface ExchangeResponse {
  readonly status: number;
  readonly reason: string;
  /** Names and values by turns, as sent. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly wasUnpacked: boolean;
}

/** Why there is no response. */
export interface ExchangeFailure {
  /** `body`: the headers came, the body did not. */
  readonly stage: 'request' | 'body';
  readonly reason: 'timeout' | 'size' | 'error';
  /** Of the error: Node's code and text, and where the connection went. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

export type ExchangeResult =
  | { readonly response: ExchangeResponse; readonly failure?: undefined }
  | { readonly failure: ExchangeFailure; readonly response?: undefined };
