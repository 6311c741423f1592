//! Looks for tokens where none may be: files, streams, process tables, memory.
//!
//! The practice servers mark every token they issue, so that one search finds them all, raw or encoded.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use memchr::memmem;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markers(pub Vec<String>);

impl Default for Markers {
    /// The markers of the practice servers' tokens.
    fn default() -> Self {
        // Put together here, so that the markers do not stand in the test's own program as one text.
        Self(["AT", "RT"].map(|kind| format!("KH{}-{kind}-", "CANARY")).to_vec())
    }
}

/// A search for markers, raw and in the encodings in which a token could leave.
#[derive(Debug)]
pub struct Canary {
    needles: Vec<Needle>,
}

#[derive(Debug)]
struct Needle {
    form: &'static str,
    bytes: Vec<u8>,
}

/// A token where none may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, stream or memory range.
    pub place: String,
    /// `raw`, `base64`, `hex` or `utf-16`.
    pub form: &'static str,
}

impl Canary {
    /// A search for these markers.
    pub fn new(markers: &Markers) -> Self {
        let mut needles = Vec::new();
        for marker in &markers.0 {
            let mut add = |form, bytes| needles.push(Needle { form, bytes });
            let hex = hex(marker);
            add("raw", marker.clone().into_bytes());
            add("hex", hex.to_uppercase().into_bytes());
            add("hex", hex.into_bytes());
            add("utf-16", marker.encode_utf16().flat_map(u16::to_le_bytes).collect());
            for shift in 0..3 {
                add("base64", base64_core(&STANDARD, marker, shift));
                add("base64", base64_core(&URL_SAFE, marker, shift));
            }
        }
        Self { needles }
    }

    /// Searches some bytes; `place` names them in the finding.
    pub fn search(&self, place: &str, bytes: &[u8]) -> Vec<Finding> {
        let found = self.needles.iter().filter(|needle| memmem::find(bytes, &needle.bytes).is_some());
        found.map(|needle| Finding { place: place.to_owned(), form: needle.form }).collect()
    }

    /// Searches every file under a folder, names included.
    ///
    /// # Errors
    /// If something under it cannot be read: a search that skips is no proof.
    pub fn search_files(&self, folder: &Path) -> io::Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let place = path.display().to_string();
            findings.extend(self.search(&place, place.as_bytes()));
            let kind = entry.file_type()?;
            if kind.is_dir() {
                findings.extend(self.search_files(&path)?);
            } else if kind.is_file() {
                match fs::read(&path) {
                    Ok(bytes) => findings.extend(self.search(&place, &bytes)),
                    // A running broker removes its temporary files.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(findings)
    }

    /// Searches what every process of this user can see of a process: its command line and its environment.
    ///
    /// # Errors
    /// If the process is gone.
    pub fn search_process(&self, pid: u32) -> io::Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for part in ["cmdline", "environ"] {
            let place = format!("/proc/{pid}/{part}");
            match fs::read(&place) {
                Ok(bytes) => findings.extend(self.search(&place, &bytes)),
                // A process that is closed to debuggers shows this to nobody but root.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
                Err(error) => return Err(error),
            }
        }
        Ok(findings)
    }

    /// Searches all memory of a process that can be read.
    ///
    /// # Errors
    /// If the process is gone, or the system lets nobody read it.
    pub fn search_memory(&self, pid: u32) -> io::Result<Vec<Finding>> {
        let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?;
        let mut memory = File::open(format!("/proc/{pid}/mem"))?;
        let mut findings = Vec::new();
        let mut searched = 0_u64;
        for range in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with('r'))) {
            let Some((start, end)) = bounds(range) else { continue };
            let mut bytes = Vec::new();
            memory.seek(SeekFrom::Start(start))?;
            // The kernel's own pages ([vvar]) cannot be read, and hold nothing of ours; what was read before counts.
            let _ = Read::by_ref(&mut memory).take(end - start).read_to_end(&mut bytes);
            searched += bytes.len() as u64;
            findings.extend(self.search(&format!("memory {range}"), &bytes));
        }
        if searched == 0 {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "no memory of this process could be read"));
        }
        Ok(findings)
    }
}

impl Default for Canary {
    fn default() -> Self {
        Self::new(&Markers::default())
    }
}

/// `start-end rights …`, as /proc/PID/maps has it. Addresses that no file offset can name ([vsyscall]) are none of ours.
fn bounds(range: &str) -> Option<(u64, u64)> {
    let (start, end) = range.split(' ').next()?.split_once('-')?;
    let (start, end) = (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
    i64::try_from(end).is_ok().then_some((start, end))
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The part of the marker's base64 that is the same whatever stands around it, when `shift` bytes of the first group of three
/// belong to something else.
fn base64_core(alphabet: &impl Engine, marker: &str, shift: usize) -> Vec<u8> {
    let mut padded = vec![0; shift];
    padded.extend_from_slice(marker.as_bytes());
    let whole = padded.len() / 3 * 3;
    let encoded = alphabet.encode(&padded[..whole]);
    // The first letters mix the marker with its neighbour: two bits of the first byte, or four.
    encoded.as_bytes()[[0, 2, 3][shift]..].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "KHCANARY-AT-0123456789abcdefghijklmnop";

    #[test]
    fn every_form_of_a_token_is_found_wherever_it_stands() {
        let canary = Canary::default();
        for around in ["", "x", "xy", "xyz"] {
            let text = format!("{around}{TOKEN}{around}");
            let hex = hex(&text);
            for (form, bytes) in [
                ("raw", text.clone().into_bytes()),
                ("base64", STANDARD.encode(&text).into_bytes()),
                ("base64", URL_SAFE.encode(&text).into_bytes()),
                ("hex", hex.to_uppercase().into_bytes()),
                ("hex", hex.into_bytes()),
                ("utf-16", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ] {
                let findings = canary.search("here", &bytes);
                assert!(findings.iter().any(|finding| finding.form == form), "{form} behind {around:?}");
            }
        }
        assert_eq!(canary.search("here", b"nothing to see, KHCANARY alone is no token"), []);
    }

    #[test]
    fn a_planted_token_is_found_in_files_environment_command_line_and_memory() {
        let canary = Canary::default();
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("deep/file"), TOKEN).unwrap();
        assert_eq!(canary.search_files(folder.path()).unwrap().len(), 1);

        let mut child = std::process::Command::new("/bin/sh")
            .args(["-c", "read wait", TOKEN])
            .env("PLANTED", TOKEN)
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        // The child is ours and waits; its command line is there once it is /bin/sh.
        let seen = crate::eventually("the planted process", || {
            let seen = canary.search_process(child.id()).unwrap();
            (seen.len() == 2).then_some(seen)
        });
        let memory = canary.search_memory(child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(seen.iter().any(|finding| finding.place.ends_with("environ")));
        assert!(seen.iter().any(|finding| finding.place.ends_with("cmdline")));
        assert!(!memory.unwrap().is_empty(), "the environment is in the process's memory too");
    }
}
