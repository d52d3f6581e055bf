import type { Healthcheck } from '../../model/workspace.ts';
import { yamlText } from '../yaml-text.ts';
import { readDuration } from './duration.ts';
import { booleanIn, integerIn, items, type Reading, stringIn, under, type Value } from './reading.ts';

/** Reads how the engine finds out whether a service works; undefined when the file leaves it to the image. */
export function readHealthcheck(value: Value | undefined, reading: Reading): Healthcheck | undefined {
  const testPlace = under(value, 'test');
  const disablePlace = under(value, 'disable');
  const timing = {
    intervalMs: defaultIfZero(readDuration(under(value, 'interval'), '0', reading)),
    timeoutMs: defaultIfZero(readDuration(under(value, 'timeout'), '0', reading)),
    retries: defaultIfZero(integerIn(under(value, 'retries'))),
    startPeriodMs: readDuration(under(value, 'start_period'), '0', reading),
    startIntervalMs: defaultIfZero(readDuration(under(value, 'start_interval'), '0', reading)),
  };
  const test = readTest(testPlace, reading);
  if (value === undefined || value.node.kind !== 'mapping') return undefined;
  const disabled = booleanIn(disablePlace) ?? false;
  if (disabled && disablePlace !== undefined && testPlace !== undefined && test?.[0] !== 'NONE')
    reading.note(testPlace, 'test', 'the health check is disabled');
  const healthcheck = made(disabled, test, timing);
  return reading.remember(healthcheck, value, { test: testPlace ?? disablePlace });
}

function made(
  disabled: boolean,
  test: readonly string[] | undefined,
  timing: Omit<Extract<Healthcheck, { kind: 'image' }>, 'kind'>,
): Healthcheck {
  if (disabled || test?.[0] === 'NONE') return { kind: 'none' };
  if (test === undefined) return { kind: 'image', ...timing };
  return {
    kind: 'test',
    test,
    intervalMs: timing.intervalMs ?? 30_000,
    timeoutMs: timing.timeoutMs ?? 30_000,
    retries: timing.retries ?? 3,
    startPeriodMs: timing.startPeriodMs ?? 0,
    startIntervalMs: timing.startIntervalMs ?? 5_000,
  };
}

/** Engines, and with them Compose, take zero for what they do without a number. */
function defaultIfZero(number: number | undefined): number | undefined {
  return number === 0 ? undefined : number;
}

/** The test in the engine's form: a string is for the shell. */
function readTest(value: Value | undefined, reading: Reading): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const bad = (place: Value, message: string, hint: string) => {
    reading.report(place, { code: 'bad-healthcheck', message, hint });
    return undefined;
  };
  const text = stringIn(value);
  if (text !== undefined) {
    if (text.trim() !== '') return ['CMD-SHELL', text];
    return bad(value, '"test" is empty', 'write `disable: true` for no health check');
  }
  if (value.node.kind !== 'sequence') return undefined;
  const words = items(value).flatMap((item) => stringIn(item) ?? []);
  if (words.length < value.node.items.length) return undefined;
  const [first, ...rest] = words;
  switch (first) {
    case undefined:
      return bad(
        value,
        '"test" is an empty list',
        'write, for example, `test: ["CMD", "curl", "-f", "http://127.0.0.1"]`',
      );
    case 'NONE':
      return rest.length === 0
        ? words
        : bad(value, 'nothing may follow NONE in "test"', 'write `disable: true`');
    case 'CMD':
      if (rest.length > 0) return words;
      return bad(value, 'a program is missing behind CMD', 'name it as the next item of the list');
    case 'CMD-SHELL':
      if (rest.length === 1) return words;
      return bad(
        value,
        rest.length === 0
          ? 'a command is missing behind CMD-SHELL'
          : 'CMD-SHELL takes one text for the shell',
        `write \`test: ${yamlText(rest.join(' ') || 'curl -f http://127.0.0.1')}\``,
      );
    default: {
      const place = items(value)[0] ?? value;
      const hint = `write \`test: ${yamlText(['CMD', ...words])}\``;
      return bad(place, '"test" must begin with CMD, CMD-SHELL or NONE', hint);
    }
  }
}
