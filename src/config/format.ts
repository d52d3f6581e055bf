import { stringify } from 'yaml';
import type { Workspace } from '../model/workspace.ts';

/** How a workspace is written. */
export interface FormatOptions {
  readonly format: 'yaml' | 'json';
  /** Whether values of variables with telling names are written. */
  readonly showSecrets: boolean;
}

/** Names of variables whose values are nobody else's business. */
const SECRET_NAME = /TOKEN|PASSWORD|PASSWD|SECRET|KEY|CREDENTIAL/i;

/** A workspace as text: defaults applied, paths absolute, long forms; what has no value is left out. */
export function formatWorkspace(workspace: Workspace, { format, showSecrets }: FormatOptions): string {
  const services = [...workspace.services.values()].map(
    ({ name, environment, ...service }) =>
      [name, { ...service, environment: showSecrets ? environment : redacted(environment) }] as const,
  );
  const { file, name, connection, volumes } = workspace;
  const shown = { name, file, connection, services: Object.fromEntries(services), volumes };
  const plain: unknown = JSON.parse(JSON.stringify(shown));
  return format === 'json' ? `${JSON.stringify(plain, undefined, 2)}\n` : stringify(plain);
}

function redacted(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, SECRET_NAME.test(name) ? '***' : value]),
  );
}
