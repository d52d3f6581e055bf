import { describe, expect, it } from 'vitest';
import type { TargetRef } from '../../../src/model/workspace.ts';
import { refuseOtherPlace } from '../../../src/session/other-place.ts';
import { aService, aWorkspace } from '../../builders/workspace.ts';

const target = (namespace?: string): TargetRef => ({
  kind: 'deployment',
  path: ['api'],
  ...(namespace === undefined ? {} : { namespace }),
});

/** A file whose service has the variables of workloads in these namespaces. */
function aFile(allow: readonly string[] | undefined, ...namespaces: readonly (string | undefined)[]) {
  const envFrom = namespaces.map((namespace) => ({
    target: target(namespace),
    include: ['*'],
    exclude: [],
  }));
  const workspace = aWorkspace('shop', aService({ envFrom }));
  const { connection } = workspace;
  return {
    ...workspace,
    connection: { ...connection, platform: 'kubernetes' as const, namespace: 'shop', allow },
  };
}

const namesIn = (namespace: string) => [`staging/${namespace}`, 'staging'];

describe('a file that was changed while its session runs', () => {
  it('may not name another namespace of the connection', () => {
    const before = aFile(undefined, undefined);
    const after = { ...before, connection: { ...before.connection, namespace: 'staff' } };
    expect(() => refuseOtherPlace(after, before, namesIn)).toThrow(
      /namespace of the connection cannot change/,
    );
  });

  it('may name targets in namespaces that it allows', () => {
    const before = aFile(['staging/shop'], undefined);
    expect(() => refuseOtherPlace(aFile(['staging/shop'], 'staff'), before, namesIn)).toThrow(
      /namespace staff is none of the places/,
    );
    for (const allow of [undefined, ['staging'], ['staging/shop', 'staging/staff']])
      expect(() => refuseOtherPlace(aFile(allow, 'staff'), before, namesIn)).not.toThrow();
  });

  it('may name those that it named before, that of the connection, and any on this machine', () => {
    const allow = ['staging/shop'];
    const before = aFile(allow, 'staff');
    expect(() => refuseOtherPlace(aFile(allow, 'staff', 'shop'), before, namesIn)).not.toThrow();
    expect(() => refuseOtherPlace(aFile(allow, 'other'), before, undefined)).not.toThrow();
  });
});
