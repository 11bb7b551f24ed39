//! Errors as the user sees them: what, the causes, the way out, and one exit code each.

use std::error::Error;
use std::fmt;
use std::path::Path;

use org_audit_model::ExitCode;

/// An error that ends the program.
#[derive(Debug)]
pub struct CliError {
    message: String,
    causes: Vec<String>,
    excerpt: Option<String>,
    help: Option<String>,
    code: ExitCode,
}

impl CliError {
    /// Something that the user can put right.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            causes: Vec::new(),
            excerpt: None,
            help: None,
            code: ExitCode::Usage,
        }
    }

    /// Something that nobody foresaw.
    pub fn unexpected(error: &dyn Error) -> Self {
        Self::of(error, ExitCode::Unexpected)
    }

    /// `error` with its causes.
    pub fn of(error: &dyn Error, code: ExitCode) -> Self {
        let mut causes = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        Self {
            message: error.to_string(),
            causes,
            excerpt: None,
            help: None,
            code,
        }
    }

    /// The same with the way out.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with the place in a file, underlined.
    #[must_use]
    pub fn with_excerpt(mut self, excerpt: impl Into<String>) -> Self {
        self.excerpt = Some(excerpt.into());
        self
    }

    /// The same about another directory: where `copy` is named, `original` is meant.
    #[must_use]
    pub fn about(mut self, copy: &Path, original: &Path) -> Self {
        let (copy, original) = (copy.display().to_string(), original.display().to_string());
        self.message = self.message.replace(&copy, &original);
        self
    }

    /// The place in a file, where there is one: some lines.
    pub fn excerpt(&self) -> Option<&str> {
        self.excerpt.as_deref()
    }

    /// The program's exit code.
    pub fn exit_code(&self) -> ExitCode {
        self.code
    }

    /// The way out, where there is one.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        // A cause that the message before it already tells is not said twice.
        let mut last = self.message.as_str();
        for cause in self.causes.iter().filter(|cause| !cause.is_empty()) {
            if !last.contains(cause.as_str()) {
                write!(f, ": {cause}")?;
            }
            last = cause;
        }
        Ok(())
    }
}

impl From<org_audit_model::store::StoreError> for CliError {
    fn from(error: org_audit_model::store::StoreError) -> Self {
        use org_audit_model::store::StoreError;
        let help = match &error {
            StoreError::NewerSchema { .. } => {
                Some("use the version of org-audit that wrote it, or a later one")
            }
            StoreError::NotASnapshot(_) => Some("name a run directory, or the snapshot directory in it"),
            StoreError::Damaged { .. }
            | StoreError::WrongAccount { .. }
            | StoreError::WrongDocument { .. } => {
                Some("the file was changed or cut off after it was written; collect it again")
            }
            StoreError::Io { .. } | StoreError::AnotherOrganization { .. } => None,
        };
        let code = match &error {
            StoreError::Io { action: "write", .. } => ExitCode::Unexpected,
            StoreError::Io { .. }
            | StoreError::NotASnapshot(_)
            | StoreError::AnotherOrganization { .. }
            | StoreError::Damaged { .. }
            | StoreError::NewerSchema { .. }
            | StoreError::WrongAccount { .. }
            | StoreError::WrongDocument { .. } => ExitCode::Usage,
        };
        let error = Self::of(&error, code);
        match help {
            Some(help) => error.with_help(help),
            None => error,
        }
    }
}
