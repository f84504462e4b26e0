// Runs command lines one after the other in this process; prints what each wrote and its exit code as JSON.
import { main } from '../../cli/main.ts';
import type { CommandResult } from './session.ts';

const commands = JSON.parse(process.argv[2] ?? '[]') as readonly (readonly string[])[];
const results: CommandResult[] = [];
const write = process.stdout.write.bind(process.stdout);
for (const command of commands) {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = ((chunk: string | Uint8Array) => {
      written[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    }) as typeof process.stdout.write;
  process.exitCode = 0;
  await main(command);
  results.push({ ...written, code: Number(process.exitCode) });
}
process.exitCode = 0;
write(JSON.stringify(results), () => process.exit());
