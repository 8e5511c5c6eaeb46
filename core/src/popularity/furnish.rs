//! A model with all that it is given beside its log.

use crate::data::{Catalog, Id, OrderLog};
use crate::error::{ParamError, Result};
use crate::popularity::Popularity;

/// Where groups of customers come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupSource {
    /// A column that the log has kept, as [`Popularity::with_group_column`] reads it.
    Column(String),
    /// Customers, and the group of each, as [`Popularity::with_groups`] takes them.
    Named(Vec<(Id, String)>),
}

impl Popularity {
    /// The model with a catalogue, where one is given, and with groups, each under its name: [`Popularity::with_catalog`],
    /// [`Popularity::with_groups`] and [`Popularity::with_group_column`] one after the other. Columns are those of `log`, the log
    /// of orders that the model was fitted on; `None` for a model of events, which keep no columns.
    ///
    /// ```
    /// use kosar::popularity::{GroupSource, Popularity};
    /// use kosar::{Fit, Id, OrderLog};
    ///
    /// let log = OrderLog::from_pairs([("ann", "tea"), ("bob", "tea"), ("cid", "mate")])?;
    /// let country = GroupSource::Named(vec![(Id::from("cid"), "AR".to_owned())]);
    /// let popular = Popularity::params().fit(&log)?.furnished(Some(&log), None, &[("country".to_owned(), country)])?;
    /// assert_eq!(popular.groups("country")?.collect::<Vec<_>>(), ["AR"]);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// As these; [`ParamError::NotWith`] for a column without a log of orders.
    pub fn furnished(
        mut self,
        log: Option<&OrderLog>,
        catalog: Option<&Catalog>,
        groups: &[(String, GroupSource)],
    ) -> Result<Self> {
        if let Some(catalog) = catalog {
            self = self.with_catalog(catalog)?;
        }
        for (name, source) in groups {
            self = match source {
                GroupSource::Column(column) => {
                    let (allowed, with) = ("named customer by customer", "a log of events");
                    let no_column = ParamError::NotWith { name: "groups", allowed, with };
                    self.with_group_column(name, log.ok_or(no_column)?, column)?
                }
                GroupSource::Named(pairs) => {
                    self.with_groups(name, pairs.iter().map(|(customer, group)| (customer, group.as_str())))?
                }
            };
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::Fit;
    use crate::persist::Persist;

    #[test]
    fn furnishing_is_one_step_after_the_other() {
        let log = OrderLog::from_pairs([("ann", "tea"), ("bob", "tea"), ("cid", "mate")]).unwrap();
        let catalog = Catalog::from_paths([("tea", "Drinks")]).unwrap();
        let plain = Popularity::params().fit(&log).unwrap();
        let pairs = [("ann", "UK"), ("cid", "AR")];
        let expected = plain.with_catalog(&catalog).unwrap().with_groups("country", pairs).unwrap();
        let named = GroupSource::Named(pairs.map(|(id, group)| (Id::from(id), group.to_owned())).to_vec());
        let found = plain.clone().furnished(None, Some(&catalog), &[("country".to_owned(), named)]).unwrap();
        assert_eq!(found.to_bytes().unwrap(), expected.to_bytes().unwrap());
        let column = [("country".to_owned(), GroupSource::Column("land".to_owned()))];
        assert_eq!(
            plain.clone().furnished(None, None, &column).unwrap_err().to_string(),
            "groups must be named customer by customer for a log of events"
        );
        assert_eq!(
            plain.clone().furnished(Some(&log), None, &column).unwrap_err().to_string(),
            plain.with_group_column("country", &log, "land").unwrap_err().to_string()
        );
    }
}
