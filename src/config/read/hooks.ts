import type { Hook } from '../../model/hook.ts';
import { subject } from '../wording.ts';
import { readCommand } from './command.ts';
import { readEnvironment } from './environment.ts';
import { booleanIn, items, type Reading, under, type Value } from './reading.ts';
import { readUser } from './user.ts';
import { readWorkingDir } from './working-dir.ts';

/** Reads `post_start` or `pre_stop`. */
export async function readHooks(value: Value | undefined, reading: Reading): Promise<readonly Hook[]> {
  const hooks: Hook[] = [];
  for (const item of items(value)) {
    const at = (key: string) => under(item, key);
    hooks.push({
      command: readHookCommand(at('command'), reading),
      user: readUser(at('user'), reading),
      privileged: booleanIn(at('privileged')) ?? false,
      workingDir: readWorkingDir(at('working_dir'), 'the service', reading),
      environment: await readEnvironment(undefined, at('environment'), reading),
    });
  }
  return hooks;
}

function readHookCommand(value: Value | undefined, reading: Reading): readonly string[] {
  const words = readCommand(value, 'maybe empty', reading);
  if (value !== undefined && words?.length === 0) {
    reading.report(value, {
      code: 'empty-command',
      message: `${subject(value.path)} is empty`,
      hint: 'write what runs in the container, for example `command: ./seed.sh`, or remove the item',
    });
  }
  return words ?? [];
}
