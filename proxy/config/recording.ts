// The recording section of the configuration: whether exchanges are kept, how much of them, and for how long. Keeping them is record/.
import { join } from 'node:path';
import type { LogFileConfig } from './decision-log.ts';
import type { ObjectReader } from './reader.ts';

export interface RecordingConfig {
  /** What has been recorded and is not in the store yet. */
  readonly queue: LogFileConfig;
  /** The most the queue may hold; beyond, exchanges of recorded connections are denied. */
  readonly queueBytes: number;
  /** Of an answer's body; what comes after is not kept, and the record says so. */
  readonly bodyBytes: number;
  /** How long records are kept; undefined: for ever. */
  readonly retentionDays: number | undefined;
  /** Makes the chain's hashes ones that only its holder can compute (HMAC); undefined: anybody can (SHA-256). */
  readonly key: string | undefined;
}

/** Reads `recording`. */
export function readRecording(recording: ObjectReader): RecordingConfig {
  const mib = 1024 * 1024;
  const directory = recording.file('directory');
  const config: RecordingConfig = {
    queue: {
      file: join(directory, 'records.jsonl'),
      durability: recording.oneOf('durability', ['process', 'disk'], 'process'),
      rotation: { bytes: 16 * mib, hours: 24 },
      // Files go as soon as the store has what is in them.
      retention: { files: 0, days: undefined },
    },
    queueBytes: recording.integer('queueBytes', 1024 * mib, mib, 1024 * 1024 * mib),
    bodyBytes: recording.integer('bodyBytes', mib, 0, 256 * mib),
    retentionDays: recording.has('retentionDays')
      ? recording.integer('retentionDays', undefined, 1, 100_000)
      : undefined,
    key: recording.has('key') ? recording.secret('key') : undefined,
  };
  recording.end();
  return config;
}
