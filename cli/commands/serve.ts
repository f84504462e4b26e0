// `regate serve`: the gate, from one configuration file. What it does with requests is proxy/line.ts.
import type { Command } from 'commander';
import { ConfigError } from '../../proxy/config/reader.ts';
import { type Config, readConfig } from '../../proxy/config/config.ts';
import type { ListenConfig } from '../../proxy/config/listen.ts';
import { ConfigReloader } from '../../proxy/config/reload.ts';
import { openGate } from '../../proxy/gate.ts';
import { listen } from '../../proxy/listen.ts';
import { PolicyError } from '../../proxy/decision/policy.ts';
import { StoreRefused } from '../../proxy/store/store.ts';
import { CliError } from '../errors.ts';

/** Adds `serve` to the program. */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('Enforce policies on MCP and HTTP traffic')
    .requiredOption('-c, --config <file>', 'the configuration, YAML')
    .option('--dry-run', 'decide and log, but deny, mask and hold nothing')
    .addHelpText('after', '\nExample:\n  regate serve --config gate.yaml\n')
    .action((flags: { readonly config: string; readonly dryRun?: boolean }) =>
      runServe(flags.config, flags.dryRun === true),
    );
}

async function runServe(file: string, isDryRun: boolean): Promise<void> {
  const read = (): Config => {
    const config = readConfig(file);
    const { operations } = config;
    return { ...config, operations: { ...operations, dryRun: operations.dryRun || isDryRun } };
  };
  // From the first moment: without a listener SIGHUP ends the process.
  let reloader: ConfigReloader | undefined;
  let isReloadDue = false;
  process.on('SIGHUP', () => {
    if (reloader === undefined) isReloadDue = true;
    else reloader.reload();
  });
  try {
    const gate = await openGate(read());
    const listener = await listen(gate).catch(async (error: unknown) => {
      // Its threads would keep a process alive that serves nobody.
      await gate.close();
      throw error;
    });
    reloader = new ConfigReloader(gate, read);
    onStop((signal) => {
      gate.report(`${signal}: stopping; once more stops at once`);
      void Promise.all([reloader?.close(), listener.drain()]).then(() => process.exit(0));
    });
    const { listen: address, admin } = gate.config;
    gate.report(`regate listens on ${address.host}:${listener.port}${withTls(address)}`);
    if (listener.adminPort !== undefined)
      gate.report(`administration on ${admin!.host}:${listener.adminPort}${withTls(admin!)}`);
    const { current } = gate.policy;
    if (current !== undefined) gate.report(`the policy in force has the revision ${current.revision}`);
    if (gate.config.operations.dryRun) gate.report('dry run: decisions are logged and not enforced', 'warn');
    if (isReloadDue) reloader.reload();
    await reloader.watch();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof PolicyError || error instanceof StoreRefused)
      throw new CliError(error.message);
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== undefined) throw new CliError((error as Error).message);
    throw error;
  }
}

function withTls({ tls }: ListenConfig): string {
  return tls === undefined ? '' : ', with TLS';
}

/** Calls `stop` at the first signal to stop; the second one ends the process. */
function onStop(stop: (signal: string) => void): void {
  const onSignal = (signal: string): void => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    process.once('SIGINT', () => process.exit(1)).once('SIGTERM', () => process.exit(1));
    stop(signal);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
}
