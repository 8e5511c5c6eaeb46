//! The closed and the maximal sets below one item, depth first and without a look at any set found before.
//!
//! A set is closed when no other item is in all of its baskets, and maximal when with no other item it is frequent. The
//! items that could be are of three kinds: extensions still to come, which a class knows; and those *passed over*, that
//! is earlier siblings and items rarer than the first. Where the baskets are dense, items passed over are carried along
//! as bitmaps, cut to the baskets of the prefix. Where they are sparse, the baskets of a set are walked instead, the first few
//! as a rule: what is in all of them is soon no more than the set.
//!
//! An item passed over that is in all baskets of a prefix is in all baskets of every extension too, so nothing below is
//! closed, let alone maximal, and the search turns back.

use std::cell::RefCell;

use super::beside::Beside;
use super::budget::{Limit, Meter};
use super::columns::Columns;
use super::search::{Database, Search, Stop};
use super::sink::Sink;
use super::walk::Walk;

/// An item and its baskets within those of the prefix: how many, and where their bitmap begins.
#[derive(Debug, Clone, Copy)]
struct Entry {
    code: u32,
    count: u32,
    start: usize,
}

/// The extensions of the current prefix, the items passed over, and what to go back to when they are done.
#[derive(Debug, Clone, Copy, Default)]
struct Class {
    first: usize,
    next: usize,
    end: usize,
    passed: usize,
    perfect: usize,
    /// Where the bits begin, and the number of words of a bitmap.
    bits: usize,
    words: usize,
    /// Where it says which words of the first item's baskets these are.
    places: usize,
}

/// The search for closed sets or, with `MAXIMAL`, for maximal ones.
#[derive(Debug)]
pub(super) struct Condense<'a, const MAXIMAL: bool> {
    db: &'a Database,
    beside: Beside<'a>,
    /// The baskets of the first item.
    tids: &'a [u32],
    /// Whether items passed over are carried as bitmaps.
    is_dense: bool,
    prefix: Vec<u32>,
    perfect: Vec<u32>,
    set: Vec<u32>,
    members: Vec<Entry>,
    passed: Vec<Entry>,
    classes: Vec<Class>,
    bits: Vec<u64>,
    places: Vec<u32>,
    /// The words of the current extension's bitmap that are not zero.
    live: Vec<u32>,
    walk: RefCell<Walk>,
}

/// What an item is to the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Rarer, and in all of its baskets.
    Covers,
    /// An extension or passed over: its baskets are of use.
    Kept,
    /// Perfect, or infrequent.
    Nowhere,
}

impl<'a, const MAXIMAL: bool> Search<'a> for Condense<'a, MAXIMAL> {
    fn new(db: &'a Database) -> Self {
        Self {
            db,
            beside: Beside::new(db),
            tids: &[],
            is_dense: false,
            prefix: Vec::new(),
            perfect: Vec::new(),
            set: Vec::new(),
            members: Vec::new(),
            passed: Vec::new(),
            classes: Vec::new(),
            bits: Vec::new(),
            places: Vec::new(),
            live: Vec::new(),
            walk: RefCell::new(Walk::new(db.order.len())),
        }
    }

    fn run<S: Sink>(&mut self, code: u32, meter: &mut Meter<'_>, sink: &mut S) -> Result<(), Stop> {
        // A search that met a limit leaves its stacks as they were.
        self.prefix.clear();
        self.perfect.clear();
        self.members.clear();
        self.passed.clear();
        self.classes.clear();
        self.bits.clear();
        self.places.clear();

        let count = self.db.order.count(code);
        self.tids = self.db.tids().row(code as usize);
        self.prefix.push(code);
        let Some(is_wanted) = self.open(code, meter)? else { return Ok(()) };
        if is_wanted {
            self.report(count, meter, sink)?;
        }
        while let Some(class) = self.classes.last_mut() {
            if class.next == class.end {
                let class = *class;
                self.close(class);
                continue;
            }
            let position = class.next;
            class.next += 1;
            let class = *class;
            meter.tick()?;
            let member = self.members[position];
            if member.count < self.db.worth {
                continue;
            }
            self.prefix.push(member.code);
            let is_wanted = self.extend(class, position);
            meter.scratch(self.scratch_bytes())?;
            if is_wanted {
                self.report(member.count, meter, sink)?;
            }
        }
        Ok(())
    }
}

impl<const MAXIMAL: bool> Condense<'_, MAXIMAL> {
    fn report<S: Sink>(&mut self, count: u32, meter: &mut Meter<'_>, sink: &mut S) -> Result<(), Stop> {
        if self.prefix.len() + self.perfect.len() > self.db.max_len || count < self.db.worth {
            return Ok(());
        }
        self.set.clear();
        self.set.extend_from_slice(&self.prefix);
        self.set.extend_from_slice(&self.perfect);
        sink.take(self.db, &self.set, &[], count, meter)
    }

    /// Makes the class of a single item; whether the item with its perfect extensions is wanted, `None` where nothing
    /// below it can be.
    fn open(&mut self, code: u32, meter: &mut Meter<'_>) -> Result<Option<bool>, Limit> {
        let db = self.db;
        let count = db.order.count(code);
        let n_walked = self.tids.len() * db.baskets().values().len() / db.baskets().len().max(1);
        let columns = db.columns.as_ref().filter(|columns| columns.words() * db.order.len() <= n_walked);
        if let Some(columns) = columns {
            self.is_dense = true;
            if self.open_columns(code, columns) {
                return Ok(None);
            }
        } else {
            self.is_dense = false;
            self.weigh(code);
            // A basket that holds this item alone is not among those walked.
            if self.tids.len() == count as usize && self.is_covered_by_rows(self.tids.iter().copied()) {
                return Ok(None);
            }
        }
        let is_wanted = !MAXIMAL
            || self.members.is_empty()
                && self.passed.is_empty()
                && (self.is_dense || !self.is_frequent_by_rows(self.tids.iter().copied()));
        if self.members.is_empty() || !self.goes_on() {
            return Ok(Some(is_wanted));
        }
        self.members.sort_unstable_by_key(|member| (member.count, member.code));
        let mut words = self.live.len();
        if columns.is_none() {
            words = self.tids.len().div_ceil(64);
            let n_bytes = self.members.len() * words * size_of::<u64>();
            meter.scratch(self.scratch_bytes() + n_bytes)?;
            self.fill(code, words);
            self.places.extend((0..).take(words));
        }
        self.classes.push(Class { end: self.members.len(), words, ..Class::default() });
        Ok(Some(is_wanted))
    }

    /// Counts the items behind the first in its baskets and sorts them into perfect extensions and members.
    fn weigh(&mut self, code: u32) {
        let (min_count, count_of_first) = (self.db.min_count, self.db.order.count(code));
        self.beside.count(code, self.tids, |other, count| {
            if count == count_of_first {
                self.perfect.push(other);
            } else if count >= min_count {
                self.members.push(Entry { code: other, count, start: 0 });
            }
        });
    }

    /// Puts an item that shares baskets with the first where it belongs.
    fn sort(&mut self, code: u32, entry: Entry) -> Place {
        if entry.count < self.db.min_count {
            return Place::Nowhere;
        }
        match (entry.code > code, entry.count == self.db.order.count(code)) {
            (true, true) => {
                self.perfect.push(entry.code);
                return Place::Nowhere;
            }
            (false, true) => return Place::Covers,
            (true, false) => self.members.push(entry),
            (false, false) => self.passed.push(entry),
        }
        Place::Kept
    }

    /// Sorts all other items by the bitmaps of all baskets, and writes the bitmaps of the class; whether one that is
    /// passed over is in all baskets of the first.
    fn open_columns(&mut self, code: u32, columns: &Columns) -> bool {
        let of_code = columns.of(code);
        self.live.clear();
        self.live.extend((0..).zip(of_code).filter(|(_, word)| **word != 0).map(|(at, _)| at));
        for other in (0_u32..).take(self.db.order.len()).filter(|&other| other != code) {
            let (start, of_other) = (self.bits.len(), columns.of(other));
            self.bits.extend(self.live.iter().map(|&at| of_code[at as usize] & of_other[at as usize]));
            let count = self.bits[start..].iter().map(|word| word.count_ones()).sum();
            match self.sort(code, Entry { code: other, count, start }) {
                Place::Covers => return true,
                Place::Kept => {}
                Place::Nowhere => self.bits.truncate(start),
            }
        }
        false
    }

    /// Whether a set longer than the current one may be asked for.
    fn goes_on(&self) -> bool {
        self.prefix.len() + self.perfect.len() < self.db.max_len
    }

    /// Writes the bitmaps of the first class.
    fn fill(&mut self, code: u32, words: usize) {
        self.bits.resize(self.members.len() * words, 0);
        for (position, member) in self.members.iter_mut().enumerate() {
            member.start = position * words;
        }
        let starts = self.members.iter().map(|member| (member.code, member.start));
        self.beside.fill(code, self.tids, starts, &mut self.bits);
    }

    /// Makes the class of the prefix that ends with the member at `position`; whether the prefix with its perfect
    /// extensions is wanted. Where nothing below it can be, the class is empty.
    fn extend(&mut self, class: Class, position: usize) -> bool {
        let a = self.members[position];
        self.live.clear();
        let bits = &self.bits[a.start..a.start + class.words];
        self.live.extend((0..).zip(bits).filter(|(_, word)| **word != 0).map(|(at, _)| at));
        let below = Class {
            first: self.members.len(),
            passed: self.passed.len(),
            perfect: self.perfect.len(),
            bits: self.bits.len(),
            words: self.live.len(),
            places: self.places.len(),
            ..Class::default()
        };
        let is_wanted = self.condense(class, position, below);
        if is_wanted.is_none() || !self.goes_on() {
            self.members.truncate(below.first);
            self.passed.truncate(below.passed);
        }
        self.classes.push(Class { next: below.first, end: self.members.len(), ..below });
        is_wanted.unwrap_or(false)
    }

    /// Finds the extensions of the prefix that ends with the member at `position`, and cuts the items passed over to its
    /// baskets; `None` where one of them is in all of these.
    fn condense(&mut self, class: Class, position: usize, below: Class) -> Option<bool> {
        let a = self.members[position];
        if self.is_dense && self.passed_over(class, position, below).any(|b| self.covers(class, a, b)) {
            return None;
        }
        for other in position + 1..class.end {
            let b = self.members[other];
            let joint = self.join(class, a, b);
            if joint.count == a.count {
                self.perfect.push(b.code);
            }
            if joint.count == a.count || joint.count < self.db.min_count {
                self.bits.truncate(joint.start);
            } else {
                self.members.push(joint);
            }
        }
        if !self.is_dense && self.is_covered_by_rows(self.tids_of(class, a)) {
            return None;
        }
        let is_leaf = self.members.len() == below.first;
        let is_wanted = !MAXIMAL || is_leaf && !self.is_frequent_with_passed(class, position, below);
        if is_leaf {
            return Some(is_wanted);
        }
        if self.is_dense {
            for i in class.passed..below.passed {
                self.pass(class, a, self.passed[i]);
            }
            for i in class.first..position {
                self.pass(class, a, self.members[i]);
            }
        } else {
            for &at in &self.live {
                self.places.push(self.places[class.places + at as usize]);
            }
        }
        Some(is_wanted)
    }

    /// The items passed over, as bitmaps of the class, when its member at `position` is looked at.
    fn passed_over(&self, class: Class, position: usize, below: Class) -> impl Iterator<Item = Entry> {
        let (passed, siblings) =
            (&self.passed[class.passed..below.passed], &self.members[class.first..position]);
        passed.iter().chain(siblings).copied()
    }

    /// Whether all baskets of `a` are baskets of `b`.
    fn covers(&self, class: Class, a: Entry, b: Entry) -> bool {
        b.count >= a.count && {
            let bits = |entry: Entry| &self.bits[entry.start..entry.start + class.words];
            bits(a).iter().zip(bits(b)).all(|(a, b)| a & !b == 0)
        }
    }

    /// Carries an item passed over into the class of the extension `a`, where it is frequent.
    fn pass(&mut self, class: Class, a: Entry, b: Entry) {
        let joint = self.join(class, a, b);
        if joint.count < self.db.min_count {
            self.bits.truncate(joint.start);
        } else {
            self.passed.push(joint);
        }
    }

    /// Appends the joint bits of two bitmaps, leaving out the words in which `a` has none.
    #[inline]
    fn join(&mut self, class: Class, a: Entry, b: Entry) -> Entry {
        let start = self.bits.len();
        self.bits.resize(start + self.live.len(), 0);
        let (bits, joint) = self.bits.split_at_mut(start);
        let (x, y) = (&bits[a.start..a.start + class.words], &bits[b.start..b.start + class.words]);
        let mut count = 0;
        if joint.len() == class.words {
            for ((joint, x), y) in joint.iter_mut().zip(x).zip(y) {
                *joint = x & y;
                count += joint.count_ones();
            }
        } else {
            for (joint, &at) in joint.iter_mut().zip(&self.live) {
                *joint = x[at as usize] & y[at as usize];
                count += joint.count_ones();
            }
        }
        Entry { code: b.code, count, start }
    }

    /// Whether some item passed over is frequent with the prefix that ends with the member at `position`.
    fn is_frequent_with_passed(&self, class: Class, position: usize, below: Class) -> bool {
        let a = self.members[position];
        if !self.is_dense {
            return self.is_frequent_by_rows(self.tids_of(class, a));
        }
        let joint = |b: Entry| -> u32 {
            let bits = |entry: Entry| &self.bits[entry.start..entry.start + class.words];
            bits(a).iter().zip(bits(b)).map(|(a, b)| (a & b).count_ones()).sum()
        };
        self.passed_over(class, position, below).any(|b| joint(b) >= self.db.min_count)
    }

    /// Whether an item that is neither of the prefix nor perfect is in so many of some baskets that it is frequent.
    fn is_frequent_by_rows(&self, tids: impl Iterator<Item = u32>) -> bool {
        let held = self.prefix.iter().chain(&self.perfect).copied();
        let rows = tids.map(|tid| self.db.baskets().row(tid as usize));
        self.walk.borrow_mut().is_in_some(rows, held, self.db.min_count)
    }

    /// Whether an item that is neither of the prefix nor perfect is in all of some baskets.
    fn is_covered_by_rows(&self, tids: impl Iterator<Item = u32>) -> bool {
        let held = self.prefix.len() + self.perfect.len();
        self.walk.borrow_mut().is_in_all(tids.map(|tid| self.db.baskets().row(tid as usize)), held)
    }

    /// The baskets of an entry of a class.
    fn tids_of(&self, class: Class, entry: Entry) -> impl Iterator<Item = u32> {
        let bits = &self.bits[entry.start..entry.start + class.words];
        let places = &self.places[class.places..class.places + class.words];
        let tids = self.tids;
        bits.iter().zip(places).flat_map(move |(&word, &place)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    tids[place as usize * 64 + bit as usize]
                })
            })
        })
    }

    fn close(&mut self, class: Class) {
        self.classes.pop();
        self.prefix.pop();
        self.members.truncate(class.first);
        self.passed.truncate(class.passed);
        self.perfect.truncate(class.perfect);
        self.bits.truncate(class.bits);
        self.places.truncate(class.places);
    }

    fn scratch_bytes(&self) -> usize {
        (self.members.len() + self.passed.len()) * size_of::<Entry>()
            + self.bits.len() * size_of::<u64>()
            + self.places.len() * size_of::<u32>()
    }
}
