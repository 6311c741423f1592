//! A screen that nobody else sees, with a window manager and an accessibility bus, and a person who sits before it: they read what a
//! screen reader reads and press what a hand presses.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};

use crate::Desktop;
use crate::patience::{eventually, within};
use crate::programs::tethered;

/// What a person waits for anything on the screen: windows are drawn by the processor here, and others use it too.
pub const AT_THE_SCREEN: Duration = Duration::from_mins(1);

/// No page of ours has more places where Tab stops.
const MOST_STOPS: usize = 80;

/// The screen, and the person before it. Everything ends with it.
#[derive(Debug)]
pub struct Screen {
    /// What `DISPLAY` is set to.
    pub display: String,
    /// How a program of this session is started.
    environment: Vec<(String, String)>,
    programs: Vec<Child>,
    _alone: MutexGuard<'static, ()>,
}

/// Windows are drawn by the processor here: two screens at once are slower than one after the other.
static ALONE: Mutex<()> = Mutex::new(());

/// Something on the screen, as a screen reader has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Thing {
    /// As the accessibility bus calls it: `push button`, `check box`, `heading`.
    pub role: String,
    /// The title of the window that it is in.
    pub window: String,
    /// What it is called.
    pub name: String,
    /// What stands in it, or else its name.
    pub words: String,
    /// Left, top, width and height on the screen, in pixels.
    pub place: [i64; 4],
    /// Whether it can be pressed.
    pub enabled: bool,
    /// Whether it is chosen.
    pub checked: bool,
    /// Whether keys go to it.
    pub focused: bool,
}

/// A window of Keyholder that is to be seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Its title.
    pub title: String,
    /// Left, top, width and height on the screen, in pixels.
    pub place: [i64; 4],
}

impl Screen {
    /// Opens one of 1280 by 1024 on this desktop's bus.
    pub fn open(desktop: &Desktop) -> Self {
        Self::of_size(desktop, "1280x1024")
    }

    /// Opens one of this size.
    ///
    /// # Panics
    /// If Xvfb, openbox, the accessibility bus, python3 or xdotool are not there.
    pub fn of_size(desktop: &Desktop, size: &str) -> Self {
        // A story that failed before leaves nothing behind that another would mind.
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut server = tethered(Path::new("/usr/bin/Xvfb"));
        server.args(["-displayfd", "1", "-screen", "0", &format!("{size}x24"), "-nolisten", "tcp", "-noreset"]);
        let mut server = quiet(server).stdout(Stdio::piped()).spawn().expect("Xvfb is installed");
        let mut number = String::new();
        let said = server.stdout.take().expect("its stdout is piped");
        BufReader::new(said).read_line(&mut number).expect("Xvfb says which display it is");
        let display = format!(":{}", number.trim());
        let mut environment = desktop.environment();
        environment.push(("DISPLAY".to_owned(), display.clone()));
        let mut screen = Self { display, environment, programs: vec![server], _alone: alone };
        screen.start(&["/usr/libexec/at-spi-bus-launcher", "--launch-immediately"]);
        screen.start(&["/usr/bin/openbox", "--sm-disable"]);
        eventually("the accessibility bus", || screen.has_on_the_bus("org.a11y.Bus").then_some(()));
        screen
    }

    /// What a program of this session is started with, and nothing else.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// The windows of Keyholder that are to be seen.
    pub fn windows(&self) -> Vec<Shown> {
        let found = self.act(&json!({ "do": "windows" }));
        let shown = |window: &Value| Shown { title: text(&window["title"]), place: place(&window["at"]) };
        found.as_array().expect("a list").iter().map(shown).collect()
    }

    /// The window whose title holds these words, as soon as it is to be seen.
    pub fn window(&self, words: &str) -> Shown {
        let found = within(AT_THE_SCREEN, || self.windows().into_iter().find(|window| window.title.contains(words)));
        found.unwrap_or_else(|| panic!("no window {words:?}; there are {:?}", self.windows()))
    }

    /// Waits until no window of this title is to be seen.
    pub fn wait_until_gone(&self, title: &str) {
        let gone =
            within(AT_THE_SCREEN, || self.windows().iter().all(|window| !window.title.contains(title)).then_some(()));
        assert!(gone.is_some(), "{title:?} does not go; it says:\n{}", self.transcript());
    }

    /// Everything that a screen reader finds now, in reading order.
    pub fn read(&self) -> Vec<Thing> {
        // A window that goes while it is read takes its reader along at times.
        let found = eventually("reading the screen", || self.try_to(&json!({ "do": "read" })).ok());
        let mut window = String::new();
        let mut thing = |thing: &Value| Thing {
            window: {
                if thing["role"] == "frame" {
                    window = text(&thing["name"]);
                }
                window.clone()
            },
            role: text(&thing["role"]),
            name: text(&thing["name"]),
            words: text(&thing["words"]),
            place: place(&thing["at"]),
            enabled: thing["enabled"] == true,
            checked: thing["checked"] == true,
            focused: thing["focused"] == true,
        };
        found.as_array().expect("a list").iter().map(&mut thing).collect()
    }

    /// The same as text, a line each: for a story that fails, and for one about reading.
    pub fn transcript(&self) -> String {
        let line = |thing: &Thing| format!("{}: {}", thing.role, thing.words.replace('\n', " "));
        self.read().iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The first thing that is as it should be, as soon as there is one.
    ///
    /// # Panics
    /// If there is none in time, with what there is.
    pub fn wait_for(&self, what: &str, fits: impl Fn(&Thing) -> bool) -> Thing {
        let found = within(AT_THE_SCREEN, || self.read().into_iter().find(&fits));
        found.unwrap_or_else(|| panic!("{what} is not on the screen; what is:\n{}", self.transcript()))
    }

    /// Waits until these words stand somewhere.
    pub fn wait_for_words(&self, words: &str) -> Thing {
        self.wait_for(words, |thing| thing.words.contains(words))
    }

    /// Presses the button of this name, as soon as it can be pressed.
    pub fn press(&self, name: &str) {
        self.press_a("button", name);
    }

    /// Presses the button of this name in the window of this title, as soon as it can be pressed.
    pub fn press_in(&self, window: &str, name: &str) {
        self.press_where(name, |it| it.window == window && it.role.contains("button"));
    }

    /// Presses the thing of this role and name, as soon as it can be pressed.
    pub fn press_a(&self, role: &str, name: &str) {
        self.press_where(name, |it| it.role.contains(role));
    }

    fn press_where(&self, name: &str, fits: impl Fn(&Thing) -> bool) {
        let what = format!("{name:?}, to be pressed,");
        let thing = self.wait_for(&what, |it| it.enabled && it.name == name && fits(it));
        let [left, top, width, height] = thing.place;
        self.click(left + width / 2, top + height / 2);
    }

    /// Clicks there.
    pub fn click(&self, x: i64, y: i64) {
        self.act(&json!({ "do": "click", "x": x, "y": y }));
    }

    /// Presses keys, one after the other: `ctrl+Return`.
    pub fn keys(&self, keys: &[&str]) {
        self.act(&json!({ "do": "keys", "keys": keys }));
    }

    /// Presses Tab until the thing of this name has the keys.
    pub fn tab_to(&self, name: &str) {
        for _ in 0..MOST_STOPS {
            if self.read().iter().any(|it| it.focused && it.name == name) {
                return;
            }
            self.keys(&["Tab"]);
        }
        panic!("Tab does not come to {name:?}:\n{}", self.transcript());
    }

    /// Types a text.
    pub fn type_text(&self, text: &str) {
        self.act(&json!({ "do": "type", "text": text }));
    }

    /// Presses so many random keys and buttons all over a window, one after the other for so long.
    pub fn rage(&self, seed: u64, count: u64, time: Duration, window: &Shown) {
        let seconds = time.as_secs_f64();
        self.act(&json!({ "do": "robot", "seed": seed, "count": count, "at": window.place, "seconds": seconds }));
    }

    /// The title of the window that has the keys.
    pub fn focused(&self) -> String {
        text(&self.act(&json!({ "do": "focused" })))
    }

    /// Takes a picture of the whole screen, as PNG.
    pub fn picture(&self, file: &Path) {
        let status = self.command("/usr/bin/import").args(["-window", "root"]).arg(file).status();
        assert!(status.expect("ImageMagick is installed").success());
    }

    fn act(&self, deed: &Value) -> Value {
        self.try_to(deed).unwrap_or_else(|why| panic!("{deed}: {why}"))
    }

    fn try_to(&self, deed: &Value) -> Result<Value, String> {
        let person = concat!(env!("CARGO_MANIFEST_DIR"), "/harness/person.py");
        let told = self.command("/usr/bin/python3").arg(person).arg(deed.to_string()).output();
        let told = told.expect("python3 is installed");
        serde_json::from_slice(&told.stdout).map_err(|why| format!("{why}\n{}", String::from_utf8_lossy(&told.stderr)))
    }

    fn start(&mut self, words: &[&str]) {
        let mut command = self.command(words[0]);
        command.args(&words[1..]);
        // The launcher starts a bus of its own, which must end with it.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = quiet(command).spawn().unwrap_or_else(|why| panic!("{} is not installed: {why}", words[0]));
        self.programs.push(child);
    }

    fn has_on_the_bus(&self, name: &str) -> bool {
        let mut ask = self.command("/usr/bin/dbus-send");
        ask.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]);
        ask.args(["org.freedesktop.DBus.NameHasOwner", &format!("string:{name}")]);
        let answer = ask.output().expect("dbus-send is installed");
        String::from_utf8_lossy(&answer.stdout).contains("boolean true")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = tethered(Path::new(program));
        command.env_clear().envs(self.environment.iter().cloned());
        command
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        for mut program in self.programs.drain(..).rev() {
            if let Some(group) = i32::try_from(program.id()).ok().and_then(Pid::from_raw) {
                // Not all of them lead a group; those are ended below.
                let _ = kill_process_group(group, Signal::KILL);
            }
            // It may have ended; there is nobody left to tell.
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// Without the marks that hold names apart from the sentences around them, which nobody sees or hears.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace(['\u{2068}', '\u{2069}'], "")
}

fn place(value: &Value) -> [i64; 4] {
    [0, 1, 2, 3].map(|index| value[index].as_i64().unwrap_or_default())
}

fn quiet(mut command: Command) -> Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
