//! Replacing a file in one step.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How temporary files end.
const SUFFIX: &str = ".kosar-tmp";

/// A temporary file that nobody has written to for so long is what a crash left behind.
const STRAY_AFTER: Duration = Duration::from_secs(60 * 60);

/// Makes `path` a file of what `write` writes, or leaves it as it was.
///
/// The file is written beside `path`, made durable, renamed, and the folder made durable. A link is followed; the
/// permissions of a file that is replaced are kept. Anything there but a file is refused.
pub(super) fn replace(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let target = if path.is_symlink() { fs::canonicalize(path)? } else { path.to_owned() };
    let bad_path = |why| io::Error::new(io::ErrorKind::InvalidInput, why);
    let name = target.file_name().ok_or_else(|| bad_path("the path names no file"))?;
    let folder = match target.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let permissions = match fs::metadata(&target) {
        Ok(there) if there.is_file() => Some(there.permissions()),
        Ok(_) => return Err(bad_path("there is something else than a file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    remove_strays(folder, name);

    let (mut file, temporary) = Temporary::create(folder, name)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    write(&mut file)?;
    file.sync_all()?;
    drop(file);
    temporary.rename(&target)?;
    sync_folder(folder)
}

/// A file that is removed unless it gets its final name.
struct Temporary {
    path: PathBuf,
    renamed: bool,
}

impl Temporary {
    fn create(folder: &Path, name: &OsStr) -> io::Result<(File, Self)> {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let (home, process, mut number) = (home().unwrap_or(0), std::process::id(), since_1970.as_nanos());
        loop {
            let mut temporary = prefix(name);
            temporary.push(format!("{home:x}-{process:x}-{number:x}{SUFFIX}"));
            let path = folder.join(temporary);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((file, Self { path, renamed: false })),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    fn rename(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.renamed {
            // The error that led here is the one to report.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// How the temporary files for a name begin: hidden, and with the name.
fn prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    prefix
}

fn is_temporary(file_name: &OsStr, name: &OsStr) -> bool {
    let middle = file_name
        .as_encoded_bytes()
        .strip_prefix(prefix(name).as_encoded_bytes())
        .and_then(|rest| rest.strip_suffix(SUFFIX.as_bytes()));
    middle.is_some_and(|middle| {
        !middle.is_empty() && middle.iter().all(|&byte| byte.is_ascii_hexdigit() || byte == b'-')
    })
}

/// Among which processes the number of this one is unique: those of one system since it started, within one namespace. `None`
/// where the system does not tell.
#[cfg(target_os = "linux")]
fn home() -> Option<u64> {
    use std::hash::BuildHasher as _;
    use std::os::unix::fs::MetadataExt as _;

    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::metadata("/proc/self/ns/pid").ok()?.ino();
    Some(foldhash::fast::FixedState::default().hash_one((boot, namespace)))
}

/// Elsewhere nothing tells; age alone does.
#[cfg(not(target_os = "linux"))]
fn home() -> Option<u64> {
    None
}

/// Whether the process that a temporary file is named after is known to be gone.
fn is_dead(file_name: &OsStr, name: &OsStr, home: Option<u64>) -> bool {
    let middle = file_name.as_encoded_bytes().get(prefix(name).len()..);
    let middle = middle.and_then(|middle| std::str::from_utf8(middle).ok()).unwrap_or_default();
    let mut numbers = middle.split('-');
    let mut hex = || u64::from_str_radix(numbers.next()?, 16).ok();
    match (hex(), hex(), home) {
        (Some(of), Some(process), Some(home)) if of == home => {
            !Path::new("/proc").join(process.to_string()).exists()
        }
        _ => false,
    }
}

/// Removes what crashes left of this name; what cannot be looked at or removed stays.
///
/// A process that is known to be gone writes no more. Of others, who may be on another system, the age is the guard: a process still
/// at work touches its file all the time. Were one removed all the same, that process would fail to rename it and report so; the target
/// is never at risk.
fn remove_strays(folder: &Path, name: &OsStr) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let home = home();
    for entry in entries.flatten().filter(|entry| is_temporary(&entry.file_name(), name)) {
        let age =
            entry.metadata().and_then(|metadata| metadata.modified()).map(|modified| modified.elapsed());
        if is_dead(&entry.file_name(), name, home) || matches!(age, Ok(Ok(age)) if age > STRAY_AFTER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes what crashes left beside a file that is about to be read.
pub(super) fn tidy(path: &Path) {
    let folder = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    if let Some(name) = path.file_name() {
        remove_strays(folder, name);
    }
}

/// Makes the new name durable. Some file systems cannot do that for a folder: they are taken as they are.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        done => done,
    }
}

/// Elsewhere a folder cannot be opened as a file; the rename itself is as durable as the system makes it.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::persist::toy::Folder;

    fn write_text(text: &str) -> impl FnOnce(&mut File) -> io::Result<()> {
        move |file| file.write_all(text.as_bytes())
    }

    #[test]
    fn a_file_is_made_and_replaced_and_nothing_else_is_left() {
        let folder = Folder::new("replaced");
        let path = folder.path("model");
        replace(&path, write_text("old and longer")).unwrap();
        replace(&path, write_text("new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(folder.names(), ["model"]);
    }

    #[test]
    fn a_failure_midway_leaves_the_old_file_and_no_other() {
        let folder = Folder::new("midway");
        let path = folder.path("model");
        replace(&path, write_text("old")).unwrap();
        let failed = replace(&path, |file| {
            file.write_all(b"half of")?;
            Err(io::Error::other("disk full"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "disk full");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(folder.names(), ["model"]);
    }

    #[test]
    fn old_strays_of_the_same_name_go_and_all_else_stays() {
        let folder = Folder::new("strays");
        let old = SystemTime::now() - 2 * STRAY_AFTER;
        for name in [".model.1f-2.kosar-tmp", ".model.b.1f-2.kosar-tmp", ".model.x.kosar-tmp", "other"] {
            File::create(folder.path(name)).unwrap().set_modified(old).unwrap();
        }
        File::create(folder.path(".model.3-4.kosar-tmp")).unwrap();
        replace(&folder.path("model"), write_text("new")).unwrap();
        let left =
            [".model.3-4.kosar-tmp", ".model.b.1f-2.kosar-tmp", ".model.x.kosar-tmp", "model", "other"];
        assert_eq!(folder.names(), left);
    }

    #[test]
    fn what_is_no_file_is_not_replaced() {
        let folder = Folder::new("no_file");
        fs::create_dir(folder.path("inner")).unwrap();
        for path in [folder.path("inner"), folder.path("absent/model"), folder.path("inner/..")] {
            assert!(replace(&path, write_text("new")).is_err(), "{path:?}");
        }
        assert_eq!(folder.names(), ["inner"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_are_kept() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let folder = Folder::new("permissions");
        let (path, link) = (folder.path("model"), folder.path("link"));
        replace(&path, write_text("old")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("model", &link).unwrap();
        replace(&link, write_text("new")).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(folder.names(), ["link", "model"]);
    }
}
