/** What a form calls its fields, by the paths under which the server names them. */

/** What the form calls the field at a path, with its number where there are several. */
export function labelOf(path: string, names: Record<string, string>): string {
  const parts = path.split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const part = parts.slice(0, length);
    const name = names[part.join('/')] ?? names[part.map((one) => (/^\d+$/.test(one) ? '*' : one)).join('/')];
    const at = parts.find((one) => /^\d+$/.test(one));
    if (name) return at === undefined ? name : `${name} ${Number(at) + 1}`;
  }
  return path;
}
