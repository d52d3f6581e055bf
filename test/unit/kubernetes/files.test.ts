import type { V1PodSpec, V1Volume } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import type { CarriedFile } from '../../../src/common/tar.ts';
import { readFiles } from '../../../src/kubernetes/files.ts';
import { waysToFiles } from '../../../src/kubernetes/ways-to-files.ts';
import { aPod, aTinyCluster } from './tiny-cluster.ts';

const objects = {
  '/api/v1/namespaces/shop/configmaps/scripts': {
    data: { 'check.sh': '#!/bin/sh\n', 'notes.txt': 'n' },
  },
  '/api/v1/namespaces/shop/secrets/keys': { data: { id: Buffer.from('not-a-key').toString('base64') } },
  '/api/v1/namespaces/shop/serviceaccounts/default/token': { status: { token: 'a-token' } },
};

async function filesAt(
  path: string,
  volume: Omit<V1Volume, 'name'>,
  { subPath, ...spec }: Partial<V1PodSpec> & { subPath?: string } = {},
) {
  const at = { name: 'v', mountPath: '/in', ...(subPath === undefined ? {} : { subPath }) };
  const pod = aPod('modes', {
    volumes: [{ name: 'v', ...volume }],
    containers: [{ name: 'app', volumeMounts: [at] }],
    ...spec,
  });
  await using cluster = await aTinyCluster({ objects, pods: [pod] });
  const files = await readFiles(cluster.api, { kind: 'pod', path: ['modes'] }, path);
  return files.map(listed);
}

/** As `ls -l` has it. */
function listed({ path, mode, uid, gid, content }: CarriedFile): string {
  return `${mode.toString(8)} ${uid}:${gid} ${path} ${content.toString().trim()}`;
}

const scripts = { configMap: { name: 'scripts', items: [{ key: 'check.sh', path: 'check.sh' }] } };

describe('files of a volume have the permission bits that the pod sees', () => {
  it.each([
    ['those of every volume that says nothing', scripts, '644 0:0 check.sh #!/bin/sh'],
    ['its own', { configMap: { ...scripts.configMap, defaultMode: 0o755 } }, '755 0:0 check.sh #!/bin/sh'],
    [
      'those of an item',
      {
        configMap: {
          name: 'scripts',
          defaultMode: 0o600,
          items: [{ key: 'check.sh', path: 'bin/run', mode: 0o500 }],
        },
      },
      '500 0:0 bin/run #!/bin/sh',
    ],
    ['of a Secret', { secret: { secretName: 'keys', defaultMode: 0o400 } }, '400 0:0 id not-a-key'],
    [
      'of a projected volume',
      { projected: { defaultMode: 0o440, sources: [{ secret: { name: 'keys' } }] } },
      '440 0:0 id not-a-key',
    ],
    [
      'of the downward API',
      {
        downwardAPI: {
          defaultMode: 0o400,
          items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' }, mode: 0o444 }],
        },
      },
      '444 0:0 name modes',
    ],
  ])('%s', async (_, volume, expected) => {
    expect(await filesAt('/in', volume)).toEqual([expected]);
  });

  it('and are open to the group that the pod gives its volumes', async () => {
    const securityContext = { fsGroup: 2000 };
    const volume = { secret: { secretName: 'keys', defaultMode: 0o400 } };
    expect(await filesAt('/in', volume, { securityContext })).toEqual(['440 0:2000 id not-a-key']);
  });

  it('a token is for everybody, or for those alone that the pod says it runs as', async () => {
    const volume = { projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } };
    expect(await filesAt('/in', volume)).toEqual(['644 0:0 token a-token']);
    expect(await filesAt('/in', volume, { securityContext: { runAsUser: 1000 } })).toEqual([
      '600 1000:0 token a-token',
    ]);
    expect(await filesAt('/in', volume, { securityContext: { fsGroup: 2000 } })).toEqual([
      '640 0:2000 token a-token',
    ]);
  });
});

describe('a single file', () => {
  it.each([
    ['that is mounted alone', '/in', { subPath: 'check.sh' }],
    ['of a directory', '/in/check.sh', {}],
  ])('%s comes alone', async (_, path, more) => {
    expect(await filesAt(path, scripts, more)).toEqual(['644 0:0  #!/bin/sh']);
  });

  it('below a part of a volume is found', async () => {
    const items = [{ key: 'notes.txt', path: 'deep/er/notes.txt' }];
    const volume = { configMap: { name: 'scripts', items } };
    expect(await filesAt('/in', volume, { subPath: 'deep' })).toEqual(['644 0:0 er/notes.txt n']);
    await expect(filesAt('/in/nowhere', volume, { subPath: 'deep' })).rejects.toMatchObject({
      message: expect.stringContaining('its volume v has no deep/nowhere'),
    });
  });
});

describe('files of a volume with data of its own', () => {
  const mounts = (...volumeMounts: { name: string; mountPath: string; subPath?: string }[]) => volumeMounts;
  const pod = {
    volumes: [{ name: 'd', emptyDir: {} }],
    initContainers: [{ name: 'ended', volumeMounts: mounts({ name: 'd', mountPath: '/data' }) }],
    containers: [
      { name: 'bare', volumeMounts: mounts({ name: 'd', mountPath: '/data' }) },
      { name: 'whole', volumeMounts: mounts({ name: 'd', mountPath: '/srv' }) },
      { name: 'part', volumeMounts: mounts({ name: 'd', mountPath: '/only', subPath: 'keys' }) },
      { name: 'other', volumeMounts: mounts({ name: 'e', mountPath: '/data' }) },
    ],
  };

  it('can be read in every container that mounts the same part of it', () => {
    expect(waysToFiles(pod, 'bare', '/data/keys/a')).toEqual([
      { container: 'bare', path: '/data/keys/a' },
      { container: 'whole', path: '/srv/keys/a' },
      { container: 'part', path: '/only/a' },
    ]);
    expect(waysToFiles(pod, 'part', '/only')).toEqual([
      { container: 'part', path: '/only' },
      { container: 'bare', path: '/data/keys' },
      { container: 'whole', path: '/srv/keys' },
    ]);
  });

  it('are in one container alone where they are not in a volume', () => {
    expect(waysToFiles(pod, 'bare', '/etc/ssl')).toEqual([{ container: 'bare', path: '/etc/ssl' }]);
  });
});
