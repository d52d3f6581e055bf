import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CASES,
  fingerprintOf,
  layOut,
  ROOT,
  readRecorded,
} from '../../../../scripts/compose-reference/cases.mjs';
import { formatWorkspace, loadWorkspace } from '../../../../src/config/index.ts';
import { canonical, type PrintedFile } from './canonical.ts';
import { type Difference, differences, isAboutEffectless, isIntended } from './differences.ts';
import { intendedDifferences, intendedRefusals } from './intended.ts';

const recorded = readRecorded();

describe('beside `docker compose config`', () => {
  let root: string;
  const verdicts = new Map<string, Verdict>();

  /** What both make of a project. */
  interface Verdict {
    readonly refusedBy: readonly ('devenv' | 'Compose')[];
    readonly names: readonly (string | undefined)[];
    readonly found: readonly Difference[];
  }

  beforeAll(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'devenv-reference-')));
    for (const project of CASES) verdicts.set(project.name, await compare(project));
  });
  afterAll(() => rm(root, { recursive: true }));

  async function compare(project: (typeof CASES)[number]): Promise<Verdict> {
    const { name, files, profiles, environment } = project;
    const { config, refused } = recorded[name] ?? {};
    const loaded = await loadWorkspace({
      directory: layOut(project, root),
      files,
      profiles,
      environment: { ...environment, HOME: root },
    });
    const isHere = 'workspace' in loaded;
    const refusedBy = [
      ...(isHere ? [] : ['devenv' as const]),
      ...(refused === undefined ? [] : ['Compose' as const]),
    ];
    if (!isHere || refusedBy.length > 0) return { refusedBy, names: [], found: [] };
    const text = formatWorkspace(loaded.workspace, { format: 'json', showSecrets: true });
    const here: PrintedFile = JSON.parse(text.replaceAll(root, ROOT));
    const found = differences(name, canonical(here, environment), canonical(config, environment));
    return { refusedBy, names: [loaded.workspace.name, config.name], found };
  }

  it('stands what was recorded of these very files', () => {
    const stale = CASES.filter((project) => recorded[project.name]?.fingerprint !== fingerprintOf(project));
    expect(
      stale.map(({ name }) => name),
      'npm run corpus -- --record',
    ).toEqual([]);
  });

  it.each(CASES.map(({ name }) => name))('is the same, or differs as intended: %s', (name) => {
    const { refusedBy = [], names = [], found = [] } = verdicts.get(name) ?? {};
    const expected = intendedRefusals[name]?.by;
    if (expected !== undefined) expect(refusedBy).toEqual([expected]);
    else expect(refusedBy).not.toHaveLength(1);
    expect(names[0]).toBe(names[1]);
    const unexplained = found.filter(
      (one) => !isAboutEffectless(one) && !intendedDifferences.some((intended) => isIntended(intended, one)),
    );
    expect(
      unexplained.map(
        ({ path, here, there }) => `${path}: ${JSON.stringify(here)}, not ${JSON.stringify(there)}`,
      ),
    ).toEqual([]);
  });

  it('differs in all that is intended to differ', () => {
    const all = [...verdicts.values()].flatMap(({ found }) => found);
    const absent = intendedDifferences.filter((intended) => !all.some((one) => isIntended(intended, one)));
    expect(absent).toEqual([]);
    expect(Object.keys(intendedRefusals).filter((name) => !verdicts.has(name))).toEqual([]);
  });
});
