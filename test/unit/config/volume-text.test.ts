import { describe, expect, it } from 'vitest';
import { isFault } from '../../../src/config/fault.ts';
import { mountTargetFault, parseVolumeText } from '../../../src/config/volume-text.ts';

describe('the short form of a mount', () => {
  it.each([
    ['./src:/app', 'bind', './src', '/app', false],
    ['.:/app', 'bind', '.', '/app', false],
    ['../lib:/lib:rw', 'bind', '../lib', '/lib', false],
    ['~/.ssh:/root/.ssh:ro', 'bind', '~/.ssh', '/root/.ssh', true],
    ['~:/home', 'bind', '~', '/home', false],
    ['/etc/hosts:/etc/hosts:ro', 'bind', '/etc/hosts', '/etc/hosts', true],
    ['./a b:/c d', 'bind', './a b', '/c d', false],
    ['data:/var/lib/data', 'volume', 'data', '/var/lib/data', false],
    ['Data_1.x-y:/data:ro', 'volume', 'Data_1.x-y', '/data', true],
    ['/data', 'volume', undefined, '/data', false],
    ['d:/data', 'volume', 'd', '/data', false],
    ['d:/data:ro', 'volume', 'd', '/data', true],
    ['./a:/b:cached', 'bind', './a', '/b', false],
    ['./a:/b:ro,delegated', 'bind', './a', '/b', true],
  ])('%j has its parts', (text, kind, source, target, readOnly) => {
    const parsed = parseVolumeText(text);
    if (isFault(parsed)) throw new Error(parsed.message);
    expect([parsed.kind, parsed.source, parsed.target, parsed.readOnly]).toEqual([
      kind,
      source,
      target,
      readOnly,
    ]);
    expect(text.slice(parsed.targetFrom, parsed.targetTo)).toBe(target);
  });

  it.each([
    ['src/app:/app', 'src/app', '"src/app" is neither a path nor the name of a volume'],
    ['~me/x:/x', '~me/x', '"~me/x" is neither a path nor the name of a volume'],
    ['_data:/x', '_data', '"_data" is neither a path nor the name of a volume'],
    ['data', 'data', 'the mount "data" has no colon'],
    ['', '', 'the mount "" has no colon'],
    [':/data', ':', 'the mount has no source'],
    ['C:\\src:/app', 'C:\\', '"C:\\\\" is a Windows path'],
    ['d:/src:/app', 'd:/', '"d:/" is a Windows path'],
    ['./a:/b:ro:x', './a:/b:ro:x', '"./a:/b:ro:x" has too many colons'],
    ['./a:/b:ro,U', 'ro,U', '"U" is no option of a mount'],
  ])('%j is at fault in %j', (text, part, message) => {
    const fault = parseVolumeText(text);
    if (!isFault(fault)) throw new Error('it is a mount');
    expect([text.slice(fault.from, fault.to), fault.message]).toEqual([part, message]);
  });

  it.each([
    ['app', 'the path "app" in the container is not absolute', 'write /app'],
    ['./app', 'the path "./app" in the container is not absolute', 'write /app'],
    ['', 'the mount has no target', 'name a path in the container, e.g. /app'],
    ['//', 'the root directory cannot be a mount’s target', 'name a path in the container, e.g. /app'],
  ])('the target %j is refused', (target, message, hint) => {
    expect(mountTargetFault(target)).toEqual({ message, hint });
  });

  it.each([
    ['./a:/b:z', 'z', undefined, false],
    ['./a:/b:ro,Z', 'Z', undefined, false],
    ['./a:/b:rslave', undefined, 'rslave', false],
    ['data:/b:nocopy', undefined, undefined, true],
  ])('%j has options', (text, selinux, propagation, noCopy) => {
    expect(parseVolumeText(text)).toMatchObject({ selinux, propagation, noCopy });
  });

  it('an absolute target is fine', () => {
    expect(mountTargetFault('/app/src')).toBeUndefined();
  });
});
