//! Saving and loading, the same for every model.

use std::sync::Arc;

use kosar::Persist;
use kosar::persist::SaveOptions;
use napi::bindgen_prelude::{AsyncTask, Buffer, FromNapiValue, ToNapiValue, TypeName, Uint8ArraySlice, Unknown};

use crate::convert::needed_text;
use crate::error::{Outcome, failure, refused};
use crate::options::Options;
use crate::work::{Work, background};

fn save_options(options: Option<Unknown<'_>>) -> Outcome<SaveOptions> {
    let mut options = Options::new("options", options)?;
    let histories = options.flag("histories")?.unwrap_or(true);
    options.finish()?;
    Ok(if histories { SaveOptions::default() } else { SaveOptions::serving() })
}

pub(crate) fn save<M: Persist + Send + Sync + 'static>(
    model: &Arc<M>,
    path: Unknown<'_>,
    options: Option<Unknown<'_>>,
) -> AsyncTask<Work<()>> {
    let model = Arc::clone(model);
    background(|| {
        let (path, options) = (needed_text("path", path)?, save_options(options)?);
        Ok(move || model.save_with(path, options))
    })
}

pub(crate) fn load<M, W>(path: Unknown<'_>) -> AsyncTask<Work<W>>
where
    M: Persist,
    W: From<M> + ToNapiValue + TypeName + Send + 'static,
{
    background(|| {
        let path = needed_text("path", path)?;
        Ok(move || M::load(path).map(W::from))
    })
}

pub(crate) fn to_bytes<M: Persist>(model: &M, options: Option<Unknown<'_>>) -> Outcome<Buffer> {
    model.to_bytes_with(save_options(options)?).map(Buffer::from).map_err(failure)
}

pub(crate) fn from_bytes<M: Persist, W: From<M>>(bytes: Unknown<'_>) -> Outcome<W> {
    let slice = Uint8ArraySlice::from_unknown(bytes);
    let slice = slice.map_err(|_| refused("bytes", "a Buffer or a Uint8Array", bytes))?;
    M::from_bytes(&slice).map(W::from).map_err(failure)
}
