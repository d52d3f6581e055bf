import { describe, expect, it } from 'vitest';
import { isFault } from '../../../src/config/fault.ts';
import { parseTargetText } from '../../../src/config/target-text.ts';

describe('a target', () => {
  it('is a container by name', () => {
    expect(parseTargetText('container/shop-api')).toEqual({ kind: 'container', path: ['shop-api'] });
  });

  it('is a service of a Compose project', () => {
    expect(parseTargetText('compose/shop/api')).toEqual({ kind: 'compose', path: ['shop', 'api'] });
  });

  it.each([
    ['deployment/api/app', 'unsupported-platform', 'targets are container/NAME and compose/PROJECT/SERVICE'],
    ['sts/db', 'unsupported-platform', 'targets are container/NAME and compose/PROJECT/SERVICE'],
    ['pod/x', 'unsupported-platform', 'targets are container/NAME and compose/PROJECT/SERVICE'],
    ['conteiner/x', 'bad-target', 'did you mean container/x?'],
    ['composer/shop/api', 'bad-target', 'did you mean compose/shop/api?'],
    ['function/x', 'bad-target', 'write container/NAME or compose/PROJECT/SERVICE'],
    ['api', 'bad-target', 'write container/api or compose/PROJECT/SERVICE'],
    ['', 'bad-target', 'write container/NAME or compose/PROJECT/SERVICE'],
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
