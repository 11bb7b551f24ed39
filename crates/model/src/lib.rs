//! org-audit: model.
