/**
 * The house's own lint rules, loaded by `deno lint` from the root's `deno.json`.
 *
 * @module
 */

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
    if (context.filename.endsWith("tools/checks/house_rules.ts")) return {}; // as Deno demands
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

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: { "error-message": errorMessage, "no-default-export": noDefaultExport },
};

export default plugin;
