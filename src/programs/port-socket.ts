/** Name of the socket, beside the gateway's own, on which it waits for connections to a port of its service. */
export function portSocket(port: number): string {
  return `port-${port}.sock`;
}
