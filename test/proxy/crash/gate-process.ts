// A gate in a process of its own, to be killed.
import { readConfig } from '../../../proxy/config/config.ts';
import { openGate } from '../../../proxy/gate.ts';
import { listen } from '../../../proxy/listen.ts';

const listener = await listen(await openGate(readConfig(process.argv[2]!), () => {}));
process.send!(listener.port);
process.on('disconnect', () => process.exit());
