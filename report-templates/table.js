// A table of any number of rows: only those in view are in the document.

const ROW_HEIGHT = 31;
// Browsers place nothing beyond some 33 million pixels.
const MOST_ROWS = 1_000_000;
const MOST_PRINTED = 500;
const OVERSCAN = 6;

class VirtualTable {
  // `definition`: name, label, columns, facets, match(query, filters), open(row), rank.
  constructor(definition) {
    this.definition = definition;
    this.query = "";
    this.filters = {};
    this.sort = null;
    this.rows = new Uint32Array(0);
    this.active = 0;
    this.usual = definition.columns.filter((column) => !column.optional).map((column) => column.key);
    this.shown = new Set(this.usual);
    this.chooseColumns();
    this.build();
    this.update();
  }

  // The columns that are shown, in their order.
  chooseColumns() {
    this.columns = this.definition.columns.filter((column) => this.shown.has(column.key));
  }

  build() {
    const { name, label } = this.definition;
    this.head = element("thead");
    this.body = element("tbody");
    this.table = element("table", { "aria-label": label, "aria-description": message("js.table_help") }, this.head, this.body);
    this.scroller = element("div", { className: "virtual" }, this.table);
    this.empty = element("p", { className: "empty", hidden: true }, message("js.none"));
    this.printed = element("p", { className: "printed" });
    this.matched = element("output", { className: "matched", "aria-live": "polite" });
    this.panel = element(
      "div",
      { className: "panel", role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}` },
      this.tools(),
      this.printed,
      this.scroller,
      this.empty,
    );
    this.scroller.addEventListener("scroll", () => this.draw(), { passive: true });
    this.body.addEventListener("pointerover", (event) => this.reveal(event), { passive: true });
    this.body.addEventListener("click", (event) => this.clicked(event));
    this.scroller.addEventListener("keydown", (event) => this.pressed(event));
    new ResizeObserver(() => this.draw()).observe(this.scroller);
  }

  tools() {
    this.search = element("input", { type: "search", autocomplete: "off", spellcheck: false });
    this.search.addEventListener("input", () => {
      this.query = this.search.value;
      this.update();
    });
    // What the first search needs is made when somebody is about to search, and not while they type.
    this.search.addEventListener("focus", () => this.definition.prepare?.(), { once: true });
    this.selects = new Map();
    const facets = this.definition.facets.map((facet) => this.facet(facet));
    const reset = element("button", { type: "button", className: "reset" }, message("js.reset"));
    reset.addEventListener("click", () => this.restore({}));
    const download = element("button", { type: "button", className: "download" }, message("js.download"));
    download.addEventListener("click", () => this.download());
    return element(
      "div",
      { className: "tools", role: "search" },
      element("label", {}, message("js.search"), this.search),
      ...facets,
      reset,
      this.columnMenu(),
      download,
      this.matched,
    );
  }

  facet({ key, label, values }) {
    const select = element(
      "select",
      {},
      element("option", { value: "" }, message("js.all")),
      ...values.map(([value, text]) => element("option", { value }, text)),
    );
    select.addEventListener("change", () => {
      this.filters[key] = select.value;
      this.update();
    });
    this.selects.set(key, select);
    return element("label", {}, label, select);
  }

  redrawColumns() {
    for (const [key, box] of this.boxes) box.checked = this.shown.has(key);
    this.chooseColumns();
    this.drawHead();
    this.draw(true);
  }

  columnMenu() {
    this.boxes = new Map();
    const boxes = this.definition.columns.map((column) => {
      const box = element("input", { type: "checkbox", checked: this.shown.has(column.key) });
      box.addEventListener("change", () => {
        if (box.checked) this.shown.add(column.key);
        else if (this.shown.size > 1) this.shown.delete(column.key);
        this.redrawColumns();
        this.definition.changed?.();
      });
      this.boxes.set(column.key, box);
      return element("label", {}, box, column.label);
    });
    const menu = element("details", { className: "menu" }, element("summary", {}, message("js.columns")), element("div", {}, ...boxes));
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    return menu;
  }

  // What the address keeps of this table.
  get state() {
    const state = {};
    if (this.query) state.q = this.query;
    for (const [key, value] of Object.entries(this.filters)) if (value) state[key] = value;
    if (this.sort) state.sort = (this.sort.descending ? "-" : "") + this.sort.key;
    const columns = this.columns.map((column) => column.key);
    if (columns.join() !== this.usual.join()) state.columns = columns.join();
    return state;
  }

  restore(state) {
    this.query = this.search.value = state.q ?? "";
    this.filters = {};
    for (const [key, select] of this.selects) {
      select.value = state[key] ?? "";
      this.filters[key] = select.value;
    }
    if (state.account) this.filters.account = state.account;
    const key = (state.sort ?? "").replace(/^-/, "");
    const known = this.definition.columns.some((column) => column.key === key);
    this.sort = known ? { key, descending: state.sort.startsWith("-") } : null;
    const wanted = (state.columns ?? "").split(",").filter((name) => this.boxes.has(name));
    if (wanted.length > 0) this.shown = new Set(wanted);
    this.redrawColumns();
    this.update();
  }

  update() {
    const { match, rank, count } = this.definition;
    let rows = match(this.query, this.filters);
    if (this.sort) {
      const column = this.definition.columns.find(({ key }) => key === this.sort.key);
      rows = sorted(rows, column.sortKey ?? column.text, this.sort.descending);
    } else if (rank) {
      rows = byRank(rows, rank.at, rank.ranks);
    }
    this.rows = rows;
    this.active = 0;
    this.matched.textContent = message("js.rows", { n: grouped(rows.length), all: grouped(count) });
    Object.assign(this.matched.dataset, { n: rows.length, all: count });
    this.empty.hidden = rows.length > 0;
    this.scroller.hidden = rows.length === 0;
    this.table.setAttribute("aria-rowcount", rows.length + 1);
    if (this.scroller.scrollTop !== 0) this.scroller.scrollTop = 0;
    this.drawHead();
    this.draw(true);
    this.definition.changed?.();
  }

  drawHead() {
    const drawn = JSON.stringify([this.sort, [...this.shown]]);
    if (drawn === this.drawnHead) return;
    this.drawnHead = drawn;
    const width = this.columns.reduce((sum, column) => sum + column.width, 0);
    const cells = this.columns.map((column) => {
      const button = element("button", { type: "button" }, column.label);
      button.addEventListener("click", () => this.sortBy(column.key));
      const cell = element("th", { scope: "col", className: column.number ? "number" : "" }, button);
      cell.dataset.label = column.label;
      cell.style.inlineSize = `${(100 * column.width) / width}%`;
      const current = this.sort?.key === column.key;
      if (current) cell.setAttribute("aria-sort", this.sort.descending ? "descending" : "ascending");
      return cell;
    });
    const focused = [...this.head.querySelectorAll("button")].indexOf(document.activeElement);
    this.head.replaceChildren(element("tr", { "aria-rowindex": 1 }, ...cells));
    if (focused >= 0) this.head.querySelectorAll("button")[focused]?.focus();
    this.table.style.minInlineSize = `${width * 0.72}em`;
  }

  sortBy(key) {
    const again = this.sort?.key === key;
    if (again && this.sort.descending) this.sort = null;
    else this.sort = { key, descending: again };
    this.update();
  }

  get length() {
    return Math.min(this.rows.length, MOST_ROWS);
  }

  // Draws the rows in view. `always` redraws also where they are the same rows as before.
  draw(always = false) {
    if (this.printing || this.panel.hidden) return;
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / ROW_HEIGHT) - OVERSCAN);
    const fit = Math.ceil((this.scroller.clientHeight || 600) / ROW_HEIGHT) + 2 * OVERSCAN;
    const last = Math.min(this.length, first + fit);
    if (!always && first === this.first && last === this.last) return;
    const focused = this.body.contains(document.activeElement);
    this.first = first;
    this.last = last;
    const drawn = [this.space(first)];
    for (let at = first; at < last; at += 1) drawn.push(this.row(at));
    drawn.push(this.space(this.length - last));
    this.body.replaceChildren(...drawn);
    if (focused) this.focusActive();
  }

  space(rows) {
    const cell = element("td", { colSpan: this.columns.length });
    cell.style.blockSize = `${rows * ROW_HEIGHT}px`;
    return element("tr", { className: "space", hidden: rows === 0, "aria-hidden": "true" }, cell);
  }

  // The innermost loop: made by hand, because it runs for every row in view on every keystroke.
  row(at) {
    const row = this.rows[at];
    const node = document.createElement("tr");
    for (const column of this.columns) {
      const cell = node.insertCell();
      const classes = [column.number ? "number" : "", column.fixed ? "fixed" : "", column.className?.(row) ?? ""].join(" ").trim();
      if (classes) cell.className = classes;
      if (column.glyph) cell.append(element("i", { className: `g ${column.glyph(row)}`, "aria-hidden": "true" }));
      const text = document.createElement("bdi");
      text.textContent = column.text(row);
      cell.append(text);
    }
    node.setAttribute("aria-rowindex", at + 2);
    node.tabIndex = at === this.active ? 0 : -1;
    node.dataset.at = at;
    if (at === this.active) node.className = "active";
    return node;
  }

  // A text that is cut can be read whole by pointing at it.
  reveal(event) {
    const cell = event.target.closest("tbody td");
    if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent;
  }

  focusActive() {
    this.body.querySelector(`tr[data-at="${this.active}"]`)?.focus({ preventScroll: true });
  }

  moveTo(at) {
    this.active = Math.max(0, Math.min(this.length - 1, at));
    const top = this.active * ROW_HEIGHT;
    const headHeight = this.head.offsetHeight;
    const view = this.scroller.clientHeight - headHeight;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top + ROW_HEIGHT > this.scroller.scrollTop + view) this.scroller.scrollTop = top + ROW_HEIGHT - view;
    this.draw(true);
    this.focusActive();
  }

  pressed(event) {
    if (!event.target.closest("tbody")) return;
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW_HEIGHT) - 2);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in moves) {
      event.preventDefault();
      this.moveTo(this.active + moves[event.key]);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.definition.open(this.rows[this.active]);
    }
  }

  clicked(event) {
    const node = event.target.closest("tr[data-at]");
    if (!node || String(getSelection())) return;
    this.active = Number(node.dataset.at);
    this.draw(true);
    this.focusActive();
    this.definition.open(this.rows[this.active]);
  }

  // The filtered rows with all columns, as a file.
  download() {
    const { columns, name } = this.definition;
    const lines = [columns.map((column) => csvCell(column.key)).join(",")];
    for (const row of this.rows) {
      lines.push(columns.map((column) => csvCell((column.value ?? column.text)(row))).join(","));
    }
    const blob = new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" });
    const link = element("a", { href: URL.createObjectURL(blob), download: `${name}-filtered.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  // On paper every row stands, up to a number that is stated.
  beginPrint() {
    const last = Math.min(this.length, MOST_PRINTED);
    this.printed.textContent =
      `${this.definition.label}: ` +
      (last < this.rows.length
        ? message("js.first_rows", { n: grouped(last), all: grouped(this.rows.length) })
        : message("js.rows", { n: grouped(this.rows.length), all: grouped(this.definition.count) }));
    this.printing = true;
    this.drawHead();
    const drawn = [];
    for (let at = 0; at < last; at += 1) drawn.push(this.row(at));
    this.body.replaceChildren(...drawn);
  }

  endPrint() {
    this.printing = false;
    this.draw(true);
  }
}
