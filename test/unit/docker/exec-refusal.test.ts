import { describe, expect, it } from 'vitest';
import { execRefusal, mayBeRefusal } from '../../../src/docker/exec-refusal.ts';

const spec = (program: string) => ({ command: [program], environment: {}, tty: false });
const OCI = 'OCI runtime exec failed: exec failed: unable to start container process: ';

describe('a program that could not be begun', () => {
  it.each([
    ['nosuch', `${OCI}exec: "nosuch": executable file not found in $PATH: unknown`, 126],
    ['/nosuch', `${OCI}exec: "/nosuch": stat /nosuch: no such file or directory: unknown\r\n`, 127],
    ['/tmp/x', 'exec /tmp/x: no such file or directory', 1],
    [
      'nosuch',
      'OCI runtime exec failed: exec failed: container_linux.go:380: starting container process caused: exec: "nosuch": executable file not found in $PATH: unknown',
      126,
    ],
  ])('was not found: %s', (program, words, exitCode) => {
    const error = execRefusal(spec(program), words, exitCode);
    expect(error).toMatchObject({ code: 'program-not-found' });
    expect(error?.message).toMatch(/^\S+ could not be run: [^:]+$/);
  });

  it.each([
    ['/etc', `${OCI}exec: "/etc": permission denied: unknown`, 126, 'permission denied'],
    ['/tmp/y', 'exec /tmp/y: exec format error', 255, 'exec format error'],
    [
      'true',
      `${OCI}chdir to cwd ("/nope") set in config.json failed: no such file or directory: unknown`,
      126,
      'chdir to cwd ("/nope") set in config.json failed: no such file or directory',
    ],
    [
      'true',
      'unable to find user nobody2: no matching entries in passwd file',
      126,
      'unable to find user nobody2: no matching entries in passwd file',
    ],
  ])('cannot be executed: %s, %s', (program, words, exitCode, why) => {
    expect(execRefusal(spec(program), words, exitCode)).toMatchObject({
      code: 'program-not-executable',
      message: `${program} could not be run: ${why}`,
    });
  });
});

it('takes a program that was begun at its own word', () => {
  expect(execRefusal(spec('cat'), `${OCI}exec: "nosuch": executable file not found`, 0)).toBeUndefined();
  expect(execRefusal(spec('sh'), 'sh: 1: nosuch: not found', 127)).toBeUndefined();
  expect(mayBeRefusal(spec('sh'), 'sh: 1: nosuch: not found')).toBe(false);
});
