//! org-audit: reporting.
