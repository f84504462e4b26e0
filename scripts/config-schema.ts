// Writes docs/schemas/config.v1.json, the published JSON schema of the gate's configuration.
import { writeFileSync } from 'node:fs';
import { configSchema } from '../proxy/config/config.ts';

const file = new URL('../docs/schemas/config.v1.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(configSchema(), null, 2)}\n`);
