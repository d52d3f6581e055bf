import { describe, expect, it } from 'vitest';
import { interpreterIn } from '../../../src/debuggers/index.ts';

describe('the interpreter of a script', () => {
  it.each([
    ['#!/usr/bin/python3\nimport sys', ['/usr/bin/python3']],
    ['#! /usr/bin/python3 -s \r\n', ['/usr/bin/python3', '-s']],
    ['#!/usr/bin/env python3\n', ['python3']],
    ['#!/usr/bin/env -S node --no-warnings\n', ['node', '--no-warnings']],
    ['#!/usr/bin/env -S LANG=C node\n', ['node']],
    ["#!/bin/sh\n'''exec' \"/opt/my shop/bin/python\" \"$0\" \"$@\"\n' '''\n", ['/opt/my shop/bin/python']],
    ['#!/bin/sh\n\'\'\'exec\' /opt/long/bin/python3 "$0" "$@"\n', ['/opt/long/bin/python3']],
    ['#!/bin/sh\nexec python "$@"\n', ['/bin/sh']],
    ['#!/usr/bin/env\n', undefined],
    ['#!\n/usr/bin/python', undefined],
    ['\u007fELF\u0002', undefined],
    ['', undefined],
  ])('%j', (content, expected) => {
    expect(interpreterIn(content)).toEqual(expected);
  });
});
