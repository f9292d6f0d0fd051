//! Holds that everything leads somewhere: links, anchors, pictures, the table of contents. And that pages
//! read well as plain Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use course::launch::{workspace, workspace_binaries};
use libtest_mimic::Trial;

use crate::book::{Book, docs};
use crate::page::{Heading, Link, Page};
use crate::{colours, trial};

/// Pages that authors read and readers don't.
const OUTSIDE: [&str; 2] = ["AUTHORS", "SUMMARY"];

/// Raw HTML that every viewer of Markdown understands.
const PLAIN_HTML: [&str; 5] = ["<details>", "</details>", "<summary>", "</summary>", "<!--"];

/// A test per page, and those of the whole book.
pub fn trials(book: &'static Book) -> Vec<Trial> {
    let mut trials = vec![
        trial("links::each page stands in SUMMARY", || Ok(outside_summary(book))),
        trial("links::each page of lesson.toml is named like a page", || Ok(odd_names(book))),
        trial("links::README, introduction and cargo course lead to each chapter", || unled(book)),
        trial("links::each picture is one", || pictures(book)),
        trial("links::README and ARCHITECTURE", || {
            let architecture = Page::read(&workspace().join("ARCHITECTURE.md"))?;
            let pages = [&book.readme, &architecture];
            Ok(pages.map(|page| wrong_links(book, page, workspace())).concat())
        }),
    ];
    for page in book.pages.values() {
        trials.push(trial(format!("links::{}", page.name), || {
            let mut faults = wrong_links(book, page, &docs());
            faults.extend(not_plain(page));
            Ok(faults)
        }));
    }
    trials
}

fn outside_summary(book: &Book) -> Vec<String> {
    let Some(summary) = book.pages.get("SUMMARY") else { return vec!["no docs/SUMMARY.md".into()] };
    let listed: BTreeSet<&str> = summary.links.iter().map(|link| link.to.as_str()).collect();
    let pages = book.pages.keys().filter(|name| !OUTSIDE.contains(&name.as_str()));
    let missing = pages.filter(|name| !listed.contains(format!("{name}.md").as_str()));
    missing.map(|name| format!("docs/{name}.md isn't in docs/SUMMARY.md")).collect()
}

/// Chapters whose page is written, and to which one of the three tables of contents doesn't lead.
fn unled(book: &Book) -> Result<Vec<String>> {
    let course = workspace_binaries()?.get("course").context("there is no cargo course")?;
    let contents = String::from_utf8(Command::new(course).output()?.stdout)?;
    let leads = |page: &Page, to: &str| page.links.iter().any(|link| link.to == to);
    let introduction = book.pages.get("introduction").context("no docs/introduction.md")?;
    let mut faults = Vec::new();
    for lesson in book.course.lessons.iter().filter(|l| book.pages.contains_key(&l.page)) {
        let (page, path) = (format!("{}.md", lesson.page), format!("docs/{}.md", lesson.page));
        let tables = [
            ("README.md", leads(&book.readme, &path)),
            ("docs/introduction.md", leads(introduction, &page)),
            ("cargo course", contents.contains(&path)),
        ];
        let missing = tables.iter().filter(|(_, leads)| !leads);
        faults.extend(missing.map(|(table, _)| format!("{table} doesn't lead to {path}")));
    }
    Ok(faults)
}

/// A failed check and `cargo course` lead to these pages.
fn odd_names(book: &Book) -> Vec<String> {
    let lessons = book.course.lessons.iter();
    let pages = lessons.flat_map(|l| l.steps.iter().map(|s| &s.page).chain([&l.page]));
    let odd = |name: &&String| {
        !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    pages
        .filter(odd)
        .map(|name| format!("{name} can't be a page: small letters, digits, hyphens"))
        .collect()
}

fn pictures(book: &Book) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let shown: BTreeSet<&str> =
        book.pages.values().flat_map(|p| &p.links).map(|l| l.to.as_str()).collect();
    for entry in fs::read_dir(docs().join("img"))? {
        let path = entry?.path();
        let name = format!("img/{}", path.file_name().context("no name")?.to_string_lossy());
        let in_readme = book.readme.links.iter().any(|link| link.to == format!("docs/{name}"));
        if !shown.contains(name.as_str()) && !in_readme {
            faults.push(format!("docs/{name} stands on no page"));
        }
        let text = fs::read_to_string(&path)?;
        match roxmltree::Document::parse(&text) {
            Ok(svg) => {
                faults.extend(picture_faults(&svg).iter().map(|f| format!("docs/{name}: {f}")))
            }
            Err(error) => faults.push(format!("docs/{name}: {error}")),
        }
    }
    Ok(faults)
}

fn picture_faults(svg: &roxmltree::Document<'_>) -> Vec<String> {
    let root = svg.root_element();
    let has = |name: &str| {
        root.descendants().any(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)))
    };
    let demands = [
        (root.tag_name().name() == "svg", "isn't SVG"),
        (root.attribute("viewBox").is_some(), "has no viewBox: it can't shrink on a phone"),
        (!has("script") && !has("image"), "holds a script or another picture"),
    ];
    let broken = demands.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault.into());
    broken.chain(colours::faults(svg)).collect()
}

fn wrong_links(book: &Book, page: &Page, directory: &Path) -> Vec<String> {
    let place = |link: &Link| {
        format!("{}:{}", page.path.file_name().unwrap_or_default().display(), link.line)
    };
    let faults = page.links.iter().filter_map(|link| {
        let fault = wrong_link(book, page, link, directory)?;
        Some(format!("{}: {} {fault}", place(link), link.to))
    });
    faults.collect()
}

fn wrong_link(book: &Book, page: &Page, link: &Link, directory: &Path) -> Option<&'static str> {
    if link.text.trim().is_empty() {
        return Some("has no text to stand for it");
    }
    if link.is_picture && !link.to.ends_with(".svg") {
        return Some("is a picture but no SVG");
    }
    if link.to.starts_with("https://") || link.to.starts_with("http://127.0.0.1") {
        return None;
    }
    let (path, anchor) = link.to.split_once('#').unwrap_or((&link.to, ""));
    if path.starts_with("..") {
        return Some("leads out of the book; mdBook copies only docs/");
    }
    if !path.is_empty() && !directory.join(path).exists() {
        return Some("leads nowhere");
    }
    if anchor.is_empty() {
        return None;
    }
    let target = if path.is_empty() { Some(page) } else { target(book, path) };
    let is_there = target.is_some_and(|page| anchors(&page.headings).contains(anchor));
    (!is_there).then_some("names no heading of that page")
}

fn target<'a>(book: &'a Book, path: &str) -> Option<&'a Page> {
    book.pages.get(path.trim_start_matches("docs/").strip_suffix(".md")?)
}

/// The anchors that mdBook and GitHub give to headings.
fn anchors(headings: &[Heading]) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let anchors = headings.iter().map(|heading| {
        let letter = |c: char| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '_' || c == '-' => c.to_lowercase().next(),
            _ => None,
        };
        let anchor: String = heading.text.chars().filter_map(letter).collect();
        let count = seen.entry(anchor.clone()).or_default();
        *count += 1;
        if *count == 1 { anchor } else { format!("{anchor}-{}", *count - 1) }
    });
    anchors.collect()
}

fn not_plain(page: &Page) -> Vec<String> {
    let mut faults = Vec::new();
    let place = |line: usize| format!("docs/{}.md:{line}", page.name);
    for (line, html) in &page.html {
        let plain = |tag: &str| PLAIN_HTML.iter().any(|known| tag.starts_with(known));
        let tags = html.match_indices('<').map(|(at, _)| &html[at..]);
        if let Some(tag) = tags.into_iter().find(|tag| !plain(tag)) {
            faults.push(format!("{}: HTML that not every viewer knows: {tag}", place(*line)));
        }
    }
    for line in &page.nested {
        faults.push(format!(
            "{}: a code block begins at the margin, also below a list",
            place(*line)
        ));
    }
    for line in page.text.lines() {
        // A status that begins a sentence.
        if line.find(". ") == Some(3) && line[..3].parse::<u16>().is_ok() {
            faults.push(format!("docs/{}.md: Markdown begins a list with {line}", page.name));
        }
    }
    let (opened, closed) =
        (page.text.matches("<details>").count(), page.text.matches("</details>").count());
    if opened != closed {
        faults.push(format!("docs/{}.md: {opened} <details> and {closed} </details>", page.name));
    }
    if page.text.matches("</summary>\n\n").count() != opened {
        faults.push(format!("docs/{}.md: an empty line must follow each </summary>", page.name));
    }
    if let Some(at) = page.text.find("{{#") {
        let line = page.text[..at].matches('\n').count() + 1;
        faults.push(format!("{}: {{{{# … is known to mdBook alone", place(line)));
    }
    faults
}
