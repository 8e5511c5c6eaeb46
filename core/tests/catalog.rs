//! Catalogues as shops write them, and baskets seen through them.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use kosar::data::{
    Baskets, Batch, Catalog, CatalogBatch, CatalogBuilder, CatalogColumns, CatalogOptions, Cause, IdKind,
    IdValues, LogBuilder, LogOptions, Note, Role, TimeValues, Values,
};
use kosar::{Error, Id, IntakeError, ItemIx, OrderLog, TimeUnit};
use proptest::prelude::*;

/// A file that is removed when it is done with.
struct TempFile(std::path::PathBuf);

impl TempFile {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("kosar-catalog-{}-{name}", std::process::id()));
        std::fs::File::create(&path).unwrap().write_all(content).unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn columns(category: &[&str]) -> CatalogColumns {
    CatalogColumns {
        item: Some("sku".to_owned()),
        category: category.iter().map(|&name| name.to_owned()).collect(),
        name: Some("title".to_owned()),
        ..CatalogColumns::default()
    }
}

fn paths(catalog: &Catalog) -> Vec<&str> {
    catalog.categories().iter().map(|category| category.path).collect()
}

#[test]
fn a_csv_of_paths_becomes_a_catalogue() {
    let file = TempFile::new(
        "paths.csv",
        b"sku,path,title\n1,Food/Bread,Rye\n2,/Food/Tea/,\n1,Gifts,Rye\n,Food,x\n3,,Pen\n4,Food//Jam,\n5\n",
    );
    let catalog = Catalog::from_csv(&file.0, &columns(&["path"])).unwrap();
    assert_eq!(paths(&catalog), ["Food", "Food/Bread", "Food/Jam", "Food/Tea", "Gifts"]);
    assert_eq!(catalog.categories_of("1").unwrap(), ["Food/Bread", "Gifts"]);
    assert_eq!((catalog.name("1").unwrap(), catalog.name("2").unwrap()), (Some("Rye"), None));
    let report = catalog.report();
    assert_eq!((report.rows(), report.taken()), (7, 5));
    assert_eq!(report.set_aside()[&Cause::MissingItem].first_rows, [3]);
    assert_eq!(report.set_aside()[&Cause::FieldCount].first_rows, [6]);
    assert_eq!(report.notes()[&Note::EmptyLevel].first_rows, [5]);
    assert_eq!(report.notes()[&Note::NoCategory].examples, ["3"]);
}

#[test]
fn levels_in_columns_and_another_separator_are_read_alike() {
    let levels =
        TempFile::new("levels.csv", b"sku,l1,l2,title\n7,Audio/Video,TV,Set\n8,Food,,Egg\n9,Food,Tea,\n");
    let mut columns = columns(&["l1", "l2"]);
    columns.options.integer_ids = true;
    let refused = Catalog::from_csv(&levels.0, &columns).unwrap();
    assert_eq!(refused.report().set_aside()[&Cause::SeparatorInLevel].first_rows, [0]);
    columns.options.separator = " > ".to_owned();
    let catalog = Catalog::from_csv(&levels.0, &columns).unwrap();
    assert_eq!(paths(&catalog), ["Audio/Video", "Audio/Video > TV", "Food", "Food > Tea"]);
    assert_eq!(catalog.items_in("Food").unwrap(), [8.into(), 9.into()]);
    let text = TempFile::new(
        "text.csv",
        b"sku,path,title\n7,Audio/Video > TV,Set\n8,Food >  ,Egg\n9,Food  >  Tea,\n",
    );
    columns.category = vec!["path".to_owned()];
    let catalog = Catalog::from_csv(&text.0, &columns).unwrap();
    assert_eq!(paths(&catalog), ["Audio/Video", "Audio/Video > TV", "Food", "Food > Tea"]);
}

#[test]
fn facts_in_a_csv_file_are_read_and_what_cannot_be_read_is_told() {
    let mut content = b"sku,make,eur,cost,left,from,labels,about,colour\n\
        a,Acme,2.50,1,3,05.03.2025,new|red,A mug,red\n\
        b,Zen,x,,,,,,\n\
        c,"
    .to_vec();
    content.extend(b"\xff,,,,06.03.2025,,,\nd,,1,,,2025-03-05,,,\n");
    let file = TempFile::new("facts.csv", &content);
    let some = |name: &str| Some(name.to_owned());
    let columns = CatalogColumns {
        item: some("sku"),
        brand: some("make"),
        price: some("eur"),
        cost: some("cost"),
        stock: some("left"),
        launched: some("from"),
        tags: some("labels"),
        text: some("about"),
        attributes: vec!["colour".to_owned()],
        options: CatalogOptions {
            tag_separator: "|".to_owned(),
            time_format: some("%d.%m.%Y"),
            ..CatalogOptions::default()
        },
        ..CatalogColumns::default()
    };
    let catalog = Catalog::from_csv(&file.0, &columns).unwrap();
    assert_eq!(catalog.items().iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["a", "c"]);
    let a = catalog.item("a").unwrap();
    assert_eq!((a.brand, a.text, a.tags), (Some("Acme"), Some("A mug"), vec!["new", "red"]));
    let money = kosar::Money::from_f64;
    assert_eq!((a.price, a.cost, a.stock), (money(2.5), money(1.0), money(3.0)));
    assert_eq!(a.launched, Some(kosar::Time::parse("2025-03-05").unwrap()));
    assert_eq!(a.attributes, [("colour", "red")]);
    assert_eq!(catalog.item("c").unwrap().brand, None);
    let report = catalog.report();
    assert_eq!(report.notes()[&Note::WordNotUtf8].first_rows, [2]);
    let aside: Vec<_> =
        report.set_aside().iter().map(|(cause, found)| (*cause, found.examples.clone())).collect();
    let examples = |text: &str| vec![text.to_owned()];
    assert_eq!(aside, [(Cause::BadTime, examples("2025-03-05")), (Cause::BadNumber, examples("x"))]);
    let missing = CatalogColumns { item: some("sku"), price: some("usd"), ..CatalogColumns::default() };
    let error = Catalog::from_csv(&file.0, &missing).unwrap_err().to_string();
    assert!(error.starts_with("column 'usd', named as price, is not in the input"), "{error}");
    let format = CatalogColumns {
        options: CatalogOptions { time_format: some("%H"), ..CatalogOptions::default() },
        ..columns
    };
    assert!(Catalog::from_csv(&file.0, &format).is_err());
}

#[test]
fn what_a_catalogue_cannot_do_without_is_named() {
    let file = TempFile::new("short.csv", b"sku,path\n1,A\n");
    let message = |columns: &CatalogColumns| Catalog::from_csv(&file.0, columns).unwrap_err().to_string();
    assert!(message(&columns(&["path"])).starts_with("column 'title', named as name"));
    assert!(message(&columns(&["kind"])).starts_with("column 'kind', named as category"));
    assert_eq!(message(&CatalogColumns::default()), "name at least an item column; got none");
    let options = CatalogOptions { separator: String::new(), ..CatalogOptions::default() };
    let error = CatalogBuilder::new(options).unwrap_err();
    assert_eq!(error.to_string(), "separator must be a text of at least one character, got ''");
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    assert!(matches!(builder.push(&CatalogBatch::new(1)), Err(Error::Intake(IntakeError::NoColumns { .. }))));
    let ints = CatalogBatch::new(1).items(IdValues::Int(Values::new(vec![1]))).unwrap();
    let words = CatalogBatch::new(1).items(IdValues::Text(Values::new(vec!["a"]))).unwrap();
    builder.push(&ints).unwrap();
    assert!(builder.push(&words).unwrap_err().to_string().contains("item ids are integer here"));
    assert!(CatalogBatch::new(2).names(Values::new(vec!["a"])).is_err());
    assert!(CatalogBatch::new(2).levels(vec![Values::new(vec!["a", "b"]), Values::new(vec!["a"])]).is_err());
}

#[test]
fn of_several_names_the_first_in_order_stays_whatever_the_order_of_the_rows() {
    for names in [["Rye", "Dark rye"], ["Dark rye", "Rye"]] {
        let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
        let items = IdValues::Text(Values::new(vec!["r", "r"]));
        let batch = CatalogBatch::new(2).items(items).unwrap().names(Values::new(names.to_vec())).unwrap();
        builder.push(&batch).unwrap();
        let catalog = builder.finish().unwrap();
        assert_eq!(catalog.name("r").unwrap(), Some("Dark rye"));
        assert_eq!(catalog.report().notes()[&Note::SeveralNames].examples, ["r"]);
    }
}

#[test]
fn a_category_called_as_an_item_is_refused_where_they_meet() {
    let catalog = Catalog::from_paths([("tea", "drinks"), ("bun", "tea/sweet")]).unwrap();
    let baskets = Baskets::from_ids([vec!["tea", "bun"]]).unwrap();
    let error = baskets.with_categories(&catalog).unwrap_err();
    assert!(error.to_string().starts_with("'tea' is an item and a category"), "{error}");
    assert!(baskets.at_level(&catalog, 1).is_ok());
}

#[test]
fn ids_of_two_types_are_refused_rather_than_left_out() {
    let catalog = Catalog::from_paths([("7", "Food")]).unwrap();
    let baskets = Baskets::from_ids([vec![7]]).unwrap();
    for error in [baskets.at_level(&catalog, 1).unwrap_err(), baskets.with_categories(&catalog).unwrap_err()]
    {
        assert_eq!(error.to_string(), "item ids are integer here, got the string '7'");
    }
    let error = baskets.at_level(&Catalog::from_paths([(7, "A/B")]).unwrap(), 3).unwrap_err();
    assert_eq!(error.to_string(), "depth must be at most 2, got 3");
}

/// Order, customer, item, day.
type Row = (i64, Option<i64>, i64, i64);

fn log(rows: &[Row]) -> OrderLog {
    let ints = |pick: &dyn Fn(&Row) -> Option<i64>| IdValues::Int(rows.iter().map(pick).collect());
    let days: Vec<i64> = rows.iter().map(|row| row.3 * 86_400).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Order, ints(&|row| Some(row.0)))
        .and_then(|batch| batch.ids(Role::Customer, ints(&|row| row.1)))
        .and_then(|batch| batch.ids(Role::Item, ints(&|row| Some(row.2))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(days), TimeUnit::Second)));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

#[test]
fn owners_and_times_go_with_their_baskets() {
    // Order, customer, item, day. Order 2 holds nothing that the catalogue knows.
    let log = log(&[
        (1, Some(5), 10, 3),
        (2, Some(4), 99, 1),
        (3, Some(4), 11, 8),
        (4, None, 10, 2),
        (5, Some(4), 10, 6),
    ]);
    let catalog = Catalog::from_paths([(10, "A/X"), (11, "A/Y")]).unwrap();
    let baskets = log.baskets().unwrap();
    let level = baskets.at_level(&catalog, 2).unwrap();
    assert_eq!((level.rows().len(), level.unplaced().baskets), (4, 1));
    assert_eq!(level.unplaced().items, [Id::from(99)]);
    let kept = [0, 2, 3, 4];
    let picked: Vec<_> = kept.iter().map(|&at: &usize| baskets.times().unwrap()[at]).collect();
    assert_eq!(level.times().unwrap(), picked);
    let picked: Vec<_> = kept.iter().map(|&at: &usize| baskets.owners().unwrap()[at]).collect();
    assert_eq!(level.owners().unwrap(), picked);

    let owned = baskets.by_owner().unwrap();
    let ids = |row: &[ItemIx]| {
        row.iter().map(|i| owned.items().as_ints().unwrap()[i.as_usize()]).collect::<Vec<_>>()
    };
    let rows: Vec<_> = owned.rows().iter().map(ids).collect();
    assert_eq!(rows, [vec![10, 11, 99], vec![10], vec![10]]);
    let days: Vec<i64> = owned.times().unwrap().iter().map(|time| time.micros() / 86_400_000_000).collect();
    assert_eq!(days, [8, 3, 2]);
    assert_eq!(owned.by_owner().unwrap(), owned);
    let error = Baskets::from_ids([vec![1]]).unwrap().by_owner().unwrap_err();
    assert!(matches!(error, Error::MissingColumn { column: "customer", .. }));
    let mixed = baskets.with_categories(&catalog).unwrap();
    assert_eq!(mixed.by_owner().unwrap().hierarchy(), mixed.hierarchy());
    assert_eq!(mixed.owners(), baskets.owners());
}

/// Paths of up to three levels out of few names, so that many are alike or one above the other.
fn facts() -> impl Strategy<Value = Vec<(i64, String)>> {
    let path = prop::collection::vec(prop::sample::select(vec!["a", "b", "a b", "c"]), 0..4);
    prop::collection::vec((0_i64..8, path.prop_map(|levels| levels.join("/"))), 0..12)
}

fn prefixes(path: &str) -> Vec<String> {
    let levels: Vec<&str> = path.split('/').filter(|level| !level.is_empty()).collect();
    (1..=levels.len()).map(|n| levels[..n].join("/")).collect()
}

proptest! {
    #[test]
    fn a_catalogue_says_what_its_rows_say(
        (facts, shuffled) in facts().prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
        rows in prop::collection::vec(prop::collection::vec(0_i64..10, 1..5), 1..8),
        depth in 1_usize..4,
    ) {
        let of = |facts: &[(i64, String)]| Catalog::from_paths(facts.iter().map(|(id, path)| (*id, path.as_str()))).unwrap();
        let catalog = of(&facts);
        let mut above: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
        for (id, path) in &facts {
            above.entry(*id).or_default().extend(prefixes(path));
        }
        let all: BTreeSet<String> = above.values().flatten().cloned().collect();
        let found: BTreeSet<String> = catalog.categories().iter().map(|category| category.path.to_owned()).collect();
        prop_assert_eq!(&found, &all);
        for path in &all {
            let inside: Vec<i64> = above.iter().filter(|(_, paths)| paths.contains(path)).map(|(&id, _)| id).collect();
            let expected: Vec<kosar::IdRef<'_>> = inside.iter().map(|&id| id.into()).collect();
            prop_assert_eq!(catalog.items_in(path).unwrap(), expected);
        }
        let other = of(&shuffled);
        for &id in above.keys() {
            prop_assert_eq!(catalog.categories_of(id).unwrap(), other.categories_of(id).unwrap());
        }
        prop_assert_eq!(catalog.categories(), other.categories());

        let baskets = Baskets::from_ids(rows.iter().map(|row| row.iter().copied())).unwrap();
        let names = |baskets: &Baskets| -> Vec<BTreeSet<String>> {
            let name = |item: &ItemIx| baskets.items().get(item.as_usize()).to_string();
            baskets.rows().iter().map(|row| row.iter().map(name).collect()).collect()
        };
        if catalog.n_items() > 0 {
            let mixed = baskets.with_categories(&catalog).unwrap();
            let with_above = |row: &Vec<i64>| -> BTreeSet<String> {
                let categories = row.iter().flat_map(|id| above.get(id).into_iter().flatten().cloned());
                row.iter().map(i64::to_string).chain(categories).collect()
            };
            prop_assert_eq!(names(&mixed), rows.iter().map(with_above).collect::<Vec<_>>());
            let hierarchy = mixed.hierarchy().unwrap();
            prop_assert_eq!(hierarchy.item_kind(), IdKind::Int);
            for id in rows.iter().flatten() {
                let item = hierarchy.find_item(*id).unwrap();
                prop_assert_eq!(hierarchy.item_id(item), Id::from(*id));
                let found: BTreeSet<String> =
                    hierarchy.ancestors(item).iter().map(|&a| hierarchy.item_id(a).to_string()).collect();
                prop_assert_eq!(found, above.get(id).cloned().unwrap_or_default());
            }
        }
        if depth <= catalog.categories().depth() {
            // A path that stops above the depth counts by its end.
            let ends = |id: &i64, path: &String| !above[id].iter().any(|longer| longer.starts_with(&format!("{path}/")));
            let stands_for = |id: &i64| -> BTreeSet<String> {
                let own = above.get(id).into_iter().flatten();
                own.filter(|path| {
                    let levels = path.split('/').count();
                    levels == depth || (levels < depth && ends(id, path))
                }).cloned().collect()
            };
            let level = baskets.at_level(&catalog, depth).unwrap();
            let all: Vec<BTreeSet<String>> = rows.iter().map(|row| row.iter().flat_map(stands_for).collect()).collect();
            let expected: Vec<BTreeSet<String>> = all.iter().filter(|row| !row.is_empty()).cloned().collect();
            prop_assert_eq!(level.unplaced().baskets, all.len() - expected.len());
            prop_assert_eq!(names(&level), expected);
            let lost: BTreeSet<i64> = rows.iter().flatten().copied().filter(|id| stands_for(id).is_empty()).collect();
            prop_assert_eq!(&level.unplaced().items, &lost.into_iter().map(Id::from).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_path_of_very_many_levels_is_refused() {
    let deep = |levels: usize| Catalog::from_paths([(1, "Food"), (2, vec!["a"; levels].join("/").as_str())]);
    assert_eq!(deep(64).unwrap().categories().depth(), 64);
    let message = deep(65).unwrap_err().to_string();
    assert_eq!(
        message,
        "the category path that begins with 'a/a/a' has 65 levels, at most 64 are allowed; see the separator"
    );
}
