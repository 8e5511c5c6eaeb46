//! Updates, forgetting, files and threads leave no trace.

use kosar::replenish::Replenishment;
use kosar::{Fit, Id, Persist};
use proptest::prelude::*;

use super::planted::planted;
use super::{Row, catalog, log, rows};

proptest! {
    #[test]
    fn an_update_is_a_fit_on_all(rows in rows(), cut in 0_usize..90, with_catalog in any::<bool>()) {
        let (old, new) = rows.split_at(cut.min(rows.len()));
        let fit = |rows: &[Row]| {
            let log = log(rows);
            let params = Replenishment::params();
            if with_catalog { params.fit(&(&log, &catalog())) } else { params.fit(&log) }.unwrap()
        };
        let updated = fit(old).update(&log(new)).unwrap();
        prop_assert_eq!(&updated, &fit(&rows));
        prop_assert_eq!(&fit(new).update(&log(old)).unwrap(), &updated);
        prop_assert_eq!(updated.to_bytes().unwrap(), fit(&rows).to_bytes().unwrap());
    }

    #[test]
    fn a_forgotten_customer_was_never_there(rows in rows(), pick in any::<prop::sample::Index>()) {
        let model = Replenishment::params().fit(&(&log(&rows), &catalog())).unwrap();
        prop_assume!(!model.customers().is_empty());
        let gone = model.customers().get(pick.index(model.customers().len())).to_id();
        let rest: Vec<Row> = rows.iter().copied().filter(|row| Id::from(row.0) != gone).collect();
        let expected = Replenishment::params().fit(&(&log(&rest), &catalog())).unwrap();
        let forgotten = model.forget(&gone).unwrap();
        prop_assert_eq!(forgotten.to_bytes().unwrap(), expected.to_bytes().unwrap());
        prop_assert_eq!(forgotten, expected);
    }

    #[test]
    fn a_file_gives_the_model_back(rows in rows(), with_catalog in any::<bool>()) {
        let log = log(&rows);
        let params = Replenishment::params().coverage(0.5);
        let model = if with_catalog { params.fit(&(&log, &catalog())) } else { params.fit(&log) }.unwrap();
        let bytes = model.to_bytes().unwrap();
        let read = Replenishment::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&read, &model);
        prop_assert_eq!(read.to_bytes().unwrap(), bytes);
    }
}

#[test]
fn the_result_does_not_depend_on_threads() {
    let (rows, _) = planted(&[7.0, 14.0, 30.0, 3.0, 50.0], 60, 300.0);
    let log = log(&rows);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let model = Replenishment::params().fit(&log).unwrap();
            let table = model.due_all(model.end(), 3).unwrap();
            (model, table)
        })
    };
    assert_eq!(with(1), with(3));
}
