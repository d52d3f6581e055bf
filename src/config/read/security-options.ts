import { missingPath } from '../missing-path.ts';
import { expandPath } from './path.ts';
import { items, type Reading, stringIn, type Value } from './reading.ts';

/**
 * Reads options of the kernel's security modules. Of a seccomp profile in a file the engine wants the content, which
 * must be JSON; so may the profile itself, in the place of its path.
 */
export async function readSecurityOptions(
  value: Value | undefined,
  reading: Reading,
): Promise<readonly string[]> {
  const options: string[] = [];
  for (const item of items(value)) {
    const text = stringIn(item);
    if (text === undefined) continue;
    const profile = /^seccomp[=:](.+)$/.exec(text)?.[1];
    if (profile === undefined || profile === 'unconfined' || profile === 'builtin') {
      options.push(text.replace(/^([a-z-]+):/, '$1='));
      continue;
    }
    const content = isObject(profile)
      ? JSON.stringify(JSON.parse(profile))
      : await profileIn(item, expandPath(profile, item, reading), reading);
    if (content !== undefined) options.push(`seccomp=${content}`);
  }
  return options;
}

/** Whether it is a profile itself, as `devenv config` spells one that was read. */
function isObject(text: string): boolean {
  try {
    return /^\s*\{/.test(text) && typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

async function profileIn(item: Value, path: string, reading: Reading): Promise<string | undefined> {
  const { files } = reading;
  // Whoever only wants to clean up needs no profile.
  if (files === undefined) return undefined;
  const text = await reading.texts.read(path);
  if (text === undefined) {
    reading.report(item, { code: 'missing-profile', ...(await missingPath(path, files)) });
    return undefined;
  }
  try {
    return JSON.stringify(JSON.parse(text.source.text));
  } catch {
    const message = `${JSON.stringify(path)} is no seccomp profile: it is not JSON`;
    reading.report(item, {
      code: 'bad-profile',
      message,
      hint: 'name a profile, or write seccomp=unconfined',
    });
    return undefined;
  }
}
