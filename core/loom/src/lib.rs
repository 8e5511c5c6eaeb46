//! The recommender's own `remembered.rs`, under a scheduler that tries all orders in which threads may take their steps.
//!
//! What it stands on is replaced: atomic numbers by those of loom, and the swap of a handle by a lock of loom's that is held for one
//! step, which orders memory as the swap does.
//!
//! The modules beside it are as in the core.

mod ask_items {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) enum Beside {
        Ever = 0,
        InOneOrder = 1,
    }
}

mod walk {
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub(super) struct Looked {
        pub(super) buyers: u32,
        pub(super) since: Option<u32>,
    }
}

mod shared {
    use std::ops::Deref;
    use std::sync::Arc;

    use loom::sync::Mutex;
    pub(super) use loom::sync::atomic::AtomicU64;

    pub(super) struct ArcSwapOption<T>(Mutex<Option<Arc<T>>>);

    pub(super) struct Guard<T>(T);

    impl<T> Default for ArcSwapOption<T> {
        fn default() -> Self {
            Self(Mutex::new(None))
        }
    }

    impl<T> ArcSwapOption<T> {
        pub(super) fn load(&self) -> Guard<Option<Arc<T>>> {
            Guard(self.0.lock().expect("nobody panics with it").clone())
        }

        pub(super) fn store(&self, value: Option<Arc<T>>) {
            *self.0.lock().expect("nobody panics with it") = value;
        }
    }

    impl<T> Deref for Guard<T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.0
        }
    }
}

#[path = "../../src/recommender/remembered.rs"]
mod remembered;

#[cfg(test)]
mod tests {
    use loom::sync::Arc;
    use loom::sync::atomic::{AtomicU64, Ordering};

    use super::ask_items::Beside;
    use super::remembered::{Key, List, Remembered};
    use super::walk::Looked;

    const KEY: Key = Key { item: 0, how: Beside::Ever, latest: 200 };

    /// In version `v` the list of the item is `[(v, v)]`, from the start on.
    fn ask(remembered: &Remembered, version: u64) {
        let truth = u32::try_from(version).expect("versions are few");
        match remembered.get(KEY, version).as_ref().and_then(|list| list.as_ref()) {
            Some(list) => assert_eq!(*list.links, [(truth, truth)], "in version {version}"),
            None => remembered.put(List {
                key: KEY,
                version,
                weight: 1,
                looked: Looked::default(),
                links: Box::new([(truth, truth)]),
            }),
        }
    }

    #[test]
    fn what_is_remembered_is_of_the_version_that_is_asked() {
        let mut model = loom::model::Builder::new();
        // A fault takes a few steps in the wrong order; all orders of all steps take hours.
        model.preemption_bound = Some(3);
        model.check(|| {
            let remembered = Arc::new(Remembered::new(1, 1, [200]));
            let published = Arc::new(AtomicU64::new(1));
            let reader = |times: usize| {
                let (remembered, published) = (Arc::clone(&remembered), Arc::clone(&published));
                move || (0..times).for_each(|_| ask(&remembered, published.load(Ordering::Acquire)))
            };
            let readers = [1, 2].map(|times| loom::thread::spawn(reader(times)));
            remembered.change(&[(0, Beside::Ever)], 2);
            published.store(2, Ordering::Release);
            reader(1)();
            for reader in readers {
                reader.join().expect("it asks");
            }
        });
    }
}
