import type { Dependency, Service, Workspace } from '../../model/workspace.ts';
import type { Problem, ProblemFacts } from '../problem.ts';
import type { At } from '../read/reading.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** What a service waits for can come true. */
export const possibleConditions: Rule = (workspace, at): readonly Problem[] =>
  judged(workspace, at, ({ condition }, other) => {
    if (condition === 'service_healthy' && other.healthcheck?.kind === 'none') {
      return {
        code: 'never-healthy',
        message: `service ${quote(other.name)} never becomes healthy: its health check is disabled`,
        hint: 'wait for service_started, or give it a test',
        related: [{ span: at(other.healthcheck, 'test').span, label: 'disabled here' }],
      };
    }
    const endless = other.restart.kind === 'always' || other.restart.kind === 'unless-stopped';
    if (condition === 'service_completed_successfully' && endless) {
      return {
        code: 'never-completed',
        message: `service ${quote(other.name)} never completes: it restarts ${other.restart.kind === 'always' ? 'always' : 'unless it is stopped'}`,
        hint: 'wait for service_started or service_healthy, or let it restart on-failure only',
        related: [{ span: at(other, 'restart').span, label: 'restarted here' }],
      };
    }
    return undefined;
  });

/** What a service waits for can come true by the file alone; otherwise it depends on the image. */
export const likelyConditions: Rule = (workspace, at): readonly Problem[] =>
  judged(workspace, at, ({ condition }, other) => {
    if (condition !== 'service_healthy' || (other.healthcheck?.kind ?? 'image') !== 'image') return undefined;
    return {
      code: 'assumed-healthcheck',
      message: `service ${quote(other.name)} has no health check in this file`,
      hint: 'this waits for the one of its image; if there is none, it never ends: add a "healthcheck"',
    };
  });

function judged(
  workspace: Workspace,
  at: At,
  judge: (dependency: Dependency, other: Service) => ProblemFacts | undefined,
): readonly Problem[] {
  return [...workspace.services.values()].flatMap((service) =>
    service.dependsOn.flatMap((dependency) => {
      const other = workspace.services.get(dependency.service);
      const facts = other === undefined ? undefined : judge(dependency, other);
      if (facts === undefined) return [];
      const { node, path, span } = at(dependency, 'condition');
      return [problemOf(node, path, facts, span)];
    }),
  );
}
