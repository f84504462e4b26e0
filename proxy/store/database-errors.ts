// Which of a database's errors mean that it is away, and which that a transaction has to be run again. All others are our own bugs.
import { GateError, StoreUnavailable } from '../errors.ts';

/** SQLSTATE classes and codes of a server that cannot be used now: connections, resources, shutting down, starting, read-only. */
const AWAY = /^(?:08|53|57P0|57014|55P03|25006|25P03|3D000|28)/;
const SYSTEM =
  /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|EACCES|ERR_SOCKET|SELF_SIGNED|CERT_|DEPTH_ZERO|UNABLE_TO|ERR_TLS)/;
/** The driver's own errors have no code. */
const DRIVER =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|Client was closed|does not support SSL|pool after calling end/;

/** The same error, or StoreUnavailable when the database is away. */
export function toStoreError(error: unknown): unknown {
  return error instanceof GateError || !isAway(error) ? error : new StoreUnavailable(describe(error));
}

function isAway(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string' && (AWAY.test(code) || SYSTEM.test(code))) return true;
  if (error instanceof AggregateError) return error.errors.some(isAway);
  return typeof message === 'string' && DRIVER.test(message);
}

/** Serialisation failures and deadlocks: nothing has happened, and trying again is what the database asks for. */
export function isRetryable(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === '40001' || code === '40P01';
}

/** An error without its parameters. */
export function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(describe).join('; ');
  return error instanceof Error ? error.message : String(error);
}
