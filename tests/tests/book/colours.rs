//! Pictures for every eye: words for who can't see them, and colours that tell apart on light and dark pages.
//!
//! In: a picture's SVG. Out: what is wrong with it. The thresholds are those of WCAG 2.2, §1.4.3 and §1.4.11.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::Document;

/// Least contrast of words with any surface of the picture, and of lines with its ground.
const WORDS: f64 = 4.5;
const LINES: f64 = 3.0;

/// Colours by selector and property, such as `(".faint", "fill")`.
type Colours<'a> = BTreeMap<(&'a str, &'a str), &'a str>;

/// What is wrong with a picture.
pub fn faults(svg: &Document<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    if svg.root_element().attribute("role") != Some("img") {
        faults.push("has no role=\"img\": a screen reader would read out its pieces".into());
    }
    for name in ["title", "desc"] {
        let words = svg.descendants().find(|node| node.has_tag_name(name));
        if words.and_then(|node| node.text()).is_none_or(|text| text.trim().is_empty()) {
            faults.push(format!("has no <{name}>: the words for who can't see it"));
        }
    }
    let style = svg.descendants().find(|node| node.has_tag_name("style"));
    let style = style.and_then(|node| node.text()).unwrap_or_default();
    let Some((light, dark)) = style.split_once("@media (prefers-color-scheme: dark)") else {
        faults.push("has no colours for dark pages".into());
        return faults;
    };
    let (light, dark) = (colours(light), colours(dark));
    let forgotten = light.keys().filter(|key| !dark.contains_key(*key));
    faults.extend(forgotten.map(|(of, what)| format!("{of} has no {what} for dark pages")));
    let classes = |of_words: bool| -> BTreeSet<&str> {
        let nodes = svg.descendants().filter(|node| node.has_tag_name("text") == of_words);
        nodes.flat_map(|node| node.attribute("class").unwrap_or_default().split(' ')).collect()
    };
    let used = (classes(true), classes(false));
    for (page, colours) in [("light", light), ("dark", dark)] {
        faults.extend(
            too_faint(&colours, &used).into_iter().map(|fault| format!("on a {page} page {fault}")),
        );
    }
    faults
}

/// Colours that can't be told from what they stand on. `used` are the classes of words, and of all else.
fn too_faint(colours: &Colours<'_>, used: &(BTreeSet<&str>, BTreeSet<&str>)) -> Vec<String> {
    let is_of = |classes: &BTreeSet<&str>, of: &str| {
        of.strip_prefix('.')
            .and_then(|of| of.split(' ').next())
            .is_some_and(|of| classes.contains(of))
    };
    let all =
        |what| colours.iter().filter(move |(key, _)| key.1 == what).map(|(key, c)| (key.0, *c));
    let surfaces: Vec<&str> =
        all("fill").filter(|(of, _)| is_of(&used.1, of)).map(|(_, colour)| colour).collect();
    let ground = colours.get(&(".ground", "fill")).copied().unwrap_or_default();
    let words = all("fill").filter(|(of, _)| *of == "text" || is_of(&used.0, of));
    let words = words.flat_map(|(of, c)| surfaces.iter().map(move |on| (of, c, *on, WORDS)));
    let lines = all("stroke").filter(|(of, _)| *of != ".ground");
    let lines = lines.map(|(of, colour)| (of, colour, ground, LINES));
    let faults = words.chain(lines).filter_map(|(of, colour, on, least)| {
        let contrast = contrast(colour, on).unwrap_or(0.0);
        (contrast < least).then(|| format!("{of}, {colour} on {on}: {contrast:.1}, not {least}"))
    });
    faults.collect()
}

fn colours(style: &str) -> Colours<'_> {
    let mut colours = Colours::new();
    for rule in style.split('}') {
        // What stands before a rule within @media or @keyframes is no selector of it.
        let Some((selectors, declarations)) = rule.rsplit_once('{') else { continue };
        let selectors = selectors.rsplit('{').next().unwrap_or_default();
        for declaration in declarations.split(';') {
            let Some((property, value)) = declaration.split_once(':') else { continue };
            let (property, value) = (property.trim(), value.trim());
            if ["fill", "stroke"].contains(&property) && value != "none" {
                let of = selectors.split(',').map(str::trim);
                colours.extend(of.map(|of| ((of, property), value)));
            }
        }
    }
    colours
}

/// From 1, the same, to 21, black on white (WCAG 2.2, "contrast ratio"); `None` if one is no `#rrggbb`.
fn contrast(one: &str, other: &str) -> Option<f64> {
    let (one, other) = (luminance(one)? + 0.05, luminance(other)? + 0.05);
    Some(one.max(other) / one.min(other))
}

fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |at: usize| {
        let byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
        let share = f64::from(byte) / 255.0;
        Some(if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * part(0)? + 0.7152 * part(2)? + 0.0722 * part(4)?)
}
