// `regate serve`: the gate, from one configuration file. What it does with requests is proxy/line.ts.
import type { Command } from 'commander';
import { ConfigError } from '../../proxy/config/reader.ts';
import { readConfig } from '../../proxy/config/config.ts';
import { openGate } from '../../proxy/gate.ts';
import { listen } from '../../proxy/listen.ts';
import { PolicyError } from '../../proxy/decision/policy.ts';
import { StoreRefused } from '../../proxy/store/store.ts';
import { CliError } from '../errors.ts';

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('Enforce policies on MCP and HTTP traffic')
    .requiredOption('-c, --config <file>', 'the configuration, YAML')
    .option('--check', 'read the configuration and compile the policy, then stop')
    .addHelpText('after', '\nExample:\n  regate serve --config gate.yaml\n')
    .action((flags: { readonly config: string; readonly check?: boolean }) =>
      runServe(flags.config, flags.check === true),
    );
}

async function runServe(file: string, isCheck: boolean): Promise<void> {
  try {
    const gate = await openGate(readConfig(file));
    if (isCheck) {
      await gate.close();
      console.log(`${file} is valid; the policy's revision is ${gate.policy.current?.revision ?? 'not there yet'}`);
      return;
    }
    const listener = await listen(gate);
    console.error(`regate listens on ${gate.config.listen.host}:${listener.port}`);
    if (listener.adminPort !== undefined)
      console.error(`administration on ${gate.config.admin?.host}:${listener.adminPort}`);
    const stop = (): void => void listener.close().then(() => process.exit(0));
    process.once('SIGINT', stop).once('SIGTERM', stop);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof PolicyError || error instanceof StoreRefused)
      throw new CliError(error.message);
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== undefined) throw new CliError((error as Error).message);
    throw error;
  }
}
