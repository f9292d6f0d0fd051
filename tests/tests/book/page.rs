//! Reads the pages of the book: code blocks with their attributes, headings, links, folded parts.
//!
//! In: Markdown files. Out: what the tests look at, each with its place. It refuses to judge.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use course::lesson::Step;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A page.
pub struct Page {
    /// Its name, such as `part1-naive`.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// All of it.
    pub text: String,
    /// Fenced code blocks at the margin, in order.
    pub blocks: Vec<Block>,
    /// Lines of those that are not, below a list or in a quotation; nothing looks into them.
    pub nested: Vec<usize>,
    /// Headings, in order.
    pub headings: Vec<Heading>,
    /// Links and pictures, in order.
    pub links: Vec<Link>,
    /// Raw HTML, in order.
    pub html: Vec<(usize, String)>,
}

/// A fenced code block.
#[derive(Clone)]
pub struct Block {
    /// The page, for messages.
    pub page: String,
    /// Line of its opening fence, from 1.
    pub line: usize,
    /// Its language: the first word behind the fence.
    pub language: String,
    /// The other words, at commas: `file=part1-naive/src/main.rs` or `noplayground`.
    pub attributes: BTreeMap<String, String>,
    /// Its lines, each with its end.
    pub text: String,
    /// Where those lie in the page.
    pub range: Range<usize>,
    /// The paragraph before it.
    pub caption: String,
    /// The step of a lesson that it belongs to.
    pub step: Option<String>,
}

/// A heading.
pub struct Heading {
    /// Its line, from 1.
    pub line: usize,
    /// Its words, without marks.
    pub text: String,
}

/// A link or a picture.
pub struct Link {
    /// Its line, from 1.
    pub line: usize,
    /// Where it leads.
    pub to: String,
    /// The words that stand for it.
    pub text: String,
    /// Whether it is a picture.
    pub is_picture: bool,
}

impl Block {
    /// Where it stands, for messages.
    pub fn place(&self) -> String {
        let directory = if self.page == "README" { "" } else { "docs/" };
        format!("{directory}{}.md:{}", self.page, self.line)
    }

    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

impl Page {
    /// Reads a Markdown file.
    pub fn read(path: &Path) -> Result<Page> {
        let name = path.file_stem().context("no file name")?.to_string_lossy().into_owned();
        let text = fs::read_to_string(path)?;
        let mut page = Page {
            name,
            path: path.to_owned(),
            text,
            blocks: Vec::new(),
            nested: Vec::new(),
            headings: Vec::new(),
            links: Vec::new(),
            html: Vec::new(),
        };
        page.look_around()?;
        Ok(page)
    }

    fn look_around(&mut self) -> Result<()> {
        let text = std::mem::take(&mut self.text);
        let mut words = String::new();
        let mut paragraph = String::new();
        let mut link: Option<Link> = None;
        for (event, range) in Parser::new_ext(&text, Options::ENABLE_TABLES).into_offset_iter() {
            let line = text[..range.start].matches('\n').count() + 1;
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    if range.start == 0 || text[..range.start].ends_with('\n') {
                        self.blocks.push(self.block(&text, line, range, &info, &paragraph)?);
                    } else {
                        self.nested.push(line);
                    }
                }
                Event::Start(Tag::Heading { .. } | Tag::Paragraph) => words.clear(),
                Event::End(TagEnd::Paragraph) => paragraph = std::mem::take(&mut words),
                Event::End(TagEnd::Heading(_)) => {
                    self.headings.push(Heading { line, text: words.clone() });
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let to = dest_url.into_string();
                    link = Some(Link { line, to, text: String::new(), is_picture: false });
                }
                Event::Start(Tag::Image { dest_url, .. }) => {
                    let to = dest_url.into_string();
                    link = Some(Link { line, to, text: String::new(), is_picture: true });
                }
                Event::End(TagEnd::Link | TagEnd::Image) => self.links.extend(link.take()),
                Event::Text(piece) | Event::Code(piece) => {
                    words.push_str(&piece);
                    if let Some(link) = &mut link {
                        link.text.push_str(&piece);
                    }
                }
                Event::SoftBreak | Event::HardBreak => words.push(' '),
                Event::Html(html) | Event::InlineHtml(html) => {
                    self.html.push((line, html.into_string()));
                }
                _ => {}
            }
        }
        self.text = text;
        Ok(())
    }

    fn block(
        &self,
        text: &str,
        line: usize,
        range: Range<usize>,
        info: &str,
        paragraph: &str,
    ) -> Result<Block> {
        let whole = &text[range.clone()];
        let begin = whole.find('\n').with_context(|| format!("line {line}: no end of line"))? + 1;
        let end = whole.trim_end().rfind('\n').unwrap_or(begin).max(begin - 1) + 1;
        let mut words = info.split(',').map(str::trim);
        let language = words.next().unwrap_or_default().to_owned();
        let attributes = words.map(|word| match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (word.to_owned(), String::new()),
        });
        Ok(Block {
            page: self.name.clone(),
            line,
            language,
            attributes: attributes.collect(),
            text: whole[begin..end].to_owned(),
            range: range.start + begin..range.start + end,
            caption: paragraph.to_owned(),
            step: None,
        })
    }

    /// On a page with one step everything belongs to it; with several, a heading `Step 4.2: …`
    /// begins each. A page without a step of its own goes on with one that begins elsewhere.
    pub fn assign_steps(&mut self, steps: &[&Step]) -> Result<()> {
        if let [step] = steps {
            self.blocks.iter_mut().for_each(|block| block.step = Some(step.id.clone()));
            return Ok(());
        }
        let mut begins = Vec::new();
        for heading in &self.headings {
            let Some(rest) = heading.text.strip_prefix("Step ") else { continue };
            let rest = rest.trim_end_matches(", continued");
            let begun = steps.iter().find(|s| rest == format!("{}: {}", s.id, s.title));
            let begun = begun.with_context(|| {
                format!("docs/{}.md:{}: lesson.toml has no such step", self.name, heading.line)
            })?;
            begins.push((heading.line, begun.id.clone()));
        }
        for block in &mut self.blocks {
            let step = begins.iter().rev().find(|(line, _)| *line < block.line);
            block.step = step.map(|(_, id)| id.clone());
        }
        Ok(())
    }
}
