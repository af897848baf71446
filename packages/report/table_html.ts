import { type Cell, cellText, type Table } from "@spmm/runner";
import { Markup, markup } from "./markup.ts";

/** Rows from which on a table scrolls in a box of its own. */
const TALL = 24;
const NUMERIC = new Markup(` class="number"`);

/** A table whose columns can be sorted; numbers stand to the right. */
export function tableHtml({ title, columns, rows }: Table, id: string): Markup {
  const looks = columns.map((_, i) => rows.some((row) => typeof row[i] === "number") && NUMERIC);
  const heads = columns.map(({ heading }, i) =>
    markup`<th scope="col"${looks[i]}><button type="button">${heading}</button></th>`
  );
  const lines = rows.map((row) =>
    markup`<tr>${columns.map(({ digits }, i) => cellHtml(row[i], digits, looks[i]))}</tr>\n`
  );
  const box = rows.length > TALL ? "table tall" : "table";
  return markup`<div class="${box}" role="region" tabindex="0" aria-labelledby="${id}">
<table class="sortable">
<caption id="${id}">${title}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${lines}</tbody>
</table>
</div>
`;
}

/** The number itself stands beside its text, which is rounded: sorting goes by the number. */
function cellHtml(
  cell: Cell,
  digits: number | undefined,
  look: Markup | false | undefined,
): Markup {
  const text = cellText(cell, digits);
  const exact = typeof cell === "number" && text !== String(cell) &&
    markup` data-value="${cell}"`;
  return markup`<td${look}${exact}>${text}</td>`;
}
