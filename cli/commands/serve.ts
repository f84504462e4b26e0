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
    .option('--dry-run', 'decide and log, but deny, mask and hold nothing')
    .option('--check', 'read the configuration and compile the policy, then stop')
    .addHelpText('after', '\nExample:\n  regate serve --config gate.yaml\n')
    .action((flags: { readonly config: string; readonly check?: boolean; readonly dryRun?: boolean }) =>
      runServe(flags.config, flags.check === true, flags.dryRun === true),
    );
}

async function runServe(file: string, isCheck: boolean, isDryRun: boolean): Promise<void> {
  try {
    const config = readConfig(file);
    const { operations } = config;
    const gate = await openGate({ ...config, operations: { ...operations, dryRun: operations.dryRun || isDryRun } });
    if (isCheck) {
      await gate.close();
      console.log(`${file} is valid; the policy's revision is ${gate.policy.current?.revision ?? 'not there yet'}`);
      return;
    }
    const listener = await listen(gate);
    gate.report(`regate listens on ${gate.config.listen.host}:${listener.port}`);
    if (listener.adminPort !== undefined)
      gate.report(`administration on ${gate.config.admin?.host}:${listener.adminPort}`);
    if (gate.config.operations.dryRun) gate.report('dry run: decisions are logged and not enforced', 'warn');
    const stop = (signal: string): void => {
      gate.report(`${signal}: stopping; once more stops at once`);
      process.once('SIGINT', () => process.exit(1)).once('SIGTERM', () => process.exit(1));
      void listener.drain().then(() => process.exit(0));
    };
    const onSignal = (signal: string): void => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      stop(signal);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof PolicyError || error instanceof StoreRefused)
      throw new CliError(error.message);
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== undefined) throw new CliError((error as Error).message);
    throw error;
  }
}
