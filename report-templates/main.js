// The tables' columns, the tabs, the address, and the start.

const assessedText = (account) => {
  if (!account.assessed) return message("js.no");
  return message(account.completeness === "full" ? "js.yes" : "js.partly");
};
const distinct = (values) => [...new Set(values)].sort();
const facetOf = (key, group, label, values) => ({
  key, label, values: values.map((value) => [value, word(group, value)]),
});

const OUTCOMES = ["fail", "unknown", "pass", "not_applicable"];
const VERDICTS = ["exposed", "partial", "locked_out", "contained", "unknown", "protected", "no_credentials"];
const SEVERITIES = ["critical", "high", "medium", "low", "informational"];
const COVERAGES = ["none", "not_enabled", "unknown", "partial", "enforced", "exempt"];
const SCOPES = ["in_cde", "connected", "out", "unmapped"];
const tables = new Map();
let remembering = false;

// Every OU path and those above it, for the filter.
function paths() {
  const all = new Set();
  for (const account of accounts) {
    const parts = account.path.split(" / ");
    for (let end = 1; end <= parts.length; end += 1) all.add(parts.slice(0, end).join(" / "));
  }
  return [...all].sort().map((path) => [path, path]);
}

// The exception that covers a fail, where there is any. The fail stays one.
const exemptColumn = (textAt) =>
  anyExempt ? [{ key: "exempt", label: message("column.exempt"), width: 12, text: (row) => textAt(row) ?? "" }] : [];

// The scope of accounts, where there is a scope map.
const scopeFacet = () => (scoped ? [facetOf("scope", "scope", message("column.scope"), SCOPES)] : []);
const scopeColumn = (accountAt) =>
  scoped
    ? [{
        key: "scope", label: message("column.scope"), width: 8, text: (row) => scopeText(accountAt(row)),
        value: (row) => accountAt(row).scope, sortKey: (row) => SCOPES.indexOf(accountAt(row).scope),
      }]
    : [];

function userTable() {
  const order = (list, value) => list.indexOf(value);
  return new VirtualTable({
    name: "users",
    label: message("js.tab.users"),
    count: users.length,
    match: matchUsers,
    prepare: haystackOfUsers,
    rank: { at: (row) => userKind(row).rank, ranks: 11 },
    open: openUser,
    changed: () => remember(null),
    facets: [
      facetOf("outcome", "outcome", message("column.iam_5"), OUTCOMES),
      facetOf("verdict", "verdict", message("column.verdict"), VERDICTS),
      facetOf("coverage", "coverage", message("column.coverage"), COVERAGES),
      { key: "path", label: message("column.ou_path"), values: paths() },
      ...scopeFacet(),
    ],
    columns: [
      { key: "user", label: message("column.user"), width: 13, text: (row) => users.name[row] },
      { key: "account", label: message("column.account"), width: 11, text: (row) => userAccount(row).name },
      { key: "account_id", label: message("column.account_id"), width: 8.5, fixed: true, text: (row) => userAccount(row).id, optional: innerWidth < 1500 },
      { key: "ou_path", label: message("column.ou_path"), width: 12, text: (row) => userAccount(row).path },
      {
        key: "iam_5", label: message("column.iam_5"), width: 11, fixed: true, text: (row) => word("outcome", userKind(row).outcome),
        value: (row) => userKind(row).outcome, sortKey: (row) => order(OUTCOMES, userKind(row).outcome),
        className: (row) => `o-${userKind(row).outcome}`, glyph: (row) => `o-${userKind(row).outcome}`,
      },
      {
        key: "verdict", label: message("column.verdict"), width: 8, fixed: true, text: (row) => word("verdict", userKind(row).verdict),
        value: (row) => userKind(row).verdict, sortKey: (row) => order(VERDICTS, userKind(row).verdict),
        className: (row) => `v-${userKind(row).verdict}`,
      },
      { key: "password", label: message("column.password"), width: 7.5, fixed: true, text: (row) => yesNo(userKind(row).password) },
      { key: "mfa", label: message("column.mfa"), width: 7, fixed: true, text: (row) => devicesText(userKind(row)), sortKey: (row) => userKind(row).devices ?? -1 },
      { key: "keys", label: message("column.keys"), width: 6, text: (row) => numberText(userKind(row).keys), sortKey: (row) => userKind(row).keys ?? -1 },
      { key: "coverage", label: message("column.coverage"), width: 8, fixed: true, text: (row) => word("coverage", userAccount(row).coverage), optional: true },
      ...scopeColumn(userAccount),
      ...exemptColumn((row) => userOwn(row)[4]),
      { key: "reason", label: message("column.reason"), width: 19, text: (row) => userKind(row).reason },
      { key: "verdict_reason", label: message("column.verdict_reason"), width: 24, text: (row) => userKind(row).verdictReason, optional: innerWidth < 1900 },
      { key: "arn", label: message("column.arn"), width: 26, text: userArn, optional: true },
    ],
  });
}

function accountRank(account) {
  if (account.outcomes.fail > 0) return 0;
  if (!account.assessed) return 1;
  return account.completeness === "full" ? 3 : 2;
}

function accountTable() {
  const at = (row) => accounts[row];
  const count = (outcome) => (row) => at(row).outcomes[outcome];
  const number = (key, width, value) => ({
    key, label: message(`column.${key}`), width, number: true, sortKey: value,
    text: (row) => (at(row).assessed || at(row).users > 0 ? String(value(row)) : message("js.unknown")),
  });
  return new VirtualTable({
    name: "accounts",
    label: message("js.tab.accounts"),
    count: accounts.length,
    match: (query, filters) =>
      matchObjects(
        accounts,
        (account) => [account.name, account.id, account.path, account.state, account.reason, account.wayOut, word("coverage", account.coverage), scopeText(account)].join(" "),
        (account) =>
          (!filters.coverage || account.coverage === filters.coverage) &&
          (!filters.scope || account.scope === filters.scope) &&
          (!filters.state || account.state === filters.state) &&
          (!filters.assessed || assessedText(account) === filters.assessed),
        query,
      ),
    rank: { at: (row) => accountRank(at(row)), ranks: 4 },
    open: (row) => openAccount(at(row)),
    changed: () => remember(null),
    facets: [
      { key: "assessed", label: message("column.assessed"), values: distinct(accounts.map(assessedText)).map((text) => [text, text]) },
      { key: "state", label: message("column.state"), values: distinct(accounts.map((account) => account.state)).map((text) => [text, text]) },
      facetOf("coverage", "coverage", message("column.coverage"), COVERAGES),
      ...scopeFacet(),
    ],
    columns: [
      { key: "account", label: message("column.account"), width: 14, text: (row) => at(row).name },
      { key: "account_id", label: message("column.account_id"), width: 9, fixed: true, text: (row) => at(row).id },
      { key: "ou_path", label: message("column.ou_path"), width: 16, text: (row) => at(row).path },
      { key: "state", label: message("column.state"), width: 9, fixed: true, text: (row) => at(row).state },
      { key: "assessed", label: message("column.assessed"), width: 7, fixed: true, text: (row) => assessedText(at(row)), className: (row) => (at(row).completeness === "full" ? "" : "o-unknown") },
      ...scopeColumn(at),
      number("users", 5, (row) => at(row).users),
      number("fail", 5, count("fail")),
      number("pass", 5, count("pass")),
      { key: "coverage", label: message("column.coverage"), width: 9, fixed: true, text: (row) => word("coverage", at(row).coverage), value: (row) => at(row).coverage, sortKey: (row) => COVERAGES.indexOf(at(row).coverage) },
      ...(accounts.some(({ page }) => page) ? [{ key: "page", label: message("column.page"), width: 13, text: (row) => at(row).page ?? "" }] : []),
      { key: "report_generated_at", label: message("column.report_generated_at"), width: 12, text: (row) => at(row).reportOf ?? "", optional: true },
      { key: "reason", label: message("column.reason"), width: 26, text: (row) => at(row).reason },
      { key: "way_out", label: message("column.way_out"), width: 24, text: (row) => at(row).wayOut, optional: innerWidth < 1900 },
    ],
  });
}

function findingTable() {
  const at = (row) => findings[row];
  return new VirtualTable({
    name: "findings",
    label: message("js.tab.findings"),
    count: findings.length,
    match: (query, filters) =>
      matchObjects(
        findings,
        ({ account, control, outcome, severity, type, arn, reason, exempt }) =>
          [exempt ?? "", control, word("outcome", outcome), word("severity", severity), account.name, account.id, account.path, type, arn, reason].join(" "),
        (finding) =>
          (!filters.control || finding.control === filters.control) &&
          (!filters.outcome || finding.outcome === filters.outcome) &&
          (!filters.severity || finding.severity === filters.severity),
        query,
      ),
    rank: { at: (row) => SEVERITIES.indexOf(at(row).severity) + (at(row).outcome === "fail" ? 0 : 5), ranks: 10 },
    open: (row) => openAccount(at(row).account),
    changed: () => remember(null),
    facets: [
      {
        key: "control", label: message("column.control"),
        values: distinct(findings.map(({ control }) => control)).sort((a, b) => (naturalId(a) < naturalId(b) ? -1 : 1)).map((id) => [id, id]),
      },
      facetOf("outcome", "outcome", message("column.outcome"), ["fail", "unknown"]),
      facetOf("severity", "severity", message("column.severity"), SEVERITIES),
    ],
    columns: [
      { key: "control", label: message("column.control"), width: 9, text: (row) => at(row).control, sortKey: (row) => naturalId(at(row).control) },
      {
        key: "outcome", label: message("column.outcome"), width: 7, fixed: true, text: (row) => word("outcome", at(row).outcome), value: (row) => at(row).outcome,
        className: (row) => `o-${at(row).outcome}`, glyph: (row) => `o-${at(row).outcome}`,
      },
      { key: "severity", label: message("column.severity"), width: 7, fixed: true, text: (row) => word("severity", at(row).severity), value: (row) => at(row).severity, sortKey: (row) => SEVERITIES.indexOf(at(row).severity) },
      { key: "account", label: message("column.account"), width: 12, text: (row) => at(row).account.name },
      { key: "account_id", label: message("column.account_id"), width: 9, fixed: true, text: (row) => at(row).account.id, optional: innerWidth < 1500 },
      { key: "ou_path", label: message("column.ou_path"), width: 14, text: (row) => at(row).account.path },
      { key: "resource", label: message("column.resource"), width: 20, text: (row) => at(row).arn },
      ...exemptColumn((row) => at(row).exempt),
      { key: "reason", label: message("column.reason"), width: 30, text: (row) => at(row).reason },
    ],
  });
}

function targetTable() {
  const at = (row) => targets[row];
  return new VirtualTable({
    name: "targets",
    label: message("js.tab.targets"),
    count: targets.length,
    match: (query, filters) =>
      matchObjects(
        targets,
        (target) => [target.name, target.id, target.type, target.path, word("coverage", target.coverage), target.decidedBy, target.reason].join(" "),
        (target) => (!filters.coverage || target.coverage === filters.coverage) && (!filters.type || target.type === filters.type),
        query,
      ),
    open: (row) => openTarget(at(row)),
    changed: () => remember(null),
    facets: [
      facetOf("coverage", "coverage", message("column.coverage"), COVERAGES),
      { key: "type", label: message("column.type"), values: distinct(targets.map((target) => target.type)).map((text) => [text, text]) },
    ],
    columns: [
      { key: "target", label: message("column.target"), width: 16, text: (row) => at(row).name },
      { key: "target_id", label: message("column.target_id"), width: 11, text: (row) => at(row).id, optional: true },
      { key: "type", label: message("column.type"), width: 12, fixed: true, text: (row) => at(row).type },
      { key: "ou_path", label: message("column.ou_path"), width: 18, text: (row) => at(row).path },
      { key: "coverage", label: message("column.coverage"), width: 8, fixed: true, text: (row) => word("coverage", at(row).coverage), value: (row) => at(row).coverage, sortKey: (row) => COVERAGES.indexOf(at(row).coverage) },
      { key: "locks_out", label: message("column.locks_out"), width: 9, text: (row) => yesNo(at(row).locksOut) },
      { key: "hits_roles", label: message("column.hits_roles"), width: 7, text: (row) => yesNo(at(row).hitsRoles) },
      { key: "protects_mfa_devices", label: message("column.protects_mfa_devices"), width: 9, text: (row) => word("protection", at(row).mfaDevices), optional: innerWidth < 1900 },
      { key: "protects_membership", label: message("column.protects_membership"), width: 9, text: (row) => word("protection", at(row).membership), optional: innerWidth < 1900 },
      { key: "newly", label: message("column.newly"), width: 8, number: true, text: (row) => String(at(row).newly ?? ""), sortKey: (row) => at(row).newly ?? -1 },
      { key: "decided_by", label: message("column.decided_by"), width: 30, text: (row) => at(row).decidedBy },
      { key: "reason", label: message("column.reason"), width: 26, text: (row) => at(row).reason },
    ],
  });
}

function buildTabs() {
  const holder = document.getElementById("tabs");
  const list = element("div", { className: "tablist", role: "tablist" });
  for (const table of [userTable(), accountTable(), controlTable(), findingTable(), policyTable(), scpTable(), lintTable(), targetTable()]) {
    const { name, label, count } = table.definition;
    tables.set(name, table);
    table.tab = element(
      "button",
      { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}` },
      `${label} ${grouped(count)}`,
    );
    table.tab.addEventListener("click", () => openTab(name));
    list.append(table.tab);
  }
  list.addEventListener("keydown", (event) => {
    const names = [...tables.keys()];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = names[(names.indexOf(currentTab()) + step + names.length) % names.length];
    openTab(next);
    tables.get(next).tab.focus();
  });
  holder.append(list, ...[...tables.values()].map((table) => table.panel));
  holder.hidden = false;
  selectTab("users");
}

const currentTab = () => [...tables.keys()].find((name) => !tables.get(name).panel.hidden);

function selectTab(name) {
  for (const [key, table] of tables) {
    const chosen = key === name;
    table.tab.setAttribute("aria-selected", String(chosen));
    table.tab.tabIndex = chosen ? 0 : -1;
    table.panel.hidden = !chosen;
  }
  tables.get(name).draw(true);
}

// Shows a table, and with `filters` just those rows.
function openTab(name, filters) {
  selectTab(name);
  if (filters) {
    tables.get(name).restore(filters);
    document.getElementById("tables").scrollIntoView();
  }
  remember(null);
}

// Keeps what is shown in the address, so that it can be sent to somebody.
function remember(opened) {
  if (!remembering) return;
  const state = opened ?? tables.get(currentTab()).state;
  const name = currentTab();
  if (!opened && (name !== "users" || Object.keys(state).length > 0)) state.tab = name;
  const hash = new URLSearchParams(state).toString();
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

// Shows what the address says.
function recall() {
  const hash = location.hash.slice(1);
  if (!hash.includes("=")) return;
  const state = Object.fromEntries(new URLSearchParams(hash));
  if (state.user) {
    const at = state.user.indexOf("/");
    const [id, name] = [state.user.slice(0, at), state.user.slice(at + 1)];
    const account = accountById.get(id);
    const row = account ? users.name.findIndex((user, row) => user === name && users.account[row] === account.index) : -1;
    if (row >= 0) openUser(row);
  } else if (state.account && !state.tab) {
    const account = accountById.get(state.account);
    if (account) openAccount(account);
  } else if (state.control && !state.tab) {
    const control = controls.find(({ id }) => id === state.control);
    if (control) openControl(control);
  } else if (state.policy) {
    const policy = policies.find(({ key }) => key === state.policy);
    if (policy) openPolicy(policy);
  } else if (state.target) {
    if (targetById.has(state.target)) openTarget(targetById.get(state.target));
  } else if (tables.has(state.tab)) {
    selectTab(state.tab);
    tables.get(state.tab).restore(state);
    document.getElementById("tables").scrollIntoView();
  }
}

startPicture();
// The first screen is painted before the tables are built.
requestAnimationFrame(() =>
  setTimeout(() => {
    buildTabs();
    recall();
    remembering = true;
    document.documentElement.dataset.ready = "";
  }),
);
addEventListener("hashchange", recall);

// On paper the first of the worst stand with their reasoning; what was closed before is closed again.
const opened = new Set();
addEventListener("beforeprint", () => {
  for (const node of document.querySelectorAll(".worst > details:not([open])")) {
    node.open = true;
    opened.add(node);
  }
  tables.forEach((table) => table.beginPrint());
});
addEventListener("afterprint", () => {
  opened.forEach((node) => { node.open = false; });
  opened.clear();
  tables.forEach((table) => table.endPrint());
});
