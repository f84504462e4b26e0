// Where traffic comes in, and the certificates of listeners that end TLS themselves.
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { ObjectReader } from './reader.ts';

export interface ListenConfig {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain HTTP, as behind an ingress. */
  readonly tls: ListenerTls | undefined;
}

/** PEM. */
export interface ListenerTls {
  /** The listener's own certificate, and those on the way to its authority. */
  readonly certificate: string;
  readonly key: string;
  /** Authorities of which every client has to show a certificate; undefined: clients need none. */
  readonly clientCa: string | undefined;
}

/** Reads `listen`. */
export function readListen(root: ObjectReader): ListenConfig {
  const listen = root.optionalObject('listen');
  const config = {
    host: listen.text('host', '127.0.0.1'),
    port: listen.integer('port', 8080, 0, 65535),
    tls: readListenerTls(listen),
  };
  listen.end();
  return config;
}

/** The `tls` of a listener's section. */
export function readListenerTls(section: ObjectReader): ListenerTls | undefined {
  if (!section.has('tls')) return undefined;
  const tls = section.object('tls');
  if (!tls.has('certificate')) tls.fault('certificate', 'is missing');
  const certificate = tls.optionalPem('certificate') ?? '';
  const key = tls.secretText('key');
  const clientCa = tls.optionalPem('clientCa');
  tls.end();
  const isWhole = certificate !== '' && key !== '';
  if (isWhole && !works(() => createSecureContext({ cert: certificate, key })))
    tls.fault('', 'certificate and key do not belong together');
  if (clientCa !== undefined && !works(() => new X509Certificate(clientCa)))
    tls.fault('clientCa', 'holds no certificate');
  return { certificate, key, clientCa };
}

function works(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

/** The URL that a listener has unless the configuration says otherwise. */
export function urlOf({ host, port, tls }: ListenConfig): string {
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
