//! What was asked for, as the manifest keeps it: a run's reports can be written again only with the same
//! controls and parameters.

use org_audit_analysis::Options;
use org_audit_analysis::controls::{Parameters, Selection};
use org_audit_model::RunFigures;
use org_audit_model::ids::sha256_hex;
use org_audit_model::manifest::Arguments;

use crate::args::FormatArgs;
use crate::error::CliError;

/// What the manifest keeps of a run beside its files.
#[derive(Debug)]
pub struct Recorded {
    /// What was asked for.
    pub arguments: Arguments,
    /// The run in a few numbers.
    pub figures: RunFigures,
}

/// What the manifest keeps of a run's arguments.
pub fn arguments(reports: &FormatArgs, options: &Options) -> Arguments {
    let changed = options.parameters.changed();
    Arguments {
        formats: reports.format.iter().map(ToString::to_string).collect(),
        report_options: reports.recorded(),
        // Known when the run is sealed.
        exceptions_sha256: None,
        controls: options.selection.ids().map(str::to_owned).collect(),
        control_parameters: changed
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        baseline: None,
        scope_map_sha256: options
            .scope
            .as_ref()
            .map(|map| sha256_hex(map.source().as_bytes())),
    }
}

/// The controls and parameters that a manifest names; the default ones where it names none. The scope map is
/// a file of its own: see [`crate::scope_map::of_run`].
///
/// # Errors
///
/// When this version of the program does not know one of them.
pub fn options(arguments: &Arguments) -> Result<Options, CliError> {
    let unknown = |error: &dyn std::error::Error| {
        CliError::usage(format!("the run's manifest cannot be followed: {error}"))
            .with_help("use the version of org-audit that made the run; the manifest names it")
    };
    let mut options = Options::default();
    if !arguments.controls.is_empty() {
        options.selection =
            Selection::parse(&arguments.controls.join(",")).map_err(|error| unknown(&error))?;
    }
    let mut parameters = Parameters::default();
    for (name, value) in &arguments.control_parameters {
        parameters.set(name, value).map_err(|error| unknown(&error))?;
    }
    options.parameters = parameters;
    Ok(options)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::Cli;

    fn reports(arguments: &[&str]) -> FormatArgs {
        let words = ["org-audit"].iter().chain(arguments);
        Cli::parse_from(words).audit.output.formats
    }

    #[test]
    fn options_at_their_default_are_not_recorded() {
        assert!(reports(&[]).recorded().is_empty());
    }

    #[test]
    fn what_the_manifest_keeps_gives_the_same_options_again() {
        let mut parameters = Parameters::default();
        parameters.assign("max-access-key-age-days=60").unwrap();
        let selection = Selection::parse("IAM.3,IAM.19").unwrap();
        let asked = Options {
            selection,
            parameters,
            ..Options::default()
        };
        let kept = arguments(&reports(&["--lang", "ja", "--csv-bom"]), &asked);
        assert_eq!(kept.report_options, ["lang=ja", "csv-bom"]);
        assert_eq!(kept.controls, ["IAM.3", "IAM.5", "IAM.19"]);
        assert_eq!(options(&kept).unwrap(), asked);
    }

    #[test]
    fn a_manifest_without_controls_means_the_default_ones() {
        assert_eq!(options(&Arguments::default()).unwrap(), Options::default());
    }

    #[test]
    fn a_control_that_is_not_known_any_more_is_an_error_with_a_way_out() {
        let arguments = Arguments {
            controls: vec!["IAM.20".to_owned()],
            ..Arguments::default()
        };
        let error = options(&arguments).unwrap_err();
        assert!(error.to_string().contains("no control `IAM.20`"), "{error}");
        assert!(error.help().is_some());
    }
}
