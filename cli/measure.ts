// Measures how long a function takes, with enough runs to be sure.

export interface Measurement {
  readonly runs: number;
  readonly totalNs: number;
  /** Time of each of the last runs, sorted. */
  readonly samplesNs: readonly number[];
}

const WARM_UP_MS = 100;
const MEASURE_MS = 1000;
const MAX_SAMPLES = 100_000;

/** Runs the function for about a second after a short warm-up. */
export function measure(run: () => void): Measurement {
  const warm = performance.now() + WARM_UP_MS;
  while (performance.now() < warm) run();
  const samples: number[] = [];
  const start = process.hrtime.bigint();
  let runs = 0;
  let last = start;
  const end = start + BigInt(MEASURE_MS) * 1_000_000n;
  while (last < end) {
    run();
    const now = process.hrtime.bigint();
    if (samples.length < MAX_SAMPLES) samples.push(Number(now - last));
    last = now;
    runs++;
  }
  return { runs, totalNs: Number(last - start), samplesNs: samples.sort((a, b) => a - b) };
}

/** The value below which the given share of the samples lies. */
export function percentile(samplesNs: readonly number[], share: number): number {
  const index = Math.min(samplesNs.length - 1, Math.floor(share * samplesNs.length));
  return samplesNs[index] ?? 0;
}
