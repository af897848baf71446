/** What its own text tells apart from others of its kind. */
type Plain = string | number | boolean;

/** What was written from the parts so far, and how to go on with the next. */
interface Written {
  text?: string;
  readonly next: Map<Plain, Written>;
}

/**
 * A function that writes a text, and writes each only once: a program takes as long to write as a
 * small matrix to pack, and plans ask for the same few programs again and again.
 *
 * Long texts may be given too: one that was remembered is the same string each time, which is found
 * without being read.
 *
 * @param write Writes a text from nothing but what it is given.
 */
export function remembered<Given extends readonly Plain[]>(
  write: (...given: Given) => string,
): (...given: Given) => string {
  const first = nothingWritten();
  return (...given) => {
    let at = first;
    for (const part of given) {
      const known = at.next.get(part);
      if (known !== undefined) at = known;
      else at.next.set(part, at = nothingWritten());
    }
    return at.text ??= write(...given);
  };
}

function nothingWritten(): Written {
  return { next: new Map() };
}

/**
 * Two texts one after the other. A text that is put together anew is read whole wherever it is
 * looked up, which for a program takes longer than all else about it.
 */
export const joined: (first: string, second: string) => string = remembered(
  (first: string, second: string) => first + second,
);
