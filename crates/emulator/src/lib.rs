//! org-audit: emulator.
