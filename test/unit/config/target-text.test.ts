import { describe, expect, it } from 'vitest';
import { isFault } from '../../../src/config/fault.ts';
import { parseTargetText, targetForms } from '../../../src/config/target-text.ts';

describe('a target', () => {
  it('is a container by name', () => {
    expect(parseTargetText('container/shop-api')).toEqual({ kind: 'container', path: ['shop-api'] });
  });

  it('is a service of a Compose project', () => {
    expect(parseTargetText('compose/shop/api')).toEqual({ kind: 'compose', path: ['shop', 'api'] });
  });

  it.each([
    ['deployment/api', { kind: 'deployment', path: ['api'] }],
    ['deployment/api/app', { kind: 'deployment', path: ['api', 'app'] }],
    ['deploy/api', { kind: 'deployment', path: ['api'] }],
    ['deployments.apps/api', { kind: 'deployment', path: ['api'] }],
    ['sts/db.main', { kind: 'statefulset', path: ['db.main'] }],
    ['rs/x', { kind: 'replicaset', path: ['x'] }],
    ['ds/x', { kind: 'daemonset', path: ['x'] }],
    ['po/x-0', { kind: 'pod', path: ['x-0'] }],
  ])('%j is a workload on Kubernetes, as kubectl spells it', (text, target) => {
    expect(parseTargetText(text)).toEqual(target);
  });

  it.each([
    ['svc/shop', { kind: 'service', path: ['shop'] }],
    ['service/shop/app', { kind: 'service', path: ['shop', 'app'] }],
    ['shop:deployment/api/app', { kind: 'deployment', path: ['api', 'app'], namespace: 'shop' }],
    ['deployment:svc/api', { kind: 'service', path: ['api'], namespace: 'deployment' }],
    ['pod/x-0/container/app', { kind: 'pod', path: ['x-0', 'app'] }],
    ['shop:deploy/api/container/app', { kind: 'deployment', path: ['api', 'app'], namespace: 'shop' }],
  ])('%j is one behind a Service, in another namespace, or as mirrord spells it', (text, target) => {
    expect(parseTargetText(text)).toEqual(target);
  });

  it.each([
    'job/x',
    'cronjob/x',
    'cj/x',
    'shop:cronjobs.batch/x',
    'rollout/x',
    'rollouts.argoproj.io/x',
    'dc/x',
    'ingress/x',
    'httproute/x',
    'kafkas.kafka.strimzi.io/x',
  ])('%j is refused with the kinds there are', (text) => {
    const fault = parseTargetText(text);
    const kind = text.replace(/^shop:|\/x$/g, '');
    expect(isFault(fault) && fault.hint).toContain(targetForms.kubernetes);
    expect(isFault(fault) && text.slice(fault.from, fault.to)).toBe(kind);
  });

  it.each([
    ['Shop:deployment/x', 'Shop', 'at most 63 lower-case letters, digits and - are allowed'],
    [':deployment/x', '', 'at most 63 lower-case letters, digits and - are allowed'],
    ['shop:container/x', 'shop:', 'remove it'],
    ['shop:deployment/X', 'X', 'lower-case letters, digits, . and - are allowed'],
    ['pod/x/container/A', 'A', 'lower-case letters, digits and - are allowed'],
  ])('%j is at fault in %j', (text, part, hint) => {
    const fault = parseTargetText(text);
    expect(isFault(fault) && [text.slice(fault.from, fault.to), fault.hint]).toEqual([part, hint]);
  });

  it.each([
    ['deploymnet/api/app', 'bad-target', 'did you mean deployment/api/app?'],
    ['deployment:api', 'bad-target', 'write deployment/api'],
    ['deployment/', 'bad-target', 'write deployment/NAME or deployment/NAME/CONTAINER'],
    ['pod/a/b/c', 'bad-target', 'write pod/NAME or pod/NAME/CONTAINER'],
    ['sts/Db', 'bad-target', 'lower-case letters, digits, . and - are allowed'],
    ['pod/x/a.b', 'bad-target', 'lower-case letters, digits and - are allowed'],
    [`pod/x/${'a'.repeat(64)}`, 'bad-target', 'at most 63 characters are allowed'],
    ['conteiner/x', 'bad-target', 'did you mean container/x?'],
    ['composer/shop/api', 'bad-target', 'did you mean compose/shop/api?'],
    ['function/x', 'bad-target', `write ${targetForms.kubernetes}; on Docker ${targetForms.docker}`],
    ['api', 'bad-target', 'write deployment/api, container/api, or another kind of target'],
    ['', 'bad-target', 'write deployment/NAME, container/NAME, or another kind of target'],
    ['container:api', 'bad-target', 'write container/api'],
    ['compose:shop:api', 'bad-target', 'write compose/shop/api'],
    ['container/a/b', 'bad-target', 'write container/NAME'],
    ['container/', 'bad-target', 'write container/NAME'],
    ['compose/shop', 'bad-target', 'write compose/PROJECT/SERVICE'],
    ['compose//api', 'bad-target', 'write compose/PROJECT/SERVICE'],
    ['container/-api', 'bad-target', 'letters, digits, _ . and - are allowed'],
  ])('%j is refused', (text, code, hint) => {
    const fault = parseTargetText(text);
    expect(isFault(fault) && [fault.code, fault.hint]).toEqual([code, hint]);
  });

  it('is at fault in the name that is malformed', () => {
    const text = 'compose/shop/a b';
    const fault = parseTargetText(text);
    expect(isFault(fault) && text.slice(fault.from, fault.to)).toBe('a b');
  });
});
