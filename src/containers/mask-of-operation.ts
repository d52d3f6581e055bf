import { valueMask } from '../common/secrets/known-values.ts';
import type { SessionIdentity } from '../model/identity.ts';
import type { Build } from '../model/workspace.ts';
import type { ContainerOperation } from './operation.ts';

/**
 * Masks the values that an operation is given, for words about it that quote them: variables may come from a workload or
 * from a file of secrets, and build arguments are no better.
 */
export function maskOf(
  operation: ContainerOperation,
  { project }: Pick<SessionIdentity, 'project'>,
): (text: string) => string {
  switch (operation.kind) {
    case 'build-image':
      return valueMask({ ...operation.build.args, ...secretsOfBuild(operation.build) }, [
        operation.reference,
      ]);
    case 'start-container':
    case 'replace-container': {
      const { name, image, user = '', workingDir = '' } = operation.service;
      const files = operation.service.files.map(({ target, content }) => [`${target}_SECRET`, content]);
      const given = { ...operation.environment, ...Object.fromEntries(files) };
      return valueMask(given, [project, name, image, user, workingDir]);
    }
    default:
      return (text) => text;
  }
}

function secretsOfBuild({ options }: Build): Readonly<Record<string, string>> {
  const secrets = (options?.secrets ?? []).map(({ id, content = '' }) => [`${id}_SECRET`, content]);
  return Object.fromEntries(secrets);
}
