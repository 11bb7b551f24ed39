// Full-text search and filters: which rows match, in a typed array.

const lower = (text) => text.toLowerCase();
const searchTerms = (query) => lower(query).split(/\s+/).filter(Boolean);

let userHaystack = null;

// Lower-cased texts, made when first searched: what users share is searched once, not once per user.
function haystackOfUsers() {
  userHaystack ??= {
    names: joined(users.name.map(lower)),
    accounts: accounts.map((account) => lower(`${account.name} ${account.id} ${account.path} ${scopeText(account)}`)),
    kinds: kinds.map((kind) =>
      lower(
        [
          word("outcome", kind.outcome), word("verdict", kind.verdict), kind.outcome, kind.verdict,
          kind.reason, kind.verdictReason,
        ].join(" "),
      ),
    ),
  };
  return userHaystack;
}

// Many texts as one, in which the browser's own search is fast, and where each of them begins.
function joined(list) {
  const starts = new Uint32Array(list.length + 1);
  for (let row = 0; row < list.length; row += 1) starts[row + 1] = starts[row] + list[row].length + 1;
  return { text: list.join("\n"), starts };
}

// Which of the texts contain a term, which has no white space and so never runs over an end.
function containing({ text, starts }, term) {
  const found = new Uint8Array(starts.length - 1);
  let row = 0;
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, starts[row + 1])) {
    while (starts[row + 1] <= at) row += 1;
    found[row] = 1;
  }
  return found;
}

// Rows of users that match every filter and every term.
function matchUsers(query, filters) {
  const terms = searchTerms(query);
  const kindPasses = kinds.map(
    (kind) => (!filters.outcome || kind.outcome === filters.outcome) && (!filters.verdict || kind.verdict === filters.verdict),
  );
  const accountPasses = accounts.map(
    (account) =>
      (!filters.coverage || account.coverage === filters.coverage) &&
      (!filters.scope || account.scope === filters.scope) &&
      (!filters.path || account.path === filters.path || account.path.startsWith(filters.path + " / ")) &&
      (!filters.account || account.id === filters.account),
  );
  const hay = terms.length > 0 ? haystackOfUsers() : null;
  const found = terms.map((term) => ({
    inName: containing(hay.names, term),
    inAccount: hay.accounts.map((text) => text.includes(term)),
    inKind: hay.kinds.map((text) => text.includes(term)),
  }));
  const rows = new Uint32Array(users.length);
  let count = 0;
  for (let row = 0; row < users.length; row += 1) {
    const kind = users.kind[row];
    const account = users.account[row];
    if (!kindPasses[kind] || !accountPasses[account]) continue;
    let matches = true;
    for (const { inName, inAccount, inKind } of found) {
      if (!inName[row] && !inAccount[account] && !inKind[kind]) {
        matches = false;
        break;
      }
    }
    if (matches) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

// The same for a list of objects with a text to search in each.
function matchObjects(objects, textOf, passes, query) {
  const terms = searchTerms(query);
  const rows = [];
  objects.forEach((object, row) => {
    if (!passes(object)) return;
    if (terms.length > 0) {
      object.haystack ??= lower(textOf(object));
      if (!terms.every((term) => object.haystack.includes(term))) return;
    }
    rows.push(row);
  });
  return Uint32Array.from(rows);
}

// `rows` in the order of `keyOf`. Numbers are compared as numbers, texts by code unit: the same everywhere.
// Equal rows stay in the order in which they were, so the page is the same whenever it is opened.
function sorted(rows, keyOf, descending) {
  const keys = Array.from(rows, keyOf);
  const sign = descending ? -1 : 1;
  const compare = keys.every((key) => typeof key === "number")
    ? (a, b) => sign * (keys[a] - keys[b]) || a - b
    : (a, b) => {
        if (keys[a] === keys[b]) return a - b;
        return keys[a] < keys[b] ? -sign : sign;
      };
  return Uint32Array.from(keys.keys()).sort(compare).map((at) => rows[at]);
}

// The worst first, by counting: fast for a million rows.
function byRank(rows, rankAt, ranks) {
  const starts = new Uint32Array(ranks + 1);
  for (const row of rows) starts[rankAt(row) + 1] += 1;
  for (let rank = 0; rank < ranks; rank += 1) starts[rank + 1] += starts[rank];
  const ordered = new Uint32Array(rows.length);
  for (const row of rows) ordered[starts[rankAt(row)]++] = row;
  return ordered;
}

// A cell of a CSV file: text that a spreadsheet will not run. The rule is that of the CSV report.
function csvCell(value) {
  let text = String(value ?? "");
  const start = text.replace(/^['"]+/, "");
  const behind = start.replace(/^[\s\u200b-\u200f\u2060\ufeff'"]+/, "");
  if (/^[=+\-@\t\r\n＝＋－＠]/.test(start) || /^[=+\-@＝＋－＠]/.test(behind)) text = "'" + text;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
