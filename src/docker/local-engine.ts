/** What an engine says of its machine; absent where it does not. */
export interface EngineMachine {
  /** Host name. */
  readonly Name?: string;
  /** Release of the kernel. */
  readonly KernelVersion?: string;
  /** Bytes. */
  readonly MemTotal?: number;
  readonly OperatingSystem?: string;
}

/** This machine in the same words. */
export interface ThisMachine {
  readonly hostname: string;
  readonly release: string;
  /** Bytes. */
  readonly totalmem: number;
}

/**
 * Whether an engine is on this machine: at an address here, which may be forwarded from elsewhere, and not telling of
 * another machine. Machines of a fleet have one kernel, and clones one name: it takes two facts that agree. Within a
 * container the name is the container's, and the memory tells. Pure.
 */
export function isLocalEngine(address: string, engine: EngineMachine, here: ThisMachine): boolean {
  const isHere = /^(unix|npipe):/.test(address) || /^tcp:\/\/(localhost|127\.[\d.]+|\[::1\]):/.test(address);
  const isOurs =
    engine.KernelVersion === here.release &&
    (engine.Name === here.hostname || engine.MemTotal === here.totalmem);
  return isHere && (isOurs || engine.OperatingSystem === 'Docker Desktop');
}
