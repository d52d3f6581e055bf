import { valueMask } from '../common/secrets/known-values.ts';
import type { SessionIdentity } from '../model/identity.ts';
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
      return valueMask(operation.build.args, [operation.reference]);
    case 'start-container':
    case 'replace-container': {
      const { name, image, user = '', workingDir = '' } = operation.service;
      return valueMask(operation.environment, [project, name, image, user, workingDir]);
    }
    default:
      return (text) => text;
  }
}
