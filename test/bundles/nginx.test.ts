// A real bundle server, nginx, where there is one (PATH, or env NGINX): ETags, a restart, a token, a file that is being written.
import { execFileSync, spawn } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { archiveOf } from './bundle-server.ts';
import { answer, observe, rule, until } from './observe.ts';
import { folderWith } from './opa.ts';

const nginx = process.env['NGINX'] ?? 'nginx';
const hasNginx = ((): boolean => {
  try {
    execFileSync(nginx, ['-v'], { stdio: 'pipe' });
    return true;
  } catch {
    process.stderr.write('skipped: nginx as a bundle server (not installed; set NGINX)\n');
    return false;
  }
})();

const bundle = (revision: string): Uint8Array =>
  archiveOf({ 'a.rego': rule(revision), '.manifest': JSON.stringify({ revision }) });

const settings = (folder: string, port: number): string => `daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
  access_log ${folder}/access.log;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    root ${folder}/www;
    if ($http_authorization != "Bearer t0ken") { return 401; }
    location /moved/ { return 302 /b.tar.gz; }
  }
}
`;

(hasNginx ? test : test.skip)(
  'nginx serves bundles',
  async () => {
    const folder = folderWith({ 'www/b.tar.gz': bundle('1') });
    const free = createServer();
    await new Promise<void>((ready) => free.listen(0, '127.0.0.1', ready));
    const { port } = free.address() as AddressInfo;
    await new Promise((closed) => free.close(closed));
    writeFileSync(join(folder, 'nginx.conf'), settings(folder, port));
    const start = (): ReturnType<typeof spawn> =>
      spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
    const put = (revision: string): void => {
      writeFileSync(join(folder, 'www/next'), bundle(revision));
      renameSync(join(folder, 'www/next'), join(folder, 'www/b.tar.gz'));
    };
    const config = (token: string): Parameters<typeof observe>[0] => ({
      bundles: [
        {
          name: 'main',
          source: {
            kind: 'http',
            url: `http://127.0.0.1:${port}/moved/`,
            credential: { kind: 'bearer', token },
            minDelayMs: 30,
            maxDelayMs: 60,
          },
        },
      ],
      evaluation: { entrypoints: ['a/x'] },
    });
    let server = start();
    try {
      const { source } = observe(config('t0ken'));
      await until(() => answer(source.current) === '1');
      await until(() => source.status().bundles['main']!.code === undefined);
      put('2');
      await until(() => answer(source.current) === '2');
      // Gone for a while.
      server.kill();
      await until(() => source.status().bundles['main']!.message?.includes('ECONNREFUSED') === true);
      put('3');
      server = start();
      await until(() => answer(source.current) === '3');
      rmSync(join(folder, 'www/b.tar.gz'));
      await until(() => source.status().bundles['main']!.http_code === 404);
      writeFileSync(join(folder, 'www/b.tar.gz'), bundle('4').subarray(0, 100));
      await until(() => source.status().bundles['main']!.message?.includes('gzip') === true);
      expect(answer(source.current)).toBe('3');
      put('5');
      await until(() => answer(source.current) === '5');
      const stranger = observe(config('other')).source;
      await expect(stranger.ready).rejects.toMatchObject({ httpStatus: 401 });
    } finally {
      server.kill();
    }
  },
  60_000,
);
