// Makes `dist` from the sources: few files, since a short command spends most of its time on finding and reading modules.
// Packages in `dependencies` stay outside, those in `devDependencies` that the sources import come in, with their licences.
// Declarations are the TypeScript compiler's.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

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
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    index: 'engine/index.ts',
    main: 'cli/main.ts',
    'policy-worker': 'engine/host/policy-worker.ts',
    'test-worker': 'cli/test-worker.ts',
    'eval-worker': 'cli/eval-worker.ts',
    'activation-worker': 'bundles/activation-worker.ts',
    'embedded-worker': 'proxy/store/embedded-worker.ts',
    'http-worker': 'engine/builtins/host/http/http-worker.ts',
  },
  outdir,
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  external: Object.keys(dependencies),
  plugins: [withoutChildProcess],
  // Its build for Node is CommonJS, of which nothing can be left out.
  alias: { yaml: './node_modules/yaml/browser/dist/index.js' },
  format: 'esm',
  platform: 'node',
  target: 'node22.22',
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
});

const bundled = Object.keys(metafile.inputs).flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
const licences = [...new Set(bundled)].sort().map((folder) => {
  const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence file`);
  return `${folder.slice('node_modules/'.length)}\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
});
writeFileSync(join(outdir, 'THIRD-PARTY.txt'), licences.join(`\n${'-'.repeat(80)}\n\n`));
