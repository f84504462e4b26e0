// Writes one row after the other into an embedded store and says so; its test kills it.
import { openEmbedded } from '../../../proxy/store/embedded.ts';

const store = await openEmbedded(process.argv[2]!);
await store.query('CREATE TABLE IF NOT EXISTS written (n integer PRIMARY KEY)');
const [row] = await store.query<{ readonly n: number }>('SELECT count(*) AS n FROM written');
for (let n = row!.n + 1; ; n++) {
  await store.query('INSERT INTO written VALUES ($1)', [n]);
  process.stdout.write(`${n}\n`);
}
