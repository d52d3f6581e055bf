/** The parts that a pass is shown in, in the order of the way up. */
export const PARTS = ['connection', 'containers', 'bridges'] as const;

/** One of the parts that a pass is shown in. */
export type Part = (typeof PARTS)[number];

/** A resource in a user's words. */
export interface Wording {
  readonly part: Part;
  /** What it is called below the heading of its part. Resources with the same title are one thing to a user. */
  readonly title: string;
  /** What it is called anywhere else. */
  readonly name: string;
  /** Of no interest to users as long as it works. */
  readonly internal: boolean;
}

/** What a user calls a resource such as `gateway/app`: how a service is connected is nobody's business but ours. */
export function wordingOf(resource: string): Wording {
  const slash = resource.indexOf('/');
  const kind = slash === -1 ? resource : resource.slice(0, slash);
  const of = resource.slice(slash + 1);
  switch (kind) {
    case 'network':
      return { ...wording('connection', 'network of the project'), internal: true };
    case 'agent':
      return wording('connection', of);
    case 'gateway':
    case 'link':
      return wording('connection', of, `connection of ${of}`);
    case 'image':
      return of === 'agent'
        ? wording('connection', 'image of the agent')
        : wording('containers', `image ${of}`);
    case 'volume':
      return wording('containers', `volume ${of}`);
    case 'files':
      return wording('containers', `files of ${of}`);
    case 'environment':
      return wording('containers', `variables of ${of}`);
    case 'port':
      return wording('bridges', `port ${of}`);
    case 'healthy':
      return wording('containers', `${of} is healthy`);
    case 'completed':
      return wording('containers', `${of} has completed`);
    case 'container':
      return wording('containers', of);
    case 'bridge':
      return wording('bridges', of);
    case 'forward':
      return wording('connection', `port ${of} of this machine`, `forward ${of}`);
    case 'debugger':
    case 'ports':
      return wording('containers', `${kind} of ${of}`);
    default:
      return wording('containers', resource);
  }
}

function wording(part: Part, title: string, name = title): Wording {
  return { part, title, name, internal: false };
}
