import { readFileSync } from 'node:fs';
import { demoImage } from '../../e2e/world/paths.ts';

/** A stand-in for a mesh: how it takes a pod's traffic, and how its proxy calls the pod's programs. */
export interface Mesh {
  readonly name: string;
  /** User and group of the proxy, which its rules exempt; 0 where it needs more than that. */
  readonly user: number;
  /** Its rules, as nft reads them. */
  readonly rules: string;
  /** The settings of `proxy.mjs`. */
  readonly env: Readonly<Record<string, string>>;
  /** What the kubelet is told to ask, where the mesh has moved that, beside what its proxy is told. */
  readonly probes?: object;
}

const PORT = 8155;

/** Where Istio puts a probe, and what its proxy is told of it. */
const READY = {
  path: '/app-health/app/readyz',
  probe: { httpGet: { path: '/', port: PORT, scheme: 'HTTP' } },
};
const probers = JSON.stringify({ [READY.path]: READY.probe });

/** As Istio: all that comes in, and all that leaves but for its own; the pod is called from 127.0.0.6, probes are moved. */
const istio: Mesh = {
  name: 'istio',
  user: 1337,
  rules: `table ip mesh {
    chain pre { type nat hook prerouting priority -100
      tcp dport { 15008, 15020 } return
      meta l4proto tcp redirect to :15006
    }
    chain out { type nat hook output priority -100
      oifname "lo" ip saddr 127.0.0.6 return
      oifname "lo" ip daddr != 127.0.0.1 meta skuid 1337 tcp dport != 15008 redirect to :15006
      oifname "lo" meta skuid != 1337 return
      meta skuid 1337 return
      meta skgid 1337 return
      ip daddr 127.0.0.1 return
      meta l4proto tcp redirect to :15001
    }
  }`,
  env: { INBOUND: '15006,15001', SOURCE: '127.0.0.6', PROBERS: probers, ISTIO_KUBE_APP_PROBERS: probers },
  probes: {
    readinessProbe: {
      httpGet: { path: READY.path, port: 15020 },
      periodSeconds: 1,
      failureThreshold: 2,
    },
  },
};

/** As Linkerd: loopback is left alone, and so is its own user. */
const linkerd: Mesh = {
  name: 'linkerd',
  user: 2102,
  rules: `table ip mesh {
    chain pre { type nat hook prerouting priority -100
      tcp dport { 4190, 4191 } return
      meta l4proto tcp redirect to :4143
    }
    chain out { type nat hook output priority -100
      meta skuid 2102 return
      oifname "lo" return
      meta l4proto tcp redirect to :4140
    }
  }`,
  env: { INBOUND: '4143,4140' },
};

/** A transparent proxy: what comes in keeps its destination. */
const tproxy: Mesh = {
  name: 'tproxy',
  user: 0,
  rules: `table ip mesh {
    chain pre { type filter hook prerouting priority -150
      iifname "lo" return
      meta l4proto tcp tproxy to :15006
    }
  }`,
  env: { INBOUND: '15006', TRANSPARENT: 'yes' },
};

/** All of them. */
export const meshes: readonly Mesh[] = [istio, linkerd, tproxy];

/** The program of the proxies. `agentImage`: an image with nft and Node. */
export function meshObjects(namespace: string, agentImage: string): object {
  const program = readFileSync(new URL('proxy.mjs', import.meta.url), 'utf8');
  const data = Object.fromEntries(meshes.map(({ name, rules }) => [`${name}.nft`, `${rules}\n`]));
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'mesh', namespace },
        data: { ...data, 'proxy.mjs': program },
      },
      ...meshes.flatMap((mesh) => [workload(mesh, namespace, agentImage), service(mesh, namespace)]),
    ],
  };
}

function workload({ name, user, env, probes }: Mesh, namespace: string, image: string): object {
  const labels = { app: name };
  const mounts = [{ name: 'mesh', mountPath: '/mesh', readOnly: true }];
  const variables = Object.entries({ MESH: name, ...env }).map(([key, value]) => ({ name: key, value }));
  const podAddress = { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } };
  const privileged = { capabilities: { add: ['NET_ADMIN'] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 2,
          initContainers: [
            {
              name: 'redirect',
              image,
              imagePullPolicy: 'IfNotPresent',
              command: ['nft', '-f', `/mesh/${name}.nft`],
              securityContext: { runAsUser: 0, ...privileged },
              volumeMounts: mounts,
            },
          ],
          containers: [
            {
              name: 'app',
              image: demoImage,
              imagePullPolicy: 'IfNotPresent',
              command: ['node', '/pod/app.mjs'],
              ports: [{ name: 'app', containerPort: PORT }],
              readinessProbe: { httpGet: { path: '/', port: PORT }, periodSeconds: 1 },
              ...probes,
              volumeMounts: [{ name: 'programs', mountPath: '/pod', readOnly: true }],
            },
            {
              name: 'proxy',
              image,
              imagePullPolicy: 'IfNotPresent',
              command: ['node', '/mesh/proxy.mjs'],
              env: [...variables, podAddress],
              securityContext: { runAsUser: user, runAsGroup: user, ...(user === 0 ? privileged : {}) },
              volumeMounts: mounts,
            },
          ],
          volumes: [
            { name: 'mesh', configMap: { name: 'mesh' } },
            { name: 'programs', configMap: { name: 'sidecar-demo-programs' } },
          ],
        },
      },
    },
  };
}

function service({ name }: Mesh, namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      type: 'NodePort',
      selector: { app: name },
      ports: [{ name: 'app', port: PORT, targetPort: PORT }],
    },
  };
}
