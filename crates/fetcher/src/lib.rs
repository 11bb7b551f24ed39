//! org-audit: fetcher.
