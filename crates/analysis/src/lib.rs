//! org-audit: analysis.
