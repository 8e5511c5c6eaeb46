//! What a model gains by naming its arrays: saving, loading, and all checks.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::error::{PersistError, Result};
use crate::persist::atomic;
use crate::persist::container::Container;
use crate::persist::reader::ModelReader;
use crate::persist::writer::ModelWriter;

/// What goes into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SaveOptions {
    /// Whether the customers' histories do (default: yes). Without them a model answers for items only, cannot be updated,
    /// and the file names no customer.
    pub histories: bool,
}

impl SaveOptions {
    /// For a file that only serves: without histories.
    #[must_use]
    pub const fn serving() -> Self {
        Self { histories: false }
    }
}

impl Default for SaveOptions {
    fn default() -> Self {
        Self { histories: true }
    }
}

/// A model that can be saved and loaded.
///
/// A model writes each array once in [`Persist::write`], reads each in [`Persist::read`], and has the rest from here.
pub trait Persist: Sized {
    /// The kind of model in the file, such as `association_rules`.
    const KIND: &'static str;

    /// Hands over parameters and arrays.
    ///
    /// # Errors
    /// Those of the writer's calls.
    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError>;

    /// Takes parameters and arrays back, checking every invariant of the model that the reader's calls do not.
    ///
    /// # Errors
    /// Those of the reader's calls, and [`PersistError::Invalid`] for an invariant of the model's own.
    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError>;

    /// The bytes of the file, histories included: as [`Persist::to_bytes_with`].
    ///
    /// # Errors
    /// As there.
    fn to_bytes(&self) -> Result<Vec<u8>> {
        self.to_bytes_with(SaveOptions::default())
    }

    /// The bytes of the file; the same for the same model.
    ///
    /// Takes memory for two copies of the arrays.
    ///
    /// # Errors
    /// [`PersistError::Invalid`] for contents that could not be read back.
    fn to_bytes_with(&self, options: SaveOptions) -> Result<Vec<u8>> {
        let container = pack(self, options)?;
        let mut bytes = container.header()?;
        bytes.reserve_exact(container.data_len());
        container.write_sections(&mut bytes).expect("writing to memory does not fail");
        Ok(bytes)
    }

    /// A model from the bytes of a file, which may be anybody's.
    ///
    /// # Errors
    /// A [`PersistError`] that says what is wrong and where.
    fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let container = Container::open(bytes)?;
        if container.kind != Self::KIND {
            let (found, expected) = (container.kind.into_owned(), Self::KIND.to_owned());
            return Err(PersistError::Kind { found, expected }.into());
        }
        let reader = ModelReader::new(container);
        let model = Self::read(&reader)?;
        reader.finish()?;
        Ok(model)
    }

    /// Saves with histories: as [`Persist::save_with`].
    ///
    /// # Errors
    /// As there.
    fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_with(path, SaveOptions::default())
    }

    /// Saves to a file, replacing one that is there; a reader, or a crash, sees the old or the new one, whole.
    ///
    /// A temporary file named `.{name}.{numbers}.kosar-tmp` is written in the same folder, made durable and renamed, and the
    /// folder made durable. It is removed when something fails; after a crash it stays until the next save to the same path, or the
    /// next load from it, which remove it once the process that wrote it is known to be gone, or it is an hour old, when no living
    /// process can still be writing it. A file that is replaced leaves its permissions to the new one; a symbolic link is followed.
    ///
    /// Takes memory for one copy of the arrays.
    ///
    /// # Errors
    /// [`PersistError::Io`], or as [`Persist::to_bytes_with`].
    fn save_with(&self, path: impl AsRef<Path>, options: SaveOptions) -> Result<()> {
        let path = path.as_ref();
        let container = pack(self, options)?;
        let header = container.header()?;
        atomic::replace(path, |file| {
            file.write_all(&header)?;
            container.write_sections(file)
        })
        .map_err(|source| PersistError::Io { action: "write", path: path.to_owned(), source }.into())
    }

    /// Loads from a file.
    ///
    /// Takes memory for the file and, beside it, the model.
    ///
    /// # Errors
    /// [`PersistError::Io`], or as [`Persist::from_bytes`].
    fn load(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_bytes(&read_file(path.as_ref())?)
    }
}

fn pack<M: Persist>(model: &M, options: SaveOptions) -> Result<Container<'static>, PersistError> {
    let mut writer = ModelWriter::new(M::KIND);
    model.write(&mut writer, options)?;
    Ok(writer.finish())
}

/// The bytes of a file, for [`Persist::from_bytes`] and the like.
///
/// # Errors
/// [`PersistError::Io`].
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    atomic::tidy(path);
    fs::read(path).map_err(|source| PersistError::Io { action: "read", path: path.to_owned(), source }.into())
}

/// Which kind of model the bytes of a file hold, every checksum checked.
///
/// # Errors
/// As [`Persist::from_bytes`], but for what only the model itself can check.
pub fn kind_of(bytes: &[u8]) -> Result<String> {
    Ok(Container::open(bytes)?.kind.into_owned())
}

/// The parameters that the model in the bytes of a file was fitted with, as JSON.
///
/// # Errors
/// As [`kind_of`].
pub fn params_of(bytes: &[u8]) -> Result<String> {
    Ok(Container::open(bytes)?.params.to_string())
}
