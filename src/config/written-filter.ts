import type { Alternative, Filter, PathTest, TextTest } from '../match/index.ts';

type Written = Readonly<Record<string, unknown>>;

/** The keys of a bridge that say which requests it takes, each in the shortest form that means the same. */
export function writtenFilter(filter: Filter | undefined): Written {
  if (filter === undefined) return {};
  const { match, except } = filter;
  return {
    match: match === undefined ? undefined : oneOrAll(match.map(writtenAlternative)),
    except: except.length === 0 ? undefined : except.map(writtenAlternative),
  };
}

function writtenAlternative(alternative: Alternative): Written {
  const keys: Record<string, unknown> = {};
  for (const condition of alternative) {
    switch (condition.of) {
      case 'mark':
        keys['mark'] = condition.name;
        break;
      case 'method':
        keys['methods'] = condition.anyOf;
        break;
      case 'path':
        keys['path'] = oneOrAll(condition.anyOf.map(writtenPath));
        break;
      default:
        keys[NAMED[condition.of]] ??= writtenTests(alternative, condition.of);
    }
  }
  return keys;
}

const NAMED = { header: 'headers', baggage: 'baggage', cookie: 'cookies', query: 'query' } as const;

function writtenTests(alternative: Alternative, of: keyof typeof NAMED): Written {
  return Object.fromEntries(
    alternative.flatMap((condition) =>
      'test' in condition && condition.of === of ? [[condition.name, writtenTest(condition.test)]] : [],
    ),
  );
}

function writtenTest(test: TextTest): unknown {
  if (test.kind === 'exists') return { exists: true };
  return test.kind === 'exact' ? test.text : { [test.kind]: test.text };
}

function writtenPath({ kind, text }: PathTest): Written | string {
  return kind === 'below' ? text : { [kind]: text };
}

function oneOrAll<Item>(all: readonly Item[]): Item | readonly Item[] {
  const [first, second] = all;
  return first !== undefined && second === undefined ? first : all;
}
