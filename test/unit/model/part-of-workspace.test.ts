import { describe, expect, it } from 'vitest';
import { ORDINARY_NAMESPACE } from '../../../src/model/container-settings.ts';
import { neededBy, partOfWorkspace } from '../../../src/model/part-of-workspace.ts';
import type { Dependency, Service } from '../../../src/model/workspace.ts';
import { aService, aTarget, aWorkspace } from '../../builders/workspace.ts';

function needs(...names: readonly string[]): readonly Dependency[] {
  return names.map((service) => ({ service, condition: 'service_started', required: true, restart: false }));
}

function shopOf(...services: readonly Service[]) {
  return aWorkspace('shop', ...services);
}

const shop = shopOf(
  aService({ name: 'mail' }),
  aService({ name: 'db' }),
  aService({ name: 'cache' }),
  aService({ name: 'api', dependsOn: needs('db', 'cache') }),
  aService({ name: 'web', dependsOn: needs('api') }),
);

describe('a part of a workspace', () => {
  it('has what its services need, and what that needs, in the order of the file', () => {
    expect([...neededBy(shop, ['web'])]).toEqual(['db', 'cache', 'api', 'web']);
    expect([...neededBy(shop, ['cache', 'mail'])]).toEqual(['mail', 'cache']);
    expect([...neededBy(shop, [])]).toEqual([]);
  });

  it('has what is not required, too: it is wanted where it can be had', () => {
    const [optional] = needs('db').map((one) => ({ ...one, required: false }));
    const services = shopOf(
      aService({ name: 'db' }),
      aService({ name: 'api', dependsOn: optional === undefined ? [] : [optional] }),
    );
    expect([...neededBy(services, ['api'])]).toEqual(['db', 'api']);
  });

  it('has the service in whose network another one is', () => {
    const networkMode = { kind: 'service', name: 'vpn' } as const;
    const services = shopOf(
      aService({ name: 'vpn' }),
      aService({ name: 'client', namespace: { ...ORDINARY_NAMESPACE, networkMode } }),
    );
    expect([...neededBy(services, ['client'])]).toEqual(['vpn', 'client']);
  });

  it('ends where services need each other, and where there is no service of a name', () => {
    const services = shopOf(
      aService({ name: 'chicken', dependsOn: needs('egg') }),
      aService({ name: 'egg', dependsOn: needs('chicken', 'farmer') }),
    );
    expect([...neededBy(services, ['egg', 'nobody'])]).toEqual(['chicken', 'egg']);
  });

  it('keeps all else, forwards among it', () => {
    const forward = { hostIp: '127.0.0.1', local: 5432, host: 'postgres', port: 5432 };
    const whole = { ...shop, forwards: [{ ...forward, target: aTarget('container/shop-api') }] };
    const part = partOfWorkspace(whole, ['db']);
    expect([...part.services.keys()]).toEqual(['db']);
    expect({ ...part, services: shop.services }).toEqual(whole);
  });
});
