// Certificates for tests, made by openssl.
import { execFileSync } from 'node:child_process';

/** Makes `NAME.key` and `NAME.pem`, signed by itself, in the directory; with `dnsName` for a server of that name. */
export function makeCertificate(directory: string, name: string, subject: string, dnsName?: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
  const names = dnsName === undefined ? [] : ['-addext', `subjectAltName=DNS:${dnsName}`];
  const args = ['req', '-x509', ...key, '-days', '2', '-out', `${name}.pem`, '-subj', `/CN=${subject}`, ...names];
  execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
}
