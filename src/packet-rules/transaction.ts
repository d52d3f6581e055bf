/** Commands of nft as one line, which is done whole or not at all. */
export function transaction(commands: readonly string[]): string {
  return commands.join('; ');
}
