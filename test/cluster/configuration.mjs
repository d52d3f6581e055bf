// Configuration files and command lines of the cluster's programs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubeconfigOf } from './certificates.mjs';
import { PAUSE_IMAGE } from './images.mjs';
import {
  API_PORT,
  CLUSTER_DOMAIN,
  DNS_SERVICE,
  NODE_POD_RANGE,
  POD_BRIDGE,
  POD_RANGE,
  SERVICE_RANGE,
} from './network.mjs';
import { CONTAINERD_SOCKET, PKI, RUN, STATE } from './paths.mjs';

const ETCD = 'http://127.0.0.1:12379';
const at = (/** @type {string} */ name) => join(STATE, name);
const pki = (/** @type {string} */ name) => join(PKI, name);

/** Writes what the programs read at their start. @param {string} nodeAddress */
export function writeConfiguration(nodeAddress) {
  writeFileSync(at('containerd.toml'), containerd());
  mkdirSync(at('cni'), { recursive: true });
  writeFileSync(at('cni/10-pods.conflist'), JSON.stringify(podNetwork()));
  // The pods' own resolver forwards nothing; this machine's must not get in by the node.
  writeFileSync(at('resolv.conf'), 'nameserver 127.0.0.1\n');
  writeFileSync(at('kubelet.json'), JSON.stringify(kubelet()));
  writeFileSync(at('kube-proxy.json'), JSON.stringify(proxy(nodeAddress)));
}

/** Programs in the order of their start, with what they are started with. @param {string} nodeAddress */
export function commandLines(nodeAddress) {
  return {
    containerd: ['--config', at('containerd.toml')],
    etcd: [
      ...['--data-dir', at('etcd'), '--listen-client-urls', ETCD, '--advertise-client-urls', ETCD],
      ...['--listen-peer-urls', 'http://127.0.0.1:12380', '--unsafe-no-fsync', '--log-level', 'warn'],
    ],
    'kube-apiserver': flags({
      'etcd-servers': ETCD,
      'secure-port': API_PORT,
      'bind-address': '0.0.0.0',
      'advertise-address': nodeAddress,
      'service-cluster-ip-range': SERVICE_RANGE,
      'tls-cert-file': pki('kube-apiserver.crt'),
      'tls-private-key-file': pki('kube-apiserver.key'),
      'client-ca-file': pki('ca.crt'),
      'kubelet-client-certificate': pki('admin.crt'),
      'kubelet-client-key': pki('admin.key'),
      'kubelet-preferred-address-types': 'InternalIP',
      'authorization-mode': 'Node,RBAC',
      'service-account-issuer': `https://kubernetes.default.svc.${CLUSTER_DOMAIN}`,
      'service-account-key-file': pki('service-accounts.pub'),
      'service-account-signing-key-file': pki('service-accounts.key'),
      'shutdown-delay-duration': '0s',
    }),
    'kube-controller-manager': flags({
      kubeconfig: kubeconfigOf('kube-controller-manager'),
      'service-account-private-key-file': pki('service-accounts.key'),
      'root-ca-file': pki('ca.crt'),
      'use-service-account-credentials': true,
      'allocate-node-cidrs': true,
      'cluster-cidr': POD_RANGE,
      'service-cluster-ip-range': SERVICE_RANGE,
      'leader-elect': false,
      'secure-port': 20257,
    }),
    'kube-scheduler': flags({
      kubeconfig: kubeconfigOf('kube-scheduler'),
      'leader-elect': false,
      'secure-port': 20259,
    }),
    kubelet: flags({
      config: at('kubelet.json'),
      kubeconfig: kubeconfigOf('kubelet'),
      'hostname-override': 'node1',
      'node-ip': nodeAddress,
      'root-dir': at('kubelet'),
      'cert-dir': at('kubelet/pki'),
    }),
    'kube-proxy': flags({ config: at('kube-proxy.json') }),
  };
}

function flags(/** @type {Readonly<Record<string, string | number | boolean>>} */ values) {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

function containerd() {
  return `version = 2
root = "${at('containerd')}"
state = "${join(RUN, 'containerd')}"
[grpc]
address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "docker.io/${PAUSE_IMAGE}"
# This machine may lack the right to make processes harder to kill.
restrict_oom_score_adj = true
# Not among those of \`ip netns\`, which would mount them a second time and keep their pods from ending.
netns_mounts_under_state_dir = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${at('cni')}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
`;
}

function podNetwork() {
  const ipam = {
    type: 'host-local',
    dataDir: at('cni/addresses'),
    ranges: [[{ subnet: NODE_POD_RANGE }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const bridge = {
    type: 'bridge',
    bridge: POD_BRIDGE,
    isGateway: true,
    ipMasq: true,
    hairpinMode: true,
    ipam,
  };
  const ports = { type: 'portmap', capabilities: { portMappings: true } };
  return { cniVersion: '1.0.0', name: 'pods', plugins: [bridge, ports] };
}

function kubelet() {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    cgroupDriver: 'cgroupfs',
    // The last minor whose kubelet takes version 1 of control groups.
    failCgroupV1: false,
    clusterDNS: [DNS_SERVICE],
    clusterDomain: CLUSTER_DOMAIN,
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    failSwapOn: false,
    tlsCertFile: pki('kubelet.crt'),
    tlsPrivateKeyFile: pki('kubelet.key'),
    resolvConf: at('resolv.conf'),
    oomScoreAdj: 0,
    // Images cannot be fetched again, and a full disk is no reason to end a test.
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'nodefs.available': '1%', 'imagefs.available': '1%', 'memory.available': '50Mi' },
    // Changes of ConfigMaps reach pods sooner.
    syncFrequency: '5s',
    nodeStatusUpdateFrequency: '5s',
    maxPods: 250,
    port: 20250,
    healthzPort: 20248,
  };
}

function proxy(/** @type {string} */ nodeAddress) {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    // Its own tables. In those that it would share with the engine of this machine services refuse connections for
    // a moment whenever the engine makes a network with IPv6.
    mode: 'nftables',
    clientConnection: { kubeconfig: kubeconfigOf('kube-proxy') },
    hostnameOverride: 'node1',
    clusterCIDR: POD_RANGE,
    bindAddress: nodeAddress,
    conntrack: { maxPerCore: 0 },
    oomScoreAdj: 0,
    metricsBindAddress: '127.0.0.1:20249',
    healthzBindAddress: '127.0.0.1:20256',
  };
}
