//! org-audit: policy.
