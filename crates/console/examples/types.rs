//! Prints the console's types as TypeScript, for the pages: `./dev types` writes them to `ui/src/host/types.gen.ts`.

use keyholder_console::news::News;
use keyholder_console::order::{Ask, Reply};
use std::collections::BTreeMap;
use std::io::Write as _;
use ts_rs::{Config, TS, TypeVisitor};

fn main() -> std::io::Result<()> {
    // Numbers here are counts, sizes and milliseconds: all far below 2^53.
    let mut found = Found { config: Config::new().with_large_int("number"), declarations: BTreeMap::new() };
    found.visit::<Ask>();
    found.visit::<Reply>();
    found.visit::<News>();
    let mut out = std::io::stdout().lock();
    writeln!(out, "// Made by `./dev types` from crates/console. Do not edit.")?;
    for declaration in found.declarations.values() {
        writeln!(out, "\n{declaration}")?;
    }
    Ok(())
}

/// The declarations by name, each once.
struct Found {
    config: Config,
    declarations: BTreeMap<String, String>,
}

impl TypeVisitor for Found {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let name = T::name(&self.config);
        // Only our own types have a declaration of their own.
        if T::output_path().is_none() || self.declarations.contains_key(&name) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        self.declarations.insert(name, format!("{docs}export {}", T::decl(&self.config)));
        T::visit_dependencies(self);
    }
}
