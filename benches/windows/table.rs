//! The table in the documentation.

use std::fmt::Write as _;

use crate::measure::Row;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/performance.md");
const BEGIN: &str = "<!-- windows: begin -->";
const END: &str = "<!-- windows: end -->";

/// Puts the rows between the two marks.
pub(crate) fn write(rows: &[Row]) {
    let mut table = "| figure | keyholder | floor | budget |\n|---|---|---|---|\n".to_owned();
    for Row { what, unit, keyholder, floor, budget } in rows {
        let floor = floor.map_or_else(|| "–".to_owned(), |floor| format!("{floor:.0} (× {:.1})", keyholder / floor));
        let number = if *keyholder < 10.0 { format!("{keyholder:.1}") } else { format!("{keyholder:.0}") };
        writeln!(table, "| {what}, {unit} | {number} | {floor} | {budget:.0} |").expect("a text takes more");
    }
    println!("{table}");
    let text = std::fs::read_to_string(PAGE).expect("the page is there");
    let (before, rest) = text.split_once(BEGIN).expect("the page has its marks");
    let (_, after) = rest.split_once(END).expect("both of them");
    let page = format!("{before}{BEGIN}\n\nMeasured on {}.\n\n{table}\n{END}{after}", machine());
    std::fs::write(PAGE, page).expect("the page can be written");
}

/// The day, the system and the processors.
fn machine() -> String {
    let said = |program: &str, words: &[&str]| {
        let output = std::process::Command::new(program).args(words).output().expect("every Linux has it");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{} on {} with {processors} cores", said("date", &["-u", "+%F"]), said("uname", &["-sm"]))
}
