/** Text that is HTML already, and so is not escaped again. */
export class Markup {
  /** Wraps what is known to be well-formed and safe. */
  constructor(readonly text: string) {}
}

/**
 * What can stand in {@linkcode markup}: text is escaped, lists are joined, and
 * nothing is left of `undefined` and `false`.
 */
export type Content = string | number | undefined | false | Markup | readonly Content[];

/** HTML in which everything but the template's own text is escaped, in elements and attributes. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(
    parts.map((part, i) => (i === 0 ? "" : textOf(contents[i - 1])) + part).join(""),
  );
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(textOf).join("");
  return String(content).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
