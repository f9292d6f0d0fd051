//! The reference pages against the checks and the code: the strictness table, the map of the RFCs, the glossary.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use course::checks::{self, Check, Group, Status};
use libtest_mimic::Trial;
use regex_lite::Regex;

use crate::book::Book;
use crate::page::Page;
use crate::{source, trial};

/// A test per page.
pub fn trials(book: &'static Book) -> Vec<Trial> {
    vec![
        trial("reference::strictness has every refusal and its status", || strictness(book)),
        trial("reference::rfc-map has every section and its checks", || rfc_map(book)),
        trial("reference::glossary leads to where a term stands", || glossary(book)),
    ]
}

fn page<'a>(book: &'a Book, name: &str) -> Result<&'a Page> {
    book.pages.get(name).with_context(|| format!("there is no docs/{name}.md"))
}

/// The cells of each row of each table, heads included, with the heading above it.
fn rows(page: &Page) -> impl Iterator<Item = (&str, Vec<&str>)> {
    let mut heading = "";
    page.text.lines().filter_map(move |line| {
        heading = line.strip_prefix("## ").unwrap_or(heading);
        let cells = line.strip_prefix("| ")?.trim_end_matches('|');
        Some((heading, cells.split(" | ").map(str::trim).collect()))
    })
}

/// What stands in a text as code.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn strictness(book: &Book) -> Result<Vec<String>> {
    let page = page(book, "strictness")?;
    let status = Regex::new(r"\b[1-5]\d\d\b")?;
    let mut faults = Vec::new();
    let mut told = BTreeSet::new();
    for (_, cells) in rows(page).filter(|(_, cells)| cells.len() == 5 && cells[4] != "check") {
        for name in codes(cells[4]) {
            let Some(check) = checks::named(name) else {
                faults.push(format!("docs/strictness.md: there is no check {name}"));
                continue;
            };
            told.insert(name);
            let wanted = wanted(check);
            let shown: BTreeSet<u16> = status
                .find_iter(cells[1])
                .filter_map(|found| found.as_str().parse().ok())
                .collect();
            if !shown.is_subset(&wanted) || shown.is_empty() != wanted.is_empty() {
                faults.push(format!("docs/strictness.md: {name} wants {wanted:?}, not {shown:?}"));
            }
        }
    }
    let refusals = checks::all().iter().filter(|check| check.group == Group::Refusal);
    let missing = refusals.filter(|check| !told.contains(check.name));
    faults.extend(missing.map(|check| format!("docs/strictness.md has no row for {}", check.name)));
    Ok(faults)
}

/// The statuses that a check names; none if it wants success, or no answer.
fn wanted(check: &Check) -> BTreeSet<u16> {
    let answers = check.exchanges.iter().flat_map(|exchange| &exchange.want.answers);
    let named = answers.filter_map(|answer| match answer.status {
        Status::OneOf(statuses) | Status::NotEchoed(statuses) => Some(statuses),
        _ => None,
    });
    named.flatten().copied().collect()
}

fn rfc_map(book: &Book) -> Result<Vec<String>> {
    let page = page(book, "rfc-map")?;
    let section = Regex::new(r"RFC (\d+) §(\d+(?:\.\d+)*)")?;
    let mut mapped: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (heading, cells) in rows(page).filter(|(_, cells)| cells.len() >= 3) {
        let document = heading.split(':').next().unwrap_or_default();
        let cited = if cells[0].starts_with('§') {
            format!("{document} {}", cells[0])
        } else {
            cells[0].to_owned()
        };
        if let Some(found) = section.find(&cited) {
            mapped.insert(found.as_str().to_owned(), codes(cells[2]).collect());
        }
    }
    let mut faults = Vec::new();
    let mut held: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for check in checks::all().iter().filter(|check| section.is_match(check.source)) {
        held.entry(check.source).or_default().push(check.name);
    }
    for (cited, shown) in &mapped {
        let names = held.remove(cited.as_str()).unwrap_or_default();
        if *shown != names {
            let cell: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            faults.push(format!("docs/rfc-map.md, {cited}: the checks are {}", cell.join(", ")));
        }
    }
    faults.extend(held.keys().map(|cited| format!("docs/rfc-map.md has no row for {cited}")));
    for (place, text) in citing(book)? {
        let cited = section.find_iter(&text).map(|found| found.as_str());
        let http = cited.filter(|cited| cited.starts_with("RFC 911"));
        let missing: BTreeSet<&str> = http
            .filter(|cited| !mapped.contains_key(*cited) && !page.text.contains(*cited))
            .collect();
        faults
            .extend(missing.iter().map(|cited| format!("docs/rfc-map.md misses {cited}: {place}")));
    }
    Ok(faults)
}

/// The pages, and the files of the chapters that have one: they cite sections.
fn citing(book: &Book) -> Result<Vec<(String, String)>> {
    let pages =
        book.pages.values().map(|page| (format!("docs/{}.md", page.name), page.text.clone()));
    let mut texts: Vec<_> = pages.collect();
    for lesson in book.course.lessons.iter().filter(|l| book.pages.contains_key(&l.page)) {
        let files = source::files(&book.course, lesson)?;
        texts.extend(
            files.into_iter().map(|(path, l)| (format!("{}/{path}", lesson.package), l.join("\n"))),
        );
    }
    Ok(texts)
}

/// `- **term**: what it means. [page](page.md)`: the page must speak of it.
fn glossary(book: &Book) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut previous = String::new();
    for entry in page(book, "glossary")?.text.split("\n- **").skip(1) {
        let entry = entry.split("\n\n").next().unwrap_or(entry);
        let (term, rest) = entry.split_once("**").context("a term ends with **")?;
        let lower = term.to_lowercase();
        if lower < previous {
            faults.push(format!("docs/glossary.md: {term} stands behind {previous}"));
        }
        let led = rest.rsplit_once("](").map(|(_, to)| to.trim_end_matches(['.', ')', '\n']));
        let led = led.and_then(|to| to.split('#').next()).and_then(|to| to.strip_suffix(".md"));
        let there = led.and_then(|name| book.pages.get(name));
        let word = lower.split(" (").next().unwrap_or(&lower);
        if !there.is_some_and(|page| page.text.to_lowercase().replace('\n', " ").contains(word)) {
            faults.push(format!("docs/glossary.md: {term} doesn't stand where it leads"));
        }
        previous = lower;
    }
    Ok(faults)
}
