/**
 * Replaces `$(NAME)` by variables defined before, as the kubelet does: `$$` stands for one `$`, and a reference to a
 * name that is not defined stays as it is. Pure.
 */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    return variables.get(name) ?? whole;
  });
}
