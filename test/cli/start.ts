// The command line from its sources, as `regate` starts it from `dist`.
import { main } from '../../cli/main.ts';

await main(process.argv.slice(2));
