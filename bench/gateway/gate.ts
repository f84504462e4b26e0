// The gate of the benchmark, in a process of its own: the command line's way to serve, and its memory when asked.
import { report } from './report.ts';
import { readConfig } from '../../proxy/config/config.ts';
import { openGate } from '../../proxy/gate.ts';
import { listen } from '../../proxy/listen.ts';

const listener = await listen(await openGate(readConfig(process.argv[2]!)));
process.send!({ port: listener.port });
report();
