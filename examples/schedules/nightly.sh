#!/bin/sh
# A nightly run for cron:
#   15 2 * * *  /usr/local/lib/org-audit/nightly.sh
# Runs are kept side by side. Each is compared with the last one that was finished, and its report shows all of
# them over time. The exit code is org-audit's own: 3 says that something could not be read, 10 that a control
# fails at or above --fail-on which the last run did not report. Without a last run, every such fail counts.
set -u
umask 077
runs=${ORG_AUDIT_RUNS:-/var/lib/org-audit}
mkdir -p "$runs" || exit 2
last=
for run in "$runs"/*/; do
  # A run without a manifest was not finished.
  if [ -f "$run/manifest.json" ]; then last=${run%/}; fi
done
if [ -n "$last" ]; then
  set -- "$@" --baseline "$last" --history "$runs" --fail-on new:medium
else
  set -- "$@" --fail-on medium
fi
exec ${ORG_AUDIT:-org-audit --role-name OrgAuditReadOnly} --quiet --format html,csv,json "$@" \
  --output "$runs/$(date -u +%Y-%m-%dT%H%M%SZ)"
