// `regate config`: checks a gate's configuration without starting it, and prints the schema that editors check it by.
import type { Command } from 'commander';
import { configSchema, readConfig } from '../../proxy/config/config.ts';
import { ConfigError } from '../../proxy/config/reader.ts';
import { openGatePolicy, PolicyError } from '../../proxy/decision/policy.ts';
import { CliError } from '../errors.ts';

/** Adds `config` to the program. */
export function configCommand(program: Command): void {
  const config = program.command('config').description("Check a gate's configuration, or print its JSON schema");
  config
    .command('check')
    .description('Read a configuration, with its secrets and policy, and report all faults')
    .argument('<file>', 'the configuration, YAML')
    .addHelpText('after', '\nExample:\n  regate config check gate.yaml\n')
    .action((file: string) => runCheck(file));
  config
    .command('schema')
    .description('Print the JSON schema of configurations')
    .addHelpText('after', '\nExample:\n  regate config schema > gate.schema.json\n')
    .action(() => {
      console.log(JSON.stringify(configSchema(), null, 2));
    });
}

/** The policy is fetched, if it is elsewhere; neither log nor store is opened, and nothing listens. */
async function runCheck(file: string): Promise<void> {
  try {
    const config = readConfig(file);
    const policy = await openGatePolicy(config.policy, config.limits, console.error);
    console.log(`${file} is valid; the policy's revision is ${policy.current?.revision ?? 'not there yet'}`);
    await policy.close();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof PolicyError) throw new CliError(error.message);
    throw error;
  }
}
