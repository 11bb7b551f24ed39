#!/bin/sh
# A nightly run for cron:
#   15 2 * * *  /usr/local/lib/org-audit/nightly.sh
# Runs are kept side by side, so that they can be compared later. The exit code is org-audit's own: 3 says
# that something could not be read, 10 that a control failed at or above --fail-on.
set -u
umask 077
runs=${ORG_AUDIT_RUNS:-/var/lib/org-audit}
exec org-audit --quiet --format html,csv,json --role-name OrgAuditReadOnly --fail-on medium \
  --output "$runs/$(date -u +%Y-%m-%dT%H%M%SZ)"
