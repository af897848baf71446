/** A file of a recipe, or lines that a recipe adds to a file. */
export interface RecipeStep {
  /** Where, from the root of the repository. */
  readonly file: string;
  /** What to write. */
  readonly text: string;
  /** The start of the line to add the text after; the text is the whole file where absent. */
  readonly after?: string;
}

/** A recipe that cannot be followed. */
export class RecipeError extends Error {
  override readonly name = "RecipeError";
}

const BLOCK = /^(`{3,})\w+ ignore file=(\S+)(?: after="([^"]*)")?\n([\s\S]*?)^\1$/gm;

/** The steps of all recipes on a page, in order: its code blocks that name a file. */
export function recipeSteps(page: string): RecipeStep[] {
  return Array.from(page.matchAll(BLOCK), ([, , file, after, text]) => ({
    file,
    text,
    ...(after === undefined ? {} : { after }),
  }));
}

/**
 * The text of a file once lines have been added to it.
 *
 * @throws {RecipeError} If no line begins so, or several do.
 */
export function addAfter(content: string, { file, text, after = "" }: RecipeStep): string {
  const lines = content.split("\n");
  const places = lines.flatMap((line, i) => line.startsWith(after) ? [i] : []);
  if (places.length !== 1) {
    throw new RecipeError(
      `Cannot follow a recipe: one line of ${file} must begin with ${after}: received ${places.length}`,
    );
  }
  lines.splice(places[0] + 1, 0, text.replace(/\n$/, ""));
  return lines.join("\n");
}
