// What the gate is compared with, in a process of its own: Express and http-proxy-middleware, passing through and doing nothing else.
import type { AddressInfo } from 'node:net';
import { Agent } from 'node:http';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { report } from './report.ts';

const app = express();
app.disable('x-powered-by');
app.use(
  createProxyMiddleware({
    target: process.argv[2]!,
    changeOrigin: true,
    agent: new Agent({ keepAlive: true }),
    on: { error: (_error, _request, response) => void response.end() },
  }),
);
const server = app.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
server.keepAliveTimeout = 120_000;
report();
