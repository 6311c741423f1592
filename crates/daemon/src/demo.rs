//! Placeholder being written.
pub(crate) async fn show() -> Result<(), String> { Ok(()) }
