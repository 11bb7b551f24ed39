//! Options about what is judged.

use std::path::PathBuf;

use clap::Args;
use org_audit_analysis::Options;
use org_audit_analysis::controls::{ParameterError, Parameters, Selection, SelectionError};
use org_audit_model::ExitCode;

use crate::error::CliError;
use crate::scope_map;

/// Which controls are judged, and by which parameters.
#[derive(Debug, Clone, Args)]
pub struct ControlArgs {
    /// Controls to judge, separated by commas: ids such as IAM.19, `default`, or `all`.
    ///
    /// IAM.5 is always judged. `org-audit explain` lists them all.
    #[arg(long, value_name = "CONTROLS", default_value = "default", value_parser = selection,
        help_heading = "Controls")]
    pub controls: Selection,
    /// Set a parameter of a control, such as `max-access-key-age-days=60`; may be repeated.
    ///
    /// The page of each control (`org-audit explain IAM.3`) names its parameters. With another value than the
    /// default, the outcome may not be what Security Hub would say.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment, help_heading = "Controls")]
    pub control_parameter: Vec<Assignment>,
    /// A TOML file that says which accounts and OUs are in the cardholder data environment, connected to it, or
    /// out. It is kept in the run directory.
    #[arg(long, value_name = "FILE", help_heading = "Controls")]
    pub scope_map: Option<PathBuf>,
}

/// A parameter and its value, checked.
#[derive(Debug, Clone)]
pub struct Assignment(String);

impl Assignment {
    /// Sets the parameter.
    ///
    /// # Errors
    ///
    /// When it does not take the value; such an assignment is not made.
    pub fn assign_to(&self, parameters: &mut Parameters) -> Result<(), CliError> {
        parameters
            .assign(&self.0)
            .map_err(|error| CliError::of(&error, ExitCode::Usage))
    }
}

impl ControlArgs {
    /// What they ask for. Reads the scope map.
    ///
    /// # Errors
    ///
    /// When the scope map cannot be used. When a parameter does not take its value; such an assignment does not get this far.
    pub fn options(&self) -> Result<Options, CliError> {
        let mut parameters = Parameters::default();
        for assignment in &self.control_parameter {
            assignment.assign_to(&mut parameters)?;
        }
        Ok(Options {
            selection: self.controls.clone(),
            parameters,
            scope: self.scope_map.as_deref().map(scope_map::read).transpose()?,
            ..Options::default()
        })
    }
}

pub(super) fn selection(list: &str) -> Result<Selection, SelectionError> {
    Selection::parse(list)
}

pub(super) fn assignment(text: &str) -> Result<Assignment, ParameterError> {
    Parameters::default().assign(text)?;
    Ok(Assignment(text.to_owned()))
}
