// The input document of a query: a file or standard input, JSON or YAML.
import { readFileSync } from 'node:fs';
import { dumpJson } from '../engine/value/json.ts';
import { CliError } from './errors.ts';
import { parseDocument } from './load-paths.ts';

/** The input as JSON text, or undefined when there is none. Throws CliError. */
export async function inputText(flags: {
  readonly input?: string;
  readonly stdinInput?: boolean;
}): Promise<Uint8Array | undefined> {
  if (flags.stdinInput !== true && flags.input === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(flags.stdinInput === true ? 0 : flags.input!.replace(/^file:\/\//, ''), 'utf8');
  } catch (error) {
    const code = (error as { code?: string }).code;
    const reason = code === 'ENOENT' ? 'no such file or directory' : (error as Error).message;
    throw new CliError(`open ${flags.input ?? 'stdin'}: ${reason}`, 2);
  }
  try {
    return new TextEncoder().encode(dumpJson(await parseDocument(text)));
  } catch (error) {
    throw new CliError(`unable to parse input: ${(error as Error).message.split('\n')[0]}`, 2);
  }
}
