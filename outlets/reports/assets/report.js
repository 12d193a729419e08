// Language, sorting and filtering. Without this script a page is whole, in Chinese, in its given order.
(() => {
  "use strict";
  const root = document.documentElement;
  const KEY = "quanshu.language";
  const stored = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const store = (value) => { try { localStorage.setItem(KEY, value); } catch { /* a share may forbid it */ } };
  const speak = (english) => { root.lang = english ? "en" : "zh-CN"; };
  const asked = location.hash === "#en" ? "en" : location.hash === "#zh" ? "zh" : stored();
  speak(asked === "en");

  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TD: "cell" };
  const worth = (cell) => {
    const given = cell.dataset.k ?? cell.textContent.trim();
    const figure = Number(given.replace(/[,%\s]/g, ""));
    return given !== "" && !Number.isNaN(figure) ? figure : given;
  };
  const order = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b
      : typeof a === "number" ? -1 : typeof b === "number" ? 1 : a.localeCompare(b, "zh-CN");

  const sortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, place) => {
      if (!head.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [worth(row.cells[place]), row]);
        rows.sort(([a], [b]) => (down ? order(b, a) : order(a, b)));
        body.append(...rows.map(([, row]) => row));
      });
    });
  };

  const siftable = (table) => {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 16) return;
    const line = document.createElement("p");
    line.className = "sift";
    line.innerHTML = '<label><span lang="zh">筛选</span><span lang="en">Filter</span> <input type="search"></label><output></output>';
    const said = line.querySelector("output");
    line.querySelector("input").addEventListener("input", (event) => {
      const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      said.textContent = words.length ? `${shown} / ${rows.length}` : "";
    });
    table.before(line);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".tongue");
    button.hidden = false;
    button.addEventListener("click", () => {
      const english = root.lang !== "en";
      store(english ? "en" : "zh");
      speak(english);
    });
    for (const table of document.querySelectorAll("table")) {
      // on a narrow page rows are blocks; with its roles a table stays a table to who listens
      for (const part of [table, ...table.querySelectorAll("thead,tbody,tfoot,tr,td")]) part.setAttribute("role", roles[part.tagName]);
      for (const head of table.querySelectorAll("th")) head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
      sortable(table);
      siftable(table);
    }
  });
})();
