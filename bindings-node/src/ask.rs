//! What is asked of a recommender.

use kosar::recommender::{self, ItemTest, Request};
use kosar::{Id, Time};
use napi::bindgen_prelude::{Env, Result, Unknown};

use crate::because::answers;
use crate::convert::{array, element, id, time};
use crate::error::{Outcome, failure, refused, verbatim};
use crate::options::{Options, item_filter, set};
use crate::recommendation::Answer;

/// What is asked, and whether with queries.
pub(crate) struct Ask {
    pub(crate) request: Request,
    explain: bool,
}

impl Ask {
    /// Reads the options of a request; `barred` are keys that are not of this placement.
    pub(crate) fn read(options: Option<Unknown<'_>>, barred: &'static [&'static str]) -> Outcome<Self> {
        let mut options = Options::new("options", options)?.barring(barred);
        let ask = Self::of(&mut options, 10)?;
        options.finish()?;
        Ok(ask)
    }

    /// The same of options with other keys as well; `n` is how many unless told.
    pub(crate) fn of(options: &mut Options<'_>, n: usize) -> Outcome<Self> {
        let customer = options.value("customer")?.map(|value| id("customer", value)).transpose()?;
        let session_id = options.value("sessionId")?.map(|value| id("session", value)).transpose()?;
        let shown = options.value("shown")?.map(sightings).transpose()?.unwrap_or_default();
        let like = options.text("like")?.map(|text| ItemTest::from_json(&text).map_err(verbatim));
        let request = Request::new(options.count("n", 0)?.unwrap_or(n))
            .session(&options.items("session")?.unwrap_or_default())
            .cart(&options.items("cart")?.unwrap_or_default())
            .filter(item_filter(options)?)
            .shown(shown.iter().map(|(item, time)| (item, *time)))
            .seed(options.seed("seed")?.unwrap_or(0));
        let request = set(request, customer, |request, id| request.customer(&id));
        let request = set(request, session_id, |request, id| request.session_id(&id));
        let request = set(request, options.time("now")?, Request::now);
        let request = set(request, like.transpose()?, Request::like);
        Ok(Self { request, explain: options.flag("explain")?.unwrap_or(false) })
    }

    /// Hands over what was found.
    pub(crate) fn told<'env>(
        &self,
        env: &'env Env,
        found: kosar::Result<Vec<recommender::Answer>>,
    ) -> Result<Answer<'env>, String> {
        answers(env, &found.map_err(failure)?, self.explain)
    }
}

/// Pairs of an item and an instant.
fn sightings(value: Unknown<'_>) -> Outcome<Vec<(Id, Time)>> {
    let list = array("shown", value)?;
    let sighting = |at| {
        let value = element(&list, at)?;
        let pair = array("what is shown", value)?;
        if pair.len() != 2 {
            return Err(refused("shown", "an array of pairs of an item and a time", value));
        }
        Ok((id("item", element(&pair, 0)?)?, time("shown", element(&pair, 1)?)?))
    };
    (0..list.len()).map(sighting).collect()
}
