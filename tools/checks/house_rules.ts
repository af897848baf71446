import { type Finding, lineAt } from "./finding.ts";

const FORM = "Cannot <action>: <what is wrong>: received <value>";

/** Errors say what could not be done and why, in a class that a caller can tell apart. */
const errorMessage: Deno.lint.Rule = {
  create(context) {
    if (context.filename.endsWith("_test.ts")) return {};
    return {
      NewExpression(node) {
        if (node.callee.type !== "Identifier" || !node.callee.name.endsWith("Error")) return;
        if (node.callee.name === "Error") {
          context.report({ node, message: "A bare Error", hint: "Throw a typed error class" });
        }
        const message = node.arguments.map(literalText).find((text) => text?.includes(" "));
        if (message === undefined || /^Cannot .*/.test(message)) return;
        context.report({ node, message: "An error message out of form", hint: FORM });
      },
    };
  },
};

/** A default export has another name at every import. */
const noDefaultExport: Deno.lint.Rule = {
  create(context) {
    return {
      ExportDefaultDeclaration(node) {
        context.report({ node, message: "A default export", hint: "Export it by its name" });
      },
    };
  },
};

function literalText(node: Deno.lint.Node): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral") {
    return node.quasis.map(({ cooked }) => cooked).join("…");
  }
  if (node.type === "BinaryExpression") return literalText(node.left);
  return undefined;
}

/** The house's own rules of lint. */
const HOUSE_RULES: Deno.lint.Plugin = {
  name: "house",
  rules: { "error-message": errorMessage, "no-default-export": noDefaultExport },
};

/**
 * What a file's text breaks of {@linkcode HOUSE_RULES}. Only a test may ask: Deno lends its parser
 * to rules nowhere else but in `deno lint`, which loads them from `deno.json` and then crashes in one
 * call of thirty (Deno 2.9.6).
 */
export function brokenRules(file: string, text: string): Finding[] {
  return Deno.lint.runPlugin(HOUSE_RULES, file, text).map(({ id, message, hint, range }) => ({
    file,
    line: lineAt(text, range[0]),
    wrong: `${message} (${id})`,
    right: hint ?? "keep the rule",
  }));
}
