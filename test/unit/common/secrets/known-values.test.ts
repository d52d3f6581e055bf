import { expect, it } from 'vitest';
import { DevenvError } from '../../../../src/common/errors.ts';
import { maskedError, valueMask } from '../../../../src/common/secrets/known-values.ts';

const mask = valueMask(
  {
    POSTGRES_PASSWORD: 'postgres',
    OPAQUE: 'of a workload',
    DATABASE_URL: 'amqp://u:sesame@q',
    LEVEL: 'info',
    SECRET: 'ab',
    HOME_DIR: '/home/shop',
    EMPTY: '',
  },
  ['shop', 'postgres:16'],
);

it.each([
  ['invalid entry LEVEL=info, POSTGRES_PASSWORD=postgres', 'invalid entry LEVEL=***, POSTGRES_PASSWORD=***'],
  ['bad value of a workload', 'bad value ***'],
  ['cannot log in with sesame', 'cannot log in with ***'],
  ['no image postgres:16; at level info', 'no image postgres:16; at level info'],
  ['no such directory: /home/shop', 'no such directory: /home/shop'],
  ['about abc EMPTY=', 'about abc EMPTY='],
])('%j is told as %j', (text, masked) => {
  expect(mask(text)).toBe(masked);
});

it('an error loses them in all its words, and nothing else', () => {
  const facts = {
    code: 'engine-failed',
    message: 'not of a workload',
    hint: 'OPAQUE=of a workload',
    evidence: ['x', 'of a workload'],
    owner: 'environment',
  } as const;
  expect(maskedError(new DevenvError(facts), mask)).toMatchObject({
    ...facts,
    message: 'not ***',
    hint: 'OPAQUE=***',
    evidence: ['x', '***'],
  });
});
