//! The earlier runs that a run's reports speak of: its baseline and its history.

use std::convert::Infallible;
use std::path::Path;

use org_audit_analysis::change::Comparison;
use org_audit_analysis::{AnalyzeError, Options};
use org_audit_model::change::{BaselineReference, Change};
use org_audit_model::store::{SnapshotReader, StoreError};
use org_audit_model::{AccountAssessment, OrganizationSnapshot, RunFigures};

use crate::args::{CompareArgs, FailOn};
use crate::earlier::EarlierRun;
use crate::error::CliError;
use crate::history::{self, Found};
use crate::printer::Printer;

/// The baseline and the history, opened before the work begins.
#[derive(Debug, Default)]
pub struct Compared {
    baseline: Option<EarlierRun>,
    history: Found,
}

impl Compared {
    /// Opens what `arguments` name. `output` is the run directory that is to be made, or replaced.
    ///
    /// # Errors
    ///
    /// When an earlier run cannot be read, when it would be replaced by the run that is compared with it, or
    /// when `fail_on` asks for what is new and there is no baseline.
    pub fn open(
        arguments: &CompareArgs,
        output: Option<&Path>,
        fail_on: Option<FailOn>,
    ) -> Result<Self, CliError> {
        if fail_on.is_some_and(|fail_on| fail_on.only_new) && arguments.baseline.is_none() {
            return Err(
                CliError::usage("`--fail-on new:…` needs an earlier run to compare with")
                    .with_help("name it with --baseline"),
            );
        }
        let baseline = match &arguments.baseline {
            Some(path) => {
                if let Some(output) = output {
                    refuse_replacing(path, output)?;
                }
                let earlier = EarlierRun::open(path)?;
                earlier.check()?;
                Some(earlier)
            }
            None => None,
        };
        Ok(Self {
            baseline,
            history: history::find(&arguments.history)?,
        })
    }

    /// The baseline's organization, where there is a baseline.
    pub fn organization_id(&self) -> Option<&str> {
        let baseline = self.baseline.as_ref()?;
        Some(&baseline.organization.organization.id)
    }

    /// Refuses a baseline of another organization.
    ///
    /// # Errors
    ///
    /// When it is.
    pub fn check_organization(&self, later: &str) -> Result<(), CliError> {
        match &self.baseline {
            Some(baseline) => baseline.check_same_organization(later),
            None => Ok(()),
        }
    }

    /// What the manifest keeps of the baseline.
    pub fn reference(&self) -> Option<BaselineReference> {
        self.baseline.as_ref().map(|baseline| BaselineReference {
            organization_id: baseline.organization.organization.id.clone(),
            started_at: baseline.organization.collection.started_at,
            manifest_sha256: baseline.manifest_sha256.clone(),
        })
    }

    /// Begins the comparison with the baseline, where there is one.
    pub fn begin(&self, options: &Options) -> BaselineComparison<'_> {
        let earlier = self.baseline.as_ref();
        BaselineComparison {
            running: earlier.map(|earlier| (earlier, Comparison::new(options, &earlier.baseline()))),
            not_compared: earlier
                .map(|earlier| not_compared(earlier, options))
                .unwrap_or_default(),
        }
    }

    /// The earlier runs of `organization`, without its own. What is left out is said through `printer`.
    pub fn history(&self, organization: &OrganizationSnapshot, printer: Printer) -> Vec<RunFigures> {
        let id = organization.organization.id.as_str();
        let (runs, notes) = self.history.of(id);
        for note in notes {
            printer.warn(&note);
        }
        runs.into_iter()
            .map(|run| run.figures)
            .filter(|figures| figures.started_at < organization.collection.started_at)
            .collect()
    }
}

/// Controls that the baseline's run judged and this one does not.
fn not_compared(earlier: &EarlierRun, options: &Options) -> Vec<String> {
    let judged = earlier.arguments.controls.iter();
    judged
        .filter(|id| !options.selection.ids().any(|selected| selected == *id))
        .cloned()
        .collect()
}

/// The comparison with a baseline, while the accounts pass by.
#[derive(Debug)]
pub struct BaselineComparison<'a> {
    running: Option<(&'a EarlierRun, Comparison<'a, SnapshotReader>)>,
    not_compared: Vec<String>,
}

impl BaselineComparison<'_> {
    /// Takes an account of the later run.
    ///
    /// # Errors
    ///
    /// When the baseline cannot be read.
    pub fn account(&mut self, account: &AccountAssessment) -> Result<(), StoreError> {
        match &mut self.running {
            Some((_, comparison)) => comparison
                .account(account, |_| Ok::<(), Infallible>(()))
                .map_err(of_the_store),
            None => Ok(()),
        }
    }

    /// The whole change; nothing where there is no baseline.
    ///
    /// # Errors
    ///
    /// When the baseline cannot be read.
    pub fn finish(self, now: RunFigures) -> Result<Option<Change>, StoreError> {
        let Some((earlier, comparison)) = self.running else {
            return Ok(None);
        };
        let mut change = comparison
            .finish(earlier.manifest_sha256.clone(), now, |_| Ok::<(), Infallible>(()))
            .map_err(of_the_store)?;
        change.controls_not_compared = self.not_compared;
        Ok(Some(change))
    }
}

fn of_the_store(error: AnalyzeError<Infallible>) -> StoreError {
    match error {
        AnalyzeError::Store(error) => error,
        AnalyzeError::Receiver(never) => match never {},
    }
}

/// With --force the output directory is removed first; it must not hold the run that is compared with.
fn refuse_replacing(baseline: &Path, output: &Path) -> Result<(), CliError> {
    let (Ok(baseline), Ok(output)) = (baseline.canonicalize(), output.canonicalize()) else {
        return Ok(());
    };
    if baseline.starts_with(&output) {
        return Err(CliError::usage("the output directory holds the baseline")
            .with_help("name another directory with --output"));
    }
    Ok(())
}
