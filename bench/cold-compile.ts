// One cold compilation of the smallest policy, for the benchmark of the whole process.
import { compile } from '../engine/compile.ts';
import { workloads } from './policies.ts';

const { policy, entrypoint } = workloads[0]!;
const { wasm } = compile([{ file: 'policy.rego', text: policy }], { entrypoints: [entrypoint] });
if (wasm === undefined) process.exitCode = 1;
