// One user or one account, opened beside the page.

const dialog = document.getElementById("detail");
const detailBody = document.getElementById("detail-body");

function showDetail(title, subtitle, facts) {
  const list = element("dl");
  for (const [label, value] of facts) {
    if (value === "" || value === null || value === undefined || value.length === 0) continue;
    const block = (part) => part instanceof Element && part.className === "group";
    const parts = Array.isArray(value) ? value : [value];
    const content = parts.flatMap((part, at) => (at && !block(part) ? [element("br"), part] : [part]));
    list.append(element("dt", {}, label), element("dd", {}, ...content));
  }
  detailBody.replaceChildren(
    element("h2", { id: "detail-title" }, element("bdi", {}, title)),
    element("p", { className: "sub" }, ...subtitle),
    list,
  );
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

const isolated = (text) => element("bdi", {}, text);
const state = (group, letter, value) =>
  element("span", { className: `${letter}-${value}` }, word(group, value));

// What SCPs do at a target beside covering it.
const targetFacts = (target) => [
  [message("column.locks_out"), yesNo(target.locksOut)],
  [message("column.hits_roles"), yesNo(target.hitsRoles)],
  [message("column.principal_conditions"), target.conditions.map(isolated)],
  [message("column.protects_mfa_devices"), word("protection", target.mfaDevices)],
  [message("column.protects_membership"), word("protection", target.membership)],
];

function newlyCovered(target) {
  const lines = target.newlyCovered.map((id) => isolated(`${id} ${accountById.get(id)?.name ?? ""}`));
  if (target.newly > lines.length) lines.push("…");
  return lines;
}

function coverageFacts(account) {
  const target = targetById.get(account.id);
  const parts = [word("coverage", account.coverage)];
  if (target) parts.push(...target.statements.map(isolated), isolated(target.reason));
  return parts;
}

function openUser(row) {
  const [account, kind] = [userAccount(row), userKind(row)];
  const [, profile, devices, at, exempt] = userOwn(row);
  showDetail(users.name[row], [isolated(account.name), ` · ${account.id} · `, isolated(account.path)], [
    [message("column.arn"), element("span", { className: "code" }, isolated(userArn(row)))],
    [message("column.iam_5"), [state("outcome", "o", kind.outcome), isolated(kind.reason)]],
    [message("column.exempt"), exempt ? isolated(exempt) : null],
    [message("column.verdict"), [state("verdict", "v", kind.verdict), isolated(kind.verdictReason)]],
    [
      message("js.detail.sessions"),
      kind.sessions.map((lines) =>
        element("span", { className: "group" }, ...lines.map((line) => element("span", { className: "line" }, isolated(line)))),
      ),
    ],
    [message("column.password"), yesNo(kind.password)],
    [message("column.mfa"), devicesText(kind)],
    [message("column.keys"), numberText(kind.keys)],
    [message("column.coverage"), coverageFacts(account)],
    [
      message("js.detail.seen_report"),
      isolated(
        message("js.detail.report_values", {
          password: kind.reportPassword || "–", mfa: kind.reportMfa || "–", at: account.reportOf ?? "–",
        }),
      ),
    ],
    [
      message("js.detail.seen_live"),
      at === null ? null : isolated(message("js.detail.live", { profile: profile ?? "–", devices: devices ?? "–", at })),
    ],
  ]);
  remember({ user: `${account.id}/${users.name[row]}` });
}

function enforcementText([all, directly, group, boundary, none]) {
  return message("js.detail.enforcement_text", { all, directly, group, boundary, none });
}

function openAccount(account) {
  const outcomes = Object.entries(account.outcomes).filter(([, count]) => count > 0);
  const code = (text) => (text ? element("span", { className: "code" }, isolated(text)) : null);
  const show = element("button", { type: "button", className: "chip" }, message("js.open_users"));
  show.addEventListener("click", () => {
    dialog.close();
    openTab("users", { account: account.id, q: account.id });
  });
  showDetail(account.name, [`${account.id} · `, isolated(account.path)], [
    [message("column.state"), isolated(account.state)],
    [message("column.scope"), scopeText(account)],
    [message("column.assessed"), assessedText(account)],
    [message("column.reason"), account.reason ? isolated(account.reason) : null],
    [message("column.way_out"), account.wayOut ? isolated(account.wayOut) : null],
    [message("column.iam_5"), outcomes.map(([outcome, count]) => element("span", {}, state("outcome", "o", outcome), ` ${count}`))],
    [message("column.coverage"), coverageFacts(account)],
    ...(targetById.has(account.id) ? targetFacts(targetById.get(account.id)) : []),
    [
      message("js.tab.findings"),
      account.findings.map(([control, outcome, , , , reason, exempt]) =>
        element("span", {}, `${texts[control]} `, state("outcome", "o", outcome), ": ", isolated(texts[reason]), exempt ? element("b", {}, " ", isolated(exempt)) : null),
      ),
    ],
    [message("js.detail.enforcement"), account.enforcement ? enforcementText(account.enforcement) : null],
    [message("js.detail.access"), isolated(account.access)],
    [message("js.detail.session"), code(account.session)],
    [message("js.detail.collected"), account.started ? code(`${account.started} – ${account.ended}`) : null],
    [message("js.detail.report"), code(account.reportOf)],
    [message("js.detail.sha256"), code(account.sha256)],
    [message("js.detail.counts"), account.counts.map((count) => count ?? "–").join(" · ")],
    [message("js.detail.own_page"), account.page ? element("a", { href: account.page }, account.page) : null],
    [message("column.users"), account.names.length > 0 ? show : null],
  ]);
  remember({ account: account.id });
}

function openTarget(target) {
  const account = accountById.get(target.id);
  if (account) {
    openAccount(account);
    return;
  }
  showDetail(target.name, [`${target.type} ${target.id} · `, isolated(target.path)], [
    [message("column.coverage"), [word("coverage", target.coverage), isolated(target.reason)]],
    [message("column.decided_by"), target.statements.map(isolated)],
    ...targetFacts(target),
    [message("column.newly"), target.newly === null ? null : [String(target.newly), ...newlyCovered(target)]],
  ]);
  remember({ target: target.id });
}

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
dialog.addEventListener("close", () => remember(null));
