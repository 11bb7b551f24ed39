//! What the program's exit code says. It is part of the interface: schedulers act on it.

/// The exit codes of `org-audit`, all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExitCode {
    /// Everything was read, and nothing at or above `--fail-on` was found.
    Clean,
    /// Something went wrong that is neither the user's doing nor AWS's answer.
    Unexpected,
    /// The arguments, the configuration, the credentials or an input file cannot be used.
    Usage,
    /// The run finished, but something could not be read: what is said of it is `unknown`.
    Incomplete,
    /// A finding at or above `--fail-on`; for `verify`, a run that was changed. It wins over
    /// [`ExitCode::Incomplete`].
    Finding,
}

impl ExitCode {
    /// Every exit code, in the order of its number.
    pub const ALL: [Self; 5] = [
        Self::Clean,
        Self::Unexpected,
        Self::Usage,
        Self::Incomplete,
        Self::Finding,
    ];

    /// The number that the operating system gets.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Finding => 10,
        }
    }

    /// One line for `--help` and the documentation.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Clean => "clean: everything was read, no finding at or above --fail-on",
            Self::Unexpected => "unexpected error",
            Self::Usage => "usage or configuration: arguments, credentials or an input file",
            Self::Incomplete => "incomplete: something could not be read, and is reported as unknown",
            Self::Finding => {
                "a finding at or above --fail-on (also when the run is incomplete); verify: the run was changed"
            }
        }
    }
}
