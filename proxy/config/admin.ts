// The admin section of the configuration: where administration listens, and who may use it. Serving it is admin/.
import { type ListenConfig, readListenerTls, urlOf } from './listen.ts';
import type { ObjectReader } from './reader.ts';

export interface AdminConfig extends ListenConfig {
  /** What administrators call it. */
  readonly publicUrl: string;
  /** Scopes that an administrator's token needs, all of them. */
  readonly requiredScopes: readonly string[];
  /** Groups of which an administrator is in one at least; empty: the scopes are enough. */
  readonly groups: readonly string[];
  /** Browsers' origins that may call it. */
  readonly allowedOrigins: readonly string[];
}

/** Reads `admin`; undefined when there is none, and then nothing listens. */
export function readAdmin(root: ObjectReader, isOrigin: (text: string) => boolean): AdminConfig | undefined {
  if (!root.has('admin')) return undefined;
  const admin = root.object('admin');
  const listen: ListenConfig = {
    host: admin.text('host', '127.0.0.1'),
    port: admin.integer('port', 8081, 0, 65535),
    tls: readListenerTls(admin),
  };
  const config: AdminConfig = {
    ...listen,
    publicUrl: admin
      .url('publicUrl', isOrigin, 'has to be an origin, https or on this machine', urlOf(listen))
      .replace(/\/$/, ''),
    requiredScopes: admin.texts('requiredScopes', []),
    groups: admin.texts('groups', []),
    allowedOrigins: admin.texts('allowedOrigins', []),
  };
  // Otherwise whoever may call a tool could administer the gate.
  if (config.requiredScopes.length + config.groups.length === 0)
    admin.fault('', 'has to say who may use it, by requiredScopes or groups');
  admin.end();
  return config;
}
