// The embedded data, as columns that are fast to filter and sort.

const raw = JSON.parse(document.getElementById("data").textContent);
const texts = raw.texts;

// A message of the catalogue with its values.
function message(key, values = {}) {
  const singular = values.n === 1 || values.n === "1" ? raw.messages[key + ".one"] : undefined;
  const text = singular ?? raw.messages[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const yesNo = (value) => message(value === null ? "js.unknown" : value ? "js.yes" : "js.no");
const word = (group, value) => message(`${group}.${value}`);

// Accounts as objects: there are at most some ten thousand.
const accounts = raw.accounts.map(([basic, evidence, enforcement, users, names, kinds, own, findings, page], index) => ({
  index,
  id: basic[0],
  name: basic[1],
  path: texts[basic[2]],
  state: texts[basic[3]],
  management: basic[4],
  assessed: basic[5],
  completeness: basic[6],
  reason: texts[basic[7]],
  wayOut: texts[basic[8]],
  coverage: basic[9],
  scope: basic[10],
  access: evidence[0],
  session: evidence[1],
  started: evidence[2],
  ended: evidence[3],
  reportOf: evidence[4],
  sha256: evidence[5],
  counts: evidence.slice(6),
  enforcement,
  users,
  names,
  kinds,
  own,
  findings,
  // Where the rest of it stands, if it does not stand here.
  page: page ? `accounts/${basic[0]}.html` : null,
  outcomes: { pass: 0, fail: 0, not_applicable: 0, unknown: 0 },
}));
const accountById = new Map(accounts.map((account) => [account.id, account]));

// Whether there is a scope map at all.
const scoped = accounts.some(({ scope }) => scope !== null);
const scopeText = ({ scope }) => (scope === null ? "" : word("scope", scope));

// What users share. `rank` is the order in which somebody should look: see rank.rs.
const kinds = raw.kinds.map((kind) => ({
  password: kind[0],
  devices: kind[1],
  exact: kind[2],
  keys: kind[3],
  outcome: kind[4],
  verdict: kind[5],
  reason: texts[kind[6]],
  verdictReason: texts[kind[7]],
  reportPassword: texts[kind[8]],
  reportMfa: texts[kind[9]],
  sessions: kind[10].map((lines) => lines.map((line) => texts[line])),
  rank: rankOf(kind[4], kind[5]),
}));

function rankOf(outcome, verdict) {
  if (verdict === "exposed") return outcome === "fail" ? 0 : 1;
  if (outcome === "fail") return { partial: 2, unknown: 3, locked_out: 5 }[verdict] ?? 6;
  if (verdict === "partial") return 4;
  if (outcome === "unknown") return 7;
  return { pass: 8, not_applicable: 9 }[outcome] ?? 10;
}

// Users as columns: there may be a million.
const total = accounts.reduce((sum, account) => sum + account.names.length, 0);
const users = {
  length: total,
  name: new Array(total),
  account: new Uint32Array(total),
  place: new Uint32Array(total),
  kind: new Uint32Array(total),
};
{
  let row = 0;
  for (const account of accounts) {
    for (let place = 0; place < account.names.length; place += 1, row += 1) {
      users.name[row] = account.names[place];
      users.account[row] = account.index;
      users.place[row] = place;
      users.kind[row] = account.kinds[place];
      account.outcomes[kinds[account.kinds[place]].outcome] += 1;
    }
  }
}

const userAccount = (row) => accounts[users.account[row]];
const userKind = (row) => kinds[users.kind[row]];
const userOwn = (row) => userAccount(row).own[users.place[row]] ?? [null, null, null, null, null];
const userArn = (row) =>
  userOwn(row)[0] ?? `arn:${raw.partition}:iam::${userAccount(row).id}:user/${users.name[row]}`;
const devicesText = (kind) => {
  if (kind.devices === null) return message("js.unknown");
  return kind.devices > 0 && !kind.exact ? message("js.at_least", { n: kind.devices }) : String(kind.devices);
};
const numberText = (number) => (number === null ? message("js.unknown") : String(number));

// Whether an exception covers anything.
const anyExempt = accounts.some(({ own, findings }) => Object.values(own).some(([, , , , text]) => text) || findings.some(([, , , , , , text]) => text));

// Targets of SCPs.
const targets = raw.targets.map(([id, type, name, path, coverage, locksOut, hitsRoles, decidedBy, reason, mfaDevices, membership, newly, newlyCovered, conditions]) => {
  const statements = decidedBy.map((number) => texts[number]);
  return {
    id, type, name: name ?? accountById.get(id)?.name ?? id, path: texts[path], coverage, locksOut, hitsRoles,
    decidedBy: statements.join("; "), statements, reason: texts[reason],
    mfaDevices, membership, newly, newlyCovered, conditions: conditions.map((number) => texts[number]),
  };
});
const targetById = new Map(targets.map((target) => [target.id, target]));

// Findings that fail or are unknown, of controls beside IAM.5 of users.
const findings = accounts.flatMap((account) =>
  account.findings.map(([control, outcome, severity, type, arn, reason, exempt]) => ({
    account, control: texts[control], outcome, severity, type: texts[type], arn, reason: texts[reason], exempt,
  })),
);

// A DOM element with text, classes and children; never HTML from a string.
function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
