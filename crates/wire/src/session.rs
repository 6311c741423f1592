//! What a program of Keyholder's inherits of the person's login session, whoever starts it: a bridge the broker, the broker its
//! window.

/// Where the person's files, screen, bus and language are. Nothing that loads code into a program or opens it to inspectors: no
/// `LD_PRELOAD`, no `GTK_MODULES`, nothing of `WEBKIT_` or `TAURI_` (spec T-011, H-029).
pub fn is_of_the_session(name: &str) -> bool {
    const NAMES: [&str; 21] = [
        "APPDATA",
        "DBUS_SESSION_BUS_ADDRESS",
        "DISPLAY",
        "GDK_DPI_SCALE",
        "GDK_SCALE",
        "HOME",
        "KEYHOLDER_HOME",
        "LANG",
        "LANGUAGE",
        "LOCALAPPDATA",
        "LOGNAME",
        "SYSTEMROOT",
        "SystemRoot",
        "TEMP",
        "TMP",
        "TMPDIR",
        "USER",
        "USERNAME",
        "USERPROFILE",
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
    ];
    NAMES.contains(&name) || name.starts_with("XDG_") || name.starts_with("LC_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_loads_code_or_opens_a_program_to_inspectors_is_inherited() {
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "LC_ALL", "KEYHOLDER_HOME", "GDK_SCALE"] {
            assert!(is_of_the_session(name), "{name}");
        }
        for name in [
            "LD_PRELOAD",
            "GTK_MODULES",
            "GTK_PATH",
            "WEBKIT_INSPECTOR_SERVER",
            "WEBKIT_EXEC_PATH",
            "TAURI_WEBVIEW_AUTOMATION",
            "GTK_DEBUG",
            "PATH",
        ] {
            assert!(!is_of_the_session(name), "{name}");
        }
    }
}
