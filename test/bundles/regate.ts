// The command line from its sources, for tests that run it as a program.
import { main } from '../../cli/main.ts';

await main(process.argv.slice(2));
