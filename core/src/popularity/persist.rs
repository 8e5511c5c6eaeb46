//! The model in a file: with histories these, from which all is counted on reading; without them the counts.

use crate::data::{CategoryTree, Id, IdRef, Rows, Vocabulary};
use crate::error::{Error, PersistError};
use crate::fit::Control;
use crate::index::{CategoryIx, ItemIx};
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};
use crate::popularity::count::{Population, Tally, UNIT};
use crate::popularity::crowd::Crowd;
use crate::popularity::grouping::{Grouping, Members};
use crate::popularity::model::{History, Lists};
use crate::popularity::shelf::Shelf;
use crate::popularity::{Popularity, PopularityParams};
use crate::similarity::persist::{read_state, write_state};
use crate::similarity::state::Orders;
use crate::time::Time;

/// A launch that is not known.
const NEVER: i64 = i64::MIN;

/// Sections: `items` (vocabulary) and `has` (1 where the log had customers, and 2 where it was of events). With a catalogue
/// `shelf` (positions of its items), `shelf.launched`, `shelf.separator`, `shelf.categories` (vocabulary of paths) and
/// `shelf.deepest` (rows of these). With groups `groupings` (vocabulary), and of each, by its number, `groups.0` (vocabulary).
/// With histories what was bought (as `item_similarity` writes it by order) and `members.0` (vocabulary), `members.0.of`;
/// without them `as_of` (one instant or none), `firsts` and the populations, of `all` and of the groups of each grouping (`counts.0`).
impl Persist for Popularity {
    const KIND: &'static str = "popularity";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        let history = self.history.as_ref().filter(|_| options.histories);
        let has = |history: &History| u8::from(history.state.has_customers) + 2 * u8::from(history.of_events);
        writer.u8s("has", [history.map_or(0, has)])?;
        if let Some(shelf) = &self.shelf {
            write_shelf(writer, shelf)?;
        }
        let names: Vocabulary = self.groupings.iter().map(|one| Id::from(one.name.as_str())).collect();
        writer.vocabulary("groupings", &names)?;
        for (at, grouping) in self.groupings.iter().enumerate() {
            writer.vocabulary(&format!("groups.{at}"), &grouping.labels)?;
        }
        match history {
            Some(history) => {
                write_state(writer, &history.state)?;
                for (at, grouping) in self.groupings.iter().enumerate() {
                    if let Some(members) = &grouping.members {
                        writer.vocabulary(&format!("members.{at}"), &members.customers)?;
                        writer.u32s(&format!("members.{at}.of"), members.labels.iter().copied())?;
                    }
                }
                Ok(())
            }
            None => self.write_counts(writer),
        }
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<PopularityParams>()?.into_inner();
        let items = reader.vocabulary("items")?;
        let has = reader.u8s("has", 1)?[0];
        if has > 3 {
            return Err(invalid("has", "it is not from 0 to 3"));
        }
        let of_events = has & 2 == 2;
        let shelf = if reader.has("shelf") { Some(read_shelf(reader, &items)?) } else { None };
        let names = reader.vocabulary("groupings")?;
        let with_histories = reader.has("bought");
        let mut groupings = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let IdRef::Str(name) = name else { return Err(invalid("groupings", "names must be words")) };
            let labels = words(reader, &format!("groups.{at}"))?;
            let members = if with_histories { Some(read_members(reader, at, labels.len())?) } else { None };
            groupings.push(Grouping { name: name.to_owned(), labels, members, crowds: Vec::new() });
        }
        if !with_histories {
            return Self::read_counts(reader, params, items, shelf, groupings);
        }
        let state = read_state(reader, &items, has & 1 == 1, of_events)?;
        let Some(orders) = &state.orders else { return Err(invalid("baskets", "there are no baskets")) };
        if of_events && !sessions_follow(orders, state.matrix.n_customers()) {
            let why = "sessions are numbered behind the customers, one after the other";
            return Err(invalid("baskets.owners", why));
        }
        // So was the state made: of what was bought, and of what is in the catalogue.
        let formed = state.clone().in_form();
        let known =
            shelf.as_ref().map_or_else(|| Vocabulary::empty(items.kind()), |shelf| shelf.items.clone());
        let union = formed.matrix.items.union(&known).map(|(union, ..)| union);
        if union.as_ref().is_none_or(|union| !union.iter().eq(items.iter())) {
            return Err(invalid("items", "an item is neither bought nor in the catalogue"));
        }
        if formed.matrix.facts != state.matrix.facts || !state.need_orders().is_in_form() {
            return Err(invalid(
                "bought",
                "there must be the facts of what was bought alone, and baskets in order",
            ));
        }
        let history = History { state, of_events };
        let model = Self::of_parts(params, history, shelf, groupings, &Control::new());
        model.map_err(|error| match error {
            Error::Persist(error) => error,
            error => invalid("bought", format!("what is known does not suffice: {error}")),
        })
    }
}

impl Popularity {
    fn write_counts(&self, writer: &mut ModelWriter) -> Result<(), PersistError> {
        let Lists { as_of, firsts, all, .. } = &self.lists;
        writer.i64s("as_of", as_of.map(Time::micros))?;
        writer.i64s("firsts", firsts.iter().map(|first| first.map_or(NEVER, Time::micros)))?;
        let decays = self.params.half_life_days.is_some();
        write_populations(writer, "all", &[&all.population], decays)?;
        for (at, grouping) in self.groupings.iter().enumerate() {
            let populations: Vec<_> = grouping.crowds.iter().map(|crowd| &crowd.population).collect();
            write_populations(writer, &format!("counts.{at}"), &populations, decays)?;
        }
        Ok(())
    }

    fn read_counts(
        reader: &ModelReader<'_>,
        params: PopularityParams,
        items: Vocabulary,
        shelf: Option<Shelf>,
        groupings: Vec<Grouping>,
    ) -> Result<Self, PersistError> {
        let as_of = reader.i64s("as_of", None)?;
        if as_of.len() > 1 {
            return Err(invalid("as_of", "there is more than one instant"));
        }
        let as_of = as_of.first().copied().map(Time::from_micros);
        let firsts = instants(reader.i64s("firsts", None)?);
        if !firsts.is_empty() && (firsts.len() != items.len() || as_of.is_none()) {
            return Err(invalid("firsts", "there must be one for each item, or none, and then an instant"));
        }
        let lists = Lists { as_of, firsts, ..Lists::default() };
        let mut model = Self { params, items, history: None, shelf, groupings: Vec::new(), lists };
        let all = model.read_populations(reader, "all", 1)?.swap_remove(0);
        let windows = model.counting().windows;
        model.lists.all = Crowd::of_all(all, &model.params, windows.as_ref(), &model.lists.firsts);
        model.place();
        for (at, mut grouping) in groupings.into_iter().enumerate() {
            let section = format!("counts.{at}");
            for population in model.read_populations(reader, &section, grouping.labels.len())? {
                let mut own = population.items.iter();
                if own.any(|&item| model.lists.all.population.tally(item).is_none()) {
                    return Err(invalid(&section, "a group has an item that nobody bought"));
                }
                grouping.crowds.push(model.group_crowd(population));
            }
            model.groupings.push(grouping);
        }
        Ok(model)
    }

    fn read_populations(
        &self,
        reader: &ModelReader<'_>,
        name: &str,
        n_populations: usize,
    ) -> Result<Vec<Population>, PersistError> {
        let section = |part: &str| format!("{name}.{part}");
        let n_items = self.items.len();
        let rows =
            reader.rows(&section("items"), n_populations, n_items, RowOrder::Rising, ItemIx::from_u32)?;
        let n = rows.values().len();
        let customers = reader.u32s(&section("customers"), n)?;
        let all_whole = || customers.iter().map(|&count| u64::from(count) * UNIT).collect();
        let decays = self.params.half_life_days.is_some();
        let weights = if decays { reader.u64s(&section("weights"), n)? } else { all_whole() };
        let heavy = weights.iter().zip(&customers).any(|(&weight, &n)| weight > u64::from(n) * UNIT);
        if heavy || customers.contains(&0) {
            return Err(invalid(
                &section("customers"),
                "an item weighs more than its customers, or has none",
            ));
        }
        let n_windows = self.counting().windows.map_or(0, |windows| windows.n());
        let windows = reader.u64s(&section("windows"), n_populations * n_windows)?;
        let (recent, baseline) = if n_windows > 0 {
            (reader.u32s(&section("recent"), n)?, reader.u64s(&section("baseline"), n)?)
        } else {
            (vec![0; n], vec![0; n])
        };
        let buyers = reader.u64s(&section("all"), n_populations)?;
        let counts = customers.iter().zip(weights).zip(recent).zip(baseline);
        let tallies: Vec<Tally> = counts
            .map(|(((&customers, weight), recent), baseline)| Tally { customers, weight, recent, baseline })
            .collect();
        let population = |(at, &customers): (usize, &u64)| Population {
            customers,
            windows: windows[at * n_windows..(at + 1) * n_windows].to_vec(),
            items: rows.row(at).to_vec(),
            tallies: tallies[rows.offsets()[at]..rows.offsets()[at + 1]].to_vec(),
        };
        let populations: Vec<Population> = buyers.iter().enumerate().map(population).collect();
        if !populations.iter().all(adds_up) {
            return Err(invalid(&section("windows"), "they are not the sums of the items"));
        }
        Ok(populations)
    }
}

/// Whether windows hold as many as the items do.
fn adds_up(population: &Population) -> bool {
    let Population { windows, tallies, .. } = population;
    let sum = |counts: &mut dyn Iterator<Item = u64>| counts.fold(0_u64, u64::saturating_add);
    let recent = sum(&mut tallies.iter().map(|tally| u64::from(tally.recent)));
    let baseline = sum(&mut tallies.iter().map(|tally| tally.baseline));
    let of_baseline = sum(&mut windows.iter().skip(1).copied());
    recent == windows.first().copied().unwrap_or(0) && baseline <= of_baseline
}

/// Whether owners rise, and those behind the customers by one at most.
fn sessions_follow(orders: &Orders, n_customers: usize) -> bool {
    let mut next = u32::try_from(n_customers).unwrap_or(u32::MAX);
    orders.owners.iter().all(|&owner| {
        let is_new = owner == next;
        next += u32::from(is_new);
        is_new || owner < next
    })
}

/// Sections, behind the name: `items` (a row of each population), `customers`, `all` (customers of each), with a half-life
/// `weights` (in parts of 2^31), `windows`, and where there are any `recent` and `baseline`.
fn write_populations(
    writer: &mut ModelWriter,
    name: &str,
    populations: &[&Population],
    decays: bool,
) -> Result<(), PersistError> {
    let section = |part: &str| format!("{name}.{part}");
    let tallies = || populations.iter().flat_map(|population| &population.tallies);
    let windows = || populations.iter().flat_map(|population| &population.windows);
    let items: Rows<ItemIx> = populations.iter().map(|one| one.items.iter().copied()).collect();
    writer.rows(&section("items"), &items, ItemIx::as_u32)?;
    writer.u32s(&section("customers"), tallies().map(|tally| tally.customers))?;
    writer.u64s(&section("all"), populations.iter().map(|population| population.customers))?;
    writer.u64s(&section("windows"), windows().copied())?;
    if decays {
        writer.u64s(&section("weights"), tallies().map(|tally| tally.weight))?;
    }
    if windows().next().is_some() {
        writer.u32s(&section("recent"), tallies().map(|tally| tally.recent))?;
        writer.u64s(&section("baseline"), tallies().map(|tally| tally.baseline))?;
    }
    Ok(())
}

fn write_shelf(writer: &mut ModelWriter, shelf: &Shelf) -> Result<(), PersistError> {
    writer.u32s("shelf", shelf.places.iter().copied())?;
    let launched = shelf.launched.iter().map(|launched| launched.map_or(NEVER, Time::micros));
    writer.i64s("shelf.launched", launched)?;
    writer.u8s("shelf.separator", shelf.tree.separator().bytes())?;
    let paths: Vocabulary = shelf.tree.iter().map(|category| Id::from(category.path)).collect();
    writer.vocabulary("shelf.categories", &paths)?;
    // Numbers of the tree, whose order the paths give on reading.
    writer.rows("shelf.deepest", &shelf.deepest, CategoryIx::as_u32)
}

fn read_shelf(reader: &ModelReader<'_>, items: &Vocabulary) -> Result<Shelf, PersistError> {
    let places = reader.u32s_below("shelf", None, items.len())?;
    if !places.is_sorted_by(|a, b| a < b) {
        return Err(invalid("shelf", "its items must rise"));
    }
    let n = places.len();
    let launched = instants(reader.i64s("shelf.launched", n)?);
    let separator = String::from_utf8(reader.u8s("shelf.separator", None)?).unwrap_or_default();
    if separator.is_empty() {
        return Err(invalid("shelf.separator", "it must be text, and not empty"));
    }
    let paths = words(reader, "shelf.categories")?;
    let paths: Vec<String> = paths.iter().map(|path| path.to_string()).collect();
    let (tree, _) = CategoryTree::new(&separator, &paths);
    if tree.len() != paths.len() {
        return Err(invalid("shelf.categories", "they are not all categories of a tree"));
    }
    let deepest = reader.rows("shelf.deepest", n, tree.len(), RowOrder::Rising, CategoryIx::from_u32)?;
    let own = items.subset(places.iter().map(|&place| place as usize));
    Ok(Shelf::from_parts(own, launched, tree, deepest, places))
}

fn read_members(reader: &ModelReader<'_>, at: usize, n_labels: usize) -> Result<Members, PersistError> {
    let customers = reader.vocabulary(&format!("members.{at}"))?;
    let labels = reader.u32s_below(&format!("members.{at}.of"), customers.len(), n_labels)?;
    Ok(Members { customers, labels })
}

/// A vocabulary of words.
fn words(reader: &ModelReader<'_>, name: &str) -> Result<Vocabulary, PersistError> {
    let ids = reader.vocabulary(name)?;
    if ids.as_text().is_none() {
        return Err(invalid(name, "they must be words"));
    }
    Ok(ids)
}

fn instants(micros: Vec<i64>) -> Vec<Option<Time>> {
    micros.into_iter().map(|micros| (micros != NEVER).then(|| Time::from_micros(micros))).collect()
}
