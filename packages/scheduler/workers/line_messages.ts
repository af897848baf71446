/** Begins a line that is a message (as in RFC 7464); other lines are what a program prints. */
const MARK = "\x1e";

const encoder = new TextEncoder();

/** A message as one line. */
export function encodeLine(message: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${MARK}${JSON.stringify(message)}\n`);
}

/**
 * Reads messages from a stream of lines.
 *
 * @param stream What the other side writes.
 * @param print Told of lines that are no messages.
 * @returns Messages in turn; a line that breaks off at the end is no message.
 */
export async function* readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  print: (line: string) => void,
): AsyncGenerator<unknown> {
  let open: string[] = [];
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = text.split("\n");
    open.push(parts[0]);
    for (let i = 1; i < parts.length; i++) {
      const line = open.join("");
      open = [parts[i]];
      const message = parse(line);
      if (message === undefined) print(line);
      else yield message;
    }
  }
  if (open.join("") !== "") print(open.join(""));
}

function parse(line: string): unknown {
  if (!line.startsWith(MARK)) return undefined;
  try {
    return JSON.parse(line.slice(MARK.length));
  } catch {
    // A line that was torn by another writer is as good as lost; its range comes again.
    return undefined;
  }
}
