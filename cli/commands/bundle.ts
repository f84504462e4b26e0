// `regate bundle diff`: what one bundle decides that another does not. OPA has no such command.
import type { Command } from 'commander';
import { type Bundle, readBundle } from '../../bundles/bundle.ts';
import { BundleError } from '../../bundles/bundle-error.ts';
import { type BundleDiff, type Changes, type DataChange, diffBundles, isEmptyDiff } from '../../bundles/diff.ts';
import { objectOf } from '../../engine/value/construct.ts';
import { dumpJson } from '../../engine/value/json.ts';
import type { Value } from '../../engine/value/value.ts';
import { readBundleFiles } from '../bundle-paths.ts';
import { CliError } from '../errors.ts';
import { FlagError, oneOf } from '../flags.ts';
import { prettyJson, write } from '../output.ts';

interface DiffFlags {
  readonly format: 'pretty' | 'json';
  readonly exitCode?: boolean;
}

/** Adds `bundle` to the program. */
export function bundleCommand(program: Command): void {
  const command = program.command('bundle').description('Compare bundles');
  command
    .command('diff')
    .description('Say which rules, data and entry points were added, removed or changed from one bundle to another')
    .argument('[paths...]', 'two bundles: .tar.gz files or directories')
    .option('-f, --format <format>', 'pretty or json', oneOf('-f, --format', ['pretty', 'json']), 'pretty')
    .option('--exit-code', 'exit with 1 when the bundles differ')
    .addHelpText('after', '\nExample:\n  regate bundle diff published.tar.gz bundle.tar.gz\n')
    .action((paths: readonly string[], flags: DiffFlags) => {
      if (paths.length !== 2) throw new FlagError('specify exactly two bundles');
      const [before, after] = [open(paths[0]!), open(paths[1]!)];
      const diff = compare(before, after);
      const text = flags.format === 'json' ? prettyJson(toJson(diff)) : pretty(diff);
      if (text !== '') write(text);
      if (flags.exitCode === true && !isEmptyDiff(diff)) process.exitCode = 1;
    });
}

function open(path: string): Bundle {
  try {
    return readBundle(readBundleFiles(path).files);
  } catch (error) {
    if (error instanceof BundleError) throw new CliError(`error: bundle ${path}: ${error.message}`);
    throw error;
  }
}

function compare(before: Bundle, after: Bundle): BundleDiff {
  try {
    return diffBundles(before, after);
  } catch (error) {
    if (error instanceof BundleError) throw new CliError(`error: ${error.message}`);
    throw error;
  }
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/** A heading for each kind of thing that differs, a line for each thing. */
function pretty(diff: BundleDiff): string {
  const { revision } = diff;
  const sections: string[] = [];
  if (revision !== undefined) sections.push(`revision: ${quote(revision.before)} -> ${quote(revision.after)}`);
  const add = <T>(name: string, changes: Changes<T>, print: (item: T) => string): void => {
    const lines = (['removed', 'added', 'changed'] as const).flatMap((kind) =>
      changes[kind].map((item) => `  ${SIGNS[kind]} ${print(item)}`),
    );
    if (lines.length > 0) sections.push([`${name}:`, ...lines].join('\n'));
  };
  add('roots', diff.roots, quote);
  add('entry points', diff.entrypoints, (name) => name);
  add('rules', diff.rules, (name) => name);
  add('data', diff.data, printData);
  return sections.join('\n');
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function printData({ path, before, after }: DataChange): string {
  return `${path}: ${[before, after].flatMap((value) => (value === undefined ? [] : [short(value)])).join(' -> ')}`;
}

const SHORT = 60;

function short(value: Value): string {
  const text = dumpJson(value);
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

function toJson({ revision, roots, entrypoints, rules, data }: BundleDiff): Value {
  const changes = <T>({ added, removed, changed }: Changes<T>, item: (value: T) => Value): Value =>
    objectOf({ added: added.map(item), removed: removed.map(item), changed: changed.map(item) });
  const name = (text: string): Value => text;
  return objectOf({
    revision: revision && objectOf({ before: revision.before, after: revision.after }),
    roots: changes(roots, name),
    entrypoints: changes(entrypoints, name),
    rules: changes(rules, name),
    data: changes(data, ({ path, before, after }) => objectOf({ path, before, after })),
  });
}
