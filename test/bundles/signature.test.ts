// Signatures: ours are OPA's byte for byte where the algorithm allows it, each side accepts the other's, and no file changes unseen.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ArchiveFile } from '../../bundles/archive.ts';
import { readDirectory } from '../../bundles/bundle.ts';
import { BundleError } from '../../bundles/bundle-error.ts';
import { type SignatureAlgorithm, signingKey, verificationKeys } from '../../bundles/keys.ts';
import { signedFiles, signFiles, signaturesText } from '../../bundles/sign.ts';
import { verifyFiles, type VerifyOptions } from '../../bundles/verify.ts';
import { parseJson } from '../../engine/value/json.ts';
import type { RegoObject } from '../../engine/value/value.ts';
import { bytes, describeWithOpa, folderWith, opa, opaFault } from './opa.ts';

const SECRET = 'a secret of more than thirty-two bytes for HMAC, and of more than sixty-four for the largest';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pairs: Readonly<Record<string, { publicKey: KeyObject; privateKey: KeyObject }>> = {
  RS: rsa,
  PS: rsa,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  EdDSA: generateKeyPairSync('ed25519'),
};

function keyTexts(algorithm: string): { sign: string; verify: string } {
  if (algorithm.startsWith('HS')) return { sign: SECRET, verify: SECRET };
  const { privateKey, publicKey } = pairs[algorithm] ?? pairs[algorithm.slice(0, 2)]!;
  return {
    sign: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    verify: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

const FILES: Readonly<Record<string, string>> = {
  '.manifest': '{"revision": "1", "roots": ["a", "b", "c"], "metadata": {"n": 1.0}}',
  'a/data.json':
    '{"z": [1.0, 1e3, 12345678901234567890, -0.0], "<&>": "\\u2028 \\u00e4 \\n\\u0001 / \\/", "a": {"b": null, "a": true}, "😀": 1, "\\uffee": 2}',
  'b/data.yaml':
    '# yaml\nx: [1, 1.5, 1e3, yes, "no", ~, 0x10]\nlong: 12345678901234567890\n1: one\nnested:\n  b: |\n    text\n  a: 2.50\n',
  'c/policy.rego': 'package c\n\nx := 1\n',
  'c/notes.txt': 'anything',
  'c/other.json': '{"b": 1,   "a": 2}',
  'c/data.yml.bak': 'x: 1',
};

const files = (): ArchiveFile[] =>
  Object.entries(FILES).map(([name, text]) => ({ name: `/${name}`, content: bytes(text) }));
const claims = (text: string): RegoObject => parseJson(text) as RegoObject;

async function signed(
  algorithm: SignatureAlgorithm = 'HS256',
  more: string = '{}',
  keyId?: string,
): Promise<ArchiveFile[]> {
  const key = signingKey(keyTexts(algorithm).sign, algorithm);
  const options = { key, algorithm, claims: claims(more), ...(keyId === undefined ? {} : { keyId }) };
  return withToken(await signFiles(signedFiles(files()), options));
}

function withToken(token: string): ArchiveFile[] {
  return [...files(), { name: '/.signatures.json', content: bytes(signaturesText(token)) }];
}

const keys = (algorithm = 'HS256', scope?: string): VerifyOptions => ({
  keys: verificationKeys(keyTexts(algorithm).verify, { id: 'k', algorithm, ...(scope === undefined ? {} : { scope }) }),
});

/** `ok`, or the code and message of the fault. */
async function outcome(list: readonly ArchiveFile[], options: VerifyOptions): Promise<string> {
  try {
    return (await verifyFiles(list, options)) === undefined ? 'unsigned' : 'ok';
  } catch (error) {
    if (error instanceof BundleError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('verifying', () => {
  test('what was signed, with every algorithm', async () => {
    for (const algorithm of ALGORITHMS)
      expect([algorithm, await outcome(await signed(algorithm), keys(algorithm))]).toEqual([algorithm, 'ok']);
  });

  test('a key without a signature, a signature without a key', async () => {
    expect(await outcome(files(), keys())).toBe('signature_missing: bundle missing .signatures.json file');
    expect(await outcome(await signed(), { keys: [] })).toBe('signature_unexpected: verification key not provided');
    expect(await outcome(files(), { keys: [] })).toBe('unsigned');
  });

  test('files that changed, came or went', async () => {
    const list = await signed();
    const changed = list.map((file) =>
      file.name === '/c/policy.rego' ? { ...file, content: bytes('package c\n\nx := 2\n') } : file,
    );
    expect(await outcome(changed, keys())).toMatch(/^signature_mismatch: c\/policy.rego: digest mismatch/);
    const more = [...list, { name: '/c/evil.rego', content: bytes('package c') }];
    expect(await outcome(more, keys())).toBe('signature_mismatch: file c/evil.rego not included in bundle signature');
    expect(await outcome(more, { ...keys(), exclude: ['c/evil.rego'] })).toBe('ok');
    const fewer = list.filter(({ name }) => name !== '/c/notes.txt');
    expect(await outcome(fewer, keys())).toMatch(/^signature_mismatch: file\(s\) \[c\/notes.txt\]/);
  });

  test('data may be laid out anew, other files may not', async () => {
    const list = await signed();
    const relaid = list.map((file) =>
      file.name === '/.manifest'
        ? { ...file, content: bytes('{"metadata":{"n":1.0},\n"roots":["a","b","c"],"revision":"1"}') }
        : file,
    );
    expect(await outcome(relaid, keys())).toBe('ok');
    const other = list.map((file) =>
      file.name === '/c/other.json' ? { ...file, content: bytes('{"b": 1, "a": 2}') } : file,
    );
    expect(await outcome(other, keys())).toMatch(/^signature_mismatch/);
  });

  test('another key, another algorithm, none at all', async () => {
    expect(
      await outcome(await signed('HS256'), {
        keys: verificationKeys('another secret', { id: 'k', algorithm: 'HS256' }),
      }),
    ).toMatch(/^signature_invalid: failed to verify JWT signature/);
    expect(await outcome(await signed('RS512'), keys('RS256'))).toMatch(
      /^signature_invalid: the signature's algorithm is RS512/,
    );
    const [, payload] = tokenOf(await signed()).split('.');
    for (const [alg, signature] of [
      ['none', ''],
      ['None', ''],
      ['none', 'AAAA'],
    ] as const) {
      const header = Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url');
      expect(await outcome(withToken(`${header}.${payload}.${signature}`), keys())).toMatch(/^signature_invalid/);
    }
    // The classic confusion: a public key taken for an HMAC secret.
    expect(() => verificationKeys(keyTexts('RS256').verify, { id: 'k', algorithm: 'HS256' })).toThrow(/needs a secret/);
    expect(() => verificationKeys(SECRET, { id: 'k', algorithm: 'none' })).toThrow(/unknown signature algorithm/);
    expect(() => verificationKeys(keyTexts('ES256').verify, { id: 'k', algorithm: 'RS256' })).toThrow(
      /not one for RS256/,
    );
  });

  test('scope, key id, times', async () => {
    expect(await outcome(await signed('HS256', '{"scope": "write"}'), keys())).toBe(
      'signature_invalid: scope mismatch',
    );
    expect(await outcome(await signed('HS256', '{"scope": "write"}'), keys('HS256', 'write'))).toBe('ok');
    expect(await outcome(await signed(), keys('HS256', 'write'))).toBe('signature_invalid: scope mismatch');
    expect(await outcome(await signed('HS256', '{}', 'other'), keys())).toMatch(/ID other not found/);
    expect(await outcome(await signed('HS256', '{"keyid": "other"}'), keys())).toMatch(/ID other not found/);
    expect(await outcome(await signed('HS256', '{"keyid": "other"}'), { ...keys(), keyId: 'k' })).toBe('ok');
    const dated = await signed('HS256', '{"exp": 2000, "nbf": 1000}');
    expect(await outcome(dated, { ...keys(), now: 1500 })).toBe('ok');
    expect(await outcome(dated, { ...keys(), now: 2000 })).toBe('signature_invalid: the signature has expired');
    expect(await outcome(dated, { ...keys(), now: 999 })).toBe('signature_invalid: the signature is not valid yet');
    expect(await outcome(await signed('HS256', '{"exp": "soon"}'), keys())).toMatch(/^signature_invalid/);
  });

  test('keys that cannot sign are told apart', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
    expect(() => signingKey(String(locked), 'EdDSA')).toThrow(/^the key is encrypted/);
    const open = publicKey.export({ type: 'spki', format: 'pem' });
    expect(() => signingKey(String(open), 'EdDSA')).toThrow(/^signing needs a private key/);
    const plain = privateKey.export({ type: 'pkcs8', format: 'pem' });
    expect(() => signingKey(String(plain), 'RS256')).toThrow('the key (ed25519) is not one for RS256');
  });

  test('keys as JWK and JWKS', async () => {
    const jwk = pairs['ES256']!.publicKey.export({ format: 'jwk' });
    const set = JSON.stringify({
      keys: [
        { ...jwk, kid: 'one', alg: 'ES256', use: 'sig' },
        { ...pairs['EdDSA']!.publicKey.export({ format: 'jwk' }), kid: 'two', alg: 'EdDSA' },
        { kty: 'RSA', use: 'enc' },
      ],
    });
    const found = verificationKeys(set, { id: 'default', algorithm: 'RS256' });
    expect(found.map(({ id, algorithm }) => [id, algorithm])).toEqual([
      ['one', 'ES256'],
      ['two', 'EdDSA'],
    ]);
    expect(await outcome(await signed('EdDSA', '{}', 'two'), { keys: found })).toBe('ok');
    expect(await outcome(await signed('EdDSA', '{}', 'one'), { keys: found })).toMatch(/^signature_invalid/);
    expect(await outcome(await signed('EdDSA'), { keys: found })).toBe(
      'signature_invalid: verification key ID is empty',
    );
    expect(
      await outcome(await signed('ES256'), {
        keys: verificationKeys(JSON.stringify(jwk), { id: 'k', algorithm: 'ES256' }),
      }),
    ).toBe('ok');
  });

  test('signature files that are none', async () => {
    const withSignatures = (text: string): ArchiveFile[] => [
      ...files(),
      { name: '/.signatures.json', content: bytes(text) },
    ];
    for (const text of [
      '{',
      '[]',
      '{"signatures": 1}',
      '{"signatures": []}',
      '{"signatures": ["a", "b"]}',
      '{"signatures": ["a.b.c"]}',
      '{"signatures": [1]}',
    ])
      expect([text, await outcome(withSignatures(text), keys())]).toEqual([
        text,
        expect.stringMatching(/^signature_invalid/),
      ]);
    expect(await outcome(withSignatures('{}'), keys())).toMatch(/^signature_missing/);
  });
});

const ALGORITHMS = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

function tokenOf(list: readonly ArchiveFile[]): string {
  const text = Buffer.from(list.find(({ name }) => name === '/.signatures.json')!.content).toString();
  return (JSON.parse(text) as { signatures: string[] }).signatures[0]!;
}

describeWithOpa('signatures, with OPA', () => {
  const keyFile = (folder: string, name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('the same file as OPA writes', async () => {
    const folder = folderWith(FILES);
    const out = folderWith({
      'claims.json': '{"keyid": "k", "iat": 12, "iss": "us & them", "aud": "x", "scope": "s"}',
    });
    for (const algorithm of ['HS256', 'HS512', 'RS256', 'RS384', 'EdDSA'] as const) {
      for (const more of ['{}', readFileSync(join(out, 'claims.json'), 'utf8')]) {
        const { sign } = keyTexts(algorithm);
        const file = algorithm.startsWith('HS') ? sign : keyFile(out, 'key.pem', sign);
        const withClaims = more === '{}' ? [] : ['--claims-file', join(out, 'claims.json')];
        opa(folder, 'sign', '-b', '.', '-o', out, '--signing-alg', algorithm, '--signing-key', file, ...withClaims);
        const token = await signFiles(signedFiles(readDirectory(folder)), {
          key: signingKey(sign, algorithm),
          algorithm,
          claims: claims(more),
        });
        expect(signaturesText(token)).toBe(readFileSync(join(out, '.signatures.json'), 'utf8'));
      }
    }
  });

  test('each accepts what the other has signed', async () => {
    for (const algorithm of ALGORITHMS) {
      const folder = folderWith(FILES);
      const out = folderWith({});
      const { sign, verify } = keyTexts(algorithm);
      const isSecret = algorithm.startsWith('HS');
      opa(
        folder,
        'sign',
        '-b',
        '.',
        '--signing-alg',
        algorithm,
        '--signing-key',
        isSecret ? sign : keyFile(out, 'key.pem', sign),
      );
      expect([algorithm, await outcome(readDirectory(folder), keys(algorithm))]).toEqual([algorithm, 'ok']);
      writeFileSync(
        join(folder, '.signatures.json'),
        signaturesText(tokenOf(await signed(algorithm, '{"keyid": "k"}'))),
      );
      const check = [
        'build',
        '-b',
        '.',
        '-o',
        join(out, 'b.tar.gz'),
        '--signing-alg',
        algorithm,
        '--verification-key-id',
        'k',
      ];
      check.push('--verification-key', isSecret ? verify : keyFile(out, 'key.pub', verify));
      expect([algorithm, opaFault(folder, ...check)]).toEqual([algorithm, undefined]);
      writeFileSync(join(folder, 'c/notes.txt'), 'anything else');
      expect(opaFault(folder, ...check)).toContain('digest mismatch');
    }
  });

  test('names below the directory that was signed from outside', async () => {
    const folder = folderWith(Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`dir/${name}`, text])));
    opa(folder, 'sign', '-b', 'dir', '-o', 'dir', '--signing-alg', 'HS256', '--signing-key', SECRET);
    expect(await outcome(readDirectory(join(folder, 'dir')), { ...keys(), directory: './dir/' })).toBe('ok');
    expect(await outcome(readDirectory(join(folder, 'dir')), keys())).toMatch(/^signature_mismatch/);
  });
});
