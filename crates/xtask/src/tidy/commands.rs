//! Every command in the documentation is one that the whole-program tests run, or say why they cannot.

use super::{Problem, TextFile};

#[path = "../../../../tests/whole_program/documented.rs"]
#[allow(
    dead_code,
    reason = "the test that runs the commands reads more than this check"
)]
mod documented;

/// Where it is written how each command is run.
const TREATMENTS: &str = "tests/whole_program/documented-commands.txt";

/// Commands without a treatment, and treatments without a command.
pub fn check(files: &[TextFile]) -> Vec<Problem> {
    let text = files.iter().find(|file| file.path == TREATMENTS);
    let treatments = match documented::treatments(text.map_or("", |file| file.text.as_str())) {
        Ok(treatments) => treatments,
        Err(error) => return vec![Problem::new(TREATMENTS, error)],
    };
    let mut problems = Vec::new();
    let mut seen = Vec::new();
    for file in files
        .iter()
        .filter(|file| documented::is_documentation(&file.path))
    {
        for command in documented::commands(&file.text) {
            if !treatments.contains_key(&command.text) {
                let message = format!("`{}` is not in {TREATMENTS}: no test runs it", command.text);
                problems.push(Problem::at(&file.path, command.line, message));
            }
            seen.push(command.text);
        }
    }
    for command in treatments.keys().filter(|command| !seen.contains(command)) {
        problems.push(Problem::new(
            TREATMENTS,
            format!("`{command}` is in no documentation any more"),
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(documentation: &str, treatments: &str) -> Vec<String> {
        let file = |path: &str, text: &str| TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let files = [file("README.md", documentation), file(TREATMENTS, treatments)];
        check(&files).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_command_that_no_test_runs_is_a_problem() {
        let found = problems("# X\n```console\n$ org-audit demo\n```\n", "");
        assert!(
            found[0].starts_with("README.md:3: `org-audit demo` is not in"),
            "{found:?}"
        );
        assert!(problems("```console\n$ org-audit demo\n```\n", "[run] org-audit demo\n").is_empty());
    }

    #[test]
    fn a_treatment_of_a_command_that_is_gone_is_a_problem() {
        let found = problems("nothing", "[run] org-audit demo\n");
        assert!(found[0].contains("is in no documentation"), "{found:?}");
    }

    #[test]
    fn a_command_that_is_only_shown_needs_a_reason() {
        let shown = "```sh\ngit clone x\n```\n";
        assert_eq!(problems(shown, "[shown] git clone x\n").len(), 1);
        assert!(problems(shown, "[shown] git clone x\n    because: no network\n").is_empty());
    }

    #[test]
    fn commands_are_joined_over_lines_and_output_is_not_a_command() {
        let text = "```console\n$ org-audit \\\n    demo\nwritten\n```\n```text\n$ not this\n```\n";
        let found: Vec<_> = documented::commands(text)
            .into_iter()
            .map(|command| command.text)
            .collect();
        assert_eq!(found, ["org-audit demo"]);
    }

    #[test]
    fn every_line_of_a_shell_block_is_a_command() {
        let text = "```sh\n# a comment\norg-audit demo   # another\n\nls run\n```\n";
        let found: Vec<_> = documented::commands(text)
            .into_iter()
            .map(|command| command.text)
            .collect();
        assert_eq!(found, ["org-audit demo", "ls run"]);
    }
}
