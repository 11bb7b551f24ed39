// The picture: the keyboard within it, what an SCP covers, what a cell says.

const tree = document.getElementById("tree");
const tip = document.getElementById("tip");
const cells = [...tree.querySelectorAll("a.c")];
const rows = [...tree.querySelectorAll(".ou")];

// One stop in the tab order for all cells; the arrows move within.
function moveCell(from, key) {
  const at = cells.indexOf(from);
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: cells.length - 1 - at };
  let to = key in steps ? cells[at + steps[key]] : undefined;
  if (key === "ArrowDown" || key === "ArrowUp") to = nearest(from, key === "ArrowDown");
  if (!to) return false;
  from.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
  return true;
}

// The cell of the next line, up or down, that is nearest to the side.
function nearest(from, down) {
  const here = from.getBoundingClientRect();
  let best = null;
  let bestDistance = Infinity;
  for (const cell of cells) {
    const there = cell.getBoundingClientRect();
    const ahead = down ? there.top - here.top : here.top - there.top;
    if (ahead < 2) continue;
    const distance = ahead * 1000 + Math.abs(there.left - here.left);
    if (distance < bestDistance) [best, bestDistance] = [cell, distance];
  }
  return best;
}

// The rows below a row of the tree: they follow it and are deeper.
function below(row) {
  const depth = Number(row.dataset.depth);
  const covered = [row];
  for (let next = rows.indexOf(row) + 1; next < rows.length && Number(rows[next].dataset.depth) > depth; next += 1) {
    covered.push(rows[next]);
  }
  return covered;
}

function light(chip) {
  tree.classList.add("lighting");
  if (chip.dataset.account) {
    const target = `#account=${chip.dataset.account}`;
    cells.find((cell) => cell.getAttribute("href") === target)?.classList.add("lit");
  } else {
    below(chip.closest(".ou")).forEach((row) => row.classList.add("lit"));
  }
}

function dark() {
  tree.classList.remove("lighting");
  tree.querySelectorAll(".lit").forEach((node) => node.classList.remove("lit"));
}

function showTip(cell) {
  tip.textContent = cell.getAttribute("aria-label");
  tip.hidden = false;
  const box = cell.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, innerWidth - tip.offsetWidth - 8));
  const above = box.bottom + tip.offsetHeight + 10 > innerHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${above ? box.top - tip.offsetHeight - 6 : box.bottom + 6}px`;
}

// Says what the cell or the SCP says, and nothing for anything else.
function explain(node) {
  tip.hidden = true;
  dark();
  const cell = node.closest("#tree a.c");
  const chip = node.closest("#tree button.chip");
  if (cell) showTip(cell);
  if (chip) light(chip);
}

function startPicture() {
  tree.addEventListener("keydown", (event) => {
    const cell = event.target.closest("a.c");
    if (cell && moveCell(cell, event.key)) event.preventDefault();
    if (event.key === "Escape") {
      tip.hidden = true;
      dark();
    }
  });
  for (const event of ["pointerover", "focusin"]) {
    tree.addEventListener(event, ({ target }) => {
      if (target.closest("a.c, button.chip")) explain(target);
    });
  }
  for (const event of ["pointerout", "focusout"]) tree.addEventListener(event, () => explain(document.activeElement));
  addEventListener(
    "scroll",
    () => {
      if (!tip.hidden) explain(document.activeElement);
    },
    { passive: true },
  );
}
