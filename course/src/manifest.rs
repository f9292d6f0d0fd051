//! Writes a `Cargo.toml` that stands alone: what a chapter inherits from its workspace is put in its place.

use std::fmt::Write;

use anyhow::{Context, Result};
use toml::{Table, Value};

/// The fields of `[package]` that a crate of a learner's own keeps.
const KEPT: [&str; 3] = ["version", "edition", "rust-version"];

/// The manifest of a crate called `name`, with everything that these chapters' manifests depend on.
///
/// `root` is the workspace's manifest. Errors: a manifest that isn't one; something inherited that isn't there.
pub fn standing_alone(name: &str, root: &str, chapters: &[String]) -> Result<String> {
    let root: Table = root.parse().context("the workspace's Cargo.toml")?;
    let workspace =
        table(root.get("workspace")).context("the workspace's Cargo.toml has no workspace")?;
    let mut sections = Sections::default();
    for chapter in chapters {
        let chapter: Table = chapter.parse().context("a chapter's Cargo.toml")?;
        sections.add(&chapter, workspace)?;
    }
    let mut text = format!("[package]\nname = \"{name}\"\npublish = false\n");
    for (key, value) in sections.package {
        writeln!(text, "{key} = {value}")?;
    }
    for (header, entries) in sections.others {
        writeln!(text, "\n[{header}]")?;
        for (key, value) in entries {
            writeln!(text, "{key} = {value}")?;
        }
    }
    writeln!(
        text,
        "\n# Its own workspace: what is built here changes nothing in the course.\n[workspace]"
    )?;
    Ok(text)
}

#[derive(Default)]
struct Sections {
    package: Table,
    /// By header, in the order in which they are written.
    others: Vec<(String, Table)>,
}

impl Sections {
    fn add(&mut self, chapter: &Table, workspace: &Table) -> Result<()> {
        for key in KEPT {
            let value = table(chapter.get("package")).and_then(|package| package.get(key));
            if let Some(value) = value {
                let value = inherited(value, table(workspace.get("package")), key)?;
                self.package.insert(key.to_owned(), value);
            }
        }
        self.add_dependencies("", chapter, workspace)?;
        for (target, tables) in table(chapter.get("target")).into_iter().flatten() {
            let tables = table(Some(tables)).context("a target without a table")?;
            self.add_dependencies(&format!("target.'{target}'."), tables, workspace)?;
        }
        let lints = chapter.get("lints").context("a chapter without lints")?;
        let lints = inherited(lints, Some(workspace), "lints")?;
        for (tool, lints) in table(Some(&lints)).into_iter().flatten() {
            let mut lints = table(Some(lints)).cloned().unwrap_or_default();
            // Nobody documents what is typed in to be replaced in the next step.
            lints.remove("missing_docs");
            self.add_all(format!("lints.{tool}"), lints);
        }
        Ok(())
    }

    fn add_dependencies(&mut self, prefix: &str, tables: &Table, workspace: &Table) -> Result<()> {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = table(tables.get(kind)) else { continue };
            let mut resolved = Table::new();
            for (name, value) in dependencies {
                let value = inherited(value, table(workspace.get("dependencies")), name)?;
                resolved.insert(name.clone(), one_level_deeper(value));
            }
            self.add_all(format!("{prefix}{kind}"), resolved);
        }
        Ok(())
    }

    fn add_all(&mut self, header: String, entries: Table) {
        match self.others.iter_mut().find(|(there, _)| *there == header) {
            Some((_, there)) => there.extend(entries),
            None => self.others.push((header, entries)),
        }
    }
}

/// A chapter's neighbour, seen from `mine/NAME`.
fn one_level_deeper(mut dependency: Value) -> Value {
    if let Some(Value::String(path)) = dependency.get_mut("path") {
        path.insert_str(0, "../");
    }
    dependency
}

fn table(value: Option<&Value>) -> Option<&Table> {
    value.and_then(Value::as_table)
}

/// The value itself, or what `workspace = true` stands for, with the features that are added to it.
fn inherited(value: &Value, from: Option<&Table>, key: &str) -> Result<Value> {
    let Some(own) =
        table(Some(value)).filter(|own| own.get("workspace") == Some(&Value::Boolean(true)))
    else {
        return Ok(value.clone());
    };
    let shared = from.and_then(|from| from.get(key));
    let shared =
        shared.with_context(|| format!("the workspace has no {key}, which a chapter inherits"))?;
    if own.len() == 1 {
        return Ok(shared.clone());
    }
    let mut merged = match shared {
        Value::Table(shared) => shared.clone(),
        version => Table::from_iter([("version".to_owned(), version.clone())]),
    };
    for (field, value) in own.iter().filter(|(field, _)| *field != "workspace") {
        match (merged.get_mut(field), value) {
            (Some(Value::Array(there)), Value::Array(more)) => there.extend(more.iter().cloned()),
            _ => drop(merged.insert(field.clone(), value.clone())),
        }
    }
    Ok(Value::Table(merged))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = r#"
        [workspace]
        members = ["a"]
        [workspace.package]
        version = "0.1.0"
        edition = "2024"
        license = "MIT"
        [workspace.dependencies]
        log = "0.4"
        serde = { version = "1", default-features = false, features = ["std"] }
        [workspace.lints.rust]
        unsafe_code = "forbid"
        missing_docs = "warn"
    "#;

    fn chapter(dependencies: &str) -> String {
        format!(
            "[package]\nname = 'a'\nversion.workspace = true\nedition.workspace = true\nlicense.workspace = true\n\
             {dependencies}\n[lints]\nworkspace = true\n"
        )
    }

    #[test]
    fn what_is_inherited_stands_in_its_place() {
        let old = chapter("[dependencies]\nlog.workspace = true");
        let new = chapter(
            "[dependencies]\nserde = { workspace = true, features = ['derive'] }\nown = '2'\n\
             [target.'cfg(unix)'.dependencies]\nlog.workspace = true",
        );
        let expected = r#"[package]
name = "mine"
publish = false
edition = "2024"
version = "0.1.0"

[dependencies]
log = "0.4"
own = "2"
serde = { default-features = false, features = ["std", "derive"], version = "1" }

[lints.rust]
unsafe_code = "forbid"

[target.'cfg(unix)'.dependencies]
log = "0.4"

# Its own workspace: what is built here changes nothing in the course.
[workspace]
"#;
        assert_eq!(standing_alone("mine", ROOT, &[old, new]).expect("it is well formed"), expected);
    }

    #[test]
    fn what_the_workspace_lacks_is_named() {
        let error =
            standing_alone("mine", ROOT, &[chapter("[dependencies]\nrand.workspace = true")]);
        assert!(error.expect_err("rand is not there").to_string().contains("no rand"));
    }
}
