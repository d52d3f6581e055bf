// What runs in the cluster from its beginning: the DNS server.
import { COREDNS_IMAGE } from './images.mjs';
import { CLUSTER_DOMAIN, DNS_SERVICE } from './network.mjs';

const NAME = 'kube-dns';
const NAMESPACE = 'kube-system';

/** Answers for the cluster, and for what the tests take for the world outside; no query leaves this machine. */
const COREFILE = `${CLUSTER_DOMAIN} in-addr.arpa ip6.arpa {
  errors
  health :8080
  ready :8181
  cache 5
  kubernetes ${CLUSTER_DOMAIN} in-addr.arpa ip6.arpa {
    pods insecure
  }
}
outside.test {
  errors
  file /etc/coredns/outside.zone
}
. {
  errors
  file /etc/coredns/nothing.zone .
}
`;

const NOTHING_ZONE = `$ORIGIN .
@ 5 IN SOA ns.invalid. nobody.invalid. 1 60 60 60 5
@ 5 IN NS ns.invalid.
`;

/** The same records as those of the resolver that the scenarios on Docker have. */
const OUTSIDE_ZONE = `$ORIGIN outside.test.
@ 5 IN SOA ns nobody 1 60 60 60 5
@ 5 IN NS ns
@ 5 IN TXT "a text" "in two strings"
@ 5 IN MX 10 mail
ns 5 IN A 192.0.2.1
www 5 IN A 192.0.2.10
www 5 IN A 192.0.2.11
www 5 IN AAAA 2001:db8::10
alias 5 IN CNAME www
_chat._tcp 5 IN SRV 1 2 5222 www
long 5 IN TXT ${Array.from({ length: 40 }, (_, index) => `"${`${index} `.padEnd(100, '.')}"`).join(' ')}
`;

/** @returns {object} a list as the API server takes it from kubectl */
export function systemManifests() {
  const metadata = { name: NAME, namespace: NAMESPACE };
  const labels = { 'k8s-app': NAME };
  const files = { Corefile: COREFILE, 'outside.zone': OUTSIDE_ZONE, 'nothing.zone': NOTHING_ZONE };
  const rights = [
    { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  ];
  const container = {
    name: 'coredns',
    image: COREDNS_IMAGE,
    imagePullPolicy: 'Never',
    args: ['-conf', '/etc/coredns/Corefile'],
    volumeMounts: [{ name: 'configuration', mountPath: '/etc/coredns', readOnly: true }],
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
  };
  const items = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: files },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: NAME },
      rules: rights,
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: NAME },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAME },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        clusterIP: DNS_SERVICE,
        selector: labels,
        ports: ['UDP', 'TCP'].map((protocol) => ({
          name: `dns-${protocol.toLowerCase()}`,
          port: 53,
          protocol,
        })),
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: NAME,
            dnsPolicy: 'Default',
            terminationGracePeriodSeconds: 1,
            containers: [container],
            volumes: [{ name: 'configuration', configMap: { name: NAME } }],
          },
        },
      },
    },
  ];
  return { apiVersion: 'v1', kind: 'List', items };
}
