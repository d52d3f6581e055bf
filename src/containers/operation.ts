import type { Service } from '../model/workspace.ts';

/** What can be done to service containers and their images. */
export type ContainerOperation =
  /** Fetch an image that the engine does not have. */
  | { readonly kind: 'pull-image'; readonly reference: string }
  /** Remove what is in the way, make the container and start it. */
  | {
      readonly kind: 'start-container';
      readonly service: Service;
      /** Id of the container it replaces. */
      readonly replaces: string | undefined;
    }
  /** Stop and remove the container of a service, whatever its id is by then. */
  | { readonly kind: 'remove-container'; readonly service: string };
