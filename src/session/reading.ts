import type { Workspace } from '../model/workspace.ts';

/** How a command has read the files of a project: all that it takes to read them again as it did. Survives JSON. */
export interface Reading {
  /** Absolute path of the directory where relative paths of the choice begin. */
  readonly directory: string;
  /** Variables of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Which files it was given, and what of them counts. */
  readonly choice: ReadingChoice;
  /** Standard input, where it is one of the files; absent where it is not. */
  readonly input?: string;
  /** Absolute paths of everything that the result depended on, there or not. */
  readonly files: readonly string[];
}

/** Words of the command line that choose what is read; absent = as if there were no such word. */
export interface ReadingChoice {
  /** `-f`, repeatable: the files, later ones over earlier ones; `-` is standard input. */
  readonly file?: readonly string[];
  /** `--no-override` makes it false: the person's own layer is left out. */
  readonly override?: boolean;
  /** `--profile`, repeatable: profiles that are active. */
  readonly profile?: readonly string[];
  /** The services that `up` names: they are all there is, with what they need. */
  readonly services?: readonly string[];
  /** `-p`: project name in place of the file's. */
  readonly projectName?: string;
  /** `--context`: context of the kubeconfig in place of the file's. */
  readonly context?: string;
  /** `-n`: namespace in place of the file's. */
  readonly namespace?: string;
  /** `--as`: name that marks one's own requests, for `match: mine`. */
  readonly as?: string;
  /** `--env-file`, repeatable: in place of the env file beside the file. */
  readonly envFile?: readonly string[];
}

/** How a session reads its files again. */
export interface Reload {
  /** Absolute paths of everything that the last reading depended on, there or not. */
  readonly files: () => readonly string[];
  /** Whether something of that is not as it was then. */
  readonly areOthers: () => boolean;
  /** Reads them; undefined when they have problems, which have been told by then. */
  readonly load: () => Promise<Workspace | undefined>;
  /** From now on they are read as this says; where it names services, those chosen before stay chosen: see `withEarlier`. */
  readonly follow: (reading: Reading) => void;
}

/**
 * What is chosen when somebody asks for more than was chosen earlier: what names services takes nothing away, so that their
 * profiles are active, too, that were. What names none asks for all. Pure.
 */
export function withEarlier(asked: ReadingChoice, earlier: ReadingChoice): ReadingChoice {
  if (!namesServices(asked)) return asked;
  const { services, profile, ...others } = asked;
  const profiles = [...new Set([...(earlier.profile ?? []), ...(profile ?? [])])];
  const named = [...new Set([...(earlier.services ?? []), ...(services ?? [])])];
  return {
    ...others,
    ...(profiles.length === 0 ? {} : { profile: profiles }),
    ...(namesServices(earlier) ? { services: named } : {}),
  };
}

/** Whether only some services are chosen, by their names. */
export function namesServices({ services = [] }: ReadingChoice): boolean {
  return services.length > 0;
}

/** Whether a value from outside has the form of a reading, as far as reading again relies on it. */
export function isReading(value: unknown): value is Reading {
  const reading = fieldsOf(value);
  const choice = fieldsOf(reading?.['choice']);
  const environment = fieldsOf(reading?.['environment']);
  if (reading === undefined || choice === undefined || environment === undefined) return false;
  const { directory, input, files } = reading;
  const { file, override, profile, services, projectName, context, namespace, as, envFile } = choice;
  return (
    isText(directory) &&
    isTexts(files) &&
    Object.values(environment).every(isText) &&
    [input, projectName, context, namespace, as].every((one) => one === undefined || isText(one)) &&
    [file, profile, services, envFile].every((one) => one === undefined || isTexts(one)) &&
    (override === undefined || typeof override === 'boolean')
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}
