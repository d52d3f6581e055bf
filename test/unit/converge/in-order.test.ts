import { describe, expect, it } from 'vitest';
import { inOrder } from '../../../src/converge/in-order.ts';
import type { Step } from '../../../src/model/plan.ts';

function aStep(resource: string, ...after: readonly string[]): Step<string> {
  return { resource, verb: 'create', cause: 'not found', destructive: false, after, operation: resource };
}

function orderOf(...steps: readonly Step<string>[]): readonly string[] {
  return inOrder(steps).map(({ resource }) => resource);
}

describe('the order of steps', () => {
  it('puts a step behind those it waits for, and sorts by name what could run at once', () => {
    expect(orderOf(aStep('c'), aStep('a', 'b'), aStep('b'))).toEqual(['b', 'a', 'c']);
  });

  it('does not mind what is not in the plan', () => {
    expect(orderOf(aStep('a', 'elsewhere'))).toEqual(['a']);
  });

  it.each([
    ['two steps', [aStep('files/app', 'container/app'), aStep('container/app', 'files/app')]],
    [
      'two steps that others wait for and that wait for others',
      [
        aStep('network', 'container/app'),
        aStep('container/app', 'holder/app', 'files/app'),
        aStep('files/app', 'container/app'),
        aStep('holder/app'),
      ],
    ],
  ])('is impossible when %s wait for each other, which is our own mistake', (_, steps) => {
    expect(() => orderOf(...steps)).toThrow(
      expect.objectContaining({
        code: 'internal',
        owner: 'devenv',
        message: 'steps of the plan wait for each other: container/app → files/app → container/app',
      }),
    );
  });

  it('names all of a longer round', () => {
    expect(() => orderOf(aStep('b', 'c'), aStep('c', 'a'), aStep('a', 'b'))).toThrow('a → b → c → a');
  });

  it('is impossible for a step that waits for itself', () => {
    expect(() => orderOf(aStep('a', 'a'))).toThrow('a → a');
  });
});
