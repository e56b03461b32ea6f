"use strict";
// Without this script the page says all that it says with it; the script sorts its tables and copies them.

// What a spreadsheet is to get of a cell: all digits, and no formula.
const valueOf = (cell) => cell.dataset.value ?? cell.textContent;

// Numbers go before texts, texts before what diverged, and what is empty goes last, whichever way.
const rankOf = (text) => {
  if (text === "") return 3;
  if (text === "nan") return 2;
  return Number.isNaN(numberOf(text)) ? 1 : 0;
};

const numberOf = (text) =>
  text === "inf" ? Infinity : text === "-inf" ? -Infinity : text.trim() === "" ? NaN : Number(text);

const compare = (a, b, sign) => {
  const ranks = [rankOf(a), rankOf(b)];
  if (ranks[0] !== ranks[1]) return ranks[0] > 1 || ranks[1] > 1 ? ranks[0] - ranks[1] : sign * (ranks[0] - ranks[1]);
  if (ranks[0] === 0) {
    const numbers = [numberOf(a), numberOf(b)];
    return numbers[0] === numbers[1] ? 0 : numbers[0] < numbers[1] ? -sign : sign;
  }
  return sign * a.localeCompare(b, "en", { numeric: true });
};

const sort = (table, heading) => {
  const headings = [...table.tHead.rows[0].cells];
  const column = headings.indexOf(heading);
  const next = { none: "ascending", ascending: "descending", descending: "none" };
  const order = next[heading.getAttribute("aria-sort") ?? "none"];
  for (const other of headings) other.setAttribute("aria-sort", "none");
  heading.setAttribute("aria-sort", order);
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, place: Number(row.dataset.place), value: valueOf(row.cells[column]) }));
  const sign = order === "descending" ? -1 : 1;
  rows.sort((a, b) => (order === "none" ? 0 : compare(a.value, b.value, sign)) || a.place - b.place);
  body.append(...rows.map((entry) => entry.row));
};

const tabSeparated = (table) =>
  [table.tHead.rows[0], ...table.tBodies[0].rows]
    .map((row) => [...row.cells].map((cell) => valueOf(cell).replace(/[\t\r\n]+/g, " ")).join("\t") + "\n")
    .join("");

// The old way, for browsers that let no page from a disk near the clipboard.
const copyBySelection = (text) => {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "aside";
  document.body.append(area);
  area.select();
  let isDone = false;
  try { isDone = document.execCommand("copy"); } catch { isDone = false; }
  area.remove();
  return isDone;
};

const copy = async (table, button, said) => {
  const text = tabSeparated(table);
  const rows = table.tBodies[0].rows.length;
  let isDone = false;
  try {
    await navigator.clipboard.writeText(text);
    isDone = true;
  } catch {
    isDone = copyBySelection(text);
    button.focus();
  }
  if (isDone) {
    said.textContent = `${rows} row${rows === 1 ? "" : "s"} copied with all digits: paste them into a spreadsheet.`;
    return;
  }
  const figure = table.closest("figure");
  let area = figure.querySelector(".by-hand");
  if (area === null) {
    area = document.createElement("textarea");
    area.className = "by-hand";
    area.readOnly = true;
    area.setAttribute("aria-label", "The table, to be copied by hand");
    figure.append(area);
  }
  area.value = text;
  area.focus();
  area.select();
  said.textContent = "The browser does not let this page copy. The table is selected below: press Ctrl+C.";
};

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tBodies[0].rows].forEach((row, place) => { row.dataset.place = place; });
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.dataset.value ??= button.textContent;
    heading.append(button);
    heading.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => sort(table, heading));
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy for a spreadsheet";
  const said = document.createElement("span");
  said.className = "copied";
  said.setAttribute("role", "status");
  button.addEventListener("click", () => copy(table, button, said));
  table.closest("figure").querySelector("figcaption").append(button, said);
}
