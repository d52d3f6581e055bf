import { DevenvError } from '../common/errors.ts';
import type { SessionIdentity } from './identity.ts';
import { label } from './labels.ts';

/** Whose a session is, as others are told of it. */
export interface SessionOwner {
  /** Id of the session. */
  readonly session: string;
  /** `user@host`. */
  readonly user: string;
  /** Absolute path of the file it came from. */
  readonly file: string;
  /** When it began, milliseconds since 1970; undefined = that is not known. */
  readonly since: number | undefined;
}

/** The labels that say whose something is. */
export function ownerLabels(
  { id, user, since }: SessionIdentity,
  file: string,
): Readonly<Record<string, string>> {
  return {
    [label.session]: id,
    [label.owner]: user,
    [label.since]: String(since),
    [label.file]: file,
  };
}

/** Whose something is, from its labels. */
export function ownerIn(labels: Readonly<Record<string, string>>): SessionOwner {
  const since = Number(labels[label.since]);
  return {
    session: labels[label.session] ?? '',
    user: labels[label.owner] ?? 'somebody',
    file: labels[label.file] ?? 'an unknown file',
    since: Number.isSafeInteger(since) && since > 0 ? since : undefined,
  };
}

/** An owner as part of a sentence, e.g. `ann@laptop from /home/ann/shop/gefyra.yaml since 2026-01-31 09:05 UTC`. */
export function ownerText({ user, file, since }: Omit<SessionOwner, 'session'>): string {
  const begun = since === undefined ? undefined : new Date(since).toISOString();
  return `${user} from ${file}${begun === undefined ? '' : ` since ${begun.slice(0, 10)} ${begun.slice(11, 16)} UTC`}`;
}

/** A session of this project lives elsewhere: on another machine, as another user, or with another runtime directory. */
export function projectIsUp(project: string, owner: SessionOwner, evidence?: readonly string[]): DevenvError {
  return new DevenvError({
    code: 'session-conflict',
    message: `project ${project} is up already, by ${ownerText(owner)}`,
    hint: 'end it there, or give this one another name with `-p` or `name:`',
    owner: 'user',
    ...(evidence === undefined ? {} : { evidence }),
  });
}

/** Something of this project is there, and whether its session lives cannot be told from here. */
export function projectMayBeUp(project: string, owner: SessionOwner): DevenvError {
  return new DevenvError({
    code: 'session-conflict',
    message: `project ${project} may be up already, by ${ownerText(owner)}: whether that session lives cannot be told from here`,
    hint: `end it there, or give this one another name with \`-p\` or \`name:\`; if it is gone: devenv down --force -p ${project}`,
    owner: 'user',
  });
}
