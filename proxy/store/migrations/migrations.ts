// The schema, as the steps that make it, in order. A step that has been released is never edited: its checksum is in databases.
import { sharedSecret } from './0001-shared-secret.ts';
import { revocations } from './0002-revocations.ts';
import { records } from './0003-records.ts';
import { holds } from './0004-holds.ts';
import { toolPins } from './0005-tool-pins.ts';

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The first has number 1. */
export const MIGRATIONS: readonly Migration[] = [
  { name: 'shared-secret', sql: sharedSecret },
  { name: 'revocations', sql: revocations },
  { name: 'records', sql: records },
  { name: 'holds', sql: holds },
  { name: 'tool-pins', sql: toolPins },
];
