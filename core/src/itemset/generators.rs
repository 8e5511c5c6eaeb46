//! The generators below one item: the sets that lose a basket's worth of count with every item they hold.
//!
//! A set is a generator when for each of its items there is a basket that lacks this item alone of the set. Such baskets
//! are *critical* for the item, as in the search for minimal hitting sets (Murakami and Uno 2014, doi
//! 10.1016/j.dam.2014.01.012). An extension keeps of them those that hold the new item, so once there are none, no
//! larger set is a generator, and the search turns back.
//!
//! Among the baskets of the first item the critical ones of all other items are bitmaps. Those of the first item itself
//! lie outside: they are bitmaps of all baskets where the baskets are dense, and looked for one by one where they are
//! sparse, since then one is soon found.

use super::beside::Beside;
use super::budget::{Limit, Meter};
use super::search::{Database, Search, Stop};
use super::sink::Sink;

/// An extension of a prefix: how many baskets hold both, where their bitmap begins, and where that of the item alone.
#[derive(Debug, Clone, Copy)]
struct Member {
    code: u32,
    count: u32,
    joint: usize,
    alone: usize,
}

/// The extensions of the current prefix, and what to go back to when they are done.
#[derive(Debug, Clone, Copy)]
struct Class {
    first: usize,
    next: usize,
    end: usize,
    /// Where the bitmap of the prefix begins; [`NO_SLOT`] for that of a single item, which has all.
    joint: usize,
    bits: usize,
    /// Where the critical baskets of the prefix begin, item by item from the second on.
    critical: usize,
    outside: usize,
}

/// The search and its scratch, used for one item after another.
#[derive(Debug)]
pub(super) struct Generators<'a> {
    db: &'a Database,
    beside: Beside<'a>,
    /// The words of the bitmaps of the first item's baskets.
    words: usize,
    prefix: Vec<u32>,
    members: Vec<Member>,
    classes: Vec<Class>,
    bits: Vec<u64>,
    /// The critical baskets of the first item, a bitmap of all baskets for each prefix of two and more.
    outside: Vec<u64>,
}

const NO_SLOT: usize = usize::MAX;

impl<'a> Search<'a> for Generators<'a> {
    fn new(db: &'a Database) -> Self {
        Self {
            db,
            beside: Beside::new(db),
            words: 0,
            prefix: Vec::new(),
            members: Vec::new(),
            classes: Vec::new(),
            bits: Vec::new(),
            outside: Vec::new(),
        }
    }

    fn run<S: Sink>(&mut self, code: u32, meter: &mut Meter<'_>, sink: &mut S) -> Result<(), Stop> {
        // A search that met a limit leaves its stacks as they were.
        self.prefix.clear();
        self.members.clear();
        self.classes.clear();
        self.bits.clear();
        self.outside.clear();

        let count = self.db.order.count(code);
        let lacks_one = self.db.must.first().is_some_and(|&least| least < code);
        if count == self.db.n_baskets || lacks_one {
            return Ok(());
        }
        self.prefix.push(code);
        self.open(code, meter)?;
        self.report(count, meter, sink)?;
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
            self.extend(class, position);
            meter.scratch(self.scratch_bytes())?;
            self.report(member.count, meter, sink)?;
        }
        Ok(())
    }
}

impl Generators<'_> {
    fn report<S: Sink>(&mut self, count: u32, meter: &mut Meter<'_>, sink: &mut S) -> Result<(), Stop> {
        if self.db.must.iter().all(|code| self.prefix.contains(code)) {
            sink.take(self.db, &self.prefix, &[], count, meter)?;
        }
        Ok(())
    }

    /// Makes the class of a single item: what implies it or is implied by it is no extension.
    fn open(&mut self, code: u32, meter: &mut Meter<'_>) -> Result<(), Limit> {
        let db = self.db;
        let count = db.order.count(code);
        let tids = if db.max_len > 1 { db.tids().row(code as usize) } else { &[] };
        self.beside.count(code, tids, |other, joint| {
            if joint >= db.min_count && joint < count && joint < db.order.count(other) {
                self.members.push(Member { code: other, count: joint, joint: 0, alone: 0 });
            }
        });
        self.members.sort_unstable_by_key(|member| (member.count, member.code));
        self.words = tids.len().div_ceil(64);
        if db.max_len > 2 && self.members.len() > 1 {
            let n_bits = self.members.len() * self.words;
            meter.scratch(self.scratch_bytes() + n_bits * size_of::<u64>())?;
            self.fill(code, tids);
        }
        let end = self.members.len();
        self.classes.push(Class { first: 0, next: 0, end, joint: NO_SLOT, bits: 0, critical: 0, outside: 0 });
        Ok(())
    }

    /// Writes the baskets of every member of the first class.
    fn fill(&mut self, code: u32, tids: &[u32]) {
        self.bits.resize(self.members.len() * self.words, 0);
        for (position, member) in self.members.iter_mut().enumerate() {
            (member.joint, member.alone) = (position * self.words, position * self.words);
        }
        let starts = self.members.iter().map(|member| (member.code, member.alone));
        self.beside.fill(code, tids, starts, &mut self.bits);
    }

    /// Makes the class of the prefix that goes on with the member at `position`.
    fn extend(&mut self, class: Class, position: usize) {
        let a = self.members[position];
        let (first, bits, outside) = (self.members.len(), self.bits.len(), self.outside.len());
        self.prefix.push(a.code);
        let joint = a.joint;
        let mut below = Class { first, next: first, end: first, joint, bits, critical: bits, outside };
        if self.prefix.len() < self.db.max_len && position + 1 < class.end {
            self.cut_critical(class, a);
            for other in position + 1..class.end {
                self.join(a, self.members[other], below);
            }
            below.end = self.members.len();
        }
        self.classes.push(below);
    }

    /// Appends the critical baskets of the prefix that ends with `a`, item by item; each item has some.
    fn cut_critical(&mut self, class: Class, a: Member) {
        let words = self.words;
        let known = self.prefix.len() - 2;
        for i in 0..known * words {
            let bits = self.bits[class.critical + i] & self.bits[a.alone + i % words];
            self.bits.push(bits);
        }
        // Those of `a` itself hold the prefix before it, and not `a`.
        for i in 0..words {
            let within = if class.joint == NO_SLOT { u64::MAX } else { self.bits[class.joint + i] };
            self.bits.push(within & !self.bits[a.alone + i]);
        }
        if let Some(columns) = &self.db.columns {
            let of_a = columns.of(a.code);
            if known == 0 {
                let of_first = columns.of(self.prefix[0]);
                self.outside.extend(of_a.iter().zip(of_first).map(|(a, first)| a & !first));
            } else {
                let before = self.outside.len() - columns.words();
                for (i, word) in of_a.iter().enumerate() {
                    self.outside.push(self.outside[before + i] & word);
                }
            }
        }
    }

    /// Takes the extension `b` into the class of the prefix that ends with `a`, where it is frequent and a generator.
    fn join(&mut self, a: Member, b: Member, below: Class) {
        let (words, joint) = (self.words, self.bits.len());
        let alone = b.alone;
        let mut count = 0;
        for i in 0..words {
            let bits = self.bits[a.joint + i] & self.bits[alone + i];
            count += bits.count_ones();
            self.bits.push(bits);
        }
        let is_wanted = count >= self.db.min_count && count < a.count && {
            let of_b = &self.bits[alone..alone + words];
            let critical = &self.bits[below.critical..][..(self.prefix.len() - 1) * words];
            critical.chunks_exact(words).all(|of_item| meet(of_item, of_b)) && self.first_is_needed(b.code)
        };
        if is_wanted {
            self.members.push(Member { code: b.code, count, joint, alone });
        } else {
            self.bits.truncate(joint);
        }
    }

    /// Whether a basket holds the prefix and `code` except for the first item.
    fn first_is_needed(&self, code: u32) -> bool {
        if let Some(columns) = &self.db.columns {
            let outside = &self.outside[self.outside.len() - columns.words()..];
            return meet(outside, columns.of(code));
        }
        let rest = || self.prefix[1..].iter().copied().chain([code]);
        let rarest = rest().min().unwrap_or(code);
        self.db.tids().row(rarest as usize).iter().any(|&tid| {
            let basket = self.db.baskets().row(tid as usize);
            let holds = |code: u32| basket.binary_search(&code).is_ok();
            rest().all(holds) && !holds(self.prefix[0])
        })
    }

    fn close(&mut self, class: Class) {
        self.classes.pop();
        self.prefix.pop();
        self.members.truncate(class.first);
        self.bits.truncate(class.bits);
        self.outside.truncate(class.outside);
    }

    fn scratch_bytes(&self) -> usize {
        self.members.len() * size_of::<Member>() + (self.bits.len() + self.outside.len()) * size_of::<u64>()
    }
}

/// Whether two bitmaps have a basket in common.
fn meet(a: &[u64], b: &[u64]) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}
