// The cluster's own certificate authority, and what it signs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_PORT, API_SERVICE } from './network.mjs';
import { KUBECONFIG, PKI } from './paths.mjs';
import { run } from './run.mjs';

const DAYS = '3650';

/** Who needs to be known to whom, as the names in their certificates say. */
const PROGRAMS = {
  'kube-controller-manager': '/CN=system:kube-controller-manager',
  'kube-scheduler': '/CN=system:kube-scheduler',
  'kube-proxy': '/CN=system:kube-proxy',
  kubelet: '/O=system:nodes/CN=system:node:node1',
  admin: '/O=system:masters/CN=admin',
};

/** Makes every certificate, key and kubeconfig of a new cluster. @param {string} nodeAddress */
export function makeCertificates(nodeAddress) {
  mkdirSync(PKI, { recursive: true, mode: 0o700 });
  const at = (/** @type {string} */ name) => join(PKI, name);
  run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', DAYS, '-subj', '/CN=gefyra-devenv-test'],
    ...['-keyout', at('ca.key'), '-out', at('ca.crt')],
  ]);
  const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  sign('kube-apiserver', '/CN=kube-apiserver', [
    ...names.map((name) => `DNS:${name}`),
    ...['127.0.0.1', API_SERVICE, nodeAddress].map((address) => `IP:${address}`),
  ]);
  for (const [name, subject] of Object.entries(PROGRAMS))
    sign(name, subject, [`DNS:node1`, `IP:${nodeAddress}`]);
  run('openssl', ['genrsa', '-out', at('service-accounts.key'), '2048']);
  run('openssl', ['rsa', '-in', at('service-accounts.key'), '-pubout', '-out', at('service-accounts.pub')]);
  for (const name of Object.keys(PROGRAMS)) writeKubeconfig(kubeconfigOf(name), name);
  writeKubeconfig(KUBECONFIG, 'admin');
}

/** Path of a program's kubeconfig. @param {string} name */
export function kubeconfigOf(name) {
  return join(PKI, `${name}.kubeconfig`);
}

/**
 * A user's certificate, signed by the cluster's authority.
 * @param {string} commonName
 * @param {readonly string[]} groups
 * @returns {{ ca: string, certificate: string, key: string }} as PEM
 */
export function clientCertificate(commonName, groups = []) {
  const name = `user-${commonName}`;
  if (!existsSync(join(PKI, `${name}.crt`)))
    sign(name, `${groups.map((group) => `/O=${group}`).join('')}/CN=${commonName}`, ['DNS:user']);
  return { ca: read('ca.crt'), certificate: read(`${name}.crt`), key: read(`${name}.key`) };
}

/** @param {string} name @param {string} subject @param {readonly string[]} alternatives */
function sign(name, subject, alternatives) {
  const at = (/** @type {string} */ suffix) => join(PKI, `${name}.${suffix}`);
  const extensions = `subjectAltName=${alternatives.join(',')}\nextendedKeyUsage=serverAuth,clientAuth\n`;
  writeFileSync(at('ext'), extensions);
  run('openssl', [
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', subject, '-keyout', at('key'), '-out', at('csr')],
  ]);
  run('openssl', [
    ...['x509', '-req', '-in', at('csr'), '-out', at('crt'), '-days', DAYS, '-extfile', at('ext')],
    ...['-CA', join(PKI, 'ca.crt'), '-CAkey', join(PKI, 'ca.key'), '-CAcreateserial'],
  ]);
}

/** @param {string} file @param {string} name */
function writeKubeconfig(file, name) {
  const base64 = (/** @type {string} */ path) => Buffer.from(read(path)).toString('base64');
  const cluster = { server: `https://127.0.0.1:${API_PORT}`, 'certificate-authority-data': base64('ca.crt') };
  const user = {
    'client-certificate-data': base64(`${name}.crt`),
    'client-key-data': base64(`${name}.key`),
  };
  // JSON is YAML too.
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'devenv-test', cluster }],
    users: [{ name, user }],
    contexts: [{ name: 'devenv-test', context: { cluster: 'devenv-test', user: name } }],
    'current-context': 'devenv-test',
  };
  writeFileSync(file, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
}

/** @param {string} file */
function read(file) {
  return readFileSync(join(PKI, file), 'utf8');
}
