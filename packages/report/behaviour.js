"use strict";

const root = document.documentElement;
const THEME = "spmm-theme";

// Before anything is drawn, so that the page does not flash.
const remembered = recall();
if (remembered === "light" || remembered === "dark") root.dataset.theme = remembered;

document.addEventListener("DOMContentLoaded", () => {
  setUpTheme(document.querySelector("button.theme"));
  for (const table of document.querySelectorAll("table.sortable")) setUpSorting(table);
});
addEventListener("beforeprint", () => unfold(true));
addEventListener("afterprint", () => unfold(false));

/** Storage may be forbidden, as it is to some pages that were opened as files. */
function recall() {
  try {
    return localStorage.getItem(THEME);
  } catch {
    return null;
  }
}

function remember(theme) {
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // The theme then lasts as long as the page.
  }
}

function setUpTheme(button) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  const tell = () => {
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Change to the ${dark() ? "light" : "dark"} theme`);
  };
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    remember(root.dataset.theme);
    tell();
  });
  system.addEventListener("change", tell);
  tell();
  button.hidden = false;
}

function setUpSorting(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.firstElementChild.addEventListener("click", () => {
      const order = head.ariaSort === "ascending" ? "descending" : "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      sort(table.tBodies[0], column, order === "ascending" ? 1 : -1);
    });
  });
}

/** Numbers before text, and what is missing last in either direction. */
function sort(body, column, direction) {
  const compareText = new Intl.Collator("en", { numeric: true }).compare;
  const keyed = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }));
  keyed.sort(({ key: a }, { key: b }) => {
    if (a.rank === 2 || b.rank === 2) return a.rank - b.rank;
    if (a.rank !== b.rank) return direction * (a.rank - b.rank);
    return direction * (a.rank === 0 ? a.value - b.value : compareText(a.value, b.value));
  });
  body.append(...keyed.map(({ row }) => row));
}

function keyOf({ dataset, textContent }) {
  if (textContent === "–") return { rank: 2 };
  const value = Number(dataset.value ?? textContent);
  if (textContent !== "" && !Number.isNaN(value)) return { rank: 0, value };
  return { rank: 1, value: textContent };
}

/** Paper cannot be unfolded. */
function unfold(printing) {
  for (const details of document.querySelectorAll("details")) {
    if (printing && !details.open) {
      details.open = true;
      details.dataset.unfolded = "";
    } else if (!printing && "unfolded" in details.dataset) {
      details.open = false;
      delete details.dataset.unfolded;
    }
  }
}
