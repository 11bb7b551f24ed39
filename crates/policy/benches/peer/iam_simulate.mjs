// Times @cloud-copilot/iam-simulate on the cases of a file, for `cargo xtask bench policy`.
// usage: node iam_simulate.mjs DIR-WITH-NODE_MODULES CASES SECONDS
// Prints one JSON object: evaluations a second, and the result of each case.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

const [directory, file, seconds] = process.argv.slice(2)
const require = createRequire(resolve(directory, 'package.json'))
const { runSimulation } = require('@cloud-copilot/iam-simulate')

const named = (policies) => policies.map((policy, index) => ({ name: String(index), policy }))
const cases = readFileSync(file, 'utf8').trim().split('\n').map((line) => {
  const one = JSON.parse(line)
  return {
    identityPolicies: named(one.identity_policies),
    serviceControlPolicies: one.scps.map((level, index) => ({ orgIdentifier: `level-${index}`, policies: named(level) })),
    resourceControlPolicies: [],
    request: {
      action: one.request.action,
      principal: one.principal,
      resource: { accountId: one.request.resource_account, resource: one.request.resource },
      contextVariables: one.request.context,
    },
  }
})

const results = []
for (const one of cases) {
  const answer = await runSimulation(one, {})
  results.push(answer.errors ?? answer.analysis?.result ?? answer.overallResult ?? answer.result)
}
let count = 0
const start = process.hrtime.bigint()
let elapsed = 0
while (elapsed < Number(seconds)) {
  for (const one of cases) await runSimulation(one, {})
  count += cases.length
  elapsed = Number(process.hrtime.bigint() - start) / 1e9
}
console.log(JSON.stringify({ per_second: count / elapsed, results }))
