import { isMarkName } from '../../match/index.ts';
import { quote } from '../tree.ts';
import type { Reading, Value } from './reading.ts';

/** What a name must be like to mark requests. */
export const MARK_FORM = 'it has 1 to 64 letters, digits and . _ -';

/**
 * The name that marks the requests of whoever reads the file: `--as` or `GEFYRA_AS`, else the user's on this machine.
 * Undefined where it cannot mark any, which is a problem of the value that asks for it.
 */
export function ownMark(value: Value, reading: Reading): string | undefined {
  const name = reading.as ?? reading.variablesOf(value).get('GEFYRA_USER') ?? '';
  if (isMarkName(name)) return name;
  reading.report(value, {
    code: 'bad-mark',
    message:
      name === ''
        ? '"mine" needs a name that marks requests, and you have none on this machine'
        : `your name ${quote(name)} cannot mark requests`,
    hint: `say another one with --as NAME or GEFYRA_AS; ${MARK_FORM}`,
  });
  return undefined;
}
