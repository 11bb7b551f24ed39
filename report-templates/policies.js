// The tables of controls, of policies, of SCPs and of what the lints say, and what opens from them.

const LINT_SEVERITIES = ["error", "warning", "info"];
const STANDARDS = raw.standards;
// AWS's FullAWSAccess hangs everywhere; a cell names a few.
const MOST_HANGS = 6;
const naturalId = (id) => id.replace(/\d+/g, (digits) => digits.padStart(6, "0"));
const percentText = (part, whole) => {
  if (whole === 0) return "";
  const perMille = Math.floor((part * 1000) / whole);
  return perMille === 1000 ? "100%" : `${Math.floor(perMille / 10)}.${perMille % 10}%`;
};

const controls = raw.controls.map(([id, title, severity, fail, unknown, pass, notApplicable, supports]) => ({
  id, title, severity, fail, unknown, pass, notApplicable,
  rate: percentText(pass, pass + fail),
  supports: new Map(supports),
}));

const policies = raw.policies.map(
  ([kind, id, sha256, names, denies, problem, notInForce, lints, accounts, users, groups, places, targets]) => {
    const policy = {
      kind, id, sha256, names, denies, problem, notInForce, accounts, users, groups, places, targets,
      key: id || sha256 || names.join(", "),
      name: names.join(", "),
    };
    policy.lints = lints.map(([code, severity, sid, statement, pointer, text, help]) => ({
      policy, code, severity, pointer, text: texts[text], help: texts[help],
      statement: sid ?? (statement === null ? "" : message("js.statement", { n: statement + 1 })),
    }));
    policy.codes = [...new Set(policy.lints.map((lint) => lint.code))].join(", ");
    policy.severity = LINT_SEVERITIES.find((severity) => policy.lints.some((lint) => lint.severity === severity)) ?? "";
    policy.places = places.map(([account, arn, copies, users, groups]) => ({ account: accountById.get(account), arn, copies, users, groups }));
    const hangs = targets?.map(([, , name]) => name) ?? [message("js.unknown")];
    policy.hangsAt = hangs.join(", ");
    const others = hangs.length - MOST_HANGS;
    policy.hangsShort = others > 0 ? `${hangs.slice(0, MOST_HANGS).join(", ")} ${message("js.more_targets", { n: grouped(others) })}` : policy.hangsAt;
    return policy;
  },
);
const identityPolicies = policies.filter(({ kind }) => kind === "identity");
const scps = policies.filter(({ kind }) => kind === "scp");
const lints = policies.flatMap((policy) => policy.lints);

// What is not known of a policy that could not be read is not an empty cell.
const lintWord = (policy) => {
  if (policy.problem) return message("js.unknown");
  return policy.severity ? word("lint", policy.severity) : message("js.no_flaw");
};
const lintClass = (policy) => {
  if (policy.problem) return "o-unknown";
  return { error: "o-fail", warning: "o-unknown" }[policy.severity] ?? "";
};
const lintOrder = (policy) => (policy.problem ? 2.5 : policy.severity ? LINT_SEVERITIES.indexOf(policy.severity) : 4);
const triState = (value) => (value === null ? "unknown" : value ? "yes" : "no");
const triFacet = (key, label) => ({
  key, label, values: ["yes", "no", "unknown"].map((value) => [value, message(`js.${value}`)]),
});
const severityFacet = (label) => ({
  key: "severity", label,
  values: [...LINT_SEVERITIES.map((severity) => [severity, word("lint", severity)]), ["none", message("js.no_flaw")], ["unknown", message("js.unknown")]],
});
const severityKey = (policy) => (policy.problem ? "unknown" : policy.severity || "none");
const numberColumn = (key, width, value, more = {}) => ({
  key, label: message(`column.${key}`), width, number: true,
  text: (row) => numberText(value(row)), sortKey: (row) => value(row) ?? -1, ...more,
});
const textColumn = (key, width, text, more = {}) => ({ key, label: message(`column.${key}`), width, text, ...more });

function controlTable() {
  const at = (row) => controls[row];
  const standard = ([name, label], optional) => ({
    key: name, label, width: 9, text: (row) => at(row).supports.get(name) ?? "", optional,
    // A spreadsheet would take 1.10 for the number 1.1.
    value: (row) => (at(row).supports.get(name) ?? "").replace(/\d+(\.\d+)+/g, `${name.replace(/^.* v/, "")}/$&`),
  });
  return new VirtualTable({
    name: "controls",
    label: message("js.tab.controls"),
    count: controls.length,
    match: (query, filters) =>
      matchObjects(
        controls,
        (control) => [control.id, control.title, word("severity", control.severity), ...control.supports.values()].join(" "),
        (control) =>
          (!filters.severity || control.severity === filters.severity) &&
          (!filters.result || (filters.result === "fail" ? control.fail > 0 : filters.result === "unknown" ? control.unknown > 0 : control.fail + control.unknown === 0)) &&
          (!filters.standard || control.supports.has(filters.standard)),
        query,
      ),
    rank: { at: (row) => SEVERITIES.indexOf(at(row).severity) + (at(row).fail > 0 ? 0 : 5), ranks: 10 },
    open: (row) => openControl(at(row)),
    changed: () => remember(null),
    facets: [
      facetOf("severity", "severity", message("column.severity"), SEVERITIES),
      { key: "result", label: message("column.outcome"), values: [["fail", word("outcome", "fail")], ["unknown", word("outcome", "unknown")], ["pass", message("js.neither")]] },
      { key: "standard", label: message("column.supports"), values: STANDARDS.map(([name, label]) => [name, label]) },
    ],
    columns: [
      textColumn("control", 12, (row) => at(row).id, { sortKey: (row) => naturalId(at(row).id) }),
      textColumn("title", 24, (row) => at(row).title),
      textColumn("severity", 7, (row) => word("severity", at(row).severity), { fixed: true, value: (row) => at(row).severity, sortKey: (row) => SEVERITIES.indexOf(at(row).severity) }),
      numberColumn("fail", 5, (row) => at(row).fail, { className: (row) => (at(row).fail > 0 ? "o-fail" : "") }),
      numberColumn("unknown", 6, (row) => at(row).unknown),
      numberColumn("pass", 5, (row) => at(row).pass),
      numberColumn("not_applicable", 6, (row) => at(row).notApplicable),
      textColumn("rate", 5, (row) => at(row).rate, { number: true, sortKey: (row) => { const { pass, fail } = at(row); return pass + fail === 0 ? -1 : pass / (pass + fail); } }),
      ...STANDARDS.map((one, index) => standard(one, ![0, 2, 6].includes(index) || innerWidth < 1000)),
    ],
  });
}

function policyTable() {
  const at = (row) => identityPolicies[row];
  return new VirtualTable({
    name: "policies",
    label: message("js.tab.policies"),
    count: identityPolicies.length,
    match: (query, filters) =>
      matchObjects(
        identityPolicies,
        (policy) => [policy.name, policy.codes, policy.sha256, policy.problem, ...policy.places.map(({ account, arn }) => `${account?.name} ${arn}`)].join(" "),
        (policy) =>
          (!filters.severity || severityKey(policy) === filters.severity) &&
          (!filters.denies || triState(policy.denies) === filters.denies),
        query,
      ),
    open: (row) => openPolicy(at(row)),
    changed: () => remember(null),
    facets: [severityFacet(message("column.lint_severity")), triFacet("denies", message("column.denies"))],
    columns: [
      textColumn("policy", 15, (row) => at(row).name),
      textColumn("lint_severity", 7, (row) => lintWord(at(row)), { fixed: true, value: (row) => severityKey(at(row)), className: (row) => lintClass(at(row)), sortKey: (row) => lintOrder(at(row)) }),
      textColumn("lints", 26, (row) => at(row).codes),
      textColumn("denies", 8, (row) => yesNo(at(row).denies)),
      numberColumn("accounts", 6, (row) => at(row).accounts),
      numberColumn("users", 6, (row) => at(row).users),
      numberColumn("groups", 6, (row) => at(row).groups),
      textColumn("problem", 16, (row) => at(row).problem ?? "", { optional: !identityPolicies.some(({ problem }) => problem) }),
      textColumn("sha256", 20, (row) => at(row).sha256 ?? "", { optional: true }),
    ],
  });
}

function scpTable() {
  const at = (row) => scps[row];
  return new VirtualTable({
    name: "scps",
    label: message("js.tab.scps"),
    count: scps.length,
    match: (query, filters) =>
      matchObjects(
        scps,
        (policy) => [policy.name, policy.id, policy.codes, policy.hangsAt, policy.problem, policy.notInForce].join(" "),
        (policy) =>
          (!filters.severity || severityKey(policy) === filters.severity) &&
          (!filters.denies || triState(policy.denies) === filters.denies),
        query,
      ),
    open: (row) => openPolicy(at(row)),
    changed: () => remember(null),
    facets: [severityFacet(message("column.lint_severity")), triFacet("denies", message("column.denies"))],
    columns: [
      textColumn("policy", 15, (row) => at(row).name),
      textColumn("policy_id", 10, (row) => at(row).id, { optional: innerWidth < 1500 }),
      textColumn("denies", 8, (row) => yesNo(at(row).denies)),
      textColumn("hangs_at", 18, (row) => at(row).hangsShort, { value: (row) => at(row).hangsAt }),
      numberColumn("covers", 7, (row) => at(row).accounts),
      textColumn("lint_severity", 7, (row) => lintWord(at(row)), { fixed: true, value: (row) => severityKey(at(row)), className: (row) => lintClass(at(row)), sortKey: (row) => lintOrder(at(row)) }),
      textColumn("lints", 26, (row) => at(row).codes),
      textColumn("problem", 20, (row) => at(row).problem ?? at(row).notInForce ?? "", {
        optional: !scps.some(({ problem, notInForce }) => problem || notInForce),
      }),
      textColumn("sha256", 20, (row) => at(row).sha256 ?? "", { optional: true }),
    ],
  });
}

function lintTable() {
  const at = (row) => lints[row];
  return new VirtualTable({
    name: "lints",
    label: message("js.tab.lints"),
    count: lints.length,
    match: (query, filters) =>
      matchObjects(
        lints,
        (lint) => [lint.code, word("lint", lint.severity), lint.policy.name, lint.policy.id, lint.statement, lint.pointer, lint.text, lint.help].join(" "),
        (lint) =>
          (!filters.severity || lint.severity === filters.severity) &&
          (!filters.code || lint.code === filters.code) &&
          (!filters.kind || lint.policy.kind === filters.kind),
        query,
      ),
    rank: { at: (row) => LINT_SEVERITIES.indexOf(at(row).severity), ranks: 3 },
    open: (row) => openPolicy(at(row).policy),
    changed: () => remember(null),
    facets: [
      facetOf("severity", "lint", message("column.severity"), LINT_SEVERITIES),
      { key: "code", label: message("column.lint"), values: distinct(lints.map(({ code }) => code)).map((code) => [code, code]) },
      facetOf("kind", "kind", message("column.kind"), ["identity", "scp"]),
    ],
    columns: [
      textColumn("lint", 15, (row) => at(row).code),
      textColumn("severity", 7, (row) => word("lint", at(row).severity), { fixed: true, value: (row) => at(row).severity, className: (row) => lintClass(at(row)), sortKey: (row) => LINT_SEVERITIES.indexOf(at(row).severity) }),
      textColumn("kind", 8, (row) => word("kind", at(row).policy.kind), { value: (row) => at(row).policy.kind, optional: innerWidth < 1500 }),
      textColumn("policy", 13, (row) => at(row).policy.name),
      textColumn("statement", 11, (row) => at(row).statement),
      textColumn("message", 34, (row) => at(row).text),
      numberColumn("accounts", 6, (row) => at(row).policy.accounts),
      numberColumn("users", 6, (row) => at(row).policy.users, { text: (row) => (at(row).policy.kind === "scp" ? "" : numberText(at(row).policy.users)) }),
      textColumn("pointer", 14, (row) => at(row).pointer, { optional: true }),
      textColumn("help", 30, (row) => at(row).help, { optional: innerWidth < 1900 }),
    ],
  });
}

function openControl(control) {
  const counts = ["fail", "unknown", "pass"].map((outcome) => element("span", {}, state("outcome", "o", outcome), ` ${grouped(control[outcome])}`));
  counts.push(element("span", {}, state("outcome", "o", "not_applicable"), ` ${grouped(control.notApplicable)}`));
  const show = element("button", { type: "button", className: "chip" }, message(control.id === "IAM.5" ? "js.open_users" : "js.open_findings"));
  show.addEventListener("click", () => {
    dialog.close();
    if (control.id === "IAM.5") openTab("users", {});
    else openTab("findings", { control: control.id });
  });
  showDetail(control.title, [control.id], [
    [message("column.severity"), word("severity", control.severity)],
    [message("column.outcome"), counts],
    [message("column.rate"), control.rate],
    ...STANDARDS.map(([name, label]) => [`${message("column.supports")} ${label}`, control.supports.get(name)]),
    [message("js.detail.page"), element("span", { className: "code" }, `org-audit explain ${control.id}`)],
    [message("js.tab.findings"), show],
  ]);
  remember({ control: control.id });
}

function openPolicy(policy) {
  const block = (...lines) => element("span", { className: "group" }, ...lines.filter(Boolean).map((line) => element("span", { className: "line" }, line)));
  const said = policy.lints.map((lint) =>
    block(
      element("b", { className: lintClass(lint) }, `${word("lint", lint.severity)}: ${lint.code}`),
      lint.statement ? element("span", {}, isolated(lint.statement), " ", element("span", { className: "code" }, lint.pointer)) : null,
      isolated(lint.text),
      isolated(lint.help),
    ),
  );
  const places = policy.places.map(({ account, arn, users, groups }) =>
    block(isolated(`${account?.name ?? ""} · ${account?.id ?? ""}`), element("span", { className: "code" }, isolated(arn)), message("js.applies_to", { users: grouped(users), groups: grouped(groups) })),
  );
  const more = (policy.accounts ?? 0) - places.length;
  if (policy.kind === "identity" && more > 0) places.push(block(message("js.more_places", { n: grouped(more) })));
  const hangs = policy.targets?.map(([id, type, name]) => block(isolated(name), element("span", { className: "code" }, `${type} ${id}`)));
  showDetail(policy.name, [word("kind", policy.kind), policy.id ? ` · ${policy.id}` : ""], [
    [message("column.problem"), [policy.problem, policy.notInForce].filter(Boolean).map(isolated)],
    [message("column.denies"), yesNo(policy.denies)],
    [message("column.lints"), policy.problem ? message("js.unknown") : said.length > 0 ? said : message("js.no_flaw")],
    [message("column.hangs_at"), policy.kind === "scp" ? (hangs ?? message("js.unknown")) : null],
    [message(policy.kind === "scp" ? "column.covers" : "column.accounts"), numberText(policy.accounts)],
    [message("column.users"), policy.kind === "scp" ? null : numberText(policy.users)],
    [message("column.groups"), policy.kind === "scp" ? null : numberText(policy.groups)],
    [message("js.detail.places"), places],
    [message("column.sha256"), policy.sha256 ? element("span", { className: "code" }, policy.sha256) : null],
  ]);
  remember({ policy: policy.key });
}
