//! `SHA256SUMS`: the hashes of a run in the form of `sha256sum`, for people who have no other program.

use std::fmt::Write as _;

use org_audit_model::manifest::FileEntry;

/// Name of the file.
pub const SUMS_FILE: &str = "SHA256SUMS";

/// The text: a line for each file, as `sha256sum` of GNU coreutils writes and reads it. A name with a backslash
/// or a line end is escaped, and the line then begins with a backslash (coreutils manual, "md5sum invocation").
pub fn text(entries: &[FileEntry]) -> String {
    entries.iter().fold(String::new(), |mut text, entry| {
        let escaped = entry
            .path
            .replace('\\', "\\\\")
            .replace('\n', "\\n")
            .replace('\r', "\\r");
        let mark = if escaped == entry.path { "" } else { "\\" };
        let _ = writeln!(text, "{mark}{}  {escaped}", entry.sha256);
        text
    })
}
