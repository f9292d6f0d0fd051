//! The whole book: its pages, the chapters they teach, and what `UPDATE=1` writes into them.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use course::launch::workspace;
use course::lesson::{Course, Lesson, Step};

use crate::page::{Block, Page};

/// All pages, and the chapters that they teach.
pub struct Book {
    /// Pages by name, without directory and suffix; pages outside the table of contents too.
    pub pages: BTreeMap<String, Page>,
    /// The README, whose sessions are run as well.
    pub readme: Page,
    /// The chapters.
    pub course: Course,
    updates: Mutex<Vec<Update>>,
}

/// New text for a part of a page.
struct Update {
    page: String,
    range: Range<usize>,
    text: String,
}

impl Book {
    /// Reads `docs/*.md` and the chapters.
    pub fn read() -> Result<Book> {
        let course = Course::here()?;
        let mut pages = BTreeMap::new();
        for entry in fs::read_dir(docs())? {
            let path = entry?.path();
            if path.extension().is_some_and(|suffix| suffix == "md") {
                let page = Page::read(&path).with_context(|| path.display().to_string())?;
                pages.insert(page.name.clone(), page);
            }
        }
        for (name, page) in &mut pages {
            let own: Vec<_> = steps_of(&course, name).collect();
            let all = course.lessons.iter().flat_map(|lesson| &lesson.steps);
            let steps = if own.is_empty() { all.collect() } else { own };
            page.assign_steps(&steps)?;
        }
        let readme = Page::read(&workspace().join("README.md")).context("README.md")?;
        Ok(Book { pages, readme, course, updates: Mutex::default() })
    }

    /// All code blocks, in no order of pages.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.pages.values().flat_map(|page| &page.blocks)
    }

    /// Notes new text for a code block; `write_updates` writes it.
    pub fn update(&self, block: &Block, text: String) {
        let update = Update { page: block.page.clone(), range: block.range.clone(), text };
        self.updates.lock().unwrap_or_else(PoisonError::into_inner).push(update);
    }

    /// Writes what was noted, all at once: after the first change of a page no place in it holds.
    pub fn write_updates(&self) -> Result<()> {
        let mut updates = self.updates.lock().unwrap_or_else(PoisonError::into_inner);
        updates.sort_by_key(|update| update.range.start);
        for page in self.pages.values().chain([&self.readme]) {
            let mut text = page.text.clone();
            for update in updates.iter().rev().filter(|update| update.page == page.name) {
                text.replace_range(update.range.clone(), &update.text);
            }
            if text != page.text {
                fs::write(&page.path, text)?;
            }
        }
        Ok(())
    }

    /// Whether all pages of a chapter up to this step are written.
    pub fn is_written(&self, lesson: &Lesson, step: &str) -> bool {
        let order = lesson.steps.iter().position(|s| s.id == step).unwrap_or(usize::MAX);
        lesson.steps.iter().take(order.saturating_add(1)).all(|s| self.pages.contains_key(&s.page))
    }
}

/// Steps of any chapter that stand on a page.
fn steps_of<'a>(course: &'a Course, page: &'a str) -> impl Iterator<Item = &'a Step> {
    course.lessons.iter().flat_map(|lesson| &lesson.steps).filter(move |step| step.page == page)
}

/// The book's directory.
pub fn docs() -> PathBuf {
    workspace().join("docs")
}
