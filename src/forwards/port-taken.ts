import { DevenvError, systemCode } from '../common/errors.ts';
import { type Forward, forwardedText } from '../model/forward.ts';

/** Another port of people's choice is so far away. */
const HIGH = 10_000;

/** The error of a port of this machine on which nothing can listen, from what the system says. */
export function portTaken(forward: Forward, error: unknown): DevenvError {
  const { hostIp, local } = forward;
  const to = forwardedText(forward);
  const of = `port ${local} of ${hostIp} on this machine`;
  const other = local < HIGH ? local + HIGH : local - HIGH;
  const again = `forward another one: "${other}:${to}"`;
  const [why, hint] = whyNot(systemCode(error), again);
  return new DevenvError({
    code: 'port-taken',
    message: `${to} cannot be forwarded: ${of} ${why}`,
    hint,
    owner: 'user',
    cause: error,
  });
}

function whyNot(code: string | undefined, again: string): readonly [why: string, hint: string] {
  switch (code) {
    case 'EACCES':
      return ['may not be listened on by this user', again];
    case 'EADDRNOTAVAIL':
      return [
        'is not there: this machine has no such address',
        'name one of its addresses, or none for 127.0.0.1',
      ];
    default:
      return ['is taken', `end what listens there (ss -ltnp shows it), or ${again}`];
  }
}
