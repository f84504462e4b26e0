// Makes `dist` from the sources: the command line in one file, since a short command spends most of its time on finding and reading modules,
// and the library and the threads in files that share what they have in common.
// Packages in `dependencies` stay outside, those in `devDependencies` that the sources import come in, with their licences.
// Declarations are the TypeScript compiler's.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, 'dist');
rmSync(outdir, { recursive: true, force: true });

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Readonly<Record<string, string>>;
};

/** Commander imports it to start subcommands that are programs of their own. There are none, and it takes longer to load than all of ours. */
const withoutChildProcess: Plugin = {
  name: 'commander without child processes',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /node_modules.commander/.test(importer) ? { path: 'child_process', namespace: 'unused' } : undefined,
    );
    bundle.onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'export default {};' }));
  },
};

// All files lie side by side: a thread's file is found next to whatever file starts it.
const common = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  external: Object.keys(dependencies),
  plugins: [withoutChildProcess],
  // Its build for Node is CommonJS, of which nothing can be left out.
  alias: { yaml: './node_modules/yaml/browser/dist/index.js' },
  platform: 'node',
  target: 'node22.22',
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

const library = await build({
  ...common,
  entryPoints: {
    index: 'engine/index.ts',
    'policy-worker': 'engine/host/policy-worker.ts',
    'test-worker': 'cli/test-worker.ts',
    'eval-worker': 'cli/eval-worker.ts',
    'activation-worker': 'bundles/activation-worker.ts',
    'embedded-worker': 'proxy/store/embedded-worker.ts',
    'http-worker': 'engine/builtins/host/http/http-worker.ts',
  },
  chunkNames: '[name]-[hash]',
  splitting: true,
  format: 'esm',
});

// A script, not a module: its compiled functions can be kept (cli/regate.mjs), and each of its modules runs only when it is needed.
const commandLine = await build({
  ...common,
  entryPoints: { main: 'cli/main.ts' },
  // Compiled code is kept by this name, which therefore has to change with the content.
  entryNames: '[name]-[hash]',
  // Short, and in ASCII, to be read fast.
  minifyWhitespace: true,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
});

for (const path of Object.keys(commandLine.metafile.outputs).filter((output) => output.endsWith('.cjs'))) {
  const text = readFileSync(join(root, path), 'utf8');
  const place = /[^\0-\x7f].{0,40}/.exec(text)?.[0];
  if (place !== undefined) throw new Error(`${path} has to be in ASCII: write as an escape what is in ${place}`);
  // Node warns of imports in scripts: cli/regate.mjs, which is a module, does them.
  writeFileSync(join(root, path), text.replaceAll('await import(', 'await importModule('));
}

const inputs = [library, commandLine].flatMap(({ metafile }) => Object.keys(metafile.inputs));
const bundled = inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
const licences = [...new Set(bundled)].sort().map((folder) => {
  const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence file`);
  return `${folder.slice('node_modules/'.length)}\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
});
writeFileSync(join(outdir, 'THIRD-PARTY.txt'), licences.join(`\n${'-'.repeat(80)}\n\n`));
