/** What its own text tells apart from others of its kind. */
type Plain = string | number | boolean;

/**
 * A function that writes a text, and writes each only once: a program takes as long to write as a
 * small matrix to pack, and plans ask for the same few programs again and again.
 *
 * @param write Writes a text from nothing but what it is given.
 */
export function remembered<Given extends readonly Plain[]>(
  write: (...given: Given) => string,
): (...given: Given) => string {
  const written = new Map<string, string>();
  return (...given) => {
    const key = given.join("\n");
    const known = written.get(key);
    if (known !== undefined) return known;
    const text = write(...given);
    written.set(key, text);
    return text;
  };
}
