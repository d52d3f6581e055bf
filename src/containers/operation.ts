import type { ErrorFacts } from '../common/errors.ts';
import type { Build, Dependency, PullPolicy, Service, VolumeSettings } from '../model/workspace.ts';

/** What can be done to service containers, their images and volumes. */
export type ContainerOperation =
  /** Fetch an image; with policy `never`, say that it is missing. */
  | {
      readonly kind: 'pull-image';
      readonly reference: string;
      readonly policy: PullPolicy;
    }
  | {
      readonly kind: 'build-image';
      readonly reference: string;
      readonly build: Build;
      readonly platform: string | undefined;
    }
  | {
      readonly kind: 'create-volume';
      /** Name in the file. */
      readonly volume: string;
      /** What the file says of it besides; absent = nothing. */
      readonly settings?: VolumeSettings;
    }
  /** Say why the variables of a workload cannot be had, without which services cannot start. */
  | {
      readonly kind: 'lack-environment';
      readonly target: string;
      readonly services: readonly string[];
      readonly error: ErrorFacts;
    }
  /** Wait until a dependency is as its dependents want it. */
  | { readonly kind: 'await-condition'; readonly dependency: Dependency }
  /** Make the container of a service and start it. */
  | ({ readonly kind: 'start-container' } & ServiceRun)
  /** Stop and remove the container with the id `replaces`, make another and start it. */
  | ({ readonly kind: 'replace-container'; readonly replaces: string } & ServiceRun)
  /** Start a container again that has ended, as it is. */
  | { readonly kind: 'resume-container'; readonly service: Service; readonly container: string }
  /** Stop the container of a service, which stays. */
  | { readonly kind: 'stop-container'; readonly service: Service }
  /** Stop and remove the container of a service, whatever its id is by then. */
  | {
      readonly kind: 'remove-container';
      readonly service: string;
      /** The service in whose network namespace it is; absent = its own. */
      readonly inNetworkOf?: string;
    };

/** What a service container is made from. */
export interface ServiceRun {
  readonly service: Service;
  /** All variables: those of workloads, of env files and of the file. */
  readonly environment: Readonly<Record<string, string>>;
}
